#include "app/cluster.hpp"

#include "base/error.hpp"
#include "base/quantity.hpp"
#include "solve/diagnosis.hpp"
#include "study/slurm.hpp"
#include "study/sweep_status.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace brineflow {
namespace {

using Queue = std::map<std::size_t, std::string>;

// What Slurm says of a shard; empty: nothing.
std::string word_of(const Queue& queue, std::size_t shard) {
  const auto found = queue.find(shard);
  return found == queue.end() ? "" : found->second;
}

nlohmann::json to_json(const SweepStatus& status, const std::optional<Submission>& submission, const Queue& queue) {
  nlohmann::json shards = nlohmann::json::array();
  for (const ShardStatus& one : status.shards) {
    nlohmann::json shard = {{"shard", one.shard.index}, {"state", name_of(one.stand)}, {"cases", one.cases}, {"complete", one.complete}, {"failed", one.failed}};
    if (!one.host.empty()) shard["host"] = one.host;
    if (!one.reason.empty()) shard["reason"] = one.reason;
    if (one.to_go) shard["to_go_s"] = *one.to_go;
    if (const std::string word = word_of(queue, one.shard.index); !word.empty()) shard["slurm"] = word;
    shards.push_back(shard);
  }
  nlohmann::json all = {{"shards", shards}, {"complete", status.complete()}, {"failed", status.failed()}, {"missing", status.missing()},
                        {"strangers", status.strangers}, {"key", status.fingerprint}};
  if (const auto to_go = status.to_go()) all["to_go_s"] = *to_go;
  if (submission) all["submission"] = {{"job", submission->job}, {"merge_job", submission->merge_job}, {"study_changed", submission->fingerprint != status.fingerprint}};
  return all;
}

void print_shard(const ShardStatus& one, const std::string& word) {
  std::string rest = one.stand == ShardStatus::Stand::failed || (one.stand == ShardStatus::Stand::running && !one.host.empty()) ? "on " + one.host : "";
  if (!one.reason.empty()) rest = one.reason + (one.host.empty() ? "" : " " + rest);
  if (one.to_go) rest += fmt::format(", about {} to go", format_time(*one.to_go));
  if (!word.empty()) rest += (rest.empty() ? "Slurm: " : "; Slurm: ") + word;
  fmt::print("{:>5}  {:<7}  {:>8}  {:>8}  {:>7}  {}\n", one.shard.index, name_of(one.stand), one.complete, one.failed, one.missing(), rest);
}

void print_status(const SweepStatus& status, const std::optional<Submission>& submission, const Queue& queue) {
  fmt::print("shard  state    complete    failed  missing\n");
  for (const ShardStatus& one : status.shards) print_shard(one, word_of(queue, one.shard.index));
  fmt::print("  all           {:>8}  {:>8}  {:>7}\n", status.complete(), status.failed(), status.missing());
  if (const auto to_go = status.to_go(); to_go && status.missing() > 0) fmt::print("about {} to go\n", format_time(*to_go));
  if (submission) fmt::print("Slurm: job {}{}\n", submission->job, submission->merge_job.empty() ? "" : ", merged by job " + submission->merge_job);
  if (submission && submission->fingerprint != status.fingerprint)
    fmt::print("the study has changed since job {} was submitted: shards of it that have not begun will run nothing\n", submission->job);
  if (status.strangers > 0) fmt::print("{} entries of the journals are of other cases, models or versions of the program, and not counted\n", status.strangers);
  fmt::print("key of the study: {}\n", status.fingerprint);
}

// In the words of sbatch: its own where there is a colon or a dash, else a quantity in whole minutes.
std::string slurm_time(const std::string& text) {
  if (!text.empty() && text.find_first_not_of("0123456789:-") == std::string::npos && text.find_first_of(":-") != std::string::npos) return text;
  const std::string hint = "wants a time with its unit, as in \"90 min\" or \"12 h\", or as Slurm writes it, 12:00:00";
  try {
    const double seconds = parse_quantity_as(text, "s");
    if (seconds > 0.0 && seconds < 1e9) return fmt::format("{:.0f}", std::ceil(seconds / 60.0));
  } catch (const QuantityError&) {
    throw InputError(fmt::format("--time {}: {}", text, hint));
  }
  throw InputError(fmt::format("--time {}: {}", text, hint));
}

// A line of the script must stay one.
void check_word(const char* option, const std::string& text, bool dashed) {
  if (text.empty() || text.find_first_of("\n\r") != std::string::npos || (text.front() == '-') != dashed)
    throw InputError(fmt::format("{} '{}': wants {}", option, text, dashed ? "an argument of sbatch, as in --sbatch=--account=mine" : "the name of a partition"));
}

}  // namespace

