#include "app/commands.hpp"
#include "app/tables.hpp"
#include "base/error.hpp"
#include "study/brine_report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>

namespace brineflow {
namespace {

using nlohmann::json;

json number(double value) { return std::isfinite(value) ? json(value) : json(); }
json number(const std::optional<double>& value) { return value ? number(*value) : json(); }

json to_json(const BrineReport& report) {
  json result = {{"title", report.title},
                 {"source", report.source},
                 {"note", report.note},
                 {"chemistry", report.chemistry},
                 {"temperature_K", report.temperature},
                 {"pH_given", number(report.pH_given)},
                 {"balance", report.balance},
                 {"charge_error", report.charge_error},
                 {"readings", report.readings},
                 {"notes", report.notes}};
  for (const char* key : {"components", "properties", "species", "minerals"}) result[key] = json::object();
  for (const auto& row : report.components)
    result["components"][row.name] = {{"molality_mol_per_kg_water", row.molality},
                                      {"concentration_mol_per_m3", row.concentration},
                                      {"mass_concentration_kg_per_m3", row.mass_concentration},
                                      {"mass_fraction", row.mass_fraction}};
  for (const auto& row : report.properties)
    result["properties"][row.key] = {{"value", number(row.value)}, {"unit", row.unit}, {"meaning", row.name}};
  for (const auto& row : report.species)
    result["species"][row.name] = {{"charge", row.charge},
                                   {"molality_mol_per_kg_water", row.molality},
                                   {"log10_gamma_unscaled", row.log_gamma},
                                   {"log10_gamma_macinnes", number(row.log_gamma_macinnes)}};
  for (const auto& row : report.minerals)
    result["minerals"][row.name] = {{"formula", row.formula},
                                    {"saturation_index", row.saturation_index},
                                    {"precipitates", row.precipitates}};
  result["warnings"] = json::array();
  for (const RangeCheck& check : report.warnings)
    result["warnings"].push_back(
        {{"what", check.what}, {"value", check.value}, {"limit", check.limit}, {"text", check.text}});
  return result;
}

json to_json(const EvaporationReport& report) {
  json result = {{"temperature_K", report.temperature},
                 {"ended", report.ended},
                 {"states", json::array()},
                 {"events", json::array()}};
  for (const auto& event : report.events)
    result["events"].push_back({{"mineral", event.mineral},
                                {"appears", event.appears},
                                {"state", event.row},
                                {"concentration_factor", report.rows[event.row].concentration_factor}});
  for (const auto& row : report.rows) {
    json state = {{"concentration_factor", row.concentration_factor},
                  {"water_removed", row.water_removed},
                  {"water_activity", row.water_activity},
                  {"mg_li_mass_ratio", number(row.mg_li_mass_ratio)}};
    for (std::size_t i = 0; i < report.components.size(); ++i)
      state["molality_mol_per_kg_water"][report.components[i]] = row.molality[i];
    state["solids_mol_per_kg_initial_water"] = json::object();
    for (std::size_t k = 0; k < report.minerals.size(); ++k)
      if (row.solids[k] > 0.0) state["solids_mol_per_kg_initial_water"][report.minerals[k]] = row.solids[k];
    result["states"].push_back(std::move(state));
  }
  return result;
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw StorageError(fmt::format("{}: the file cannot be written", path));
}

}  // namespace

int command_properties(const BrineRequest& request, const PropertiesOutput& output) {
  const ResolvedBrine brine = resolve_brine(request);
  const BrineReport report = report_brine(brine);
  std::optional<EvaporationReport> path;
  if (output.evaporate) path = report_evaporation(brine);
  if (path && output.csv) write_file(*output.csv, evaporation_csv(*path));
  if (output.json) {
    json result = to_json(report);
    if (path) result["evaporation"] = to_json(*path);
    fmt::print("{}\n", result.dump(2));
  } else {
    fmt::print("{}{}", brine_table(report), path ? evaporation_table(*path) : "");
  }
  return static_cast<int>(ExitStatus::done);
}

}  // namespace brineflow
