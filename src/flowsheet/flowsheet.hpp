// Units and how they are connected: the checked form of a case, before any state exists.
#pragma once

#include "base/diagnostics.hpp"
#include "units/unit.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace brineflow {

struct Connection {
  std::size_t from_unit = 0, outlet = 0;
  std::size_t to_unit = 0, inlet = 0;
  Place place;  // where the case says so

  friend bool operator==(const Connection& a, const Connection& b) {
    return a.from_unit == b.from_unit && a.outlet == b.outlet && a.to_unit == b.to_unit && a.inlet == b.inlet;
  }
};

// Equal units that one entry of the case declares with `count`: column_1, column_2, … of the group column.
struct UnitGroup {
  std::string name;
  std::vector<std::size_t> units;
};

struct Flowsheet {
  std::string title;
  std::shared_ptr<const Brine> brine;
  std::vector<std::unique_ptr<Unit>> units;  // in the order of the case
  std::vector<Place> unit_places;            // the key of each unit in the case
  std::vector<std::string> definitions;      // what the case says of each, contents at the start left out
  std::vector<UnitGroup> groups;
  Scales scales;

  const ComponentSet& components() const { return brine->components(); }
  std::optional<std::size_t> find_unit(std::string_view name) const;
  const UnitGroup* find_group(std::string_view name) const;  // nullptr where there is none
  std::vector<std::string> unit_names() const;
  // "did you mean 'column'?", or what stands behind the name of a group, or every name there is.
  std::string unit_hint(const std::string& name) const;
};

// The wiring of every unit for a set of active connections and unit modes, with the ports that carry flow
// worked out: from the feeds and tanks outward, along the connections.
//
// parameters: per unit, the values in force.  modes: per unit.
std::vector<Wiring> wire(const Flowsheet& flowsheet, const std::vector<Connection>& active,
                         const std::vector<std::vector<double>>& parameters, const std::vector<int>& modes);

// Connections of `active` whose source carries flow, ordered by target inlet: what a unit's inlets list.
std::vector<Connection> flowing_connections(const std::vector<Connection>& active,
                                            const std::vector<Wiring>& wiring);

}  // namespace brineflow
