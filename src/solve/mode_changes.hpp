// Units that change their modes more often than anything of interest does.
#pragma once

#include "flowsheet/schedule.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace brineflow {

class ModeChanges {
 public:
  // A unit that changes its mode this often without time passing is chattering, not working.
  static constexpr int most_at_once = 100;

  explicit ModeChanges(std::size_t units) : of_unit_(units) {}

  // A step begins; what is counted by unit is counted within one.
  void begin_step();
  // The state jumps: what happened just before it has nothing to do with it.
  void begin_anew();

  // An event at t [s]. Throws SolverError where there were too many at once.
  void event(const Step& step, double t);
  // A unit changes its mode at t [s]. A plant that opens and closes all day gets on slowly, since the integrator begins anew each time: whose doing it is
  // is said once a step.
  std::optional<std::string> change(const Step& step, std::size_t unit, double t);

 private:
  struct Count {
    int number = 0;
    double since = 0.0;
  };
  std::vector<Count> of_unit_;
  bool said_ = false;
  double last_event_ = -1.0;
  int at_once_ = 0;
};

}  // namespace brineflow
