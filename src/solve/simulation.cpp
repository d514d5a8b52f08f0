#include "solve/simulation.hpp"

#include "solve/cyclic_steady_state.hpp"
#include "solve/diagnosis.hpp"
#include "solve/mode_changes.hpp"
#include "solve/roles.hpp"
#include "solve/switch_times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>

namespace brineflow {
namespace {

using Clock = std::chrono::steady_clock;

// The time limit: not what a cycle begun elsewhere could mend.
class OutOfTime : public SolverError {
 public:
  using SolverError::SolverError;
};

class Simulation {
 public:
  Simulation(System& system, const TotalsLayout& totals, const Schedule& schedule, const SolverSettings& settings,
             double output_interval, Observer& observer, const std::atomic<bool>* stop, const std::vector<Variation>& variations)
      : system_(system), totals_(totals), schedule_(schedule), settings_(settings), interval_(output_interval),
        observer_(observer), stop_(stop), sensitivities_(make_sensitivities(variations)),
        integrator_(system, totals, settings, context_, sensitivities_.get()), switch_times_(schedule, sensitivities_.get()), began_(Clock::now()),
        mode_changes_(system.flowsheet().units.size()), roles_(system.layout(), schedule, sought_directly()) {
    if (sought_directly()) search_.emplace(system.layout());
  }

  Outcome run(const Progress* resume) {
    if (resume != nullptr) progress_ = *resume;
    else begin();
    Outcome outcome;
    bool resumed = resume != nullptr;
    while (progress_.cycle < schedule_.repeat.cycles) {
      const RoundEnd end = run_round(resumed);
      resumed = false;
      if (end == RoundEnd::interrupted) {
        outcome.interrupted = true;
        break;
      }
      outcome.cycles = cycles_so_far();
      if (end == RoundEnd::reached && end_round(outcome)) break;
      if (end == RoundEnd::given_up && !last_round()) jump(*back_);
      if (progress_.step < schedule_.steps.size()) continue;
      progress_.step = 0;
      ++progress_.cycle;
    }
    finish(outcome);
    return outcome;
  }

 private:
  bool sought_directly() const { return schedule_.repeat.until_cyclic_steady_state && schedule_.repeat.direct; }

  void begin() {
    progress_.totals.assign(totals_.size(), 0.0);
    progress_.state.y = system_.initial_state();
    progress_.unit_modes = system_.initial_modes(progress_.state.y);
    progress_.state.ydot.assign(system_.size(), 0.0);
  }

  std::unique_ptr<Sensitivities> make_sensitivities(const std::vector<Variation>& variations) const {
    if (variations.empty()) return nullptr;
    if (schedule_.repeat.until_cyclic_steady_state) throw InternalError("the search for a cyclic steady state has no sensitivities");
    return std::make_unique<Sensitivities>(system_, variations, context_);
  }

  // A round is what is repeated: a cycle, or where a carousel's steady state is sought directly the period after which
  // every column stands where its neighbour stood.
  enum class RoundEnd { reached, interrupted, given_up };

  // Given up: from an extrapolated state the integrator cannot go on, and the search goes back to a state before it.
  RoundEnd run_round(bool resumed) {
    const std::size_t end = (progress_.step / roles_.steps_of_period() + 1) * roles_.steps_of_period();
    try {
      for (; progress_.step < end; ++progress_.step) {
        if (!run_step(resumed)) return RoundEnd::interrupted;
        resumed = false;
      }
    } catch (const OutOfTime&) {
      throw;
    } catch (const SolverError& error) {
      back_ = search_ ? search_->after_failure(error.what()) : std::nullopt;
      if (!back_) throw;
      progress_.step = end;
      return RoundEnd::given_up;
    }
    return RoundEnd::reached;
  }

  double cycles_so_far() const {
    return static_cast<double>(progress_.cycle) + static_cast<double>(progress_.step) / static_cast<double>(schedule_.steps.size());
  }

  bool last_round() const { return progress_.cycle + 1 == schedule_.repeat.cycles && progress_.step == schedule_.steps.size(); }

  // Periods that have passed in this cycle.
  std::size_t period() const { return progress_.step / roles_.steps_of_period(); }

