// A packed bed of sorbent through which brine flows (docs/equations/adsorption_column.md).
#include "numerics/axial_scheme.hpp"
#include "units/builders.hpp"
#include "units/sorbent_package.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace brineflow {
namespace {

constexpr double pi = 3.14159265358979323846;

// Order of parameters(); those of the sorbent follow.
enum ColumnParameter : std::size_t { length, bore, void_fraction, mixing, sorbent_start };

struct Geometry {
  bool by_diameter = true;  // `bore` is the diameter [m], else the cross-section [m2]
  bool by_peclet = false;   // `mixing` is the Peclet number, else the dispersion coefficient [m2/s]
};

// What the bed holds at the start, the same everywhere in it.
struct BedContents {
  std::vector<double> concentration;  // [mol/m3] of every component in the liquid
  std::vector<double> loading;        // [mol/m3] of every sorbed species in the solid
};

class AdsorptionColumn final : public UnitModel<AdsorptionColumn> {
 public:
  AdsorptionColumn(const std::string& name, std::shared_ptr<const Brine> brine, Sorbent sorbent, AxialGrid grid,
                   BedContents initial, const Values& values)
      : UnitModel(name, "adsorption_column", std::move(brine)), sorbent_(std::move(sorbent)), grid_(std::move(grid)),
        initial_(std::move(initial)) {
    geometry_ = {values.has("diameter"), !values.has("axial_dispersion")};
    inlets_ = {{.name = "inlet"}};
    outlets_ = {{.name = "outlet"}};
    parameters_ = {{"length", "m", values.quantity("length"), false},
                   geometry_.by_diameter ? TunableParameter{"diameter", "m", values.quantity("diameter"), false}
                                         : TunableParameter{"cross_section", "m2", values.quantity("cross_section"), false},
                   {"void_fraction", "1", values.quantity("void_fraction"), false},
                   geometry_.by_peclet ? TunableParameter{"peclet_number", "1", values.quantity("peclet_number")}
                                       : TunableParameter{"axial_dispersion", "m2/s", values.quantity("axial_dispersion")}};
    for (TunableParameter& parameter : tunable_parameters(sorbent_)) parameters_.push_back(std::move(parameter));
  }

  std::vector<Variable> variables(const Scales& scales) const override {
    const Axis z{"z", "m", "distance from the inlet", positions(), {}};
    std::vector<std::string> species_names;
    std::vector<double> loadings;
    for (std::size_t j = 0; j < species(); ++j) {
      species_names.push_back(sorption().species[j].name);
      loadings.push_back(loading_scale(sorption(), brine(), scales.concentration, j));
    }
    return {
        {.name = "velocity", .unit = "m/s", .long_name = "superficial velocity", .axes = {}, .nominal = {velocity_scale(scales)}, .lower = 0.0},
        {.name = "concentration", .unit = "mol/m3", .long_name = "concentration in the liquid of the bed", .kind = VariableKind::differential,
         .axes = {{"component", "", "component", {}, components().names()}, z}, .nominal = scales.concentration, .lower = 0.0},
        {.name = "loading", .unit = "mol/m3", .long_name = "loading per volume of solid", .kind = VariableKind::differential,
         .axes = {{"sorbed_species", "", "sorbed species", {}, species_names}, z}, .nominal = loadings, .lower = 0.0},
    };
  }

  void add_scales(Scales& scales) const override { scales.raise(initial_.concentration, 0.0); }

  void initial_state(std::span<double> y) const override {
    std::fill(y.begin(), y.end(), 0.0);
    y[component_count()] = reference_temperature;
    y[component_count() + 1] = reference_pressure;
    for (std::size_t i = 0; i < component_count(); ++i)
      std::fill_n(y.begin() + static_cast<std::ptrdiff_t>(concentration_at(i)), nodes(), initial_.concentration[i]);
    for (std::size_t j = 0; j < species(); ++j)
      std::fill_n(y.begin() + static_cast<std::ptrdiff_t>(loading_at(j)), nodes(), initial_.loading[j]);
  }

  // Velocity first: the outlet follows from it.
  void guess(const Local<double>& here, std::span<double> y) const override {
    std::vector<double> now(here.y.begin(), here.y.end()), difference(now.size());
    Local<double> at = here;
    at.y = now;
    residual(at, std::span<double>(difference));
    y[velocity()] = now[velocity()] -= difference[velocity()];
    guess_outlets(at, y);
  }

