#include "app/front_report.hpp"

#include "app/optimize_report.hpp"
#include "app/progress_line.hpp"
#include "study/quantity_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace brineflow {
namespace {

constexpr double at_bound = 1e-3;  // of a range: nearer is there
constexpr double still_growing = 0.01;

nlohmann::json to_json(const OptimizeStudy& study, const FrontResult& result) {
  nlohmann::json json = {{"found", result.found()}, {"runs", result.runs}, {"known_before", result.known}, {"failed", result.failed}, {"wall_time_s", result.elapsed},
                         {"folder", result.folder.string()}, {"front", nlohmann::json::array()}, {"hypervolume", result.volumes}};
  for (std::size_t k = 0; k < result.front.size(); ++k) {
    nlohmann::json point;
    for (std::size_t j = 0; j < study.varied.size(); ++j) point["values"][study.varied[j].path] = {{"value", result.trials[result.front[k]].values[j]}, {"unit", study.varied[j].unit}};
    for (const Kpi& kpi : result.indicators[k]) point["kpi"][kpi.name] = {{"value", std::isfinite(kpi.value) ? nlohmann::json(kpi.value) : nlohmann::json()}, {"unit", kpi.unit}};
    json["front"].push_back(std::move(point));
  }
  if (result.found()) json["nearest"] = result.nearest;
  return json;
}

std::string unit_of(const FrontResult& result, const std::string& indicator) {
  for (const Kpi& kpi : result.indicators.front())
    if (kpi.name == indicator && kpi.unit != "1") return " " + kpi.unit;
  return "";
}

// Columns are points, rows what they are and what they came to.
void print_points(const OptimizeStudy& study, const FrontResult& result) {
  std::vector<std::string> heads;
  std::vector<std::size_t> points;
  for (std::size_t k = 0; k < study.goals.size(); ++k) {
    const auto value = [&](std::size_t trial) { return (study.goals[k].maximize ? -1.0 : 1.0) * result.trials[trial].goals[k]; };
    points.push_back(*std::min_element(result.front.begin(), result.front.end(), [&](std::size_t a, std::size_t b) { return value(a) < value(b); }));
    heads.push_back(fmt::format("best of {}", k + 1));
  }
  points.push_back(result.front[result.nearest]);
  heads.emplace_back("nearest");
  const auto row = [](const std::string& name, const auto& cells) {
    fmt::print("  {:<44}", name);
    for (const auto& cell : cells) fmt::print("  {:>10}", cell);
    fmt::print("\n");
  };
  row("", heads);
  for (std::size_t k = 0; k < study.goals.size(); ++k) {
    std::vector<std::string> cells;
    for (const std::size_t point : points) cells.push_back(fmt::format("{:.5g}", result.trials[point].goals[k]));
    row(fmt::format("{}: {}{}", k + 1, study.goals[k].indicator, unit_of(result, study.goals[k].indicator)), cells);
  }
  for (std::size_t k = 0; k < study.varied.size(); ++k) {
    std::vector<std::string> cells;
    for (const std::size_t point : points) cells.push_back(fmt::format("{:.5g}", result.trials[point].values[k]));
    row(fmt::format("{}{}", study.varied[k].path, study.varied[k].unit == "1" ? "" : " " + study.varied[k].unit), cells);
  }
}

void print_ends_of_ranges(const OptimizeStudy& study, const FrontResult& result) {
  for (std::size_t k = 0; k < study.varied.size(); ++k)
    for (const double end : {study.varied[k].from, study.varied[k].to}) {
      const double near = at_bound * std::abs(study.varied[k].to - study.varied[k].from);
      const auto there = std::count_if(result.front.begin(), result.front.end(), [&](std::size_t trial) { return std::abs(result.trials[trial].values[k] - end) < near; });
      if (there > 0) fmt::print("{} of {} points lie AT AN END OF A RANGE: {} = {}\n", there, result.front.size(), study.varied[k].path, with_unit(end, study.varied[k].unit));
    }
}

void print_growth(const FrontResult& result) {
  const std::size_t last = result.volumes.size() - 1, before = last - (last + 3) / 4;
  const double volume = result.volumes[last];
  fmt::print("hypervolume {:.4f} of the box of the front", volume);
  if (last > 0) {
    const double grown = volume > 0.0 ? (volume - result.volumes[before]) / volume : 0.0;
    fmt::print(", {:.2g} % of it since generation {} of {}{}", 100.0 * grown, before, last, grown > still_growing ? ": more `generations` may find better" : "");
  }
  fmt::print("\n");
}

void print_extent(const std::string& indicator, const std::pair<double, double>& extent, const std::string& unit, std::size_t points) {
  if (extent.first != extent.second) fmt::print("  {} goes from {:.6g} to {:.6g}{}\n", indicator, extent.first, extent.second, unit);
  else fmt::print("  {} is {:.6g}{}{}\n", indicator, extent.first, unit, points > 1 ? " everywhere: nothing is traded against it" : "");
}

void print_report(const OptimizeStudy& study, const FrontResult& result) {
  fmt::print("{}\n\n", study.title);
  if (!result.found()) print_nearest_to_limits(study, result.trials);
  else {
    fmt::print("front of {}, on which\n", result.front.size() == 1 ? "one point, the best in every goal" : fmt::format("{} points", result.front.size()));
    for (std::size_t k = 0; k < study.goals.size(); ++k) print_extent(study.goals[k].indicator, result.extents[k], unit_of(result, study.goals[k].indicator), result.front.size());
    fmt::print("\n");
    print_points(study, result);
    fmt::print("\n");
    print_ends_of_ranges(study, result);
    print_growth(result);
  }
  print_runs(result);
  if (!result.found()) return;
  fmt::print("all points: {}, picture: {}\n\nto use the nearest to the best of all:", (result.folder / "front.csv").string(), (result.folder / "front.svg").string());
  print_settings(study, result.trials[result.front[result.nearest]].values);
}

}  // namespace

int optimize_front(const OptimizeStudy& study, const OptimizeRequest& request, const std::atomic<bool>& stop) {
  ProgressLine line;
  FrontOptions options;
  options.folder = request.folder;
  options.workers = request.workers;
  options.stop = &stop;
  options.progress = [&line](const FrontProgress& now) {
    std::string text = fmt::format("generation {} of {}, {} runs", now.generation, now.generations, now.runs);
    if (now.failed > 0) text += fmt::format(", {} failed", now.failed);
    if (now.front > 0) text += fmt::format(", {} points on the front, hypervolume {:.4f} of its box", now.front, now.volume);
    line.show(text);
  };
  const FrontResult result = run_front(study, options);
  line.clear();
  if (request.json) fmt::print("{}\n", to_json(study, result).dump(2));
  else print_report(study, result);
  return static_cast<int>(result.found() ? ExitStatus::done : ExitStatus::criterion_failed);
}

}  // namespace brineflow
