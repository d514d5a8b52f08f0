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
      choice("law", {"solution_diffusion", "dspm_de"}).or_default("solution_diffusion").means(
          "solution-diffusion-electromigration, or charged pores with dielectric exclusion"),
      any("water_permeability").maybe_absent().means(
          "volume of pure water per area, time and pressure, such as 18.4 L/m2/h/bar; pores without it have that of Hagen and Poiseuille"),
      any("permeability").maybe_absent().means("map of ion permeabilities, {Li+: 4.5 um/s}; for solution_diffusion"),
      any("pore_radius").maybe_absent().means("for dspm_de, such as 0.5 nm"),
      any("effective_thickness").maybe_absent().means("thickness of the membrane over its porosity, such as 1.3 um; for dspm_de"),
      any("charge_density").maybe_absent().means("fixed charge per volume of pore, such as -27 mol/m3; for dspm_de"),
      any("pore_dielectric_constant").maybe_absent().means("of the solution in the pores, such as 41.3; for dspm_de"),
      quantity("charge_exponent", "1").between(-2.0, 2.0).or_default("0").means(
          "power of the feed's concentration with which the charge grows (Freundlich); for dspm_de"),
      quantity("charge_reference", "mol/m3").positive().or_default("100 mol/m3").means(
          "concentration of charges, sum of |z| c / 2, at which the charge is charge_density; for dspm_de"),
      any("ions").maybe_absent().means("map {Na+: {diffusion: 1.33e-9 m2/s, stokes_radius: 0.184 nm}}; for dspm_de"),
  };
  return table;
}

// 4.5 um/s or {value: 4.5 um/s, source: "..."}.
std::optional<double> sourced_value(const Node& node, const char* unit, const std::string& what, Diagnostics& diagnostics, bool positive) {
  const Node* value = &node;
  if (node.is_map()) {
    const ParameterTable table = {any("value").means("the value"), text("source").means("where it comes from")};
    const Values inner = read_values(node, table, what, diagnostics, {});
    if (!inner.complete()) return std::nullopt;
    value = inner.node("value");
  }
  const std::optional<double> number = read_quantity(*value, unit, what, diagnostics);
  if (positive && number && !(*number > 0.0)) {
    diagnostics.error(value->place(), fmt::format("{} must be above zero", what));
    return std::nullopt;
  }
  return number;
}

