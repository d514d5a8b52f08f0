#include "physics/sorption.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace brineflow {
namespace {

// 1 + sum_i K_i |c_i|: without the modulus an undershoot of a steep front could make it vanish.
template <Scalar S, class Affinity>
S langmuir_denominator(const SorptionPoint<S>& at, Affinity K) {
  S sum(1.0);
  for (std::size_t j = 0; j < at.species.size(); ++j) sum += K(j) * abs(at.driving(j));
  return sum;
}

}  // namespace

// ---- (S1) linear

std::span<const SorptionParameter> LinearSorption::parameters() {
  static constexpr std::array<SorptionParameter, 2> table = {{
      {"k_a", "1/s", "rate constant of uptake"},
      {"k_d", "1/s", "rate constant of release", Admissible::positive},
  }};
  return table;
}

template <Scalar S>
void LinearSorption::equilibrium(const SorptionPoint<S>& at, std::span<S> q_star) {
  for (std::size_t j = 0; j < at.species.size(); ++j)
    q_star[j] = at.parameter(j, 0) / at.parameter(j, 1) * at.driving(j);
}

template <Scalar S>
void LinearSorption::rates(const SorptionPoint<S>& at, std::span<const S> q, std::span<S> dqdt) {
  for (std::size_t j = 0; j < at.species.size(); ++j)
    dqdt[j] = at.parameter(j, 0) * at.driving(j) - at.parameter(j, 1) * q[j];
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
  const S denominator = langmuir_denominator(at, [&](std::size_t j) -> const S& { return at.parameter(j, 1); });
  for (std::size_t j = 0; j < at.species.size(); ++j)
    q_star[j] = at.parameter(j, 0) * at.parameter(j, 1) * at.driving(j) / denominator;
}

// ---- (S3) mass-action Langmuir

std::span<const SorptionParameter> MassActionLangmuir::parameters() {
  static constexpr std::array<SorptionParameter, 3> table = {{
      {"q_max", "mol/m3", "capacity per volume of solid"},
      {"k_a", "m3/mol/s", "rate constant of uptake"},
      {"k_d", "1/s", "rate constant of release", Admissible::positive},
  }};
  return table;
}

template <Scalar S>
void MassActionLangmuir::equilibrium(const SorptionPoint<S>& at, std::span<S> q_star) {
  const auto K = [&](std::size_t j) -> S { return at.parameter(j, 1) / at.parameter(j, 2); };
  const S denominator = langmuir_denominator(at, K);
  for (std::size_t j = 0; j < at.species.size(); ++j)
    q_star[j] = at.parameter(j, 0) * K(j) * at.driving(j) / denominator;
}

template <Scalar S>
void MassActionLangmuir::rates(const SorptionPoint<S>& at, std::span<const S> q, std::span<S> dqdt) {
  S free(1.0);
  for (std::size_t j = 0; j < at.species.size(); ++j) free -= q[j] / at.parameter(j, 0);
  for (std::size_t j = 0; j < at.species.size(); ++j)
    dqdt[j] = at.parameter(j, 1) * at.driving(j) * at.parameter(j, 0) * free -
              at.parameter(j, 2) * q[j];
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
  static constexpr std::array<SorptionParameter, 6> table = {{
      {"q_max", "mol/m3", "capacity per volume of solid"},
      {"K", "1", "affinity for the salt, on activities in molal units"},
      {"chloride_exponent", "1", "order of the uptake in the activity of the anion; 1 is that of the salt", Admissible::not_negative, "1"},
      sorption_enthalpy,
      sorption_reference_temperature,
      {"k", "1/s", "rate constant of the linear driving force"},
  }};
  return table;
}

namespace {

// b^(n - 1) of (S4), exactly 1 at n = 1. The rounding keeps a base of zero or less from being raised.
template <Scalar S>
S anion_factor(const SorptionPoint<S>& at, const S& n) {
  const SorbedSpecies& species = at.species[0];
  const S water_mass = at.c[0] * S(at.brine.components()[0].molar_mass);
  int ions = 0;
  for (const int nu : species.stoichiometry) ions += nu;
  const S mean = exp(S(at.brine.log_mean_product(at.c, at.T, std::span<const int>(species.stoichiometry)) / static_cast<double>(ions)));
  S factor(1.0);
  for (std::size_t i = 1; i < at.c.size(); ++i) {
    if (species.stoichiometry[i] == 0 || at.brine.components()[i].charge >= 0) continue;
    const S a = at.c[i] / water_mass * mean;
    factor *= pow(S(a * a + S(power_rounding * power_rounding)), S(0.5 * species.stoichiometry[i] * (n - 1.0)));
  }
  return factor;
}

}  // namespace

