// An ion-exchange membrane as a case names or describes it.
#pragma once

#include "physics/bipolar_membrane.hpp"
#include "physics/ion_exchange_membrane.hpp"
#include "units/models.hpp"

#include <optional>
#include <string>
#include <vector>

namespace brineflow {

enum class MembraneLaw { transport_numbers, nernst_planck };

struct StackMembrane {
  std::string name;  // of the package; "cation_membrane" or "anion_membrane" where the case describes it
  stack::MembraneKind kind = stack::MembraneKind::cation_exchange;
  MembraneLaw law = MembraneLaw::transport_numbers;
  stack::MembraneNumbers<double> numbers{};  // the two of water belong to either law, the others to transport numbers
  std::vector<double> selectivity;  // one entry a solute; 1 where nothing is said
  // Of law nernst_planck; one entry a solute.
  double thickness = 0.0;            // m
  double fixed_charge = 0.0;         // mol per m3 of membrane
  std::vector<double> diffusivity;   // m2/s
  std::vector<double> partition;     // 1 where nothing is said
};

// `node` is the name of a package of models/ion_exchange_membranes or a map with the same keys:
//
//   {kind: cation_exchange, thickness: 0.13 mm, areal_resistance: 1.9 ohm cm2, water_transport_number: 5.8, ...}
//   {kind: cation_exchange, law: nernst_planck, thickness: 0.13 mm, fixed_charge: 2 mol/L, diffusivity: {Li+: 4e-11 m2/s, ...}}
//
// where each number may also be {value: ..., source: "..."}. Nothing when there was a finding: a key missing or out of its
// range, a membrane of the other kind, an ion of the case without diffusivity.
std::optional<StackMembrane> read_stack_membrane(const Node& node, stack::MembraneKind kind, const ComponentSet& components,
                                                 const ModelLibrary& models, const std::string& context, Diagnostics& diagnostics);

struct BipolarMembrane {
  std::string name;  // of the package; "bipolar_membrane" where the case describes it
  stack::BipolarNumbers<double> numbers{};
  stack::BipolarLayers layers;
  std::optional<stack::BipolarJunction> junction;
};

// The same for a bipolar membrane: {kind: bipolar, thickness: 0.2 mm, areal_resistance: 3 ohm cm2, salt_leakage: 0.02, ...}
std::optional<BipolarMembrane> read_bipolar_membrane(const Node& node, const ModelLibrary& models, const std::string& context,
                                                     Diagnostics& diagnostics);

}  // namespace brineflow
