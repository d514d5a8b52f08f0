// How exactly the integrator works, and when it gives up.
#pragma once

#include "input/parameters.hpp"

namespace brineflow {

struct SolverSettings {
  double relative_tolerance = 1e-6;  // of every variable
  double absolute_tolerance = 1e-8;  // in units of every variable's nominal size
  double newton_tolerance = 1e-3;    // of the error test: how far Newton's iteration is driven
  double time_limit = 0.0;           // [s] wall time after which the run is stopped; 0: none
  long stalled_steps = 20000;        // steps without progress after which the run is given up
};

const ParameterTable& solver_parameters();
SolverSettings read_solver_settings(const Values& values);

}  // namespace brineflow
