// Reading the files of models/transport.
#pragma once

#include "base/diagnostics.hpp"
#include "input/document.hpp"
#include "physics/ion_transport.hpp"

#include <optional>

namespace brineflow {

// Nothing when there was a finding. Every solute must name its source.
std::optional<IonTransportParameters> read_ion_transport(const Node& root, Diagnostics& diagnostics);

}  // namespace brineflow
