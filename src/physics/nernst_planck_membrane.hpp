// An ion-exchange membrane between two films, ion by ion: Nernst-Planck in all three layers, Donnan equilibrium with the
// fixed charge at both faces (docs/equations/electrodialysis.md, equations 20 to 28).
//
// The limiting current is no parameter here: it is where the film of the diluate runs out of ions at the membrane.
//
// Unknowns of one membrane, and what determines each: for either side (diluate, concentrate) the shares v_i = c_i / C of
// all solutes at the face and lambda = ln(C_bulk / C_face), from the film; the Donnan potentials psi at both faces, from
// the membrane's neutrality; the potential Delta across the membrane, from the current. Shares and the logarithm of the
// sum, because near the limit all concentrations at a face vanish together, by many powers of ten, while an ion that is
// absent is exactly 0.
#pragma once

#include "base/scalar.hpp"
#include "physics/components.hpp"
#include "physics/ion_exchange_membrane.hpp"

#include <array>
#include <cstddef>
#include <span>

namespace brineflow::stack {

// Fixed steps of the fourth-order Runge-Kutta method through a film; errors in docs/equations/electrodialysis.md.
inline constexpr int diluate_film_steps = 20;
inline constexpr int concentrate_film_steps = 8;

template <Scalar S>
struct IonMembrane {
  MembraneKind kind = MembraneKind::cation_exchange;
  S fixed_charge;                 // mol per m3 of membrane
  std::span<const S> permeability;  // m/s, diffusivity in the membrane over its thickness
  std::span<const S> partition;     // concentration in the membrane over that in solution at no potential
};

// Where the unknowns of one membrane with n solutes stand.
struct MembraneUnknowns {
  std::size_t n;
  std::size_t share(std::size_t side, std::size_t i) const { return side * (n + 1) + i; }
  std::size_t lambda(std::size_t side) const { return side * (n + 1) + n; }
  std::size_t donnan(std::size_t side) const { return 2 * (n + 1) + side; }
  std::size_t potential() const { return 2 * (n + 1) + 2; }
  std::size_t size() const { return 2 * n + 5; }
  static constexpr std::size_t max_size = 2 * ComponentSet::max_size + 5;
};

// The film of one side. Concentrations are those of the channel, by share and sum.
template <Scalar S>
struct Film {
  std::array<S, ComponentSet::max_size> share;      // of the bulk; their sum is 1
  S sum;                                            // mol/m3
  std::array<S, ComponentSet::max_size> diffusivity;  // m2/s
  S thickness;                                      // m
};

template <Scalar S>
struct MembraneResult {
  std::array<S, ComponentSet::max_size> flux;  // mol/(m2 s), diluate to concentrate
  S drop;                                      // V, potential of the diluate minus that of the concentrate
  std::array<S, MembraneUnknowns::max_size> mismatch;  // one for each unknown, zero at the solution; that of the current in A/m2
};

// `films`: diluate, concentrate. `current` [A/m2] counts from the diluate to the concentrate: negative through an
// anion-exchange membrane. `overlimiting_conductance` [1/V]: current beyond the limiting one, by that, for a volt of space
// charge in the film of the diluate.
template <Scalar S>
MembraneResult<S> membrane_with_films(std::span<const int> z, const IonMembrane<S>& membrane, const std::array<Film<S>, 2>& films,
                                      double overlimiting_conductance, std::span<const S> unknowns, const S& current, const S& T);

// Unknowns to start from: no polarisation, Donnan equilibrium, no potential across the membrane.
void unpolarised(std::span<const int> z, const IonMembrane<double>& membrane, const std::array<Film<double>, 2>& films, std::span<double> unknowns);

}  // namespace brineflow::stack
