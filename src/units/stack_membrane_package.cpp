#include "units/stack_membrane_package.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace brineflow {
namespace {

const ParameterTable& membrane_parameters() {
  static const ParameterTable table = {
      text("title").maybe_absent().means("what the membrane is"),
      text("source").maybe_absent().means("where the numbers come from"),
      text("note").maybe_absent().means("what to know before using them"),
      choice("kind", {"cation_exchange", "anion_exchange"}).means("which ions it passes"),
      choice("law", {"transport_numbers", "nernst_planck"}).or_default("transport_numbers").means("numbers for the salt, or ion by ion"),
      any("thickness").means("thickness in use"),
      any("areal_resistance").maybe_absent().means("electrical resistance times area"),
      any("counter_ion_transport_number").maybe_absent().means("share of the current that counter-ions carry; 1 without it"),
      any("water_transport_number").maybe_absent().means("moles of water that go with a mole of charge; 0 without it"),
      any("water_permeability").maybe_absent().means("volume of water per area, time and osmotic pressure; 0 without it"),
      any("salt_diffusivity").maybe_absent().means("diffusivity of salt in the membrane, for the leakage; 0 without it"),
      any("selectivity").maybe_absent().means("map of relative transport numbers at equal equivalents in the solution, {Mg+2: 0.2}; 1 without it"),
      any("fixed_charge").maybe_absent().means("concentration of fixed charge in the membrane"),
      any("diffusivity").maybe_absent().means("map of diffusivities in the membrane, {Li+: 4e-11 m2/s}"),
      any("partition").maybe_absent().means("map of concentrations in the membrane over those in solution without potential, {Mg+2: 0.5}; 1 without it"),
  };
  return table;
}

// 4.5 um or {value: 4.5 um, source: "..."}.
std::optional<double> read_sourced(const Node& node, const std::string& what, const Parameter& row, Diagnostics& diagnostics) {
  const Node* value = &node;
  if (node.is_map()) {
    const ParameterTable table = {any("value").means("the value"), text("source").means("where it comes from")};
    const Values inner = read_values(node, table, what, diagnostics, {});
    if (!inner.complete()) return std::nullopt;
    value = inner.node("value");
  }
  const auto found = read_quantity(*value, row.unit, what, diagnostics);
  if (found && !row.range.contains(*found)) {
    diagnostics.error(value->place(), fmt::format("{} is out of its range: {}", what, row.meaning));
    return std::nullopt;
  }
  return found;
}

class MembraneReader {
 public:
  MembraneReader(const Values& values, std::string where, const Place& place, Diagnostics& diagnostics)
      : values_(values), where_(std::move(where)), place_(place), diagnostics_(diagnostics) {}

  // Below zero `without` means that the key must be there.
  double number(const Parameter& row, double without) const {
    const Node* node = values_.node(row.name);
    if (node == nullptr && without < 0.0) diagnostics_.error(place_, fmt::format("{} has no '{}'", where_, row.name));
    if (node == nullptr) return without;
    return read_sourced(*node, fmt::format("'{}' in {}", row.name, where_), row, diagnostics_).value_or(without);
  }

  // A number for every solute; `without` 0 means that each must be there.
  std::vector<double> by_solute(const Parameter& row, double without, const ComponentSet& components, bool report_others) const {
    std::vector<double> result(components.size() - 1, without);
    std::vector<std::string> solutes = components.names();
    solutes.erase(solutes.begin());
    const std::string what = row.name + " of " + where_;
    const Node* map = values_.node(row.name);
    if (map != nullptr && !map->is_map()) {
      diagnostics_.error(map->place(), fmt::format("{} must be a map of solutes and values", what));
      return result;
    }
    for (const Entry& entry : map != nullptr ? map->entries() : std::vector<Entry>{}) {
      const auto index = components.find(entry.key);
      const auto value = read_sourced(entry.value, fmt::format("'{}' in {}", entry.key, what), row, diagnostics_);
      if (index && *index > 0) result[*index - 1] = value.value_or(1.0);
      if ((!index || *index == 0) && report_others) report_unknown_key(entry, solutes, what, diagnostics_);
    }
    std::vector<std::string> missing;
    for (std::size_t i = 0; i < result.size(); ++i)
      if (result[i] == 0.0) missing.push_back(solutes[i]);
    if (!missing.empty()) diagnostics_.error(place_, fmt::format("{} has no {} for {}", where_, row.name, join(missing, ", ")));
    return result;
  }

