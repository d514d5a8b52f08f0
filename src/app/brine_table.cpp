#include "app/tables.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "physics/water.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace brineflow {
namespace {

// Significant digits that the models deserve; very small and large numbers with an exponent.
std::string number(double value) {
  if (!std::isfinite(value)) return "-";
  const double size = std::abs(value);
  return size != 0.0 && (size < 1e-4 || size >= 1e6) ? fmt::format("{:.3e}", value)
                                                     : fmt::format("{:.5g}", value);
}

std::string head(const BrineReport& report) {
  std::string text = fmt::format("{}\n", report.title.empty() ? "brine" : report.title);
  text += fmt::format("  at {:.6g} degC, chemistry {}\n", report.temperature - ice_point, report.chemistry);
  const double error = 100.0 * report.charge_error;
  if (std::abs(error) > 1e-4)
    text += fmt::format("  {}charge as given {:+.3g} % of all equivalents\n",
                        report.balance.empty() ? "" : fmt::format("{} makes up the charge; ", report.balance),
                        error);
  if (report.pH_given)
    text += fmt::format("  pH {:g} as given (unscaled) sets the hydrogen ion\n", *report.pH_given);
  if (!report.readings.empty()) text += fmt::format("  read: {}\n", join(report.readings, "; "));
  if (!report.source.empty()) text += fmt::format("  source: {}\n", report.source);
  return text;
}

std::string components_part(const BrineReport& report) {
  if (report.components.empty()) return "";
  std::string text = fmt::format("\ncomposition\n  {:<8}{:>12}{:>12}{:>14}{:>11}\n", "", "g/L", "mol/L",
                                 "mol/kg water", "wt%");
  for (const auto& row : report.components)
    text += fmt::format("  {:<8}{:>12}{:>12}{:>14}{:>11}\n", row.name, number(row.mass_concentration),
                        number(1e-3 * row.concentration), number(row.molality),
                        number(100.0 * row.mass_fraction));
  return text;
}

std::string properties_part(const BrineReport& report) {
  std::size_t width = 0;
  for (const auto& row : report.properties)
    if (std::isfinite(row.value)) width = std::max(width, row.name.size());
  std::string text = "\nproperties\n";
  for (const auto& row : report.properties)
    if (std::isfinite(row.value))
      text += fmt::format("  {:<{}}  {:>10}{}\n", row.name, width,
                          number(to_unit(row.value, parse_unit(row.shown_unit))),
                          row.shown_unit == "1" ? "" : " " + row.shown_unit);
  return text;
}

std::string species_part(const BrineReport& report) {
  if (report.species.empty()) return "";
  const bool scaled = std::any_of(report.species.begin(), report.species.end(),
                                  [](const auto& row) { return row.log_gamma_macinnes.has_value(); });
  std::string text =
      fmt::format("\nspecies {:>23}  log10 of the activity coefficient\n  {:<12}{:>17}  {:>17}{}\n", "", "",
                  "mol/kg water", "unscaled (Pitzer)", scaled ? "  MacInnes" : "");
  for (const auto& row : report.species)
    text += fmt::format("  {:<12}{:>17}  {:>17.4f}{}\n", row.name, number(row.molality), row.log_gamma,
                        row.log_gamma_macinnes ? fmt::format("  {:>8.4f}", *row.log_gamma_macinnes) : "");
  return text;
}

std::string minerals_part(const BrineReport& report) {
  if (report.minerals.empty()) return "";
  std::string text = "\nminerals: saturation index, log10(ion activity product / K)\n";
  std::size_t name = 0, formula = 0;
  for (const auto& row : report.minerals) {
    name = std::max(name, row.name.size());
    formula = std::max(formula, row.formula.size());
  }
  for (const auto& row : report.minerals)
    text += fmt::format("  {:<{}}  {:<{}} {:>8.3f}{}{}\n", row.name, name, row.formula, formula,
                        row.saturation_index, row.saturation_index > 0.0 ? "  supersaturated" : "",
                        row.precipitates ? "" : "  (does not grow in ponds)");
  return text;
}

}  // namespace

std::string brine_table(const BrineReport& report) {
  std::string text = head(report) + components_part(report) + properties_part(report) + species_part(report) +
                     minerals_part(report);
  if (!report.warnings.empty()) {
    text += "\noutside the range of the data\n";
    for (const RangeCheck& check : report.warnings) text += fmt::format("  {}\n", check.text);
  }
  for (const std::string& note : report.notes) text += fmt::format("\nnote: {}\n", note);
  return text;
}

}  // namespace brineflow
