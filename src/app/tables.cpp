#include "app/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace brineflow {

std::string kpi_table(const std::vector<Kpi>& kpis) {
  std::size_t width = 0;
  for (const Kpi& kpi : kpis) width = std::max(width, kpi.name.size());
  std::string text = "indicators\n";
  for (const Kpi& kpi : kpis) {
    const std::string value = std::isfinite(kpi.value) ? fmt::format("{:.5g}", kpi.value) : "-";
    text += fmt::format("  {:<{}}  {:>11} {:<6}  {}\n", kpi.name, width, value, kpi.unit == "1" ? "" : kpi.unit, kpi.long_name);
  }
  return text;
}

std::string balance_table(const Balance& balance) {
  std::string text = fmt::format("balance [mol]\n  {:<8}{:>14}{:>14}{:>16}{:>14}{:>12}\n", "", "in", "out", "held at start", "held", "closure");
  for (const BalanceRow& row : balance.components)
    text += fmt::format("  {:<8}{:>14.6g}{:>14.6g}{:>16.6g}{:>14.6g}{:>12.1e}\n", row.name, row.in, row.out, row.held_at_start, row.held, row.closure);
  std::string elements;
  for (const BalanceRow& row : balance.elements) elements += fmt::format("{}{} {:.1e}", elements.empty() ? "" : ", ", row.name, row.closure);
  if (!elements.empty()) text += fmt::format("  closure by element: {}\n", elements);
  return text;
}

}  // namespace brineflow
