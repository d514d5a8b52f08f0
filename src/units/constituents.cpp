#include "units/constituents.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brineflow {
namespace {

// An element, oxide or group under the name that analyses give it. Its mass counts `atoms` of a component's
// element, or the whole of what `formula` says.
struct Analyte {
  const char* name;
  const char* mass_of;  // element whose atoms are weighed; empty: the difference of the parts
  std::vector<std::pair<std::string, double>> parts;
};

const std::vector<Analyte>& analytes() {
  static const std::vector<Analyte> table = {
      {"Li", "Li", {{"Li+", 1.0}}},
      {"Na", "Na", {{"Na+", 1.0}}},
      {"K", "K", {{"K+", 1.0}}},
      {"Mg", "Mg", {{"Mg+2", 1.0}}},
      {"Ca", "Ca", {{"Ca+2", 1.0}}},
      {"Cl", "Cl", {{"Cl-", 1.0}}},
      {"Br", "Br", {{"Br-", 1.0}}},
      {"S", "S", {{"SO4-2", 1.0}}},
      {"C", "C", {{"HCO3-", 1.0}}},
      {"B", "B", {{"B(OH)3", 1.0}}},
      {"SO4", "", {{"SO4-2", 1.0}}},
      {"HCO3", "", {{"HCO3-", 1.0}}},
      {"H3BO3", "", {{"B(OH)3", 1.0}}},
      {"B2O3", "", {{"B(OH)3", 2.0}, {"H2O", -3.0}}},
      {"B4O7-2", "", {{"B(OH)3", 4.0}, {"H2O", -5.0}, {"H+", -2.0}}},
      {"B4O7", "", {{"B(OH)3", 4.0}, {"H2O", -5.0}, {"H+", -2.0}}},
  };
  return table;
}

// kg/mol of one atom: of the monatomic component where there is one.
double atomic_mass(std::string_view element) {
  if (element == "S") return known_component("SO4-2")->molar_mass - 4.0 * 15.999e-3;
  if (element == "C") return known_component("CO2")->molar_mass - 2.0 * 15.999e-3;
  // B(OH)3 is B and three times H2O less three H.
  if (element == "B")
    return known_component("B(OH)3")->molar_mass - 3.0 * (15.999e-3 + known_component("H+")->molar_mass);
  for (const std::string& name : known_component_names()) {
    const Component& component = *known_component(name);
    if (component.elements.size() == 1 && component.elements[0].first == element)
      return component.molar_mass / component.elements[0].second;
  }
  return 0.0;
}

double mass_of_parts(const std::vector<std::pair<std::string, double>>& parts) {
  double mass = 0.0;
  for (const auto& [name, nu] : parts) mass += nu * known_component(name)->molar_mass;
  return mass;
}

// "HCO3- - H+", "4 B(OH)3 - 5 H2O - 2 H+"
std::string in_words(const std::vector<std::pair<std::string, double>>& parts) {
  std::string text;
  for (const bool positive : {true, false})
    for (const auto& [name, nu] : parts) {
      if ((nu > 0.0) != positive) continue;
      const double count = std::abs(nu);
      text += text.empty() ? (positive ? "" : "-") : positive ? " + " : " - ";
      text += count == 1.0 ? name : fmt::format("{:g} {}", count, name);
    }
  return text;
}

bool known(const std::vector<std::pair<std::string, double>>& parts) {
  return std::all_of(parts.begin(), parts.end(),
                     [](const auto& p) { return known_component(p.first) != nullptr; });
}

}  // namespace

std::optional<Constituent> find_constituent(std::string_view name, const std::vector<Formation>& formations) {
  for (const Formation& formation : formations)
    if (formation.name == name && known_component(name) != nullptr && known(formation.from))
      return Constituent{known_component(name)->molar_mass, formation.from, in_words(formation.from)};
  // By mass it is stated as CaCO3, half of whose molar mass is one equivalent.
  if (name == "alkalinity" && known_component("HCO3-") != nullptr)
    return Constituent{0.5 * known_component("CaCO3")->molar_mass,
                       {{"HCO3-", 1.0}},
                       "equivalents (by mass: as CaCO3) of HCO3-, and with a pH of what that leaves of it"};
  if (const Component* component = known_component(name))
    return Constituent{component->molar_mass, {{std::string(name), 1.0}}, ""};
  for (const Analyte& analyte : analytes()) {
    if (analyte.name != name || !known(analyte.parts)) continue;
    const double mass =
        *analyte.mass_of != '\0' ? atomic_mass(analyte.mass_of) : mass_of_parts(analyte.parts);
    return Constituent{mass, analyte.parts, in_words(analyte.parts)};
  }
  return std::nullopt;
}

std::vector<std::string> constituent_names(const std::vector<Formation>& formations) {
  std::vector<std::string> names;
  for (const std::string& name : known_component_names())
    if (name != "H2O") names.push_back(name);
  for (const Analyte& analyte : analytes())
    if (find_constituent(analyte.name, formations)) names.emplace_back(analyte.name);
  names.emplace_back("alkalinity");
  return names;
}

}  // namespace brineflow
