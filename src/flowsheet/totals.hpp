// Quantities integrated over time: what was fed, what was received, energy.
#pragma once

#include "flowsheet/system.hpp"

#include <span>
#include <vector>

namespace brineflow {

struct TotalSlice {
  std::size_t unit = 0;
  TotalKind kind = TotalKind::fed;
  std::size_t start = 0, size = 0;  // in the vector of all totals
};

class TotalsLayout {
 public:
  explicit TotalsLayout(const Flowsheet& flowsheet);

  std::size_t size() const { return size_; }
  const std::vector<TotalSlice>& slices() const { return slices_; }

  // Time derivatives of all totals; `rates` has size().
  void rates(const System& system, double t, std::span<const double> y, std::span<const double> ydot,
             std::span<double> rates) const;

  // Moles of every component summed over all units of a kind.
  std::vector<double> sum(TotalKind kind, std::span<const double> totals, std::size_t components) const;

 private:
  std::vector<TotalSlice> slices_;
  std::size_t size_ = 0;
};

}  // namespace brineflow
