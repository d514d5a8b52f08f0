#include "units/column_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace brineflow {
namespace {

const std::vector<std::string>& model_names() {
  static const std::vector<std::string> names = {"lumped", "lumped_with_pores", "general_rate"};
  return names;
}

// Which keys a model needs and takes, by the order of ColumnModel: those of every later model too.
struct ParticleKey {
  const char* name;
  ColumnModel from;
  bool needed = true;
};
constexpr ParticleKey particle_keys[] = {{"particle_porosity", ColumnModel::lumped_with_pores},
                                         {"particle_radius", ColumnModel::lumped_with_pores},
                                         {"film_coefficient", ColumnModel::lumped_with_pores},
                                         {"pore_diffusion", ColumnModel::general_rate},
                                         {"surface_diffusion", ColumnModel::general_rate, false}};

// By the order of SurfaceDiffusionLaw.
const std::vector<std::string>& surface_diffusion_names() {
  static const std::vector<std::string> names = {"constant", "darken", "exponential"};
  return names;
}

const ParameterTable& discretisation_parameters() {
  static const ParameterTable table = {
      choice("scheme", {"discontinuous_galerkin", "finite_volume_weno"})
          .or_default("discontinuous_galerkin")
          .means("Galerkin elements, or finite volumes for fronts too sharp for them"),
      integer("degree").between(1.0, 8.0).or_default("4").means(
          "degree of the polynomials; 2 (WENO3) or 4 (WENO5) for finite volumes"),
      integer("elements").between(1.0, 1000.0).or_default("16").means("number of Galerkin elements"),
      integer("cells").between(5.0, 10000.0).or_default("200").means("number of finite volumes"),
      integer("radial_nodes")
          .between(2.0, max_sphere_nodes)
          .or_default("5")
          .means("nodes along the radius of a particle, general_rate only"),
  };
  return table;
}

const ParameterTable& initial_parameters() {
  static const ParameterTable table = {
      any("brine").maybe_absent().means(
          "liquid in the bed: a package of models/brines or a composition; pure water without it"),
      any("loading").maybe_absent().means("what the solid holds, {LiCl: 500 mol/m3}; nothing without it"),
  };
  return table;
}

}  // namespace

std::optional<ColumnMesh> read_column_mesh(const Values& column, ColumnModel model,
                                           Diagnostics& diagnostics) {
  static const Node nothing = Node::map();
  const Node& node = column.given("discretisation") ? *column.node("discretisation") : nothing;
  const Values values = read_values(node, discretisation_parameters(),
                                    "discretisation of " + column.context(), diagnostics, {});
  if (!values.complete()) return std::nullopt;
  const bool galerkin = values.text("scheme") == "discontinuous_galerkin";
  const char* other = galerkin ? "cells" : "elements";
  if (values.given(other)) {
    diagnostics.error(values.place(other),
                      fmt::format("'{}' does not go with {}", other, values.text("scheme")),
                      galerkin ? "use 'elements'" : "use 'cells'");
    return std::nullopt;
  }
  AxialScheme scheme;
  scheme.kind = galerkin ? AxialScheme::Kind::discontinuous_galerkin : AxialScheme::Kind::finite_volume_weno;
  scheme.degree = static_cast<int>(values.integer("degree"));
  scheme.elements = static_cast<int>(values.integer(galerkin ? "elements" : "cells"));
  if (!galerkin && scheme.degree != 2 && scheme.degree != 4) {
    diagnostics.error(values.place("degree"),
                      "'degree' of finite_volume_weno must be 2 (WENO3) or 4 (WENO5)");
    return std::nullopt;
  }
  const bool radial = model == ColumnModel::general_rate;
  if (!radial && values.given("radial_nodes")) {
    diagnostics.error(values.place("radial_nodes"), "'radial_nodes' goes with 'model: general_rate' only");
    return std::nullopt;
  }
  return ColumnMesh{AxialGrid(scheme),
                    SphereElement(radial ? static_cast<int>(values.integer("radial_nodes")) : 1)};
}

