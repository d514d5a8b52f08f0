#include "app/commands.hpp"
#include "app/tables.hpp"
#include "base/error.hpp"
#include "study/comparison.hpp"
#include "study/comparison_plot.hpp"
#include "study/whole_files.hpp"

#include <fmt/format.h>

namespace brineflow {

int command_compare(const CompareRequest& request) {
  const ComparisonReport report = compare(request.result, request.data, request.map);
  std::vector<std::pair<std::filesystem::path, std::string>> files;
  if (!request.junit.empty()) files.emplace_back(request.junit, comparison_junit(report));
  if (!request.plot.empty()) files.emplace_back(request.plot, comparison_svg(report));
  write_whole_files(files);
  fmt::print("{}", request.json ? comparison_json(report) : comparison_table(report));
  if (report.status != "complete")
    fmt::print(stderr, "warning: the result is not complete: {}\n", report.status);
  fmt::print(stderr, "{}", comparison_failures(report));
  return static_cast<int>(report.passed() ? ExitStatus::done : ExitStatus::criterion_failed);
}

}  // namespace brineflow
