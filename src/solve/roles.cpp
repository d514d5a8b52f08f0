#include "solve/roles.hpp"

#include <algorithm>
#include <numeric>

namespace brineflow {

Roles::Roles(const StateLayout& layout, const Schedule& schedule, bool use_rotation)
    : layout_(layout), steps_of_period_(schedule.steps.size()) {
  std::vector<std::size_t> holder(layout.units().size());
  std::iota(holder.begin(), holder.end(), std::size_t{0});
  holders_.push_back(holder);
  if (!use_rotation || schedule.rotation.empty()) return;
  steps_of_period_ = schedule.rotation.steps_of_period;
  for (std::size_t period = 1; period < schedule.steps.size() / steps_of_period_; ++period) {
    for (std::size_t& unit : holder) unit = schedule.rotation.successor[unit];
    holders_.push_back(holder);
  }
}

std::vector<double> Roles::by_role(const std::vector<double>& y, std::size_t after) const {
  const std::vector<std::size_t>& holder = holders_[after % periods()];
  std::vector<double> result(y.size());
  for (std::size_t u = 0; u < holder.size(); ++u)
    std::copy_n(y.begin() + static_cast<std::ptrdiff_t>(layout_.unit(holder[u]).start), layout_.unit(u).size,
                result.begin() + static_cast<std::ptrdiff_t>(layout_.unit(u).start));
  return result;
}

std::vector<double> Roles::by_unit(const std::vector<double>& y, std::size_t after) const {
  const std::vector<std::size_t>& holder = holders_[after % periods()];
  std::vector<double> result(y.size());
  for (std::size_t u = 0; u < holder.size(); ++u)
    std::copy_n(y.begin() + static_cast<std::ptrdiff_t>(layout_.unit(u).start), layout_.unit(u).size,
                result.begin() + static_cast<std::ptrdiff_t>(layout_.unit(holder[u]).start));
  return result;
}

std::vector<int> Roles::by_role(const std::vector<int>& modes, std::size_t after) const {
  const std::vector<std::size_t>& holder = holders_[after % periods()];
  std::vector<int> result(modes.size());
  for (std::size_t u = 0; u < holder.size(); ++u) result[u] = modes[holder[u]];
  return result;
}

std::vector<int> Roles::by_unit(const std::vector<int>& modes, std::size_t after) const {
  const std::vector<std::size_t>& holder = holders_[after % periods()];
  std::vector<int> result(modes.size());
  for (std::size_t u = 0; u < holder.size(); ++u) result[holder[u]] = modes[u];
  return result;
}

}  // namespace brineflow
