// The mapping file of a comparison: which measured tag is which number of a result, and how near they have to
// be.
//
//   start: 2026-03-01T08:00:00                  # when the run begins on the clock of the data
//   tolerance: {relative: 5 %, time: 10 min}    # for every tag that says nothing of its own
//   tags:
//     Li out: {path: streams/column.outlet/concentration/Li+, unit: mg/L, share: 95 %}
//     recovery: {kpi: li_recovery, unit: "%", tolerance: {absolute: 2 %}}
#pragma once

#include "base/diagnostics.hpp"
#include "input/document.hpp"
#include "input/parameters.hpp"
#include "study/measured_series.hpp"
#include "study/time_stamp.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace brineflow {

// A moment as a mapping states it: on the clock, or so long after something. Neither: nothing was said.
struct Moment {
  std::optional<TimeStamp> stamp;
  std::optional<double> elapsed;  // [s]
  Place place;

  bool given() const { return stamp || elapsed; }
};

// How far the model may be from a measured value: absolute + relative * |measured|, at some time within
// `time`.
struct ToleranceRule {
  const Node* absolute = nullptr;  // a quantity of the dimension of the data; its unit is known with them
  std::optional<double> relative;  // share of the measured value
  double time = 0.0;               // [s]
};

struct TagRule {
  std::string tag;
  Place place;       // of its key; line 0 where no mapping names it
  std::string path;  // of the result
  Place path_place;
  std::string over;  // path of a series by which that of `path` is divided; empty: none
  Place over_place;
  std::string unit;  // of the data; empty: that of the header
  Place unit_place;
  ToleranceRule tolerance;
  double share = 1.0;  // of the points that have to be inside
  Moment from, to;     // of the points that count
};

struct ComparisonMap {
  std::string file;  // empty: there is no mapping file
  std::string title;
  Moment start;
  MeasuredFormat format;
  std::vector<TagRule> tags;  // in the order of the file
  ToleranceRule tolerance;    // of tags that stand in no mapping
  Document document;          // keeps the nodes that `absolute` points to
};

// Reads a mapping file; every finding goes to `diagnostics`. Values that were refused are left out.
ComparisonMap read_comparison_map(const std::filesystem::path& path, Diagnostics& diagnostics);

// The tables behind it: keys at the top, of `time`, of `tolerance` and of a tag.
ParameterTable comparison_map_parameters();
ParameterTable time_column_parameters();
ParameterTable tolerance_parameters();
ParameterTable tag_parameters();

}  // namespace brineflow
