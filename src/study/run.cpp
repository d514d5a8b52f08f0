#include "study/run.hpp"

#include <fmt/format.h>

namespace brineflow {
namespace {

// Passes everything on to what keeps it, and to the person waiting.
class Reporter : public Observer {
 public:
  // beside: nullptr where there are none.
  Reporter(Observer& kept, MovedRuns* beside, const Schedule& schedule, const RunOptions& options)
      : kept_(kept), beside_(beside), schedule_(schedule), options_(options) {}

  void sample(const System& system, const Progress& progress) override {
    kept_.sample(system, progress);
    if (beside_ != nullptr) beside_->sample(progress);
    if (options_.sampled) options_.sampled(system, progress);
  }

  void event(double t, const std::string& who, const std::string& message) override {
    kept_.event(t, who, message);
    if (options_.event) options_.event(t, who, message);
  }

  void cycle_ends(const System& system, const Progress& progress, std::optional<double> change, const std::string& group) override {
    kept_.cycle_ends(system, progress, change, group);
  }

  void state_jumps(const System& system, const Progress& progress) override {
    totals_start_ = progress.totals_start;
    kept_.state_jumps(system, progress);
  }

  void advanced(double t, const Progress& progress, const SolverStatistics& statistics) override {
    last_ = statistics;
    last_time_ = t;
    last_cycle_ = static_cast<double>(progress.cycle);
    if (!options_.progress) return;
    RunProgress now{t, std::nullopt, progress.cycle + 1, schedule_.repeat.cycles, schedule_.steps[progress.step].name, statistics.steps};
    if (!schedule_.cyclic) now.end = schedule_.steps.front().at_most;
    options_.progress(now);
  }

  // What is known of a run that ended before its time.
  Outcome unfinished() const {
    Outcome outcome;
    outcome.interrupted = true;
    outcome.statistics = last_;
    outcome.end_time = last_time_;
    outcome.cycles = last_cycle_;
    outcome.totals_start = totals_start_;
    return outcome;
  }

 private:
  Observer& kept_;
  MovedRuns* beside_;
  const Schedule& schedule_;
  const RunOptions& options_;
  SolverStatistics last_;
  double last_time_ = 0.0, totals_start_ = 0.0;
  double last_cycle_ = 0.0;
};

// What is kept of a run without a file.
class Unrecorded : public Observer {
 public:
  Unrecorded(const Case& input, const System& system, const TotalsLayout& totals) : account_(input, system, totals) {}

  void sample(const System& system, const Progress& progress) override { account_.sample(system, progress); }
  void event(double /*t*/, const std::string& /*who*/, const std::string& /*message*/) override {}
  void cycle_ends(const System& /*system*/, const Progress& progress, std::optional<double> /*change*/, const std::string& /*group*/) override {
    account_.cycle_ends(progress);
  }
  void state_jumps(const System& system, const Progress& progress) override { account_.state_jumps(system, progress); }
  Recording finish(const Outcome& outcome, const std::string& status) const { return account_.close(outcome, status); }

 private:
  Account account_;
};

// The recorder of a fresh run, or of one that goes on where `output` stopped (with its state in `progress`).
Recorder make_recorder(const Case& input, const System& system, const TotalsLayout& totals,
                       const std::filesystem::path& output, bool resume, std::optional<Progress>& progress) {
  if (!resume) return Recorder(input, system, totals, output);
  if (std::error_code unreadable; !std::filesystem::exists(output, unreadable))
    throw InputError(fmt::format("there is no result {} to resume: run the case without --resume", output.string()));
  const StoredProgress stored = load_progress(ResultReader(output), input, system, totals);
  if (stored.complete)
    throw InputError(fmt::format("{} is complete: there is nothing to resume", output.string()));
  progress = stored.progress;
  return Recorder(input, system, totals, output, stored.progress);
}

std::string status_of(const Outcome& outcome) {
  if (outcome.interrupted) return "interrupted";
  if (!outcome.sought_steady_state || outcome.reached_steady_state) return "complete";
  return no_steady_state(outcome);
}

}  // namespace

std::filesystem::path default_output(const std::filesystem::path& case_file) {
  return case_file.stem().concat(".h5");
}

Case check_case(const std::filesystem::path& file, const std::vector<Override>& overrides) {
  return read_case(file, overrides, solver_parameters());
}

Recording run_case(const std::filesystem::path& file, const RunOptions& options) {
  RunOptions with_output = options;
  if (options.output.empty()) with_output.output = default_output(file);
  return run_case(check_case(file, options.overrides), with_output);
}

Recording run_case(const Case& input, const RunOptions& options) {
  const SolverSettings settings = read_solver_settings(input.solver);
  System system(*input.flowsheet);
  const TotalsLayout totals(*input.flowsheet);
  std::optional<Progress> progress;
  Recorder recorder = make_recorder(input, system, totals, options.output, options.resume, progress);
  MovedRuns beside(system, options.beside);
  Reporter reporter(recorder, &beside, input.schedule, options);
  const auto finish = [&](const Outcome& outcome, const std::string& status) {
    beside.finish(outcome, status);
    return recorder.finish(outcome, status);
  };
  try {
    const Outcome outcome = simulate(system, totals, input.schedule, settings, input.output.every, reporter, options.stop,
                                     progress ? &*progress : nullptr, beside.variations());
    return finish(outcome, status_of(outcome));
  } catch (const SolverError& error) {
    finish(reporter.unfinished(), error.what());
    throw;
  }
}

Recording run_unrecorded(const Case& input, const RunOptions& options) {
  const SolverSettings settings = read_solver_settings(input.solver);
  System system(*input.flowsheet);
  const TotalsLayout totals(*input.flowsheet);
  Unrecorded kept(input, system, totals);
  Reporter reporter(kept, nullptr, input.schedule, options);
  const Outcome outcome = simulate(system, totals, input.schedule, settings, input.output.every, reporter, options.stop);
  return kept.finish(outcome, status_of(outcome));
}

}  // namespace brineflow
