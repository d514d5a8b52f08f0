#include "flowsheet/zones.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace brineflow {
namespace {

// "first", "last" or a number counted from 1: the index it means, or nothing where the text is no position.
std::optional<std::size_t> position(std::string_view text, std::size_t columns) {
  if (text == "first") return 0;
  if (text == "last") return columns - 1;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number - 1;  // that of position 0 is beyond every zone
}

}  // namespace

const Zone* find_zone(Zones zones, std::string_view name) {
  const auto found =
      std::find_if(zones.begin(), zones.end(), [&](const Zone& zone) { return zone.name == name; });
  return found == zones.end() ? nullptr : &*found;
}

std::optional<ZoneName> resolve_zone(Zones zones, std::string_view name) {
  const std::size_t dot = std::min(name.find('.'), name.size());
  const Zone* zone = find_zone(zones, name.substr(0, dot));
  if (zone == nullptr) return std::nullopt;
  ZoneName result{zone, std::nullopt, zone->name, dot < name.size() ? std::string(name.substr(dot + 1)) : "",
                  ""};
  const std::size_t next = std::min(result.rest.find('.'), result.rest.size());
  const auto index = position(std::string_view(result.rest).substr(0, next), zone->columns.size());
  if (!index) return result;
  result.shown += "." + result.rest.substr(0, next);
  result.rest = next < result.rest.size() ? result.rest.substr(next + 1) : "";
  if (*index < zone->columns.size()) result.column = zone->columns[*index];
  else
    result.fault = fmt::format("zone '{}' has {} column{}, so there is no '{}'", zone->name,
                               zone->columns.size(), zone->columns.size() == 1 ? "" : "s", result.shown);
  return result;
}

std::vector<Connection> connections_within(const Zone& zone, const Place& place) {
  enum SplitterOutlet : std::size_t { to_train, to_others };
  std::vector<Connection> result;
  for (std::size_t k = 0; k + 1 < zone.splitters.size(); ++k)
    result.push_back({zone.splitters[k], to_others, zone.splitters[k + 1], 0, place});
  for (std::size_t k = 0; k < zone.columns.size(); ++k) {
    if (k >= zone.trains) {
      result.push_back({zone.columns[k - zone.trains], zone.outlet, zone.columns[k], zone.inlet, place});
    } else if (zone.trains > 1) {
      const bool rest = k == zone.splitters.size();  // the last train takes what the last splitter leaves
      result.push_back({zone.splitters[rest ? k - 1 : k], rest ? to_others : to_train, zone.columns[k],
                        zone.inlet, place});
    }
    if (zone.trains > 1 && k + zone.trains >= zone.columns.size())
      result.push_back({zone.columns[k], zone.outlet, zone.mixer, 0, place});
  }
  return result;
}

void keep_once_within(Zones zones, std::vector<Connection>& connections) {
  for (const Zone& zone : zones)
    for (const Connection& inner : connections_within(zone, {})) {
      const auto first = std::find(connections.begin(), connections.end(), inner);
      if (first != connections.end())
        connections.erase(std::remove(first + 1, connections.end(), inner), connections.end());
    }
}

std::vector<std::string> zone_names(Zones zones) {
  std::vector<std::string> names;
  for (const Zone& zone : zones) names.push_back(zone.name);
  return names;
}

}  // namespace brineflow
