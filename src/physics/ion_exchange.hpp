// Ions that change places with one the solid gives back (docs/equations/sorption.md, (S10) to (S12)).
//
// All species of such a sorbent give back the same component r: H+ of titanium and manganese sieves, the
// salt's counter-ion of a resin. What comes and what goes have the same charge, so the solid stays neutral
// and the brine too.
#pragma once

#include "physics/sorption_point.hpp"

#include <string>

namespace brineflow {

// Molal activities of all components but water (a[0] is left alone). They follow the concentrations in sign,
// but that of H+ is positive always: where the brine knows what its components form (Brine::speciation) it is
// the free ion in equilibrium with OH-, carbonate, borate; else that of strong acid or base in water,
//
//   a_H = (T + sqrt(T^2 + 4 K_w)) / 2,  T = m(H+) of the component, K_w = 10^-13.9967 (25 degC, HMW84) (E1)
template <Scalar S>
void ion_activities(const Brine& brine, std::span<const S> c, const S& T, std::span<S> a);

// (S10) q*_j = q_max,j y_j / (1 + sum_i |y_i|), y_j = power(K_j a_j / a_r, n_j), power as in (P1).
//
// n = 1: the mass action of M+ + H-site = H+ + M-site on equal sites; theta = K a_Li / (a_H + K a_Li). n < 1:
// sites of many strengths, as (S5) is to Langmuir (Sips 1948). Only the ratio of two ions of one charge
// enters, which does not depend on the convention of single-ion activities.
struct IonExchange {
  static constexpr std::string_view name = "ion_exchange";
  static constexpr bool by_driving_force = true;
  static std::span<const SorptionParameter> parameters();
  template <Scalar S>
  static void equilibrium(const SorptionPoint<S>& at, std::span<S> q_star);
};

// (S11) dq_j/dt = k_j (K_j a_j q_max,j (1 - sum_i q_i / q_max,i) - a_r q_j): the same reaction as a rate,
// forward and back. Its equilibrium is (S10) with n = 1. Helfferich (1962), Ion Exchange, ch. 6 (cited from memory).
struct MassActionIonExchange {
  static constexpr std::string_view name = "mass_action_ion_exchange";
  static constexpr bool by_driving_force = false;
  static std::span<const SorptionParameter> parameters();
  template <Scalar S>
  static void equilibrium(const SorptionPoint<S>& at, std::span<S> q_star);
  template <Scalar S>
  static void rates(const SorptionPoint<S>& at, std::span<const S> q, std::span<S> dqdt);
};

// (S12) dq_j/dt = k_a,j c_j s^nu_j - k_d,j q_j (c_s / c_ref,j)^nu_j, s = 1 - sum_i (nu_i + sigma_i) q_i /
// Lambda_i
//
// Steric mass action, Brooks and Cramer (1992), AIChE J. 38, 1969 (cited from memory): nu_j counter-ions leave for one of species
// j, sigma_j more are covered by it. nu_j is the number of salt ions that the species gives back. Their K_j
// is (k_a,j / k_d,j) (c_ref / Lambda)^nu_j. Powers are odd below zero.
struct StericMassAction {
  static constexpr std::string_view name = "steric_mass_action";
  static constexpr bool by_driving_force = false;
  static std::span<const SorptionParameter> parameters();
  template <Scalar S>
  static void equilibrium(const SorptionPoint<S>& at, std::span<S> q_star);
  template <Scalar S>
  static void rates(const SorptionPoint<S>& at, std::span<const S> q, std::span<S> dqdt);
};

// What stands against these species in (S10) to (S12): one gives back nothing or several components, or
// another than the rest; more than one ion for one (`one_for_one`). Empty when all is well.
std::string objection_to_exchange(std::span<const SorbedSpecies> species, const ComponentSet& components,
                                  bool one_for_one);

}  // namespace brineflow