template <Scalar S>
void LdhSalt::equilibrium(const SorptionPoint<S>& at, std::span<S> q_star) {
  const S K = at_temperature(at.p[1], at.p[3], at.p[4], at.T);
  const S x = K * salt_activity(at.brine, at.species[0], at.c, at.T) * anion_factor(at, at.p[2]);
  q_star[0] = at.p[0] * x / (S(1.0) + abs(x));
}

// ---- any law

namespace {

template <class... Law>
std::vector<SorptionLaw> all_laws(const std::variant<Law...>* /*type only*/) {
  return {SorptionLaw(Law{})...};
}

std::vector<SorptionLaw> all_laws() { return all_laws(static_cast<const SorptionLaw*>(nullptr)); }

// How many sites of a capacity one of species j occupies: 1, in (S12) nu + sigma.
template <Scalar S>
S counter_ions(const Sorption& sorption, std::span<const S> p, std::size_t j) {
  if (!std::holds_alternative<StericMassAction>(sorption.law)) return S(1.0);
  const SorbedSpecies& species = sorption.species[j];
  return S(-static_cast<double>(species.stoichiometry[species.given_back()])) +
         p[j * StericMassAction::parameters().size() + 1];
}

// (K1), (K2): dqdt holds q* and is overwritten with the rate. The rate constant is the last parameter of a species.
template <Scalar S>
void driven_rates(const SorptionPoint<S>& at, SorptionKinetics kinetics, std::span<const S> q, std::span<S> dqdt) {
  for (std::size_t j = 0; j < at.species.size(); ++j) {
    const S away = dqdt[j] - q[j];
    dqdt[j] = at.parameter(j, at.stride - 1) * away;
    if (kinetics == SorptionKinetics::pseudo_second_order) dqdt[j] *= abs(away);
  }
}

std::string objection_to(const SorbedSpecies& species, const ComponentSet& components) {
  int charge = 0;
  int taken = 0;
  for (std::size_t i = 0; i < components.size(); ++i) {
    charge += species.stoichiometry[i] * components[i].charge;
    taken += std::max(species.stoichiometry[i], 0);
  }
  if (taken == 0) return fmt::format("{} takes up nothing", species.name);
  if (charge != 0)
    return fmt::format("{} carries charge {:+d}: what is taken up, less what is given back, must be neutral, or the brine is not",
                       species.name, charge);
  return {};
}

}  // namespace

std::string_view sorption_law_name(const SorptionLaw& law) {
  return std::visit([](const auto& one) -> std::string_view { return one.name; }, law);
}

namespace {

bool is_exchange(const SorptionLaw& law) {
  return std::holds_alternative<IonExchange>(law) || std::holds_alternative<MassActionIonExchange>(law) ||
         std::holds_alternative<StericMassAction>(law);
}

std::span<const SorptionParameter> own_parameters(const SorptionLaw& law) {
  return std::visit([](const auto& one) { return one.parameters(); }, law);
}

bool has_capacity(const SorptionLaw& law) {
  const auto table = own_parameters(law);
  return std::any_of(table.begin(), table.end(), [](const SorptionParameter& row) { return is_capacity(row.name); });
}

}  // namespace

bool has_own_kinetics(const SorptionLaw& law) {
  return std::visit([](const auto& one) { return !one.by_driving_force; }, law);
}

SorptionLaw sorption_law(std::string_view name) {
  for (const SorptionLaw& law : all_laws())
    if (sorption_law_name(law) == name) return law;
  throw InternalError(fmt::format("no sorption law '{}'", name));
}

std::vector<std::string> sorption_law_names() {
  std::vector<std::string> names;
  for (const SorptionLaw& law : all_laws()) names.emplace_back(sorption_law_name(law));
  return names;
}

std::vector<std::string> sorption_kinetics_names() { return {"linear_driving_force", "pseudo_second_order"}; }

SorptionKinetics sorption_kinetics(std::string_view name) {
  const std::vector<std::string> names = sorption_kinetics_names();
  if (name == names[0]) return SorptionKinetics::linear_driving_force;
  if (name == names[1]) return SorptionKinetics::pseudo_second_order;
  throw InternalError(fmt::format("no sorption kinetics '{}'", name));
}

std::vector<SorptionParameter> sorption_parameters(const SorptionLaw& law, SorptionKinetics kinetics) {
  const auto table = std::visit([](const auto& one) { return one.parameters(); }, law);
  std::vector<SorptionParameter> result(table.begin(), table.end());
  if (kinetics == SorptionKinetics::pseudo_second_order && !has_own_kinetics(law))
    result.back() = {"k_2", "m3/mol/s", "rate constant of pseudo-second-order uptake"};
  return result;
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
  if (std::holds_alternative<LdhSalt>(sorption.law) && sorption.species[0].given_back() != 0)
    return fmt::format("{} is for a salt that enters as a whole, {} gives something back", LdhSalt::name, sorption.species[0].name);
  const bool one_for_one = !std::holds_alternative<StericMassAction>(sorption.law);
  if (is_exchange(sorption.law))
    if (std::string objection = objection_to_exchange(sorption.species, components, one_for_one); !objection.empty())
      return objection;
  if (sorption.ageing.capacity_loss && !has_capacity(sorption.law))
    return fmt::format("'capacity_loss' needs a law with a capacity, which {} has not", sorption_law_name(sorption.law));
  if (sorption.ageing.metal && !components.find("H+"))
    return "the loss of metal needs the component H+, which the case does not carry";
  return {};
}

