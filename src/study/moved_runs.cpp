#include "study/moved_runs.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

namespace brineflow {

std::string why_not_beside(const Case& input, const MovedCase& moved) {
  if (input.schedule.repeat.until_cyclic_steady_state) return "the case is run to its cyclic steady state";
  const StateLayout here(*input.flowsheet), there(*moved.input.flowsheet);
  if (const std::string difference = here.difference(there); !difference.empty()) return "with another value " + difference;
  if (input.schedule.steps.size() != moved.input.schedule.steps.size() || input.schedule.repeat.cycles != moved.input.schedule.repeat.cycles)
    return "with another value the schedule has other steps";
  return "";
}

struct MovedRuns::Beside {
  Beside(const MovedCase& of, const System& twin)
      : moved(of), system(*of.input.flowsheet, twin), totals(*of.input.flowsheet), recorder(of.input, system, totals, of.result) {}

  const MovedCase& moved;
  System system;
  TotalsLayout totals;
  Recorder recorder;
  Progress progress;
};

MovedRuns::MovedRuns(const System& system, const std::vector<MovedCase>* cases) {
  if (cases == nullptr) return;
  for (const MovedCase& one : *cases) {
    beside_.push_back(std::make_unique<Beside>(one, system));
    variations_.push_back({&beside_.back()->system, &one.input.schedule, one.step});
  }
}

MovedRuns::~MovedRuns() = default;

void MovedRuns::sample(const Progress& progress) {
  Progress plain = progress;  // what each of them copies, more than once
  plain.sensitivities.clear();
  for (std::size_t k = 0; k < beside_.size(); ++k) {
    Beside& one = *beside_[k];
    one.progress = plain;
    const std::vector<double>& s = progress.sensitivities[k];
    for (std::size_t j = 0; j < s.size(); ++j) one.progress.state.y[j] += one.moved.step * s[j];
    one.recorder.sample(one.system, one.progress);
  }
}

void MovedRuns::finish(const Outcome& outcome, const std::string& status) {
  for (const auto& one : beside_) one->recorder.finish(outcome, status);
}

}  // namespace brineflow
