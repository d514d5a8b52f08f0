#include "flowsheet/schedule.hpp"

#include "flowsheet/carousel.hpp"
#include "flowsheet/condition_check.hpp"
#include "flowsheet/routes.hpp"
#include "flowsheet/step_reader.hpp"

#include <fmt/format.h>

namespace brineflow {
namespace {

// "step 'load'" of a node that says so under `key`, else "step 3".
std::string called(const Node& node, const char* key, std::size_t number) {
  const Node* name = node.find(key);
  return name != nullptr && name->is_scalar() ? fmt::format("{} '{}'", key, name->text()) : fmt::format("{} {}", key, number);
}

class ScheduleReader {
 public:
  ScheduleReader(const Carousel* carousel, const Flowsheet& flowsheet, const StateLayout& layout, Diagnostics& diagnostics)
      : carousel_(carousel), flowsheet_(flowsheet), layout_(layout), diagnostics_(diagnostics) {}

  Schedule read(const Node& node) {
    const Values values = read_values(node, schedule_parameters(), "schedule", diagnostics_, {});
    const StepReader steps(values.node("always"), flowsheet_, layout_, diagnostics_);
    Schedule schedule;
    schedule.cyclic = values.given("cycle") || values.given("carousel");
    if (schedule.cyclic && values.given("for"))
      diagnostics_.error(values.place("for"), "'for' is for a schedule without a 'cycle'", "the steps of a cycle say how long they last");
    if (values.given("cycle") && values.given("carousel"))
      diagnostics_.error(values.place("carousel"), "a schedule has either a 'cycle' or a 'carousel'", "a carousel makes the steps of the cycle");
    else if (values.given("carousel")) read_carousel_steps(steps, schedule);
    else if (values.given("cycle")) read_cycle(*values.node("cycle"), steps, schedule);
    else read_single(node, values, steps, schedule);
    if (schedule.cyclic) read_repeat(values, schedule);
    if (diagnostics_.empty()) check_steps(schedule);  // it needs sound connections
    return schedule;
  }

 private:
  void read_single(const Node& node, const Values& values, const StepReader& steps, Schedule& schedule) {
    if (values.given("repeat"))
      diagnostics_.error(values.place("repeat"), "'repeat' is for a schedule with a 'cycle'", "give 'for' alone");
    Step step;
    step.name = "run";
    step.connections = steps.always({});
    if (!values.given("for")) {
      diagnostics_.error(node.place(), "the schedule never ends: it has neither a 'cycle' nor a time to run 'for'",
                         "add 'for: 8 h' or a 'cycle'");
      return;
    }
    step.place = values.place("for");
    if (values.has("for")) step.at_most = values.quantity("for");
    schedule.steps.push_back(std::move(step));
  }

  void read_cycle(const Node& cycle, const StepReader& steps, Schedule& schedule) {
    const std::vector<Connection> always = steps.always({});
    if (!cycle.is_sequence() || cycle.items().empty()) {
      diagnostics_.error(cycle.place(), "'cycle' wants a list of steps", "as in [{step: load, route: [lake -> column -> spent], for: 2 h}]");
      return;
    }
    for (const Node& item : cycle.items()) {
      if (!item.is_map()) {
        diagnostics_.error(item.place(), "a step is a map", "as in {step: load, route: [lake -> column -> spent], for: 2 h}");
        continue;
      }
      Step step = steps.read(item, step_parameters(), called(item, "step", schedule.steps.size() + 1), {});
      name_step(item, "step", step, schedule.steps);
      step.connections.insert(step.connections.end(), always.begin(), always.end());
      schedule.steps.push_back(std::move(step));
    }
  }

  void name_step(const Node& item, const char* key, Step& step, const std::vector<Step>& others) {
    const Node* name = item.find(key);
    step.name = name != nullptr && name->is_scalar() ? name->text() : fmt::format("{}", others.size() + 1);
    for (const Step& other : others)
      if (other.name == step.name)
        diagnostics_.error_with_other(name != nullptr ? name->place() : step.place, fmt::format("two {}s are called '{}'", key, step.name), other.place, "the first is here");
  }

  // The steps of every period: phase by phase what the case says, with the columns that then stand in the zones. What is
  // wrong in the first period would be wrong in all of them, so the others are read only after a sound first.
  void read_carousel_steps(const StepReader& steps, Schedule& schedule) {
    std::vector<Step> first = read_period(steps, carousel_->zones_after(0));
    if (!diagnostics_.empty()) return;
    for (std::size_t period = 0; period < carousel_->periods(); ++period) {
      std::vector<Step> phases = period == 0 ? first : read_period(steps, carousel_->zones_after(period));
      for (Step& step : phases) {
        step.name += fmt::format("_{}", period + 1);
        schedule.steps.push_back(std::move(step));
      }
    }
    schedule.rotation = find_rotation(*carousel_, schedule.steps, flowsheet_, layout_);
  }

  std::vector<Step> read_period(const StepReader& steps, const std::vector<Zone>& zones) {
    std::vector<Step> phases;
    const std::vector<Connection> always = steps.always(zones);
    for (const Node& item : carousel_->period->items()) {
      if (!item.is_map()) {
        diagnostics_.error(item.place(), "a phase is a map", "as in {phase: load, route: [lake -> load -> spent], for: 2 h}");
        continue;
      }
      Step step = steps.read(item, phase_parameters(), called(item, "phase", phases.size() + 1), zones);
      name_step(item, "phase", step, phases);
      step.connections.insert(step.connections.end(), always.begin(), always.end());
      keep_once_within(zones, step.connections);
      phases.push_back(std::move(step));
    }
    return phases;
  }

