#include "record/account.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace brineflow {
namespace {

std::vector<double> difference(const std::vector<double>& after, const std::vector<double>& before) {
  std::vector<double> result(after);
  for (std::size_t k = 0; k < result.size(); ++k) result[k] -= before[k];
  return result;
}

}  // namespace

std::string no_steady_state(const Outcome& outcome) {
  if (outcome.change_group.empty()) return fmt::format("{} after one cycle: there is none to compare it with", unsteady_status);
  return fmt::format("{} after {:.4g} cycles (schedule.repeat.at_most): {} still changes by {:.2e} of its largest value", unsteady_status,
                     outcome.cycles, outcome.change_group, outcome.change);
}

Account::Account(const Case& input, const System& system, const TotalsLayout& totals)
    : input_(input), layout_(system.layout()), totals_(totals) {
  Progress start;
  start.state.y = system.initial_state();
  start.totals.assign(totals.size(), 0.0);
  held_at_start_ = system.holdup(start.state.y);
  totals_at_cycle_start_ = start.totals;
  last_ = std::make_shared<const Progress>(std::move(start));
}

Account::Account(const Case& input, const System& system, const TotalsLayout& totals, const Progress& progress,
                 std::vector<double> held_at_start, std::vector<double> totals_at_cycle_start)
    : input_(input), layout_(system.layout()), totals_(totals), last_(std::make_shared<const Progress>(progress)),
      held_at_start_(std::move(held_at_start)), totals_at_cycle_start_(std::move(totals_at_cycle_start)) {}

std::vector<Account::RangeLeft> Account::sample(const System& system, const Progress& progress) {
  std::vector<RangeLeft> left;
  const Brine& brine = *system.flowsheet().brine;
  const std::size_t n = brine.components().size();
  for (const StreamSlice& stream : layout_.streams()) {
    if (!system.wiring()[stream.unit].outlet_flowing[stream.outlet]) continue;
    const std::span<const double> molar_flow(progress.state.y.data() + stream.start, n);
    if (!(molar_flow[0] > 0.0)) continue;
    for (const RangeCheck& check : brine.out_of_range(molar_flow, progress.state.y[stream.start + n])) {
      // Said once when a range is first left; the farthest value is kept for the end of the run.
      const auto [known, first] = ranges_.emplace(stream.name + ": " + check.what, check);
      if (first) left.push_back({stream.name, check});
      else if (std::abs(check.value - check.limit) > std::abs(known->second.value - known->second.limit)) known->second = check;
    }
  }
  last_ = std::make_shared<const Progress>(progress);
  return left;
}

void Account::state_jumps(const System& system, const Progress& progress) {
  held_at_start_ = system.holdup(progress.state.y);
  totals_at_cycle_start_ = progress.totals;
  last_ = std::make_shared<const Progress>(progress);
}

std::vector<Kpi> Account::cycle_ends(const Progress& progress) {
  std::vector<Kpi> kpis = make_kpis(*input_.flowsheet, totals_, difference(progress.totals, totals_at_cycle_start_));
  totals_at_cycle_start_ = progress.totals;
  return kpis;
}

Recording Account::close(const Outcome& outcome, const std::string& status) const {
  Recording recording;
  recording.status = status;
  recording.outcome = outcome;
  const std::size_t n = input_.flowsheet->components().size();
  std::vector<double> held(n, 0.0);
  for (std::size_t u = 0; u < input_.flowsheet->units.size(); ++u) {
    const UnitSlice& slice = layout_.unit(u);
    input_.flowsheet->units[u]->add_holdup(std::span<const double>(last_->state.y).subspan(slice.start, slice.size), held);
  }
  recording.balance = make_balance(input_.flowsheet->components(), totals_.sum(TotalKind::fed, last_->totals, n),
                                   totals_.sum(TotalKind::received, last_->totals, n), held_at_start_, held);
  recording.kpis = make_kpis(*input_.flowsheet, totals_, last_->totals);
  for (const auto& [where, check] : ranges_)
    recording.warnings.push_back(fmt::format("{}: outside the fitted range: {}", where.substr(0, where.find(':')), check.text));
  return recording;
}

}  // namespace brineflow
