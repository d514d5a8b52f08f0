#include "flowsheet/routes.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

namespace brineflow {
namespace {

std::string outlet_name(const Flowsheet& flowsheet, const Connection& c) {
  const Unit& unit = *flowsheet.units[c.from_unit];
  return unit.name() + "." + unit.outlets()[c.outlet].name;
}

std::string inlet_name(const Flowsheet& flowsheet, const Connection& c) {
  const Unit& unit = *flowsheet.units[c.to_unit];
  return unit.name() + "." + unit.inlets()[c.inlet].name;
}

// One stop of a route, "column" or "nf.permeate", with its place in the text.
struct Stop {
  std::string unit, port;
  Place place;
};

template <class Port>
std::optional<std::size_t> find_port(const std::vector<Port>& ports, const std::string& name, const Place& place, const Unit& unit,
                                     const std::string& kind, Diagnostics& diagnostics) {
  std::vector<std::string> names;
  std::vector<std::size_t> required;
  for (std::size_t k = 0; k < ports.size(); ++k) {
    names.push_back(ports[k].name);
    if (!ports[k].optional) required.push_back(k);
    if (!name.empty() && ports[k].name == name) return k;
  }
  if (name.empty() && required.size() == 1) return required.front();
  if (name.empty() && ports.size() == 1) return 0;
  if (ports.empty()) {
    diagnostics.error(place, fmt::format("{} ({}) has no {}", unit.name(), unit.type(), kind));
  } else if (name.empty()) {
    diagnostics.error(place, fmt::format("{} ({}) has several {}s", unit.name(), unit.type(), kind),
                      fmt::format("name one: {}.{}", unit.name(), join(names, fmt::format(", {}.", unit.name()))));
  } else {
    const auto meant = closest(name, names);
    diagnostics.error(place, fmt::format("{} ({}) has no {} '{}'", unit.name(), unit.type(), kind, name),
                      meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("{}s: {}", kind, join(names, ", ")));
  }
  return std::nullopt;
}

std::vector<Stop> split_route(const Node& node) {
  std::vector<Stop> stops;
  const std::string& text = node.text();
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t arrow = std::min(text.find("->", begin), text.size());
    const std::string_view raw = std::string_view(text).substr(begin, arrow - begin);
    const std::string_view name = trim(raw);
    Stop stop;
    stop.place = node.place();
    if (!name.empty()) {
      stop.place.column += static_cast<int>(name.data() - text.data()) + (node.quoted() ? 1 : 0);
      stop.place.width = static_cast<int>(name.size());
    }
    const std::size_t dot = name.find('.');
    stop.unit = std::string(name.substr(0, dot));
    if (dot != std::string_view::npos) stop.port = std::string(name.substr(dot + 1));
    stops.push_back(std::move(stop));
    begin = arrow + 2;
  }
  return stops;
}

// A stop with its name looked up: where liquid enters and where it leaves, the same unit but for a zone.
struct Way {
  std::size_t entered = 0, left = 0;
  std::optional<std::size_t> inlet, outlet;  // that of a zone's columns; else the usual one
  std::string port;                          // named in the route; goes before both
  std::vector<Connection> within;
};

class RouteReader {
 public:
  RouteReader(Zones zones, const Flowsheet& flowsheet, Diagnostics& diagnostics)
      : zones_(zones), flowsheet_(flowsheet), diagnostics_(diagnostics) {}

  void read(const Node& node, std::vector<Connection>& connections) {
    const std::vector<Stop> stops = split_route(node);
    if (stops.size() < 2) {
      diagnostics_.error(node.place(), fmt::format("'{}' is no route", node.text()), "routes look like 'lake -> column -> spent'");
      return;
    }
    std::vector<std::optional<Way>> ways;
    for (const Stop& stop : stops) {
      ways.push_back(find_way(stop));
      if (ways.back()) connections.insert(connections.end(), ways.back()->within.begin(), ways.back()->within.end());
    }
    for (std::size_t k = 0; k + 1 < stops.size(); ++k) {
      if (!ways[k] || !ways[k + 1]) continue;
      const Unit& from = *flowsheet_.units[ways[k]->left];
      const Unit& to = *flowsheet_.units[ways[k + 1]->entered];
      // A port named in the middle of a route names the way out, the way in, or both, whichever the unit has.
      const bool only_in = has(from.inlets(), ways[k]->port) && !has(from.outlets(), ways[k]->port);
      const std::string leaving_port = k > 0 && only_in ? "" : ways[k]->port;
      const bool last = k + 2 == stops.size();
      const std::string entering_port = last || has(to.inlets(), ways[k + 1]->port) ? ways[k + 1]->port : "";
      const auto outlet = leaving_port.empty() && ways[k]->outlet ? ways[k]->outlet : find_outlet(from, leaving_port, stops[k].place, diagnostics_);
      const auto inlet = entering_port.empty() && ways[k + 1]->inlet ? ways[k + 1]->inlet : find_inlet(to, entering_port, stops[k + 1].place, diagnostics_);
      if (outlet && inlet) {
        Connection c{ways[k]->left, *outlet, ways[k + 1]->entered, *inlet, stops[k].place};
        c.place.width = stops[k + 1].place.column + stops[k + 1].place.width - c.place.column;
        connections.push_back(c);
      }
    }
  }

