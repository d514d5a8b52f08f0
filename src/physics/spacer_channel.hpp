// Flow between two membranes that a net, the feed spacer, holds apart (docs/equations/spiral_wound.md).
//
// Correlations of Schock and Miquel (1987), Desalination 64, 339, measured in spiral-wound modules. Quoted from memory and
// found the same in two programs of others; not compared with the paper.
#pragma once

#include "base/scalar.hpp"

namespace brineflow {

// The liquid and the channel it flows through. SI.
template <Scalar S>
struct SpacerFlow {
  S velocity;           // between the filaments, >= 0
  double diameter;      // hydraulic
  S density;
  S viscosity;
};

// (W3) Hydraulic diameter [m], four times the free volume over the wetted surface, of a spacer whose filaments are half as
// thick as the channel is high: d_h = 4 eps / (2 / h + 8 (1 - eps) / h)
inline double spacer_hydraulic_diameter(double height, double porosity) {
  return 4.0 * porosity * height / (2.0 + 8.0 * (1.0 - porosity));
}

// (W4) Re = rho u d_h / mu
template <Scalar S>
S spacer_reynolds(const SpacerFlow<S>& flow) {
  return flow.density * flow.velocity * flow.diameter / flow.viscosity;
}

// (W5) Film coefficient [m/s]: Sh = 0.065 Re^0.875 Sc^0.25, Sc = mu / (rho D). velocity > 0.
template <Scalar S>
S schock_miquel_film(const SpacerFlow<S>& flow, const S& diffusion) {
  const S Sc = flow.viscosity / (flow.density * diffusion);
  return 0.065 * exp(S(0.875 * log(spacer_reynolds(flow)) + 0.25 * log(Sc))) * diffusion / flow.diameter;
}

// (W6) Pressure drop per length [Pa/m]: f rho u^2 / (2 d_h), f = 6.23 Re^-0.3, for 100 < Re < 1000. velocity > 0.
template <Scalar S>
S schock_miquel_pressure_gradient(const SpacerFlow<S>& flow) {
  const S f = 6.23 * exp(S(-0.3 * log(spacer_reynolds(flow))));
  return f * flow.density * flow.velocity * flow.velocity / (2.0 * flow.diameter);
}

}  // namespace brineflow
