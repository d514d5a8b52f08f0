#include "study/optimize.hpp"

#include "base/error.hpp"
#include "study/case_entry.hpp"
#include "study/sampling.hpp"
#include "study/worker_pool.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <nlopt.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

namespace brineflow {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t seed_of_starts = 1;
constexpr double first_step = 0.25;   // of each range
constexpr double at_bound = 1e-3;     // of a range: nearer is there
// A run that failed says nothing of goal and limits: both are set so that the search turns away, without the huge numbers that a linear model would follow.
constexpr double worse_by = 1.0;      // of the largest goal seen
constexpr double broken_by = 1.0;     // of each limit

// Runs for many threads, by one master: threads ask and wait; the master hands out what was asked, and never asks for the next task while a thread is still
// thinking about its own, so that nobody waits for a clock.
class RunService {
 public:
  RunService(const OptimizeStudy& study, const OptimizeOptions& options, const std::filesystem::path& folder)
      : study_(study), options_(options), folder_(folder), models_(ModelLibrary::default_folders(study.case_file)), packages_(models_.fingerprint()),
        pool_(options.workers > 0 ? options.workers : std::max(1U, std::thread::hardware_concurrency()), study.time_limit,
              [this](const std::string& task, std::size_t worker) { return work(task, worker); }) {
    std::error_code problem;
    std::filesystem::create_directories(folder_ / "journal", problem);
    if (problem) throw StorageError(fmt::format("the folder {} cannot be made: {}", folder_.string(), problem.message()));
    read_journals(folder_ / "journal", [this](const SweepEntry& entry, const JournalPlace&) { known_[entry.key] = entry; });
  }

  // Of a thread. Throws nlopt::forced_stop, which NLopt lets through, when all is to end.
  SweepEntry ask(const std::vector<double>& values) {
    Diagnostics none;  // paths were checked when the study was read
    const std::string key = case_key(study_.document(values, none), packages_, "");
    std::unique_lock lock(mutex_);
    if (stopped_) throw nlopt::forced_stop();
    if (const auto found = known_.find(key); found != known_.end()) {
      if (ours_.insert(key).second) ++reused;
      return found->second;
    }
    if (asked_.insert(key).second) queue_.push_back({0, json{{"key", key}, {"values", values}}.dump()});
    const auto waiter = waiters_.insert(key);
    --thinking_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return stopped_ || known_.contains(key); });
    waiters_.erase(waiter);
    if (known_.contains(key)) return known_.at(key);  // whoever brought it has counted us among those who think
    ++thinking_;
    throw nlopt::forced_stop();
  }

  // Of the master: until all threads have ended.
  void serve(const std::function<void()>& tell) {
    const auto next = [this]() -> std::optional<Task> {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return thinking_ == 0; });
      if (queue_.empty()) return std::nullopt;
      Task task = std::move(queue_.front());
      queue_.pop_front();
      return task;
    };
    try {
      while (true) {
        pool_.run(next, [this](const TaskResult& result) { take(result); }, tell, options_.stop);
        std::unique_lock lock(mutex_);
        if (options_.stop != nullptr && options_.stop->load()) {
          stop(lock);
          return;
        }
        changed_.wait(lock, [this] { return thinking_ == 0; });
        if (living_ == 0) return;
      }
    } catch (...) {
      std::unique_lock lock(mutex_);
      stop(lock);
      throw;
    }
  }

  // Of a point that was run.
  SweepEntry entry_of(const std::vector<double>& values) const {
    Diagnostics none;
    return known_.at(case_key(study_.document(values, none), packages_, ""));
  }

  void thread_begins() {  // called by the master before the thread exists
    const std::lock_guard lock(mutex_);
    ++thinking_;
    ++living_;
  }
  void thread_ends() {
    const std::lock_guard lock(mutex_);
    --thinking_;
    --living_;
    changed_.notify_all();
  }

  std::size_t runs = 0, failed = 0, reused = 0;
  std::string last_failure;

 private:
  void stop(std::unique_lock<std::mutex>& lock) {
    stopped_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return living_ == 0; });
  }

  // In a worker.
  std::string work(const std::string& text, std::size_t worker) {
    try {
      const json task = json::parse(text);
      Diagnostics none;
      SweepEntry entry = run_to_entry({study_.document(task["values"].get<std::vector<double>>(), none), study_.case_file, &models_, {}, {}});
      entry.key = task["key"];
      if (!journal_) journal_.emplace(folder_ / "journal" / fmt::format("worker_{}.jsonl", worker));
      journal_->append(entry);
      return to_line(entry);
    } catch (const std::exception& error) {
      return fmt::format("storage: {}", error.what());
    }
  }

  void take(const TaskResult& result) {
    SweepEntry entry;
    if (result.end == TaskResult::End::finished) {
      if (!from_line(result.text, entry)) throw StorageError(result.text);
    } else {
      entry.key = json::parse(result.task.text)["key"];
      entry.status = result.end == TaskResult::End::stopped ? "stopped" : "crashed";
      entry.reason = result.end == TaskResult::End::stopped ? fmt::format("stopped after its time limit of {:g} s", study_.time_limit) : result.text;
    }
    const std::lock_guard lock(mutex_);
    ++runs;
    if (!entry.complete()) {
      ++failed;
      last_failure = fmt::format("{}: {}", study_.describe(json::parse(result.task.text)["values"].get<std::vector<double>>()), entry.reason);
    }
    thinking_ += waiters_.count(entry.key);  // several threads may have asked for the same point
    ours_.insert(entry.key);
    known_[entry.key] = std::move(entry);
    changed_.notify_all();
  }

  const OptimizeStudy& study_;
  const OptimizeOptions& options_;
  const std::filesystem::path& folder_;
  ModelLibrary models_;
  std::string packages_;
  std::optional<SweepJournal> journal_;  // of a worker
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, SweepEntry> known_;
  std::set<std::string> asked_, ours_;
  std::multiset<std::string> waiters_;
  std::deque<Task> queue_;
  std::size_t thinking_ = 0, living_ = 0;
  bool stopped_ = false;
  WorkerPool pool_;  // last: its processes see all the others
};

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

  static double indicator(const SweepEntry& entry, const std::string& name) {
    for (const Kpi& kpi : entry.kpis)
      if (kpi.name == name) return kpi.value;
    return nothing;
  }

  const Answer& at(const std::vector<double>& x) {
    if (const auto known = answers_.find(x); known != answers_.end()) return known->second;
    Trial trial;
    for (std::size_t k = 0; k < x.size(); ++k) trial.values.push_back(study_.varied[k].in_range(x[k]));
    const SweepEntry entry = service_.ask(trial.values);
    Answer answer;
    trial.goal = indicator(entry, study_.goal.indicator);
    const double value = study_.goal.maximize ? -trial.goal : trial.goal;
    trial.complete = entry.complete() && std::isfinite(value);
    trial.feasible = trial.complete;
    for (const Limit& limit : study_.limits) {
      const double found = indicator(entry, limit.indicator);
      const double size = std::max(std::abs(limit.bound), 1e-12);
      const double over = (limit.at_most ? found - limit.bound : limit.bound - found) / size;
      trial.complete = trial.complete && std::isfinite(over);
      answer.excess.push_back(over);
      trial.excess = std::max(trial.excess, over);
    }
    if (trial.complete) {
      if (scale_ == 0.0) scale_ = std::max(std::abs(value), 1e-12);
      answer.goal = value / scale_;
      worst_ = std::max(worst_, answer.goal);
    } else {
      answer.goal = worst_ + worse_by;
      std::fill(answer.excess.begin(), answer.excess.end(), broken_by);
    }
    trial.feasible = trial.complete && trial.excess <= 0.0;
    trials.push_back(std::move(trial));
    return answers_.emplace(x, std::move(answer)).first->second;
  }

  const OptimizeStudy& study_;
  RunService& service_;
  std::vector<double> x_;
  std::map<std::vector<double>, Answer> answers_;
  double scale_ = 0.0, worst_ = 0.0;
};

