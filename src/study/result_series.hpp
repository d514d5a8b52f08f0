// One number over time out of a result file, named by its path: `streams/column.outlet/concentration/Li+`.
#pragma once

#include "base/diagnostics.hpp"
#include "base/quantity.hpp"
#include "record/result_reader.hpp"

#include <optional>
#include <string>
#include <vector>

namespace brineflow {

struct ResultSeries {
  std::string path;       // as it was asked for
  std::string unit_text;  // of `value`, as recorded
  UnitOfMeasure unit;
  std::optional<double> molar_mass;  // kg/mol of the component that the path picks
  std::vector<double> time;   // [s] since the start of the run; never falls, empty for a number without time
  std::vector<double> value;  // in `unit`; NaN where nothing was recorded (a stream that does not flow)

  bool has_time() const { return !time.empty(); }
};

// The series behind a path: the dataset as docs/result_file.md names it, followed by one part for every axis
// but time:
//
//   streams/column.outlet/concentration/Li+        the name of a component, ion or sorbed species
//   units/column/loading/LiCl/0.6 m                a coordinate; between two of them the values are
//   interpolated linearly units/eluate/volume, kpi/li_recovery           nothing, where there is no other
//   axis kpi/per_cycle/li_recovery                      over the times at which cycles end
//
// `concentration[Li+]` is read as `concentration/Li+`. What the result does not hold is a finding at `place`,
// with what it holds instead.
std::optional<ResultSeries> read_result_series(const ResultReader& result, const std::string& path,
                                               const Place& place, Diagnostics& diagnostics);

// Brings a series to another unit: the one of the same dimension, or mass in place of moles where the path
// picks a component. False and a finding at `place` where the dimension is another.
bool convert_series(ResultSeries& series, const std::string& unit, const Place& place,
                    Diagnostics& diagnostics);

}  // namespace brineflow
