// The Donnan steric pore model with dielectric exclusion: how ions cross a nanofiltration membrane through its pores
// (docs/equations/dspm_de.md).
//
// Symbols: c [mol/m3] concentration, outside the pores or in them; J_v [m/s] volume flux; J_i = J_v c_p,i; X [mol/m3] fixed
// charge per volume of pore; x in [0, 1] through the pore, 0 at the feed; potentials in units of R T / F.
//
// As in sdem.hpp the unknowns of a membrane are the transmissions T_i = c_p,i / c_bulk,i, and the barrier is asked for c_i(0) /
// c_p,i. Here concentrations count, not only the composition: the fixed charge sets their scale.
#pragma once

#include "base/scalar.hpp"

#include <cstddef>
#include <span>

namespace brineflow::dspm_de {

// How (P6) is solved through the pore.
enum class Profile {
  resolved,   // steps in which the field is constant and every ion's profile the exact one
  linear,     // steps in which every profile is a straight line; with one step the scheme of Geraldes and Brites Alves (2008)
};

// Steps of the resolved profile; docs/equations/dspm_de.md has their error.
inline constexpr int pore_steps = 10;

// The pore. One entry a solute, neutral ones (z = 0) included; at most ComponentSet::max_size.
template <Scalar S>
struct Pore {
  std::span<const int> z;
  std::span<const S> feed_partition;      // (P5) at x = 0: steric, Born, activity coefficient outside over inside; all above zero
  std::span<const S> permeate_partition;  // the same at x = 1
  std::span<const S> resistance;          // [s/m] dx_e / (K_d,i D_i)
  std::span<const S> convection;          // K_c,i
  S charge;                               // [mol/m3] X
  Profile profile = Profile::resolved;
  int steps = pore_steps;
};

// Through the pore, from the permeate to the feed: c_i(outside, feed) / c_p,i. With a_i = J_v dx_e / (K_d,i D_i)
//
//   dc_i/dx = a_i (K_c,i c_i - c_p,i) - z_i c_i dpsi/dx,   sum z_i c_i + X = 0                                  (P6)
//
// between equilibria (P5) at both faces. Bowen and Welfoot (2002), Chem. Eng. Sci. 57, 1121. `J_v` must be positive
// (sdem::forward_flux); c_p [mol/m3] may be anything finite, as in Newton's trials, and the result is then finite too, with
// |c_p,i| carrying the charge. A charge sum z_i c_p,i reappears at the feed, so that a neutral face means no current. Solutes that are absent get the ratio which the others give them.
template <Scalar S>
void face_over_permeate(const Pore<S>& pore, const S& J_v, std::span<const S> c_p, std::span<S> ratio);

}  // namespace brineflow::dspm_de
