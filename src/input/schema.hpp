// What editors and readers get from a parameter table.
#pragma once

#include "input/parameters.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace brineflow {

// JSON schema (draft 2020-12) of a map that the table describes: properties, required, no others allowed.
// The caller adds what the table does not hold, such as `type`.
nlohmann::json schema_of(const ParameterTable& table);

// A Markdown table: key, unit, range, default, meaning.
std::string reference_of(const ParameterTable& table);

}  // namespace brineflow