  void add_holdup(std::span<const double> y, std::span<double> held) const override {
    const double eps = parameters_[void_fraction].value;
    const double volume = cross_section(parameters_[bore].value) * parameters_[length].value;
    for (std::size_t i = 0; i < component_count(); ++i) held[i] += volume * eps * mean(y, concentration_at(i));
    for (std::size_t j = 0; j < species(); ++j) {
      const double loading = volume * (1.0 - eps) * mean(y, loading_at(j));
      for (std::size_t i = 0; i < component_count(); ++i) held[i] += sorption().species[j].stoichiometry[i] * loading;
    }
  }

  template <Scalar S>
  void equations(const Local<S>& here, std::span<S> residual) const {
    const S area = cross_section(here.p[bore]);
    velocity_row(here, area, residual);
    loading_rows(here, residual);
    concentration_rows(here, area, residual);
  }

 private:
  const Sorption& sorption() const { return sorbent_.sorption; }
  std::size_t species() const { return sorption().species.size(); }
  std::size_t nodes() const { return grid_.size(); }

  // Where the variables stand in the unit's block.
  std::size_t velocity() const { return outlet_block(); }
  std::size_t concentration_at(std::size_t component) const { return velocity() + 1 + component * nodes(); }
  std::size_t loading_at(std::size_t j) const { return concentration_at(component_count()) + j * nodes(); }

  std::vector<double> positions() const {
    std::vector<double> z = grid_.nodes();
    for (double& value : z) value *= parameters_[length].value;
    return z;
  }

  double velocity_scale(const Scales& scales) const {
    return std::max(scales.flow / cross_section(parameters_[bore].value), 1e-12);
  }

  // Mean along the column of the values that start at `start` of the block.
  double mean(std::span<const double> y, std::size_t start) const {
    double sum = 0.0;
    for (std::size_t k = 0; k < nodes(); ++k) sum += grid_.weights()[k] * y[start + k];
    return sum;
  }

  template <Scalar S>
  S cross_section(const S& bore_value) const {
    if (geometry_.by_diameter) return S(0.25 * pi) * bore_value * bore_value;
    return bore_value;
  }

  // (1) u = V(F_in, T) / A. Every other row uses u, so that only this one depends on all arriving flows.
  template <Scalar S>
  void velocity_row(const Local<S>& here, const S& area, std::span<S> residual) const {
    residual[velocity()] = here.y[velocity()];
    if (!here.flowing(0)) return;
    const StreamView<S> inlet = here.inlet(0);
    residual[velocity()] -= brine().volume(inlet.molar_flow, inlet.temperature) / area;
  }

  // (2) dq_j/dt = r_j(c, q, T): (S1) to (S4) of docs/equations/sorption.md, node by node.
  template <Scalar S>
  void loading_rows(const Local<S>& here, std::span<S> residual) const {
    const S T = here.flowing(0) ? here.inlet(0).temperature : S(reference_temperature);
    const auto p = here.p.subspan(sorbent_start);
    std::array<S, ComponentSet::max_size> c{};
    std::array<S, max_sorbed_species> q{}, rate{};
    const auto first = [](auto& array, std::size_t count) { return std::span(array).first(count); };
    for (std::size_t k = 0; k < nodes(); ++k) {
      for (std::size_t i = 0; i < component_count(); ++i) c[i] = here.y[concentration_at(i) + k];
      for (std::size_t j = 0; j < species(); ++j) q[j] = here.y[loading_at(j) + k];
      sorption_rates<S>(sorption(), brine(), p, first(c, component_count()), T, first(q, species()), first(rate, species()));
      for (std::size_t j = 0; j < species(); ++j) residual[loading_at(j) + k] = here.ydot[loading_at(j) + k] - rate[j];
    }
  }

