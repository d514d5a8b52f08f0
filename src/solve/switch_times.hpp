// How the times at which a run switches move with the parameters whose sensitivities go beside it; does nothing where there are none.
#pragma once

#include "solve/sensitivities.hpp"

#include <cstddef>
#include <vector>

namespace brineflow {

class SwitchTimes {
 public:
  // sensitivities: nullptr for none. Both outlive this.
  SwitchTimes(const Schedule& schedule, const Sensitivities* sensitivities);

  // dtau/dtheta_k of the last switch; of the start of the run at first.
  const std::vector<double>& last() const { return shift_; }

  // A step that began with `start` ends because a time of the schedule is over.
  void by_time(std::size_t step, const std::vector<double>& start, double Step::*time);
  // A step ends because its condition becomes true.
  void by_condition(std::size_t step);
  // An event of a unit.
  void by_event(std::size_t unit, std::size_t index);

 private:
  const Schedule& schedule_;
  const Sensitivities* sensitivities_;
  std::vector<double> shift_;
};

}  // namespace brineflow
