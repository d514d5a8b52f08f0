#include "solve/diagnosis.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace brineflow {

std::size_t first_not_finite(std::span<const double> values) {
  return static_cast<std::size_t>(
      std::find_if(values.begin(), values.end(), [](double v) { return !std::isfinite(v); }) - values.begin());
}

std::string name_largest(const StateLayout& layout, std::span<const double> size, std::size_t count) {
  std::vector<std::size_t> order(size.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  count = std::min(count, order.size());
  const auto magnitude = [&](std::size_t k) { return std::isfinite(size[k]) ? std::abs(size[k]) : HUGE_VAL; };
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
                    [&](std::size_t a, std::size_t b) { return magnitude(a) > magnitude(b); });
  std::vector<std::string> names;
  for (std::size_t k = 0; k < count; ++k) names.push_back(layout.describe(order[k]));
  return join(names, "; ");
}

std::vector<double> scaled_residuals(const System& system, double t, std::span<const double> y, std::span<const double> ydot) {
  const SparsePattern& pattern = system.plan().pattern;
  std::vector<double> residual(system.size()), values(static_cast<std::size_t>(pattern.nnz())), scale(system.size(), 1e-300);
  system.residual(t, y, ydot, residual);
  system.jacobian(t, y, ydot, {0.0, 1.0, 1.0}, values);
  for (std::size_t column = 0; column < system.size(); ++column)
    for (auto k = pattern.column_starts[column]; k < pattern.column_starts[column + 1]; ++k) {
      const auto slot = static_cast<std::size_t>(k);
      scale[static_cast<std::size_t>(pattern.row_indices[slot])] += std::abs(values[slot]) * system.layout().nominal()[column];
    }
  for (std::size_t row = 0; row < residual.size(); ++row) residual[row] /= scale[row];
  return residual;
}

std::string what_stops(const System& system, double t, std::span<const double> y, std::span<const double> ydot) {
  std::vector<std::string> said;
  for (std::size_t u = 0; u < system.flowsheet().units.size(); ++u) {
    const Unit& unit = *system.flowsheet().units[u];
    std::vector<double> values(unit.event_count());
    system.with_local(u, t, y, ydot, [&](const Local<double>& here) {
      unit.events(here, values);
      for (std::size_t k = 0; k < values.size(); ++k) {
        if (values[k] == 0.0 || !std::isfinite(values[k])) continue;
        const Reaction reaction = unit.on_event(k, values[k] > 0.0 ? 1 : -1, here);
        if (reaction.stop) said.push_back(reaction.message);
      }
    });
  }
  return join(said, " ");
}

std::string format_time(double seconds) {
  if (seconds < 600.0) return fmt::format("{:.4g} s", seconds);
  if (seconds < 2.0 * 86400.0) return fmt::format("{:.4g} h", seconds / 3600.0);
  return fmt::format("{:.5g} d", seconds / 86400.0);
}

}  // namespace brineflow
