#include "units/activity_package.hpp"

#include "units/package_reading.hpp"

namespace brineflow {

using namespace package_reading;

namespace {

const ParameterTable& binary_parameters() {
  static const ParameterTable table = {
      text("cation").means("the cation"),
      text("anion").means("the anion"),
      any("beta0").means("kg/mol"),
      any("beta1").means("kg/mol"),
      any("beta2").maybe_absent().means("kg/mol; for 2-2 salts"),
      any("C_phi").maybe_absent().means("kg2/mol2, of the osmotic coefficient"),
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
  binary.beta0 = function_of_temperature(values, "beta0", diagnostics);
  binary.beta1 = function_of_temperature(values, "beta1", diagnostics);
  binary.beta2 = function_of_temperature(values, "beta2", diagnostics);
  binary.C_phi = function_of_temperature(values, "C_phi", diagnostics);
  if (values.has("alpha1")) binary.alpha1 = values.number("alpha1");
  if (values.has("alpha2")) binary.alpha2 = values.number("alpha2");
  if (values.has("up_to")) binary.up_to = values.quantity("up_to");
  return binary;
}

// {ions: [...], value: 0.07, source: "..."} for theta, psi, lambda and zeta.
template <std::size_t count>
std::pair<std::array<std::string, count>, TemperatureFunction> read_interaction(const Node& node,
                                                                                const char* name,
                                                                                Diagnostics& diagnostics) {
  const ParameterTable table = {any("ions").means("the species"), any("value").means("the parameter"),
                                source_row()};
  const Values values = read_values(node, table, name, diagnostics, {});
  return {texts_of<count>(values, "ions", diagnostics),
          function_of_temperature(values, "value", diagnostics)};
}

const ParameterTable& pitzer_parameters() {
  static const ParameterTable table = {
      text("name").means("what the set is called"),
      quantity("temperature", "degC").means("temperature of the fit"),
      quantity("temperature_tolerance", "K")
          .positive()
          .or_default("5 K")
          .means("how far from it without a warning"),
      any("A_phi").maybe_absent().means("Debye-Hueckel slope of the osmotic coefficient, kg^.5/mol^.5"),
      any("b").maybe_absent().means("kg^.5/mol^.5"),
      any("ionic_strength_up_to").maybe_absent().means("highest ionic strength of the fit"),
      any("binary").means("cation with anion"),
      any("theta").maybe_absent().means("two ions of like sign, kg/mol"),
      any("psi").maybe_absent().means("two ions of like sign with one of the other, kg2/mol2"),
      any("lambda").maybe_absent().means("neutral species, kg/mol"),
      any("zeta").maybe_absent().means("a neutral species, a cation and an anion, kg2/mol2"),
      any("without_data")
          .maybe_absent()
          .means("cation-anion pairs taken as zero because nobody measured them"),
      any("temperature_range").maybe_absent().means("from where to where the set follows the temperature"),
      any("species").maybe_absent().means(
          "species in equilibrium with the components, with their formation constants"),
      text("minerals")
          .maybe_absent()
          .means("the package of models/minerals with the solubility constants of this set"),
  };
  return table;
}

// {cation: Li+, anions: [HCO3-, CO3-2], source: "..."}
void read_without_data(const Node& node, PitzerParameters& set, Diagnostics& diagnostics) {
  static const ParameterTable table = {text("cation").means("the cation"), any("anions").means("the anions"),
                                       source_row()};
  const Values values = read_values(node, table, "without_data", diagnostics, {});
  for (const Node& anion : items_of(values, "anions", diagnostics))
    if (values.has("cation")) set.without_data.push_back({values.text("cation"), anion.text()});
}

// {name: OH-, from: {H2O: 1, H+: -1}, log_K: -13.998, source: "..."}
Formation read_formation(const Node& node, Diagnostics& diagnostics) {
  static const ParameterTable table = {
      text("name").means("the species"),
      any("from").means("what one of it is made of: components with their stoichiometric numbers"),
      any("log_K").means("log10 of its activity over those of the components it is made of"),
      source_row(),
  };
  const Values values = read_values(node, table, "species", diagnostics, {});
  if (!values.complete()) return {};
  return {values.text("name"), stoichiometry_of(values, "from", diagnostics),
          function_of_temperature(values, "log_K", diagnostics)};
}

void read_interactions(const Values& values, PitzerParameters& set, Diagnostics& diagnostics) {
  for (const Node& item : items_of(values, "binary", diagnostics))
    set.binary.push_back(read_binary(item, diagnostics));
  for (const Node& item : items_of(values, "theta", diagnostics)) {
    const auto [ions, value] = read_interaction<2>(item, "theta", diagnostics);
    set.theta.push_back({ions, value});
  }
  for (const Node& item : items_of(values, "psi", diagnostics)) {
    const auto [ions, value] = read_interaction<3>(item, "psi", diagnostics);
    set.psi.push_back({ions, value});
  }
  for (const Node& item : items_of(values, "lambda", diagnostics)) {
    const auto [ions, value] = read_interaction<2>(item, "lambda", diagnostics);
    set.lambda.push_back({ions[0], ions[1], value});
  }
  for (const Node& item : items_of(values, "zeta", diagnostics)) {
    const auto [ions, value] = read_interaction<3>(item, "zeta", diagnostics);
    set.zeta.push_back({ions, value});
  }
  for (const Node& item : items_of(values, "without_data", diagnostics))
    read_without_data(item, set, diagnostics);
}

std::optional<std::array<double, 2>> read_temperature_range(const Values& values, Diagnostics& diagnostics) {
  if (values.node("temperature_range") == nullptr) return std::nullopt;
  return numbers_of<2>(values, "temperature_range", "degC", diagnostics);
}

const ParameterTable& mineral_parameters() {
  static const ParameterTable table = {
      text("name").means("the mineral, as it is called in results"),
      text("formula").means("its formula"),
      any("dissolves_to")
          .means("what one formula unit dissolves to: components with their stoichiometric numbers"),
      any("log_K").means("log10 of the ion activity product at saturation"),
      quantity("molar_volume", "cm3/mol").positive().maybe_absent().means("of the solid"),
      boolean("precipitates")
          .or_default("true")
          .means("false: its saturation index is reported, but it does not form unless asked for"),
      source_row(),
  };
  return table;
}

}  // namespace

std::optional<ActivityPackage> read_activity_package(const Node& root, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.count();
  const Values values = read_values(root, pitzer_parameters(), "Pitzer set", diagnostics, {});
  if (!values.complete()) return std::nullopt;
  ActivityPackage package;
  PitzerParameters& set = package.activities;
  set.name = values.text("name");
  set.temperature = values.quantity("temperature");
  set.temperature_tolerance = values.quantity("temperature_tolerance");
  set.temperature_range = read_temperature_range(values, diagnostics);
  set.A_phi = sourced_number(values, "A_phi", "1", set.A_phi, diagnostics);
  set.b = sourced_number(values, "b", "1", set.b, diagnostics);
  set.ionic_strength_up_to = sourced_number(values, "ionic_strength_up_to", "mol/kg", 0.0, diagnostics);
  read_interactions(values, set, diagnostics);
  for (const Node& item : items_of(values, "species", diagnostics))
    package.species.push_back(read_formation(item, diagnostics));
  if (values.has("minerals")) package.minerals = values.text("minerals");
  if (diagnostics.count() != before) return std::nullopt;
  return package;
}

std::optional<MineralSet> read_mineral_set(const Node& root, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.count();
  const ParameterTable table = {
      text("name").means("what the set is called"),
      quantity("temperature", "degC").means("temperature of the constants"),
      any("temperature_range")
          .maybe_absent()
          .means("from where to where the constants follow the temperature"),
      any("minerals").means("the minerals"),
  };
  const Values values = read_values(root, table, "minerals", diagnostics, {});
  if (!values.complete()) return std::nullopt;
  MineralSet set;
  set.name = values.text("name");
  set.temperature_range = read_temperature_range(values, diagnostics);
  for (const Node& item : items_of(values, "minerals", diagnostics)) {
    const Values entry = read_values(item, mineral_parameters(), "mineral", diagnostics, {});
    if (!entry.complete()) continue;
    set.minerals.push_back(
        {entry.text("name"), entry.text("formula"), stoichiometry_of(entry, "dissolves_to", diagnostics),
         function_of_temperature(entry, "log_K", diagnostics),
         entry.has("molar_volume") ? entry.quantity("molar_volume") : 0.0, entry.flag("precipitates")});
  }
  if (diagnostics.count() != before) return std::nullopt;
  return set;
}

}  // namespace brineflow
