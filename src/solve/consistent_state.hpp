// A state from which the integrator can start: differential variables as given, algebraic variables and
// derivatives such that F(t, y, y') = 0.
#pragma once

#include "flowsheet/system.hpp"
#include "solve/sundials.hpp"

#include <vector>

namespace brineflow {

struct State {
  double t = 0.0;
  std::vector<double> y, ydot;
};

// Damped Newton iteration in the present mode. `state.y` carries the differential variables and a first guess;
// on return all of y and ydot are consistent. Throws SolverError naming the equations that resist.
// Returns the second derivatives of the differential variables there [unit/s2], zero for the others: how far a first step may go. Empty where they are not to be had.
std::vector<double> make_consistent(const System& system, const sundials::Context& context, State& state);

}  // namespace brineflow
