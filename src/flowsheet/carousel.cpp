#include "flowsheet/carousel.hpp"

#include "base/text.hpp"
#include "flowsheet/routes.hpp"
#include "input/wording.hpp"
#include "units/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brineflow {
namespace {

class CarouselReader {
 public:
  CarouselReader(const Flowsheet& flowsheet, Diagnostics& diagnostics)
      : flowsheet_(flowsheet), diagnostics_(diagnostics) {}

  std::optional<Carousel> read(const Node& node) {
    const std::size_t before = diagnostics_.count();
    const Values values = read_values(node, carousel_parameters(), "schedule.carousel", diagnostics_, {});
    if (values.given("columns")) read_columns(*values.node("columns"));
    if (values.given("zones")) read_zones(*values.node("zones"));
    if (values.has("move")) carousel_.move = static_cast<std::size_t>(values.integer("move"));
    carousel_.period = values.node("period");
    if (diagnostics_.count() == before) check(values);
    if (diagnostics_.count() != before) return std::nullopt;
    carousel_.zones = carousel_.zones_after(0);
    return carousel_;
  }

 private:
  void read_columns(const Node& node) {
    if (!node.is_scalar() && (!node.is_sequence() || node.items().empty())) {
      diagnostics_.error(
          node.place(),
          fmt::format("'columns' wants the name of units with a 'count', or a list of units, not {}",
                      kind_text(node)),
          "as in columns: column");
      return;
    }
    if (node.is_scalar()) read_column(node);
    for (const Node& item : node.items()) read_column(item);
  }

  void read_column(const Node& node) {
    const UnitGroup* group = flowsheet_.find_group(node.text());
    const auto unit = flowsheet_.find_unit(node.text());
    if (group == nullptr && !unit) {
      std::vector<std::string> names = flowsheet_.unit_names();
      for (const UnitGroup& other : flowsheet_.groups) names.push_back(other.name);
      const auto meant = closest(node.text(), names);
      diagnostics_.error(node.place(), fmt::format("there is no unit '{}'", node.text()),
                         meant ? fmt::format("did you mean '{}'?", *meant)
                               : fmt::format("units: {}", join(flowsheet_.unit_names(), ", ")));
      return;
    }
    for (const std::size_t u : group != nullptr ? group->units : std::vector<std::size_t>{*unit})
      add_column(u, node);
  }

  void add_column(std::size_t u, const Node& node) {
    const Unit& unit = *flowsheet_.units[u];
    if (std::find(carousel_.columns.begin(), carousel_.columns.end(), u) != carousel_.columns.end()) {
      diagnostics_.error(node.place(), fmt::format("{} is listed twice", unit.name()));
      return;
    }
    if (!carousel_.columns.empty() && flowsheet_.units[carousel_.columns.front()]->type() != unit.type()) {
      const Unit& first = *flowsheet_.units[carousel_.columns.front()];
      diagnostics_.error(node.place(),
                         fmt::format("{} ({}) cannot take the place of {} ({})", unit.name(), unit.type(),
                                     first.name(), first.type()),
                         "the columns of a carousel are of one type");
      return;
    }
    carousel_.columns.push_back(u);
  }

  void read_zones(const Node& node) {
    if (!node.is_map() || node.entries().empty()) {
      diagnostics_.error(
          node.place(), "'zones' wants a map",
          "as in {load: 3, wash: 1, elute: 2}, in the order in which a column passes through them");
      return;
    }
    for (const Entry& entry : node.entries()) read_zone(entry);
  }

  void read_zone(const Entry& entry) {
    if (flowsheet_.find_unit(entry.key) || flowsheet_.find_group(entry.key) != nullptr)
      diagnostics_.error(entry.key_place, fmt::format("zone '{}' is called like a unit", entry.key),
                         "routes could mean either: choose another name");
    if (entry.key.empty() || entry.key.find_first_of(".-> /*()") != std::string::npos ||
        (entry.key[0] >= '0' && entry.key[0] <= '9'))
      diagnostics_.error(entry.key_place, fmt::format("'{}' cannot name a zone", entry.key),
                         "names are letters, digits and _, and begin with a letter");
    // `load: 3` is short for `load: {columns: 3}`.
    Node map = Node::map(entry.value.place());
    if (entry.value.is_scalar()) map.set("columns", entry.value, entry.value.place());
    const std::string called = fmt::format("zone '{}'", entry.key);
    const Values values =
        read_values(entry.value.is_scalar() ? map : entry.value, zone_parameters(), called, diagnostics_, {});
    Zone zone;
    zone.name = entry.key;
    if (values.has("columns")) zone.columns.resize(static_cast<std::size_t>(values.integer("columns")));
    if (values.has("trains")) zone.trains = static_cast<std::size_t>(values.integer("trains"));
    if (values.has("columns") && values.has("trains") && zone.columns.size() % zone.trains != 0)
      diagnostics_.error(values.place("trains"),
                         fmt::format("{} cannot divide its {} columns into {} equal trains", called,
                                     zone.columns.size(), zone.trains));
    if (!carousel_.columns.empty()) {
      const Unit& column = *flowsheet_.units[carousel_.columns.front()];
      zone.inlet = find_inlet(column, values.has("inlet") ? values.text("inlet") : "", values.place("inlet"),
                              diagnostics_)
                       .value_or(0);
      zone.outlet = find_outlet(column, values.has("outlet") ? values.text("outlet") : "",
                                values.place("outlet"), diagnostics_)
                        .value_or(0);
    }
    carousel_.zones.push_back(std::move(zone));
    carousel_.zone_places.push_back(entry.key_place);
  }

