// A nanofiltration membrane as a case names or describes it.
#pragma once

#include "units/models.hpp"

#include <optional>
#include <string>
#include <vector>

namespace brineflow {

struct Membrane {
  std::string name;                  // of the package; "membrane" where the case describes it
  double water_permeability = 0.0;   // m/(s Pa)
  std::vector<double> permeability;  // m/s, one entry a solute: the components without water
};

// `node` is the name of a package of models/membranes or a map with the same keys:
//
//   {water_permeability: 18.4 L/m2/h/bar, permeability: {Li+: 4.5 um/s, Mg+2: 0.04 um/s, Cl-: 4.5 um/s}}
//
// where each value may also be {value: ..., source: "..."}. Nothing when there was a finding: a solute of the case
// without permeability, a value that is not positive, or in a described membrane a species the case does not carry.
std::optional<Membrane> read_membrane(const Node& node, const ComponentSet& components, const ModelLibrary& models,
                                      const std::string& context, Diagnostics& diagnostics);

}  // namespace brineflow
