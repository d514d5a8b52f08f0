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

const ParameterTable& bipolar_parameters() {
  static const ParameterTable table = {
      text("title").maybe_absent().means("what the membrane is"),
      text("source").maybe_absent().means("where the numbers come from"),
      text("note").maybe_absent().means("what to know before using them"),
      choice("kind", {"bipolar", "cation_exchange", "anion_exchange"}).means("bipolar"),
      any("thickness").means("thickness in use, of both layers"),
      any("areal_resistance").means("electrical resistance times area"),
      any("salt_leakage").maybe_absent().means("share of the current that salt carries, its cations and anions half each; 0 without it"),
      any("water_transport_number").maybe_absent().means("moles of water that go to the acid with a mole of charge; 0 without it"),
      any("water_permeability").maybe_absent().means("volume of water per area, time and osmotic pressure; 0 without it"),
      any("salt_diffusivity").maybe_absent().means("diffusivity of salt, acid and base across the membrane; 0 without it"),
      any("fixed_charge").maybe_absent().means("concentration of fixed charge in either layer, for layer_diffusivity and splitting_rate"),
      any("layer_diffusivity").maybe_absent().means("diffusivity of salt in the layers: salt carries up to the limiting current that makes"),
      any("splitting_rate").maybe_absent().means("rate of water splitting at the junction without a field: with it the junction has an overpotential"),
      any("permittivity").maybe_absent().means("relative permittivity of the junction, for splitting_rate"),
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

// The keys of a membrane: in the case, or in a package that it names.
struct MembraneText {
  const Node* map = nullptr;
  std::string name, where;
  std::shared_ptr<const Document> package;
};

std::optional<MembraneText> find_membrane(const Node& node, const std::string& key, const ModelLibrary& models, const std::string& context,
                                          Diagnostics& diagnostics) {
  MembraneText text{&node, key, key + " of " + context, nullptr};
  if (!node.is_scalar()) return text;
  text.package = models.find("ion_exchange_membranes", node.text(), node.place(), diagnostics);
  if (!text.package) return std::nullopt;
  text.map = &text.package->root;
  text.name = node.text();
  text.where = fmt::format("ion-exchange membrane '{}'", node.text());
  return text;
}

}  // namespace

std::optional<StackMembrane> read_stack_membrane(const Node& node, stack::MembraneKind kind, const ComponentSet& components,
                                                 const ModelLibrary& models, const std::string& context, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.count();
  StackMembrane membrane;
  membrane.kind = kind;
  membrane.name = kind == stack::MembraneKind::cation_exchange ? "cation_membrane" : "anion_membrane";
  const auto found = find_membrane(node, membrane.name, models, context, diagnostics);
  if (!found) return std::nullopt;
  const auto& [map, name, where, package] = *found;
  membrane.name = name;
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

std::optional<BipolarMembrane> read_bipolar_membrane(const Node& node, const ModelLibrary& models, const std::string& context,
                                                     Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.count();
  const auto found = find_membrane(node, "bipolar_membrane", models, context, diagnostics);
  if (!found) return std::nullopt;
  const auto& [map, name, where, package] = *found;
  const Values values = read_values(*map, bipolar_parameters(), where, diagnostics, {});
  if (!values.complete()) return std::nullopt;
  if (values.text("kind") != "bipolar")
    diagnostics.error(node.place(), fmt::format("{} is of kind {}, not bipolar", where, values.text("kind")));
  const MembraneReader reader(values, where, node.place(), diagnostics);
  const auto above_zero = [](const char* key, const char* unit) { return quantity(key, unit).positive().means("it must be above zero"); };
  const auto not_below = [](const char* key, const char* unit) { return quantity(key, unit).not_negative().means("zero or above"); };
  BipolarMembrane membrane;
  membrane.name = name;
  membrane.layers.thickness = reader.number(above_zero("thickness", "mm"), -1.0);
  membrane.numbers.areal_resistance = reader.number(above_zero("areal_resistance", "ohm m2"), -1.0);
  membrane.numbers.salt_leakage = reader.number(quantity("salt_leakage", "1").between(0.0, 1.0).means("from 0 to 1"), 0.0);
  membrane.numbers.water_number = reader.number(quantity("water_transport_number", "1").means("any number"), 0.0);
  membrane.numbers.water_permeability = reader.number(not_below("water_permeability", "L/m2/h/bar"), 0.0);
  membrane.numbers.salt_permeability = reader.number(not_below("salt_diffusivity", "m2/s"), 0.0) / membrane.layers.thickness;
  const bool limited = values.given("layer_diffusivity"), junction = values.given("splitting_rate");
  for (const char* key : {"fixed_charge", "permittivity"})
    if (values.given(key) && !junction && !(limited && std::string(key) == "fixed_charge"))
      diagnostics.error(values.place(key), fmt::format("{} has no use for '{}' without 'splitting_rate'{}", where, key,
                                                       std::string(key) == "fixed_charge" ? " or 'layer_diffusivity'" : ""));
  const double charge = limited || junction ? reader.number(above_zero("fixed_charge", "mol/L"), -1.0) : 0.0;
  if (limited) {
    membrane.layers.fixed_charge = charge;
    membrane.numbers.layer_diffusivity = reader.number(above_zero("layer_diffusivity", "m2/s"), -1.0);
  }
  if (junction)
    membrane.junction = stack::BipolarJunction{.fixed_charge = charge,
                                               .permittivity = reader.number(quantity("permittivity", "1").at_least(1.0).means("1 or above"), -1.0),
                                               .rate = reader.number(above_zero("splitting_rate", "mol/m3/s"), -1.0)};
  if (diagnostics.count() != before) return std::nullopt;
  return membrane;
}

}  // namespace brineflow
