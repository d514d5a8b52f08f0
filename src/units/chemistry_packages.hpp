// Reading the files of models/density_viscosity.
#pragma once

#include "base/diagnostics.hpp"
#include "input/document.hpp"
#include "physics/laliberte.hpp"

#include <optional>

namespace brineflow {

// Nothing when there was a finding. Every salt must name its source.
std::optional<LaliberteParameters> read_laliberte_parameters(const Node& root, Diagnostics& diagnostics);

}  // namespace brineflow
