// The runs of an optimisation: made by a pool of processes, written down in the journal of its folder, and taken from there where they are known.
#pragma once

#include "base/error.hpp"
#include "study/trial.hpp"
#include "study/worker_pool.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace brineflow {

// All runs are to end: of those who ask for more, none gets an answer.
struct RunsStopped {};

// Where the runs of a study lie: `given`, or where that is empty NAME.optimum in the current folder.
std::filesystem::path folder_of_runs(const OptimizeStudy& study, const std::filesystem::path& given);

// Runs for many threads, by one master: threads ask and wait; the master hands out what was asked, and never asks for the next task while a thread is still
// thinking about its own, so that nobody waits for a clock.
class RunService {
 public:
  // workers 0: as many as the machine has cores. StorageError where the folder cannot be made.
  RunService(const OptimizeStudy& study, std::size_t workers, const std::atomic<bool>* stop, const std::filesystem::path& folder);

  // Of a thread. Throws RunsStopped.
  SweepEntry ask(const std::vector<double>& values);
  // Of the master: until all threads have ended. tell: is called every now and then.
  void serve(const std::function<void()>& tell);

  // Of the master, where there are no threads: all of these, side by side. The answers stand in their order. Throws RunsStopped.
  std::vector<SweepEntry> run_all(const std::vector<std::vector<double>>& points, const std::function<void()>& tell);

  void thread_begins();  // called by the master before the thread exists
  void thread_ends();

  // Of a point that was run.
  SweepEntry entry_of(const std::vector<double>& values) const;

  std::size_t runs = 0, failed = 0;  // so far

  // How many there were, and what failed last.
  void count_into(SearchRecord& record) const;
  // What a search says that was stopped.
  Interrupted interruption() const;

 private:
  const SweepEntry* known(const std::string& key);
  void queue(const std::string& key, const std::vector<double>& values);
  std::string key_of(const std::vector<double>& values) const;
  void stop(std::unique_lock<std::mutex>& lock);
  std::string work(const std::string& text, std::size_t worker);  // in a worker
  void take(const TaskResult& result);

  const OptimizeStudy& study_;
  const std::atomic<bool>* stop_;
  std::size_t reused_ = 0;
  std::string last_failure_;
  std::filesystem::path folder_;
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

}  // namespace brineflow
