#include "physics/water.hpp"

namespace brineflow {
namespace {

// Wagner & Pruss (1993): ln(p/p_c) = T_c/T sum a_i tau^n_i with n = 1, 1.5, 3, 3.5, 4, 7.5, tau = 1 - T/T_c; s = sqrt(tau).
constexpr double critical_temperature = 647.096, log_critical_pressure = 16.90945787901522;  // K, ln(22.064e6 Pa / 1 Pa)

template <Scalar S>
S saturation_exponent(const S& tau, const S& s) {
  return tau * (S(-7.85951783) + S(1.84408259) * s + tau * tau * (S(-11.7866497) + S(22.6807411) * s + tau * (S(-15.9618719) + S(1.80122502) * tau * tau * tau * s)));
}

template <Scalar S>
S saturation_exponent_slope(const S& tau, const S& s) {
  return S(-7.85951783) + S(1.5 * 1.84408259) * s +
         tau * tau * (S(3.0 * -11.7866497) + S(3.5 * 22.6807411) * s + tau * (S(4.0 * -15.9618719) + S(7.5 * 1.80122502) * tau * tau * tau * s));
}

}  // namespace

template <Scalar S>
S water_density(const S& T) {
  // Kell (1975) eq. 16; t in degC. Laliberte & Cooper (2004) build on the same formula.
  const S t = T - S(ice_point);
  const S numerator = S(999.83952) + t * (S(16.945176) +
                      t * (S(-7.9870401e-3) + t * (S(-46.170461e-6) + t * (S(105.56302e-9) - S(280.54253e-12) * t))));
  return numerator / (S(1.0) + S(16.879850e-3) * t);
}

template <Scalar S>
S water_viscosity(const S& T) {
  // Laliberte (2007) eq. 13, t in degC, printed in mPa s.
  const S t = T - S(ice_point);
  return S(1e-3) * (t + S(246.0)) / ((S(0.05594) * t + S(5.2842)) * t + S(137.37));
}

template <Scalar S>
S water_heat_capacity(const S& T) {
  // c_p = -R (c3 + tau sum n_i (n_i + 1) a_i alpha^(n_i + 2) + tau sum m_i (m_i + 1) b_i beta^(m_i + 2))
  const S tau = T / S(10.0), alpha = S(10.0) / (S(593.0) - T), beta = S(10.0) / (T - S(232.0));
  const S alpha2 = alpha * alpha, beta2 = beta * beta;
  const S alpha6 = alpha2 * alpha2 * alpha2;
  const S far = alpha6 * (S(20.0 * -1.661470539e5) + alpha * S(30.0 * 2.708781640e6) + alpha2 * alpha * S(56.0 * -1.557191544e8));
  const S near = beta2 * beta2 * (S(6.0 * -8.237426256e-1) + beta * (S(12.0 * 1.908956353) + beta * (S(20.0 * -2.017597384) + beta * S(30.0 * 8.546361348e-1))));
  return S(-461.51805) * (S(-8.983025854) + tau * (far + near));
}

template <Scalar S>
S log_saturation_pressure(const S& T) {
  const S tau = S(1.0) - T / S(critical_temperature);
  return S(log_critical_pressure) + S(critical_temperature) / T * saturation_exponent(tau, S(sqrt(tau)));
}

template <Scalar S>
S log_saturation_pressure_slope(const S& T) {
  const S tau = S(1.0) - T / S(critical_temperature);
  const S s = sqrt(tau);
  return -(S(critical_temperature) / T * saturation_exponent(tau, s) + saturation_exponent_slope(tau, s)) / T;
}

template <Scalar S>
S water_permittivity(const S& T) {
  // D = D1000 + C ln((B + p) / (B + 1000)), p in bar.
  const S at_1000_bar = S(342.79) * exp(S(-5.0866e-3) * T + S(9.4690e-7) * T * T);
  const S C = S(-2.0525) + S(3115.9) / (T - S(182.89));
  const S B = S(-8032.5) + S(4.2142e6) / T + S(2.1417) * T;
  return at_1000_bar + C * log((B + S(1.0)) / (B + S(1000.0)));
}

template <Scalar S>
S log_water_ion_product(const S& T) {
  // log10 K = A + B/T + C/T^2 + D/T^3 + (E + F/T + G/T^2) log10(rho), rho in g/cm3
  const S x = S(1.0) / T;
  const S at_unit_density = S(-4.098) + x * (S(-3245.2) + x * (S(2.2362e5) - S(3.984e7) * x));
  const S by_density = S(13.957) + x * (S(-1262.3) + S(8.5641e5) * x);
  return S(2.302585092994046) * at_unit_density + by_density * log(S(1e-3) * water_density(T));
}

template <Scalar S>
S debye_hueckel_slope(const S& T) {
  // A_phi = (1/3) (2 pi N_A rho)^.5 (e^2 / (4 pi eps_0 D k T))^1.5; Pitzer (1991) eq. 3-25. CODATA 2018.
  constexpr double pi = 3.14159265358979324, N_A = 6.02214076e23, k = 1.380649e-23, e = 1.602176634e-19, eps_0 = 8.8541878128e-12;
  const S bjerrum = S(e * e / (4.0 * pi * eps_0 * k)) / (water_permittivity(T) * T);
  return S(1.0 / 3.0) * sqrt(S(2.0 * pi * N_A) * water_density(T)) * bjerrum * sqrt(bjerrum);
}

template double water_heat_capacity(const double&);
template Dual water_heat_capacity(const Dual&);
template Trace water_heat_capacity(const Trace&);
template double log_saturation_pressure(const double&);
template Dual log_saturation_pressure(const Dual&);
template Trace log_saturation_pressure(const Trace&);
template double log_saturation_pressure_slope(const double&);
template Dual log_saturation_pressure_slope(const Dual&);
template Trace log_saturation_pressure_slope(const Trace&);
template double water_permittivity(const double&);
template Dual water_permittivity(const Dual&);
template Trace water_permittivity(const Trace&);
template double log_water_ion_product(const double&);
template Dual log_water_ion_product(const Dual&);
template Trace log_water_ion_product(const Trace&);
template double debye_hueckel_slope(const double&);
template Dual debye_hueckel_slope(const Dual&);
template Trace debye_hueckel_slope(const Trace&);
template double water_density(const double&);
template Dual water_density(const Dual&);
template Trace water_density(const Trace&);
template double water_viscosity(const double&);
template Dual water_viscosity(const Dual&);
template Trace water_viscosity(const Trace&);

}  // namespace brineflow
