// The schedule carried out: step after step, event after event, cycle after cycle.
#pragma once

#include "flowsheet/schedule.hpp"
#include "solve/integrator.hpp"

#include <atomic>
#include <optional>
#include <string>
#include <vector>

namespace brineflow {

// Everything needed to go on from here: what a checkpoint holds.
struct Progress {
  State state;
  std::vector<double> totals;
  std::vector<int> unit_modes;
  long cycle = 0;          // counted from 0
  std::size_t step = 0;    // index into Schedule::steps
  double step_start = 0.0;
  long samples = 0;        // output times passed
  std::vector<double> previous_cycle;  // state at the end of the last cycle; empty in the first
};

// Who listens to a run. Times are seconds since its start. Anything thrown ends the run and is passed on.
class Observer {
 public:
  virtual ~Observer() = default;
  // At every output time, at the start and at the end.
  virtual void sample(const System& system, const Progress& progress) = 0;
  // What happened: `who` is a unit or "schedule".
  virtual void event(double t, const std::string& who, const std::string& message) = 0;
  virtual void step_begins(const System& /*system*/, const Progress& /*progress*/, const Step& /*step*/) {}
  // change: largest relative change since the last cycle (none after the first), and the variable group it is in.
  virtual void cycle_ends(const System& /*system*/, const Progress& /*progress*/, std::optional<double> /*change*/,
                          const std::string& /*group*/) {}
  // Called after every internal step: a place for progress lines. The state of `progress` is that of the last sample.
  virtual void advanced(double /*t*/, const Progress& /*progress*/, const SolverStatistics& /*statistics*/) {}
};

struct Outcome {
  bool interrupted = false;
  bool reached_steady_state = false;
  long cycles = 0;
  double end_time = 0.0;
  double change = 0.0;  // of the last cycle
  std::string change_group;
  SolverStatistics statistics;
  double wall_time = 0.0;  // [s], of the integration
};

// Runs `schedule` from the start, or on from `resume`. output_interval [s] > 0. Ends early when *stop is set.
// Throws SolverError when the solver cannot go on or a unit's event stops the run.
Outcome simulate(System& system, const TotalsLayout& totals, const Schedule& schedule, const SolverSettings& settings,
                 double output_interval, Observer& observer, const std::atomic<bool>* stop = nullptr,
                 const Progress* resume = nullptr);

// The largest change of any group of differential variables (a variable, component by component) between two
// states, relative to the group's largest value; and the group's name.
struct CycleChange {
  double value = 0.0;
  std::string group;
};
CycleChange cycle_change(const StateLayout& layout, const std::vector<double>& before, const std::vector<double>& after);

}  // namespace brineflow
