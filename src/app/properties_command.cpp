#include "app/commands.hpp"
#include "app/tables.hpp"
#include "study/brine_report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace brineflow {
namespace {

using nlohmann::json;

json number(double value) { return std::isfinite(value) ? json(value) : json(); }
json number(const std::optional<double>& value) { return value ? number(*value) : json(); }

json to_json(const BrineReport& report) {
  json result = {{"title", report.title}, {"source", report.source}, {"note", report.note}, {"chemistry", report.chemistry},
                 {"temperature_K", report.temperature}, {"pH_given", number(report.pH_given)}, {"balance", report.balance},
                 {"charge_error", report.charge_error}, {"readings", report.readings}, {"notes", report.notes}};
  for (const char* key : {"components", "properties", "species", "minerals"}) result[key] = json::object();
  for (const auto& row : report.components)
    result["components"][row.name] = {{"molality_mol_per_kg_water", row.molality}, {"concentration_mol_per_m3", row.concentration},
                                      {"mass_concentration_kg_per_m3", row.mass_concentration}, {"mass_fraction", row.mass_fraction}};
  for (const auto& row : report.properties)
    result["properties"][row.key] = {{"value", number(row.value)}, {"unit", row.unit}, {"meaning", row.name}};
  for (const auto& row : report.species)
    result["species"][row.name] = {{"charge", row.charge}, {"molality_mol_per_kg_water", row.molality},
                                   {"log10_gamma_unscaled", row.log_gamma}, {"log10_gamma_macinnes", number(row.log_gamma_macinnes)}};
  for (const auto& row : report.minerals)
    result["minerals"][row.name] = {{"formula", row.formula}, {"saturation_index", row.saturation_index}, {"precipitates", row.precipitates}};
  result["warnings"] = json::array();
  for (const RangeCheck& check : report.warnings)
    result["warnings"].push_back({{"what", check.what}, {"value", check.value}, {"limit", check.limit}, {"text", check.text}});
  return result;
}

}  // namespace

int command_properties(const BrineRequest& request, bool as_json) {
  const BrineReport report = report_brine(request);
  if (as_json) fmt::print("{}\n", to_json(report).dump(2));
  else fmt::print("{}", brine_table(report));
  return static_cast<int>(ExitStatus::done);
}

}  // namespace brineflow
