// The path of a brine that evaporates at constant temperature, as a table of numbers.
#pragma once

#include "study/brine_source.hpp"

#include <string>
#include <vector>

namespace brineflow {

struct EvaporationReport {
  struct Row {
    double concentration_factor = 1.0;  // dissolved water at the start over dissolved water
    double water_removed = 0.0;         // share of all water
    double water_activity = 0.0;
    double mg_li_mass_ratio = 0.0;  // in solution; NaN without lithium
    std::vector<double> molality;   // mol/kg of water, by `components`: what is dissolved
    std::vector<double> solids;     // mol for each kg of water at the start, by `minerals`
    bool event = false;             // a mineral appears or goes here
  };
  struct Event {
    std::string mineral;
    bool appears = true;
    std::size_t row = 0;
  };

  double temperature = 0.0;             // K
  std::vector<std::string> components;  // but water and H+
  std::vector<std::string> minerals;    // that are there at some time
  std::vector<Row> rows;
  std::vector<Event> events;
  std::string ended;  // why
};

// Throws NoEquilibrium where the brine itself has none, InputError for a chemistry without minerals.
EvaporationReport report_evaporation(const ResolvedBrine& brine);

}  // namespace brineflow
