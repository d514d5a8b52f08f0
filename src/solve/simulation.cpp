#include "solve/simulation.hpp"

#include "solve/diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace brineflow {
namespace {

using Clock = std::chrono::steady_clock;

// A unit that changes its mode this often without time passing is chattering, not working.
constexpr int most_events_at_once = 100;

class Simulation {
 public:
  Simulation(System& system, const TotalsLayout& totals, const Schedule& schedule, const SolverSettings& settings,
             double output_interval, Observer& observer, const std::atomic<bool>* stop)
      : system_(system), totals_(totals), schedule_(schedule), settings_(settings), interval_(output_interval),
        observer_(observer), stop_(stop), integrator_(system, totals, settings, context_), began_(Clock::now()) {}

  Outcome run(const Progress* resume) {
    if (resume != nullptr) progress_ = *resume;
    else begin();
    Outcome outcome;
    bool resumed = resume != nullptr;
    for (; progress_.cycle < schedule_.repeat.cycles && !outcome.interrupted; ++progress_.cycle) {
      for (; progress_.step < schedule_.steps.size() && !outcome.interrupted; ++progress_.step) {
        outcome.interrupted = !run_step(resumed);
        resumed = false;
        if (outcome.interrupted) break;
      }
      if (outcome.interrupted) break;
      progress_.step = 0;
      outcome.cycles = progress_.cycle + 1;
      if (end_cycle(outcome)) break;
    }
    finish(outcome);
    return outcome;
  }

 private:
  void begin() {
    progress_.totals.assign(totals_.size(), 0.0);
    progress_.state.y = system_.initial_state();
    progress_.unit_modes = system_.initial_modes(progress_.state.y);
    progress_.state.ydot.assign(system_.size(), 0.0);
  }

  std::vector<std::vector<double>> parameters_of(const Step& step) const {
    std::vector<std::vector<double>> parameters;
    for (const auto& unit : system_.flowsheet().units) {
      parameters.emplace_back();
      for (const TunableParameter& parameter : unit->parameters()) parameters.back().push_back(parameter.value);
    }
    for (const Setting& setting : step.settings) parameters[setting.unit][setting.parameter] = setting.value;
    return parameters;
  }

  // False when the run was interrupted.
  bool run_step(bool resumed) {
    const Step& step = schedule_.steps[progress_.step];
    if (!resumed) progress_.step_start = progress_.state.t;
    enter_mode(step);
    observer_.step_begins(system_, progress_, step);
    if (!resumed && progress_.samples == 0) take_sample();
    const double armed_from = progress_.step_start + step.at_least;
    const double end = progress_.step_start + step.at_most;
    while (progress_.state.t < end) {
      const bool armed = step.until && progress_.state.t >= armed_from;
      if (armed && holds(*step.until)) {
        observer_.event(progress_.state.t, "schedule", fmt::format("step '{}' ends: {}", step.name, step.until->text));
        return true;
      }
      start_stretch(step, armed, armed || !step.until ? end : std::min(armed_from, end));
      const Stretch why = integrate();
      if (why == Stretch::interrupted) return false;
      if (why == Stretch::event && react(step, armed)) return true;
    }
    if (step.until)
      observer_.event(progress_.state.t, "schedule",
                      fmt::format("step '{}' ends after its longest time {}: {} did not become true", step.name, format_time(step.at_most), step.until->text));
    return true;
  }

  // Units are asked at once whether the state they find themselves in fits their mode: a threshold may have been
  // passed between two steps, where nothing crosses it.
  void enter_mode(const Step& step) {
    const auto parameters = parameters_of(step);
    for (int pass = 0; pass < most_events_at_once; ++pass) {
      system_.set_mode(step.connections, parameters, progress_.unit_modes);
      make_consistent(system_, context_, progress_.state);
      if (!modes_change()) return;
    }
    throw SolverError(fmt::format("stopped at t = {}: the units find no modes that fit each other", format_time(progress_.state.t)));
  }

