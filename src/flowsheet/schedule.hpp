// What happens when: steps with their routes, settings and ends, repeated in cycles.
#pragma once

#include "flowsheet/expression.hpp"
#include "input/document.hpp"

#include <optional>
#include <string>
#include <vector>

namespace brineflow {

struct Carousel;

struct Setting {
  std::size_t unit = 0;
  std::size_t parameter = 0;
  double value = 0.0;  // SI

  friend bool operator==(const Setting& a, const Setting& b) {
    return a.unit == b.unit && a.parameter == b.parameter && a.value == b.value;
  }
};

struct Step {
  std::string name;
  Place place;
  std::vector<Connection> connections;  // this step's routes and those that always hold
  std::vector<Setting> settings;
  std::optional<Condition> until;
  double at_least = 0.0;  // [s]: the condition counts from then on
  double at_most = 0.0;   // [s]: the duration, or the limit of a condition
};

struct Repetition {
  bool until_cyclic_steady_state = false;
  bool direct = false;      // the steady state is sought by accelerating the repetition
  double tolerance = 1e-3;  // largest relative change of a variable group from cycle to cycle
  long cycles = 1;          // how many, or at most how many
};

// The symmetry of a carousel: its steps come in periods, and each period does to some columns what the one before did
// to their neighbours. Empty where there is none: no carousel, or columns, settings or conditions that differ.
struct Rotation {
  std::size_t steps_of_period = 0;     // steps[k + steps_of_period] is steps[k] with its units renamed
  std::vector<std::size_t> successor;  // per unit, the one that has its role a period later; itself for all but columns

  bool empty() const { return successor.empty(); }
};

struct Schedule {
  std::vector<Step> steps;  // of one cycle
  Rotation rotation;        // within the cycle; after all its periods every unit has its old role again
  Repetition repeat;
  bool cyclic = false;      // false: one step, `for` a time
};

// Reads the `schedule` of a case and checks it against the flowsheet: names, ports connected once, no outlet
// without a way, no loop without holdup, conditions that can be evaluated, an end in every case.
// carousel: what `carousel` of the schedule says; nullptr where there is none.
std::optional<Schedule> read_schedule(const Node& node, const Carousel* carousel, const Flowsheet& flowsheet, const StateLayout& layout,
                                      Diagnostics& diagnostics);

// The parameters of every unit, with the settings of a step.
std::vector<std::vector<double>> parameters_in(const Step& step, const Flowsheet& flowsheet);

// The rules of the schedule's keys, for the JSON schema and the generated reference.
const ParameterTable& schedule_parameters();
const ParameterTable& step_parameters();
const ParameterTable& repeat_parameters();

}  // namespace brineflow
