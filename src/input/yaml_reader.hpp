// The one door to yaml-cpp.
#pragma once

#include "input/document.hpp"

#include <memory>
#include <string>

namespace brineflow {

// The tree of a text that is UTF-8 with '\n' line ends and no control characters. Its first line stands in
// `source` after `column_offset` characters. Null root and a finding where there is no tree.
Node read_yaml(const std::string& text, std::shared_ptr<const Source> source, int column_offset,
               Diagnostics& diagnostics);

}  // namespace brineflow
