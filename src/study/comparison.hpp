// A result beside measured data: how far they are apart, tag by tag, and whether that is near enough.
//
// A point (t, y) is inside its band where the model takes, at some time within t -+ the tolerance of time, a
// value within y -+ (absolute + relative |y|). Between two recorded rows the model is linear in time. Two
// rows of one time are a jump: before it the left limit holds, after it the right one, at the time itself
// both, and no value between them is taken. A row without a value (NaN: a stream that does not flow) leaves a
// gap up to its neighbours.
#pragma once

#include "study/comparison_map.hpp"
#include "study/result_series.hpp"

#include <cstddef>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

namespace brineflow {

// One point that counted. Values are in the unit of the data.
struct ComparedPoint {
  double time = 0.0;  // [s] since the start of the run
  double measured = 0.0;
  double model = 0.0;    // at that time
  double nearest = 0.0;  // that the model comes to the measured value within the tolerance of time
  double allowed = 0.0;  // half the width of the band

  double miss() const;  // |nearest - measured| / allowed; above 1 outside
  bool inside() const { return miss() <= 1.0; }
};

// Points that did not count, and why.
struct LeftOut {
  std::size_t empty = 0, bad = 0;  // cells without a value, cells marked bad
  std::size_t before_run = 0, after_run = 0;
  std::size_t outside_window = 0;  // of `from` and `to`
  std::size_t without_model = 0;   // the model has no value at that time
};

struct TagComparison {
  std::string tag, path, unit;  // path with ` / over`; unit "1" for a pure number
  std::string band;             // for people: "5 % + 0.5 g/L, 10 min"
  double time_tolerance = 0.0;  // [s]
  double required_share = 1.0;
  std::vector<ComparedPoint> points;  // in time; at least one
  LeftOut left_out;
  ResultSeries model;  // in `unit`; without times for an indicator

  std::size_t inside = 0;
  double bias = 0.0;  // mean of model - measured
  double rmse = 0.0;
  double range = 0.0;     // largest less smallest measured value
  std::size_t worst = 0;  // the point of the largest miss

  double nrmse() const { return range > 0.0 ? rmse / range : std::numeric_limits<double>::quiet_NaN(); }
  double share() const { return static_cast<double>(inside) / static_cast<double>(points.size()); }
  bool passed() const;
};

struct ComparisonReport {
  std::string result, data, title;
  std::string status;              // of the result: "complete", or why it is not
  std::optional<TimeStamp> start;  // of the run on the clock of the data; none where they have elapsed times
  bool start_assumed = false;      // nobody said when the run begins: the first row of the data is taken
  double run_from = 0.0, run_to = 0.0;  // [s] recorded
  std::vector<TagComparison> tags;
  std::vector<std::string> passed_over;  // columns that nothing was compared with

  bool passed() const;
};

// Value of the model at t and the one nearest to y within t -+ tolerance; NaN where it has none at t.
struct ModelAt {
  double value = 0.0, nearest = 0.0;
};
ModelAt model_at(const ResultSeries& model, double t, double y, double tolerance);

// Compares by a mapping file or, where `map` is empty, the columns whose names are paths of the result.
// Throws InputError with every finding: files that cannot be read, paths that are not in the result, units of
// another dimension, tags that are not in the data or have no point within the run.
ComparisonReport compare(const std::filesystem::path& result, const std::filesystem::path& data,
                         const std::filesystem::path& map);

}  // namespace brineflow
