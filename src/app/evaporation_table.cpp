#include "app/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace brineflow {
namespace {

const std::vector<std::string>& shown_components() {
  static const std::vector<std::string> names = {"Li+", "Mg+2", "Na+", "K+", "Cl-", "SO4-2"};
  return names;
}

std::string number(double value) { return std::isfinite(value) ? fmt::format("{:.4g}", value) : "-"; }

// Where something happens, both ends, and every time the concentration factor has grown by a tenth; where the
// last brine dries up without changing, nothing between.
std::vector<std::size_t> shown_rows(const EvaporationReport& report) {
  constexpr double growth = 1.1, unchanged = 1e-6;
  std::vector<std::size_t> rows;
  for (std::size_t k = 0; k < report.rows.size(); ++k) {
    const auto& row = report.rows[k];
    if (!rows.empty() && k + 1 != report.rows.size() && !row.event) {
      const auto& last = report.rows[rows.back()];
      if (row.concentration_factor < growth * last.concentration_factor ||
          std::abs(row.water_activity - last.water_activity) < unchanged)
        continue;
    }
    rows.push_back(k);
  }
  return rows;
}

std::string solids_text(const EvaporationReport& report, const EvaporationReport::Row& row) {
  std::string text;
  for (std::size_t k = 0; k < row.solids.size(); ++k)
    if (row.solids[k] > 0.0)
      text += fmt::format("{}{} {:.3g}", text.empty() ? "" : ", ", report.minerals[k], row.solids[k]);
  return text;
}

std::string field(double value) { return std::isfinite(value) ? fmt::format("{:.10g}", value) : ""; }

}  // namespace

std::string evaporation_table(const EvaporationReport& report) {
  std::string text = "\nevaporation at constant temperature, solids staying in contact\n";
  for (const auto& event : report.events)
    text += fmt::format("  {} {} at a concentration factor of {:.4g}\n", event.mineral,
                        event.appears ? "appears" : "is gone", report.rows[event.row].concentration_factor);
  std::vector<std::size_t> columns;
  for (const std::string& name : shown_components())
    if (const auto at = std::find(report.components.begin(), report.components.end(), name);
        at != report.components.end())
      columns.push_back(static_cast<std::size_t>(at - report.components.begin()));
  text += fmt::format("\n  {:>8}{:>8}", "factor", "a_w");
  for (const std::size_t c : columns) text += fmt::format("{:>10}", report.components[c]);
  text += fmt::format("{:>9}  {}\n  {:16}{:>{}}{:9}  {}\n", "Mg/Li", "minerals", "", "mol/kg water",
                      10 * columns.size(), "", "mol for each kg of water at the start");
  for (const std::size_t k : shown_rows(report)) {
    const auto& row = report.rows[k];
    text += fmt::format("  {:>8}{:>8.4f}", number(row.concentration_factor), row.water_activity);
    for (const std::size_t c : columns) text += fmt::format("{:>10}", number(row.molality[c]));
    text += fmt::format("{:>9}  {}\n", number(row.mg_li_mass_ratio), solids_text(report, row));
  }
  return text + fmt::format("  ends: {}\n", report.ended);
}

std::string evaporation_csv(const EvaporationReport& report) {
  std::string text = "concentration_factor,water_removed,water_activity,mg_li_mass_ratio";
  for (const std::string& name : report.components) text += fmt::format(",{}_mol_per_kg_water", name);
  for (const std::string& name : report.minerals) text += fmt::format(",{}_mol_per_kg_initial_water", name);
  text += '\n';
  for (const auto& row : report.rows) {
    text += fmt::format("{},{},{},{}", field(row.concentration_factor), field(row.water_removed),
                        field(row.water_activity), field(row.mg_li_mass_ratio));
    for (const double m : row.molality) text += ',' + field(m);
    for (const double n : row.solids) text += ',' + field(n);
    text += '\n';
  }
  return text;
}

}  // namespace brineflow
