// How a pore of nearly the size of an ion hinders it (docs/equations/dspm_de.md).
#pragma once

#include "base/scalar.hpp"

namespace brineflow {

// Beyond this share of the pore's radius an ion counts as this large: it is kept out but for a millionth.
inline constexpr double largest_ion = 0.999;

// Beyond this share it diffuses no more slowly, 6e-5 of its speed in water: at 0.999 it would be 3e-8, and where the fixed charge draws such an ion in, only a potential of
// up to 180 V could hold it back from the water that carries it.
inline constexpr double slowest_ion = 0.98;

// The share lambda of the pore's radius that the ion takes, never above largest_ion.
template <Scalar S>
S relative_size(const S& ion_radius, const S& pore_radius) {
  const S lambda = ion_radius / pore_radius;
  return lambda - select(S(lambda - largest_ion), S(lambda - largest_ion), S(0.0));
}

// (P1) phi = (1 - lambda)^2: where the centre of a sphere finds room in a cylinder. Ferry (1936), J. Gen. Physiol. 20, 95.
template <Scalar S>
S steric_partition(const S& lambda) {
  const S room = S(1.0) - lambda;
  return room * room;
}

// (P2) Diffusion in the pore over that in the bulk, K_d. Up to lambda = 0.95 H / phi of Dechadilok and Deen (2006), Ind. Eng. Chem.
// Res. 45, 6953, eq. 16; beyond that 0.984 ((1 - lambda)/lambda)^(5/2), Mavrovouniotis and Brenner (1988). The two meet to 0.6 %
// at 0.95, and the first rises again beyond it. Held from slowest_ion on. lambda > 0.
template <Scalar S>
S hindered_diffusion(const S& lambda) {
  const S& l = lambda;
  // Horner's form of the powers 2 to 7
  const S powers = l * l * (0.528155 + l * (1.91521 + l * (-2.81903 + l * (0.270788 + l * (1.10115 - 0.435933 * l)))));
  const S near = (1.0 + 1.125 * l * log(l) - 1.56034 * l + powers) / steric_partition(l);
  const S held = select(S(l - slowest_ion), S(slowest_ion), l);
  const S far = 0.984 * pow(S((1.0 - held) / held), S(2.5));
  return select(S(l - 0.95), far, near);
}

// (P3) Speed of the ion over that of the water, K_c. Dechadilok and Deen (2006), eq. 18 over phi.
template <Scalar S>
S hindered_convection(const S& lambda) {
  const S& l = lambda;
  return (1.0 + l * (3.867 + l * (-1.907 - 0.834 * l))) / (1.0 + l * (1.867 - 0.741 * l));
}

// (P4) exp(-dW / kT) for an ion that leaves water for a pore of lower dielectric constant, dW = z^2 e^2/(8 pi eps_0 r)
// (1/eps_pore - 1/eps_bulk). Born (1920), Z. Phys. 1, 45. r [m] the ion's Stokes radius, T [K].
template <Scalar S>
S born_partition(int z, const S& ion_radius, const S& pore_constant, const S& bulk_constant, const S& T) {
  constexpr double e2_over_8_pi_eps0_k = 8.355047e-6;  // [m K]: e = 1.602176634e-19 C, eps_0 = 8.8541878128e-12 F/m, k = 1.380649e-23 J/K
  const double square = static_cast<double>(z) * z;
  return exp(S(-square * e2_over_8_pi_eps0_k / (ion_radius * T) * (1.0 / pore_constant - 1.0 / bulk_constant)));
}

}  // namespace brineflow
