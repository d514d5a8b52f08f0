#include "brineflow/engine.hpp"

#include "study/run.hpp"

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
  result.cycles = recording.outcome.cycles;
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

}  // namespace brineflow::engine
