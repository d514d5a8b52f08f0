#include "physics/sorption.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace brineflow {
namespace {

// Parameter n of species j in a law with `count` parameters a species.
template <Scalar S>
const S& parameter(const SorptionPoint<S>& at, std::size_t j, std::size_t n, std::size_t count) {
  return at.p[j * count + n];
}

template <Scalar S>
const S& driving_concentration(const SorptionPoint<S>& at, std::size_t j) {
  return at.c[at.species[j].follows];
}

// 1 + sum_i K_i |c_i|: without the modulus an undershoot of a steep front could make it vanish.
template <Scalar S, class Affinity>
S langmuir_denominator(const SorptionPoint<S>& at, Affinity K) {
  S sum(1.0);
  for (std::size_t j = 0; j < at.species.size(); ++j) sum += K(j) * abs(driving_concentration(at, j));
  return sum;
}

}  // namespace

// ---- (S1) linear

std::span<const SorptionParameter> LinearSorption::parameters() {
  static constexpr std::array<SorptionParameter, 2> table = {{
      {"k_a", "1/s", "rate constant of uptake"},
      {"k_d", "1/s", "rate constant of release"},
  }};
  return table;
}

template <Scalar S>
void LinearSorption::equilibrium(const SorptionPoint<S>& at, std::span<S> q_star) {
  for (std::size_t j = 0; j < at.species.size(); ++j)
    q_star[j] = parameter(at, j, 0, 2) / parameter(at, j, 1, 2) * driving_concentration(at, j);
}

template <Scalar S>
void LinearSorption::rates(const SorptionPoint<S>& at, std::span<const S> q, std::span<S> dqdt) {
  for (std::size_t j = 0; j < at.species.size(); ++j)
    dqdt[j] = parameter(at, j, 0, 2) * driving_concentration(at, j) - parameter(at, j, 1, 2) * q[j];
}

// ---- (S2) competitive Langmuir, linear driving force

std::span<const SorptionParameter> CompetitiveLangmuir::parameters() {
  static constexpr std::array<SorptionParameter, 3> table = {{
      {"q_max", "mol/m3", "capacity per volume of solid"},
      {"K", "m3/mol", "affinity"},
      {"k", "1/s", "rate constant of the linear driving force"},
  }};
  return table;
}

template <Scalar S>
void CompetitiveLangmuir::equilibrium(const SorptionPoint<S>& at, std::span<S> q_star) {
  const S denominator = langmuir_denominator(at, [&](std::size_t j) -> const S& { return parameter(at, j, 1, 3); });
  for (std::size_t j = 0; j < at.species.size(); ++j)
    q_star[j] = parameter(at, j, 0, 3) * parameter(at, j, 1, 3) * driving_concentration(at, j) / denominator;
}

template <Scalar S>
void CompetitiveLangmuir::rates(const SorptionPoint<S>& at, std::span<const S> q, std::span<S> dqdt) {
  equilibrium(at, dqdt);
  for (std::size_t j = 0; j < at.species.size(); ++j) dqdt[j] = parameter(at, j, 2, 3) * (dqdt[j] - q[j]);
}

// ---- (S3) mass-action Langmuir

std::span<const SorptionParameter> MassActionLangmuir::parameters() {
  static constexpr std::array<SorptionParameter, 3> table = {{
      {"q_max", "mol/m3", "capacity per volume of solid"},
      {"k_a", "m3/mol/s", "rate constant of uptake"},
      {"k_d", "1/s", "rate constant of release"},
  }};
  return table;
}

template <Scalar S>
void MassActionLangmuir::equilibrium(const SorptionPoint<S>& at, std::span<S> q_star) {
  const auto K = [&](std::size_t j) -> S { return parameter(at, j, 1, 3) / parameter(at, j, 2, 3); };
  const S denominator = langmuir_denominator(at, K);
  for (std::size_t j = 0; j < at.species.size(); ++j)
    q_star[j] = parameter(at, j, 0, 3) * K(j) * driving_concentration(at, j) / denominator;
}

template <Scalar S>
void MassActionLangmuir::rates(const SorptionPoint<S>& at, std::span<const S> q, std::span<S> dqdt) {
  S free(1.0);
  for (std::size_t j = 0; j < at.species.size(); ++j) free -= q[j] / parameter(at, j, 0, 3);
  for (std::size_t j = 0; j < at.species.size(); ++j)
    dqdt[j] = parameter(at, j, 1, 3) * driving_concentration(at, j) * parameter(at, j, 0, 3) * free -
              parameter(at, j, 2, 3) * q[j];
}

// ---- (S4) a salt in a layered double hydroxide

template <Scalar S>
S salt_activity(const Brine& brine, const SorbedSpecies& species, std::span<const S> c, const S& T) {
  const S water_mass = c[0] * S(brine.components()[0].molar_mass);  // kg of water per m3 of solution
  S molalities(1.0);
  for (std::size_t i = 1; i < c.size(); ++i)
    for (int n = 0; n < species.stoichiometry[i]; ++n) molalities *= c[i] / water_mass;
  return molalities * exp(brine.log_mean_product(c, T, std::span<const int>(species.stoichiometry)));
}

