// One cell of a nanofiltration module: the membrane above a well-mixed piece of the feed channel
// (docs/equations/nanofiltration.md, equations 1 to 5).
#pragma once

#include "physics/brine.hpp"
#include "units/membrane_numbers.hpp"

#include <array>
#include <span>
#include <vector>

namespace brineflow {

// What a membrane and its film are, in scalar type S. One entry a solute, in the order of the ComponentSet.
template <Scalar S>
struct MembraneLayers {
  std::span<const int> charge;
  const MembraneNumbers<S>& membrane;
  std::span<const S> mass_transfer;  // m/s
};

// Concentrations in mol/m3 of solution, water first.
template <Scalar S>
struct MembraneCell {
  using Entries = std::array<S, ComponentSet::max_size>;
  Entries bulk, face, permeate;
  Entries mismatch;    // (3), one a solute: c_m of the film minus c_m of the barrier, over the bulk's concentration
  S J;                 // m/s, forward_flux of the volume flux
  S osmotic_pressure;  // Pa, at the membrane minus in the permeate
};

// The cell with contents `amounts` (common factor free), transmissions T_i = c_p,i / c_bulk,i and volume flux J_v [m/s].
template <Scalar S>
MembraneCell<S> membrane_cell(const Brine& brine, const MembraneLayers<S>& layers, const S& temperature,
                              std::span<const S> amounts, std::span<const S> transmission, const S& J_v);

struct MembraneOperation {
  double J_v = 0.0;                  // m/s
  std::vector<double> transmission;  // per solute
};

// Solves (3) and (4) for a cell whose contents are given, at `pressure` [Pa] across the membrane. Where it finds no solution it
// returns the nearest it has.
MembraneOperation operate_membrane(const Brine& brine, const MembraneLayers<double>& layers, double temperature,
                                   std::span<const double> amounts, double pressure);

}  // namespace brineflow
