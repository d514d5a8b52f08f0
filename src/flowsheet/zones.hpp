// The zones of a carousel at one moment: which columns stand in them, and what names such as `load.last` then
// mean.
#pragma once

#include "flowsheet/flowsheet.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace brineflow {

// One zone between two switches.
//
// Columns stand in the order in which liquid meets them: the first has been in the zone longest and leaves it
// at the next switch, the last has come with the switch before. With several trains, column k is in train k %
// trains, and splitters and a mixer of the flowsheet divide and join the liquid.
struct Zone {
  std::string name;
  std::vector<std::size_t> columns;  // unit numbers
  std::size_t trains = 1;
  std::size_t inlet = 0, outlet = 0;  // ports of every column through which the zone's liquid flows
  std::vector<std::size_t>
      splitters;          // one fewer than trains; each sends its train `first` and the rest `second`
  std::size_t mixer = 0;  // where trains > 1

  std::size_t leaving_unit() const { return trains > 1 ? mixer : columns.back(); }
  std::size_t leaving_outlet() const { return trains > 1 ? 0 : outlet; }
};

using Zones = std::span<const Zone>;

const Zone* find_zone(Zones zones, std::string_view name);  // nullptr where there is none

// What a dotted name that begins with a zone stands for; `rest` is what follows, "" or "outlet.Li+".
struct ZoneName {
  const Zone* zone = nullptr;
  std::optional<std::size_t>
      column;         // its unit number, for `load.first`, `load.last`, `load.2`; else the whole zone
  std::string shown;  // "load.first"
  std::string rest;
  std::string fault;  // why a position does not exist; empty where it does
};

// Nothing where the name does not begin with a zone.
std::optional<ZoneName> resolve_zone(Zones zones, std::string_view name);

// The connections within a zone: from splitters through its trains to the mixer. Each carries `place`.
std::vector<Connection> connections_within(const Zone& zone, const Place& place);

// A zone that several routes name brings its connections with each: this leaves them once.
void keep_once_within(Zones zones, std::vector<Connection>& connections);

// The names of zones for messages: "load, wash, elute".
std::vector<std::string> zone_names(Zones zones);

}  // namespace brineflow
