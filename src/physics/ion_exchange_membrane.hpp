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
  // Where a bipolar membrane is: ln of the molal activities of H+ and of OH- over that of water.
  S log_hydrogen;
  S log_hydroxide_by_water;
};

// What the diffusion layers at a membrane add; all layers of one cell share the limiting current density.
struct LayerSwitches {
  bool polarisation = false;            // layers before the membranes
  bool concentration_potential = true;  // Donnan potentials of the membranes, diffusion potentials of the layers
};

template <Scalar S>
struct SelectiveMembrane {
  MembraneKind kind;
  std::span<const int> charge;           // of the solutes
  std::span<const double> selectivity;   // relative mobility in the membrane, one a solute
  MembraneNumbers<S> numbers;
};

// What a membrane adds to the voltage [V], and what its layers take of the height [m] of the channels beside it, which is
// then left to Ohm's law in the rest (7).
template <Scalar S>
struct MembraneVoltage {
  S& voltage;
  S& diluate_height;
  S& concentrate_height;
};

// (1) to (6) and (8): adds what one membrane passes to `flux` [mol/(m2 s), water first]. `current` [A/m2],
// `limiting_current` [A/m2] counts where there are layers, T [K].
template <Scalar S>
void add_membrane(const SelectiveMembrane<S>& membrane, const LayerSwitches& layers, const ChannelPoint<S>& diluate,
                  const ChannelPoint<S>& concentrate, const S& current, const S& limiting_current, const S& T, std::span<S> flux,
                  MembraneVoltage<S> part);

// ln of the concentration at the membrane over that of the bulk where the ratio is 1 - r, r the share of the limiting
// current: -ln(1 - r), and beyond r = 0.999 its tangent, so that a current above the limit takes a steeply rising
// voltage and stays a number.
template <Scalar S>
S depletion(const S& r);

}  // namespace brineflow::stack