  // (3) eps dc_i/dt + (1 - eps) sum_j nu_ij dq_j/dt = -dF_i/dz,  F_i = u c_i - eps D dc_i/dz
  // (4) F_i = n_in,i / A at the inlet (Danckwerts), dc_i/dz = 0 at the outlet: n_out,i = A u c_i(L)
  template <Scalar S>
  void concentration_rows(const Local<S>& here, const S& area, std::span<S> residual) const {
    const std::size_t n = component_count();
    const bool flowing = here.flowing(0);
    const S& eps = here.p[void_fraction];
    const S& u = here.y[velocity()];
    // Pe = (u / eps) L / D, so that eps D = u L / Pe.
    const S dispersion = geometry_.by_peclet ? S(u * here.p[length] / here.p[mixing]) : S(eps * here.p[mixing]);
    for (std::size_t i = 0; i < n; ++i) {
      const S inlet_flux = flowing ? S(here.inlet(0).molar_flow[i] / area) : S(0.0);
      S outlet_flux(0.0);
      grid_.transport<S>(here.values(concentration_at(i), nodes()), inlet_flux, u, dispersion, here.p[length],
                         residual.subspan(concentration_at(i), nodes()), outlet_flux);
      residual[i] = here.y[i] - area * outlet_flux;
      for (std::size_t k = 0; k < nodes(); ++k) {
        S& row = residual[concentration_at(i) + k];
        row = eps * here.ydot[concentration_at(i) + k] - row;  // transport() left -dF_i/dz here
        for (std::size_t j = 0; j < species(); ++j)
          if (const int nu = sorption().species[j].stoichiometry[i]; nu != 0)
            row += S(nu) * (S(1.0) - eps) * here.ydot[loading_at(j) + k];
      }
    }
    residual[n] = here.y[n] - (flowing ? here.inlet(0).temperature : S(reference_temperature));
    residual[n + 1] = here.y[n + 1] - (flowing ? here.inlet(0).pressure : S(reference_pressure));
  }

  Sorbent sorbent_;
  AxialGrid grid_;
  BedContents initial_;
  Geometry geometry_;
};

// ---- from the case

const ParameterTable& discretisation_parameters() {
  static const ParameterTable table = {
      choice("scheme", {"discontinuous_galerkin", "finite_volume_weno"})
          .or_default("discontinuous_galerkin")
          .means("Galerkin elements, or finite volumes for fronts too sharp for them"),
      integer("degree").between(1.0, 8.0).or_default("4").means("degree of the polynomials; 2 (WENO3) or 4 (WENO5) for finite volumes"),
      integer("elements").between(1.0, 1000.0).or_default("16").means("number of Galerkin elements"),
      integer("cells").between(5.0, 10000.0).or_default("200").means("number of finite volumes"),
  };
  return table;
}

const ParameterTable& initial_parameters() {
  static const ParameterTable table = {
      any("brine").maybe_absent().means("liquid in the bed: a package of models/brines or a composition; pure water without it"),
      any("loading").maybe_absent().means("what the solid holds, {LiCl: 500 mol/m3}; nothing without it"),
  };
  return table;
}

std::optional<AxialGrid> read_grid(const Values& column, Diagnostics& diagnostics) {
  static const Node nothing = Node::map();
  const Node& node = column.given("discretisation") ? *column.node("discretisation") : nothing;
  const Values values = read_values(node, discretisation_parameters(), "discretisation of " + column.context(), diagnostics, {});
  if (!values.complete()) return std::nullopt;
  const bool galerkin = values.text("scheme") == "discontinuous_galerkin";
  const char* other = galerkin ? "cells" : "elements";
  if (values.given(other)) {
    diagnostics.error(values.place(other), fmt::format("'{}' does not go with {}", other, values.text("scheme")),
                      galerkin ? "use 'elements'" : "use 'cells'");
    return std::nullopt;
  }
  AxialScheme scheme;
  scheme.kind = galerkin ? AxialScheme::Kind::discontinuous_galerkin : AxialScheme::Kind::finite_volume_weno;
  scheme.degree = static_cast<int>(values.integer("degree"));
  scheme.elements = static_cast<int>(values.integer(galerkin ? "elements" : "cells"));
  if (!galerkin && scheme.degree != 2 && scheme.degree != 4) {
    diagnostics.error(values.place("degree"), "'degree' of finite_volume_weno must be 2 (WENO3) or 4 (WENO5)");
    return std::nullopt;
  }
  return AxialGrid(scheme);
}

void read_loading(const Node& node, const Sorption& sorption, BedContents& contents, Diagnostics& diagnostics) {
  if (!node.is_map()) return diagnostics.error(node.place(), "'loading' must be a map such as {LiCl: 500 mol/m3}");
  std::vector<std::string> names;
  for (const SorbedSpecies& species : sorption.species) names.push_back(species.name);
  for (const Entry& entry : node.entries()) {
    const auto found = std::find(names.begin(), names.end(), entry.key);
    if (found == names.end()) {
      report_unknown_key(entry, names, "the initial loading", diagnostics);
      continue;
    }
    const auto value = read_quantity(entry.value, "mol/m3", fmt::format("loading of '{}'", entry.key), diagnostics);
    if (value && *value < 0.0) diagnostics.error(entry.value.place(), fmt::format("the loading of '{}' must not be negative", entry.key));
    if (value) contents.loading[static_cast<std::size_t>(found - names.begin())] = *value;
  }
}

BedContents read_initial(const Values& column, const Sorption& sorption, const UnitContext& context) {
  static const Node nothing = Node::map();
  const Node& node = column.given("initial") ? *column.node("initial") : nothing;
  const Values values = read_values(node, initial_parameters(), "initial of " + column.context(), context.diagnostics, {});
  std::vector<double> water(context.brine->components().size(), 0.0);
  water[0] = 1.0;
  BedContents contents{concentrations(*context.brine, water, reference_temperature), std::vector<double>(sorption.species.size(), 0.0)};
  if (values.given("loading")) read_loading(*values.node("loading"), sorption, contents, context.diagnostics);
  if (!values.given("brine")) return contents;
  if (auto brine = read_brine_composition(*values.node("brine"), *context.brine, reference_temperature, context.models,
                                          values.context(), context.diagnostics))
    contents.concentration = std::move(*brine);
  return contents;
}

// Exactly one of two keys.
void require_one(const Values& values, const char* one, const char* other, Diagnostics& diagnostics) {
  if (values.given(one) == values.given(other))
    diagnostics.error(values.place(one), fmt::format("{} needs either '{}' or '{}'", values.context(), one, other));
}

std::unique_ptr<Unit> build(const std::string& name, const Values& values, const UnitContext& context) {
  const std::size_t before = context.diagnostics.count();
  require_one(values, "diameter", "cross_section", context.diagnostics);
  if (values.given("axial_dispersion") && values.given("peclet_number"))
    require_one(values, "axial_dispersion", "peclet_number", context.diagnostics);
  auto grid = read_grid(values, context.diagnostics);
  if (!values.has("sorbent")) return nullptr;
  auto sorbent = load_sorbent(*values.node("sorbent"), context.brine->components(), context.models, context.diagnostics);
  if (!sorbent) return nullptr;
  BedContents initial = read_initial(values, sorbent->sorption, context);
  if (!grid || !values.complete() || context.diagnostics.count() != before) return nullptr;
  return std::make_unique<AdsorptionColumn>(name, context.brine, std::move(*sorbent), std::move(*grid), std::move(initial), values);
}

}  // namespace

