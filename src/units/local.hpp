// What a unit operation sees of the flowsheet while its equations are evaluated.
#pragma once

#include "units/stream.hpp"

#include <span>
#include <vector>

namespace brineflow {

// How a unit is wired and which of its ports carry flow, fixed between two events. Equations may branch
// on anything in here, because it never changes while the solver steps.
struct Wiring {
  std::vector<std::size_t> connections;  // per inlet: how many streams arrive, those without flow left out
  std::vector<bool> outlet_connected;    // per outlet: does a route of the present step lead away from it
  std::vector<bool> outlet_flowing;      // per outlet: does it carry flow
  int mode = 0;                          // the unit's own discrete mode (a tank that ran dry, say)

  bool inlet_flowing(std::size_t inlet) const { return connections[inlet] > 0; }
  bool any_inlet_flowing() const {
    for (const std::size_t count : connections)
      if (count > 0) return true;
    return false;
  }
};

// One unit's part of the state, in scalar type S. The unit's variables stand in one block: first the
// streams of its outlets, in port order, then its own variables in the order it declared them.
template <Scalar S>
class Local {
 public:
  double time = 0.0;                         // [s]
  std::size_t components = 0;                // number of components, water included
  std::span<const S> y;                      // values of the unit's variables
  std::span<const S> ydot;                   // their time derivatives
  std::span<const S> p;                      // the unit's parameters, in the order of Unit::parameters()
  const Wiring* wiring = nullptr;
  std::span<const std::span<const S>> inlets;  // stream blocks arriving, ordered by inlet, then by connection

  // The k-th stream arriving at an inlet; k < wiring->connections[inlet].
  StreamView<S> inlet(std::size_t inlet_port, std::size_t k = 0) const {
    std::size_t position = k;
    for (std::size_t port = 0; port < inlet_port; ++port) position += wiring->connections[port];
    return StreamView<S>::over(inlets[position]);
  }

  StreamView<S> outlet(std::size_t outlet_port) const {
    const std::size_t size = stream_size(components);
    return StreamView<S>::over(y.subspan(outlet_port * size, size));
  }

  bool flowing(std::size_t inlet_port) const { return wiring->inlet_flowing(inlet_port); }
  int mode() const { return wiring->mode; }

  // Values, or derivatives, of a variable that starts at `offset` of the block (Unit::offset_of).
  std::span<const S> values(std::size_t offset, std::size_t size) const { return y.subspan(offset, size); }
  std::span<const S> rates(std::size_t offset, std::size_t size) const { return ydot.subspan(offset, size); }
};

}  // namespace brineflow
