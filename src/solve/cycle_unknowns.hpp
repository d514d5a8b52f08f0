// What a cycle maps onto itself: the differential variables, group by group (a variable of a unit, component
// by component). Algebraic variables follow from them; those that age are no part of it, and go on as they
// are.
#pragma once

#include "flowsheet/layout.hpp"

#include <span>
#include <string>
#include <vector>

namespace brineflow {

// The largest change of any group between two states, relative to the group's largest value; and the group's
// name.
struct CycleChange {
  double value = 0.0;
  std::string group;
};

class CycleUnknowns {
 public:
  explicit CycleUnknowns(const StateLayout& layout);

  std::size_t size() const { return entries_.size(); }
  std::vector<double> gather(const std::vector<double>& y) const;
  // Puts unknowns into a whole state.
  void scatter(std::span<const double> unknowns, std::vector<double>& y) const;

  CycleChange change(std::span<const double> before, std::span<const double> after) const;
  // What an entry counts in the norm of a difference: 1 over its group's largest value and over the root of
  // the group's entries, so that groups count alike whatever their units and meshes.
  std::vector<double> weights(std::span<const double> before, std::span<const double> after) const;

  // The largest share, up to 1, of the way from `from` to `to` on which no group moves by more than `reach`
  // times its largest value and none leaves its admissible values by more than `seen` has already (a coarse
  // mesh undershoots).
  double admissible_share(std::span<const double> from, std::span<const double> to,
                          std::span<const std::vector<double>> seen, double reach) const;

 private:
  struct Group {
    std::size_t start = 0, size = 0;  // among the unknowns
    double nominal = 1.0, lower = 0.0, upper = 0.0;
  };
  double largest(const Group& group, std::span<const double> before, std::span<const double> after) const;

  const StateLayout& layout_;
  std::vector<std::size_t> entries_;  // of the whole state
  std::vector<Group> groups_;
};

CycleChange cycle_change(const StateLayout& layout, const std::vector<double>& before,
                         const std::vector<double>& after);

}  // namespace brineflow
