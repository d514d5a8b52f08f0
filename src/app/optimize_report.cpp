#include "app/optimize_report.hpp"

#include "solve/diagnosis.hpp"
#include "study/quantity_text.hpp"

#include <fmt/format.h>

namespace brineflow {

void print_nearest_to_limits(const OptimizeStudy& study, const std::vector<Trial>& trials) {
  fmt::print("NOTHING FOUND: no run kept the limits\n");
  const Trial* nearest = nullptr;
  for (const Trial& trial : trials)
    if (trial.complete && (nearest == nullptr || trial.excess < nearest->excess)) nearest = &trial;
  if (nearest != nullptr) fmt::print("nearest: {}, {:.3g} % beyond a limit\n", study.describe(nearest->values), 100.0 * nearest->excess);
}

void print_runs(const SearchRecord& record) {
  fmt::print("{} runs in {}", record.runs, format_time(record.elapsed));
  if (record.known > 0) fmt::print(", {} more were there before", record.known);
  if (record.failed > 0) fmt::print("; {} failed, the last: {}", record.failed, record.last_failure);
  fmt::print("\n");
}

void print_settings(const OptimizeStudy& study, const std::vector<double>& values) {
  for (std::size_t k = 0; k < study.varied.size(); ++k) fmt::print(" --set \"{}={}\"", study.varied[k].path, with_unit(values[k], study.varied[k].unit));
  fmt::print("\n");
}

}  // namespace brineflow
