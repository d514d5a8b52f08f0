#include "physics/isotherms.hpp"

#include <array>

namespace brineflow {
namespace {

constexpr SorptionParameter capacity = {"q_max", "mol/m3", "capacity per volume of solid"};
constexpr SorptionParameter affinity = {"K", "m3/mol", "affinity"};
constexpr SorptionParameter rate_constant = {"k", "1/s", "rate constant of the linear driving force"};

// 1 + sum_i K_i |c_i|, K being parameter `n`: the modulus keeps it away from zero where a front undershoots.
template <Scalar S>
S langmuir_denominator(const SorptionPoint<S>& at, std::size_t n) {
  S sum(1.0);
  for (std::size_t j = 0; j < at.species.size(); ++j) sum += at.parameter(j, n) * abs(at.driving(j));
  return sum;
}

}  // namespace

// ---- (S5) Sips

std::span<const SorptionParameter> Sips::parameters() {
  static constexpr std::array<SorptionParameter, 4> table = {
      {capacity, affinity, {"n", "1", "exponent; 1 is Langmuir's isotherm", Admissible::positive}, rate_constant}};
  return table;
}

template <Scalar S>
void Sips::equilibrium(const SorptionPoint<S>& at, std::span<S> q_star) {
  S denominator(1.0);
  for (std::size_t j = 0; j < at.species.size(); ++j) {
    const S x = at.parameter(j, 1) * at.driving(j);
    q_star[j] = rounded_power(x, at.parameter(j, 2));
    denominator += abs(q_star[j]);
  }
  for (std::size_t j = 0; j < at.species.size(); ++j)
    q_star[j] = at.parameter(j, 0) * q_star[j] / denominator;
}

// ---- (S6) Toth

std::span<const SorptionParameter> Toth::parameters() {
  static constexpr std::array<SorptionParameter, 4> table = {
      {capacity, affinity, {"t", "1", "heterogeneity; 1 is Langmuir's isotherm", Admissible::positive}, rate_constant}};
  return table;
}

template <Scalar S>
void Toth::equilibrium(const SorptionPoint<S>& at, std::span<S> q_star) {
  S square(power_rounding * power_rounding), sum(0.0);
  for (std::size_t j = 0; j < at.species.size(); ++j) sum += at.parameter(j, 1) * abs(at.driving(j));
  square += sum * sum;
  for (std::size_t j = 0; j < at.species.size(); ++j) {
    const S& t = at.parameter(j, 2);
    const S denominator = pow(S(1.0 + pow(square, S(0.5 * t))), S(1.0 / t));
    q_star[j] = at.parameter(j, 0) * at.parameter(j, 1) * at.driving(j) / denominator;
  }
}

// ---- (S7) Temkin

std::span<const SorptionParameter> Temkin::parameters() {
  static constexpr std::array<SorptionParameter, 3> table = {
      {{"B", "mol/m3", "uptake per unit of the logarithm of concentration"},
       {"A", "m3/mol", "binding constant"},
       rate_constant}};
  return table;
}

template <Scalar S>
void Temkin::equilibrium(const SorptionPoint<S>& at, std::span<S> q_star) {
  for (std::size_t j = 0; j < at.species.size(); ++j) {
    // Not through |c|: its derivative at zero would have the sign of whichever side it is counted to.
    const S x = at.parameter(j, 1) * at.driving(j);
    q_star[j] = at.parameter(j, 0) * select(x, S(log(S(1.0 + x))), S(-log(S(1.0 - x))));
  }
}

// ---- (S8) Freundlich

std::span<const SorptionParameter> Freundlich::parameters() {
  static constexpr std::array<SorptionParameter, 4> table = {
      {{"q_ref", "mol/m3", "loading beside the reference concentration"},
       {"c_ref", "mol/m3", "reference concentration", Admissible::positive},
       {"n", "1", "exponent; 1 is Henry's law", Admissible::positive},
       rate_constant}};
  return table;
}

template <Scalar S>
void Freundlich::equilibrium(const SorptionPoint<S>& at, std::span<S> q_star) {
  for (std::size_t j = 0; j < at.species.size(); ++j)
    q_star[j] = at.parameter(j, 0) * rounded_power(S(at.driving(j) / at.parameter(j, 1)), at.parameter(j, 2));
}

// ---- (S9) Langmuir with two kinds of sites

std::span<const SorptionParameter> DualSiteLangmuir::parameters() {
  static constexpr std::array<SorptionParameter, 5> table = {
      {capacity,
       affinity,
       {"q_max_second", "mol/m3", "capacity of the second sites per volume of solid"},
       {"K_second", "m3/mol", "affinity of the second sites"},
       rate_constant}};
  return table;
}

template <Scalar S>
void DualSiteLangmuir::equilibrium(const SorptionPoint<S>& at, std::span<S> q_star) {
  const S first = langmuir_denominator(at, 1), second = langmuir_denominator(at, 3);
  for (std::size_t j = 0; j < at.species.size(); ++j)
    q_star[j] =
        (at.parameter(j, 0) * at.parameter(j, 1) / first + at.parameter(j, 2) * at.parameter(j, 3) / second) *
        at.driving(j);
}

#define BRINEFLOW_INSTANTIATE(S)                                                   \
  template void Sips::equilibrium<S>(const SorptionPoint<S>&, std::span<S>);       \
  template void Toth::equilibrium<S>(const SorptionPoint<S>&, std::span<S>);       \
  template void Temkin::equilibrium<S>(const SorptionPoint<S>&, std::span<S>);     \
  template void Freundlich::equilibrium<S>(const SorptionPoint<S>&, std::span<S>); \
  template void DualSiteLangmuir::equilibrium<S>(const SorptionPoint<S>&, std::span<S>);
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

}  // namespace brineflow
