// Reading the files of models/pitzer and models/density_viscosity.
#pragma once

#include "base/diagnostics.hpp"
#include "input/document.hpp"
#include "physics/laliberte.hpp"
#include "physics/pitzer.hpp"

#include <optional>

namespace brineflow {

// Nothing when there was a finding. Every interaction must name its source.
std::optional<PitzerParameters> read_pitzer_parameters(const Node& root, Diagnostics& diagnostics);
std::optional<LaliberteParameters> read_laliberte_parameters(const Node& root, Diagnostics& diagnostics);

}  // namespace brineflow