std::vector<double> all_parameters(const Sorption& sorption) {
  std::vector<double> all = sorption.parameters;
  const std::vector<double> ageing = ageing_values(sorption.ageing);
  all.insert(all.end(), ageing.begin(), ageing.end());
  return all;
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
  const auto visit = [&]<class Law>(const Law& law) {
    if constexpr (Law::by_driving_force) {
      law.equilibrium(at, dqdt);
      driven_rates(at, sorption.kinetics, q, dqdt);
    } else {
      law.rates(at, q, dqdt);
    }
  };
  std::visit(visit, sorption.law);
}

template <Scalar S>
void ageing_sorption_rates(const Sorption& sorption, const Brine& brine, std::span<const S> p, std::span<const S> c,
                           const S& T, std::span<const S> q, std::span<const S> state, std::span<S> dqdt,
                           std::span<S> dstate) {
  const std::size_t law_size = sorption.parameters.size();
  const auto fresh = p.first(law_size);
  std::size_t next_number = law_size, next_state = 0;
  if (!sorption.ageing.capacity_loss) {
    sorption_rates(sorption, brine, fresh, c, T, q, dqdt);
  } else {
    const auto table = own_parameters(sorption.law);
    std::array<S, max_sorbed_species * most_sorption_parameters> worn;
    std::copy(fresh.begin(), fresh.end(), worn.begin());
    const std::size_t first_capacity =
        static_cast<std::size_t>(std::find_if(table.begin(), table.end(), [](const auto& row) { return is_capacity(row.name); }) - table.begin());
    for (std::size_t k = 0; k < law_size; ++k)
      if (is_capacity(table[k % table.size()].name)) worn[k] *= state[0];
    sorption_rates(sorption, brine, std::span<const S>(worn).first(law_size), c, T, q, dqdt);
    S released(0.0);  // (A1), in full loads a second
    for (std::size_t j = 0; j < q.size(); ++j) {
      S capacity(0.0);
      for (std::size_t n = first_capacity; n < table.size(); ++n)
        if (is_capacity(table[n].name)) capacity += fresh[j * table.size() + n];
      released += larger(S(-dqdt[j]), S(0.0)) / (capacity / counter_ions(sorption, fresh, j));
    }
    dstate[next_state++] = -p[next_number++] * released;
  }
  if (sorption.ageing.metal) {  // (A2)
    std::array<S, ComponentSet::max_size> a;
    ion_activities(brine, c, T, std::span<S>(a));
    dstate[next_state] = p[next_number + 1] * a[*brine.components().find("H+")] * (p[next_number] - state[next_state]);
  }
}

double loading_scale(const Sorption& sorption, const Brine& brine, std::span<const double> c, std::size_t j) {
  const std::size_t count = sorption_parameters(sorption.law).size();
  const auto p = std::span(sorption.parameters).subspan(j * count, count);
  // Laws that look at several components at once: beside the largest of each at the same time they say little.
  if (std::holds_alternative<LdhSalt>(sorption.law) || is_exchange(sorption.law))
    return p[0] / counter_ions(sorption, std::span<const double>(sorption.parameters), j);
  const Sorption alone{sorption.law, {sorption.species[j]}, {p.begin(), p.end()}, sorption.kinetics};
  double scale = 0.0;
  equilibrium_loading<double>(alone, brine, p, c, 298.15, std::span(&scale, 1));
  return std::max(scale, 1e-3);
}

#define BRINEFLOW_INSTANTIATE(S)                                                                                   \
  template S salt_activity<S>(const Brine&, const SorbedSpecies&, std::span<const S>, const S&);                   \
  template void equilibrium_loading<S>(const Sorption&, const Brine&, std::span<const S>, std::span<const S>,      \
                                       const S&, std::span<S>);                                                    \
  template void sorption_rates<S>(const Sorption&, const Brine&, std::span<const S>, std::span<const S>, const S&, \
                                  std::span<const S>, std::span<S>);                                               \
  template void ageing_sorption_rates<S>(const Sorption&, const Brine&, std::span<const S>, std::span<const S>,    \
                                         const S&, std::span<const S>, std::span<const S>, std::span<S>,           \
                                         std::span<S>);
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

}  // namespace brineflow
