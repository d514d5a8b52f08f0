// Where a composition stands, before anybody knows which components it needs.
#pragma once

#include "units/analysis.hpp"
#include "units/models.hpp"

#include <memory>
#include <string>

namespace brineflow {

struct StatedComposition {
  Statement statement;                      // points into the node or the package
  std::shared_ptr<const Document> package;  // of models/brines, where the composition is a name
  std::string title, source, note;          // of a package or a file in its form
};

// A composition as read_brine_composition takes it; `node` must outlive `stated`. False when there was a
// finding.
bool read_statement(const Node& node, double temperature, const ModelLibrary& models,
                    const std::string& context, StatedComposition& stated, Diagnostics& diagnostics);

}  // namespace brineflow