  void check(const Values& values) {
    std::vector<std::string> sums;
    std::size_t total = 0;
    for (const Zone& zone : carousel_.zones) {
      total += zone.columns.size();
      sums.push_back(fmt::format("{} {}", zone.name, zone.columns.size()));
    }
    if (total != carousel_.columns.size())
      diagnostics_.error(
          values.place("zones"),
          fmt::format("the zones have {} columns in all ({}), the carousel has {}", total, join(sums, ", "),
                      carousel_.columns.size()),
          total < carousel_.columns.size() ? "columns at rest are a zone too, one that no route names" : "");
    for (std::size_t z = 0; z < carousel_.zones.size(); ++z)
      if (carousel_.zones[z].columns.size() % carousel_.move != 0)
        diagnostics_.error(
            carousel_.zone_places[z],
            fmt::format("{} columns move on at every switch, which does not divide the {} of zone '{}': some "
                        "would pass it by",
                        carousel_.move, carousel_.zones[z].columns.size(), carousel_.zones[z].name),
            fmt::format("give it a multiple of {}, or change 'move'", carousel_.move));
    const Node* period = values.node("period");
    if (period != nullptr && (!period->is_sequence() || period->items().empty()))
      diagnostics_.error(
          period->place(), "'period' wants a list of phases",
          "as in [{phase: load, route: [lake -> load -> spent, water -> elute -> eluate], for: 2 h}]");
  }

  const Flowsheet& flowsheet_;
  Diagnostics& diagnostics_;
  Carousel carousel_;
};

// A splitter or mixer between the trains of a zone.
std::size_t add_unit(const std::string& type_name, const std::string& name, const std::string& definition,
                     const Node& node, const Place& place, Flowsheet& flowsheet, const ModelLibrary& models,
                     Diagnostics& diagnostics) {
  if (flowsheet.find_unit(name)) {
    diagnostics.error(
        place,
        fmt::format("the zone needs a {} between its trains called '{}', and there is a unit of that name",
                    type_name, name));
    return 0;
  }
  const UnitType* type = find_unit_type(type_name);
  const Values values = read_values(node, type->parameters, name, diagnostics, {});
  flowsheet.units.push_back(type->build(name, values, {flowsheet.brine, models, diagnostics}));
  flowsheet.unit_places.push_back(place);
  flowsheet.definitions.push_back(definition);
  return flowsheet.units.size() - 1;
}

Connection renamed(Connection c, const std::vector<std::size_t>& successor) {
  c.from_unit = successor[c.from_unit];
  c.to_unit = successor[c.to_unit];
  return c;
}

Setting renamed(Setting setting, const std::vector<std::size_t>& successor) {
  setting.unit = successor[setting.unit];
  return setting;
}

// In any order: a setting of all columns lists them as the case does.
template <class Item>
bool equal_renamed(std::vector<Item> now, const std::vector<Item>& later,
                   const std::vector<std::size_t>& successor) {
  for (Item& item : now) item = renamed(item, successor);
  return std::is_permutation(now.begin(), now.end(), later.begin(), later.end());
}

// The texts of two periods' conditions are the same: what may differ is what their names stand for.
bool equal_renamed(const Condition& now, const Condition& later, const std::vector<std::size_t>& successor,
                   const StateLayout& layout) {
  const auto unit = [&](const Probe& probe) {
    return probe.kind == Probe::Kind::state ? layout.unit_of(probe.index)
                                            : layout.streams()[probe.stream].unit;
  };
  for (const auto side : {&Condition::left, &Condition::right}) {
    const auto before = (now.*side).probes(), after = (later.*side).probes();
    for (std::size_t k = 0; k < before.size(); ++k)
      if (successor[unit(before[k])] != unit(after[k])) return false;
  }
  return true;
}

}  // namespace

std::vector<Zone> Carousel::zones_after(std::size_t switches) const {
  std::vector<Zone> result = zones;
  // Position g of a column counts from where the first zone is entered. A column moves towards higher
  // positions; at the start the columns stand so that column 1 is the next to leave the first zone, followed
  // by 2, 3, …
  const std::size_t n = columns.size();
  std::size_t g = 0;
  const std::size_t ahead = zones.front().columns.size() - 1 + switches * move;
  for (Zone& zone : result) {
    const std::size_t count = zone.columns.size();
    for (std::size_t age = 0; age < count; ++age, ++g)
      zone.columns[count - 1 - age] = columns[(ahead + n - g) % n];
  }
  return result;
}

