// The chemical species a case carries, water first.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace brineflow {

// One species. Plain data: a case may define tracers of its own beside the known ions.
struct Component {
  std::string name;                                       // as in cases: "Mg+2"
  double molar_mass = 0.0;                                // kg/mol
  int charge = 0;                                         // in units of e
  std::vector<std::pair<std::string, double>> elements;  // atoms of each element per formula unit
};

// The species of a case in the order in which every vector over components is laid out.
// [0] is always H2O.
class ComponentSet {
 public:
  // More species than this are refused: kernels keep their scratch in arrays of this size.
  static constexpr std::size_t max_size = 24;

  // Throws InputError when the first is not H2O, a name repeats, a mass is not positive or there are too many.
  explicit ComponentSet(std::vector<Component> components);

  // The set of known components with these names. Throws InputError for an unknown one, with the list of those known.
  static ComponentSet from_names(const std::vector<std::string>& names);

  std::size_t size() const { return components_.size(); }
  const Component& operator[](std::size_t index) const { return components_[index]; }
  std::optional<std::size_t> find(std::string_view name) const;
  std::vector<std::string> names() const;
  auto begin() const { return components_.begin(); }
  auto end() const { return components_.end(); }

 private:
  std::vector<Component> components_;
};

// Water, the ions of salt-lake brines, and what carbonate, borate, acid and base make of them; nullptr for any other name.
const Component* known_component(std::string_view name);
std::vector<std::string> known_component_names();

}  // namespace brineflow
