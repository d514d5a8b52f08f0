#include "solve/cycle_unknowns.hpp"

#include <algorithm>
#include <cmath>

namespace brineflow {
namespace {

// A group that is empty to this share of its nominal size does not decide: it holds little but the errors
// that the absolute tolerance allows.
constexpr double empty = 1e-4;

// So much farther than seen before, as a share of a group's largest value, an entry may leave its admissible
// values.
constexpr double further_out = 1e-3;

}  // namespace

CycleUnknowns::CycleUnknowns(const StateLayout& layout) : layout_(layout) {
  for (const UnitSlice& unit : layout.units())
    for (const VariableSlice& slice : unit.variables) {
      if (slice.variable.kind != VariableKind::differential || slice.variable.ages) continue;
      const std::size_t count = std::max<std::size_t>(slice.variable.nominal.size(), 1);
      const std::size_t size = slice.variable.size() / count;
      for (std::size_t g = 0; g < count; ++g) {
        groups_.push_back(
            {entries_.size(), size, slice.variable.nominal[g], slice.variable.lower, slice.variable.upper});
        for (std::size_t k = 0; k < size; ++k) entries_.push_back(slice.start + g * size + k);
      }
    }
}

std::vector<double> CycleUnknowns::gather(const std::vector<double>& y) const {
  std::vector<double> unknowns;
  unknowns.reserve(size());
  for (const std::size_t entry : entries_) unknowns.push_back(y[entry]);
  return unknowns;
}

void CycleUnknowns::scatter(std::span<const double> unknowns, std::vector<double>& y) const {
  for (std::size_t k = 0; k < entries_.size(); ++k) y[entries_[k]] = unknowns[k];
}

double CycleUnknowns::largest(const Group& group, std::span<const double> before,
                              std::span<const double> after) const {
  double size = empty * group.nominal;
  for (std::size_t k = group.start; k < group.start + group.size; ++k)
    size = std::max({size, std::abs(before[k]), std::abs(after[k])});
  return size;
}

CycleChange CycleUnknowns::change(std::span<const double> before, std::span<const double> after) const {
  CycleChange worst;
  for (const Group& group : groups_) {
    double change = 0.0;
    for (std::size_t k = group.start; k < group.start + group.size; ++k)
      change = std::max(change, std::abs(after[k] - before[k]));
    change /= largest(group, before, after);
    if (change > worst.value) worst = {change, layout_.describe(entries_[group.start])};
  }
  return worst;
}

std::vector<double> CycleUnknowns::weights(std::span<const double> before,
                                           std::span<const double> after) const {
  std::vector<double> weights(size());
  for (const Group& group : groups_)
    std::fill_n(weights.begin() + static_cast<std::ptrdiff_t>(group.start), group.size,
                1.0 / (largest(group, before, after) * std::sqrt(static_cast<double>(group.size))));
  return weights;
}

double CycleUnknowns::admissible_share(std::span<const double> from, std::span<const double> to,
                                       std::span<const std::vector<double>> seen, double reach) const {
  double share = 1.0;
  for (const Group& group : groups_) {
    const double size = std::max(largest(group, from, from), group.nominal);
    double lowest = group.lower, highest = group.upper;
    for (const std::vector<double>& state : seen)
      for (std::size_t k = group.start; k < group.start + group.size; ++k) {
        lowest = std::min(lowest, state[k]);
        highest = std::max(highest, state[k]);
      }
    lowest -= further_out * size;
    highest += further_out * size;
    for (std::size_t k = group.start; k < group.start + group.size; ++k) {
      const double way = to[k] - from[k];
      const double allowed =
          way < 0.0 ? std::min(reach * size, from[k] - lowest) : std::min(reach * size, highest - from[k]);
      if (share * std::abs(way) > allowed) share = allowed / std::abs(way);
    }
  }
  return share;
}

CycleChange cycle_change(const StateLayout& layout, const std::vector<double>& before,
                         const std::vector<double>& after) {
  const CycleUnknowns unknowns(layout);
  return unknowns.change(unknowns.gather(before), unknowns.gather(after));
}

}  // namespace brineflow