 private:
  template <class Port>
  static bool has(const std::vector<Port>& ports, const std::string& name) {
    return std::any_of(ports.begin(), ports.end(), [&](const Port& port) { return port.name == name; });
  }

  std::optional<Way> find_way(const Stop& stop) {
    if (const auto named = resolve_zone(zones_, stop.port.empty() ? stop.unit : stop.unit + "." + stop.port)) return zone_way(*named, stop);
    const auto unit = flowsheet_.find_unit(stop.unit);
    if (unit) return Way{*unit, *unit, std::nullopt, std::nullopt, stop.port, {}};
    std::string hint = flowsheet_.unit_hint(stop.unit);
    if (const auto meant = closest(stop.unit, zone_names(zones_))) hint = fmt::format("did you mean '{}'?", *meant);
    diagnostics_.error(stop.place, stop.unit.empty() ? std::string("a unit is missing in this route")
                                                     : fmt::format("there is no unit '{}'", stop.unit), hint);
    return std::nullopt;
  }

  std::optional<Way> zone_way(const ZoneName& named, const Stop& stop) {
    if (!named.fault.empty()) {
      diagnostics_.error(stop.place, named.fault);
      return std::nullopt;
    }
    const Zone& zone = *named.zone;
    if (named.column) return Way{*named.column, *named.column, zone.inlet, zone.outlet, named.rest, {}};
    if (zone.trains > 1)
      return Way{zone.splitters.front(), zone.mixer, std::nullopt, std::nullopt, named.rest, connections_within(zone, stop.place)};
    return Way{zone.columns.front(), zone.columns.back(), zone.inlet, zone.outlet, named.rest, connections_within(zone, stop.place)};
  }

