// How the parts of a parameter are called in messages, schema and reference: once, so that they agree.
#pragma once

#include "base/quantity.hpp"
#include "input/parameters.hpp"

#include <string>

namespace brineflow {

// "above 0 m and at most 100 m"; empty where everything is allowed.
std::string range_text(const Parameter& parameter);

// A value within the range, in SI, as near to everyday as the range allows.
double typical_value(const Parameter& parameter);

// "2.4 m", "dg", "true": something that may stand behind the key.
std::string example_text(const Parameter& parameter);

// "a length, such as '2.4 m'", "dg or weno", "true or false".
std::string wanted_text(const Parameter& parameter);

// "[m3]", "[-]", or empty for what has no unit.
std::string unit_text(const Parameter& parameter);

// "volume [m3], inner volume of the vessel".
std::string summary_text(const Parameter& parameter);

// "a list", "a map", "empty", "'x'".
std::string kind_text(const Node& node);

}  // namespace brineflow
