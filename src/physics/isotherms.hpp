// Isotherms beside Langmuir's: what a solid holds in equilibrium (docs/equations/sorption.md, (S5) to (S9)).
//
// Each is finite and differentiable at zero and odd below it, because an integrator visits slightly negative
// concentrations. Where the isotherm itself has an infinite slope at zero its power is rounded off there
// (P1).
#pragma once

#include "physics/sorption_point.hpp"

namespace brineflow {

// Below this share of its reference concentration (of 1/K, of c_ref) a power is rounded off.
inline constexpr double power_rounding = 1e-5;

// x^n for x >= 0, odd, with a finite slope d^(n - 1) at zero, d = power_rounding:
//
//   power(x, n) = x (x^2 + d^2)^((n - 1) / 2)                                                            (P1)
//
// Relative difference from x^n: below |n - 1| / 2 (d / x)^2, so 5e-5 |n - 1| at x = 1e-3.
template <Scalar S>
S rounded_power(const S& x, const S& n) {
  return x * pow(S(x * x + S(power_rounding * power_rounding)), S(0.5 * (n - 1.0)));
}

// (S5) q*_j = q_max,j y_j / (1 + sum_i |y_i|), y_j = power(K_j c_j, n_j).
// Sips (1948), J. Chem. Phys. 16, 490; for several species the same with a shared denominator
// (Langmuir-Freundlich).
struct Sips {
  static constexpr std::string_view name = "sips";
  static constexpr bool by_driving_force = true;
  static std::span<const SorptionParameter> parameters();
  template <Scalar S>
  static void equilibrium(const SorptionPoint<S>& at, std::span<S> q_star);
};

// (S6) q*_j = q_max,j K_j c_j / (1 + (X^2 + d^2)^(t_j / 2))^(1 / t_j), X = sum_i K_i |c_i|.
// Toth (1971), Acta Chim. Acad. Sci. Hung. 69, 311.
struct Toth {
  static constexpr std::string_view name = "toth";
  static constexpr bool by_driving_force = true;
  static std::span<const SorptionParameter> parameters();
  template <Scalar S>
  static void equilibrium(const SorptionPoint<S>& at, std::span<S> q_star);
};

// (S7) q*_j = B_j ln(1 + A_j c_j), odd below zero. Temkin and Pyzhev (1940), Acta Physicochim. URSS 12, 217,
// write B ln(A c), which falls without bound in dilute brine; the 1 differs from that by less than B / (A c).
struct Temkin {
  static constexpr std::string_view name = "temkin";
  static constexpr bool by_driving_force = true;
  static std::span<const SorptionParameter> parameters();
  template <Scalar S>
  static void equilibrium(const SorptionPoint<S>& at, std::span<S> q_star);
};

// (S8) q*_j = q_ref,j power(c_j / c_ref,j, n_j): every species by itself.
// Freundlich (1906), Z. Phys. Chem. 57, 385.
struct Freundlich {
  static constexpr std::string_view name = "freundlich";
  static constexpr bool by_driving_force = true;
  static std::span<const SorptionParameter> parameters();
  template <Scalar S>
  static void equilibrium(const SorptionPoint<S>& at, std::span<S> q_star);
};

// (S9) q*_j = q_max,j K_j c_j / (1 + sum_i K_i |c_i|) + the same with the second sites' q_max and K.
// Graham (1953), J. Phys. Chem. 57, 665.
struct DualSiteLangmuir {
  static constexpr std::string_view name = "dual_site_langmuir";
  static constexpr bool by_driving_force = true;
  static std::span<const SorptionParameter> parameters();
  template <Scalar S>
  static void equilibrium(const SorptionPoint<S>& at, std::span<S> q_star);
};

}  // namespace brineflow