std::optional<double> positive_value(const Node& node, const char* unit, const std::string& what, Diagnostics& diagnostics) {
  return sourced_value(node, unit, what, diagnostics, true);
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

// Keys of the law that was not chosen, and keys that the chosen one lacks.
void check_keys(const Values& values, MembraneLaw law, const std::string& where, Diagnostics& diagnostics) {
  const bool pores = law == MembraneLaw::dspm_de;
  const auto check = [&](const char* key, bool wanted, bool needed) {
    if (wanted && needed && !values.given(key)) diagnostics.error(values.place(key), fmt::format("{} needs '{}'", where, key), pores ? "its law is dspm_de" : "or 'law: dspm_de' and what describes its pores");
    if (!wanted && values.given(key))
      diagnostics.error(values.place(key), fmt::format("'{}' does not go with the law of {}", key, where), pores ? "it belongs to law solution_diffusion" : "it belongs to law dspm_de");
  };
  check("water_permeability", true, !pores);
  check("permeability", !pores, true);
  for (const char* key : {"pore_radius", "effective_thickness", "charge_density", "pore_dielectric_constant", "ions"}) check(key, pores, true);
  for (const char* key : {"charge_exponent", "charge_reference"}) check(key, pores, false);
}

// r = k T / (6 pi mu D) in water at 25 degC (mu = 0.890 mPa s).
double stokes_radius(double diffusion) {
  constexpr double kT_over_6_pi_mu = 1.380649e-23 * 298.15 / (6.0 * 3.14159265358979 * 0.890e-3);
  return kT_over_6_pi_mu / diffusion;
}

void read_ions(const Node& map, const ComponentSet& components, bool report_others, const std::string& where, const Place& place, MembranePores& pores,
               Diagnostics& diagnostics) {
  static const ParameterTable table = {any("diffusion").means("diffusion coefficient in water"),
                                       any("stokes_radius").maybe_absent().means("radius; that of Stokes and Einstein without it")};
  if (!map.is_map()) return diagnostics.error(map.place(), fmt::format("'ions' in {} must be a map such as {{Na+: {{diffusion: 1.33e-9 m2/s}}}}", where));
  std::vector<std::string> solutes = components.names(), missing;
  solutes.erase(solutes.begin());
  for (const Entry& entry : map.entries()) {
    const auto index = components.find(entry.key);
    if (!index || *index == 0) {
      if (report_others) report_unknown_key(entry, solutes, "ions of " + where, diagnostics);
      continue;
    }
    const std::string what = fmt::format("'{}' in ions of {}", entry.key, where);
    const Values values = read_values(entry.value, table, what, diagnostics, {});
    pores.diffusion[*index - 1] = 1.0;  // whatever is wrong with it is reported: do not report it missing too
    if (!values.complete()) continue;
    const auto diffusion = positive_value(*values.node("diffusion"), "m2/s", "diffusion of " + what, diagnostics);
    if (!diffusion) continue;
    pores.diffusion[*index - 1] = *diffusion;
    pores.stokes_radius[*index - 1] = stokes_radius(*diffusion);
    if (const Node* radius = values.node("stokes_radius"))
      pores.stokes_radius[*index - 1] = positive_value(*radius, "nm", "stokes_radius of " + what, diagnostics).value_or(1e-10);
  }
  for (std::size_t i = 0; i < pores.diffusion.size(); ++i)
    if (pores.diffusion[i] == 0.0) missing.push_back(components[i + 1].name);
  if (!missing.empty())
    diagnostics.error(place, fmt::format("{} has no diffusion coefficient for {}", where, join(missing, ", ")), "give it in ions: {Na+: {diffusion: 1.33e-9 m2/s}}");
}

void read_pores(const Values& values, const ComponentSet& components, bool report_others, const std::string& where, const Place& place, Membrane& membrane,
                Diagnostics& diagnostics) {
  MembranePores& pores = membrane.pores;
  const auto number = [&](const char* key, const char* unit, bool positive) {
    const Node* node = values.node(key);
    return node == nullptr ? 0.0 : sourced_value(*node, unit, fmt::format("'{}' in {}", key, where), diagnostics, positive).value_or(1.0);
  };
  pores.radius = number("pore_radius", "nm", true);
  pores.thickness = number("effective_thickness", "um", true);
  pores.charge = number("charge_density", "mol/m3", false);
  pores.dielectric_constant = number("pore_dielectric_constant", "1", true);
  pores.charge_exponent = values.quantity("charge_exponent");
  pores.charge_reference = values.quantity("charge_reference");
  pores.diffusion = pores.stokes_radius = std::vector<double>(components.size() - 1, 0.0);
  if (const Node* ions = values.node("ions")) read_ions(*ions, components, report_others, where, place, pores, diagnostics);
  for (const int sign : {1, -1}) {
    const bool wanted = sign * pores.charge < 0.0;
    bool carried = false;
    for (std::size_t i = 1; i < components.size(); ++i) carried = carried || sign * components[i].charge > 0;
    if (wanted && !carried)
      diagnostics.error(values.place("charge_density"),
                        fmt::format("the charge of {} cannot be balanced: the case carries no {}", where, sign > 0 ? "cation" : "anion"),
                        "give the case its ions, or charge_density: 0 mol/m3");
  }
}

}  // namespace

std::optional<Membrane> read_membrane(const Node& node, const ComponentSet& components, const ModelLibrary& models,
                                      const std::string& context, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.count();
  Membrane membrane;
  membrane.name = "membrane";
  membrane.permeability.assign(components.size() - 1, 0.0);
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
  if (!values.complete()) return std::nullopt;
  membrane.law = values.text("law") == "dspm_de" ? MembraneLaw::dspm_de : MembraneLaw::solution_diffusion;
  check_keys(values, membrane.law, where, diagnostics);
  const bool described = package == nullptr;
  if (const Node* water = values.node("water_permeability"))
    membrane.water_permeability =
        positive_value(*water, "L/m2/h/bar", fmt::format("'water_permeability' in {}", where), diagnostics).value_or(0.0);
  const Node* permeability = values.node("permeability");
  if (membrane.law == MembraneLaw::dspm_de) {
    read_pores(values, components, described, where, node.place(), membrane, diagnostics);
  } else if (permeability != nullptr && !permeability->is_map()) {
    diagnostics.error(permeability->place(), fmt::format("'permeability' in {} must be a map such as {{Li+: 4.5 um/s}}", where));
  } else if (permeability != nullptr) {
    read_permeabilities(*permeability, components, described, "permeability of " + where, membrane, diagnostics);
    report_missing(membrane, components, node.place(), where, diagnostics);
  }
  if (diagnostics.count() != before) return std::nullopt;
  return membrane;
}

}  // namespace brineflow