  bool modes_change() {
    const std::vector<int> before = progress_.unit_modes;
    for (std::size_t u = 0; u < before.size(); ++u) {
      std::vector<double> values(system_.flowsheet().units[u]->event_count());
      system_.with_local(u, progress_.state.t, progress_.state.y, progress_.state.ydot,
                         [&](const Local<double>& here) { system_.flowsheet().units[u]->events(here, values); });
      for (std::size_t k = 0; k < values.size(); ++k)
        if (values[k] != 0.0) react_unit(u, k, values[k] > 0.0 ? 1 : -1);
    }
    return progress_.unit_modes != before;
  }

  bool holds(const Condition& condition) const {
    return condition.holds(system_.layout(), *system_.flowsheet().brine, progress_.state.y);
  }

  // Events of a stretch: the step's condition first (if it counts already), then those of the units.
  void start_stretch(const Step& step, bool armed, double end) {
    std::size_t count = armed ? 1 : 0;
    for (const auto& unit : system_.flowsheet().units) count += unit->event_count();
    const auto events = [this, &step, armed](double t, std::span<const double> y, std::span<const double> ydot, std::span<double> values) {
      std::size_t position = 0;
      if (armed) {
        const double difference = step.until->difference(system_.layout(), *system_.flowsheet().brine, y);
        values[position++] = std::isfinite(difference) ? difference : -1.0;
      }
      for (std::size_t u = 0; u < system_.flowsheet().units.size(); ++u) {
        const Unit& unit = *system_.flowsheet().units[u];
        system_.with_local(u, t, y, ydot, [&](const Local<double>& here) { unit.events(here, values.subspan(position, unit.event_count())); });
        position += unit.event_count();
      }
    };
    integrator_.start(progress_.state, progress_.totals, end, count, events);
  }

  enum class Stretch { end, event, interrupted };

  Stretch integrate() {
    for (;;) {
      const Integrator::Outcome outcome = integrator_.step();
      sample_until(integrator_.time());
      observer_.advanced(integrator_.time(), progress_, integrator_.statistics());
      const bool interrupted = stop_ != nullptr && stop_->load();
      if (outcome == Integrator::Outcome::stepped && !interrupted) {
        check_time_limit();
        continue;
      }
      progress_.state = integrator_.state_at(integrator_.time());
      integrator_.totals_at(integrator_.time(), progress_.totals);
      if (outcome == Integrator::Outcome::reached_end) return Stretch::end;
      if (outcome == Integrator::Outcome::event) return Stretch::event;
      return Stretch::interrupted;
    }
  }

  void check_time_limit() const {
    if (settings_.time_limit > 0.0 && elapsed() > settings_.time_limit)
      throw SolverError(fmt::format("stopped at t = {}: the time limit of {} is over (solver.time_limit)",
                                    format_time(integrator_.time()), format_time(settings_.time_limit)));
  }

  void take_sample() {
    ++progress_.samples;
    observer_.sample(system_, progress_);
  }

  // Output times up to t that have not been recorded yet, from the integrator's interpolation.
  void sample_until(double t) {
    while (static_cast<double>(progress_.samples) * interval_ <= t) {
      const double time = std::max(static_cast<double>(progress_.samples) * interval_, integrator_.step_start());
      integrator_.values_at(time, progress_.state);
      integrator_.totals_at(time, progress_.totals);
      take_sample();
    }
  }

  // After an event: true when the step ends.
  bool react(const Step& step, bool armed) {
    const std::vector<int> crossings = integrator_.crossings();
    std::size_t position = 0;
    if (armed && crossings[position++] > 0) {
      observer_.event(progress_.state.t, "schedule", fmt::format("step '{}' ends: {}", step.name, step.until->text));
      return true;
    }
    for (std::size_t u = 0; u < system_.flowsheet().units.size(); ++u)
      for (std::size_t k = 0; k < system_.flowsheet().units[u]->event_count(); ++k, ++position)
        if (crossings[position] != 0) react_unit(u, k, crossings[position]);
    guard_chatter(step);
    enter_mode(step);
    return false;
  }

