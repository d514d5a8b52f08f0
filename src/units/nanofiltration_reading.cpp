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

// False after a finding.
bool read_mass_transfer_ratios(const Values& values, const UnitContext& context, NanofiltrationSettings& settings) {
  const bool scaled = values.text("mass_transfer_by_ion") == "diffusivity";
  for (const Component& component : context.brine->components()) {
    if (component.name == "H2O") continue;
    const double D = diffusion_coefficient(component.name);
    if (scaled && D == 0.0) {
      context.diagnostics.error(values.place("mass_transfer_by_ion"),
                                fmt::format("no diffusion coefficient is known for {}: use mass_transfer_by_ion: equal", component.name));
      return false;
    }
    settings.mass_transfer_ratio.push_back(scaled ? std::pow(D / diffusion_coefficient("Li+"), 2.0 / 3.0) : 1.0);
  }
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
  if (!values.complete() || !read_mass_transfer_ratios(values, context, settings) || !membrane) return std::nullopt;
  settings.area = values.quantity("area");
  settings.channel_height = values.quantity("feed_channel_height");
  if (values.has("feed_pressure")) settings.feed_pressure = values.quantity("feed_pressure");
  settings.permeate_pressure = values.quantity("permeate_pressure");
  settings.pump_efficiency = values.quantity("pump_efficiency");
  settings.maximum_recovery = values.quantity("maximum_recovery");
  settings.mass_transfer = values.quantity("mass_transfer");
  settings.cells = static_cast<std::size_t>(values.integer("cells"));
  const auto initial = read_initial(values, context);
  if (!initial) return std::nullopt;
  settings.initial = *initial;
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
      quantity("area", "m2").positive().means("membrane area"),
      quantity("feed_pressure", "bar").positive().maybe_absent().means(
          "absolute pressure that the module's own booster pump makes; without it the feed's pressure is used as it arrives"),
      quantity("permeate_pressure", "bar").positive().or_default("1.01325 bar").means("absolute pressure of the permeate"),
      quantity("pump_efficiency", "%").above(0.0).at_most(1.0).or_default("75 %").means(
          "of the booster pump, motor included; the default is illustrative"),
      quantity("maximum_recovery", "%").above(0.0).at_most(0.999).or_default("90 %").means(
          "share of the arriving volume that may permeate: where more would, the feed pressure is lowered until no more does; "
          "the default is illustrative"),
      quantity("mass_transfer", "L/m2/h").positive().or_default("100 L/m2/h").means(
          "mass-transfer coefficient of the film at the membrane; the default is that of Wang et al. (2023)"),
      choice("mass_transfer_by_ion", {"equal", "diffusivity"})
          .or_default("equal")
          .means("whether it holds for every ion, or for Li+ and the others by their diffusivity to the power 2/3"),
      quantity("feed_channel_height", "mm").positive().or_default("0.7 mm").means(
          "height of the feed channel between two leaves; half of it times the area is the hold-up (illustrative default)"),
      any("initial").maybe_absent().means(
          "what fills the feed side at the start: a package of models/brines or a composition; pure water without it"),
      integer("cells").between(1.0, 1000.0).or_default("10").means("cells along the module, each well mixed"),
  };
}

std::vector<std::string> nanofiltration_examples() {
  return {"{type: nanofiltration, area: 10 m2, feed_pressure: 6 bar, cells: 3, membrane: {law: dspm_de, pore_radius: 0.5 nm, effective_thickness: 1.3 um, "
          "charge_density: -30 mol/m3, charge_exponent: 0.4, pore_dielectric_constant: 45, ions: {"
          "Li+: {diffusion: 1.03e-9 m2/s}, Na+: {diffusion: 1.33e-9 m2/s}, K+: {diffusion: 1.96e-9 m2/s}, Mg+2: {diffusion: 0.706e-9 m2/s}, "
          "Ca+2: {diffusion: 0.792e-9 m2/s}, Cl-: {diffusion: 2.03e-9 m2/s}, SO4-2: {diffusion: 1.065e-9 m2/s, stokes_radius: 0.23 nm}}}}"};
}

}  // namespace brineflow
