#include "units/chemistry_packages.hpp"

#include "base/quantity.hpp"
#include "input/parameters.hpp"
#include "physics/water.hpp"

#include <fmt/format.h>

namespace brineflow {
namespace {

// The items of a list of maps; a finding for anything else.
const std::vector<Node>& items_of(const Values& values, const std::string& key, Diagnostics& diagnostics) {
  static const std::vector<Node> none;
  const Node* node = values.node(key);
  if (node == nullptr || node->is_null()) return none;
  if (node->is_sequence()) return node->items();
  diagnostics.error(node->place(), fmt::format("'{}' in {} must be a list", key, values.context()));
  return none;
}

// `count` texts, such as the ions of an interaction.
template <std::size_t count>
std::array<std::string, count> texts_of(const Values& values, const std::string& key, Diagnostics& diagnostics) {
  std::array<std::string, count> result;
  const Node* node = values.node(key);
  if (node == nullptr) return result;  // reported as missing
  bool good = node->is_sequence() && node->items().size() == count;
  for (std::size_t k = 0; good && k < count; ++k) {
    good = node->items()[k].is_scalar();
    result[k] = node->items()[k].text();
  }
  if (!good) diagnostics.error(node->place(), fmt::format("'{}' in {} must be a list of {}", key, values.context(), count));
  return result;
}

// `count` quantities of the dimension of `unit`, SI.
template <std::size_t count>
std::array<double, count> numbers_of(const Values& values, const std::string& key, const char* unit, Diagnostics& diagnostics) {
  std::array<double, count> result{};
  const std::array<std::string, count> texts = texts_of<count>(values, key, diagnostics);
  if (texts[0].empty()) return result;
  const std::string what = fmt::format("'{}' in {}", key, values.context());
  for (std::size_t k = 0; k < count; ++k)
    result[k] = read_quantity(values.node(key)->items()[k], unit, what, diagnostics).value_or(0.0);
  return result;
}

Parameter source_row() { return text("source").means("where the numbers come from"); }

// {value: 0.3915, source: "..."}
double sourced_number(const Values& values, const std::string& key, const char* unit, double without, Diagnostics& diagnostics) {
  const Node* node = values.node(key);
  if (node == nullptr) return without;
  const ParameterTable table = {quantity("value", unit).means("the value"), source_row()};
  const Values inner = read_values(*node, table, key + " of " + values.context(), diagnostics, {});
  return inner.has("value") ? inner.quantity("value") : without;
}

const ParameterTable& binary_parameters() {
  static const ParameterTable table = {
      text("cation").means("the cation"),
      text("anion").means("the anion"),
      number("beta0").means("kg/mol"),
      number("beta1").means("kg/mol"),
      number("beta2").or_default("0").means("kg/mol; for 2-2 salts"),
      number("C_phi").or_default("0").means("kg2/mol2, of the osmotic coefficient"),
      number("alpha1").positive().maybe_absent().means("kg^.5/mol^.5; without it 2, and 1.4 for 2-2 salts"),
      number("alpha2").positive().maybe_absent().means("kg^.5/mol^.5; without it 12"),
      quantity("up_to", "mol/kg").positive().maybe_absent().means("molality the fit reaches"),
      source_row(),
  };
  return table;
}

PitzerParameters::Binary read_binary(const Node& node, Diagnostics& diagnostics) {
  const Values values = read_values(node, binary_parameters(), "binary", diagnostics, {});
  PitzerParameters::Binary binary;
  if (!values.complete()) return binary;
  binary.cation = values.text("cation");
  binary.anion = values.text("anion");
  binary.beta0 = values.number("beta0");
  binary.beta1 = values.number("beta1");
  binary.beta2 = values.number("beta2");
  binary.C_phi = values.number("C_phi");
  if (values.has("alpha1")) binary.alpha1 = values.number("alpha1");
  if (values.has("alpha2")) binary.alpha2 = values.number("alpha2");
  if (values.has("up_to")) binary.up_to = values.quantity("up_to");
  return binary;
}

// {ions: [...], value: 0.07, source: "..."} for theta, psi and lambda.
template <std::size_t count>
std::pair<std::array<std::string, count>, double> read_interaction(const Node& node, const char* name, Diagnostics& diagnostics) {
  const ParameterTable table = {any("ions").means("the species"), number("value").means("the parameter"), source_row()};
  const Values values = read_values(node, table, name, diagnostics, {});
  return {texts_of<count>(values, "ions", diagnostics), values.has("value") ? values.number("value") : 0.0};
}

const ParameterTable& pitzer_parameters() {
  static const ParameterTable table = {
      text("name").means("what the set is called"),
      quantity("temperature", "degC").means("temperature of the fit"),
      quantity("temperature_tolerance", "K").positive().or_default("5 K").means("how far from it without a warning"),
      any("A_phi").maybe_absent().means("Debye-Hueckel slope of the osmotic coefficient, kg^.5/mol^.5"),
      any("b").maybe_absent().means("kg^.5/mol^.5"),
      any("ionic_strength_up_to").maybe_absent().means("highest ionic strength of the fit"),
      any("binary").means("cation with anion"),
      any("theta").maybe_absent().means("two ions of like sign, kg/mol"),
      any("psi").maybe_absent().means("two ions of like sign with one of the other, kg2/mol2"),
      any("lambda").maybe_absent().means("neutral species, kg/mol"),
  };
  return table;
}

}  // namespace

std::optional<PitzerParameters> read_pitzer_parameters(const Node& root, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.count();
  const Values values = read_values(root, pitzer_parameters(), "Pitzer set", diagnostics, {});
  if (!values.complete()) return std::nullopt;
  PitzerParameters set;
  set.name = values.text("name");
  set.temperature = values.quantity("temperature");
  set.temperature_tolerance = values.quantity("temperature_tolerance");
  set.A_phi = sourced_number(values, "A_phi", "1", set.A_phi, diagnostics);
  set.b = sourced_number(values, "b", "1", set.b, diagnostics);
  set.ionic_strength_up_to = sourced_number(values, "ionic_strength_up_to", "mol/kg", 0.0, diagnostics);
  for (const Node& item : items_of(values, "binary", diagnostics)) set.binary.push_back(read_binary(item, diagnostics));
  for (const Node& item : items_of(values, "theta", diagnostics)) {
    const auto interaction = read_interaction<2>(item, "theta", diagnostics);
    set.theta.push_back({interaction.first, interaction.second});
  }
  for (const Node& item : items_of(values, "psi", diagnostics)) {
    const auto interaction = read_interaction<3>(item, "psi", diagnostics);
    set.psi.push_back({interaction.first, interaction.second});
  }
  for (const Node& item : items_of(values, "lambda", diagnostics)) {
    const auto interaction = read_interaction<2>(item, "lambda", diagnostics);
    set.lambda.push_back({interaction.first[0], interaction.first[1], interaction.second});
  }
  if (diagnostics.count() != before) return std::nullopt;
  return set;
}

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
  };
  LaliberteParameters::Salt salt;
  const Values values = read_values(node, table, "salt", diagnostics, {});
  if (!values.complete()) return salt;
  salt.name = values.text("name");
  salt.cation = values.text("cation");
  salt.anion = values.text("anion");
  salt.density_fit = read_fit(values.node("density"), "c", "density of " + salt.name, salt.density, diagnostics);
  salt.viscosity_fit = read_fit(values.node("viscosity"), "v", "viscosity of " + salt.name, salt.viscosity, diagnostics);
  return salt;
}

}  // namespace

std::optional<LaliberteParameters> read_laliberte_parameters(const Node& root, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.count();
  const ParameterTable table = {text("name").means("what the set is called"), any("salts").means("coefficients by salt")};
  const Values values = read_values(root, table, "density and viscosity", diagnostics, {});
  if (!values.complete()) return std::nullopt;
  LaliberteParameters set;
  set.name = values.text("name");
  for (const Node& item : items_of(values, "salts", diagnostics)) set.salts.push_back(read_salt(item, diagnostics));
  if (diagnostics.count() != before) return std::nullopt;
  return set;
}

}  // namespace brineflow