namespace {

void read_loading(const Node& node, const Sorption& sorption, BedContents& contents,
                  Diagnostics& diagnostics) {
  if (!node.is_map())
    return diagnostics.error(node.place(), "'loading' must be a map such as {LiCl: 500 mol/m3}");
  std::vector<std::string> names;
  for (const SorbedSpecies& species : sorption.species) names.push_back(species.name);
  for (const Entry& entry : node.entries()) {
    const auto found = std::find(names.begin(), names.end(), entry.key);
    if (found == names.end()) {
      report_unknown_key(entry, names, "the initial loading", diagnostics);
      continue;
    }
    const auto value =
        read_quantity(entry.value, "mol/m3", fmt::format("loading of '{}'", entry.key), diagnostics);
    if (value && *value < 0.0)
      diagnostics.error(entry.value.place(),
                        fmt::format("the loading of '{}' must not be negative", entry.key));
    if (value) contents.loading[static_cast<std::size_t>(found - names.begin())] = *value;
  }
}

}  // namespace

BedContents read_initial_contents(const Values& column, const Sorption& sorption,
                                  const UnitContext& context) {
  static const Node nothing = Node::map();
  const Node& node = column.given("initial") ? *column.node("initial") : nothing;
  const Values values =
      read_values(node, initial_parameters(), "initial of " + column.context(), context.diagnostics, {});
  std::vector<double> water(context.brine->components().size(), 0.0);
  water[0] = 1.0;
  BedContents contents{concentrations(*context.brine, water, reference_temperature),
                       std::vector<double>(sorption.species.size(), 0.0)};
  if (values.given("loading")) read_loading(*values.node("loading"), sorption, contents, context.diagnostics);
  if (!values.given("brine")) return contents;
  if (auto brine = read_brine_composition(*values.node("brine"), *context.brine, reference_temperature,
                                          context.models, values.context(), context.diagnostics))
    contents.concentration = std::move(*brine);
  return contents;
}

namespace {

ParameterTable particle_parameters() {
  return {
      choice("model", model_names())
          .or_default("lumped")
          .means("particles without pores, with well-mixed pores behind a film, or with diffusion along "
                 "their radius"),
      quantity("particle_porosity", "1")
          .above(0.0)
          .below(1.0)
          .maybe_absent()
          .means("share of a particle that is liquid; not for model lumped, where void_fraction counts all "
                 "liquid"),
      quantity("particle_radius", "mm")
          .positive()
          .maybe_absent()
          .means("radius of the particles; for model lumped only with pressure_drop or dispersion_correlation"),
      quantity("film_coefficient", "m/s")
          .positive()
          .maybe_absent()
          .means("mass transfer between liquid of the bed and surface of the particles, the same for all "
                 "components, or film_correlation; not for model lumped"),
      choice("film_correlation", {"none", "wilson_geankoplis"})
          .or_default("none")
          .means("film coefficient after Wilson and Geankoplis, from molecular_diffusion"),
      quantity("molecular_diffusion", "m2/s")
          .positive()
          .maybe_absent()
          .means("diffusion coefficient in the liquid, the same for all components; for film_correlation"),
      quantity("pore_diffusion", "m2/s")
          .positive()
          .maybe_absent()
          .means("diffusion coefficient in the liquid of the pores, the same for all components; for model "
                 "general_rate"),
      quantity("surface_diffusion", "m2/s")
          .positive()
          .maybe_absent()
          .means("diffusion coefficient of what is sorbed, along the pore walls; for model general_rate, "
                 "none without it"),
      choice("surface_diffusion_law", surface_diffusion_names())
          .or_default("constant")
          .means("how it depends on the share of the sites that is taken: not, as 1/(1 - share) after Darken, or as "
                 "exp(exponent share); surface_diffusion is that of the empty solid"),
      quantity("saturation_loading", "mol/m3")
          .positive()
          .maybe_absent()
          .means("loading, all species together, at which every site is taken; for the laws of surface diffusion "
                 "other than constant"),
      quantity("surface_diffusion_exponent", "1")
          .between(-20.0, 20.0)
          .maybe_absent()
          .means("for surface_diffusion_law: exponential"),
  };
}

}  // namespace

