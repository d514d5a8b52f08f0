#include "physics/ion_exchange.hpp"

#include "physics/isotherms.hpp"
#include "physics/speciation.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace brineflow {
namespace {

constexpr double water_ion_product = 1.00762747e-14;  // 10^-13.9967, HMW84
constexpr double trace = 1e-7;                        // mol/kg: what an absent ion other than H+ counts as

constexpr SorptionParameter capacity = {"q_max", "mol/m3", "capacity per volume of solid"};

// K of species j at the temperature here, its numbers standing at 1, 2 and 3 of each species' row or after an
// n.
template <Scalar S>
S constant(const SorptionPoint<S>& at, std::size_t j, std::size_t enthalpy) {
  return at_temperature(at.parameter(j, 1), at.parameter(j, enthalpy), at.parameter(j, enthalpy + 1), at.T);
}

// The activity of what the solid gives back: never zero.
template <Scalar S>
S activity_given_back(const SorptionPoint<S>& at, std::span<const S> a) {
  const std::size_t r = at.species[0].given_back();
  if (at.brine.components()[r].name == "H+") return a[r];
  return sqrt(S(a[r] * a[r] + S(trace * trace)));
}

// x^n, odd.
template <Scalar S>
S whole_power(const S& x, int n) {
  S result = x;
  const S size = abs(x);
  for (int k = 1; k < n; ++k) result *= size;
  return result;
}

}  // namespace

template <Scalar S>
void ion_activities(const Brine& brine, std::span<const S> c, const S& T, std::span<S> a) {
  std::array<S, ComponentSet::max_size> ln_gamma;
  if (const Speciation* speciation = brine.speciation()) {
    std::array<S, ComponentSet::max_size> amounts;
    const std::size_t species = speciation->species().size();
    speciation->speciate(c, T, std::span<S>(amounts).first(species));
    speciation->activities().log_activity(std::span<const S>(amounts).first(species), T,
                                          std::span<S>(ln_gamma).first(species));
    const S water = amounts[0] * S(brine.components()[0].molar_mass);
    for (std::size_t i = 1; i < c.size(); ++i) a[i] = amounts[i] / water * exp(ln_gamma[i]);
    return;
  }
  brine.log_activity_coefficients(c, T, std::span<S>(ln_gamma).first(c.size()));
  const S water = c[0] * S(brine.components()[0].molar_mass);
  for (std::size_t i = 1; i < c.size(); ++i) a[i] = c[i] / water * exp(ln_gamma[i]);
  if (const auto hydrogen = brine.components().find("H+")) {  // (E1), without its cancellation in base
    const S total = c[*hydrogen] / water;
    const S larger_root = 0.5 * (abs(total) + sqrt(S(total * total + S(4.0 * water_ion_product))));
    a[*hydrogen] = exp(ln_gamma[*hydrogen]) * select(total, larger_root, S(water_ion_product / larger_root));
  }
}

namespace {

// q_j = q_max,j y_j / (1 + sum_i |y_i|) with y_j = power(K_j a_j / a_r, j), the equilibrium of (S10) and (S11). A species'
// enthalpy is its parameter number `enthalpy`.
template <Scalar S, class Power>
void shared_sites(const SorptionPoint<S>& at, std::size_t enthalpy, std::span<S> q, const Power& power) {
  std::array<S, ComponentSet::max_size> a;
  ion_activities(at.brine, at.c, at.T, std::span<S>(a));
  const S back = activity_given_back(at, std::span<const S>(a));
  S denominator(1.0);
  for (std::size_t j = 0; j < at.species.size(); ++j) {
    q[j] = power(S(constant(at, j, enthalpy) * a[at.species[j].follows] / back), j);
    denominator += abs(q[j]);
  }
  for (std::size_t j = 0; j < at.species.size(); ++j) q[j] *= at.parameter(j, 0) / denominator;
}

}  // namespace

// ---- (S10) exchange, linear driving force

std::span<const SorptionParameter> IonExchange::parameters() {
  static constexpr std::array<SorptionParameter, 6> table = {{
      capacity,
      {"K", "1", "exchange constant for the ion that is given back, on activities"},
      {"n", "1", "heterogeneity of the sites; 1 is mass action on equal ones", Admissible::positive, "1"},
      sorption_enthalpy,
      sorption_reference_temperature,
      {"k", "1/s", "rate constant of the linear driving force"},
  }};
  return table;
}

template <Scalar S>
void IonExchange::equilibrium(const SorptionPoint<S>& at, std::span<S> q_star) {
  shared_sites(at, 3, q_star, [&](const S& x, std::size_t j) { return rounded_power(x, at.parameter(j, 2)); });
}

// ---- (S11) exchange as a reaction

std::span<const SorptionParameter> MassActionIonExchange::parameters() {
  static constexpr std::array<SorptionParameter, 5> table = {{
      capacity,
      {"K", "1", "exchange constant for the ion that is given back, on activities"},
      sorption_enthalpy,
      sorption_reference_temperature,
      {"k", "1/s",
       "rate constant of release into a solution where the ion given back has activity 1 (molal)"},
  }};
  return table;
}

template <Scalar S>
void MassActionIonExchange::equilibrium(const SorptionPoint<S>& at, std::span<S> q_star) {
  shared_sites(at, 2, q_star, [](const S& x, std::size_t) { return x; });
}

template <Scalar S>
void MassActionIonExchange::rates(const SorptionPoint<S>& at, std::span<const S> q, std::span<S> dqdt) {
  std::array<S, ComponentSet::max_size> a;
  ion_activities(at.brine, at.c, at.T, std::span<S>(a));
  const S back = activity_given_back(at, std::span<const S>(a));
  S free(1.0);
  for (std::size_t j = 0; j < at.species.size(); ++j) free -= q[j] / at.parameter(j, 0);
  for (std::size_t j = 0; j < at.species.size(); ++j)
    dqdt[j] = at.parameter(j, 4) *
              (constant(at, j, 2) * a[at.species[j].follows] * at.parameter(j, 0) * free - back * q[j]);
}

