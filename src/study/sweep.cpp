#include "study/sweep.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "solve/settings.hpp"
#include "study/case_entry.hpp"
#include "study/sweep_table.hpp"
#include "study/worker_pool.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <array>
#include <chrono>
#include <set>
#include <thread>

namespace brineflow {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

void make_folder(const std::filesystem::path& folder) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem) throw StorageError(fmt::format("the folder {} cannot be made: {}", folder.string(), problem.message()));
}

std::filesystem::path result_of(const std::filesystem::path& folder, std::size_t index) { return folder / "results" / fmt::format("{:06}.h5", index); }

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

class SweepRun {
 public:
  // rank: of a process among many; 0: the one that hands out
  SweepRun(const SweepStudy& study, const SweepOptions& options, const std::filesystem::path& folder, int rank)
      : study_(study), options_(options), folder_(folder), rank_(rank), state_(study, folder), models_(ModelLibrary::default_folders(study.case_file)) {
    if (!options.expected.empty() && options.expected != state_.fingerprint())
      throw InputError(fmt::format("{}: it is not the study that was submitted any more: it, its case, a package of models or the program has changed; "
                                   "submit it again", study.file.string()));
  }

  // False where it was stopped, or another process of its ranks.
  bool run() {
    own_.emplace(journal_file("master"));
    count();
    warm();
    note("begin");
    const auto following = [&] { return next(); };
    const auto end = [&](const TaskResult& result) { finished(result); };
    const auto idle = [&] { tell(); };
    bool all = true;
    if (options_.ranks != nullptr) {
      all = options_.ranks->run(following, end, idle, options_.stop);
    } else {
      WorkerPool pool(workers(), study_.time_limit, work());
      pool.run(following, end, idle, options_.stop);
    }
    all = all && (options_.stop == nullptr || !options_.stop->load());
    note(all ? "end" : "interrupted");
    return all;
  }

  void serve(Ranks& ranks) {
    warm();
    serve_ranks(ranks, std::max<std::size_t>(options_.workers, 1), study_.time_limit, work(), options_.stop);
  }

  std::size_t known() const { return progress_.known; }

 private:
  std::filesystem::path journal_file(const std::string& writer) const {
    const std::string shard = options_.shard.count > 1 ? fmt::format("{}_of_{}_", options_.shard.index, options_.shard.count) : "";
    const std::string rank = rank_ > 0 ? fmt::format("rank_{}_", rank_) : "";
    return journal_folder(folder_) / fmt::format("{}{}{}.jsonl", shard, rank, writer);
  }

  std::size_t workers() const {
    if (options_.ranks != nullptr) return static_cast<std::size_t>(options_.ranks->workers());
    const std::size_t wanted = options_.workers > 0 ? options_.workers : std::max(1U, std::thread::hardware_concurrency());
    return std::min(wanted, std::max<std::size_t>(open_, 1));
  }

  // What a worker does with the number of a case.
  WorkerPool::Work work() {
    return [this](const std::string& task, std::size_t worker) -> std::string {
      try {
        const std::size_t index = std::stoul(task);
        if (!workers_own_) workers_own_.emplace(journal_file(fmt::format("worker_{}", worker)));
        Diagnostics none;  // the paths were checked when the keys were made
        SweepEntry entry = run_to_entry({study_.document(index, none), study_.case_file, &models_, study_.series, study_.keep_results ? result_of(folder_, index) : ""});
        entry.key = state_.key(index);
        workers_own_->append(entry);
        return entry.status + "\n" + entry.reason;
      } catch (const std::exception& error) {
        return fmt::format("storage\n{}", error.what());
      }
    };
  }

  void note(const std::string& event) {
    const double time = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    own_->append(SweepNote{event, state_.fingerprint(), options_.shard.index, options_.shard.count, progress_.known, workers(), host_name(), time});
  }

  bool to_run(std::size_t index) const {
    if (index % options_.shard.count != options_.shard.index) return false;
    return state_.find(index) == nullptr || (options_.retry_failed && state_.failed(index));
  }

  // By a worker of which nothing was heard.
  bool is_written(std::size_t index) {
    state_.reread();
    return !to_run(index);
  }

  void count() {
    for (std::size_t index = options_.shard.index; index < study_.size(); index += options_.shard.count) {
      ++progress_.cases;
      if (to_run(index)) {
        ++open_;
        continue;
      }
      ++progress_.known;
      if (state_.failed(index)) ++progress_.failed;
    }
  }

  // Packages are read here, once: workers are copies of this process.
  void warm() {
    Diagnostics diagnostics;
    if (open_ > 0 || rank_ > 0) read_case(study_.document(0, diagnostics), study_.case_file, models_, solver_parameters());
  }

  static Task task(std::size_t index) { return {index, std::to_string(index)}; }

  std::optional<Task> next() {
    if (!again_.empty()) {
      const std::size_t index = again_.back();
      again_.pop_back();
      return task(index);
    }
    for (; position_ < study_.size(); ++position_)
      if (to_run(position_) && handed_out_.insert(state_.key(position_)).second) return task(position_++);
    return std::nullopt;
  }