  Zones zones_;
  const Flowsheet& flowsheet_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::optional<std::size_t> find_inlet(const Unit& unit, const std::string& name, const Place& place, Diagnostics& diagnostics) {
  return find_port(unit.inlets(), name, place, unit, "inlet", diagnostics);
}

std::optional<std::size_t> find_outlet(const Unit& unit, const std::string& name, const Place& place, Diagnostics& diagnostics) {
  return find_port(unit.outlets(), name, place, unit, "outlet", diagnostics);
}

std::vector<Connection> read_routes(const Node& node, const std::string& what, const Flowsheet& flowsheet,
                                    Diagnostics& diagnostics, Zones zones) {
  std::vector<Connection> connections;
  RouteReader reader(zones, flowsheet, diagnostics);
  if (node.is_null()) return connections;
  if (node.is_scalar()) {
    reader.read(node, connections);
    return connections;
  }
  if (!node.is_sequence()) {
    diagnostics.error(node.place(), fmt::format("'{}' wants a list of routes", what), "as in [lake -> column -> spent]");
    return connections;
  }
  for (const Node& item : node.items()) {
    if (item.is_scalar()) reader.read(item, connections);
    else diagnostics.error(item.place(), fmt::format("'{}' wants a list of routes", what), "as in [lake -> column -> spent]");
  }
  return connections;
}

void check_connected_once(const std::vector<Connection>& connections, const Flowsheet& flowsheet, Diagnostics& diagnostics) {
  for (std::size_t k = 0; k < connections.size(); ++k)
    for (std::size_t j = 0; j < k; ++j) {
      const Connection& c = connections[k];
      const Connection& first = connections[j];
      if (c.from_unit == first.from_unit && c.outlet == first.outlet) {
        diagnostics.error_with_other(c.place, fmt::format("{} is connected twice; a splitter divides a stream", outlet_name(flowsheet, c)),
                                     first.place, "first connected here");
      } else if (c.to_unit == first.to_unit && c.inlet == first.inlet && !flowsheet.units[c.to_unit]->inlets()[c.inlet].collects) {
        diagnostics.error_with_other(c.place, fmt::format("{} is connected twice; a mixer joins streams", inlet_name(flowsheet, c)),
                                     first.place, "first connected here");
      }
    }
}

void check_flow(const std::vector<Connection>& connections, const std::vector<std::vector<double>>& parameters,
                const std::string& step, const Place& place, const Flowsheet& flowsheet, Diagnostics& diagnostics) {
  const std::vector<Wiring> wiring = wire(flowsheet, connections, parameters, std::vector<int>(flowsheet.units.size(), 0));
  for (std::size_t u = 0; u < flowsheet.units.size(); ++u) {
    const Unit& unit = *flowsheet.units[u];
    // As if all its streams were there at once: a tank that is dry now may give later.
    Wiring asked = wiring[u];
    std::fill(asked.connections.begin(), asked.connections.end(), std::size_t{0});
    for (const Connection& c : connections)
      if (c.to_unit == u) ++asked.connections[c.inlet];
    if (const std::string objection = unit.objection(asked); !objection.empty())
      diagnostics.error(place, fmt::format("in {} the routes of {} ({}) do not fit: {}", step, unit.name(), unit.type(), objection));
    for (std::size_t outlet = 0; outlet < unit.outlets().size(); ++outlet) {
      const OutletPort& port = unit.outlets()[outlet];
      if (wiring[u].outlet_connected[outlet] || port.closable || port.optional) continue;
      if (unit.outlet_flows(outlet, wiring[u], parameters[u]))
        diagnostics.error(place, fmt::format("in {} nothing leads away from {}.{}", step, unit.name(), port.name),
                          fmt::format("add a route from {}.{}", unit.name(), port.name));
    }
  }
  // Connections count here whether or not they carry flow yet: a loop without holdup never gets any.
  const std::vector<std::size_t> loop = find_loop_without_holdup(connections, flowsheet);
  if (loop.empty()) return;
  std::vector<std::string> names;
  for (const std::size_t u : loop) names.push_back(flowsheet.units[u]->name());
  names.push_back(names.front());
  const auto closing = std::find_if(connections.begin(), connections.end(), [&](const Connection& c) {
    return c.from_unit == loop.back() && c.to_unit == loop.front();
  });
  diagnostics.error(closing == connections.end() ? place : closing->place,
                    fmt::format("in {} the loop {} holds no tank, so nothing sets its flow", step, join(names, " -> ")),
                    "put a tank into the loop");
}

void check_ports_used(const std::vector<std::vector<Connection>>& connections_of_steps, const Flowsheet& flowsheet,
                      Diagnostics& diagnostics) {
  const auto used = [&](auto matches) {
    for (const auto& connections : connections_of_steps)
      if (std::any_of(connections.begin(), connections.end(), matches)) return true;
    return false;
  };
  // Once for all units of an entry with `count`.
  std::set<std::string> told;
  const auto report = [&](std::size_t u, const std::string& port, const std::string& hint) {
    const auto group = std::find_if(flowsheet.groups.begin(), flowsheet.groups.end(), [&](const UnitGroup& g) {
      return std::find(g.units.begin(), g.units.end(), u) != g.units.end();
    });
    if (group != flowsheet.groups.end() && !told.insert(group->name + "." + port).second) return;
    diagnostics.error(flowsheet.unit_places[u], fmt::format("{}.{} is not connected in any step", flowsheet.units[u]->name(), port), hint);
  };
  for (std::size_t u = 0; u < flowsheet.units.size(); ++u) {
    const Unit& unit = *flowsheet.units[u];
    for (std::size_t k = 0; k < unit.inlets().size(); ++k)
      if (!unit.inlets()[k].optional && !used([&](const Connection& c) { return c.to_unit == u && c.inlet == k; }))
        report(u, unit.inlets()[k].name, "no route leads to it");
    for (std::size_t k = 0; k < unit.outlets().size(); ++k) {
      const OutletPort& port = unit.outlets()[k];
      const bool may_stay_closed = port.closable && !unit.inlets().empty();  // a tank that only collects
      if (!port.optional && !may_stay_closed && !used([&](const Connection& c) { return c.from_unit == u && c.outlet == k; }))
        report(u, port.name, "no route leads away from it");
    }
  }
}

std::vector<std::size_t> find_loop_without_holdup(const std::vector<Connection>& flowing, const Flowsheet& flowsheet) {
  enum class Visit { none, open, closed };
  std::vector<Visit> visits(flowing.size(), Visit::none);
  std::vector<std::size_t> path, loop;  // path: of connections
  const auto port = [&](const Connection& c) -> const OutletPort& { return flowsheet.units[c.from_unit]->outlets()[c.outlet]; };
  const auto goes_on = [&](const Connection& into, const Connection& out) {
    return out.from_unit == into.to_unit && !port(out).set_by_contents && port(out).follows.value_or(into.inlet) == into.inlet;
  };
  const std::function<bool(std::size_t)> search = [&](std::size_t k) {
    visits[k] = Visit::open;
    path.push_back(k);
    for (std::size_t next = 0; next < flowing.size(); ++next) {
      if (!goes_on(flowing[k], flowing[next])) continue;
      if (visits[next] == Visit::open) {
        for (auto c = std::find(path.begin(), path.end(), next); c != path.end(); ++c) loop.push_back(flowing[*c].from_unit);
        return true;
      }
      if (visits[next] == Visit::none && search(next)) return true;
    }
    path.pop_back();
    visits[k] = Visit::closed;
    return false;
  };
  for (std::size_t u = 0; u < flowsheet.units.size(); ++u)
    for (std::size_t k = 0; k < flowing.size(); ++k)
      if (flowing[k].from_unit == u && !port(flowing[k]).set_by_contents && visits[k] == Visit::none && search(k)) return loop;
  return {};
}

}  // namespace brineflow
