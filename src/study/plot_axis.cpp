#include "study/plot_axis.hpp"

#include <fmt/format.h>

namespace brineflow {

std::vector<double> axis_ticks(double low, double high, int count) {
  const double raw = (high - low) / std::max(count, 1), power = std::pow(10.0, std::floor(std::log10(raw)));
  const double digit = raw / power;
  const double step = power * (digit < 1.5 ? 1.0 : digit < 3.5 ? 2.0 : digit < 7.5 ? 5.0 : 10.0);
  std::vector<double> ticks;
  const double first = std::ceil(low / step - 1e-9);
  for (int k = 0; k <= 2 * count + 2; ++k) {  // beyond 2^53 steps from zero there is no next one
    const double tick = (first + k) * step;
    if (tick > high + 1e-9 * step) break;
    if (ticks.empty() || tick > ticks.back()) ticks.push_back(tick);
  }
  return ticks;
}

std::string tick_text(double value, double step) {
  if (std::abs(value) < 1e-9 * step) return "0";
  const double size = std::abs(value);
  const int digits = std::max(3, static_cast<int>(std::ceil(std::log10(size / step))) + 1);
  if (size >= 1e6 || size < 1e-4) return fmt::format("{:.{}g}", value, digits);
  return fmt::format("{:.{}f}", value, std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9))));
}

}  // namespace brineflow
