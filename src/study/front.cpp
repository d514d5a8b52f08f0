#include "study/front.hpp"

#include "base/error.hpp"
#include "study/front_plot.hpp"
#include "study/pareto.hpp"
#include "study/run_service.hpp"
#include "study/whole_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

namespace brineflow {
namespace {

using Clock = std::chrono::steady_clock;
using Goals = std::vector<double>;  // each to become small

constexpr double reference_share = 1.1;  // where the box ends, in extents of the front from the best

struct Box {
  Goals best, worst;

  explicit Box(const std::vector<Goals>& points) : best(points.front()), worst(points.front()) {
    for (const Goals& point : points)
      for (std::size_t k = 0; k < point.size(); ++k) {
        best[k] = std::min(best[k], point[k]);
        worst[k] = std::max(worst[k], point[k]);
      }
  }

  // 0 at the best, 1 at the worst.
  Goals share(const Goals& point) const {
    Goals shares;
    for (std::size_t k = 0; k < point.size(); ++k) shares.push_back(worst[k] > best[k] ? (point[k] - best[k]) / (worst[k] - best[k]) : std::min(point[k] - best[k], 1.0));
    return shares;
  }

  double volume(const std::vector<Goals>& points) const {
    std::vector<Goals> shares;
    for (const Goals& point : points) shares.push_back(share(point));
    const double whole = std::pow(reference_share, static_cast<double>(best.size()));
    return hypervolume(shares, Goals(best.size(), reference_share)) / whole;
  }
};

class FrontSearch {
 public:
  FrontSearch(const OptimizeStudy& study, const FrontOptions& options, FrontResult& result)
      : study_(study), options_(options), result_(result), service_(study, options.workers, options.stop, result.folder) {}

  void run() {
    const EvolutionSettings settings{study_.goals.size(), study_.population, study_.generations, static_cast<unsigned>(study_.seed)};
    try {
      evolve(settings, starting_points(study_, study_.population, study_.seed), [this](const std::vector<std::vector<double>>& points) { return generation(points); });
    } catch (const RunsStopped&) {
      throw service_.interruption();
    }
    service_.count_into(result_);
    if (!result_.found()) return;
    order();
    measure();
  }

 private:
  std::vector<Outcome> generation(const std::vector<std::vector<double>>& points) {
    std::vector<std::vector<double>> values;
    for (const auto& point : points) values.push_back(in_ranges(study_, point));
    const double volume = result_.found() ? Box(fronts_.back()).volume(fronts_.back()) : 0.0;
    const auto tell = [&] {
      if (options_.progress) options_.progress({fronts_.size(), study_.generations, service_.runs, service_.failed, result_.front.size(), volume});
    };
    tell();
    const std::vector<SweepEntry> entries = service_.run_all(values, tell);
    std::vector<Outcome> outcomes;
    for (std::size_t k = 0; k < values.size(); ++k) {
      Trial trial = judged(study_, std::move(values[k]), entries[k]);
      outcomes.push_back({small(trial), !trial.complete ? std::numeric_limits<double>::infinity() : std::max(trial.excess, 0.0)});
      if (!seen_.insert(trial.values).second) continue;  // a child may be like its parent, and stands in the front but once
      if (trial.feasible) result_.front.push_back(result_.trials.size());
      result_.trials.push_back(std::move(trial));
    }
    keep_the_best();
    return outcomes;
  }

  Goals small(const Trial& trial) const {
    Goals goals = trial.goals;
    for (std::size_t k = 0; k < goals.size(); ++k)
      if (study_.goals[k].maximize) goals[k] = -goals[k];
    return goals;
  }

  void keep_the_best() {
    std::vector<Goals> goals;
    for (const std::size_t trial : result_.front) goals.push_back(small(result_.trials[trial]));
    std::vector<std::size_t> front;
    fronts_.emplace_back();
    for (const std::size_t best : non_dominated(goals)) {
      front.push_back(result_.front[best]);
      fronts_.back().push_back(goals[best]);
    }
    result_.front = std::move(front);
  }

  void order() {
    std::sort(result_.front.begin(), result_.front.end(), [this](std::size_t a, std::size_t b) {
      const Goals left = small(result_.trials[a]), right = small(result_.trials[b]);
      return left != right ? left < right : a < b;
    });
    for (const std::size_t trial : result_.front) result_.indicators.push_back(service_.entry_of(result_.trials[trial].values).kpis);
  }

  void measure() {
    const Box box(fronts_.back());
    for (const std::vector<Goals>& front : fronts_) result_.volumes.push_back(box.volume(front));
    for (std::size_t k = 0; k < study_.goals.size(); ++k) {
      const double sign = study_.goals[k].maximize ? -1.0 : 1.0;
      result_.extents.emplace_back(sign * box.best[k], sign * box.worst[k]);
    }
    double shortest = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < result_.front.size(); ++k) {
      double square = 0.0;
      for (const double share : box.share(small(result_.trials[result_.front[k]]))) square += share * share;
      if (square < shortest) {
        shortest = square;
        result_.nearest = k;
      }
    }
  }

  const OptimizeStudy& study_;
  const FrontOptions& options_;
  FrontResult& result_;
  RunService service_;
  std::set<std::vector<double>> seen_;
  std::vector<std::vector<Goals>> fronts_;  // after each generation
};

std::string field(double value) { return std::isfinite(value) ? fmt::format("{}", value) : ""; }

std::string heading(const std::string& name, const std::string& unit) { return unit == "1" || unit.empty() ? name : fmt::format("{} [{}]", name, unit); }

}  // namespace

FrontResult run_front(const OptimizeStudy& study, const FrontOptions& options) {
  const Clock::time_point begin = Clock::now();
  FrontResult result;
  result.folder = folder_of_runs(study, options.folder);
  const std::filesystem::path table = result.folder / "front.csv", picture = result.folder / "front.svg";
  for (const auto& file : {table, picture}) {  // of a study as it was before
    std::error_code problem;
    std::filesystem::remove(file, problem);
    if (problem) throw StorageError(fmt::format("cannot remove {}: {}", file.string(), problem.message()));
  }
  FrontSearch(study, options, result).run();
  if (result.found()) write_whole_files({{table, front_csv(study, result)}, {picture, front_svg(study, result)}});
  result.elapsed = std::chrono::duration<double>(Clock::now() - begin).count();
  return result;
}

std::string front_csv(const OptimizeStudy& study, const FrontResult& result) {
  std::string text;
  for (const Varied& one : study.varied) text += fmt::format("{}{}", text.empty() ? "" : ",", heading(one.path, one.unit));
  for (const Kpi& kpi : result.indicators.front()) text += fmt::format(",{}", heading(kpi.name, kpi.unit));
  text += '\n';
  for (std::size_t k = 0; k < result.front.size(); ++k) {
    std::string line;
    for (const double value : result.trials[result.front[k]].values) line += fmt::format("{}{}", line.empty() ? "" : ",", field(value));
    for (const Kpi& kpi : result.indicators[k]) line += fmt::format(",{}", field(kpi.value));
    text += line + '\n';
  }
  return text;
}

}  // namespace brineflow