  // The next round begins in another state than the last one ended in. What was fed and received up to here belongs to
  // no plant that went on like this: the totals begin anew.
  void jump(const SteadyStateSearch::Jump& to) {
    observer_.event(progress_.state.t, "schedule", to.message);
    progress_.state.y = roles_.by_unit(to.y, period());
    progress_.unit_modes = roles_.by_unit(to.unit_modes, period());
    progress_.round_start = progress_.state.y;
    progress_.totals.assign(totals_.size(), 0.0);
    progress_.totals_start = progress_.state.t;
    progress_.jumped = true;
    round_starts_.clear();
    mode_changes_.begin_anew();
    ++jumps_;
    observer_.state_jumps(system_, progress_);
  }

  // False when the run was interrupted.
  bool run_step(bool resumed) {
    const Step& step = schedule_.steps[progress_.step];
    if (!resumed) progress_.step_start = progress_.state.t;
    const std::vector<double> start_shift = switch_times_.last();
    mode_changes_.begin_step();
    enter_mode(step);
    observer_.step_begins(system_, progress_, step);
    if (!resumed && progress_.samples == 0) take_sample();
    const double armed_from = progress_.step_start + step.at_least;
    const double end = progress_.step_start + step.at_most;
    while (progress_.state.t < end) {
      const bool armed = step.until && progress_.state.t >= armed_from;
      if (armed && holds(*step.until)) {
        switch_times_.by_time(progress_.step, start_shift, &Step::at_least);
        observer_.event(progress_.state.t, "schedule", fmt::format("step '{}' ends: {}", step.name, step.until->text));
        return true;
      }
      start_stretch(step, armed, armed || !step.until ? end : std::min(armed_from, end));
      const Stretch why = integrate();
      if (why == Stretch::interrupted) return false;
      if (why == Stretch::event && react(step, armed)) return true;
    }
    switch_times_.by_time(progress_.step, start_shift, &Step::at_most);
    if (step.until)
      observer_.event(progress_.state.t, "schedule",
                      fmt::format("step '{}' ends after its longest time {}: {} did not become true", step.name, format_time(step.at_most), step.until->text));
    return true;
  }

  // Units are asked at once whether the state they find themselves in fits their mode: a threshold may have been
  // passed between two steps, where nothing crosses it.
  void enter_mode(const Step& step) {
    const auto parameters = parameters_in(step, system_.flowsheet());
    for (int pass = 0; pass < ModeChanges::most_at_once; ++pass) {
      system_.set_mode(step.connections, parameters, progress_.unit_modes);
      second_derivatives_ = make_consistent(system_, context_, progress_.state);
      if (modes_change()) continue;
      if (sensitivities_) {
        sensitivities_->arrive(progress_.state, progress_.step, switch_times_.last());
        progress_.sensitivities = sensitivities_->values();
      }
      return;
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
    integrator_.start(progress_.state, second_derivatives_, progress_.totals, end, count, events);
    second_derivatives_.clear();
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
      if (sensitivities_) {
        integrator_.sensitivities_at(integrator_.time(), progress_.sensitivities);
        sensitivities_->leave(progress_.state, progress_.sensitivities);
      }
      if (outcome == Integrator::Outcome::reached_end) return Stretch::end;
      if (outcome == Integrator::Outcome::event) return Stretch::event;
      return Stretch::interrupted;
    }
  }

  void check_time_limit() const {
    if (settings_.time_limit > 0.0 && elapsed() > settings_.time_limit)
      throw OutOfTime(fmt::format("stopped at t = {}: the time limit of {} is over (solver.time_limit)",
                                  format_time(integrator_.time()), format_time(settings_.time_limit)));
  }

  void take_sample() {
    ++progress_.samples;
    const Clock::time_point begin = Clock::now();
    observer_.sample(system_, progress_);
    recording_time_ += std::chrono::duration<double>(Clock::now() - begin).count();
  }

  // Output times up to t that have not been recorded yet, from the integrator's interpolation.
  void sample_until(double t) {
    while (static_cast<double>(progress_.samples) * interval_ <= t) {
      const double time = std::max(static_cast<double>(progress_.samples) * interval_, integrator_.step_start());
      integrator_.values_at(time, progress_.state);
      integrator_.totals_at(time, progress_.totals);
      integrator_.sensitivities_at(time, progress_.sensitivities);
      take_sample();
    }
  }

