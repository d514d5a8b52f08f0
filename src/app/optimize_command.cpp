#include "app/commands.hpp"
#include "app/front_report.hpp"
#include "app/optimize_report.hpp"
#include "app/progress_line.hpp"
#include "app/tables.hpp"
#include "study/optimize.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdio>

namespace brineflow {
namespace {

std::atomic<bool> stop_requested{false};

void request_stop(int /*signal*/) { stop_requested.store(true); }

nlohmann::json to_json(const OptimizeStudy& study, const OptimizeResult& result) {
  nlohmann::json json = {{"found", result.found()}, {"runs", result.runs}, {"known_before", result.known}, {"failed", result.failed}, {"wall_time_s", result.elapsed}, {"folder", result.folder.string()}};
  for (const StartResult& start : result.starts)
    json["starts"].push_back({{"runs", start.runs}, {"ending", start.ending}, {"best", start.best < result.trials.size() ? nlohmann::json(result.trials[start.best].goal()) : nlohmann::json()}});
  if (!result.found()) return json;
  const Trial& best = result.trials[result.best];
  json["goal"] = best.goal();
  for (std::size_t k = 0; k < study.varied.size(); ++k) json["values"][study.varied[k].path] = {{"value", best.values[k]}, {"unit", study.varied[k].unit}};
  for (const auto& [name, kpi] : result.indicators) json["kpi"][name] = {{"value", std::isfinite(kpi.value) ? nlohmann::json(kpi.value) : nlohmann::json()}, {"unit", kpi.unit}};
  json["at_bound"] = result.at_bound;
  return json;
}

void print_report(const OptimizeStudy& study, const OptimizeResult& result) {
  fmt::print("{}\n\n", study.title);
  if (!result.found()) print_nearest_to_limits(study, result.trials);
  else {
    const Trial& best = result.trials[result.best];
    for (std::size_t k = 0; k < study.varied.size(); ++k) {
      const bool end = std::find(result.at_bound.begin(), result.at_bound.end(), study.varied[k].path) != result.at_bound.end();
      fmt::print("  {} = {:.6g} {}{}\n", study.varied[k].path, best.values[k], study.varied[k].unit == "1" ? "" : study.varied[k].unit, end ? "   AT AN END OF ITS RANGE" : "");
    }
    std::vector<Kpi> kpis;
    for (const auto& [name, kpi] : result.indicators) kpis.push_back(kpi);
    fmt::print("\n{}\n", kpi_table(kpis));
    fmt::print("{}: {} = {:.6g}\n", study.goal().maximize ? "largest" : "smallest", study.goal().indicator, best.goal());
    for (const Limit& limit : study.limits) {
      const double value = result.indicators.at(limit.indicator).value;
      fmt::print("limit: {} = {:.6g}, {} {:g}{}\n", limit.indicator, value, limit.at_most ? "at most" : "at least", limit.bound,
                 std::abs(value - limit.bound) < 1e-2 * std::abs(limit.bound) ? ", which decides" : "");
    }
  }
  const auto same = std::count_if(result.starts.begin(), result.starts.end(), [&](const StartResult& start) {
    return start.best < result.trials.size() && std::abs(result.trials[start.best].goal() - result.trials[result.best].goal()) <= 1e-3 * std::abs(result.trials[result.best].goal());
  });
  if (result.found()) fmt::print("{} of {} starts end within 0.1 % of it\n", same, result.starts.size());
  for (std::size_t k = 0; k < result.starts.size(); ++k)
    if (result.starts[k].ending == "the largest number of runs") fmt::print("start {} used its {} runs up: more `evaluations` may find better\n", k + 1, study.evaluations);
  print_runs(result);
  if (!result.found()) return;
  fmt::print("\nto use it:");
  print_settings(study, result.trials[result.best].values);
}

}  // namespace

int command_optimize(const std::string& file, const std::vector<Override>& overrides, const OptimizeRequest& request) {
  const OptimizeStudy study = read_optimize(file, overrides);
  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);
  std::signal(SIGXFSZ, SIG_IGN);
  if (study.several()) return optimize_front(study, request, stop_requested);
  ProgressLine line;
  OptimizeOptions options;
  options.folder = request.folder;
  options.workers = request.workers;
  options.stop = &stop_requested;
  options.progress = [&line](std::size_t runs, std::size_t failed) { line.show(fmt::format("{} runs{}", runs, failed > 0 ? fmt::format(", {} failed", failed) : "")); };
  const OptimizeResult result = run_optimize(study, options);
  line.clear();
  if (request.json) fmt::print("{}\n", to_json(study, result).dump(2));
  else print_report(study, result);
  return static_cast<int>(result.found() ? ExitStatus::done : ExitStatus::criterion_failed);
}

}  // namespace brineflow
