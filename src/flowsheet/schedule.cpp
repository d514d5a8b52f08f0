#include "flowsheet/schedule.hpp"

#include "base/text.hpp"
#include "flowsheet/routes.hpp"
#include "input/wording.hpp"
#include "units/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brineflow {
namespace {

class ScheduleReader {
 public:
  ScheduleReader(const Flowsheet& flowsheet, const StateLayout& layout, Diagnostics& diagnostics)
      : flowsheet_(flowsheet), layout_(layout), diagnostics_(diagnostics) {}

  Schedule read(const Node& node) {
    const Values values = read_values(node, schedule_parameters(), "schedule", diagnostics_, {});
    if (values.given("always")) always_ = read_routes(*values.node("always"), "always", flowsheet_, diagnostics_);
    Schedule schedule;
    schedule.cyclic = values.given("cycle");
    if (schedule.cyclic) read_cycle(values, schedule);
    else read_single(node, values, schedule);
    check_steps(schedule);
    return schedule;
  }

 private:
  void read_single(const Node& node, const Values& values, Schedule& schedule) {
    if (values.given("repeat"))
      diagnostics_.error(values.place("repeat"), "'repeat' is for a schedule with a 'cycle'", "give 'for' alone");
    if (!values.given("for")) {
      diagnostics_.error(node.place(), "the schedule never ends: it has neither a 'cycle' nor a time to run 'for'",
                         "add 'for: 8 h' or a 'cycle'");
      return;
    }
    Step step;
    step.name = "run";
    step.place = values.place("for");
    step.connections = always_;
    if (values.has("for")) step.at_most = values.quantity("for");
    schedule.steps.push_back(std::move(step));
  }

  void read_cycle(const Values& values, Schedule& schedule) {
    if (values.given("for"))
      diagnostics_.error(values.place("for"), "'for' is for a schedule without a 'cycle'", "the steps of a cycle say how long they last");
    const Node& cycle = *values.node("cycle");
    if (!cycle.is_sequence() || cycle.items().empty()) {
      diagnostics_.error(cycle.place(), "'cycle' wants a list of steps", "as in [{step: load, route: [lake -> column -> spent], for: 2 h}]");
      return;
    }
    for (const Node& item : cycle.items()) read_step(item, schedule);
    read_repeat(values, schedule);
  }

  void read_step(const Node& node, Schedule& schedule) {
    if (!node.is_map()) {
      diagnostics_.error(node.place(), "a step is a map", "as in {step: load, route: [lake -> column -> spent], for: 2 h}");
      return;
    }
    const Node* name = node.find("step");
    const std::string called = name != nullptr && name->is_scalar() ? fmt::format("step '{}'", name->text())
                                                                    : fmt::format("step {}", schedule.steps.size() + 1);
    const Values values = read_values(node, step_parameters(), called, diagnostics_, {});
    Step step;
    step.name = values.has("step") ? values.text("step") : fmt::format("{}", schedule.steps.size() + 1);
    step.place = node.place();
    for (const Step& other : schedule.steps)
      if (other.name == step.name)
        diagnostics_.error_with_other(values.place("step"), fmt::format("two steps are called '{}'", step.name), other.place, "the first is here");
    if (values.given("route")) step.connections = read_routes(*values.node("route"), "route", flowsheet_, diagnostics_);
    step.connections.insert(step.connections.end(), always_.begin(), always_.end());
    if (values.given("set")) read_settings(*values.node("set"), called, step);
    read_end(values, called, step);
    schedule.steps.push_back(std::move(step));
  }

  void read_end(const Values& values, const std::string& called, Step& step) {
    if (values.given("for") && values.given("until")) {
      diagnostics_.error(values.place("for"), fmt::format("{} has both 'for' and 'until'", called), "use 'until' with 'at_most', or 'for'");
      return;
    }
    if (values.has("for")) step.at_most = values.quantity("for");
    if (!values.given("for") && !values.given("until"))
      diagnostics_.error(step.place, fmt::format("{} never ends", called), "add 'for: 20 min', or 'until: …' with 'at_most: …'");
    for (const char* limit : {"at_least", "at_most"})
      if (values.given(limit) && !values.given("until"))
        diagnostics_.error(values.place(limit), fmt::format("'{}' in {} limits an 'until', and there is none", limit, called), "use 'for'");
    if (!values.given("until")) return;
    if (!values.given("at_most"))
      diagnostics_.error(values.place("until"), fmt::format("{} may never end: its condition may stay false", called), "add 'at_most: 6 h'");
    if (values.has("at_most")) step.at_most = values.quantity("at_most");
    if (values.has("at_least")) step.at_least = values.quantity("at_least");
    if (values.has("at_least") && values.has("at_most") && step.at_least >= step.at_most)
      diagnostics_.error(values.place("at_least"), fmt::format("'at_least' in {} must be shorter than 'at_most'", called));
    if (!values.has("until")) return;
    Place place = values.place("until");
    if (values.node("until")->quoted()) ++place.column;  // findings point into the text
    step.until = parse_condition(values.text("until"), place, flowsheet_, layout_, diagnostics_);
  }

  void read_settings(const Node& node, const std::string& called, Step& step) {
    if (!node.is_map()) {
      diagnostics_.error(node.place(), fmt::format("'set' in {} wants a map", called), "as in {lake.flow: 10 m3/h}");
      return;
    }
    for (const Entry& entry : node.entries()) read_setting(entry, step);
  }