  // After an event: true when the step ends.
  bool react(const Step& step, bool armed) {
    const std::vector<int> crossings = integrator_.crossings();
    std::size_t position = 0;
    if (armed && crossings[position++] > 0) {
      switch_times_.by_condition(progress_.step);
      observer_.event(progress_.state.t, "schedule", fmt::format("step '{}' ends: {}", step.name, step.until->text));
      return true;
    }
    for (std::size_t u = 0; u < system_.flowsheet().units.size(); ++u)
      for (std::size_t k = 0; k < system_.flowsheet().units[u]->event_count(); ++k, ++position)
        if (crossings[position] != 0) {
          switch_times_.by_event(u, k);
          react_unit(u, k, crossings[position]);
          if (progress_.unit_modes[u] == system_.wiring()[u].mode) continue;
          if (const auto restless = mode_changes_.change(step, u, progress_.state.t)) observer_.event(progress_.state.t, system_.flowsheet().units[u]->name(), *restless);
        }
    mode_changes_.event(step, progress_.state.t);
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
    // Of several answers at one moment those that ask for no other mode must not undo the one that does.
    if (reaction.mode != system_.wiring()[u].mode) progress_.unit_modes[u] = reaction.mode;
  }

  // True when the repetition is over.
  bool end_round(Outcome& outcome) {
    const double periods = static_cast<double>(roles_.periods());
    const std::vector<double> start = std::move(progress_.round_start);
    std::optional<double> change;
    if (!start.empty()) {
      const CycleChange found = cycle_change(system_.layout(), roles_.by_role(start, period() - 1), roles_.by_role(progress_.state.y, period()));
      change = outcome.change = periods * found.value;  // over a cycle, at most
      outcome.change_group = found.group;
    }
    if (schedule_.cyclic) observer_.cycle_ends(system_, progress_, change, outcome.change_group);
    if (!start.empty()) remember(start);
    const bool steady = schedule_.repeat.until_cyclic_steady_state && change && *change < schedule_.repeat.tolerance;
    if (steady && cycle_is_steady(outcome)) return outcome.reached_steady_state = true;
    progress_.round_start = progress_.state.y;
    progress_.jumped = false;
    const bool going_round = steady && round_starts_.size() < roles_.periods();  // to make the cycle whole
    if (search_ && !start.empty() && !going_round && !last_round()) search_on(start);
    return false;
  }

  // The starts of the rounds since the last jump, of one cycle at most.
  void remember(const std::vector<double>& start) {
    round_starts_.push_back(start);
    if (round_starts_.size() > roles_.periods()) round_starts_.pop_front();
  }

  // Whether a whole cycle has passed since the last jump and ends where it began, column by column.
  bool cycle_is_steady(Outcome& outcome) const {
    if (round_starts_.size() < roles_.periods()) return false;
    const CycleChange found = cycle_change(system_.layout(), round_starts_.front(), progress_.state.y);
    outcome.change = found.value;
    outcome.change_group = found.group;
    return found.value < schedule_.repeat.tolerance;
  }

  void search_on(const std::vector<double>& start) {
    const auto next = search_->after_cycle(roles_.by_role(start, period() - 1), roles_.by_role(progress_.state.y, period()),
                                           roles_.by_role(progress_.unit_modes, period()));
    if (next) jump(*next);
  }

  void finish(Outcome& outcome) {
    const double last = static_cast<double>(progress_.samples - 1) * interval_;
    if (progress_.state.t > last * (1.0 + 1e-12)) observer_.sample(system_, progress_);
    outcome.end_time = progress_.state.t;
    outcome.sought_steady_state = schedule_.repeat.until_cyclic_steady_state;
    outcome.totals_start = progress_.totals_start;
    outcome.jumps = jumps_;
    outcome.statistics = integrator_.statistics();
    outcome.wall_time = elapsed();
    outcome.recording_time = recording_time_;
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
  const std::unique_ptr<Sensitivities> sensitivities_;
  Integrator integrator_;
  SwitchTimes switch_times_;
  Clock::time_point began_;
  Progress progress_;
  std::vector<double> second_derivatives_;  // where a mode has just been entered
  ModeChanges mode_changes_;
  const Roles roles_;
  std::optional<SteadyStateSearch> search_;  // where the cyclic steady state is sought directly
  std::optional<SteadyStateSearch::Jump> back_;  // where to after a round that was given up
  std::deque<std::vector<double>> round_starts_;
  long jumps_ = 0;
  double recording_time_ = 0.0;
};

}  // namespace

Outcome simulate(System& system, const TotalsLayout& totals, const Schedule& schedule, const SolverSettings& settings,
                 double output_interval, Observer& observer, const std::atomic<bool>* stop, const Progress* resume,
                 const std::vector<Variation>& variations) {
  if (resume != nullptr && !variations.empty()) throw InternalError("a resumed run has no sensitivities");
  return Simulation(system, totals, schedule, settings, output_interval, observer, stop, variations).run(resume);
}

}  // namespace brineflow
