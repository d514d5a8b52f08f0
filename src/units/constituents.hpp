// What an analysis may name beside the components: species that form from them, elements, oxides.
#pragma once

#include "physics/components.hpp"
#include "physics/speciation.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace brineflow {

// One thing that an analysis states, in terms of components.
struct Constituent {
  double molar_mass = 0.0;  // kg/mol, of what is stated
  std::vector<std::pair<std::string, double>>
      parts;            // components with their stoichiometric numbers, water included
  std::string read_as;  // "B(OH)3"; empty for a component under its own name
};

// `name` as a component of the program that does not form from others, as a species of `formations`, as an
// element or as an oxide; nothing for any other name.
std::optional<Constituent> find_constituent(std::string_view name, const std::vector<Formation>& formations);

// All names that find_constituent knows but H2O.
std::vector<std::string> constituent_names(const std::vector<Formation>& formations);

}  // namespace brineflow