int sweep_status_command(const SweepStudy& study, const std::filesystem::path& folder, bool json) {
  if (!std::filesystem::is_directory(journal_folder(folder)))
    throw InputError(fmt::format("{} is not the folder of a sweep: there is no journal in it; has anything run, and is it the folder of -o?", folder.string()));
  const auto submission = read_submission(folder);
  const auto latest = latest_division(folder);
  const bool submitted_last = submission && (!latest || submission->time >= latest->time);
  const std::size_t shards = submitted_last ? submission->shards : latest ? latest->shards : 1;
  const SweepStatus status = sweep_status(study, folder, shards);
  Queue queue;
  if (submission && submission->shards == shards) queue = ask_squeue(submission->job).value_or(Queue{});
  if (json) fmt::print("{}\n", to_json(status, submission, queue).dump(2));
  else print_status(status, submission, queue);
  return static_cast<int>(ExitStatus::done);
}

int sweep_submit_command(const SweepStudy& study, const std::vector<Override>& overrides, const SweepRequest& request, const std::filesystem::path& folder) {
  SlurmOrder order;
  if (!request.partition.empty()) check_word("--partition", order.partition = request.partition, false);
  if (!request.time.empty()) order.time = slurm_time(request.time);
  for (const std::string& argument : request.sbatch) check_word("--sbatch", argument, true);
  order.extra = request.sbatch;
  order.cpus = request.cpus;
  order.program = std::filesystem::read_symlink("/proc/self/exe");
  order.study = std::filesystem::absolute(study.file);
  order.folder = std::filesystem::absolute(folder);
  order.overrides = overrides;
  order.shards = std::min(request.submit, study.size());
  if (const auto before = read_submission(folder))
    if (const auto queue = ask_squeue(before->job); queue && !queue->empty())
      throw InputError(fmt::format("job {} of this sweep has not ended ({} of its {} shards are in the queue): wait for it, or end it with scancel {}", before->job, queue->size(), before->shards, before->job));
  std::error_code problem;
  std::filesystem::create_directories(journal_folder(folder), problem);
  if (problem) throw StorageError(fmt::format("the folder {} cannot be made: {}", folder.string(), problem.message()));
  const SweepStatus status = sweep_status(study, folder, order.shards);
  for (const ShardStatus& one : status.shards)
    if (one.missing() > 0) order.open.push_back(one.shard.index);
  order.fingerprint = status.fingerprint;
  if (order.open.empty()) {
    fmt::print("nothing to submit: all {} cases are there\n", study.size());
    return static_cast<int>(ExitStatus::done);
  }
  const Submission made = submit(order);
  if (!made.trouble.empty()) fmt::print(stderr, "{}\nthe shards are in the queue all the same; when they have ended, make the table with --merge\n", made.trouble);
  if (request.json) {
    fmt::print("{}\n", nlohmann::json{{"job", made.job}, {"merge_job", made.merge_job}, {"shards", order.open.size()}, {"of", order.shards}, {"missing", status.missing()}}.dump(2));
    return static_cast<int>(ExitStatus::done);
  }
  fmt::print("job {}: {} of {} shards with {} cases to run, {}\n", made.job, order.open.size(), order.shards, status.missing(), (order.folder / "slurm" / "shards.sh").string());
  if (order.shards < request.submit) fmt::print("{} cases make no more than {} shards\n", study.size(), order.shards);
  if (!made.merge_job.empty()) fmt::print("job {}: the table, when they have ended\n", made.merge_job);
  fmt::print("`brineflow sweep STUDY --status` says how far it is\n");
  return static_cast<int>(ExitStatus::done);
}

}  // namespace brineflow