std::span<const SorptionParameter> LdhSalt::parameters() {
  static constexpr std::array<SorptionParameter, 3> table = {{
      {"q_max", "mol/m3", "capacity per volume of solid"},
      {"K", "1", "affinity for the salt, on activities in molal units"},
      {"k", "1/s", "rate constant of the linear driving force"},
  }};
  return table;
}

template <Scalar S>
void LdhSalt::equilibrium(const SorptionPoint<S>& at, std::span<S> q_star) {
  const S x = at.p[1] * salt_activity(at.brine, at.species[0], at.c, at.T);
  q_star[0] = at.p[0] * x / (S(1.0) + abs(x));
}

template <Scalar S>
void LdhSalt::rates(const SorptionPoint<S>& at, std::span<const S> q, std::span<S> dqdt) {
  equilibrium(at, dqdt);
  dqdt[0] = at.p[2] * (dqdt[0] - q[0]);
}

// ---- any law

namespace {

template <class... Law>
std::vector<SorptionLaw> all_laws(const std::variant<Law...>* /*type only*/) {
  return {SorptionLaw(Law{})...};
}

std::vector<SorptionLaw> all_laws() { return all_laws(static_cast<const SorptionLaw*>(nullptr)); }

std::string_view name_of(const SorptionLaw& law) {
  return std::visit([](const auto& one) -> std::string_view { return one.name; }, law);
}

std::string objection_to(const SorbedSpecies& species, const ComponentSet& components) {
  int charge = 0;
  int atoms = 0;
  for (std::size_t i = 0; i < components.size(); ++i) {
    if (species.stoichiometry[i] < 0) return fmt::format("{} takes a negative amount of {}", species.name, components[i].name);
    charge += species.stoichiometry[i] * components[i].charge;
    atoms += species.stoichiometry[i];
  }
  if (atoms == 0) return fmt::format("{} takes up nothing", species.name);
  if (charge != 0)
    return fmt::format("{} carries charge {:+d}: what is taken up must be neutral, or the brine is not", species.name, charge);
  return {};
}

}  // namespace

SorptionLaw sorption_law(std::string_view name) {
  for (const SorptionLaw& law : all_laws())
    if (name_of(law) == name) return law;
  throw InternalError(fmt::format("no sorption law '{}'", name));
}

std::vector<std::string> sorption_law_names() {
  std::vector<std::string> names;
  for (const SorptionLaw& law : all_laws()) names.emplace_back(name_of(law));
  return names;
}

std::span<const SorptionParameter> sorption_parameters(const SorptionLaw& law) {
  return std::visit([](const auto& one) { return one.parameters(); }, law);
}

std::string objection_to(const Sorption& sorption, const ComponentSet& components) {
  const std::size_t count = sorption.species.size();
  if (count == 0) return "it takes up nothing";
  if (count > max_sorbed_species) return fmt::format("it takes up {} species, at most {} are possible", count, max_sorbed_species);
  if (sorption.parameters.size() != count * sorption_parameters(sorption.law).size())
    return "its parameters do not fit its law";
  if (std::holds_alternative<LdhSalt>(sorption.law) && count > 1)
    return fmt::format("{} is for one salt, here are {}", LdhSalt::name, count);
  for (const SorbedSpecies& species : sorption.species)
    if (std::string objection = objection_to(species, components); !objection.empty()) return objection;
  return {};
}

template <Scalar S>
void equilibrium_loading(const Sorption& sorption, const Brine& brine, std::span<const S> p, std::span<const S> c,
                         const S& T, std::span<S> q_star) {
  const SorptionPoint<S> at{brine, sorption.species, p, c, T};
  std::visit([&](const auto& law) { law.equilibrium(at, q_star); }, sorption.law);
}

template <Scalar S>
void sorption_rates(const Sorption& sorption, const Brine& brine, std::span<const S> p, std::span<const S> c,
                    const S& T, std::span<const S> q, std::span<S> dqdt) {
  const SorptionPoint<S> at{brine, sorption.species, p, c, T};
  std::visit([&](const auto& law) { law.rates(at, q, dqdt); }, sorption.law);
}

double loading_scale(const Sorption& sorption, const Brine& brine, std::span<const double> c, std::size_t j) {
  const std::size_t count = sorption_parameters(sorption.law).size();
  const auto p = std::span(sorption.parameters).subspan(j * count, count);
  if (std::holds_alternative<LdhSalt>(sorption.law)) return p[0];
  const Sorption alone{sorption.law, {sorption.species[j]}, {p.begin(), p.end()}};
  double scale = 0.0;
  equilibrium_loading<double>(alone, brine, p, c, 298.15, std::span(&scale, 1));
  return std::max(scale, 1e-3);
}

#define BRINEFLOW_INSTANTIATE(S)                                                                                   \
  template S salt_activity<S>(const Brine&, const SorbedSpecies&, std::span<const S>, const S&);                   \
  template void equilibrium_loading<S>(const Sorption&, const Brine&, std::span<const S>, std::span<const S>,      \
                                       const S&, std::span<S>);                                                    \
  template void sorption_rates<S>(const Sorption&, const Brine&, std::span<const S>, std::span<const S>, const S&, \
                                  std::span<const S>, std::span<S>);
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

}  // namespace brineflow
