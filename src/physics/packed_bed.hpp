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

// (10) Film coefficient [m/s] after Wilson and Geankoplis (1966), Ind. Eng. Chem. Fundam. 5, 9:
//   Sh = (1.09/eps) (Re Sc)^(1/3),  Sh = k_f d/D_m,  Re Sc = u d/D_m
// Measured for 0.0016 < rho u d/mu < 55 and Schmidt numbers from 950 to 70,600; their branch for faster flow is left out:
// beds of granules stay below. velocity > 0. The range stands in the abstract of the paper; the formula is quoted from
// textbooks.
template <Scalar S>
S wilson_geankoplis_film(const S& velocity, const S& particle_diameter, const S& void_fraction, const S& diffusion) {
  return S(1.09) / void_fraction * pow(S(velocity * particle_diameter / diffusion), S(1.0 / 3.0)) * diffusion / particle_diameter;
}

// Sh = 2: steady diffusion to a sphere in a liquid at rest [m/s].
template <Scalar S>
S sphere_at_rest_film(const S& particle_diameter, const S& diffusion) {
  return 2.0 * diffusion / particle_diameter;
}

// (11) Axial dispersion coefficient [m2/s] of the liquid between the particles after Chung and Wen (1968), AIChE J. 14, 857:
//   (u/eps) d/D_ax = (0.2 + 0.011 Re^0.48)/eps,  Re = rho u d/mu
// For liquids in fixed beds, 1e-3 < Re < 1e3. velocity > 0. Quoted from memory of textbooks, not compared with the paper.
template <Scalar S>
S chung_wen_dispersion(const PackedBedFlow<S>& flow) {
  const S Re = flow.density * flow.velocity * flow.particle_diameter / flow.viscosity;
  return flow.velocity * flow.particle_diameter / (S(0.2) + S(0.011) * pow(Re, S(0.48)));
}

}  // namespace brineflow
