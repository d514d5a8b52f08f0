#include "study/run_service.hpp"

#include "study/case_entry.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <thread>

namespace brineflow {

using nlohmann::json;

std::filesystem::path folder_of_runs(const OptimizeStudy& study, const std::filesystem::path& given) {
  return given.empty() ? study.file.stem().concat(".optimum") : given;
}

RunService::RunService(const OptimizeStudy& study, std::size_t workers, const std::atomic<bool>* stop, const std::filesystem::path& folder)
    : study_(study), stop_(stop), folder_(folder), models_(ModelLibrary::default_folders(study.case_file)), packages_(models_.fingerprint()),
      pool_(workers > 0 ? workers : std::max(1U, std::thread::hardware_concurrency()), study.time_limit,
            [this](const std::string& task, std::size_t worker) { return work(task, worker); }) {
  std::error_code problem;
  std::filesystem::create_directories(folder_ / "journal", problem);
  if (problem) throw StorageError(fmt::format("the folder {} cannot be made: {}", folder_.string(), problem.message()));
  read_journals(folder_ / "journal", [this](const SweepEntry& entry, const JournalPlace&) { known_[entry.key] = entry; });
}

std::string RunService::key_of(const std::vector<double>& values) const {
  Diagnostics none;  // paths were checked when the study was read
  return case_key(study_.document(values, none), packages_, "");
}

SweepEntry RunService::ask(const std::vector<double>& values) {
  const std::string key = key_of(values);
  std::unique_lock lock(mutex_);
  if (stopped_) throw RunsStopped();
  if (const SweepEntry* entry = known(key)) return *entry;
  queue(key, values);
  const auto waiter = waiters_.insert(key);
  --thinking_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return stopped_ || known_.contains(key); });
  waiters_.erase(waiter);
  if (known_.contains(key)) return known_.at(key);  // whoever brought it has counted us among those who think
  ++thinking_;
  throw RunsStopped();
}

const SweepEntry* RunService::known(const std::string& key) {
  const auto found = known_.find(key);
  if (found == known_.end()) return nullptr;
  if (ours_.insert(key).second) ++reused_;
  return &found->second;
}

void RunService::queue(const std::string& key, const std::vector<double>& values) {
  if (asked_.insert(key).second) queue_.push_back({0, json{{"key", key}, {"values", values}}.dump()});
}

std::vector<SweepEntry> RunService::run_all(const std::vector<std::vector<double>>& points, const std::function<void()>& tell) {
  std::vector<std::string> keys;
  for (const auto& point : points) {
    keys.push_back(key_of(point));
    if (known(keys.back()) == nullptr) queue(keys.back(), point);
  }
  serve(tell);
  if (stopped_) throw RunsStopped();
  std::vector<SweepEntry> entries;
  for (const std::string& key : keys) entries.push_back(known_.at(key));
  return entries;
}

void RunService::serve(const std::function<void()>& tell) {
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
      pool_.run(next, [this](const TaskResult& result) { take(result); }, tell, stop_);
      std::unique_lock lock(mutex_);
      if (stop_ != nullptr && stop_->load()) {
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

void RunService::thread_begins() {
  const std::lock_guard lock(mutex_);
  ++thinking_;
  ++living_;
}

void RunService::thread_ends() {
  const std::lock_guard lock(mutex_);
  --thinking_;
  --living_;
  changed_.notify_all();
}

SweepEntry RunService::entry_of(const std::vector<double>& values) const { return known_.at(key_of(values)); }

void RunService::count_into(SearchRecord& record) const {
  record.runs = runs;
  record.known = reused_;
  record.failed = failed;
  record.last_failure = last_failure_;
}

Interrupted RunService::interruption() const {
  return Interrupted(fmt::format("interrupted; {} holds the runs, and the same command goes on from them", folder_.string()));
}

void RunService::stop(std::unique_lock<std::mutex>& lock) {
  stopped_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return living_ == 0; });
}

std::string RunService::work(const std::string& text, std::size_t worker) {
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

void RunService::take(const TaskResult& result) {
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
    last_failure_ = fmt::format("{}: {}", study_.describe(json::parse(result.task.text)["values"].get<std::vector<double>>()), entry.reason);
  }
  thinking_ += waiters_.count(entry.key);  // several threads may have asked for the same point
  ours_.insert(entry.key);
  known_[entry.key] = std::move(entry);
  changed_.notify_all();
}

}  // namespace brineflow
