// The `carousel` of a schedule: columns that stand in zones and move on one position at every switch, written
// in a few lines and read into the ordinary steps of a cycle (docs/multi_column.md).
#pragma once

#include "flowsheet/schedule.hpp"
#include "flowsheet/zones.hpp"
#include "input/document.hpp"
#include "units/models.hpp"

#include <optional>
#include <string>
#include <vector>

namespace brineflow {

struct Carousel {
  std::vector<std::size_t> columns;  // unit numbers, in the order in which they come to each position
  std::vector<Zone> zones;           // at the start, in the order in which a column passes through them
  std::vector<Place> zone_places;    // of their names
  std::size_t move = 1;              // positions that every column moves at a switch
  const Node* period = nullptr;      // the phases between two switches, in the document

  std::size_t periods() const { return columns.size() / move; }  // until every column is where it was
  // The zones after so many switches.
  std::vector<Zone> zones_after(std::size_t switches) const;
  // Per unit of the flowsheet, the one that has its role after the next switch.
  std::vector<std::size_t> successor(std::size_t units) const;
};

// Reads columns and zones of `schedule.carousel`; nothing where the schedule has none or there was a finding.
std::optional<Carousel> read_carousel(const Node& schedule, const Flowsheet& flowsheet,
                                      Diagnostics& diagnostics);

// Adds the splitters and the mixer of every zone with several trains to the flowsheet: load_split_1, …,
// load_mix.
void add_zone_units(Carousel& carousel, Flowsheet& flowsheet, const ModelLibrary& models,
                    Diagnostics& diagnostics);

// Every zone that something enters has a way out; `called`: "phase 'load'". False after a finding.
bool check_zones(Zones zones, const std::vector<Connection>& connections, const std::string& called,
                 Diagnostics& diagnostics);

// The symmetry of steps that were made from the carousel; empty where the columns, or what is done to them,
// differ.
Rotation find_rotation(const Carousel& carousel, const std::vector<Step>& steps, const Flowsheet& flowsheet,
                       const StateLayout& layout);

// The rules of the keys, for the JSON schema and the generated reference.
const ParameterTable& carousel_parameters();
const ParameterTable& zone_parameters();
const ParameterTable& phase_parameters();

}  // namespace brineflow