  void read_setting(const Entry& entry, Step& step) {
    const std::size_t dot = entry.key.find('.');
    const auto unit = flowsheet_.find_unit(entry.key.substr(0, dot));
    if (!unit || dot == std::string::npos) {
      const auto meant = closest(entry.key.substr(0, dot), flowsheet_.unit_names());
      diagnostics_.error(entry.key_place, fmt::format("'{}' names no parameter of a unit", entry.key),
                         meant ? fmt::format("did you mean '{}{}'?", *meant, dot == std::string::npos ? ".…" : entry.key.substr(dot)) : "as in lake.flow");
      return;
    }
    std::vector<std::string> names;
    const std::vector<TunableParameter>& parameters = flowsheet_.units[*unit]->parameters();
    for (const TunableParameter& parameter : parameters)
      if (parameter.settable) names.push_back(parameter.name);
    const std::string wanted = entry.key.substr(dot + 1);
    const auto found = std::find_if(parameters.begin(), parameters.end(), [&](const TunableParameter& parameter) {
      return parameter.settable && parameter.name == wanted;
    });
    if (found == parameters.end()) {
      const auto meant = closest(wanted, names);
      diagnostics_.error(entry.key_place, fmt::format("{} has no parameter '{}' that a step can set", flowsheet_.units[*unit]->name(), wanted),
                         meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("it has: {}", join(names, ", ")));
      return;
    }
    const auto index = static_cast<std::size_t>(found - parameters.begin());
    const auto value = read_quantity(entry.value, parameters[index].unit, fmt::format("'{}'", entry.key), diagnostics_);
    if (value && in_range(*unit, wanted, *value, entry)) step.settings.push_back({*unit, index, *value});
  }

  // The range of the parameter as its unit's table states it; parameters of data packages have none there.
  bool in_range(std::size_t unit, const std::string& name, double value, const Entry& entry) {
    const UnitType* type = find_unit_type(flowsheet_.units[unit]->type());
    for (const Parameter& row : type->parameters)
      if (row.name == name && !row.range.contains(value)) {
        diagnostics_.error(entry.value.place(), fmt::format("{} {} must be {}", entry.key, entry.value.text(), range_text(row)));
        return false;
      }
    return true;
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

  std::vector<std::vector<double>> parameters_in(const Step& step) const {
    std::vector<std::vector<double>> parameters;
    for (const auto& unit : flowsheet_.units) {
      parameters.emplace_back();
      for (const TunableParameter& parameter : unit->parameters()) parameters.back().push_back(parameter.value);
    }
    for (const Setting& setting : step.settings) parameters[setting.unit][setting.parameter] = setting.value;
    return parameters;
  }

  void check_steps(const Schedule& schedule) {
    if (!diagnostics_.empty()) return;  // what follows needs sound connections
    std::vector<std::vector<Connection>> connections;
    for (const Step& step : schedule.steps) {
      const std::string called = schedule.cyclic ? fmt::format("step '{}'", step.name) : std::string("the schedule");
      connections.push_back(step.connections);
      const std::size_t before = diagnostics_.count();
      check_connected_once(step.connections, flowsheet_, diagnostics_);
      if (diagnostics_.count() != before) continue;
      check_flow(step.connections, parameters_in(step), called, step.place, flowsheet_, diagnostics_);
      if (step.until) check_condition(step, called);
    }
    check_ports_used(connections, flowsheet_, diagnostics_);
  }

  void check_condition(const Step& step, const std::string& called) {
    const auto wiring = wire(flowsheet_, step.connections, parameters_in(step), std::vector<int>(flowsheet_.units.size(), 0));
    for (const Expression* side : {&step.until->left, &step.until->right})
      for (const Probe& probe : side->probes()) {
        if (probe.kind == Probe::Kind::state) continue;
        const StreamSlice& stream = layout_.streams()[probe.stream];
        if (!wiring[stream.unit].outlet_flowing[stream.outlet])
          diagnostics_.error(step.until->place, fmt::format("{} has no flow in {}, so '{}' cannot be evaluated", stream.name, called, step.until->text),
                             "no route of the step leads away from it, or its flow is zero");
      }
  }

  const Flowsheet& flowsheet_;
  const StateLayout& layout_;
  Diagnostics& diagnostics_;
  std::vector<Connection> always_;
};

}  // namespace

const ParameterTable& schedule_parameters() {
  static const ParameterTable table = {
      any("cycle").maybe_absent().means("the steps of one cycle, in order"),
      any("always").maybe_absent().means("routes that hold in every step"),
      any("repeat").maybe_absent().means("how often the cycle is repeated; once where it is not given"),
      quantity("for", "h").positive().maybe_absent().means("how long a schedule without a cycle runs"),
  };
  return table;
}

const ParameterTable& step_parameters() {
  static const ParameterTable table = {
      text("step").means("name of the step"),
      any("route").maybe_absent().means("routes of this step, besides those that always hold"),
      any("set").maybe_absent().means("parameters during this step, as in {lake.flow: 10 m3/h}"),
      quantity("for", "min").positive().maybe_absent().means("how long the step lasts"),
      text("until").maybe_absent().means("condition that ends the step, as in column.outlet.Li+ / lake.Li+ > 0.10"),
      quantity("at_least", "h").positive().maybe_absent().means(
          "shortest duration of a step with a condition: it counts only from then on, past what the last step left in the pipes"),
      quantity("at_most", "h").positive().maybe_absent().means("longest duration of a step with a condition"),
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

std::optional<Schedule> read_schedule(const Node& node, const Flowsheet& flowsheet, const StateLayout& layout,
                                      Diagnostics& diagnostics) {
  if (!node.is_map()) {
    diagnostics.error(node.place(), "'schedule' wants a map", "as in {for: 8 h, always: [lake -> column -> spent]}");
    return std::nullopt;
  }
  const std::size_t before = diagnostics.count();
  Schedule schedule = ScheduleReader(flowsheet, layout, diagnostics).read(node);
  if (diagnostics.count() != before) return std::nullopt;
  return schedule;
}

}  // namespace brineflow
