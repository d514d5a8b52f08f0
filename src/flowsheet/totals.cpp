#include "flowsheet/totals.hpp"

namespace brineflow {

TotalsLayout::TotalsLayout(const Flowsheet& flowsheet) {
  for (std::size_t u = 0; u < flowsheet.units.size(); ++u)
    for (const TotalKind kind : flowsheet.units[u]->totals()) {
      const std::size_t size = kind == TotalKind::energy ? 1 : flowsheet.components().size();
      slices_.push_back({u, kind, size_, size});
      size_ += size;
    }
}

void TotalsLayout::rates(const System& system, double t, std::span<const double> y, std::span<const double> ydot,
                         std::span<double> rates) const {
  for (std::size_t k = 0; k < slices_.size();) {
    const std::size_t unit = slices_[k].unit;
    const std::size_t start = slices_[k].start;
    std::size_t size = 0;
    for (; k < slices_.size() && slices_[k].unit == unit; ++k) size += slices_[k].size;
    system.with_local(unit, t, y, ydot, [&](const Local<double>& here) {
      system.flowsheet().units[unit]->total_rates(here, rates.subspan(start, size));
    });
  }
}

std::vector<double> TotalsLayout::sum(TotalKind kind, std::span<const double> totals, std::size_t components) const {
  std::vector<double> result(kind == TotalKind::energy ? 1 : components, 0.0);
  for (const TotalSlice& slice : slices_)
    if (slice.kind == kind)
      for (std::size_t i = 0; i < slice.size; ++i) result[i] += totals[slice.start + i];
  return result;
}

}  // namespace brineflow
