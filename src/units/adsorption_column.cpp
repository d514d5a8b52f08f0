// A packed bed of sorbent through which brine flows (docs/equations/adsorption_column.md).
#include "physics/packed_bed.hpp"
#include "units/builders.hpp"
#include "units/column_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace brineflow {
namespace {

constexpr double pi = 3.14159265358979323846;

// Order of parameters(); those of the sorbent follow.
enum ColumnParameter : std::size_t {
  length, bore, void_fraction, mixing,               // all models
  particle_radius, particle_porosity, film,          // with pores; the radius also where a pressure drop needs it
  pore_diffusion, surface_diffusion                  // general_rate; the last only where it is given
};

struct Geometry {
  bool by_diameter = true;  // `bore` is the diameter [m], else the cross-section [m2]
  bool by_peclet = false;   // `mixing` is the Peclet number, else the dispersion coefficient [m2/s]
};

class AdsorptionColumn final : public UnitModel<AdsorptionColumn> {
 public:
  AdsorptionColumn(const std::string& name, std::shared_ptr<const Brine> brine, Sorbent sorbent, ColumnModel model,
                   ColumnMesh mesh, BedContents initial, const Values& values)
      : UnitModel(name, "adsorption_column", std::move(brine)), sorbent_(std::move(sorbent)), model_(model), grid_(std::move(mesh.axial)),
        sphere_(std::move(mesh.sphere)),
        initial_(std::move(initial)), surface_diffuses_(values.has("surface_diffusion")),
        pressure_drops_(values.text("pressure_drop") == "ergun") {
    geometry_ = {values.has("diameter"), !values.has("axial_dispersion")};
    inlets_ = {{.name = "inlet"}};
    outlets_ = {{.name = "outlet"}};
    parameters_ = {{"length", "m", values.quantity("length"), false},
                   geometry_.by_diameter ? TunableParameter{"diameter", "m", values.quantity("diameter"), false}
                                         : TunableParameter{"cross_section", "m2", values.quantity("cross_section"), false},
                   {"void_fraction", "1", values.quantity("void_fraction"), false},
                   geometry_.by_peclet ? TunableParameter{"peclet_number", "1", values.quantity("peclet_number")}
                                       : TunableParameter{"axial_dispersion", "m2/s", values.quantity("axial_dispersion")}};
    const auto add = [&](const char* key, const char* unit, bool settable = true) {
      parameters_.push_back({key, unit, values.quantity(key), settable});
    };
    if (has_pores() || pressure_drops_) add("particle_radius", "mm");
    if (has_pores()) {
      add("particle_porosity", "1", false);
      add("film_coefficient", "m/s");
    }
    if (model_ == ColumnModel::general_rate) add("pore_diffusion", "m2/s");
    if (surface_diffuses_) add("surface_diffusion", "m2/s");
    sorbent_start_ = parameters_.size();
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
    std::vector<Axis> along = {z};  // of what stands beside the solid
    if (model_ == ColumnModel::general_rate) along.push_back({"r", "m", "distance from the centre of the particle", radii(), {}});
    const auto axes = [&](Axis first) {
      std::vector<Axis> result = {std::move(first)};
      result.insert(result.end(), along.begin(), along.end());
      return result;
    };
    const Axis component{"component", "", "component", {}, components().names()};
    std::vector<Variable> result = {
        {.name = "velocity", .unit = "m/s", .long_name = "superficial velocity", .axes = {}, .nominal = {velocity_scale(scales)}, .lower = 0.0},
        {.name = "concentration", .unit = "mol/m3", .long_name = "concentration in the liquid of the bed", .kind = VariableKind::differential,
         .axes = {component, z}, .nominal = scales.concentration, .lower = 0.0},
    };
    if (has_pores())
      result.push_back({.name = "pore_concentration", .unit = "mol/m3", .long_name = "concentration in the pores of the particles",
                        .kind = VariableKind::differential, .axes = axes(component), .nominal = scales.concentration, .lower = 0.0});
    result.push_back({.name = "loading", .unit = "mol/m3", .long_name = "loading per volume of solid", .kind = VariableKind::differential,
                      .axes = axes({"sorbed_species", "", "sorbed species", {}, species_names}), .nominal = loadings, .lower = 0.0});
    for (const AgeingState& state : ageing_states(sorption().ageing))
      result.push_back({.name = std::string(state.name), .unit = std::string(state.unit), .long_name = std::string(state.meaning),
                        .kind = VariableKind::differential, .axes = along, .nominal = {state.nominal}, .lower = 0.0, .ages = true});
    return result;
  }

