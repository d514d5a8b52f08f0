// From what the command line calls a brine to a solution that can be evaluated.
#pragma once

#include "flowsheet/case.hpp"
#include "units/solution.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace brineflow {

// Texts as given, so that findings can show them.
struct BrineRequest {
  // The name of a package of models/brines, a YAML file with a composition, a composition "{Li+: 0.26 g/L,
  // ...}", or CASE.yaml:UNIT, the brine of a feed in a case.
  std::string brine;
  std::optional<std::string> temperature, pH, chemistry, balance;
  std::vector<Override> overrides;  // of the file, the case or the composition
};

struct ResolvedBrine {
  std::string title, source, note;
  double temperature = 0.0;   // K
  std::optional<double> pH;   // as demanded
  std::string balance;        // the ion that made up the charge; empty for none
  double charge_error = 0.0;  // of the composition as stated: net over all equivalents
  std::vector<std::string> readings;
  std::shared_ptr<const Solution> solution;
  std::vector<double> totals;  // mol of every component, in any measure
};

// Throws InputError with every finding, NoEquilibrium where the pH cannot be had.
ResolvedBrine resolve_brine(const BrineRequest& request);

}  // namespace brineflow
