// A bipolar membrane between a base and an acid (docs/equations/bipolar_electrodialysis.md, equations B2 to B8): water is split
// at the junction of its two layers, H+ goes to the acid, OH- to the base.
//
// Fluxes count from the base to the acid; a positive current goes that way. In terms of components, where base is a negative
// total of H+, the splitting of water is nothing but H+ that passes from the base to the acid.
#pragma once

#include "physics/ion_exchange_membrane.hpp"

#include <cstddef>
#include <span>

namespace brineflow::stack {

template <Scalar S>
struct BipolarNumbers {
  S salt_leakage;        // share of the current that ions other than H+ and OH- carry
  S areal_resistance;    // ohm m2
  S water_number;        // moles of water that go to the acid with a mole of charge
  S water_permeability;  // m/(s Pa)
  S salt_permeability;   // m/s, for what diffuses
  S layer_diffusivity;   // m2/s, of salt in the layers: with it salt carries no more than a limiting current; 0 is none
};

// What does not change with the state.
struct BipolarLayers {
  double thickness = 0.0;     // m, of the membrane
  double fixed_charge = 0.0;  // mol/m3 of either layer; counts where there is a limiting current of salt
};

// The junction as a space charge in which the field drives the splitting (second Wien effect).
struct BipolarJunction {
  double fixed_charge = 0.0;       // mol/m3
  double permittivity = 0.0;       // relative
  double rate = 0.0;               // mol/(m3 s), of splitting without a field
};

struct BipolarSolutes {
  std::span<const int> charge;
  std::size_t hydrogen = 0, hydroxide = 0;  // among the solutes
};

// (B2) to (B5): adds to `flux` [mol/(m2 s), water first, then the solutes] what passes from the base to the acid, OH- that is
// made at the base side as a negative flux. `current` [A/m2], T [K].
template <Scalar S>
void add_bipolar_fluxes(const BipolarSolutes& solutes, const BipolarNumbers<S>& numbers, const BipolarLayers& layers, const ChannelPoint<S>& base,
                        const ChannelPoint<S>& acid, const S& current, const S& T, std::span<S> flux);

// (B6) The voltage that makes acid and base without any loss [V]: R T/F ln(a_H(acid) a_OH(base) / (K_w a_w)).
template <Scalar S>
S reversible_potential(const ChannelPoint<S>& base, const ChannelPoint<S>& acid, const S& T);

// (B8) Voltage [V] over the space charge of the junction that splits water for a current density [A/m2] of H+.
template <Scalar S>
S junction_potential(const BipolarJunction& junction, const S& current, const S& T);

// The part of the current density that salt carries (B3).
template <Scalar S>
S salt_current(const BipolarSolutes& solutes, const BipolarNumbers<S>& numbers, const BipolarLayers& layers, const ChannelPoint<S>& base,
               const ChannelPoint<S>& acid, const S& current);

}  // namespace brineflow::stack