  void read_repeat(const Values& values, Schedule& schedule) {
    if (!values.given("repeat")) return;
    const Values repeat = read_values(*values.node("repeat"), repeat_parameters(), "schedule.repeat", diagnostics_, {});
    if (repeat.given("times") == repeat.given("until")) {
      diagnostics_.error(values.place("repeat"), "'repeat' says either how many 'times' or 'until' what", "as in {times: 20}");
      return;
    }
    schedule.repeat.until_cyclic_steady_state = repeat.given("until");
    if (repeat.given("until") && !repeat.given("at_most"))
      diagnostics_.error(values.place("repeat"), "the schedule never ends if no cyclic steady state is found", "add 'at_most: 40'");
    if (repeat.given("times") && repeat.given("method"))
      diagnostics_.error(repeat.place("method"), "'method' says how a cyclic steady state is sought, and none is", "use 'until: cyclic_steady_state', or leave 'method' out");
    schedule.repeat.direct = repeat.given("until") && repeat.has("method") && repeat.text("method") == "direct";
    if (repeat.has("times")) schedule.repeat.cycles = repeat.integer("times");
    if (repeat.has("at_most")) schedule.repeat.cycles = repeat.integer("at_most");
    if (repeat.has("tolerance")) schedule.repeat.tolerance = repeat.number("tolerance");
  }

  // Where every period is the first one with its columns renamed, what holds in that one holds in all.
  void check_steps(const Schedule& schedule) {
    const bool one_period = !schedule.rotation.empty();
    const std::size_t checked = one_period ? schedule.rotation.steps_of_period : schedule.steps.size();
    std::vector<std::vector<Connection>> connections;
    for (const Step& step : schedule.steps) connections.push_back(step.connections);
    for (std::size_t k = 0; k < checked; ++k) {
      const Step& step = schedule.steps[k];
      const std::string name = carousel_ != nullptr && one_period ? fmt::format("phase '{}'", step.name.substr(0, step.name.rfind('_')))
                               : schedule.cyclic                  ? fmt::format("step '{}'", step.name)
                                                                  : std::string("the schedule");
      const bool first_period = carousel_ != nullptr && k < schedule.steps.size() / carousel_->periods();
      check_step(step, name, first_period ? Zones(carousel_->zones) : Zones());
    }
    check_ports_used(connections, flowsheet_, diagnostics_);
  }

  void check_step(const Step& step, const std::string& name, Zones zones) {
    const std::size_t before = diagnostics_.count();
    check_connected_once(step.connections, flowsheet_, diagnostics_);
    if (diagnostics_.count() != before) return;
    if (!check_zones(zones, step.connections, name, diagnostics_)) return;
    check_flow(step.connections, parameters_in(step, flowsheet_), name, step.place, flowsheet_, diagnostics_);
    if (step.until) check_condition(step, name, flowsheet_, layout_, diagnostics_);
  }

  const Carousel* carousel_;
  const Flowsheet& flowsheet_;
  const StateLayout& layout_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::vector<std::vector<double>> parameters_in(const Step& step, const Flowsheet& flowsheet) {
  std::vector<std::vector<double>> parameters;
  for (const auto& unit : flowsheet.units) {
    parameters.emplace_back();
    for (const TunableParameter& parameter : unit->parameters()) parameters.back().push_back(parameter.value);
  }
  for (const Setting& setting : step.settings) parameters[setting.unit][setting.parameter] = setting.value;
  return parameters;
}

const ParameterTable& schedule_parameters() {
  static const ParameterTable table = {
      any("cycle").maybe_absent().means("the steps of one cycle, in order"),
      any("carousel").maybe_absent().means("in place of the cycle: columns in zones that move on one position at every switch (docs/multi_column.md)"),
      any("always").maybe_absent().means("routes that hold in every step"),
      any("repeat").maybe_absent().means("how often the cycle is repeated; once where it is not given"),
      quantity("for", "h").positive().maybe_absent().means("how long a schedule without a cycle runs"),
  };
  return table;
}

const ParameterTable& repeat_parameters() {
  static const ParameterTable table = {
      integer("times").between(1.0, 1e6).maybe_absent().means("number of cycles"),
      choice("until", {"cyclic_steady_state"}).maybe_absent().means("what ends the repetition"),
      choice("method", {"direct", "repetition"}).or_default("direct").means(
          "how the cyclic steady state is sought: by extrapolating from cycle to cycle, or by repetition alone"),
      number("tolerance").above(0.0).below(1.0).or_default("1e-3").means(
          "largest change of any group of variables from one cycle to the next, relative to its largest value"),
      integer("at_most").between(1.0, 1e6).maybe_absent().means("largest number of cycles"),
  };
  return table;
}

std::optional<Schedule> read_schedule(const Node& node, const Carousel* carousel, const Flowsheet& flowsheet, const StateLayout& layout,
                                      Diagnostics& diagnostics) {
  if (!node.is_map()) {
    diagnostics.error(node.place(), "'schedule' wants a map", "as in {for: 8 h, always: [lake -> column -> spent]}");
    return std::nullopt;
  }
  const std::size_t before = diagnostics.count();
  Schedule schedule = ScheduleReader(carousel, flowsheet, layout, diagnostics).read(node);
  if (diagnostics.count() != before) return std::nullopt;
  return schedule;
}

}  // namespace brineflow
