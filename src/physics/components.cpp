#include "physics/components.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "physics/water.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brineflow {
namespace {

// Standard atomic weights, abridged: Prohaska et al., Pure Appl. Chem. 94 (2022) 573 (IUPAC 2021), kg/mol.
// The mass of the electrons an ion has lost or gained (5.5e-7 kg/mol each) is left out, as is usual.
constexpr double H = 1.0080e-3, Li = 6.94e-3, B = 10.81e-3, C = 12.011e-3, O = 15.999e-3, Na = 22.990e-3, Mg = 24.305e-3, S = 32.06e-3, Cl = 35.45e-3,
                 K = 39.098e-3, Ca = 40.078e-3, Br = 79.904e-3;

const std::vector<Component>& known() {
  static const std::vector<Component> table = {
      {"H2O", water_molar_mass, 0, {{"H", 2.0}, {"O", 1.0}}},
      {"Li+", Li, 1, {{"Li", 1.0}}},
      {"Na+", Na, 1, {{"Na", 1.0}}},
      {"K+", K, 1, {{"K", 1.0}}},
      {"Mg+2", Mg, 2, {{"Mg", 1.0}}},
      {"Ca+2", Ca, 2, {{"Ca", 1.0}}},
      {"Cl-", Cl, -1, {{"Cl", 1.0}}},
      {"SO4-2", S + 4.0 * O, -2, {{"S", 1.0}, {"O", 4.0}}},
      {"Br-", Br, -1, {{"Br", 1.0}}},
      {"H+", H, 1, {{"H", 1.0}}},
      {"OH-", O + H, -1, {{"O", 1.0}, {"H", 1.0}}},
      {"HSO4-", H + S + 4.0 * O, -1, {{"H", 1.0}, {"S", 1.0}, {"O", 4.0}}},
      {"HCO3-", H + C + 3.0 * O, -1, {{"H", 1.0}, {"C", 1.0}, {"O", 3.0}}},
      {"CO3-2", C + 3.0 * O, -2, {{"C", 1.0}, {"O", 3.0}}},
      {"CO2", C + 2.0 * O, 0, {{"C", 1.0}, {"O", 2.0}}},
      {"MgOH+", Mg + O + H, 1, {{"Mg", 1.0}, {"O", 1.0}, {"H", 1.0}}},
      {"MgCO3", Mg + C + 3.0 * O, 0, {{"Mg", 1.0}, {"C", 1.0}, {"O", 3.0}}},
      {"CaCO3", Ca + C + 3.0 * O, 0, {{"Ca", 1.0}, {"C", 1.0}, {"O", 3.0}}},
      {"B(OH)3", B + 3.0 * (O + H), 0, {{"B", 1.0}, {"O", 3.0}, {"H", 3.0}}},
      {"B(OH)4-", B + 4.0 * (O + H), -1, {{"B", 1.0}, {"O", 4.0}, {"H", 4.0}}},
      {"B3O3(OH)4-", 3.0 * B + 7.0 * O + 4.0 * H, -1, {{"B", 3.0}, {"O", 7.0}, {"H", 4.0}}},
      {"B4O5(OH)4-2", 4.0 * B + 9.0 * O + 4.0 * H, -2, {{"B", 4.0}, {"O", 9.0}, {"H", 4.0}}},
      {"MgB(OH)4+", Mg + B + 4.0 * (O + H), 1, {{"Mg", 1.0}, {"B", 1.0}, {"O", 4.0}, {"H", 4.0}}},
      {"CaB(OH)4+", Ca + B + 4.0 * (O + H), 1, {{"Ca", 1.0}, {"B", 1.0}, {"O", 4.0}, {"H", 4.0}}},
  };
  return table;
}

}  // namespace

ComponentSet::ComponentSet(std::vector<Component> components) : components_(std::move(components)) {
  if (components_.empty() || components_[0].name != "H2O")
    throw InputError("the first component must be H2O");
  if (components_.size() > max_size)
    throw InputError(fmt::format("{} components: at most {} are possible", components_.size(), max_size));
  for (std::size_t i = 0; i < components_.size(); ++i) {
    const Component& component = components_[i];
    if (*find(component.name) != i) throw InputError(fmt::format("component {} is listed twice", component.name));
    if (!(component.molar_mass > 0.0))
      throw InputError(fmt::format("component {} needs a positive molar mass", component.name));
  }
}

ComponentSet ComponentSet::from_names(const std::vector<std::string>& names) {
  std::vector<Component> components;
  for (const std::string& name : names) {
    const Component* component = known_component(name);
    if (component == nullptr) throw InputError(fmt::format("unknown component '{}'; known are {}", name, join(known_component_names(), ", ")));
    components.push_back(*component);
  }
  return ComponentSet(std::move(components));
}

std::optional<std::size_t> ComponentSet::find(std::string_view name) const {
  const auto is_named = [name](const Component& component) { return component.name == name; };
  const auto found = std::find_if(components_.begin(), components_.end(), is_named);
  if (found == components_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - components_.begin());
}

std::vector<std::string> ComponentSet::names() const {
  std::vector<std::string> result;
  for (const Component& component : components_) result.push_back(component.name);
  return result;
}

const Component* known_component(std::string_view name) {
  for (const Component& component : known())
    if (component.name == name) return &component;
  return nullptr;
}

std::vector<std::string> known_component_names() {
  std::vector<std::string> result;
  for (const Component& component : known()) result.push_back(component.name);
  return result;
}

}  // namespace brineflow
