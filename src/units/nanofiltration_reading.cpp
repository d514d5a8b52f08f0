#include "units/nanofiltration_reading.hpp"

#include "base/quantity.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>

namespace brineflow {
namespace {

// Diffusion coefficients of ions in water at 25 degC [1e-9 m2/s], from limiting molar conductivities after Marcus, Ion
// Properties (1997), written down from memory and checked against those in PHREEQC's pitzer.dat.
double diffusion_coefficient(const std::string& ion) {
  static const std::map<std::string, double> table = {{"Li+", 1.031},  {"Na+", 1.334}, {"K+", 1.957},   {"Mg+2", 0.706},
                                                      {"Ca+2", 0.792}, {"Cl-", 2.034}, {"SO4-2", 1.065}};
  const auto found = table.find(ion);
  return found == table.end() ? 0.0 : found->second;
}

// The same for any solute that the chemistry knows how to move [m2/s]; 0 where nothing is known.
double diffusion_of(const Brine& brine, std::size_t solute) {
  const std::string& name = brine.components()[solute].name;
  if (const double known = diffusion_coefficient(name); known > 0.0) return 1e-9 * known;
  if (!brine.has_ion_transport()) return 0.0;
  std::vector<double> water(brine.components().size(), 0.0);
  water[0] = 1.0;
  return brine.diffusivity<double>(solute, water, 298.15);
}

// k_i over that of Li+, or of the first solute where a correlation gives it. Nothing after a finding at `key`.
std::optional<std::vector<double>> mass_transfer_ratios(const Brine& brine, double reference, double exponent, const Place& place, const char* instead,
                                                        Diagnostics& diagnostics) {
  std::vector<double> result;
  for (std::size_t i = 1; i < brine.components().size(); ++i) {
    const double D = diffusion_of(brine, i);
    if (D == 0.0) {
      diagnostics.error(place, fmt::format("no diffusion coefficient is known for {}: {}", brine.components()[i].name, instead));
      return std::nullopt;
    }
    result.push_back(std::pow(D / reference, exponent));
  }
  return result;
}

// False after a finding.
bool read_mass_transfer(const Values& values, const UnitContext& context, NanofiltrationSettings& settings) {
  const Brine& brine = *context.brine;
  settings.mass_transfer = values.quantity("mass_transfer");
  settings.mass_transfer_ratio.assign(brine.components().size() - 1, 1.0);
  std::optional<std::vector<double>> ratios;
  if (settings.spiral && settings.spiral->film_correlation) {
    settings.spiral->diffusion = diffusion_of(brine, 1);
    if (values.given("mass_transfer_by_ion"))
      context.diagnostics.error(values.place("mass_transfer_by_ion"), "'mass_transfer_by_ion' goes with a number for 'mass_transfer'",
                                "leave it out: the correlation of Schock and Miquel knows the diffusivity of every ion");
    ratios = mass_transfer_ratios(brine, settings.spiral->diffusion, 0.75, values.place("spiral_wound"), "give mass_transfer as a number", context.diagnostics);
  } else if (values.text("mass_transfer_by_ion") == "diffusivity") {
    ratios = mass_transfer_ratios(brine, 1e-9 * diffusion_coefficient("Li+"), 2.0 / 3.0, values.place("mass_transfer_by_ion"), "use mass_transfer_by_ion: equal",
                                  context.diagnostics);
  } else {
    return true;
  }
  if (!ratios) return false;
  settings.mass_transfer_ratio = std::move(*ratios);
  return !values.given("mass_transfer_by_ion") || !settings.spiral || !settings.spiral->film_correlation;
}

const ParameterTable& spiral_parameters() {
  static const ParameterTable table = {
      quantity("element_area", "m2").positive().means("membrane area of one element"),
      quantity("element_length", "m").positive().or_default("1.016 m").means("length of one element; the default is the usual 40 inches"),
      integer("elements").between(1.0, 100.0).or_default("6").means("elements in series in a vessel"),
      integer("vessels").between(1.0, 100000.0).or_default("1").means("vessels side by side, each with its share of the feed"),
      quantity("spacer_porosity", "%").above("10 %").at_most("100 %").or_default("85 %").means("free share of the feed channel (illustrative default)"),
      quantity("pressure_drop", "bar").not_negative().maybe_absent().means("of each element; without it that of Schock and Miquel (1987)"),
  };
  return table;
}

// False after a finding. Sets the area, either way.
bool read_geometry(const Values& values, const UnitContext& context, NanofiltrationSettings& settings) {
  if (values.given("area") == values.given("spiral_wound")) {
    const char* both = values.given("area") ? ", not both" : "";
    context.diagnostics.error(values.place("area"), fmt::format("{} needs either 'area' or 'spiral_wound'{}", values.context(), both));
    return false;
  }
  if (!values.given("spiral_wound")) {
    settings.area = values.quantity("area");
    return true;
  }
  const Values read = read_values(*values.node("spiral_wound"), spiral_parameters(), "spiral_wound of " + values.context(), context.diagnostics, {});
  if (!read.complete()) return false;
  SpiralWound spiral;
  spiral.element_area = read.quantity("element_area");
  spiral.element_length = read.quantity("element_length");
  spiral.elements = static_cast<double>(read.integer("elements"));
  spiral.vessels = static_cast<double>(read.integer("vessels"));
  spiral.porosity = read.quantity("spacer_porosity");
  spiral.height = settings.channel_height;
  spiral.film_correlation = !values.given("mass_transfer");
  if (read.has("pressure_drop")) spiral.pressure_drop = read.quantity("pressure_drop");
  settings.area = spiral.vessels * spiral.vessel_area();
  settings.spiral = spiral;
  return true;
}

// What fills the feed side at the start; pure water without `initial`. Nothing when there was a finding.
std::optional<std::vector<double>> read_initial(const Values& values, const UnitContext& context) {
  if (values.given("initial"))
    return read_brine_composition(*values.node("initial"), *context.brine, reference_temperature, context.models, values.context(),
                                  context.diagnostics);
  std::vector<double> water(context.brine->components().size(), 0.0);
  water[0] = 1.0;
  return concentrations(*context.brine, water, reference_temperature);
}

}  // namespace

std::optional<NanofiltrationReading> read_nanofiltration(const Values& values, const UnitContext& context) {
  if (!values.has("membrane")) return std::nullopt;
  const auto membrane =
      read_membrane(*values.node("membrane"), context.brine->components(), context.models, values.context(), context.diagnostics);
  NanofiltrationSettings settings;
  if (!values.complete()) return std::nullopt;
  settings.channel_height = values.quantity("feed_channel_height");
  if (!read_geometry(values, context, settings) || !read_mass_transfer(values, context, settings) || !membrane) return std::nullopt;
  if (values.has("feed_pressure")) settings.feed_pressure = values.quantity("feed_pressure");
  settings.permeate_pressure = values.quantity("permeate_pressure");
  settings.pump_efficiency = values.quantity("pump_efficiency");
  settings.maximum_recovery = values.quantity("maximum_recovery");
  settings.cells = static_cast<std::size_t>(values.integer("cells"));
  const auto initial = read_initial(values, context);
  if (!initial) return std::nullopt;
  settings.initial = *initial;
  if (values.given("fouling")) {
    settings.fouling = read_fouling(*values.node("fouling"), context, values.context());
    if (!settings.fouling) return std::nullopt;
  }
  if (settings.feed_pressure && *settings.feed_pressure <= settings.permeate_pressure) {
    context.diagnostics.error(values.place("feed_pressure"),
                              fmt::format("feed_pressure of {} must be above its permeate_pressure of {}", values.context(),
                                          format_quantity(settings.permeate_pressure, "bar")));
    return std::nullopt;
  }
  return NanofiltrationReading{std::move(settings), *membrane};
}

ParameterTable nanofiltration_parameters() {
  return {
      any("membrane").means("a package of models/membranes, or a map {water_permeability: 18 L/m2/h/bar, permeability: {Li+: 4.5 um/s}}"),
      quantity("area", "m2").positive().maybe_absent().means("membrane area, without a pressure drop along it; or spiral_wound"),
      any("spiral_wound").maybe_absent().means(
          "elements in vessels, {element_area: 37 m2, element_length: 1.016 m, elements: 6, vessels: 8, spacer_porosity: 85 %, pressure_drop: 0.2 bar}, "
          "in place of area: its film and, without pressure_drop of an element, its pressure along the channel by Schock and Miquel (1987)"),
      quantity("feed_pressure", "bar").positive().maybe_absent().means(
          "absolute pressure that the module's own booster pump makes; without it the feed's pressure is used as it arrives"),
      quantity("permeate_pressure", "bar").positive().or_default("1.01325 bar").means("absolute pressure of the permeate"),
      quantity("pump_efficiency", "%").above(0.0).at_most(1.0).or_default("75 %").means(
          "of the booster pump, motor included; the default is illustrative"),
      quantity("maximum_recovery", "%").above(0.0).at_most(0.999).or_default("90 %").means(
          "share of the arriving volume that may permeate: where more would, the feed pressure is lowered until no more does; "
          "the default is illustrative"),
      quantity("mass_transfer", "L/m2/h").positive().or_default("100 L/m2/h").means(
          "mass-transfer coefficient of the film at the membrane; the default is that of Wang et al. (2023), in spiral_wound the correlation"),
      choice("mass_transfer_by_ion", {"equal", "diffusivity"})
          .or_default("equal")
          .means("whether it holds for every ion, or for Li+ and the others by their diffusivity to the power 2/3"),
      quantity("feed_channel_height", "mm").positive().or_default("0.7 mm").means(
          "height of the feed channel between two leaves; half of it times the area, less the spacer, is the hold-up (illustrative default)"),
      any("initial").maybe_absent().means(
          "what fills the feed side at the start: a package of models/brines or a composition; pure water without it"),
      any("fouling").maybe_absent().means(
          "deposits on the membrane (docs/equations/fouling.md), {scale: {gypsum: {growth_rate: 1e-6 mol/m2/s, specific_resistance: 1e14 m/kg}}, "
          "cake: {organic_matter: {foulant: 2 mg/L, specific_resistance: 1e15 m/kg}}}; a step cleans by gypsum.cleaning_rate"),
      integer("cells").between(1.0, 1000.0).or_default("10").means("cells along the module, each well mixed"),
  };
}

std::vector<std::string> nanofiltration_examples() {
  return {"{type: nanofiltration, area: 10 m2, feed_pressure: 6 bar, cells: 3, membrane: {law: dspm_de, pore_radius: 0.5 nm, effective_thickness: 1.3 um, "
          "charge_density: -30 mol/m3, charge_exponent: 0.4, pore_dielectric_constant: 45, ions: {"
          "Li+: {diffusion: 1.03e-9 m2/s}, Na+: {diffusion: 1.33e-9 m2/s}, K+: {diffusion: 1.96e-9 m2/s}, Mg+2: {diffusion: 0.706e-9 m2/s}, "
          "Ca+2: {diffusion: 0.792e-9 m2/s}, Cl-: {diffusion: 2.03e-9 m2/s}, SO4-2: {diffusion: 1.065e-9 m2/s, stokes_radius: 0.23 nm}}}}",
          "{type: nanofiltration, membrane: lbl_wang2023, feed_pressure: 6 bar, cells: 3, spiral_wound: {element_area: 37 m2, elements: 2, vessels: 3}}",
          "{type: nanofiltration, membrane: lbl_wang2023, feed_pressure: 6 bar, cells: 3, mass_transfer: 80 L/m2/h, "
          "spiral_wound: {element_area: 37 m2, elements: 2, pressure_drop: 0.3 bar}}",
          "{type: nanofiltration, membrane: lbl_wang2023, area: 10 m2, feed_pressure: 6 bar, cells: 3, fouling: {"
          "scale: {gypsum: {mineral: {dissolves_to: {Ca+2: 1, SO4-2: 1, H2O: 2}, log_K: -4.58}, growth_rate: 1e-6 mol/m2/s, "
          "specific_resistance: 1e14 m/kg, cleaning_rate: 1 1/h, initial: 3 g/m2}, "
          "lithium_sulfate: {mineral: {dissolves_to: {Li+: 2, SO4-2: 1}, log_K: -4}, growth_rate: 1e-5 mol/m2/s, growth_order: 1, "
          "dissolution_rate: 1e-6 mol/m2/s, specific_resistance: 1e13 m/kg}}, "
          "cake: {organic_matter: {foulant: 5 mg/L, specific_resistance: 1e15 m/kg, removal_rate: 0.1 1/h, cleaning_rate: 0.2 1/h}}}}"};
}

}  // namespace brineflow
