// The path of a brine that loses water at constant temperature: what it becomes and which minerals it leaves.
#pragma once

#include "physics/minerals.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace brineflow {

struct EvaporationOptions {
  double step = 0.03;          // share of the dissolved water that a step takes
  double until_factor = 1e4;   // concentration factor to end at
  bool remove_solids = false;  // true: what has formed takes no further part (fractional crystallisation)
  std::vector<bool> may_form = {};  // by mineral; empty: those that precipitate by default
};

struct EvaporationState {
  double concentration_factor = 1.0;  // dissolved water at the start over dissolved water
  double water_removed = 0.0;         // share of all water at the start
  double log_water_activity = 0.0;
  std::vector<double> dissolved;  // totals of the components in solution, in the unit of the totals given
  std::vector<double> solids;     // by mineral: what is there, or has been taken away
};

struct EvaporationEvent {
  std::size_t mineral;
  bool appears;       // else it has dissolved again, or no longer forms where solids are taken away
  std::size_t state;  // the first state that shows it
};

struct EvaporationPath {
  std::vector<EvaporationState> states;
  std::vector<EvaporationEvent> events;
  std::string ended;  // why: "concentration factor reached", "dry: ...", ...
};

// Follows the path from `totals` [mol, or any factor of it; component order] at T [K]. Appearances are
// located to 1e-6 of the water that is left. Throws NoEquilibrium only when the start itself has no
// equilibrium; a path that cannot go on (the last brine dries up at constant composition) ends and says why.
EvaporationPath evaporate(const MineralEquilibrium& minerals, std::span<const double> totals, double T,
                          const EvaporationOptions& options = {});

}  // namespace brineflow
