// The state of a carousel told by roles instead of by columns: after a period the next column has the role.
#pragma once

#include "flowsheet/layout.hpp"
#include "flowsheet/schedule.hpp"

#include <vector>

namespace brineflow {

class Roles {
 public:
  // Without a rotation there is one period, the cycle, and every unit has its own role.
  Roles(const StateLayout& layout, const Schedule& schedule, bool use_rotation);

  std::size_t periods() const { return holders_.size(); }  // of a cycle
  std::size_t steps_of_period() const { return steps_of_period_; }

  // A whole state or the units' modes after so many periods, every unit's share in the place of the unit that
  // had its role at the start of the cycle; and back.
  std::vector<double> by_role(const std::vector<double>& y, std::size_t periods) const;
  std::vector<double> by_unit(const std::vector<double>& y, std::size_t periods) const;
  std::vector<int> by_role(const std::vector<int>& modes, std::size_t periods) const;
  std::vector<int> by_unit(const std::vector<int>& modes, std::size_t periods) const;

 private:
  const StateLayout& layout_;
  std::size_t steps_of_period_;
  std::vector<std::vector<std::size_t>>
      holders_;  // after so many periods, by role (the unit that had it at the start)
};

}  // namespace brineflow