ParameterTable column_parameters() {
  ParameterTable table = {
      any("sorbent").means("what fills the bed: a package of models/sorbents, or a map with law and numbers"),
      quantity("length", "m").positive().means("height of the bed"),
      quantity("diameter", "m")
          .positive()
          .maybe_absent()
          .means("inner diameter of the column, or cross_section"),
      quantity("cross_section", "m2")
          .positive()
          .maybe_absent()
          .means("area of the empty column, or diameter"),
      quantity("void_fraction", "1")
          .above(0.0)
          .below(1.0)
          .means("share of the bed that is liquid; the rest is the solid that the sorbent's numbers count"),
      quantity("axial_dispersion", "m2/s")
          .not_negative()
          .maybe_absent()
          .means("dispersion coefficient in the liquid of the bed, or peclet_number"),
      quantity("peclet_number", "1")
          .positive()
          .or_default("300")
          .means(
              "interstitial velocity times length over dispersion coefficient; the default is illustrative"),
      choice("dispersion_correlation", {"none", "chung_wen"})
          .or_default("none")
          .means("dispersion after Chung and Wen instead of a number; needs particle_radius"),
      choice("pressure_drop", {"none", "ergun"})
          .or_default("none")
          .means("the outlet has the pressure of the inlet, or less by the Ergun equation, which needs "
                 "particle_radius"),
      any("discretisation")
          .maybe_absent()
          .means("mesh: {scheme: discontinuous_galerkin, degree: 4, elements: 16}"),
      any("initial").maybe_absent().means(
          "contents at the start: {brine: west_taijinar, loading: {LiCl: 500 mol/m3}}; else pure water"),
  };
  for (Parameter& row : particle_parameters()) table.push_back(std::move(row));
  return table;
}

ColumnCorrelations read_correlations(const Values& column) {
  const auto chosen = [&](const char* key) { return column.has(key) && column.text(key) != "none"; };
  return {chosen("pressure_drop"), chosen("dispersion_correlation"), chosen("film_correlation")};
}

void check_correlations(const Values& column, Diagnostics& diagnostics) {
  const ColumnCorrelations correlations = read_correlations(column);
  const auto instead = [&](const char* correlation, const char* number) {
    diagnostics.error(column.place(number), fmt::format("{} has both '{}' and '{}: {}'", column.context(), number, correlation, column.text(correlation)),
                      "give one of them");
  };
  for (const char* number : {"axial_dispersion", "peclet_number"})
    if (correlations.dispersion && column.given(number)) instead("dispersion_correlation", number);
  if (column.given("axial_dispersion") && column.given("peclet_number"))
    diagnostics.error(column.place("axial_dispersion"), fmt::format("{} needs either 'axial_dispersion' or 'peclet_number'", column.context()));
  if (correlations.film && column.given("film_coefficient")) instead("film_correlation", "film_coefficient");
  if (correlations.film && !column.given("molecular_diffusion"))
    diagnostics.error(column.place("film_correlation"), "'film_correlation: wilson_geankoplis' needs 'molecular_diffusion'", "as in molecular_diffusion: 1e-9 m2/s");
  if (!correlations.film && column.given("molecular_diffusion"))
    diagnostics.error(column.place("molecular_diffusion"), "'molecular_diffusion' is for 'film_correlation: wilson_geankoplis'", "leave it out, or name the correlation");
}

std::optional<SurfaceDiffusionLaw> read_surface_diffusion(const Values& column) {
  if (!column.has("surface_diffusion")) return std::nullopt;
  const auto& names = surface_diffusion_names();
  return static_cast<SurfaceDiffusionLaw>(std::find(names.begin(), names.end(), column.text("surface_diffusion_law")) - names.begin());
}

