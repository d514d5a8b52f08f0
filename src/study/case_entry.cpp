#include "study/case_entry.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/version.hpp"
#include "flowsheet/expression.hpp"
#include "solve/settings.hpp"
#include "study/run.hpp"

#include <fmt/format.h>

#include <chrono>

namespace brineflow {
namespace {

void take(const Case& input, const CaseOrder& order, const std::vector<MovedCase>* beside, SweepEntry& entry) {
  const StateLayout layout(*input.flowsheet);
  Diagnostics diagnostics;
  std::vector<Expression> expressions;
  for (const FollowedSeries& one : order.series)
    if (auto expression = parse_expression(one.expression, one.place, *input.flowsheet, layout, diagnostics)) expressions.push_back(std::move(*expression));
  diagnostics.throw_if_any();
  entry.series.resize(expressions.size());
  RunOptions options;
  options.sampled = [&](const System& system, const Progress& progress) {
    if (expressions.empty()) return;
    entry.times.push_back(progress.state.t);
    for (std::size_t k = 0; k < expressions.size(); ++k)
      entry.series[k].push_back(expressions[k].value(system.layout(), *system.flowsheet().brine, progress.state.y));
  };
  options.output = order.result;
  options.beside = beside;
  const Recording recording = order.result.empty() ? run_unrecorded(input, options) : run_case(input, options);
  entry.kpis = recording.kpis;
  entry.warnings = recording.warnings;
  entry.closure = recording.balance.worst();
  entry.status = "complete";
  if (recording.status != "complete") entry.reason = recording.status;
  else if (entry.closure > closure_limit)
    entry.reason = fmt::format("the balance of {} does not close: {:.2e} is missing, {:.0e} is allowed", recording.balance.worst_row().name, entry.closure, closure_limit);
}

// Of a case that is not complete nothing is kept that could be taken for a result.
SweepEntry failed(const std::string& reason) {
  SweepEntry entry;
  entry.status = "failed";
  entry.reason = reason;
  return entry;
}

SweepEntry timed(const std::function<void(SweepEntry&)>& work) {
  SweepEntry entry;
  const auto begin = std::chrono::steady_clock::now();
  try {
    work(entry);
    if (!entry.reason.empty()) entry = failed(entry.reason);
  } catch (const StorageError&) {
    throw;  // the study's trouble, not the case's
  } catch (const std::exception& error) {
    entry = failed(error.what());
  }
  entry.wall_time = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return entry;
}

}  // namespace

SweepEntry run_to_entry(CaseOrder order) {
  return timed([&](SweepEntry& entry) { take(read_case(std::move(order.document), order.case_file, *order.models, solver_parameters()), order, nullptr, entry); });
}

SweepEntry run_to_entry(const Case& input, const CaseOrder& order, const std::vector<MovedCase>* beside) {
  return timed([&](SweepEntry& entry) { take(input, order, beside, entry); });
}

std::string case_key(const Document& document, const std::string& packages, const std::string& asked) {
  Node counted = Node::map();
  for (const Entry& entry : document.root.entries())
    if (entry.key != "title" && entry.key != "description") counted.add(entry.key, entry.value);
  return sha256(fmt::format("{}\n{}\n{}\n{}", version, packages, asked, write_yaml(counted)));
}

}  // namespace brineflow
