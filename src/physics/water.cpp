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

template double water_density(const double&);
template Dual water_density(const Dual&);
template Trace water_density(const Trace&);
template double water_viscosity(const double&);
template Dual water_viscosity(const Dual&);
template Trace water_viscosity(const Trace&);

}  // namespace brineflow
