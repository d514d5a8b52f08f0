// An ion-exchange membrane as a case names or describes it.
#pragma once

#include "physics/ion_exchange_membrane.hpp"
#include "units/models.hpp"

#include <optional>
#include <string>
#include <vector>

namespace brineflow {

struct StackMembrane {
  std::string name;  // of the package; "cation_membrane" or "anion_membrane" where the case describes it
  stack::MembraneKind kind = stack::MembraneKind::cation_exchange;
  stack::MembraneNumbers<double> numbers{};
  std::vector<double> selectivity;  // one entry a solute; 1 where nothing is said
};

// `node` is the name of a package of models/ion_exchange_membranes or a map with the same keys:
//
//   {kind: cation_exchange, thickness: 0.13 mm, areal_resistance: 1.9 ohm cm2, water_transport_number: 5.8, ...}
//
// where each number may also be {value: ..., source: "..."}. Nothing when there was a finding: a key missing or out of its
// range, a membrane of the other kind.
std::optional<StackMembrane> read_stack_membrane(const Node& node, stack::MembraneKind kind, const ComponentSet& components,
                                                 const ModelLibrary& models, const std::string& context, Diagnostics& diagnostics);

}  // namespace brineflow
