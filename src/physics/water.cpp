#include "physics/water.hpp"

namespace brineflow {

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
S water_permittivity(const S& T) {
  // D = D1000 + C ln((B + p) / (B + 1000)), p in bar.
  const S at_1000_bar = S(342.79) * exp(S(-5.0866e-3) * T + S(9.4690e-7) * T * T);
  const S C = S(-2.0525) + S(3115.9) / (T - S(182.89));
  const S B = S(-8032.5) + S(4.2142e6) / T + S(2.1417) * T;
  return at_1000_bar + C * log((B + S(1.0)) / (B + S(1000.0)));
}

template <Scalar S>
S debye_hueckel_slope(const S& T) {
  // A_phi = (1/3) (2 pi N_A rho)^.5 (e^2 / (4 pi eps_0 D k T))^1.5; Pitzer (1991) eq. 3-25. CODATA 2018.
  constexpr double pi = 3.14159265358979324, N_A = 6.02214076e23, k = 1.380649e-23, e = 1.602176634e-19, eps_0 = 8.8541878128e-12;
  const S bjerrum = S(e * e / (4.0 * pi * eps_0 * k)) / (water_permittivity(T) * T);
  return S(1.0 / 3.0) * sqrt(S(2.0 * pi * N_A) * water_density(T)) * bjerrum * sqrt(bjerrum);
}

template double water_permittivity(const double&);
template Dual water_permittivity(const Dual&);
template Trace water_permittivity(const Trace&);
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