UnitType adsorption_column_type() {
  return {
      .name = "adsorption_column",
      .summary = "Packed bed of sorbent: loads, is washed and eluted as the schedule sends brine and water through it.",
      .parameters =
          {
              any("sorbent").means("what fills the bed: a package of models/sorbents, or a map with law and numbers"),
              quantity("length", "m").positive().means("height of the bed"),
              quantity("diameter", "m").positive().maybe_absent().means("inner diameter of the column, or cross_section"),
              quantity("cross_section", "m2").positive().maybe_absent().means("area of the empty column, or diameter"),
              quantity("void_fraction", "1").above(0.0).below(1.0).means(
                  "share of the bed that is liquid; the rest is the solid that the sorbent's numbers count"),
              quantity("axial_dispersion", "m2/s").not_negative().maybe_absent().means(
                  "dispersion coefficient in the liquid of the bed, or peclet_number"),
              quantity("peclet_number", "1").positive().or_default("300").means(
                  "interstitial velocity times length over dispersion coefficient; the default is illustrative"),
              any("discretisation").maybe_absent().means("mesh: {scheme: discontinuous_galerkin, degree: 4, elements: 16}"),
              any("initial").maybe_absent().means("contents at the start: {brine: west_taijinar, loading: {LiCl: 500 mol/m3}}; else pure water"),
          },
      .example = "{type: adsorption_column, sorbent: li_al_ldh, length: 2.4 m, diameter: 1.8 m, void_fraction: 0.38}",
      .build = build,
  };
}

}  // namespace brineflow
