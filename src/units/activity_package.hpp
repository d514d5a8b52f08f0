// Reading the files of models/pitzer and models/minerals.
#pragma once

#include "base/diagnostics.hpp"
#include "input/document.hpp"
#include "physics/minerals.hpp"
#include "physics/pitzer.hpp"
#include "physics/speciation.hpp"

#include <optional>
#include <string>
#include <vector>

namespace brineflow {

// A file of models/pitzer: interactions, species in equilibrium with the components, and which minerals go
// with it.
struct ActivityPackage {
  PitzerParameters activities;
  std::vector<Formation> species;
  std::string minerals;  // a package of models/minerals; empty for none
};

// Nothing when there was a finding. Every number must name its source.
std::optional<ActivityPackage> read_activity_package(const Node& root, Diagnostics& diagnostics);
std::optional<MineralSet> read_mineral_set(const Node& root, Diagnostics& diagnostics);

}  // namespace brineflow