// ---- (S12) steric mass action

std::span<const SorptionParameter> StericMassAction::parameters() {
  static constexpr std::array<SorptionParameter, 5> table = {{
      {"ionic_capacity", "mol/m3", "counter-ions per volume of solid (Lambda), the same for all species",
       Admissible::positive},
      {"steric_factor", "1", "counter-ions that one of the species covers beside those it replaces (sigma)"},
      {"k_a", "1/s", "rate constant of uptake by a solid without load"},
      {"k_d", "1/s", "rate constant of release where the salt has its reference concentration",
       Admissible::positive},
      {"c_ref", "mol/m3", "reference concentration of the salt", Admissible::positive},
  }};
  return table;
}

template <Scalar S>
void StericMassAction::rates(const SorptionPoint<S>& at, std::span<const S> q, std::span<S> dqdt) {
  const std::size_t salt = at.species[0].given_back();
  const auto nu = [&](std::size_t j) { return -at.species[j].stoichiometry[salt]; };
  S free(1.0);
  for (std::size_t j = 0; j < at.species.size(); ++j)
    free -= (S(static_cast<double>(nu(j))) + at.parameter(j, 1)) * q[j] / at.parameter(j, 0);
  for (std::size_t j = 0; j < at.species.size(); ++j)
    dqdt[j] = at.parameter(j, 2) * at.driving(j) * whole_power(free, nu(j)) -
              at.parameter(j, 3) * q[j] * whole_power(S(at.c[salt] / at.parameter(j, 4)), nu(j));
}

// s + sum_j (nu_j + sigma_j)/Lambda_j q_j(s) = 1, q_j = (k_a/k_d) c_j (s c_ref/c_s)^nu_j: rises with s and is
// convex, so that Newton's method from s = 1 comes down to the one root. The last step is taken in S and
// brings the derivatives.
template <Scalar S>
void StericMassAction::equilibrium(const SorptionPoint<S>& at, std::span<S> q_star) {
  constexpr int most_steps = 400;
  constexpr double trace_of_salt = 1e-4;  // mol/m3
  const std::size_t salt = at.species[0].given_back();
  const S c_s = sqrt(S(at.c[salt] * at.c[salt] + S(trace_of_salt * trace_of_salt)));
  const auto nu = [&](std::size_t j) { return -at.species[j].stoichiometry[salt]; };
  const auto step = [&](const S& s) -> S {
    S value = s - 1.0, slope(1.0);
    for (std::size_t j = 0; j < at.species.size(); ++j) {
      const double n = nu(j);
      q_star[j] = at.parameter(j, 2) / at.parameter(j, 3) * abs(at.driving(j)) *
                  whole_power(S(s * at.parameter(j, 4) / c_s), nu(j));
      const S covered = (S(n) + at.parameter(j, 1)) / at.parameter(j, 0) * q_star[j];
      value += covered;
      slope += n * covered / s;
    }
    return s - value / slope;
  };
  S s(1.0);
  for (int k = 0; k < most_steps; ++k) {
    const double before = value_of(s);
    s = step(S(before));
    if (std::abs(value_of(s) - before) <= 1e-15 * before) break;
  }
  s = step(S(value_of(s)));
  step(s);  // leaves q_j at s
  for (std::size_t j = 0; j < at.species.size(); ++j)
    q_star[j] = select(at.driving(j), q_star[j], S(-q_star[j]));
}

std::string objection_to_exchange(std::span<const SorbedSpecies> species, const ComponentSet& components,
                                  bool one_for_one) {
  const std::size_t back = species[0].given_back();
  for (const SorbedSpecies& one : species) {
    std::size_t given = 0;
    for (std::size_t i = 0; i < components.size(); ++i)
      if (one.stoichiometry[i] < 0) ++given;
    if (given == 0)
      return fmt::format(
          "{} gives nothing back, and the law is an exchange: `takes` needs a negative amount, {{Li+: 1, H+: "
          "-1}}",
          one.name);
    if (given > 1 || one.given_back() != back)
      return fmt::format(
          "{} gives back {}: all species of an exchanger must give back the one component that it holds at "
          "first",
          one.name,
          given > 1 ? "several components"
                    : components[one.given_back()].name + " where " + species[0].name + " gives back " +
                          components[back].name);
    if (one_for_one && (one.stoichiometry[back] != -1 || one.stoichiometry[one.follows] != 1))
      return fmt::format("{} does not exchange one ion for one, which the law is for", one.name);
    if (one.stoichiometry[one.follows] < 1)
      return fmt::format("{} follows {}, which it does not take up", one.name, components[one.follows].name);
  }
  return {};
}

#define BRINEFLOW_INSTANTIATE(S)                                                                            \
  template void ion_activities<S>(const Brine&, std::span<const S>, const S&, std::span<S>);                \
  template void IonExchange::equilibrium<S>(const SorptionPoint<S>&, std::span<S>);                         \
  template void MassActionIonExchange::equilibrium<S>(const SorptionPoint<S>&, std::span<S>);               \
  template void MassActionIonExchange::rates<S>(const SorptionPoint<S>&, std::span<const S>, std::span<S>); \
  template void StericMassAction::equilibrium<S>(const SorptionPoint<S>&, std::span<S>);                    \
  template void StericMassAction::rates<S>(const SorptionPoint<S>&, std::span<const S>, std::span<S>);
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

}  // namespace brineflow
