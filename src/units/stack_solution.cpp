#include "units/stack_solution.hpp"

#include "base/error.hpp"
#include "physics/water.hpp"
#include "units/transport_package.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>

namespace brineflow {
namespace {

constexpr double trace = 1e-4;  // mol/m3, about what water has of its own ions
constexpr double least = 1e-6;  // mol/m3: rounds the corner at no concentration

}  // namespace

StackSolution::StackSolution(std::shared_ptr<const Brine> brine, std::optional<ConstantSolution> constants, std::optional<IonTransport> ions,
                             std::optional<AcidBase> acid_base)
    : brine_(std::move(brine)), constants_(std::move(constants)), ions_(std::move(ions)), acid_base_(std::move(acid_base)) {
  for (std::size_t i = 1; i < species().size(); ++i) charge_.push_back(species()[i].charge);
}

template <Scalar S>
AcidBase::Amounts<S> StackSolution::species_of(std::span<const S> amounts, const S& T) const {
  if (acid_base_) return acid_base_->species_of(amounts, T);
  AcidBase::Amounts<S> same{};
  for (std::size_t i = 0; i < amounts.size(); ++i) same[i] = amounts[i];
  return same;
}

template <Scalar S>
S StackSolution::volume(std::span<const S> amounts, const S& T) const {
  if (constants_) return brine_->mass(amounts) / constants_->density;
  if (!acid_base_) return brine_->volume(amounts, T);
  return brine().volume(std::span<const S>(species_of(amounts, T)).first(species().size()), T);
}

template <Scalar S>
S StackSolution::volume_of_flux(std::span<const S> flux, const S& T) const {
  return constants_ ? brine_->mass(flux) / constants_->density : flux[0] * water_molar_mass / water_density(T);
}

template <Scalar S>
S StackSolution::density(std::span<const S> amounts, const S& T) const {
  return constants_ ? S(constants_->density) : brine_->mass(amounts) / volume(amounts, T);
}

template <Scalar S>
S StackSolution::viscosity(std::span<const S> amounts, const S& T) const {
  return constants_ ? S(constants_->viscosity) : brine().viscosity(std::span<const S>(species_of(amounts, T)).first(species().size()), T);
}

// (9a) Shares of the solutes: c_i, and of a neutral trace w_i where they are scarcer than it. It fades with 1 / C^2, so that
// its share is (trace / C)^3 and real brines do not know it.
template <Scalar S>
void StackSolution::fill_shares(stack::ChannelPoint<S>& at) const {
  double cations = 0.0, anions = 0.0;
  for (const int z : charge_) (z > 0 ? cations : anions) += z != 0 ? 1.0 : 0.0;
  S total(0.0);
  for (std::size_t i = 0; i < charge_.size(); ++i) total += at.c[i];
  const S faded = trace * trace * trace / (total * total + trace * trace);
  for (std::size_t i = 0; i < charge_.size(); ++i) {
    at.share[i] = at.c[i] + (charge_[i] == 0 ? 1.0 : 1.0 / std::abs(charge_[i]) / (charge_[i] > 0 ? cations : anions)) * faded;
    at.sum += at.share[i];
  }
  for (std::size_t i = 0; i < charge_.size(); ++i) at.share[i] = at.share[i] / at.sum;
}

// (9) Of the salt that the mixture is like: t_+ = p / (p + m), D = (<1/z>_+ + <1/z>_-) p m / (p + m), where p and m are means
// of |z| D by equivalents.
template <Scalar S>
void StackSolution::fill_salt(stack::ChannelPoint<S>& at) const {
  S moles[2] = {S(0.0), S(0.0)}, equivalents[2] = {S(0.0), S(0.0)}, mobility[2] = {S(0.0), S(0.0)};
  for (std::size_t i = 0; i < charge_.size(); ++i) {
    if (charge_[i] == 0) continue;
    const double z = std::abs(charge_[i]);
    const std::size_t sign = charge_[i] > 0 ? 0 : 1;
    moles[sign] += at.share[i];
    equivalents[sign] += z * at.share[i];
    mobility[sign] += z * z * at.share[i] * at.diffusivity[i];
    if (sign == 0) at.equivalents += z * at.c[i];
  }
  const S plus = mobility[0] / equivalents[0], minus = mobility[1] / equivalents[1];
  at.cation_number = plus / (plus + minus);
  at.salt_diffusivity = (moles[0] / equivalents[0] + moles[1] / equivalents[1]) * plus * minus / (plus + minus);
}

template <Scalar S>
stack::ChannelPoint<S> StackSolution::point(std::span<const S> amounts, const S& T, double height) const {
  stack::ChannelPoint<S> at{};
  const AcidBase::Amounts<S> species = species_of(amounts, T);
  const S litres = volume(amounts, T);
  // An exhausted channel comes out a little below nothing between steps: no current may come from that.
  std::array<S, ComponentSet::max_size> entries{};
  entries[0] = species[0];
  S sum(0.0);
  for (std::size_t i = 0; i < charge_.size(); ++i) {
    const bool of_water = acid_base_ && (i + 1 == acid_base_->hydrogen() || i + 1 == acid_base_->hydroxide());  // never below zero
    at.c[i] = of_water ? S(species[i + 1] / litres) : smooth_positive(S(species[i + 1] / litres), least);
    entries[i + 1] = at.c[i] * litres;
    sum += at.c[i];
  }
  const std::span<const S> positive = std::span<const S>(entries).first(charge_.size() + 1);
  const S mu = ions_ ? brine().viscosity(positive, T) : S(0.0);
  for (std::size_t i = 0; i < charge_.size(); ++i)
    at.diffusivity[i] = constants_ ? S(constants_->diffusivity[i]) : ions_ ? ions_->diffusivity(i + 1, T, mu) : brine().diffusivity(i + 1, positive, T);
  fill_shares(at);
  fill_salt(at);
  at.height = S(height);
  if (constants_) {
    at.osmotic_pressure = gas_constant * T * sum;
    at.conductivity = constants_->equivalent_conductivity * at.equivalents;
  } else {
    at.osmotic_pressure = brine().osmotic_pressure(positive, T);
    at.conductivity = ions_ ? ions_->ideal_conductivity(positive, litres, T) : brine().conductivity(positive, T);
  }
  if (acid_base_) {
    at.log_hydrogen = acid_base_->log_hydrogen(positive, T);
    at.log_hydroxide_by_water = acid_base_->log_hydroxide_by_water(positive, T);
  }
  // The trace conducts too: F^2 / (R T) sum z^2 D c
  for (std::size_t i = 0; i < charge_.size(); ++i)
    at.conductivity += faraday_constant * faraday_constant / (gas_constant * T) * static_cast<double>(charge_[i] * charge_[i]) *
                       at.diffusivity[i] * (at.share[i] * at.sum - at.c[i]);
  return at;
}

#define BRINEFLOW_INSTANTIATE(S)                                                        \
  template S StackSolution::volume<S>(std::span<const S>, const S&) const;              \
  template S StackSolution::volume_of_flux<S>(std::span<const S>, const S&) const;      \
  template S StackSolution::density<S>(std::span<const S>, const S&) const;             \
  template S StackSolution::viscosity<S>(std::span<const S>, const S&) const;           \
  template stack::ChannelPoint<S> StackSolution::point<S>(std::span<const S>, const S&, double) const;
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

namespace {

const ParameterTable& solution_parameters() {
  static const ParameterTable table = {
      quantity("density", "kg/m3").positive().means("density"),
      quantity("viscosity", "cP").positive().means("viscosity"),
      quantity("equivalent_conductivity", "S cm2/mol").positive().means("conductivity over the concentration of positive charge"),
      any("diffusivity").means("map of diffusivities, {Na+: 1.33e-9 m2/s}"),
  };
  return table;
}

std::optional<ConstantSolution> read_constants(const Node& node, const ComponentSet& components, const UnitContext& context, const std::string& of) {
  const std::size_t before = context.diagnostics.count();
  const std::string where = "solution of " + of;
  const Values values = read_values(node, solution_parameters(), where, context.diagnostics, {});
  if (!values.complete()) return std::nullopt;
  ConstantSolution result{values.quantity("density"), values.quantity("viscosity"), values.quantity("equivalent_conductivity"), {}};
  const Node& map = *values.node("diffusivity");
  for (std::size_t i = 1; i < components.size(); ++i) {
    const Node* entry = map.is_map() ? map.find(components[i].name) : nullptr;
    if (entry == nullptr) {
      context.diagnostics.error(map.place(), fmt::format("'diffusivity' in {} lacks {}", where, components[i].name));
      continue;
    }
    const auto D = read_quantity(*entry, "m2/s", fmt::format("'{}' in diffusivity of {}", components[i].name, where), context.diagnostics);
    if (D && !(*D > 0.0)) context.diagnostics.error(entry->place(), "a diffusivity must be above zero");
    result.diffusivity.push_back(D.value_or(1.0));
  }
  if (context.diagnostics.count() != before) return std::nullopt;
  return result;
}

}  // namespace

std::optional<StackSolution> read_stack_solution(const Node* node, const Place& place, const UnitContext& context,
                                                 const std::string& of, std::optional<AcidBase> acid_base) {
  const ComponentSet species = acid_base ? acid_base->brine().components() : context.brine->components();
  if (node != nullptr) {
    auto constants = read_constants(*node, species, context, of);
    if (!constants) return std::nullopt;
    return StackSolution(context.brine, std::move(constants), std::nullopt, std::move(acid_base));
  }
  if (context.brine->has_ion_transport()) return StackSolution(context.brine, std::nullopt, std::nullopt, std::move(acid_base));
  const auto package = context.models.find("transport", "ion_mobilities", place, context.diagnostics);
  const auto parameters = package ? read_ion_transport(package->root, context.diagnostics) : std::nullopt;
  if (!parameters) return std::nullopt;
  try {
    return StackSolution(context.brine, std::nullopt, IonTransport(species, *parameters), std::move(acid_base));
  } catch (const InputError& error) {
    context.diagnostics.error(place, fmt::format("{}: {}", of, error.what()), "give the unit's key `solution` with a diffusivity of every solute");
    return std::nullopt;
  }
}

}  // namespace brineflow