  void add_scales(Scales& scales) const override { scales.raise(initial_.concentration, 0.0); }

  void initial_state(std::span<double> y) const override {
    std::fill(y.begin(), y.end(), 0.0);
    y[component_count()] = reference_temperature;
    y[component_count() + 1] = reference_pressure;
    for (std::size_t i = 0; i < component_count(); ++i)
      std::fill_n(y.begin() + static_cast<std::ptrdiff_t>(concentration_at(i)), nodes(), initial_.concentration[i]);
    for (std::size_t i = 0; has_pores() && i < component_count(); ++i)
      std::fill_n(y.begin() + static_cast<std::ptrdiff_t>(beside_solid_at(i)), points(), initial_.concentration[i]);
    for (std::size_t j = 0; j < species(); ++j)
      std::fill_n(y.begin() + static_cast<std::ptrdiff_t>(loading_at(j)), points(), initial_.loading[j]);
    const std::vector<AgeingState> ageing = ageing_states(sorption().ageing);
    for (std::size_t n = 0; n < ageing.size(); ++n)
      std::fill_n(y.begin() + static_cast<std::ptrdiff_t>(ageing_at(n)), points(), ageing[n].start);
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
    const double porosity = has_pores() ? parameters_[particle_porosity].value : 0.0;
    const double solid = volume * (1.0 - eps) * (1.0 - porosity);
    for (std::size_t i = 0; has_pores() && i < component_count(); ++i)
      held[i] += volume * (1.0 - eps) * porosity * mean_of_particles(y, beside_solid_at(i));
    for (std::size_t j = 0; j < species(); ++j) {
      const double loading = solid * mean_of_particles(y, loading_at(j));
      for (std::size_t i = 0; i < component_count(); ++i) held[i] += sorption().species[j].stoichiometry[i] * loading;
    }
  }

  template <Scalar S>
  void equations(const Local<S>& here, std::span<S> residual) const {
    const S area = cross_section(here.p[bore]);
    velocity_row(here, area, residual);
    loading_rows(here, residual);
    concentration_rows(here, area, residual);
    if (has_pores()) pore_rows(here, residual);
  }

 private:
  const Sorption& sorption() const { return sorbent_.sorption; }
  std::size_t species() const { return sorption().species.size(); }
  std::size_t nodes() const { return grid_.size(); }
  std::size_t radial() const { return sphere_.size(); }            // nodes of a particle; 1 where it has no inside
  std::size_t points() const { return nodes() * radial(); }        // where there is solid: z slow, r fast
  bool has_pores() const { return model_ != ColumnModel::lumped; }

  // Where the variables stand in the unit's block.
  std::size_t velocity() const { return outlet_block(); }
  std::size_t concentration_at(std::size_t component) const { return velocity() + 1 + component * nodes(); }
  // Liquid that the solid sees: that of the pores, or without them that of the bed.
  std::size_t beside_solid_at(std::size_t component) const {
    return has_pores() ? concentration_at(component_count()) + component * points() : concentration_at(component);
  }
  std::size_t loading_at(std::size_t j) const {
    return (has_pores() ? beside_solid_at(component_count()) : concentration_at(component_count())) + j * points();
  }

  // The states of (A1) and (A2) beside the loadings; most sorbents have none.
  std::size_t ageing_at(std::size_t n) const { return loading_at(species() + n); }

  std::vector<double> positions() const {
    std::vector<double> z = grid_.nodes();
    for (double& value : z) value *= parameters_[length].value;
    return z;
  }