std::vector<std::vector<double>> starting_points(const OptimizeStudy& study) {
  std::vector<double> first;
  for (const Varied& one : study.varied) {
    const double start = one.start.value_or(one.in_range(0.5));
    first.push_back(one.logarithmic ? std::log(start / one.from) / std::log(one.to / one.from) : (start - one.from) / (one.to - one.from));
  }
  std::vector<std::vector<double>> points{first};
  if (study.starts < 2) return points;
  const Samples samples = latin_hypercube(study.starts - 1, first.size(), seed_of_starts);
  for (std::size_t k = 0; k < samples.size(); ++k) {
    points.emplace_back();
    for (std::size_t d = 0; d < first.size(); ++d) points.back().push_back(samples.at(k, d));
  }
  return points;
}

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
      if (start.best > number || better(study.goal, trial.goal, result.trials[start.best].goal)) start.best = number;
      if (!result.found() || better(study.goal, trial.goal, result.trials[result.best].goal)) result.best = number;
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
  result.folder = options.folder.empty() ? study.file.stem().concat(".optimum") : options.folder;
  RunService service(study, options, result.folder);
  std::vector<std::unique_ptr<Search>> searches;
  for (auto& start : starting_points(study)) searches.push_back(std::make_unique<Search>(study, service, std::move(start)));
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
  if (options.stop != nullptr && options.stop->load()) throw Interrupted(fmt::format("interrupted; {} holds the runs, and the same command goes on from them", result.folder.string()));
  collect(study, searches, result);
  result.runs = service.runs;
  result.known = service.reused;
  result.failed = service.failed;
  result.last_failure = service.last_failure;
  if (result.found()) {
    const SweepEntry entry = service.entry_of(result.trials[result.best].values);
    for (const Kpi& kpi : entry.kpis) result.indicators.emplace(kpi.name, kpi);
  }
  result.elapsed = std::chrono::duration<double>(Clock::now() - begin).count();
  return result;
}

}  // namespace brineflow
