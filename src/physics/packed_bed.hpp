// Flow through a packed bed of spheres (docs/equations/adsorption_column.md).
#pragma once

#include "base/scalar.hpp"

namespace brineflow {

// The liquid and the bed it flows through. SI.
template <Scalar S>
struct PackedBedFlow {
  S velocity;           // superficial, >= 0
  S particle_diameter;  // of the spheres
  S void_fraction;      // between the spheres
  S density;
  S viscosity;
};

// (9) Pressure drop per length [Pa/m] after Ergun (1952), Chem. Eng. Prog. 48, 89:
//   150 (1 - eps)^2/eps^3 mu u/d^2 + 1.75 (1 - eps)/eps^3 rho u^2/d
// Fitted for 1.2 <= rho u d/(mu (1 - eps)) <= 4200. Below that the first term alone counts, which is the law
// of creeping flow of Blake and Kozeny and holds down to rest.
template <Scalar S>
S ergun_pressure_gradient(const PackedBedFlow<S>& flow) {
  const S solid = S(1.0) - flow.void_fraction;
  const S shape =
      solid / (flow.void_fraction * flow.void_fraction * flow.void_fraction * flow.particle_diameter);
  const S viscous = S(150.0) * solid * flow.viscosity / flow.particle_diameter;
  return shape * flow.velocity * (viscous + S(1.75) * flow.density * flow.velocity);
}

}  // namespace brineflow
