#include "study/trial.hpp"

#include "study/sampling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace brineflow {
namespace {

double indicator(const SweepEntry& entry, const std::string& name) {
  for (const Kpi& kpi : entry.kpis)
    if (kpi.name == name) return kpi.value;
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

Trial judged(const OptimizeStudy& study, std::vector<double> values, const SweepEntry& entry) {
  Trial trial;
  trial.values = std::move(values);
  trial.complete = entry.complete();
  for (const Goal& goal : study.goals) {
    trial.goals.push_back(indicator(entry, goal.indicator));
    trial.complete = trial.complete && std::isfinite(trial.goals.back());
  }
  for (const Limit& limit : study.limits) {
    const double found = indicator(entry, limit.indicator);
    const double size = std::max(std::abs(limit.bound), 1e-12);
    const double over = (limit.at_most ? found - limit.bound : limit.bound - found) / size;
    trial.complete = trial.complete && std::isfinite(over);
    trial.excesses.push_back(over);
    trial.excess = std::max(trial.excess, over);
  }
  trial.feasible = trial.complete && trial.excess <= 0.0;
  return trial;
}

std::vector<double> in_ranges(const OptimizeStudy& study, const std::vector<double>& point) {
  std::vector<double> values;
  for (std::size_t k = 0; k < point.size(); ++k) values.push_back(study.varied[k].in_range(point[k]));
  return values;
}

std::vector<std::vector<double>> starting_points(const OptimizeStudy& study, std::size_t count, std::size_t seed) {
  std::vector<double> first;
  for (const Varied& one : study.varied) {
    const double start = one.start.value_or(one.in_range(0.5));
    first.push_back(one.logarithmic ? std::log(start / one.from) / std::log(one.to / one.from) : (start - one.from) / (one.to - one.from));
  }
  std::vector<std::vector<double>> points{first};
  if (count < 2) return points;
  const Samples samples = latin_hypercube(count - 1, first.size(), seed);
  for (std::size_t k = 0; k < samples.size(); ++k) {
    points.emplace_back();
    for (std::size_t d = 0; d < first.size(); ++d) points.back().push_back(samples.at(k, d));
  }
  return points;
}

}  // namespace brineflow