void check_surface_diffusion(const Values& column, Diagnostics& diagnostics) {
  if (!column.has("surface_diffusion_law")) return;
  const std::string& law = column.text("surface_diffusion_law");
  if (column.given("surface_diffusion_law") && law != "constant" && !column.given("surface_diffusion"))
    diagnostics.error(column.place("surface_diffusion_law"), fmt::format("'surface_diffusion_law: {}' needs 'surface_diffusion'", law),
                      "that of the empty solid, as in surface_diffusion: 1e-13 m2/s");
  const auto belongs = [&](const char* key, bool wanted, const char* laws, const char* example) {
    if (wanted && !column.given(key))
      diagnostics.error(column.place("surface_diffusion_law"), fmt::format("'surface_diffusion_law: {}' needs '{}'", law, key), example);
    if (!wanted && column.given(key))
      diagnostics.error(column.place(key), fmt::format("'{}' does not go with 'surface_diffusion_law: {}'", key, law), fmt::format("it belongs to {}", laws));
  };
  belongs("saturation_loading", law != "constant", "darken and exponential", "as in saturation_loading: 1200 mol/m3");
  belongs("surface_diffusion_exponent", law == "exponential", "exponential", "as in surface_diffusion_exponent: 2");
}

ColumnModel read_column_model(const Values& column, Diagnostics& diagnostics) {
  if (!column.has("model")) return ColumnModel::lumped;
  const auto& names = model_names();
  const auto model =
      static_cast<ColumnModel>(std::find(names.begin(), names.end(), column.text("model")) - names.begin());
  const ColumnCorrelations correlations = read_correlations(column);
  if (model == ColumnModel::lumped && correlations.film)
    diagnostics.error(column.place("film_correlation"), "'film_correlation' does not go with model lumped", "it belongs to lumped_with_pores and general_rate");
  for (const ParticleKey& key : particle_keys) {
    const bool radius = std::string_view(key.name) == "particle_radius";
    if (radius && model == ColumnModel::lumped && correlations.need_radius()) {
      const char* wanting = correlations.pressure_drop ? "pressure_drop" : "dispersion_correlation";
      if (!column.given(key.name))
        diagnostics.error(column.place(wanting), fmt::format("'{}: {}' needs 'particle_radius'", wanting, column.text(wanting)));
      continue;
    }
    if (std::string_view(key.name) == "film_coefficient" && correlations.film) continue;
    const bool taken = model >= key.from;
    if (!taken && column.given(key.name))
      diagnostics.error(
          column.place(key.name),
          fmt::format("'{}' does not go with model {}", key.name, column.text("model")),
          fmt::format("it belongs to {}{}",
                      fmt::join(names.begin() + static_cast<int>(key.from), names.end(), " and "),
                      radius ? ", and to 'pressure_drop: ergun' and 'dispersion_correlation: chung_wen'" : ""));
    if (taken && key.needed && !column.given(key.name))
      diagnostics.error(column.place(key.name), fmt::format("{}: model {} needs '{}'", column.context(),
                                                            column.text("model"), key.name));
  }
  return model;
}

