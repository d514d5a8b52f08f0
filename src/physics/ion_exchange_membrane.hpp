// Ion-exchange membranes of an electrodialysis stack described by transport numbers
// (docs/equations/electrodialysis.md, equations 1 to 8): what data sheets state.
//
// One cell pair: cation-exchange membrane, diluate, anion-exchange membrane, concentrate. Fluxes count from the
// diluate to the concentrate, through either membrane; a positive current carries cations that way through the
// cation-exchange membrane and anions through the other.
#pragma once

#include "base/scalar.hpp"
#include "physics/components.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace brineflow::stack {

enum class MembraneKind { cation_exchange, anion_exchange };

// A membrane by its numbers, in scalar type S.
template <Scalar S>
struct MembraneNumbers {
  S counter_ion_number;       // share of the current that counter-ions carry
  S areal_resistance;         // ohm m2
  S water_number;             // moles of water that go with a mole of charge
  S water_permeability;       // m/(s Pa)
  S salt_permeability;        // m/s, diffusivity of salt in the membrane over its thickness
};

// One channel at one place. Concentrations in mol/m3 of solution, one entry a solute.
template <Scalar S>
struct ChannelPoint {
  using Entries = std::array<S, ComponentSet::max_size>;
  Entries c;
  Entries share;        // of all solutes; in pure water those of a neutral trace
  S sum;                // mol/m3, of what has these shares
  Entries diffusivity;  // m2/s
  S equivalents;       // mol/m3 of positive charge
  S osmotic_pressure;  // Pa
  S conductivity;      // S/m
  S height;            // m, what the current crosses
  S cation_number;     // share of the current that cations carry in free solution
  S salt_diffusivity;  // m2/s
};

// What the diffusion layers at a membrane add; all layers of one cell share the limiting current density.
struct LayerSwitches {
  bool polarisation = false;            // layers before the membranes
  bool concentration_potential = true;  // Donnan potentials of the membranes, diffusion potentials of the layers
};

// What crosses the two membranes of a cell pair, per area of one of them.
template <Scalar S>
struct CellPairFluxes {
  std::array<S, ComponentSet::max_size> flux;  // mol/(m2 s), water first
  S voltage;                                   // V over the pair
};

struct TransportNumberPair {
  std::span<const int> charge;                          // of the solutes
  std::array<std::span<const double>, 2> selectivity;   // relative mobility in the membrane, by kind, one a solute
};

// (1) to (8). `current` [A/m2], `limiting_current` [A/m2] counts where there are layers, T [K].
template <Scalar S>
CellPairFluxes<S> cell_pair(const TransportNumberPair& pair, const std::array<MembraneNumbers<S>, 2>& membranes,
                            const LayerSwitches& layers, const ChannelPoint<S>& diluate, const ChannelPoint<S>& concentrate,
                            const S& current, const S& limiting_current, const S& T);

// ln of the concentration at the membrane over that of the bulk where the ratio is 1 - r, r the share of the limiting
// current: -ln(1 - r), and beyond r = 0.999 its tangent, so that a current above the limit takes a steeply rising
// voltage and stays a number.
template <Scalar S>
S depletion(const S& r);

}  // namespace brineflow::stack
