#include "study/optimize.hpp"

#include "base/error.hpp"
#include "study/run_service.hpp"

#include <fmt/format.h>
#include <nlopt.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <thread>

namespace brineflow {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t seed_of_starts = 1;
constexpr double first_step = 0.25;   // of each range
constexpr double at_bound = 1e-3;     // of a range: nearer is there
// A run that failed says nothing of goal and limits: both are set so that the search turns away, without the huge numbers that a linear model would follow.
constexpr double worse_by = 1.0;      // of the largest goal seen
constexpr double broken_by = 1.0;     // of each limit

// One start: COBYLA in the unit cube of the ranges.
class Search {
 public:
  Search(const OptimizeStudy& study, RunService& service, std::vector<double> start) : study_(study), service_(service), x_(std::move(start)) {}

  std::vector<Trial> trials;
  std::string ending;

  void run() {
    nlopt::opt search(nlopt::LN_COBYLA, static_cast<unsigned>(x_.size()));
    search.set_lower_bounds(0.0);
    search.set_upper_bounds(1.0);
    search.set_initial_step(first_step);
    search.set_xtol_abs(study_.accuracy);
    search.set_maxeval(static_cast<int>(study_.evaluations));
    search.set_min_objective(goal, this);
    std::vector<LimitOf> limits;
    for (std::size_t k = 0; k < study_.limits.size(); ++k) limits.push_back({this, k});
    for (LimitOf& limit : limits) search.add_inequality_constraint(excess, &limit, 0.0);
    double value = 0.0;
    try {
      const nlopt::result result = search.optimize(x_, value);
      ending = result == nlopt::MAXEVAL_REACHED ? "the largest number of runs" : "the accuracy asked for";
    } catch (const nlopt::roundoff_limited&) {
      ending = "the limit of rounding";
    } catch (const nlopt::forced_stop&) {
      ending = "an interruption";
    }
  }

 private:
  struct LimitOf {
    Search* search;
    std::size_t number;
  };
  // What NLopt asks for of one point; it asks for goal and limits one after the other.
  struct Answer {
    double goal = 0.0;
    std::vector<double> excess;
  };

  static double goal(const std::vector<double>& x, std::vector<double>&, void* self) { return static_cast<Search*>(self)->at(x).goal; }
  static double excess(const std::vector<double>& x, std::vector<double>&, void* data) {
    const auto* limit = static_cast<LimitOf*>(data);
    return limit->search->at(x).excess[limit->number];
  }

  SweepEntry asked(const std::vector<double>& values) {
    try {
      return service_.ask(values);
    } catch (const RunsStopped&) {
      throw nlopt::forced_stop();  // the one that NLopt lets through as what it is
    }
  }

  const Answer& at(const std::vector<double>& x) {
    if (const auto known = answers_.find(x); known != answers_.end()) return known->second;
    const std::vector<double> values = in_ranges(study_, x);
    Trial trial = judged(study_, values, asked(values));
    const double value = study_.goal().maximize ? -trial.goal() : trial.goal();
    Answer answer{0.0, trial.excesses};
    if (trial.complete) {
      if (scale_ == 0.0) scale_ = std::max(std::abs(value), 1e-12);
      answer.goal = value / scale_;
      worst_ = std::max(worst_, answer.goal);
    } else {
      answer.goal = worst_ + worse_by;
      std::fill(answer.excess.begin(), answer.excess.end(), broken_by);
    }
    trials.push_back(std::move(trial));
    return answers_.emplace(x, std::move(answer)).first->second;
  }

  const OptimizeStudy& study_;
  RunService& service_;
  std::vector<double> x_;
  std::map<std::vector<double>, Answer> answers_;
  double scale_ = 0.0, worst_ = 0.0;
};

bool better(const Goal& goal, double a, double b) { return goal.maximize ? a > b : a < b; }

// Puts the trials of all starts together and picks the best.
void collect(const OptimizeStudy& study, const std::vector<std::unique_ptr<Search>>& searches, OptimizeResult& result) {
  for (const auto& search : searches) {
    StartResult start;
    start.runs = search->trials.size();
    start.ending = search->ending;
    for (const Trial& trial : search->trials) {
      const std::size_t number = result.trials.size();
      result.trials.push_back(trial);
      if (!trial.feasible) continue;
      if (start.best > number || better(study.goal(), trial.goal(), result.trials[start.best].goal())) start.best = number;
      if (!result.found() || better(study.goal(), trial.goal(), result.trials[result.best].goal())) result.best = number;
    }
    result.starts.push_back(std::move(start));
  }
  if (!result.found()) return;
  for (std::size_t k = 0; k < study.varied.size(); ++k) {
    const Varied& one = study.varied[k];
    const double value = result.trials[result.best].values[k];
    if (std::min(std::abs(value - one.from), std::abs(value - one.to)) < at_bound * std::abs(one.to - one.from)) result.at_bound.push_back(one.path);
  }
}

}  // namespace

OptimizeResult run_optimize(const OptimizeStudy& study, const OptimizeOptions& options) {
  const Clock::time_point begin = Clock::now();
  OptimizeResult result;
  result.folder = folder_of_runs(study, options.folder);
  RunService service(study, options.workers, options.stop, result.folder);
  std::vector<std::unique_ptr<Search>> searches;
  for (auto& start : starting_points(study, study.starts, seed_of_starts)) searches.push_back(std::make_unique<Search>(study, service, std::move(start)));
  std::vector<std::thread> threads;
  for (std::size_t k = 0; k < searches.size(); ++k) service.thread_begins();
  for (const auto& search : searches)
    threads.emplace_back([&service, one = search.get()] {
      one->run();
      service.thread_ends();
    });
  const auto tell = [&] {
    if (options.progress) options.progress(service.runs, service.failed);
  };
  std::exception_ptr problem;
  try {
    service.serve(tell);
  } catch (...) {
    problem = std::current_exception();
  }
  for (std::thread& thread : threads) thread.join();
  if (problem) std::rethrow_exception(problem);
  if (options.stop != nullptr && options.stop->load()) throw service.interruption();
  collect(study, searches, result);
  service.count_into(result);
  if (result.found()) {
    const SweepEntry entry = service.entry_of(result.trials[result.best].values);
    for (const Kpi& kpi : entry.kpis) result.indicators.emplace(kpi.name, kpi);
  }
  result.elapsed = std::chrono::duration<double>(Clock::now() - begin).count();
  return result;
}

}  // namespace brineflow