  std::vector<double> radii() const {
    std::vector<double> r = sphere_.nodes();
    for (double& value : r) value *= parameters_[particle_radius].value;
    return r;
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

  // The same of values at all points of the particles.
  double mean_of_particles(std::span<const double> y, std::size_t start) const {
    double sum = 0.0;
    for (std::size_t k = 0; k < nodes(); ++k)
      for (std::size_t m = 0; m < radial(); ++m) sum += grid_.weights()[k] * sphere_.weights()[m] * y[start + k * radial() + m];
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

  // (2) dq_j/dt = r_j(c, q, T), docs/equations/sorption.md, point by point. In particles c is that of the pores, and
  // (8) adds D_s times the Laplacian of q_j.
  template <Scalar S>
  void loading_rows(const Local<S>& here, std::span<S> residual) const {
    const S T = here.flowing(0) ? here.inlet(0).temperature : S(reference_temperature);
    const auto p = here.p.subspan(sorbent_start_);
    std::array<S, ComponentSet::max_size> c{};
    std::array<S, max_sorbed_species> q{}, rate{};
    const std::size_t states = sorption().ageing.states();
    std::array<S, 2> state{}, state_rate{};
    const auto first = [](auto& array, std::size_t count) { return std::span(array).first(count); };
    for (std::size_t k = 0; k < points(); ++k) {
      for (std::size_t i = 0; i < component_count(); ++i) c[i] = here.y[beside_solid_at(i) + k];
      for (std::size_t j = 0; j < species(); ++j) q[j] = here.y[loading_at(j) + k];
      for (std::size_t n = 0; n < states; ++n) state[n] = here.y[ageing_at(n) + k];
      ageing_sorption_rates<S>(sorption(), brine(), p, first(c, component_count()), T, first(q, species()), first(state, states),
                               first(rate, species()), first(state_rate, states));
      for (std::size_t n = 0; n < states; ++n) residual[ageing_at(n) + k] = here.ydot[ageing_at(n) + k] - state_rate[n];
      for (std::size_t j = 0; j < species(); ++j) residual[loading_at(j) + k] = here.ydot[loading_at(j) + k] - rate[j];
    }
    if (!surface_diffuses_) return;
    for (std::size_t j = 0; j < species(); ++j)
      for (std::size_t k = 0; k < nodes(); ++k) {
        const auto moved = along_the_surface(here, j, k);
        for (std::size_t m = 0; m < radial(); ++m) residual[loading_at(j) + k * radial() + m] -= moved[m];
      }
  }

  // D_s times the Laplacian of q_j in the particles at node k, without flux through their surface.
  template <Scalar S>
  std::array<S, max_sphere_nodes> along_the_surface(const Local<S>& here, std::size_t j, std::size_t k) const {
    std::array<S, max_sphere_nodes> moved;
    moved.fill(S(0.0));
    if (!surface_diffuses_) return moved;
    const S& radius = here.p[particle_radius];
    sphere_.add_diffusion<S>(here.values(loading_at(j) + k * radial(), radial()), here.p[surface_diffusion] / (radius * radius),
                             std::span<S>(moved).first(radial()));
    return moved;
  }

  // [mol/m2/s] (6) what of component i goes through the film into the particles at node k.
  template <Scalar S>
  S film_flux(const Local<S>& here, std::size_t i, std::size_t k) const {
    return here.p[film] * (here.y[concentration_at(i) + k] - here.y[beside_solid_at(i) + (k + 1) * radial() - 1]);
  }

  // (7) eps_p dc_p,i/dt + (1 - eps_p) sum_j nu_ij dq_j/dt = Laplacian of eps_p D_p c_p,i + (1 - eps_p) sum_j nu_ij D_s q_j,
  // the film's flux (6) being what enters at the surface.
  template <Scalar S>
  void pore_rows(const Local<S>& here, std::span<S> residual) const {
    const S& eps = here.p[particle_porosity];
    const S& radius = here.p[particle_radius];
    const S diffusion = model_ == ColumnModel::general_rate ? S(eps * here.p[pore_diffusion] / (radius * radius)) : S(0.0);
    const S gain = sphere_.surface_gain() / radius, skeleton = S(1.0) - eps;
    std::array<S, max_sphere_nodes> rate;
    for (std::size_t i = 0; i < component_count(); ++i)
      for (std::size_t k = 0; k < nodes(); ++k) {
        rate.fill(S(0.0));
        rate[radial() - 1] = gain * film_flux(here, i, k);
        sphere_.add_diffusion<S>(here.values(beside_solid_at(i) + k * radial(), radial()), diffusion, std::span<S>(rate).first(radial()));
        for (std::size_t m = 0; m < radial(); ++m) {
          const std::size_t at = beside_solid_at(i) + k * radial() + m;
          residual[at] = eps * here.ydot[at] - rate[m];
        }
        for (std::size_t j = 0; j < species(); ++j) {
          const int nu = sorption().species[j].stoichiometry[i];
          if (nu == 0) continue;
          const auto moved = along_the_surface(here, j, k);
          const S share = static_cast<double>(nu) * skeleton;
          for (std::size_t m = 0; m < radial(); ++m) {
            const std::size_t at = k * radial() + m;
            S taken_up = here.ydot[loading_at(j) + at];
            if (surface_diffuses_) taken_up -= moved[m];
            residual[beside_solid_at(i) + at] += share * taken_up;
          }
        }
      }
  }

  // (3) eps dc_i/dt + (1 - eps) sum_j nu_ij dq_j/dt = -dF_i/dz,  F_i = u c_i - eps D dc_i/dz
  // With pores (5): film_flux (6) times the particles' surface 3 (1 - eps)/R takes the place of the solid's uptake.
  // (4) F_i = n_in,i / A at the inlet (Danckwerts), dc_i/dz = 0 at the outlet: n_out,i = A u c_i(L)
  template <Scalar S>
  void concentration_rows(const Local<S>& here, const S& area, std::span<S> residual) const {
    const std::size_t n = component_count();
    const bool flowing = here.flowing(0);
    const S& eps = here.p[void_fraction];
    const S& u = here.y[velocity()];
    // Pe = (u / eps) L / D, so that eps D = u L / Pe.
    const S dispersion = geometry_.by_peclet ? S(u * here.p[length] / here.p[mixing]) : S(eps * here.p[mixing]);
    const S solid = S(1.0) - eps;
    const S surface = has_pores() ? S(3.0 * solid / here.p[particle_radius]) : S(0.0);  // of the particles, per volume of the bed
    for (std::size_t i = 0; i < n; ++i) {
      const S inlet_flux = flowing ? S(here.inlet(0).molar_flow[i] / area) : S(0.0);
      S outlet_flux(0.0);
      grid_.transport<S>(here.values(concentration_at(i), nodes()), inlet_flux, u, dispersion, here.p[length],
                         residual.subspan(concentration_at(i), nodes()), outlet_flux);
      residual[i] = here.y[i] - area * outlet_flux;
      for (std::size_t k = 0; k < nodes(); ++k) {
        S& row = residual[concentration_at(i) + k];
        row = eps * here.ydot[concentration_at(i) + k] - row;  // transport() left -dF_i/dz here
        if (has_pores()) row += surface * film_flux(here, i, k);
      }
      for (std::size_t j = 0; !has_pores() && j < species(); ++j) {
        const int nu = sorption().species[j].stoichiometry[i];
        if (nu == 0) continue;
        const S share = static_cast<double>(nu) * solid;
        for (std::size_t k = 0; k < nodes(); ++k) residual[concentration_at(i) + k] += share * here.ydot[loading_at(j) + k];
      }
    }
    residual[n] = here.y[n] - (flowing ? here.inlet(0).temperature : S(reference_temperature));
    residual[n + 1] = here.y[n + 1] - (flowing ? here.inlet(0).pressure : S(reference_pressure));
    if (flowing && pressure_drops_) residual[n + 1] += here.p[length] * pressure_gradient(here);
  }

  // (9) with density and viscosity of what arrives: once for the bed, not at every node.
  template <Scalar S>
  S pressure_gradient(const Local<S>& here) const {
    const StreamView<S> inlet = here.inlet(0);
    return ergun_pressure_gradient<S>({here.y[velocity()], S(2.0 * here.p[particle_radius]), here.p[void_fraction],
                                       brine().density(inlet.molar_flow, inlet.temperature),
                                       brine().viscosity(inlet.molar_flow, inlet.temperature)});
  }

  Sorbent sorbent_;
  ColumnModel model_;
  AxialGrid grid_;
  SphereElement sphere_;
  BedContents initial_;
  bool surface_diffuses_;
  bool pressure_drops_;  // after Ergun
  Geometry geometry_;
  std::size_t sorbent_start_ = 0;  // where the sorbent's numbers begin in parameters()
};

// ---- from the case

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
  const ColumnModel model = read_column_model(values, context.diagnostics);
  auto mesh = read_column_mesh(values, model, context.diagnostics);
  if (!values.has("sorbent")) return nullptr;
  auto sorbent = load_sorbent(*values.node("sorbent"), context.brine->components(), context.models, context.diagnostics);
  if (!sorbent) return nullptr;
  BedContents initial = read_initial_contents(values, sorbent->sorption, context);
  if (!mesh || !values.complete() || context.diagnostics.count() != before) return nullptr;
  return std::make_unique<AdsorptionColumn>(name, context.brine, std::move(*sorbent), model, std::move(*mesh),
                                            std::move(initial), values);
}

}  // namespace

UnitType adsorption_column_type() {
  return {
      .name = "adsorption_column",
      .summary = "Packed bed of sorbent: loads, is washed and eluted as the schedule sends brine and water through it.",
      .parameters = column_parameters(),
      .example = "{type: adsorption_column, sorbent: li_al_ldh, length: 2.4 m, diameter: 1.8 m, void_fraction: 0.38}",
      .build = build,
      .further_examples = {"{type: adsorption_column, model: lumped_with_pores, sorbent: li_al_ldh, length: 2.4 m, diameter: 1.8 m, void_fraction: 0.38, "
                           "particle_porosity: 0.4, particle_radius: 0.3 mm, film_coefficient: 1e-5 m/s, discretisation: {degree: 2, elements: 3}}",
                           "{type: adsorption_column, sorbent: li_al_ldh, length: 2.4 m, diameter: 1.8 m, void_fraction: 0.38, "
                           "particle_radius: 0.3 mm, pressure_drop: ergun, discretisation: {degree: 2, elements: 3}}",
                           "{type: adsorption_column, model: general_rate, sorbent: li_al_ldh, length: 2.4 m, diameter: 1.8 m, void_fraction: 0.38, "
                           "particle_porosity: 0.4, particle_radius: 0.5 mm, film_coefficient: 1e-5 m/s, pore_diffusion: 1e-10 m2/s, "
                           "discretisation: {degree: 2, elements: 2}}",
                           "{type: adsorption_column, model: general_rate, sorbent: li_al_ldh, length: 2.4 m, diameter: 1.8 m, void_fraction: 0.38, "
                           "particle_porosity: 0.4, particle_radius: 0.5 mm, film_coefficient: 1e-5 m/s, pore_diffusion: 1e-10 m2/s, "
                           "surface_diffusion: 1e-13 m2/s, discretisation: {degree: 2, elements: 2, radial_nodes: 3}}",
                           "{type: adsorption_column, length: 2.4 m, diameter: 1.8 m, void_fraction: 0.38, discretisation: {degree: 2, elements: 3}, "
                           "sorbent: {law: ion_exchange, capacity_loss: 5 %, species: {"
                           "Li: {takes: {Li+: 1, Na+: -1}, q_max: 2000 mol/m3, K: 3, n: 0.7, enthalpy: 8 kJ/mol, k: 1e-3 1/s}, "
                           "K: {takes: {K+: 1, Na+: -1}, q_max: 2000 mol/m3, K: 0.5, n: 0.7, enthalpy: -4 kJ/mol, k: 2e-3 1/s}}}}",
                           "{type: adsorption_column, length: 2.4 m, diameter: 1.8 m, void_fraction: 0.38, discretisation: {degree: 2, elements: 3}, "
                           "sorbent: {law: steric_mass_action, capacity_loss: 5 %, species: {"
                           "Mg: {takes: {Mg+2: 1, Na+: -2}, ionic_capacity: 2000 mol/m3, steric_factor: 0.4, k_a: 0.02 1/s, k_d: 0.003 1/s, c_ref: 300 mol/m3}}}}"},
  };
}

}  // namespace brineflow
