#include "units/membrane_package.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brineflow {
namespace {

const ParameterTable& membrane_parameters() {
  static const ParameterTable table = {
      text("title").maybe_absent().means("what the membrane is"),
      text("source").maybe_absent().means("where the numbers come from"),
      text("note").maybe_absent().means("what to know before using them"),
      any("water_permeability").means("volume of pure water per area, time and pressure, such as 18.4 L/m2/h/bar"),
      any("permeability").means("map of ion permeabilities, {Li+: 4.5 um/s}"),
  };
  return table;
}

// 4.5 um/s or {value: 4.5 um/s, source: "..."}; above zero.
std::optional<double> positive_value(const Node& node, const char* unit, const std::string& what, Diagnostics& diagnostics) {
  const Node* value = &node;
  if (node.is_map()) {
    const ParameterTable table = {any("value").means("the value"), text("source").means("where it comes from")};
    const Values inner = read_values(node, table, what, diagnostics, {});
    if (!inner.complete()) return std::nullopt;
    value = inner.node("value");
  }
  const std::optional<double> number = read_quantity(*value, unit, what, diagnostics);
  if (number && !(*number > 0.0)) {
    diagnostics.error(value->place(), fmt::format("{} must be above zero", what));
    return std::nullopt;
  }
  return number;
}

// Every entry of the map `permeability`, into the place of its component; others are ignored or reported.
void read_permeabilities(const Node& map, const ComponentSet& components, bool report_others, const std::string& context,
                         Membrane& membrane, Diagnostics& diagnostics) {
  std::vector<std::string> solutes = components.names();
  solutes.erase(solutes.begin());
  for (const Entry& entry : map.entries()) {
    const auto index = components.find(entry.key);
    const auto value = positive_value(entry.value, "um/s", fmt::format("'{}' in {}", entry.key, context), diagnostics);
    if (index && *index > 0 && value) membrane.permeability[*index - 1] = *value;
    if (index && *index > 0 && !value) membrane.permeability[*index - 1] = 1.0;  // reported: do not report it missing too
    if ((!index || *index == 0) && report_others) report_unknown_key(entry, solutes, context, diagnostics);
  }
}

void report_missing(const Membrane& membrane, const ComponentSet& components, const Place& place, const std::string& context,
                    Diagnostics& diagnostics) {
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < membrane.permeability.size(); ++i)
    if (membrane.permeability[i] == 0.0) missing.push_back(components[i + 1].name);
  if (missing.empty()) return;
  diagnostics.error(place, fmt::format("{} has no permeability for {}", context, join(missing, ", ")),
                    "give it, or describe the membrane in the case: {water_permeability: ..., permeability: {...}}");
}

}  // namespace

std::optional<Membrane> read_membrane(const Node& node, const ComponentSet& components, const ModelLibrary& models,
                                      const std::string& context, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.count();
  Membrane membrane{"membrane", 0.0, std::vector<double>(components.size() - 1, 0.0)};
  const Node* map = &node;
  std::string where = "membrane of " + context;
  std::shared_ptr<const Document> package;
  if (node.is_scalar()) {
    package = models.find("membranes", node.text(), node.place(), diagnostics);
    if (!package) return std::nullopt;
    map = &package->root;
    membrane.name = node.text();
    where = fmt::format("membrane '{}'", node.text());
  }
  const Values values = read_values(*map, membrane_parameters(), where, diagnostics, {});
  const Node* permeability = values.node("permeability");
  if (const Node* water = values.node("water_permeability"))
    membrane.water_permeability =
        positive_value(*water, "L/m2/h/bar", fmt::format("'water_permeability' in {}", where), diagnostics).value_or(0.0);
  if (permeability != nullptr && !permeability->is_map())
    diagnostics.error(permeability->place(), fmt::format("'permeability' in {} must be a map such as {{Li+: 4.5 um/s}}", where));
  if (permeability != nullptr && permeability->is_map()) {
    read_permeabilities(*permeability, components, package == nullptr, "permeability of " + where, membrane, diagnostics);
    report_missing(membrane, components, node.place(), where, diagnostics);
  }
  if (diagnostics.count() != before) return std::nullopt;
  return membrane;
}

}  // namespace brineflow
