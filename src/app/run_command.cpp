#include "app/commands.hpp"
#include "app/progress_line.hpp"
#include "app/tables.hpp"
#include "solve/diagnosis.hpp"
#include "study/run.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <csignal>
#include <cstdio>

namespace brineflow {
namespace {

std::atomic<bool> stop_requested{false};

void request_stop(int /*signal*/) { stop_requested.store(true); }

nlohmann::json to_json(const Recording& r) {
  nlohmann::json result;
  result["status"] = r.status;
  result["result"] = r.path.string();
  for (const Kpi& kpi : r.kpis)
    result["kpi"][kpi.name] = {{"value", std::isfinite(kpi.value) ? nlohmann::json(kpi.value) : nlohmann::json()}, {"unit", kpi.unit}};
  for (const BalanceRow& row : r.balance.components)
    result["balance"][row.name] = {{"in_mol", row.in}, {"out_mol", row.out}, {"held_at_start_mol", row.held_at_start},
                                   {"held_mol", row.held}, {"closure", row.closure}};
  result["solver"] = {{"wall_time_s", r.outcome.wall_time}, {"recording_time_s", r.outcome.recording_time}, {"simulated_time_s", r.outcome.end_time},
                      {"steps", r.outcome.statistics.steps}, {"cycles", r.outcome.cycles}};
  if (r.outcome.sought_steady_state)
    result["cyclic_steady_state"] = {{"reached", r.outcome.reached_steady_state}, {"change", r.outcome.change}, {"change_in", r.outcome.change_group},
                                     {"balance_since_s", r.outcome.totals_start}};
  result["warnings"] = r.warnings;
  return result;
}

void print_report(const Recording& r) {
  if (!r.kpis.empty()) fmt::print("{}\n", kpi_table(r.kpis));
  fmt::print("{}\n", balance_table(r.balance));
  const Outcome& o = r.outcome;
  if (o.cycles > 1)
    fmt::print("{:.4g} cycles{}; last change {:.2e} in {}\n", o.cycles, o.reached_steady_state ? ", cyclic steady state" : "", o.change, o.change_group);
  if (o.totals_start > 0.0)
    fmt::print("balance and indicators are those from t = {} on, when the last extrapolated state was taken\n", format_time(o.totals_start));
  fmt::print("{} simulated in {:.2f} s ({:.3g} simulated seconds per second), {} steps\n", format_time(o.end_time), o.wall_time,
             o.end_time / o.wall_time, o.statistics.steps);
  fmt::print("result: {}\n", r.path.string());
}

const char* advice(const Outcome& outcome) {
  if (outcome.change > 1e-5)
    return "  More cycles may help; where the change stays the same from cycle to cycle (kpi/per_cycle/change in the result), something\n"
           "  fills or runs out, and there is no steady state.";
  return "  Changes this small may be errors of the integration: a smaller solver.relative_tolerance and absolute_tolerance lower them.";
}

}  // namespace

int command_run(const std::string& file, const std::vector<Override>& overrides, const std::string& output, bool resume,
                bool json) {
  ProgressLine line;
  RunOptions options;
  options.overrides = overrides;
  options.output = output;
  options.resume = resume;
  options.stop = &stop_requested;
  options.progress = [&line](const RunProgress& now) { line.show(now); };
  options.event = [&line](double t, const std::string& who, const std::string& what) {
    line.print(fmt::format("{:>10}  {}: {}", format_time(t), who, what));
  };
  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);
  std::signal(SIGXFSZ, SIG_IGN);  // a file size limit is then an error of the write, not the end of the process

  const Recording recording = run_case(file, options);
  line.clear();
  for (const std::string& warning : recording.warnings) fmt::print(stderr, "warning: {}\n", warning);
  if (json) fmt::print("{}\n", to_json(recording).dump(2));
  else print_report(recording);
  if (recording.outcome.interrupted) {
    fmt::print(stderr, "interrupted at t = {}; `--resume` goes on from there\n", format_time(recording.outcome.end_time));
    return static_cast<int>(ExitStatus::interrupted);
  }
  if (recording.balance.worst() > closure_limit) {
    const BalanceRow& row = recording.balance.worst_row();
    fmt::print(stderr, "WARNING: the balance of {} does not close: {:.2e} is missing, {:.0e} is allowed; "
                       "a smaller solver.relative_tolerance or solver.newton_tolerance may help\n", row.name, row.closure, closure_limit);
    return static_cast<int>(ExitStatus::criterion_failed);
  }
  if (recording.outcome.sought_steady_state && !recording.outcome.reached_steady_state) {
    fmt::print(stderr, "{}.\n{}\n", recording.status, advice(recording.outcome));
    return static_cast<int>(ExitStatus::criterion_failed);
  }
  return static_cast<int>(ExitStatus::done);
}

}  // namespace brineflow
