#include "solve/settings.hpp"

namespace brineflow {

const ParameterTable& solver_parameters() {
  static const ParameterTable table = {
      number("relative_tolerance").above(0.0).at_most(1e-2).or_default("1e-6").means("relative tolerance of every variable"),
      number("absolute_tolerance").above(0.0).at_most(1e-2).or_default("1e-8").means(
          "absolute tolerance of every variable, as a share of its nominal size"),
      number("newton_tolerance").above(0.0).at_most(1.0).or_default("1e-3").means(
          "how far Newton's iteration is driven, as a share of the error tolerance; small values close the balances"),
      quantity("time_limit", "min").positive().maybe_absent().means("wall time after which the run is stopped, its result kept"),
  };
  return table;
}

SolverSettings read_solver_settings(const Values& values) {
  SolverSettings settings;
  settings.relative_tolerance = values.number("relative_tolerance");
  settings.absolute_tolerance = values.number("absolute_tolerance");
  settings.newton_tolerance = values.number("newton_tolerance");
  if (values.has("time_limit")) settings.time_limit = values.quantity("time_limit");
  return settings;
}

}  // namespace brineflow
