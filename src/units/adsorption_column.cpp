// A packed bed of sorbent through which brine flows (docs/equations/adsorption_column.md).
#include "physics/packed_bed.hpp"
#include "units/builders.hpp"
#include "units/column_particles.hpp"
#include "units/column_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace brineflow {
namespace {

constexpr double pi = 3.14159265358979323846;

enum ColumnInlet : std::size_t { forward, reverse };

// Where the numbers of the bed stand in parameters(); those of its particles are ParticleNumbers.
struct BedNumbers {
  std::size_t length = 0, bore = 1, void_fraction = 2;
  std::size_t mixing = 0;  // dispersion coefficient or Peclet number, unless it is Chung and Wen's
  std::size_t film = 0;    // with pores: a coefficient, or the diffusion of Wilson and Geankoplis
};

struct Geometry {
  bool by_diameter = true;  // `bore` is the diameter [m], else the cross-section [m2]
  bool by_peclet = false;   // `mixing` is the Peclet number, else the dispersion coefficient [m2/s]
};

class AdsorptionColumn final : public UnitModel<AdsorptionColumn> {
 public:
  AdsorptionColumn(const std::string& name, std::shared_ptr<const Brine> brine, Sorbent sorbent, ColumnModel model,
                   ColumnMesh mesh, BedContents initial, const Values& values)
      : UnitModel(name, "adsorption_column", std::move(brine)), grid_(std::move(mesh.axial)),
        particles_(std::move(sorbent), std::move(mesh.sphere), model, read_surface_diffusion(values)), initial_(std::move(initial)),
        correlations_(read_correlations(values)) {
    geometry_ = {values.has("diameter"), !values.has("axial_dispersion")};
    inlets_ = {{.name = "inlet"}, {.name = "reverse", .optional = true}};
    outlets_ = {{.name = "outlet"}};
    add_parameters(values);
    particles_.layout = {.streams = outlet_block(), .components = component_count(), .species = sorption().species.size(),
                         .nodes = grid_.size(), .radial = particles_.sphere().size(), .pores = particles_.have_pores()};
  }

