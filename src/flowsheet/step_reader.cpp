#include "flowsheet/step_reader.hpp"

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "flowsheet/routes.hpp"
#include "input/wording.hpp"
#include "units/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace brineflow {
namespace {

// What the key of a setting names: units, and a parameter of each.
struct Target {
  std::vector<std::size_t> units;
  std::string parameter;
};

// "lake.flow"; "column.peclet_number" of a group; "elute.first.peclet_number"; nothing where no unit is
// named.
std::optional<Target> find_target(const std::string& key, const Flowsheet& flowsheet, Zones zones) {
  if (const auto named = resolve_zone(zones, key)) {
    if (!named->fault.empty()) return std::nullopt;
    return Target{named->column ? std::vector<std::size_t>{*named->column} : named->zone->columns,
                  named->rest};
  }
  const std::size_t dot = std::min(key.find('.'), key.size());
  const std::string name = key.substr(0, dot), parameter = dot < key.size() ? key.substr(dot + 1) : "";
  if (const UnitGroup* group = flowsheet.find_group(name)) return Target{group->units, parameter};
  if (const auto unit = flowsheet.find_unit(name)) return Target{{*unit}, parameter};
  return std::nullopt;
}

}  // namespace

std::vector<Connection> StepReader::always(Zones zones) const {
  return always_ == nullptr ? std::vector<Connection>{}
                            : read_routes(*always_, "always", flowsheet_, diagnostics_, zones);
}

Step StepReader::read(const Node& node, const ParameterTable& table, const std::string& called,
                      Zones zones) const {
  const Values values = read_values(node, table, called, diagnostics_, {});
  Step step;
  step.place = node.place();
  if (values.given("route"))
    step.connections = read_routes(*values.node("route"), "route", flowsheet_, diagnostics_, zones);
  if (values.given("set")) read_settings(*values.node("set"), called, zones, step);
  read_end(values, called, zones, step);
  return step;
}

void StepReader::read_end(const Values& values, const std::string& called, Zones zones, Step& step) const {
  if (values.given("for") && values.given("until")) {
    diagnostics_.error(values.place("for"), fmt::format("{} has both 'for' and 'until'", called),
                       "use 'until' with 'at_most', or 'for'");
    return;
  }
  if (values.has("for")) step.at_most = values.quantity("for");
  if (!values.given("for") && !values.given("until"))
    diagnostics_.error(step.place, fmt::format("{} never ends", called),
                       "add 'for: 20 min', or 'until: …' with 'at_most: …'");
  for (const char* limit : {"at_least", "at_most"})
    if (values.given(limit) && !values.given("until"))
      diagnostics_.error(values.place(limit),
                         fmt::format("'{}' in {} limits an 'until', and there is none", limit, called),
                         "use 'for'");
  if (!values.given("until")) return;
  if (!values.given("at_most"))
    diagnostics_.error(values.place("until"),
                       fmt::format("{} may never end: its condition may stay false", called),
                       "add 'at_most: 6 h'");
  if (values.has("at_most")) step.at_most = values.quantity("at_most");
  if (values.has("at_least")) step.at_least = values.quantity("at_least");
  if (values.has("at_least") && values.has("at_most") && step.at_least >= step.at_most)
    diagnostics_.error(values.place("at_least"),
                       fmt::format("'at_least' in {} must be shorter than 'at_most'", called));
  if (!values.has("until")) return;
  Place place = values.place("until");
  if (values.node("until")->quoted()) ++place.column;  // findings point into the text
  step.until = parse_condition(values.text("until"), place, flowsheet_, layout_, diagnostics_, zones);
}

void StepReader::read_settings(const Node& node, const std::string& called, Zones zones, Step& step) const {
  if (!node.is_map()) {
    diagnostics_.error(node.place(), fmt::format("'set' in {} wants a map", called),
                       "as in {lake.flow: 10 m3/h}");
    return;
  }
  for (const Entry& entry : node.entries()) read_setting(entry, zones, step);
}

void StepReader::read_setting(const Entry& entry, Zones zones, Step& step) const {
  const auto target = find_target(entry.key, flowsheet_, zones);
  if (!target || target->parameter.empty()) {
    const std::size_t dot = entry.key.find('.');
    const auto meant = closest(entry.key.substr(0, dot), flowsheet_.unit_names());
    diagnostics_.error(entry.key_place, fmt::format("'{}' names no parameter of a unit", entry.key),
                       meant ? fmt::format("did you mean '{}{}'?", *meant,
                                           dot == std::string::npos ? ".…" : entry.key.substr(dot))
                             : "as in lake.flow");
    return;
  }
  for (const std::size_t unit : target->units) {
    const std::vector<TunableParameter>& parameters = flowsheet_.units[unit]->parameters();
    const auto found =
        std::find_if(parameters.begin(), parameters.end(), [&](const TunableParameter& parameter) {
          return parameter.settable && parameter.name == target->parameter;
        });
    if (found == parameters.end()) {
      std::vector<std::string> names;
      for (const TunableParameter& parameter : parameters)
        if (parameter.settable) names.push_back(parameter.name);
      const auto meant = closest(target->parameter, names);
      diagnostics_.error(
          entry.key_place,
          fmt::format("{} has no parameter '{}' that a step can set", flowsheet_.units[unit]->name(),
                      target->parameter),
          meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("it has: {}", join(names, ", ")));
      return;
    }
    const auto index = static_cast<std::size_t>(found - parameters.begin());
    const auto value =
        read_quantity(entry.value, parameters[index].unit, fmt::format("'{}'", entry.key), diagnostics_);
    if (!value || !in_range(unit, target->parameter, *value, entry)) return;
    if (*value < parameters[index].at_least) {
      diagnostics_.error(entry.value.place(), fmt::format("{} {} must be at least {}", entry.key, entry.value.text(),
                                                          format_quantity(parameters[index].at_least, parameters[index].unit)));
      return;
    }
    step.settings.push_back({unit, index, *value});
  }
}

// The range of the parameter as its unit's table states it; parameters of data packages have none there.
bool StepReader::in_range(std::size_t unit, const std::string& name, double value, const Entry& entry) const {
  const UnitType* type = find_unit_type(flowsheet_.units[unit]->type());
  for (const Parameter& row : type->parameters)
    if (row.name == name && !row.range.contains(value)) {
      diagnostics_.error(entry.value.place(),
                         fmt::format("{} {} must be {}", entry.key, entry.value.text(), range_text(row)));
      return false;
    }
  return true;
}

const ParameterTable& step_parameters() {
  static const ParameterTable table = {
      text("step").means("name of the step"),
      any("route").maybe_absent().means("routes of this step, besides those that always hold"),
      any("set").maybe_absent().means("parameters during this step, as in {lake.flow: 10 m3/h}"),
      quantity("for", "min").positive().maybe_absent().means("how long the step lasts"),
      text("until").maybe_absent().means(
          "condition that ends the step, as in column.outlet.Li+ / lake.Li+ > 0.10"),
      quantity("at_least", "h")
          .positive()
          .maybe_absent()
          .means("shortest duration of a step with a condition: it counts only from then on, past what the "
                 "last step left in the pipes"),
      quantity("at_most", "h").positive().maybe_absent().means("longest duration of a step with a condition"),
  };
  return table;
}

}  // namespace brineflow