  void finished(const TaskResult& result) {
    SweepEntry entry;
    if (result.end == TaskResult::End::finished) {
      const std::size_t line = result.text.find('\n');
      entry.status = result.text.substr(0, line);
      entry.reason = result.text.substr(line + 1);
      if (entry.status == "storage") throw StorageError(entry.reason);
    } else if (is_written(result.task.number)) {
      entry = read_entry(*state_.find(result.task.number));  // it died between writing the answer down and giving it
    } else {
      const bool stopped = result.end == TaskResult::End::stopped;
      // Somebody else may have killed it, or memory was short: a case that is at fault itself dies a second time.
      if (!stopped && died_once_.insert(result.task.number).second) return again_.push_back(result.task.number);
      entry.key = state_.key(result.task.number);
      entry.status = stopped ? "stopped" : "crashed";
      entry.reason = stopped ? fmt::format("stopped after its time limit of {:g} s", study_.time_limit) : result.text + ", twice";
      entry.wall_time = stopped ? study_.time_limit : 0.0;
      own_->append(entry);
    }
    ++progress_.ended;
    if (!entry.complete()) {
      ++progress_.failed;
      if (options_.failed) options_.failed(result.task.number, entry.status, entry.reason);
    }
  }

  void tell() {
    if (!options_.progress) return;
    progress_.elapsed = seconds_since(begin_);
    options_.progress(progress_);
  }

  const SweepStudy& study_;
  const SweepOptions& options_;
  const std::filesystem::path& folder_;
  int rank_;
  SweepState state_;
  ModelLibrary models_;
  std::optional<SweepJournal> own_, workers_own_;  // of this process, and of a worker's
  SweepProgress progress_;
  std::size_t position_ = 0, open_ = 0;
  std::set<std::string> handed_out_;
  std::set<std::size_t> died_once_;
  std::vector<std::size_t> again_;
  Clock::time_point begin_ = Clock::now();
};

}  // namespace

std::filesystem::path journal_folder(const std::filesystem::path& folder) { return folder / "journal"; }

std::string sweep_key(const SweepStudy& study, std::size_t index, const std::string& packages) {
  Diagnostics diagnostics;
  const Document document = study.document(index, diagnostics);
  diagnostics.throw_if_any();
  std::string asked = study.keep_results ? "results\n" : "";
  for (const FollowedSeries& series : study.series) asked += series.name + ": " + series.expression + "\n";
  return case_key(document, packages, asked);
}

std::filesystem::path default_sweep_folder(const std::filesystem::path& study_file) { return study_file.stem().concat(".sweep"); }

SweepState::SweepState(const SweepStudy& study, const std::filesystem::path& folder) : folder_(folder) {
  const std::string packages = ModelLibrary(ModelLibrary::default_folders(study.case_file)).fingerprint();
  keys_.reserve(study.size());
  for (std::size_t index = 0; index < study.size(); ++index) keys_.push_back(sweep_key(study, index, packages));
  fingerprint_ = sha256(join(keys_, "\n"));
  reread();
}

void SweepState::reread() {
  known_.clear();
  failed_.clear();
  strangers_ = 0;
  const std::set<std::string> wanted(keys_.begin(), keys_.end());
  read_journals(journal_folder(folder_), [&](const SweepEntry& entry, const JournalPlace& place) {
    if (!wanted.contains(entry.key)) {
      ++strangers_;
      return;
    }
    // A case that was tried again counts as it ended best.
    const bool better = !known_.contains(entry.key) || entry.complete() || failed_.contains(entry.key);
    if (!better) return;
    known_[entry.key] = place;
    if (entry.complete()) failed_.erase(entry.key);
    else failed_[entry.key] = true;
  });
}

const JournalPlace* SweepState::find(std::size_t index) const {
  const auto found = known_.find(keys_[index]);
  return found == known_.end() ? nullptr : &found->second;
}

SweepSummary run_sweep(const SweepStudy& study, const SweepOptions& options) {
  const Clock::time_point begin = Clock::now();
  const std::filesystem::path folder = options.folder.empty() ? default_sweep_folder(study.file) : options.folder;
  make_folder(journal_folder(folder));
  if (study.keep_results) make_folder(folder / "results");
  std::size_t known = 0;
  bool all = true;
  {
    const SweepLock lock(folder, options.shard, options.wait, options.stop);
    SweepRun run(study, options, folder, 0);
    all = run.run();
    known = run.known();
  }
  SweepSummary summary;
  summary.folder = folder;
  if (options.shard.count == 1) summary = merge_sweep(study, folder);
  summary.known = known;
  summary.interrupted = !all;
  summary.elapsed = seconds_since(begin);
  return summary;
}

void serve_sweep(const SweepStudy& study, const SweepOptions& options, Ranks& ranks) {
  const std::filesystem::path folder = options.folder.empty() ? default_sweep_folder(study.file) : options.folder;
  make_folder(journal_folder(folder));
  if (study.keep_results) make_folder(folder / "results");
  SweepRun(study, options, folder, ranks.rank()).serve(ranks);
}

SweepSummary merge_sweep(const SweepStudy& study, const std::filesystem::path& folder) {
  SweepSummary summary;
  summary.folder = folder;
  summary.table = folder / "table.h5";
  summary.cases = study.size();
  const SweepState state(study, folder);
  for (std::size_t index = 0; index < study.size(); ++index) {
    if (state.find(index) == nullptr) ++summary.missing;
    else if (state.failed(index)) ++summary.failed;
    else ++summary.complete;
  }
  write_sweep_table(study, state, summary.table);
  return summary;
}

}  // namespace brineflow
