// Key performance indicators of a lithium plant, from what feeds brought and sinks received.
#pragma once

#include "flowsheet/totals.hpp"

#include <span>
#include <string>
#include <vector>

namespace brineflow {

// kg of lithium carbonate equivalent per kg of lithium: M(Li2CO3) / (2 M(Li)) = 73.89 / 13.88.
inline constexpr double lce_per_lithium = 5.323;

struct Kpi {
  std::string name;
  std::string unit;
  std::string long_name;
  double value = 0.0;  // in `unit`; NaN where it has no meaning (a ratio to nothing)
};

// Indicators over a stretch of time. `totals` are the totals of that stretch (differences of two moments).
// Empty for a flowsheet without lithium.
//
// Recovery divides the lithium received by the product sinks by the lithium of the brine feeds; an indicator per
// tonne divides by the lithium carbonate equivalent of the same product.
std::vector<Kpi> make_kpis(const Flowsheet& flowsheet, const TotalsLayout& layout, std::span<const double> totals);

}  // namespace brineflow
