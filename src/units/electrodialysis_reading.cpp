// The keys of an electrodialysis stack, of pairs or of triplets: their entries in the catalogue.
#include "base/error.hpp"
#include "base/quantity.hpp"
#include "units/builders.hpp"
#include "units/electrodialysis_settings.hpp"

#include <fmt/format.h>

namespace brineflow {
namespace {

const ParameterTable& limiting_current_parameters() {
  static const ParameterTable table = {
      quantity("at_inlet", "A/m2").positive().maybe_absent().means("current density at the diluate's inlet; elsewhere with its concentration"),
      number("coefficient").positive().maybe_absent().means("A/m2 per mol/m3 of charge at 1 m/s"),
      number("exponent").between(0.0, 2.0).maybe_absent().means("of the velocity of the diluate in m/s"),
  };
  return table;
}

std::optional<LimitingCurrent> read_limiting_current(const Node& node, const std::string& of, Diagnostics& diagnostics) {
  const Values values = read_values(node, limiting_current_parameters(), "limiting_current of " + of, diagnostics, {});
  if (!values.complete()) return std::nullopt;
  LimitingCurrent law;
  if (values.has("at_inlet")) law.at_inlet = values.quantity("at_inlet");
  if (values.has("coefficient")) law.coefficient = values.number("coefficient");
  if (values.has("exponent")) law.exponent = values.number("exponent");
  if (values.has("at_inlet") == values.has("coefficient") || values.has("exponent") != values.has("coefficient")) {
    diagnostics.error(node.place(), fmt::format("{} needs either 'at_inlet', or 'coefficient' and 'exponent'", values.context()));
    return std::nullopt;
  }
  return law;
}

// A key that one choice of `pressure_drop` needs and the others have no use for.
void require_with(const Values& values, const std::string& key, bool wanted, Diagnostics& diagnostics) {
  if (wanted && !values.given(key))
    diagnostics.error(values.place("pressure_drop"), fmt::format("pressure_drop: {} of {} needs '{}'", values.text("pressure_drop"), values.context(), key));
  if (!wanted && values.given(key))
    diagnostics.error(values.place(key), fmt::format("pressure_drop: {} of {} has no use for '{}'", values.text("pressure_drop"), values.context(), key));
}

void read_friction(const Values& values, StackSettings& settings, Diagnostics& diagnostics) {
  const std::string& kind = values.text("pressure_drop");
  settings.friction = kind == "gradient"          ? Friction::gradient
                      : kind == "friction_factor" ? Friction::constant
                      : kind == "gurreri"         ? Friction::gurreri
                      : kind == "kuroda"          ? Friction::kuroda
                                                  : Friction::none;
  require_with(values, "pressure_gradient", settings.friction == Friction::gradient, diagnostics);
  require_with(values, "friction_factor", settings.friction == Friction::constant, diagnostics);
  if (values.has("pressure_gradient")) settings.pressure_gradient = values.quantity("pressure_gradient");
  if (values.has("friction_factor")) settings.friction_factor = values.number("friction_factor");
  const bool by_diameter = settings.friction != Friction::none && settings.friction != Friction::gradient;
  for (const char* key : {"hydraulic_diameter", "spacer_specific_area"})
    if (!by_diameter) require_with(values, key, false, diagnostics);
  if (values.given("hydraulic_diameter") && values.given("spacer_specific_area"))
    diagnostics.error(values.place("spacer_specific_area"), fmt::format("{} takes either 'hydraulic_diameter' or 'spacer_specific_area'", values.context()));
  // (17) d_h = 2 b h eps / (b + h), or 4 eps / (2/h + (1 - eps) a_spacer)
  const double h = settings.channel_height, b = settings.width, porosity = settings.spacer_porosity;
  settings.hydraulic_diameter = 2.0 * b * h * porosity / (b + h);
  if (values.has("hydraulic_diameter")) settings.hydraulic_diameter = values.quantity("hydraulic_diameter");
  if (values.has("spacer_specific_area"))
    settings.hydraulic_diameter = 4.0 * porosity / (2.0 / h + (1.0 - porosity) * values.quantity("spacer_specific_area"));
}

const char* repeats(bool triplets) { return triplets ? "cell_triplets" : "cell_pairs"; }
const char* highest(bool triplets) { return triplets ? "highest_triplet_voltage" : "highest_pair_voltage"; }

void read_supply(const Values& values, StackSettings& settings, Diagnostics& diagnostics) {
  if (values.has("current")) settings.current = values.quantity("current");
  settings.voltage = values.has("voltage") ? values.quantity("voltage") : settings.cell_pairs * values.quantity(highest(settings.bipolar.has_value()));
  if (!values.given("current") && !values.given("voltage"))
    diagnostics.error(values.place(repeats(settings.bipolar.has_value())), fmt::format("{} needs 'current', 'voltage' or both", values.context()),
                      "with both, the supply keeps the current as long as the voltage suffices");
  const char* key = highest(settings.bipolar.has_value());
  if (values.given("voltage") && values.given(key))
    diagnostics.error(values.place(key), fmt::format("{} states its 'voltage': '{}' has no use", values.context(), key));
}

// What belongs to one law of the membranes is refused beside the other.
void read_law(const Values& values, StackSettings& settings, Diagnostics& diagnostics) {
  if (!settings.membranes[0] || !settings.membranes[1]) return;
  if (settings.membranes[0]->law != settings.membranes[1]->law) {
    diagnostics.error(values.place("anion_membrane"), fmt::format("both membranes of {} must have the same law", values.context()));
    return;
  }
  const bool ion_by_ion = settings.membranes[0]->law == MembraneLaw::nernst_planck;
  for (const char* key : {"limiting_current", "concentration_potential"})
    if (ion_by_ion && values.given(key))
      diagnostics.error(values.place(key), fmt::format("membranes of law nernst_planck in {} make their own: '{}' has no use", values.context(), key));
  for (const char* key : {"film_thickness", "overlimiting_conductance"})
    if (!ion_by_ion && values.given(key))
      diagnostics.error(values.place(key), fmt::format("membranes of law transport_numbers in {} have no use for '{}'", values.context(), key));
  settings.film_thickness = values.quantity("film_thickness");
  settings.overlimiting_conductance = values.quantity("overlimiting_conductance");
  if (ion_by_ion && 2.0 * settings.film_thickness >= settings.channel_height)
    diagnostics.error(values.place("film_thickness"),
                      fmt::format("two films of {} leave no room in a channel of {} between them in {}", format_quantity(settings.film_thickness, "mm"),
                                  format_quantity(settings.channel_height, "mm"), values.context()));
}

std::optional<std::vector<double>> read_initial(const Values& values, const char* key, const UnitContext& context) {
  constexpr double T = 298.15;
  if (values.has(key))
    return read_brine_composition(*values.node(key), *context.brine, T, context.models, std::string(key) + " of " + values.context(), context.diagnostics);
  std::vector<double> water(context.brine->components().size(), 0.0);
  water[0] = 1.0;
  return concentrations(*context.brine, water, T);
}

// What fills the channels at the start, one key a channel or one for all.
void read_contents(const Values& values, bool triplets, const UnitContext& context, StackSettings& settings) {
  constexpr std::array<const char*, 3> keys = {"initial_salt", "initial_base", "initial_acid"};
  for (std::size_t channel = 0; channel < 3; ++channel)
    if (const auto contents = read_initial(values, triplets ? keys[channel] : "initial", context)) settings.initial[channel] = *contents;
}

// OH- beside the components, where the stack makes acid and base; a finding where that cannot be.
std::optional<AcidBase> read_acid_base(const Values& values, const UnitContext& context) {
  try {
    return AcidBase(*context.brine);
  } catch (const InputError& error) {
    context.diagnostics.error(values.place("bipolar_membrane"), fmt::format("{}: {}", values.context(), error.what()));
    return std::nullopt;
  }
}

std::unique_ptr<Unit> build_stack(const std::string& name, const Values& values, const UnitContext& context, bool triplets) {
  const std::size_t before = context.diagnostics.count();
  StackSettings settings;
  const auto acid_base = triplets ? read_acid_base(values, context) : std::nullopt;
  if (context.diagnostics.count() != before) return nullptr;
  const ComponentSet species = acid_base ? acid_base->brine().components() : context.brine->components();
  if (values.has("cation_membrane"))
    settings.membranes[0] = read_stack_membrane(*values.node("cation_membrane"), stack::MembraneKind::cation_exchange, species,
                                                context.models, values.context(), context.diagnostics);
  if (values.has("anion_membrane"))
    settings.membranes[1] = read_stack_membrane(*values.node("anion_membrane"), stack::MembraneKind::anion_exchange, species,
                                                context.models, values.context(), context.diagnostics);
  if (triplets && values.has("bipolar_membrane"))
    settings.bipolar = read_bipolar_membrane(*values.node("bipolar_membrane"), context.models, values.context(), context.diagnostics);
  const auto solution = read_stack_solution(values.node("solution"), values.place("solution"), context, values.context(), acid_base);
  read_contents(values, triplets, context, settings);
  if (values.has("limiting_current"))
    settings.limiting_current = read_limiting_current(*values.node("limiting_current"), values.context(), context.diagnostics);
  if (!values.complete() || !solution || (triplets && !settings.bipolar)) return nullptr;
  settings.solution = std::make_shared<const StackSolution>(*solution);
  settings.cell_pairs = static_cast<double>(values.integer(repeats(triplets)));
  settings.width = values.quantity("width");
  settings.length = values.quantity("length");
  settings.channel_height = values.quantity("channel_height");
  settings.spacer_porosity = values.quantity("spacer_porosity");
  settings.cells = static_cast<std::size_t>(values.integer("cells"));
  settings.electrode_resistance = values.quantity("electrode_resistance");
  settings.uniform_current = values.text("current_distribution") == "uniform";
  settings.concentration_potential = values.flag("concentration_potential");
  read_law(values, settings, context.diagnostics);
  read_supply(values, settings, context.diagnostics);
  read_friction(values, settings, context.diagnostics);
  if (context.diagnostics.count() != before) return nullptr;
  return make_electrodialysis(name, context.brine, std::move(settings));
}

std::unique_ptr<Unit> build_pairs(const std::string& name, const Values& values, const UnitContext& context) {
  return build_stack(name, values, context, false);
}

std::unique_ptr<Unit> build_triplets(const std::string& name, const Values& values, const UnitContext& context) {
  return build_stack(name, values, context, true);
}

// The keys of either stack.
ParameterTable stack_parameters(bool triplets) {
  ParameterTable table = {
      any("cation_membrane").means("a package of models/ion_exchange_membranes, or a map with its keys"),
      any("anion_membrane").means("the same for the anion-exchange membrane"),
  };
  if (triplets) table.push_back(any("bipolar_membrane").means("the same for the bipolar membrane, {kind: bipolar, ...}"));
  table.push_back(triplets ? integer("cell_triplets").between(1.0, 5000.0).means("number of cell triplets between the electrodes")
                           : integer("cell_pairs").between(1.0, 5000.0).means("number of cell pairs between the electrodes"));
  const ParameterTable shared = {
      quantity("width", "m").positive().means("width of a channel, across the flow"),
      quantity("length", "m").positive().means("length of the path of the flow"),
      quantity("channel_height", "mm").positive().means(triplets ? "distance of the membranes, all channels alike" : "distance of the membranes, diluate and concentrate alike"),
      quantity("spacer_porosity", "%").above(0.0).at_most(1.0).or_default("100 %").means(
          "share of a channel that its spacer leaves free; the current crosses the whole channel"),
      quantity("current", "A").positive().maybe_absent().means("constant current, as far as the voltage suffices"),
      quantity("voltage", "V").positive().maybe_absent().means("constant voltage of the stack; beside `current` the limit of the supply"),
      quantity(highest(triplets), "V").positive().or_default(triplets ? "5 V" : "2 V").means(
          std::string("voltage a ") + (triplets ? "triplet" : "cell pair") +
          " at which the supply stops to keep the current where `voltage` is absent; the default is illustrative"),
      choice("current_distribution", {"equipotential", "uniform"})
          .or_default("equipotential")
          .means("along the channel one voltage, as electrodes have it, or one current density, as some models assume"),
      quantity("electrode_resistance", "ohm m2").not_negative().or_default("0 ohm m2").means(
          "resistance times area of both electrodes with their compartments"),
      boolean("concentration_potential").or_default("true").means("whether membranes and layers have the potentials that concentrations make"),
      any("limiting_current").maybe_absent().means(
          "diffusion layers, {at_inlet: 800 A/m2} or {coefficient: 25, exponent: 0.5}; without it there are none"),
      quantity("film_thickness", "mm").positive().or_default("0.05 mm").means(
          "of the diffusion films at membranes of law nernst_planck; the default is illustrative"),
      quantity("overlimiting_conductance", "1/V").positive().or_default("2 1/V").means(
          "how much more than the limiting current, by that, a film passes for each volt of space charge; the default is illustrative"),
      choice("pressure_drop", {"none", "gradient", "friction_factor", "gurreri", "kuroda"})
          .or_default("none")
          .means("pressure lost along a channel: a gradient, or Darcy's friction factor as a number or by a correlation"),
      quantity("pressure_gradient", "bar/m").positive().maybe_absent().means("pressure lost by length"),
      number("friction_factor").positive().maybe_absent().means("Darcy's friction factor"),
      quantity("hydraulic_diameter", "mm").positive().maybe_absent().means("for the friction; by default 2 b h eps / (b + h)"),
      quantity("spacer_specific_area", "1/m").positive().maybe_absent().means("surface by volume of the spacer, for the hydraulic diameter"),
      any("solution").maybe_absent().means(
          "constants in place of the brine's properties, {density: 1000 kg/m3, viscosity: 1 cP, equivalent_conductivity: 126 S "
          "cm2/mol, diffusivity: {Na+: 1.33e-9 m2/s}}; osmotic pressure by van 't Hoff then"),
  };
  table.insert(table.end(), shared.begin(), shared.end());
  if (triplets) {
    table.push_back(any("initial_salt").maybe_absent().means("composition of what fills the salt channels at the start, as of a feed; without it pure water"));
    table.push_back(any("initial_base").maybe_absent().means("the same for the base channels, {Li+: 0.1 mol/L, balance: H+}"));
    table.push_back(any("initial_acid").maybe_absent().means("the same for the acid channels"));
  } else {
    table.push_back(any("initial").maybe_absent().means("composition of what fills both channels at the start, as of a feed; without it pure water"));
  }
  table.push_back(integer("cells").between(1.0, 1000.0).or_default("20").means("cells along the channel, each well mixed"));
  return table;
}

constexpr const char* example_membranes =
    "cation_membrane: {kind: cation_exchange, thickness: 0.13 mm, areal_resistance: 1.89 ohm cm2, water_transport_number: 5.8, "
    "water_permeability: 7.8e-6 L/m2/h/bar, salt_diffusivity: 1.8e-10 m2/s, counter_ion_transport_number: 0.97, selectivity: {Mg+2: 0.2}}, "
    "anion_membrane: {kind: anion_exchange, thickness: 0.13 mm, areal_resistance: 1.77 ohm cm2, water_transport_number: 4.3, "
    "water_permeability: 6.3e-6 L/m2/h/bar, salt_diffusivity: 1.25e-10 m2/s}, ";

constexpr const char* example_ion_membranes =
    "cation_membrane: {kind: cation_exchange, law: nernst_planck, thickness: 0.13 mm, fixed_charge: 2 mol/L, water_transport_number: 5, "
    "water_permeability: 7e-6 L/m2/h/bar, diffusivity: {Li+: 3e-11 m2/s, Na+: 4e-11 m2/s, K+: 6e-11 m2/s, Mg+2: 5e-12 m2/s, Ca+2: 6e-12 m2/s, "
    "Cl-: 6e-11 m2/s, SO4-2: 6e-12 m2/s}, partition: {Mg+2: 0.3, Ca+2: 0.3}}, "
    "anion_membrane: {kind: anion_exchange, law: nernst_planck, thickness: 0.13 mm, fixed_charge: 2 mol/L, water_transport_number: 4, "
    "water_permeability: 6e-6 L/m2/h/bar, diffusivity: {Li+: 3e-11 m2/s, Na+: 4e-11 m2/s, K+: 6e-11 m2/s, Mg+2: 5e-12 m2/s, Ca+2: 6e-12 m2/s, "
    "Cl-: 6e-11 m2/s, SO4-2: 6e-12 m2/s}}, ";

constexpr const char* example_triplet =
    "cation_membrane: {kind: cation_exchange, thickness: 0.13 mm, areal_resistance: 2 ohm cm2, water_transport_number: 5, "
    "water_permeability: 7.8e-6 L/m2/h/bar, salt_diffusivity: 1e-11 m2/s, counter_ion_transport_number: 0.96, selectivity: {OH-: 2, H+: 5}}, "
    "anion_membrane: {kind: anion_exchange, thickness: 0.13 mm, areal_resistance: 2 ohm cm2, water_transport_number: 4, "
    "water_permeability: 6.3e-6 L/m2/h/bar, salt_diffusivity: 1e-11 m2/s, counter_ion_transport_number: 0.93, selectivity: {H+: 5}}, ";

constexpr const char* example_ion_triplet =
    "cation_membrane: {kind: cation_exchange, law: nernst_planck, thickness: 0.13 mm, fixed_charge: 2 mol/L, water_transport_number: 5, "
    "water_permeability: 7e-6 L/m2/h/bar, diffusivity: {H+: 2e-10 m2/s, Li+: 3e-11 m2/s, Na+: 4e-11 m2/s, K+: 6e-11 m2/s, Mg+2: 5e-12 m2/s, "
    "Ca+2: 6e-12 m2/s, Cl-: 6e-11 m2/s, SO4-2: 6e-12 m2/s, OH-: 1.5e-10 m2/s}}, "
    "anion_membrane: {kind: anion_exchange, law: nernst_planck, thickness: 0.13 mm, fixed_charge: 2 mol/L, water_transport_number: 4, "
    "water_permeability: 6e-6 L/m2/h/bar, diffusivity: {H+: 2e-10 m2/s, Li+: 3e-11 m2/s, Na+: 4e-11 m2/s, K+: 6e-11 m2/s, Mg+2: 5e-12 m2/s, "
    "Ca+2: 6e-12 m2/s, Cl-: 6e-11 m2/s, SO4-2: 6e-12 m2/s, OH-: 1.5e-10 m2/s}}, ";

std::string example_of_triplets(const std::string& bipolar, const std::string& rest, const char* membranes = example_triplet) {
  return std::string("{type: bipolar_electrodialysis, ") + membranes +
         "bipolar_membrane: {kind: bipolar, thickness: 0.2 mm, areal_resistance: 3 ohm cm2" + bipolar +
         "}, cell_triplets: 100, width: 0.5 m, length: 1 m, channel_height: 0.5 mm, " + rest + "}";
}

std::string example(const std::string& rest, const char* membranes = example_membranes) {
  return std::string("{type: electrodialysis, ") + membranes + "cell_pairs: 200, width: 0.5 m, length: 1 m, channel_height: 0.5 mm, " + rest + "}";
}

}  // namespace

UnitType electrodialysis_type() {
  return {
      .name = "electrodialysis",
      .summary = "An electrodialysis stack: current carries ions from the diluate through membranes into the concentrate.",
      .parameters = stack_parameters(false),
      .example = example("voltage: 100 V"),
      .build = build_pairs,
      .further_examples = {example("current: 30 A, pressure_drop: kuroda, limiting_current: {at_inlet: 400 A/m2}, electrode_resistance: 0.001 ohm m2"),
                           example("current: 20 A, current_distribution: uniform, pressure_drop: gradient, pressure_gradient: 0.2 bar/m, "
                                   "spacer_porosity: 80 %, limiting_current: {coefficient: 25, exponent: 0.5}"),
                           example("voltage: 150 V, pressure_drop: friction_factor, friction_factor: 20, concentration_potential: false, cells: 3"),
                           example("current: 30 A, voltage: 150 V, cells: 2", example_ion_membranes)},
  };
}

UnitType bipolar_electrodialysis_type() {
  const std::string salty = "initial_salt: {Li+: 2 mol/L, balance: Cl-}, initial_base: {Li+: 0.2 mol/L, balance: H+}, initial_acid: {H+: 0.2 mol/L, balance: Cl-}, ";
  const std::string leaky = ", salt_leakage: 0.03, water_transport_number: 2, water_permeability: 6e-6 L/m2/h/bar, salt_diffusivity: 1e-12 m2/s";
  const std::string junction = ", fixed_charge: 2 mol/L, layer_diffusivity: 1e-10 m2/s, splitting_rate: 1 mol/m3/s, permittivity: 30";
  return {
      .name = "bipolar_electrodialysis",
      .summary = "A stack with bipolar membranes: water is split, and a salt becomes its acid and its base.",
      .parameters = stack_parameters(true),
      .example = example_of_triplets(leaky, salty + "voltage: 300 V"),
      .build = build_triplets,
      .further_examples = {example_of_triplets(leaky, salty + "current: 200 A, pressure_drop: kuroda, limiting_current: {at_inlet: 2000 A/m2}, electrode_resistance: 0.001 ohm m2"),
                           example_of_triplets(junction, "current: 200 A, current_distribution: uniform, pressure_drop: gradient, pressure_gradient: 0.2 bar/m, "
                                               "spacer_porosity: 80 %, limiting_current: {coefficient: 25, exponent: 0.5}"),
                           example_of_triplets("", salty + "voltage: 350 V, pressure_drop: friction_factor, friction_factor: 20, concentration_potential: false, cells: 3"),
                           example_of_triplets(leaky, salty + "current: 150 A, voltage: 400 V, cells: 2", example_ion_triplet)},
      .needs_hydrogen = true,
  };
}

}  // namespace brineflow
