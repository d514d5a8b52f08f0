// What a run answered.
#pragma once

#include "python/stored.hpp"
#include "record/account.hpp"
#include "study/case_entry.hpp"

#include <string>
#include <vector>

namespace brineflow::python {

class Result : public Stored {
 public:
  // series: of each of `followed`, at `times`.
  Result(Recording recording, std::vector<FollowedSeries> followed, std::vector<double> times, std::vector<std::vector<double>> series);
  // Out of a result file that is there.
  static Result open(const std::filesystem::path& file);

  std::string status;
  std::vector<Kpi> kpis;
  Balance balance;
  std::vector<std::string> warnings;
  double end_time = 0.0;   // [s]
  double wall_time = 0.0;  // [s]
  long steps = 0;
  double cycles = 0.0;
  std::vector<FollowedSeries> followed;
  std::vector<double> times;  // [s]
  std::vector<std::vector<double>> series;

 private:
  explicit Result(const std::filesystem::path& file) : Stored(file) {}
};

void bind_result(py::module_& module);

}  // namespace brineflow::python
