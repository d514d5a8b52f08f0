#include "study/evaporation_report.hpp"

#include "base/error.hpp"
#include "physics/evaporation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace brineflow {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

// Minerals that any state holds.
std::vector<std::size_t> minerals_of(const EvaporationPath& path) {
  std::vector<std::size_t> found;
  for (std::size_t k = 0; !path.states.empty() && k < path.states.front().solids.size(); ++k)
    if (std::any_of(path.states.begin(), path.states.end(),
                    [k](const auto& state) { return state.solids[k] > 0.0; }))
      found.push_back(k);
  return found;
}

std::vector<std::size_t> solutes_of(const ComponentSet& components, const std::vector<double>& totals) {
  std::vector<std::size_t> found;
  for (std::size_t i = 1; i < components.size(); ++i)
    if (totals[i] > 0.0 && components[i].name != "H+") found.push_back(i);
  return found;
}

double mg_li(const ComponentSet& components, const std::vector<double>& dissolved) {
  const auto lithium = components.find("Li+"), magnesium = components.find("Mg+2");
  if (!lithium || !magnesium || !(dissolved[*lithium] > 0.0)) return none;
  return dissolved[*magnesium] * components[*magnesium].molar_mass /
         (dissolved[*lithium] * components[*lithium].molar_mass);
}

}  // namespace

EvaporationReport report_evaporation(const ResolvedBrine& brine) {
  const Solution& solution = *brine.solution;
  const ComponentSet& components = solution.components();
  if (!solution.chemistry().minerals)
    throw InputError(fmt::format("chemistry '{}' has no minerals: there is no evaporation path",
                                 solution.chemistry().name));
  const MineralEquilibrium minerals(solution.speciation(), *solution.chemistry().minerals);
  std::vector<double> totals = brine.totals;  // for one kg of water
  for (double& total : totals) total /= brine.totals[0] * components[0].molar_mass;
  const EvaporationPath path = evaporate(minerals, totals, brine.temperature);

  EvaporationReport report;
  report.temperature = brine.temperature;
  report.ended = path.ended;
  const std::vector<std::size_t> solutes = solutes_of(components, totals), solids = minerals_of(path);
  for (const std::size_t i : solutes) report.components.push_back(components[i].name);
  for (const std::size_t k : solids) report.minerals.push_back(minerals.minerals()[k].name);
  for (const EvaporationState& state : path.states) {
    EvaporationReport::Row row{state.concentration_factor,
                               state.water_removed,
                               std::exp(state.log_water_activity),
                               mg_li(components, state.dissolved),
                               {},
                               {},
                               false};
    const double water = state.dissolved[0] * components[0].molar_mass;
    for (const std::size_t i : solutes) row.molality.push_back(state.dissolved[i] / water);
    for (const std::size_t k : solids) row.solids.push_back(state.solids[k]);
    report.rows.push_back(std::move(row));
  }
  for (const EvaporationEvent& event : path.events) {
    report.events.push_back({minerals.minerals()[event.mineral].name, event.appears, event.state});
    if (event.state < report.rows.size()) report.rows[event.state].event = true;
  }
  return report;
}

}  // namespace brineflow