std::vector<std::size_t> Carousel::successor(std::size_t units) const {
  std::vector<std::size_t> result(units);
  for (std::size_t u = 0; u < units; ++u) result[u] = u;
  for (std::size_t k = 0; k < columns.size(); ++k) result[columns[k]] = columns[(k + move) % columns.size()];
  return result;
}

std::optional<Carousel> read_carousel(const Node& schedule, const Flowsheet& flowsheet,
                                      Diagnostics& diagnostics) {
  const Node* node = schedule.find("carousel");
  return node == nullptr ? std::nullopt : CarouselReader(flowsheet, diagnostics).read(*node);
}

void add_zone_units(Carousel& carousel, Flowsheet& flowsheet, const ModelLibrary& models,
                    Diagnostics& diagnostics) {
  for (std::size_t z = 0; z < carousel.zones.size(); ++z) {
    Zone& zone = carousel.zones[z];
    if (zone.trains == 1) continue;
    for (std::size_t k = 1; k < zone.trains; ++k) {
      Node splitter = Node::map(carousel.zone_places[z]);
      splitter.set("to_first",
                   Node::scalar(fmt::format("{}", 1.0 / static_cast<double>(zone.trains - k + 1))));
      zone.splitters.push_back(add_unit("splitter", fmt::format("{}_split_{}", zone.name, k),
                                        write_yaml(splitter), splitter, carousel.zone_places[z], flowsheet,
                                        models, diagnostics));
    }
    zone.mixer = add_unit("mixer", zone.name + "_mix", "", Node::map(carousel.zone_places[z]),
                          carousel.zone_places[z], flowsheet, models, diagnostics);
  }
}

bool check_zones(Zones zones, const std::vector<Connection>& connections, const std::string& called,
                 Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.count();
  for (const Zone& zone : zones) {
    // Routes may also lead to single positions: only a zone that is passed as a whole is looked at here.
    const std::vector<Connection> within = connections_within(zone, {});
    if (!within.empty() &&
        std::find(connections.begin(), connections.end(), within.front()) == connections.end())
      continue;
    const std::size_t entering = zone.trains > 1 ? zone.splitters.front() : zone.columns.front();
    const auto into = std::find_if(connections.begin(), connections.end(),
                                   [&](const Connection& c) { return c.to_unit == entering; });
    const auto out = std::find_if(connections.begin(), connections.end(),
                                  [&](const Connection& c) { return c.from_unit == zone.leaving_unit(); });
    if (into != connections.end() && out == connections.end())
      diagnostics.error(into->place,
                        fmt::format("in {} what enters zone '{}' has no way out", called, zone.name),
                        fmt::format("add a route from {0}, as in '{0} -> spent'", zone.name));
  }
  return diagnostics.count() == before;
}

Rotation find_rotation(const Carousel& carousel, const std::vector<Step>& steps, const Flowsheet& flowsheet,
                       const StateLayout& layout) {
  for (const std::size_t u : carousel.columns)
    if (flowsheet.definitions[u] != flowsheet.definitions[carousel.columns.front()]) return {};
  const Rotation rotation{steps.size() / carousel.periods(), carousel.successor(flowsheet.units.size())};
  for (std::size_t k = 0; k + rotation.steps_of_period < steps.size(); ++k) {
    const Step& now = steps[k];
    const Step& later = steps[k + rotation.steps_of_period];
    if (!equal_renamed(now.connections, later.connections, rotation.successor)) return {};
    if (!equal_renamed(now.settings, later.settings, rotation.successor)) return {};
    if (now.until && !equal_renamed(*now.until, *later.until, rotation.successor, layout)) return {};
  }
  return rotation;
}

const ParameterTable& carousel_parameters() {
  static const ParameterTable table = {
      any("columns").means("the name of units with a `count`, or a list of units, in the order in which they "
                           "come to each position"),
      any("zones").means("how many columns stand in each, in the order in which a column passes through "
                         "them, as in {load: 3, wash: 1, elute: 2}"),
      any("period").means("the phases between two switches, in order"),
      integer("move")
          .between(1.0, 1000.0)
          .or_default("1")
          .means("how many positions every column moves on at a switch"),
  };
  return table;
}

const ParameterTable& zone_parameters() {
  static const ParameterTable table = {
      integer("columns").between(1.0, 1000.0).means("how many stand in the zone, one behind the other"),
      integer("trains")
          .between(1.0, 1000.0)
          .or_default("1")
          .means("so many equal trains side by side share the columns and the flow; as many as columns: all "
                 "in parallel"),
      text("inlet").maybe_absent().means(
          "port of every column through which liquid enters, `reverse` for the far end; the usual one where it is not given"),
      text("outlet").maybe_absent().means(
          "port through which it leaves; the usual one where it is not given"),
  };
  return table;
}

const ParameterTable& phase_parameters() {
  static const ParameterTable table = [] {
    ParameterTable rows = step_parameters();
    rows.front() = text("phase").means("name of the phase");
    return rows;
  }();
  return table;
}

}  // namespace brineflow