  // Keys that belong to the other law.
  void refuse(std::initializer_list<const char*> keys, const std::string& law) const {
    for (const char* key : keys)
      if (values_.given(key)) diagnostics_.error(values_.place(key), fmt::format("law {} of {} has no use for '{}'", law, where_, key));
  }

 private:
  const Values& values_;
  std::string where_;
  Place place_;
  Diagnostics& diagnostics_;
};

const char* kind_name(stack::MembraneKind kind) {
  return kind == stack::MembraneKind::cation_exchange ? "cation_exchange" : "anion_exchange";
}

void read_transport_numbers(const MembraneReader& reader, const ComponentSet& components, bool report_others, StackMembrane& membrane) {
  reader.refuse({"fixed_charge", "diffusivity", "partition"}, "transport_numbers");
  membrane.numbers.areal_resistance = reader.number(quantity("areal_resistance", "ohm m2").positive().means("it must be above zero"), -1.0);
  membrane.numbers.counter_ion_number =
      reader.number(quantity("counter_ion_transport_number", "1").above(0.5).at_most(1.0).means("above 0.5, at most 1"), 1.0);
  membrane.numbers.salt_permeability =
      reader.number(quantity("salt_diffusivity", "m2/s").not_negative().means("zero or above"), 0.0) / membrane.thickness;
  membrane.selectivity = reader.by_solute(quantity("selectivity", "1").positive().means("it must be above zero"), 1.0, components, report_others);
}

void read_ions(const MembraneReader& reader, const ComponentSet& components, bool report_others, StackMembrane& membrane) {
  reader.refuse({"areal_resistance", "counter_ion_transport_number", "salt_diffusivity", "selectivity"}, "nernst_planck");
  membrane.law = MembraneLaw::nernst_planck;
  membrane.fixed_charge = reader.number(quantity("fixed_charge", "mol/L").positive().means("it must be above zero"), -1.0);
  membrane.diffusivity = reader.by_solute(quantity("diffusivity", "m2/s").positive().means("it must be above zero"), 0.0, components, report_others);
  membrane.partition = reader.by_solute(quantity("partition", "1").positive().means("it must be above zero"), 1.0, components, report_others);
}

}  // namespace

std::optional<StackMembrane> read_stack_membrane(const Node& node, stack::MembraneKind kind, const ComponentSet& components,
                                                 const ModelLibrary& models, const std::string& context, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.count();
  StackMembrane membrane;
  membrane.kind = kind;
  membrane.name = kind == stack::MembraneKind::cation_exchange ? "cation_membrane" : "anion_membrane";
  const Node* map = &node;
  std::string where = membrane.name + " of " + context;
  std::shared_ptr<const Document> package;
  if (node.is_scalar()) {
    package = models.find("ion_exchange_membranes", node.text(), node.place(), diagnostics);
    if (!package) return std::nullopt;
    map = &package->root;
    membrane.name = node.text();
    where = fmt::format("ion-exchange membrane '{}'", node.text());
  }
  const Values values = read_values(*map, membrane_parameters(), where, diagnostics, {});
  if (!values.complete()) return std::nullopt;
  if (values.text("kind") != kind_name(kind))
    diagnostics.error(node.place(), fmt::format("{} is of kind {}, not {}", where, values.text("kind"), kind_name(kind)),
                      "a stack needs one membrane of either kind");
  const MembraneReader reader(values, where, node.place(), diagnostics);
  membrane.thickness = reader.number(quantity("thickness", "mm").positive().means("it must be above zero"), -1.0);
  membrane.numbers.water_number = reader.number(quantity("water_transport_number", "1").not_negative().means("zero or above"), 0.0);
  membrane.numbers.water_permeability = reader.number(quantity("water_permeability", "L/m2/h/bar").not_negative().means("zero or above"), 0.0);
  membrane.selectivity.assign(components.size() - 1, 1.0);
  if (values.text("law") == "nernst_planck") read_ions(reader, components, package == nullptr, membrane);
  else read_transport_numbers(reader, components, package == nullptr, membrane);
  if (diagnostics.count() != before) return std::nullopt;
  return membrane;
}

}  // namespace brineflow
