// Spiral-wound elements: the geometry of a module's feed channel, and what the flow through it makes of film and pressure
// (docs/equations/spiral_wound.md).
#pragma once

#include "physics/spacer_channel.hpp"
#include "physics/water.hpp"
#include "units/stream.hpp"

#include <optional>

namespace brineflow {

// Elements in series in a vessel, vessels side by side.
struct SpiralWound {
  double element_area = 0.0;    // m2 of membrane
  double element_length = 0.0;  // m
  double elements = 1.0;        // in a vessel
  double vessels = 1.0;
  double porosity = 0.0;        // of the channel with its spacer
  double height = 0.0;          // m, of the channel
  double diffusion = 0.0;       // m2/s of the first solute, in water at 25 degC
  bool film_correlation = true;         // else a number
  std::optional<double> pressure_drop;  // Pa for each element; else by the correlation

  // (W1) m2
  double vessel_area() const { return elements * element_area; }
  double length() const { return elements * element_length; }  // m
  double width() const { return element_area / (2.0 * element_length); }
  double diameter() const { return spacer_hydraulic_diameter(height, porosity); }
  double holdup() const { return vessels * vessel_area() * height / 2.0 * porosity; }  // m3

  // (W2) m/s from the volume flow of all vessels; never quite zero, which it is in trials only.
  template <Scalar S>
  S velocity(const S& Q, const S& all_vessels) const {
    return smooth_positive(S(Q / (all_vessels * (width() * height * porosity))), 1e-6);
  }
};

// The brine that arrives, once for the module: density and viscosity of every cell are taken to be those.
template <Scalar S>
struct ChannelLiquid {
  S density, viscosity;  // kg/m3, Pa s
  S diffusion;           // m2/s of the first solute
};

// (W4) D after Stokes and Einstein, D mu / T as in water at 25 degC.
template <Scalar S>
ChannelLiquid<S> channel_liquid(const SpiralWound& spiral, const Brine& brine, std::span<const S> molar_flow, const S& T) {
  const S viscosity = brine.viscosity(molar_flow, T);
  const double at_25C = spiral.diffusion * water_viscosity(298.15) / 298.15;
  return {brine.density(molar_flow, T), viscosity, S(at_25C * T / viscosity)};
}

}  // namespace brineflow
