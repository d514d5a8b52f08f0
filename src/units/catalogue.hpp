// The list of unit operations, and what is needed to build one from its part of a case.
#pragma once

#include "base/diagnostics.hpp"
#include "input/parameters.hpp"
#include "units/models.hpp"
#include "units/unit.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace brineflow {

struct UnitContext {
  std::shared_ptr<const Brine> brine;
  const ModelLibrary& models;   // data packages by kind and name
  Diagnostics& diagnostics;     // findings go here; a builder that reported one may return nullptr
};

struct UnitType {
  std::string name;       // the `type` of a case
  std::string summary;    // one sentence for `brineflow describe`
  ParameterTable parameters;
  // A complete, illustrative configuration as YAML flow text, "{type: tank, volume: 60 m3}": shown by
  // `describe`, and what the contract tests build.
  std::string example;
  std::unique_ptr<Unit> (*build)(const std::string& name, const Values& values, const UnitContext& context);
  // More of the same, so that the contract tests see every model that `example` does not choose.
  std::vector<std::string> further_examples = {};
  bool needs_hydrogen = false;  // the examples need H+ among the components
};

// Every unit operation, alphabetical.
std::span<const UnitType> unit_catalogue();

// nullptr where there is none of that name.
const UnitType* find_unit_type(std::string_view name);

}  // namespace brineflow
