// What a laboratory states about a brine, turned into mol of every component.
#pragma once

#include "base/diagnostics.hpp"
#include "input/document.hpp"
#include "physics/brine.hpp"
#include "physics/speciation.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace brineflow {

// A composition as the case, the package or the command line states it.
struct Statement {
  const std::vector<Entry>* concentrations = nullptr;
  std::string balance;
  Place balance_place;
  std::optional<double> density;  // kg/m3
  Place density_place;
  double temperature = 0.0;  // K
  Place place;
  std::string context;
};

// For a solution whose components react: an analysis may then name formed species, elements and oxides, and a
// pH.
struct ReactingSolution {
  const ComponentSet& components;  // the Brine is over the species of `speciation`
  const std::vector<Formation>& formations;
  const Speciation& speciation;  // over the components
  std::optional<double> pH;      // unscaled, at `temperature`; sets the total of H+
  double temperature;            // K
};

struct AnalysisResult {
  std::vector<double>
      amounts;  // mol of every component, water included and without net charge, in any measure
  double net_equivalents = 0.0;       // of charge before it was balanced, in the measure of the statement
  double total_equivalents = 0.0;     // of cations and anions
  std::vector<std::string> readings;  // how what is no component was taken: "B 0.4 g/L: as B(OH)3"
};

// Nothing when there was a finding. Without `solution` the components are those of the brine. Throws
// NoEquilibrium where no total of H+ gives the pH.
std::optional<AnalysisResult> analyse(const Brine& brine, const Statement& statement,
                                      Diagnostics& diagnostics, const ReactingSolution* solution = nullptr);

// Only whether every entry is a concentration, all of one kind.
void check_concentrations(const Statement& statement, Diagnostics& diagnostics);

}  // namespace brineflow
