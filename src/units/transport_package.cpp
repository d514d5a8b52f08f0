#include "units/transport_package.hpp"

#include "units/package_reading.hpp"

namespace brineflow {

using namespace package_reading;

namespace {

// {name: Na+, diffusivity: 1.33e-9 m2/s, temperature_exponent: 0.929, size: 0.972, viscosity_exponent: 0.738, source: "..."}
IonTransportParameters::Solute read_solute(const Node& node, const IonTransportParameters::Mobility& typical, Diagnostics& diagnostics) {
  static const ParameterTable table = {
      text("name").means("the solute, as components call it"),
      quantity("diffusivity", "m2/s").positive().means("in water at 25 degC, infinitely dilute"),
      number("temperature_exponent").between(0.0, 2.0).or_default("1").means("D/T goes with this power of the fluidity of water"),
      number("size").not_negative().maybe_absent().means("how soon the forces between ions level off, (L/mol)^.5; that of `typical` where absent"),
      number("viscosity_exponent").between(0.0, 2.0).maybe_absent().means("the conductivity goes with this power of the fluidity of the brine; that of `typical` where absent"),
      source_row(),
  };
  IonTransportParameters::Solute solute;
  const Values values = read_values(node, table, "solute", diagnostics, {});
  if (!values.complete()) return solute;
  solute.name = values.text("name");
  solute.diffusivity = values.quantity("diffusivity");
  solute.temperature_exponent = values.number("temperature_exponent");
  solute.mobility = typical;
  if (values.has("size")) solute.mobility.size = values.number("size");
  if (values.has("viscosity_exponent")) solute.mobility.viscosity = values.number("viscosity_exponent");
  return solute;
}

// {size: 1.2, viscosity_exponent: 0.75, source: "..."}
IonTransportParameters::Mobility read_typical(const Node* node, Diagnostics& diagnostics) {
  static const ParameterTable table = {
      number("size").not_negative().means("(L/mol)^.5"),
      number("viscosity_exponent").between(0.0, 2.0).means("power of the fluidity of the brine"),
      source_row(),
  };
  if (node == nullptr) return {};
  const Values values = read_values(*node, table, "typical", diagnostics, {});
  if (!values.complete()) return {};
  return {values.number("size"), values.number("viscosity_exponent")};
}

}  // namespace

std::optional<IonTransportParameters> read_ion_transport(const Node& root, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.count();
  const ParameterTable table = {
      text("name").means("what the set is called"),
      any("association").means("how much less the ions of a 2-2 salt conduct because they pair"),
      any("typical").means("size and viscosity_exponent of ions that were not fitted"),
      any("solutes").means("diffusivities, and for ions how they are hindered"),
  };
  const Values values = read_values(root, table, "ion transport", diagnostics, {});
  if (!values.complete()) return std::nullopt;
  IonTransportParameters set;
  set.name = values.text("name");
  set.association = sourced_number(values, "association", "1", 0.0, diagnostics);
  const IonTransportParameters::Mobility typical = read_typical(values.node("typical"), diagnostics);
  for (const Node& item : items_of(values, "solutes", diagnostics)) set.solutes.push_back(read_solute(item, typical, diagnostics));
  for (std::size_t i = 0; i < set.solutes.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (set.solutes[i].name == set.solutes[j].name)
        diagnostics.error(values.place("solutes"), "solute '" + set.solutes[i].name + "' is listed twice");
  if (diagnostics.count() != before) return std::nullopt;
  return set;
}

}  // namespace brineflow
