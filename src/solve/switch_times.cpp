#include "solve/switch_times.hpp"

namespace brineflow {

SwitchTimes::SwitchTimes(const Schedule& schedule, const Sensitivities* sensitivities)
    : schedule_(schedule), sensitivities_(sensitivities), shift_(sensitivities != nullptr ? sensitivities->count() : 0) {}

void SwitchTimes::by_time(std::size_t step, const std::vector<double>& start, double Step::*time) {
  if (sensitivities_ == nullptr) return;
  shift_ = sensitivities_->shift_of(schedule_, [&](const Schedule& schedule) { return schedule.steps[step].*time; });
  for (std::size_t k = 0; k < shift_.size(); ++k) shift_[k] += start[k];
}

void SwitchTimes::by_condition(std::size_t step) {
  if (sensitivities_ == nullptr) return;
  shift_ = sensitivities_->shift_of(schedule_, [&](const System& system, const Schedule& schedule, double, std::span<const double> y, std::span<const double>) {
    return schedule.steps[step].until->difference(system.layout(), *system.flowsheet().brine, y);
  });
}

void SwitchTimes::by_event(std::size_t unit, std::size_t index) {
  if (sensitivities_ == nullptr) return;
  shift_ = sensitivities_->shift_of(schedule_, [&](const System& system, const Schedule&, double t, std::span<const double> y, std::span<const double> ydot) {
    const Unit& one = *system.flowsheet().units[unit];
    std::vector<double> values(one.event_count());
    system.with_local(unit, t, y, ydot, [&](const Local<double>& here) { one.events(here, values); });
    return values[index];
  });
}

}  // namespace brineflow
