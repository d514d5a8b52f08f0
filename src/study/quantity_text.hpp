// Quantities as a study writes them: what is varied keeps its unit.
#pragma once

#include "base/quantity.hpp"
#include "input/document.hpp"

#include <optional>
#include <string>

namespace brineflow {

// The unit at the end of a quantity, as it is written: "m3/h" of "1.5 m3/h"; "1" where there is none.
std::string unit_in(const std::string& quantity);

// "1.5 m3/h", with all digits.
std::string with_unit(double number, const std::string& unit);

// The quantity that a node holds; nothing and a finding where it holds none. what: how it is called.
std::optional<Quantity> written_quantity(const Node& node, const std::string& what, Diagnostics& diagnostics);

}  // namespace brineflow