  void react_unit(std::size_t u, std::size_t index, int direction) {
    const Unit& unit = *system_.flowsheet().units[u];
    Reaction reaction;
    system_.with_local(u, progress_.state.t, progress_.state.y, progress_.state.ydot,
                       [&](const Local<double>& here) { reaction = unit.on_event(index, direction, here); });
    if (reaction.stop)
      throw SolverError(fmt::format("stopped at t = {}: {}", format_time(progress_.state.t), reaction.message));
    if (!reaction.message.empty()) observer_.event(progress_.state.t, unit.name(), reaction.message);
    progress_.unit_modes[u] = reaction.mode;
  }

  void guard_chatter(const Step& step) {
    if (progress_.state.t - last_event_ > 1e-6 * step.at_most) {
      last_event_ = progress_.state.t;
      events_at_once_ = 0;
    } else if (++events_at_once_ > most_events_at_once) {
      throw SolverError(fmt::format("stopped at t = {}: units change their modes back and forth ({} events within {})",
                                    format_time(progress_.state.t), most_events_at_once, format_time(1e-6 * step.at_most)));
    }
  }

  // True when the repetition is over.
  bool end_cycle(Outcome& outcome) {
    std::optional<double> change;
    if (!progress_.previous_cycle.empty()) {
      const CycleChange found = cycle_change(system_.layout(), progress_.previous_cycle, progress_.state.y);
      change = outcome.change = found.value;
      outcome.change_group = found.group;
    }
    if (schedule_.cyclic) observer_.cycle_ends(system_, progress_, change, outcome.change_group);
    progress_.previous_cycle = progress_.state.y;
    outcome.reached_steady_state = schedule_.repeat.until_cyclic_steady_state && change && *change < schedule_.repeat.tolerance;
    return outcome.reached_steady_state;
  }

  void finish(Outcome& outcome) {
    const double last = static_cast<double>(progress_.samples - 1) * interval_;
    if (progress_.state.t > last * (1.0 + 1e-12)) observer_.sample(system_, progress_);
    outcome.end_time = progress_.state.t;
    outcome.statistics = integrator_.statistics();
    outcome.wall_time = elapsed();
  }

  double elapsed() const { return std::chrono::duration<double>(Clock::now() - began_).count(); }

  System& system_;
  const TotalsLayout& totals_;
  const Schedule& schedule_;
  const SolverSettings& settings_;
  const double interval_;
  Observer& observer_;
  const std::atomic<bool>* stop_;
  sundials::Context context_;
  Integrator integrator_;
  Clock::time_point began_;
  Progress progress_;
  double last_event_ = -1.0;
  int events_at_once_ = 0;
};

}  // namespace

Outcome simulate(System& system, const TotalsLayout& totals, const Schedule& schedule, const SolverSettings& settings,
                 double output_interval, Observer& observer, const std::atomic<bool>* stop, const Progress* resume) {
  return Simulation(system, totals, schedule, settings, output_interval, observer, stop).run(resume);
}

CycleChange cycle_change(const StateLayout& layout, const std::vector<double>& before, const std::vector<double>& after) {
  CycleChange worst;
  for (const UnitSlice& unit : layout.units())
    for (const VariableSlice& slice : unit.variables) {
      if (slice.variable.kind != VariableKind::differential) continue;
      const std::size_t size = slice.variable.size();
      const std::size_t groups = std::max<std::size_t>(slice.variable.nominal.size(), 1);
      for (std::size_t g = 0; g < groups; ++g) {
        // A group that is empty to a ten-thousandth of its nominal size does not decide: it holds little but the errors
        // that the absolute tolerance allows.
        double change = 0.0, largest = 1e-4 * slice.variable.nominal[g];
        for (std::size_t k = g * (size / groups); k < (g + 1) * (size / groups); ++k) {
          change = std::max(change, std::abs(after[slice.start + k] - before[slice.start + k]));
          largest = std::max({largest, std::abs(after[slice.start + k]), std::abs(before[slice.start + k])});
        }
        if (change / largest > worst.value) worst = {change / largest, layout.describe(slice.start + g * (size / groups))};
      }
    }
  return worst;
}

}  // namespace brineflow