  std::string objection(const Wiring& wiring) const override {
    return wiring.inlet_flowing(forward) && wiring.inlet_flowing(reverse) ? "liquid enters it from both ends" : "";
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
    if (particles_.have_radius()) along.push_back({"r", "m", "distance from the centre of the particle", radii(), {}});
    const auto axes = [&](Axis first) {
      std::vector<Axis> result = {std::move(first)};
      result.insert(result.end(), along.begin(), along.end());
      return result;
    };
    const Axis component{"component", "", "component", {}, components().names()};
    std::vector<Variable> result = {
        {.name = "velocity", .unit = "m/s", .long_name = "superficial velocity, away from the end where liquid enters", .axes = {}, .nominal = {velocity_scale(scales)}, .lower = 0.0},
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
    const double eps = parameters_[at_.void_fraction].value;
    const double volume = cross_section(parameters_[at_.bore].value) * parameters_[at_.length].value;
    for (std::size_t i = 0; i < component_count(); ++i) held[i] += volume * eps * mean(y, concentration_at(i));
    const double porosity = has_pores() ? parameters_[particles_.at.porosity].value : 0.0;
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
    const S area = cross_section(here.p[at_.bore]);
    const S film = has_pores() ? film_coefficient(here) : S(0.0);
    velocity_row(here, area, residual);
    concentration_rows(here, area, film, residual);
    outlet_rows(here, residual);
    particles_.rows(here, brine(), flowing(here) ? entering(here).temperature : S(reference_temperature), film, residual);
  }

 private:
  void add_parameters(const Values& values) {
    const auto add = [&](const char* key, const char* unit, bool settable = true) {
      parameters_.push_back({key, unit, values.quantity(key), settable});
      return parameters_.size() - 1;
    };
    ParticleNumbers& inside = particles_.at;
    at_.length = add("length", "m", false);
    at_.bore = geometry_.by_diameter ? add("diameter", "m", false) : add("cross_section", "m2", false);
    at_.void_fraction = add("void_fraction", "1", false);
    if (!correlations_.dispersion) at_.mixing = geometry_.by_peclet ? add("peclet_number", "1") : add("axial_dispersion", "m2/s");
    if (has_pores() || correlations_.need_radius()) inside.radius = add("particle_radius", "mm");
    if (has_pores()) {
      inside.porosity = add("particle_porosity", "1", false);
      at_.film = correlations_.film ? add("molecular_diffusion", "m2/s") : add("film_coefficient", "m/s");
    }
    if (particles_.have_radius()) inside.pore_diffusion = add("pore_diffusion", "m2/s");
    if (const auto law = particles_.along_walls()) {
      inside.surface_diffusion = add("surface_diffusion", "m2/s");
      if (*law != SurfaceDiffusionLaw::constant) inside.saturation = add("saturation_loading", "mol/m3");
      if (*law == SurfaceDiffusionLaw::exponential) inside.exponent = add("surface_diffusion_exponent", "1");
    }
    inside.sorbent = parameters_.size();
    for (TunableParameter& parameter : tunable_parameters(particles_.sorbent())) parameters_.push_back(std::move(parameter));
  }

  // Names of the page for what the layout knows.
  const Sorption& sorption() const { return particles_.sorption(); }
  std::size_t species() const { return particles_.layout.species; }
  std::size_t nodes() const { return particles_.layout.nodes; }
  std::size_t radial() const { return particles_.layout.radial; }
  std::size_t points() const { return particles_.layout.points(); }
  bool has_pores() const { return particles_.have_pores(); }
  std::size_t velocity() const { return particles_.layout.velocity(); }
  std::size_t concentration_at(std::size_t component) const { return particles_.layout.concentration_at(component); }
  std::size_t beside_solid_at(std::size_t component) const { return particles_.layout.beside_solid_at(component); }
  std::size_t loading_at(std::size_t j) const { return particles_.layout.loading_at(j); }
  std::size_t ageing_at(std::size_t n) const { return particles_.layout.ageing_at(n); }

  std::vector<double> positions() const {
    std::vector<double> z = grid_.nodes();
    for (double& value : z) value *= parameters_[at_.length].value;
    return z;
  }

  std::vector<double> radii() const {
    std::vector<double> r = particles_.sphere().nodes();
    for (double& value : r) value *= parameters_[particles_.at.radius].value;
    return r;
  }

  double velocity_scale(const Scales& scales) const {
    return std::max(scales.flow / cross_section(parameters_[at_.bore].value), 1e-12);
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
      for (std::size_t m = 0; m < radial(); ++m) sum += grid_.weights()[k] * particles_.sphere().weights()[m] * y[start + k * radial() + m];
    return sum;
  }

  template <Scalar S>
  S cross_section(const S& bore_value) const {
    if (geometry_.by_diameter) return S(0.25 * pi) * bore_value * bore_value;
    return bore_value;
  }

  // Liquid enters at one end or at none (objection).
  template <Scalar S>
  bool flowing(const Local<S>& here) const {
    return here.flowing(forward) || here.flowing(reverse);
  }

  template <Scalar S>
  StreamView<S> entering(const Local<S>& here) const {
    return here.inlet(here.flowing(reverse) ? reverse : forward);
  }

  // (1) u = V(F_in, T) / A. Every other row uses u, so that only this one depends on all arriving flows.
  template <Scalar S>
  void velocity_row(const Local<S>& here, const S& area, std::span<S> residual) const {
    residual[velocity()] = here.y[velocity()];
    if (!flowing(here)) return;
    const StreamView<S> inlet = entering(here);
    residual[velocity()] -= brine().volume(inlet.molar_flow, inlet.temperature) / area;
  }

  // What flows through the bed, with density and viscosity of what arrives: once for the bed, not at every node.
  template <Scalar S>
  PackedBedFlow<S> bed_flow(const Local<S>& here) const {
    const StreamView<S> inlet = entering(here);
    return {here.y[velocity()], S(2.0 * here.p[particles_.at.radius]), here.p[at_.void_fraction],
            brine().density(inlet.molar_flow, inlet.temperature), brine().viscosity(inlet.molar_flow, inlet.temperature)};
  }

  // [m/s] of the film around the particles: given, or (10); without flow that of a sphere at rest.
  template <Scalar S>
  S film_coefficient(const Local<S>& here) const {
    if (!correlations_.film) return here.p[at_.film];
    const S diameter = 2.0 * here.p[particles_.at.radius];
    if (!flowing(here)) return sphere_at_rest_film(diameter, here.p[at_.film]);
    return wilson_geankoplis_film(here.y[velocity()], diameter, here.p[at_.void_fraction], here.p[at_.film]);
  }

  // [m2/s] eps D: given, from Pe = (u / eps) L / D, or (11); (11) without flow is none.
  template <Scalar S>
  S dispersion(const Local<S>& here) const {
    const S& u = here.y[velocity()];
    if (correlations_.dispersion)
      return flowing(here) ? S(here.p[at_.void_fraction] * chung_wen_dispersion(bed_flow(here))) : S(0.0);
    return geometry_.by_peclet ? S(u * here.p[at_.length] / here.p[at_.mixing]) : S(here.p[at_.void_fraction] * here.p[at_.mixing]);
  }

  // (3) eps dc_i/dt + (1 - eps) sum_j nu_ij dq_j/dt = -dF_i/dz,  F_i = u c_i - eps D dc_i/dz
  // With pores (5): film_flux (6) times the particles' surface 3 (1 - eps)/R takes the place of the solid's uptake.
  // (4) F_i = n_in,i / A at the inlet (Danckwerts), dc_i/dz = 0 at the outlet: n_out,i = A u c_i(L). In reverse flow z counts from the other end.
  template <Scalar S>
  void concentration_rows(const Local<S>& here, const S& area, const S& film, std::span<S> residual) const {
    const auto direction = here.flowing(reverse) ? AxialDirection::descending : AxialDirection::ascending;
    const S& eps = here.p[at_.void_fraction];
    const S& u = here.y[velocity()];
    const S mixing = dispersion(here);
    const S solid = S(1.0) - eps;
    const S surface = has_pores() ? S(3.0 * solid / here.p[particles_.at.radius]) : S(0.0);  // of the particles, per volume of the bed
    for (std::size_t i = 0; i < component_count(); ++i) {
      const S inlet_flux = flowing(here) ? S(entering(here).molar_flow[i] / area) : S(0.0);
      S outlet_flux(0.0);
      grid_.transport<S>(here.values(concentration_at(i), nodes()), inlet_flux, u, mixing, here.p[at_.length],
                         residual.subspan(concentration_at(i), nodes()), outlet_flux, direction);
      residual[i] = here.y[i] - area * outlet_flux;
      for (std::size_t k = 0; k < nodes(); ++k) {
        S& row = residual[concentration_at(i) + k];
        row = eps * here.ydot[concentration_at(i) + k] - row;  // transport() left -dF_i/dz here
        if (has_pores()) row += surface * particles_.film_flux(here, film, i, k);
      }
      for (std::size_t j = 0; !has_pores() && j < species(); ++j) {
        const int nu = sorption().species[j].stoichiometry[i];
        if (nu == 0) continue;
        const S share = static_cast<double>(nu) * solid;
        for (std::size_t k = 0; k < nodes(); ++k) residual[concentration_at(i) + k] += share * here.ydot[loading_at(j) + k];
      }
    }
  }

  // Temperature and pressure of the outlet: those of what enters, less (9).
  template <Scalar S>
  void outlet_rows(const Local<S>& here, std::span<S> residual) const {
    const std::size_t n = component_count();
    residual[n] = here.y[n] - (flowing(here) ? entering(here).temperature : S(reference_temperature));
    residual[n + 1] = here.y[n + 1] - (flowing(here) ? entering(here).pressure : S(reference_pressure));
    if (flowing(here) && correlations_.pressure_drop) residual[n + 1] += here.p[at_.length] * ergun_pressure_gradient(bed_flow(here));
  }

  AxialGrid grid_;
  ColumnParticles particles_;
  BedContents initial_;
  ColumnCorrelations correlations_;
  BedNumbers at_;
  Geometry geometry_;
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
  check_correlations(values, context.diagnostics);
  check_surface_diffusion(values, context.diagnostics);
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
      .further_examples = column_examples(),
  };
}

}  // namespace brineflow
