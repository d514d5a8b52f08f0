// What a sweep asks: a case, which of its values vary and how, what is kept of each run.
//
//   case: ../plants/column_only.yaml
//   vary:
//     units.column.length: [1 m, 2 m, 4 m]
//     units.lake.flow: {from: 1 m3/h, to: 5 m3/h, count: 5}
//   series: {lithium: column.outlet.Li+ / lake.Li+}
#pragma once

#include "flowsheet/case.hpp"
#include "input/parameters.hpp"
#include "study/case_entry.hpp"
#include "study/sampling.hpp"
#include "study/varied.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace brineflow {

// What one case has in place of what stands in the file.
struct SweepValue {
  double number = 0.0;  // in Varied::unit; NaN where it is none
  std::string text;     // as YAML
};

class SweepStudy {
 public:
  std::string title;
  std::filesystem::path file, case_file;
  std::vector<Varied> varied;
  std::vector<FollowedSeries> series;
  double time_limit = 0.0;  // [s] wall time of one case
  bool keep_results = false;

  std::size_t size() const { return size_; }
  SweepValue value(std::size_t index, std::size_t parameter) const;
  // The text of the case with the values of one point. Findings are those of paths that lead nowhere.
  Document document(std::size_t index, Diagnostics& diagnostics) const;
  // "units.column.length = 2 m, units.lake.flow = 1 m3/h"
  std::string describe(std::size_t index) const;

 private:
  friend class SweepStudyReader;
  struct Standing {
    std::size_t position;  // in a list
    double share;          // along a range, 0 to 1
  };
  Standing standing(std::size_t index, std::size_t parameter) const;

  Document base_;        // the case with what is `set` for all
  std::size_t size_ = 0;
  bool grid_ = true, together_ = false;
  std::vector<std::size_t> counts_;  // points along each parameter of a grid
  Samples samples_;
};

// Reads and checks a study. overrides: of the study itself (`cases=20`). Throws InputError with all findings, which are
// also those of the case at its first point and at every value that is listed, one at a time.
SweepStudy read_sweep(const std::filesystem::path& file, const std::vector<Override>& overrides);

const ParameterTable& sweep_parameters();

}  // namespace brineflow
