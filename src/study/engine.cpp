#include "brineflow/engine.hpp"

#include "study/brine_report.hpp"
#include "study/run.hpp"

#include <cmath>

namespace brineflow::engine {
namespace {

std::vector<Override> overrides(const std::vector<std::pair<std::string, std::string>>& settings) {
  std::vector<Override> result;
  for (const auto& [path, value] : settings) result.push_back({path, value});
  return result;
}

// The engine's own errors stay inside: callers know Failure alone.
template <class Work>
auto translated(Work work) {
  try {
    return work();
  } catch (const Error& error) {
    throw Failure(static_cast<int>(error.status()), error.what());
  } catch (const std::exception& error) {
    throw Failure(static_cast<int>(ExitStatus::internal_fault), error.what());
  }
}

Result summary(const Recording& recording) {
  Result result;
  result.file = recording.path;
  result.status = recording.status;
  for (const Kpi& kpi : recording.kpis) result.indicators.push_back({kpi.name, kpi.unit, kpi.long_name, kpi.value});
  for (const auto* rows : {&recording.balance.components, &recording.balance.elements})
    for (const BalanceRow& row : *rows) result.closures.push_back({row.name, row.closure});
  result.warnings = recording.warnings;
  result.end_time = recording.outcome.end_time;
  result.wall_time = recording.outcome.wall_time;
  result.cycles = static_cast<long>(std::ceil(recording.outcome.cycles));
  return result;
}

BrineRequest request(const std::string& brine, const BrineOptions& options) {
  const auto given = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); };
  return {brine, given(options.temperature), given(options.pH), given(options.chemistry), given(options.balance), overrides(options.settings)};
}

BrineProperties summary(const BrineReport& report) {
  BrineProperties result;
  for (const auto& row : report.properties) result.properties.push_back({row.key, row.unit, row.name, row.value});
  for (const auto& row : report.species) result.log10_activity_coefficients.push_back({row.name, "1", "log10 of the activity coefficient", row.log_gamma});
  for (const auto& row : report.minerals) result.saturation_indices.push_back({row.name, "1", row.formula, row.saturation_index});
  for (const RangeCheck& check : report.warnings) result.warnings.push_back(check.text);
  return result;
}

}  // namespace

void check(const std::filesystem::path& case_file, const std::vector<std::pair<std::string, std::string>>& settings) {
  translated([&] { check_case(case_file, overrides(settings)); });
}

Result run(const std::filesystem::path& case_file, const Options& options) {
  return translated([&] {
    RunOptions internal;
    internal.overrides = overrides(options.settings);
    internal.output = options.output;
    internal.resume = options.resume;
    if (options.progress) internal.progress = [&options](const RunProgress& now) { options.progress(now.time); };
    return summary(run_case(case_file, internal));
  });
}

BrineProperties properties(const std::string& brine, const BrineOptions& options) {
  return translated([&] { return summary(report_brine(request(brine, options))); });
}

}  // namespace brineflow::engine
