// The schedule carried out: step after step, event after event, cycle after cycle.
#pragma once

#include "flowsheet/schedule.hpp"
#include "solve/cycle_unknowns.hpp"
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
  std::vector<double> round_start;  // state at the start of what is repeated (a cycle, or a period of a carousel); empty in the first
  double totals_start = 0.0;        // [s] from when on the totals count: a jump sets them back to zero
  bool jumped = false;              // the round began with a jump
  std::vector<std::vector<double>> sensitivities;  // dy/dtheta_k at state.t, where they are asked for; no part of a checkpoint
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
  // After every cycle, and every period of a carousel whose steady state is sought directly. change: largest relative
  // change over the cycle (none after the first; N times that of one of N periods), and the variable group it is in.
  virtual void cycle_ends(const System& /*system*/, const Progress& /*progress*/, std::optional<double> /*change*/,
                          const std::string& /*group*/) {}
  // The state of `progress` takes the place of the last one without having been integrated, and the totals begin anew.
  virtual void state_jumps(const System& /*system*/, const Progress& /*progress*/) {}
  // Called after every internal step: a place for progress lines. The state of `progress` is that of the last sample.
  virtual void advanced(double /*t*/, const Progress& /*progress*/, const SolverStatistics& /*statistics*/) {}
};

struct Outcome {
  bool interrupted = false;
  bool sought_steady_state = false, reached_steady_state = false;
  double cycles = 0.0;  // integrated; whole numbers but for the periods of a carousel
  double end_time = 0.0;
  double change = 0.0;  // of the last cycle
  std::string change_group;
  long jumps = 0;             // of this process
  double totals_start = 0.0;  // [s] from when on the totals count
  SolverStatistics statistics;
  double wall_time = 0.0;       // [s], of the whole
  double recording_time = 0.0;  // [s], the share of the observer that takes samples
};

// Runs `schedule` from the start, or on from `resume`. output_interval [s] > 0. Ends early when *stop is set.
// variations: parameters whose sensitivities go beside the run, which then neither looks for a cyclic steady state nor is resumed.
// Throws SolverError when the solver cannot go on or a unit's event stops the run.
Outcome simulate(System& system, const TotalsLayout& totals, const Schedule& schedule, const SolverSettings& settings,
                 double output_interval, Observer& observer, const std::atomic<bool>* stop = nullptr,
                 const Progress* resume = nullptr, const std::vector<Variation>& variations = {});

}  // namespace brineflow
