// What an optimisation asks: values of a case between bounds, one goal or several, and limits on other indicators.
//
//   case: ../plants/column_only.yaml
//   vary:
//     schedule.cycle.elute.for: {from: 1 h, to: 8 h}
//   goal: {maximize: li_recovery}
//   limits: {product_mg_li_ratio: {at_most: 0.5}}
//
// Several goals in the place of one, `goals: [{maximize: li_recovery}, {minimize: fresh_water_per_t_lce}]`, ask for all answers that no other beats in each of them.
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
  Place place;
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
  std::vector<Goal> goals;     // one, or several of which none comes first
  std::vector<Limit> limits;
  std::size_t starts = 0, evaluations = 0;  // evaluations: at most, from each start
  double accuracy = 0.0;                    // of each value, as a share of its range
  std::size_t population = 0, generations = 0, seed = 0;  // for several goals; generations: that follow the first
  double time_limit = 0.0;                  // [s] wall time of one run

  bool several() const { return goals.size() > 1; }
  const Goal& goal() const { return goals.front(); }

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
