#include "flowsheet/flowsheet.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brineflow {

std::optional<std::size_t> Flowsheet::find_unit(std::string_view name) const {
  for (std::size_t k = 0; k < units.size(); ++k)
    if (units[k]->name() == name) return k;
  return std::nullopt;
}

std::vector<std::string> Flowsheet::unit_names() const {
  std::vector<std::string> names;
  for (const auto& unit : units) names.push_back(unit->name());
  return names;
}

const UnitGroup* Flowsheet::find_group(std::string_view name) const {
  const auto found = std::find_if(groups.begin(), groups.end(), [&](const UnitGroup& group) { return group.name == name; });
  return found == groups.end() ? nullptr : &*found;
}

std::string Flowsheet::unit_hint(const std::string& name) const {
  if (const UnitGroup* group = find_group(name))
    return fmt::format("'{}' stands for {} units: name one of {}_1 to {}_{}, or a zone of a carousel", name, group->units.size(),
                       name, name, group->units.size());
  const auto meant = closest(name, unit_names());
  if (meant) return fmt::format("did you mean '{}'?", *meant);
  std::vector<std::string> names = unit_names();
  if (names.size() > 30) {
    names.resize(30);
    names.emplace_back("…");
  }
  return fmt::format("units: {}", join(names, ", "));
}

std::vector<Wiring> wire(const Flowsheet& flowsheet, const std::vector<Connection>& active,
                         const std::vector<std::vector<double>>& parameters, const std::vector<int>& modes) {
  std::vector<Wiring> wiring(flowsheet.units.size());
  for (std::size_t u = 0; u < wiring.size(); ++u) {
    const Unit& unit = *flowsheet.units[u];
    wiring[u].connections.assign(unit.inlets().size(), 0);
    wiring[u].outlet_connected.assign(unit.outlets().size(), false);
    wiring[u].outlet_flowing.assign(unit.outlets().size(), false);
    wiring[u].mode = modes[u];
  }
  for (const Connection& c : active) wiring[c.from_unit].outlet_connected[c.outlet] = true;

  // The least fixed point: nothing flows until a source makes it flow. Each sweep can only add ports, so
  // as many sweeps as there are outlets suffice.
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t u = 0; u < wiring.size(); ++u) {
      const Unit& unit = *flowsheet.units[u];
      for (std::size_t outlet = 0; outlet < unit.outlets().size(); ++outlet) {
        if (wiring[u].outlet_flowing[outlet] || !wiring[u].outlet_connected[outlet]) continue;
        if (!unit.outlet_flows(outlet, wiring[u], parameters[u])) continue;
        wiring[u].outlet_flowing[outlet] = true;
        changed = true;
        for (const Connection& c : active)
          if (c.from_unit == u && c.outlet == outlet) ++wiring[c.to_unit].connections[c.inlet];
      }
    }
  }
  return wiring;
}

std::vector<Connection> flowing_connections(const std::vector<Connection>& active,
                                            const std::vector<Wiring>& wiring) {
  std::vector<Connection> flowing;
  for (const Connection& c : active)
    if (wiring[c.from_unit].outlet_flowing[c.outlet]) flowing.push_back(c);
  std::stable_sort(flowing.begin(), flowing.end(), [](const Connection& a, const Connection& b) {
    return a.to_unit != b.to_unit ? a.to_unit < b.to_unit : a.inlet < b.inlet;
  });
  return flowing;
}

}  // namespace brineflow
