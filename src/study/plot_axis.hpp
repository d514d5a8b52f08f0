// What the axes of pictures have in common.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace brineflow {

struct Extent {
  double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();

  void take(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  double span() const { return high - low; }
  // A little wider than what it holds, and never so narrow that round numbers in it cannot be told apart.
  Extent widened(double share) const {
    const double size = std::max(std::abs(low), std::abs(high));
    const double more = span() > 0.0 ? std::max(share * span(), 1e-6 * size) : std::max(0.5 * size, 1e-12);
    return {low - more, high + more};
  }
};

// About `count` round numbers (1, 2 or 5 times a power of ten apart) from low to high; low < high.
std::vector<double> axis_ticks(double low, double high, int count);

// Numbers on an axis, with as many digits as tell neighbours apart.
std::string tick_text(double value, double step);

}  // namespace brineflow
