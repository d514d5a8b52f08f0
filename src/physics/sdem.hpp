// Solution-diffusion-electromigration: how ions cross a nanofiltration membrane and the film before it.
//
// Symbols (docs/equations/nanofiltration.md): c [mol/m3] concentration, in the barrier the virtual one, that of a
// solution in equilibrium with it; J_v [m/s] volume flux; J_i = J_v c_p,i [mol/(m2 s)] ion fluxes; P_i [m/s] ion
// permeabilities; k_i [m/s] mass-transfer coefficients; x in [0, 1] through a layer.
//
// The unknowns are the transmissions T_i = c_p,i / c_bulk,i, not the fluxes: J_i / J_v has no value at J_v = 0, while T_i
// is 1 there. And every concentration is carried as a ratio to that of its ion where the layer begins, so that nothing
// depends on how concentrated the solution is: an ion that is absent, or a solution diluted without end, has the
// transmission that its composition gives it.
#pragma once

#include "base/scalar.hpp"

#include <cstddef>
#include <span>

namespace brineflow::sdem {

// Fixed steps of the fourth-order Runge-Kutta method through a layer. Errors against a fine solution stand in
// docs/equations/nanofiltration.md.
inline constexpr int barrier_steps = 20;
inline constexpr int film_steps = 4;

// The volume flux as it enters transport: J_v where it is positive, and never quite zero. It differs from J_v by
// J_0^2 / (4 J_v), with J_0 = 1e-10 m/s = 0.4 mL/(m2 h).
template <Scalar S>
S forward_flux(const S& J_v) {
  constexpr double J_0 = 1e-10;
  const S root = sqrt(J_v * J_v + S(J_0 * J_0));
  return select(J_v, S(0.5 * (J_v + root)), S(0.5 * J_0 * J_0 / (root - J_v)));  // the same, each without cancellation
}

// Through the barrier, from the permeate to the feed: how many times the concentration at the membrane's feed face is
// that of the permeate, c_i(0) / c_p,i. Integrates
//
//   J_i = -P_i (dc_i/dx + z_i c_i dphi/dx),   sum z_i c_i = 0,   c_i(1) = c_p,i = J_i / J_v                     (1)
//
// Yaroshchuk & Bruening, J. Membr. Sci. 523 (2017) 361. `J_v` must be positive (forward_flux). `c_p` counts as a
// composition, any common factor does, best one of about 1; it may be anything finite, as in Newton's trials, and the
// result is then finite too. A charge sum z_i c_p,i reappears as a multiple of itself, so that a neutral face means no
// current.
//
// All spans have one entry a solute, neutral ones (z = 0) included; at most ComponentSet::max_size.
template <Scalar S>
void face_over_permeate(std::span<const int> z, std::span<const S> P, const S& J_v, std::span<const S> c_p,
                        std::span<S> ratio, int steps = barrier_steps);

// Through the polarisation film, from the bulk to the membrane: c_i(1) / c_bulk,i of
//
//   J_i = J_v c_i - k_i (dc_i/dx + z_i c_i dphi/dx),   sum z_i c_i = 0,   c_i(0) = c_bulk,i                     (2)
//
// with J_i = J_v T_i c_bulk,i. `c_bulk` counts as a composition, as above. Film theory where all k_i are equal, and then
// exact for any number of steps.
template <Scalar S>
void face_over_bulk(std::span<const int> z, std::span<const S> k, const S& J_v, std::span<const S> c_bulk,
                    std::span<const S> T, std::span<S> ratio, int steps = film_steps);

// Salt permeability of a membrane for one salt alone, nu_+ + nu_- ions: intrinsic rejection is J_v / (J_v + P_s) with
// P_s = (z_+ + |z_-|) P_+ P_- / (z_+ P_+ + |z_-| P_-).
double salt_permeability(int z_cation, double P_cation, int z_anion, double P_anion);

}  // namespace brineflow::sdem
