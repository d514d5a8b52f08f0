#include "units/chemistry_packages.hpp"

#include "physics/water.hpp"
#include "units/package_reading.hpp"

#include <fmt/format.h>

namespace brineflow {

using namespace package_reading;

namespace {

// {c: [...], temperature: [0 degC, 100 degC], salt_up_to: 26 wt%, points: 592, source: "..."}
template <std::size_t count>
LaliberteParameters::Fit read_fit(const Node* node, const std::string& coefficients, const std::string& context,
                                  std::array<double, count>& values_out, Diagnostics& diagnostics) {
  LaliberteParameters::Fit fit;
  if (node == nullptr) return fit;
  const ParameterTable table = {
      any(coefficients).means("the coefficients"),
      any("temperature").means("range of the fitted data"),
      quantity("salt_up_to", "wt%").positive().at_most(1.0).means("highest mass fraction of the fitted data"),
      integer("points").maybe_absent().means("how many data were fitted"),
      source_row(),
  };
  const Values values = read_values(*node, table, context, diagnostics, {});
  if (!values.complete()) return fit;
  values_out = numbers_of<count>(values, coefficients, "1", diagnostics);
  const std::array<double, 2> range = numbers_of<2>(values, "temperature", "degC", diagnostics);
  fit.T_min = range[0] - ice_point;
  fit.T_max = range[1] - ice_point;
  fit.w_max = values.quantity("salt_up_to");
  return fit;
}

LaliberteParameters::Salt read_salt(const Node& node, Diagnostics& diagnostics) {
  static const ParameterTable table = {
      text("name").means("the salt"),      text("cation").means("its cation"),
      text("anion").means("its anion"),    any("density").means("coefficients c0 to c4"),
      any("viscosity").means("coefficients v1 to v6"),
      any("heat_capacity").means("coefficients a1 to a6"),
  };
  LaliberteParameters::Salt salt;
  const Values values = read_values(node, table, "salt", diagnostics, {});
  if (!values.complete()) return salt;
  salt.name = values.text("name");
  salt.cation = values.text("cation");
  salt.anion = values.text("anion");
  salt.density_fit = read_fit(values.node("density"), "c", "density of " + salt.name, salt.density, diagnostics);
  salt.viscosity_fit = read_fit(values.node("viscosity"), "v", "viscosity of " + salt.name, salt.viscosity, diagnostics);
  salt.heat_capacity_fit = read_fit(values.node("heat_capacity"), "a", "heat capacity of " + salt.name, salt.heat_capacity, diagnostics);
  return salt;
}

// {ions: [B(OH)4-, ...], source: "why"}
void read_without_coefficients(const Node& node, LaliberteParameters& set, Diagnostics& diagnostics) {
  static const ParameterTable table = {any("ions").means("the ions"), source_row()};
  const Values values = read_values(node, table, "without_coefficients", diagnostics, {});
  for (const Node& ion : items_of(values, "ions", diagnostics)) set.without_coefficients.push_back(ion.text());
}

}  // namespace

std::optional<LaliberteParameters> read_laliberte_parameters(const Node& root, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.count();
  const ParameterTable table = {
      text("name").means("what the set is called"),
      any("salts").means("coefficients by salt"),
      any("without_coefficients").maybe_absent().means("ions that count as water where no salt of the case carries them"),
  };
  const Values values = read_values(root, table, "density and viscosity", diagnostics, {});
  if (!values.complete()) return std::nullopt;
  LaliberteParameters set;
  set.name = values.text("name");
  for (const Node& item : items_of(values, "salts", diagnostics)) set.salts.push_back(read_salt(item, diagnostics));
  for (const Node& item : items_of(values, "without_coefficients", diagnostics)) read_without_coefficients(item, set, diagnostics);
  if (diagnostics.count() != before) return std::nullopt;
  return set;
}

}  // namespace brineflow
