// What an optimisation asks: values of a case between bounds, one goal, and limits on other indicators.
//
//   case: ../plants/column_only.yaml
//   vary:
//     schedule.cycle.elute.for: {from: 1 h, to: 8 h}
//   goal: {maximize: li_recovery}
//   limits: {product_mg_li_ratio: {at_most: 0.5}}
#pragma once

#include "flowsheet/case.hpp"
#include "study/varied.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace brineflow {

// An indicator, and in which direction it is good or bad.
struct Goal {
  std::string indicator;
  bool maximize = false;
};

struct Limit {
  std::string indicator;
  Place place;
  double bound = 0.0;
  bool at_most = true;
};

class OptimizeStudy {
 public:
  std::string title;
  std::filesystem::path file, case_file;
  std::vector<Varied> varied;  // ranges only
  Goal goal;
  std::vector<Limit> limits;
  std::size_t starts = 0, evaluations = 0;  // evaluations: at most, from each start
  double accuracy = 0.0;                    // of each value, as a share of its range
  double time_limit = 0.0;                  // [s] wall time of one run

  // The text of the case with these values, each in the unit of its range.
  Document document(const std::vector<double>& values, Diagnostics& diagnostics) const;
  // "units.column.length = 2 m, units.lake.flow = 1 m3/h"
  std::string describe(const std::vector<double>& values) const;

 private:
  friend class OptimizeReader;
  Document base_;
};

// Reads and checks a study, the case at its starting point and at both ends of each range. overrides: of the study itself. Throws InputError with all findings.
OptimizeStudy read_optimize(const std::filesystem::path& file, const std::vector<Override>& overrides);

const ParameterTable& optimize_parameters();
const ParameterTable& limit_parameters();

}  // namespace brineflow
