#include "app/cluster.hpp"
#include "app/commands.hpp"
#include "app/launch.hpp"
#include "app/progress_line.hpp"
#include "solve/diagnosis.hpp"
#include "study/sweep.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <memory>

namespace brineflow {
namespace {

std::atomic<bool> stop_requested{false};

void request_stop(int /*signal*/) { stop_requested.store(true); }

constexpr std::size_t most_shown = 10;  // failures on the terminal; the table has all

// "2/8": the third of eight.
Shard parse_shard(const std::string& text) {
  Shard shard;
  const char* end = text.data() + text.size();
  const auto [slash, bad] = std::from_chars(text.data(), end, shard.index);
  if (bad == std::errc() && slash != end && *slash == '/') {
    const auto [rest, worse] = std::from_chars(slash + 1, end, shard.count);
    if (worse == std::errc() && rest == end && shard.index < shard.count && shard.count <= largest_sweep) return shard;
  }
  throw InputError(fmt::format("--shard {}: wants I/N with I from 0 to N - 1, as in --shard 0/8", text));
}

std::size_t parse_case(const std::string& text, const SweepStudy& study) {
  std::size_t index = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (bad == std::errc() && end == text.data() + text.size() && index < study.size()) return index;
  throw InputError(fmt::format("--case {}: cases are numbered from 0 to {}", text, study.size() - 1));
}

void print_plan(const SweepStudy& study, const SweepState& state) {
  for (std::size_t index = 0; index < study.size(); ++index)
    fmt::print("{:>6}  {:<8}  {}\n", index, state.find(index) == nullptr ? "to run" : state.failed(index) ? "failed" : "there", study.describe(index));
  fmt::print("{} cases of {}\n", study.size(), study.case_file.string());
}

nlohmann::json to_json(const SweepSummary& summary) {
  return {{"cases", summary.cases}, {"complete", summary.complete}, {"failed", summary.failed}, {"missing", summary.missing}, {"known_before", summary.known},
          {"wall_time_s", summary.elapsed}, {"folder", summary.folder.string()}, {"table", summary.table.string()}, {"interrupted", summary.interrupted}};
}

void print_summary(const SweepSummary& summary, bool sharded) {
  if (sharded) {
    fmt::print("this shard is done in {}; `brineflow sweep STUDY --merge` makes the table when all are\n", format_time(summary.elapsed));
    return;
  }
  fmt::print("{} cases: {} complete, {} failed", summary.cases, summary.complete, summary.failed);
  if (summary.missing > 0) fmt::print(", {} not run", summary.missing);
  if (summary.known > 0) fmt::print("; {} of them were there before", summary.known);
  fmt::print("; {}\ntable: {}\n", format_time(summary.elapsed), summary.table.string());
}

ExitStatus status_of(const SweepSummary& summary) {
  if (summary.interrupted) return ExitStatus::interrupted;
  return summary.failed > 0 ? ExitStatus::study_has_failures : ExitStatus::done;
}

SweepOptions options_of(const std::string& file, const SweepRequest& request) {
  SweepOptions options;
  options.folder = request.folder.empty() ? default_sweep_folder(file) : std::filesystem::path(request.folder);
  if (request.shard) options.shard = parse_shard(*request.shard);
  options.workers = request.workers;
  options.retry_failed = request.retry_failed;
  options.wait = request.wait;
  options.expected = request.expected;
  options.stop = &stop_requested;
  return options;
}

void stop_on_signals() {
  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);
  std::signal(SIGXFSZ, SIG_IGN);
}

int run(const SweepStudy& study, SweepOptions options, bool json) {
  ProgressLine line;
  std::size_t failures = 0;
  options.progress = [&line](const SweepProgress& now) { line.show(now); };
  options.failed = [&](std::size_t index, const std::string& status, const std::string& reason) {
    if (++failures <= most_shown) line.print(fmt::format("case {} ({}) {}: {}", index, study.describe(index), status, reason));
    if (failures == most_shown) line.print("further failures are in the table");
  };
  stop_on_signals();
  const SweepSummary summary = run_sweep(study, options);
  line.clear();
  if (json) fmt::print("{}\n", to_json(summary).dump(2));
  else print_summary(summary, options.shard.count > 1);
  if (summary.interrupted) fmt::print(stderr, "interrupted; the same command goes on from here\n");
  return static_cast<int>(status_of(summary));
}

// What runs nothing.
std::optional<int> look(const SweepStudy& study, const std::vector<Override>& overrides, const SweepRequest& request, const std::filesystem::path& folder) {
  if (request.case_number) {
    Diagnostics diagnostics;
    const Document document = study.document(parse_case(*request.case_number, study), diagnostics);
    fmt::print("{}", write_yaml(document.root));
    return static_cast<int>(ExitStatus::done);
  }
  if (request.plan) {
    print_plan(study, SweepState(study, folder));
    return static_cast<int>(ExitStatus::done);
  }
  if (request.status) return sweep_status_command(study, folder, request.json);
  if (request.submit > 0) return sweep_submit_command(study, overrides, request, folder);
  if (!request.merge) return std::nullopt;
  const SweepSummary summary = merge_sweep(study, folder);
  if (request.json) fmt::print("{}\n", to_json(summary).dump(2));
  else print_summary(summary, false);
  return static_cast<int>(status_of(summary));
}

bool runs(const SweepRequest& request) { return !request.case_number && !request.plan && !request.status && !request.merge && request.submit == 0; }

// Another rank than 0. What is wrong is said by rank 0 alone.
int work_for_rank_0(const std::string& file, const std::vector<Override>& overrides, const SweepRequest& request, Ranks& ranks) {
  stop_on_signals();
  try {
    serve_sweep(read_sweep(file, overrides), options_of(file, request), ranks);
  } catch (const std::exception& error) {
    leave_ranks(ranks, error.what());
  }
  return static_cast<int>(ExitStatus::done);
}

// Why this cannot be done by processes that were started together; empty: it can, and they have been joined.
std::string join(const Launch& launch, const SweepRequest& request, std::unique_ptr<Ranks>& ranks) {
  if (!runs(request)) return fmt::format("this runs nothing and is not for many processes: leave {} away", launch.by);
  if (!mpi_is_built_in())
    return fmt::format("this brineflow was built without MPI, and each would run the whole sweep: build it with cmake -DBRINEFLOW_MPI=ON, "
                       "or give each a part with --shard I/{}", launch.size);
  ranks = join_ranks();
  if (ranks->size() > 1) return "";
  return fmt::format("MPI finds one process only: is this the {} of the MPI that brineflow was built with? (srun wants --mpi=pmix or the like)", launch.by);
}

}  // namespace

int command_sweep(const std::string& file, const std::vector<Override>& overrides, const SweepRequest& request) {
  std::unique_ptr<Ranks> ranks;
  // Who names a shard has given each process a part of its own.
  if (const Launch launch = find_launch(); launch.size > 1 && !request.shard) {
    if (const std::string trouble = join(launch, request, ranks); !trouble.empty()) {
      if (launch.rank > 0) return static_cast<int>(ExitStatus::done);  // one of us says it: where others fail before it has, mpirun kills it
      throw InputError(fmt::format("{} has started {} processes; {}", launch.by, launch.size, trouble));
    }
  }
  if (ranks && ranks->rank() > 0) return work_for_rank_0(file, overrides, request, *ranks);
  std::optional<RankPool> pool;
  if (ranks) pool.emplace(*ranks);

  const SweepStudy study = read_sweep(file, overrides);
  SweepOptions options = options_of(file, request);
  if (pool) options.ranks = &*pool;
  if (const auto status = look(study, overrides, request, options.folder)) return *status;
  return run(study, options, request.json);
}

}  // namespace brineflow
