// A run with everything it says kept.
#pragma once

#include "flowsheet/case_from_text.hpp"
#include "solve/simulation.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace brineflow::test {

struct Said {
  double t;
  std::string who, message;
};

struct CycleEnd {
  double t;
  std::optional<double> change;
  std::string group;
};

class Listener : public Observer {
 public:
  void sample(const System& system, const Progress& progress) override;
  void event(double t, const std::string& who, const std::string& message) override { events.push_back({t, who, message}); }
  void step_begins(const System&, const Progress& progress, const Step& step) override { steps.push_back({progress.state.t, step.name, ""}); }
  void cycle_ends(const System&, const Progress& progress, std::optional<double> change, const std::string& group) override {
    cycles.push_back({progress.state.t, change, group});
  }

  // The only event whose message holds `text`, or NaN and a failed check.
  double time_of(const std::string& text) const;

  std::vector<Progress> samples;
  std::vector<Said> events, steps;
  std::vector<CycleEnd> cycles;
  std::function<void(const Progress&)> at_sample;  // may be empty
};

struct Run {
  explicit Run(std::shared_ptr<const Flowsheet> of) : flowsheet(std::move(of)), system(*flowsheet), totals(*flowsheet) {}
  std::shared_ptr<const Flowsheet> flowsheet;
  System system;
  TotalsLayout totals;
  Listener said;
  Outcome outcome;

  const Progress& last() const { return said.samples.back(); }
  // A scalar variable, or an entry of a longer one, at the last sample.
  double value(const std::string& unit, const std::string& variable, std::size_t entry = 0) const;
};

// Takes the flowsheet (of the case) over: what a run says refers to it.
Run run(std::shared_ptr<const Flowsheet> flowsheet, const Schedule& schedule, double interval, const SolverSettings& settings = {},
        const Progress* resume = nullptr);
Run run(Case input, double interval = 600.0, const SolverSettings& settings = {}, const Progress* resume = nullptr);

// Runs and gives the text of the SolverError that must end it.
std::string failure(std::shared_ptr<const Flowsheet> flowsheet, const Schedule& schedule, const SolverSettings& settings = {});

}  // namespace brineflow::test