std::vector<std::string> column_examples() {
  return {
      "{type: adsorption_column, model: lumped_with_pores, sorbent: li_al_ldh, length: 2.4 m, diameter: 1.8 m, void_fraction: 0.38, "
      "particle_porosity: 0.4, particle_radius: 0.3 mm, film_coefficient: 1e-5 m/s, discretisation: {degree: 2, elements: 3}}",
      "{type: adsorption_column, sorbent: li_al_ldh, length: 2.4 m, diameter: 1.8 m, void_fraction: 0.38, "
      "particle_radius: 0.3 mm, pressure_drop: ergun, dispersion_correlation: chung_wen, discretisation: {degree: 2, elements: 3}}",
      "{type: adsorption_column, model: lumped_with_pores, sorbent: li_al_ldh, length: 2.4 m, diameter: 1.8 m, void_fraction: 0.38, "
      "particle_porosity: 0.4, particle_radius: 0.3 mm, film_correlation: wilson_geankoplis, molecular_diffusion: 1e-9 m2/s, "
      "discretisation: {degree: 2, elements: 3}}",
      "{type: adsorption_column, model: general_rate, sorbent: li_al_ldh, length: 2.4 m, diameter: 1.8 m, void_fraction: 0.38, "
      "particle_porosity: 0.4, particle_radius: 0.5 mm, film_coefficient: 1e-5 m/s, pore_diffusion: 1e-10 m2/s, "
      "discretisation: {degree: 2, elements: 2}}",
      "{type: adsorption_column, model: general_rate, sorbent: li_al_ldh, length: 2.4 m, diameter: 1.8 m, void_fraction: 0.38, "
      "particle_porosity: 0.4, particle_radius: 0.5 mm, film_coefficient: 1e-5 m/s, pore_diffusion: 1e-10 m2/s, "
      "surface_diffusion: 1e-13 m2/s, discretisation: {degree: 2, elements: 2, radial_nodes: 3}}",
      "{type: adsorption_column, model: general_rate, sorbent: li_al_ldh, length: 2.4 m, diameter: 1.8 m, void_fraction: 0.38, "
      "particle_porosity: 0.4, particle_radius: 0.5 mm, film_coefficient: 1e-5 m/s, pore_diffusion: 1e-10 m2/s, "
      "surface_diffusion: 1e-13 m2/s, surface_diffusion_law: darken, saturation_loading: 3000 mol/m3, "
      "discretisation: {degree: 2, elements: 2, radial_nodes: 3}}",
      "{type: adsorption_column, model: general_rate, length: 2.4 m, diameter: 1.8 m, void_fraction: 0.38, "
      "particle_porosity: 0.4, particle_radius: 0.5 mm, film_coefficient: 1e-5 m/s, pore_diffusion: 1e-10 m2/s, "
      "surface_diffusion: 1e-13 m2/s, surface_diffusion_law: exponential, saturation_loading: 3000 mol/m3, surface_diffusion_exponent: 2, "
      "discretisation: {degree: 2, elements: 2, radial_nodes: 3}, sorbent: {law: langmuir, species: {"
      "LiCl: {takes: {Li+: 1, Cl-: 1}, q_max: 2000 mol/m3, K: 0.01 m3/mol, k: 1e-3 1/s}, "
      "NaCl: {takes: {Na+: 1, Cl-: 1}, q_max: 2000 mol/m3, K: 1e-4 m3/mol, k: 1e-3 1/s}}}}",
      "{type: adsorption_column, length: 2.4 m, diameter: 1.8 m, void_fraction: 0.38, discretisation: {degree: 2, elements: 3}, "
      "sorbent: {law: ion_exchange, capacity_loss: 5 %, species: {"
      "Li: {takes: {Li+: 1, Na+: -1}, q_max: 2000 mol/m3, K: 3, n: 0.7, enthalpy: 8 kJ/mol, k: 1e-3 1/s}, "
      "K: {takes: {K+: 1, Na+: -1}, q_max: 2000 mol/m3, K: 0.5, n: 0.7, enthalpy: -4 kJ/mol, k: 2e-3 1/s}}}}",
      "{type: adsorption_column, length: 2.4 m, diameter: 1.8 m, void_fraction: 0.38, discretisation: {degree: 2, elements: 3}, "
      "sorbent: {law: steric_mass_action, capacity_loss: 5 %, species: {"
      "Mg: {takes: {Mg+2: 1, Na+: -2}, ionic_capacity: 2000 mol/m3, steric_factor: 0.4, k_a: 0.02 1/s, k_d: 0.003 1/s, c_ref: 300 mol/m3}}}}"
  };
}

}  // namespace brineflow
