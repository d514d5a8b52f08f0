#include "units/nanofiltration.hpp"

#include <cmath>
#include <limits>

namespace brineflow::nanofiltration {

Nanofiltration::Nanofiltration(const std::string& name, const char* type, std::shared_ptr<const Brine> brine, NanofiltrationSettings settings, Membrane membrane)
    : UnitModel(name, type, std::move(brine)), settings_(std::move(settings)), membrane_(std::move(membrane), components()) {
  inlets_ = {{.name = "feed"}};
  outlets_ = {{.name = "retentate"}, {.name = "permeate"}};
  add_parameters();
  for (std::size_t i = 1; i < component_count(); ++i) charge_.push_back(components()[i].charge);
}

void Nanofiltration::add_parameters() {
  if (spiral()) parameters_ = {{"spiral_wound.vessels", "1", settings_.spiral->vessels, false}};
  else parameters_ = {{"area", "m2", settings_.area, false}};
  parameters_.push_back({"permeate_pressure", "bar", settings_.permeate_pressure});
  parameters_.push_back({"pump_efficiency", "%", settings_.pump_efficiency});
  parameters_.push_back({"maximum_recovery", "%", settings_.maximum_recovery});
  const auto add = [&](const char* name, const char* unit, double value) {
    parameters_.push_back({name, unit, value});
    return parameters_.size() - 1;
  };
  if (!spiral() || !settings_.spiral->film_correlation) at_film_ = add("mass_transfer", "L/m2/h", settings_.mass_transfer);
  if (boosted()) at_feed_pressure_ = add("feed_pressure", "bar", *settings_.feed_pressure);
  if (spiral() && settings_.spiral->pressure_drop) at_pressure_drop_ = add("spiral_wound.pressure_drop", "bar", *settings_.spiral->pressure_drop);
  membrane_.add_to(parameters_);
  if (fouling()) settings_.fouling->add_to(parameters_);
}

std::vector<Axis> Nanofiltration::along(const char* name, const char* long_name, std::vector<std::string> labels) const {
  Axis position{.name = "position", .unit = "1", .long_name = "share of the membrane area passed", .coordinates = {}, .labels = {}};
  for (std::size_t k = 0; k < cells(); ++k)
    position.coordinates.push_back((static_cast<double>(k) + 0.5) / static_cast<double>(cells()));
  if (labels.empty()) return {position};
  return {{.name = name, .unit = "", .long_name = long_name, .coordinates = {}, .labels = std::move(labels)}, position};
}

std::vector<Variable> Nanofiltration::variables(const Scales& scales) const {
  const auto by_component = along("component", "component", components().names());
  std::vector<std::string> ions = components().names();
  ions.erase(ions.begin());
  const double typical_pressure = settings_.feed_pressure.value_or(10.0 * reference_pressure);
  std::vector<double> p;
  for (const TunableParameter& parameter : parameters_) p.push_back(parameter.value);
  const double flux = membrane_.numbers<double>(p, reference_temperature).water_permeability * typical_pressure;
  std::vector<double> amounts;
  for (const double c : scales.concentration) amounts.push_back(c * cell_volume());
  const auto variable = [](const char* name, const char* unit, const std::string& long_name, std::vector<Axis> axes,
                           std::vector<double> nominal) {
    return Variable{.name = name, .unit = unit, .long_name = long_name, .kind = VariableKind::algebraic, .axes = std::move(axes),
                    .nominal = std::move(nominal), .lower = 0.0};
  };
  std::vector<Variable> result = {
      variable("amount", "mol", "contents of the feed side", by_component, amounts),
      variable("permeate_flow", "mol/s", "permeate gathered from the feed end to the end of the cell", by_component, scales.molar_flow),
      variable("transmission", "1", "concentration of the permeate where it is made over that of the cell",
               along("ion", "dissolved species", ions), {1.0}),
      variable("volume_flux", "m/s", "volume flux through the membrane", along("", "", {}), {flux}),
      variable("flow", "m3/s", "volume flow of the feed side at the end of the cell", along("", "", {}), {scales.flow}),
      variable("pressure", "Pa", "pressure of the feed side", {}, {typical_pressure}),
      variable("water_recovery", "1", "share of the arriving water that permeates", {}, {1.0}),
      variable("power", "W", "electrical power of the booster pump", {}, {std::max(scales.flow * typical_pressure, 1.0)}),
      variable("exclusion", "1", "minus the natural logarithm of transmission", along("ion", "dissolved species", ions), {1.0}),
  };
  result.back().lower = -std::numeric_limits<double>::infinity();
  result[0].kind = VariableKind::differential;
  result[6].upper = 1.0;
  if (spiral()) {
    result.push_back(variable("channel_pressure", "Pa", "pressure of the feed side at the end of the cell", along("", "", {}), {typical_pressure}));
    result.push_back(variable("film_coefficient", "m/s", "mass-transfer coefficient of " + ions.front(), along("", "", {}), {settings_.mass_transfer}));
  }
  if (fouling()) add_fouling_variables(result, flux);
  return result;
}

void Nanofiltration::initial_state(std::span<double> y) const {
  std::fill(y.begin() + static_cast<std::ptrdiff_t>(outlet_block()), y.end(), 0.0);
  for (std::size_t i = 0; i < component_count(); ++i)
    for (std::size_t k = 0; k < cells(); ++k) y[amount(i, k)] = cell_volume() * settings_.initial[i];
  for (std::size_t d = 0; fouling() && d < settings_.fouling->size(); ++d)
    for (std::size_t k = 0; k < cells(); ++k) y[deposited(d, k)] = settings_.fouling->deposits()[d].initial;
}

void Nanofiltration::add_holdup(std::span<const double> y, std::span<double> held) const {
  for (std::size_t i = 0; i < component_count(); ++i)
    for (std::size_t k = 0; k < cells(); ++k) held[i] += y[amount(i, k)];
  for (std::size_t k = 0; fouling() && k < cells(); ++k) {
    auto mass = deposits_at<double>(y, k);
    for (double& value : mass) value *= cell_area();
    settings_.fouling->add_components<double>(mass, held);
  }
}

// (9) k_i = k r_i, r_i = 1 or (D_i / D_Li)^(2/3); (W7) r_i = (D_i / D_1)^(3/4)
template <Scalar S>
auto Nanofiltration::film_coefficients(const S& film) const -> Solutes<S> {
  Solutes<S> result;
  for (std::size_t i = 0; i < solutes(); ++i) result[i] = film * settings_.mass_transfer_ratio[i];
  return result;
}

template <Scalar S>
auto Nanofiltration::channel_of(const Local<S>& here, const ChannelLiquid<S>& liquid, const S& Q) const -> Channel<S> {
  const SpiralWound& elements = *settings_.spiral;
  const SpacerFlow<S> flow{elements.velocity(Q, here.p[size]), elements.diameter(), liquid.density, liquid.viscosity};
  const double share = 1.0 / static_cast<double>(cells());
  return {elements.film_correlation ? schock_miquel_film(flow, liquid.diffusion) : here.p[at_film_],
          elements.pressure_drop ? S(here.p[at_pressure_drop_] * elements.elements * share)
                                 : S(schock_miquel_pressure_gradient(flow) * elements.length() * share)};
}

// (W5), (W8) with the mean flow of every cell. Cells take film and pressure from variables, so that only these rows depend on all
// that arrives.
template <Scalar S>
void Nanofiltration::channel_equations(const Local<S>& here, const Arriving<S>& in, const S& inflow, std::span<S> residual) const {
  const ChannelLiquid<S> liquid = channel_liquid<S>(*settings_.spiral, brine(), in.molar_flow, in.temperature);
  for (std::size_t k = 0; k < cells(); ++k) {
    const S mean_flow = 0.5 * ((k == 0 ? inflow : here.y[flow(k - 1)]) + here.y[flow(k)]);
    const Channel<S> channel = channel_of(here, liquid, mean_flow);
    const S& before = here.y[k == 0 ? pressure() : channel_pressure(k - 1)];
    residual[channel_pressure(k)] = here.y[channel_pressure(k)] - before + channel.pressure_drop;
    residual[film(k)] = here.y[film(k)] - channel.film;
  }
}

template <Scalar S>
std::array<S, ComponentSet::max_size> Nanofiltration::at_cell(std::span<const S> y, std::size_t start, std::size_t count, std::size_t k) const {
  std::array<S, ComponentSet::max_size> result{};
  for (std::size_t i = 0; i < count; ++i) result[i] = y[start + i * cells() + k];
  return result;
}

// (11) The pressure asked for, or the lower one at which no more than the maximum recovery permeates:
//   a + b = sqrt(a^2 + b^2 + e^2),  a = 1 - p / p_full,  b = Q_left / Q_in - (1 - R_max),  e = 1e-4,
// the complementarity a >= 0, b >= 0, a b = 0 of Fischer (1992) with its corner rounded: a b = e^2 / 2.
template <Scalar S>
S Nanofiltration::pressure_limit(const S& pressure, const S& full, const S& share_left, const S& recovery) const {
  constexpr double e = 1e-4;
  const S a = 1.0 - pressure / full, b = share_left - (1.0 - recovery);
  return a + b - sqrt(a * a + b * b + e * e);
}

// Nothing arrives: the pumps stand still, the pressure is gone, the contents stay as they are.
template <Scalar S>
void Nanofiltration::rest(const Local<S>& here, std::span<S> residual) const {
  for (std::size_t row = amount(0, 0); row < permeate_flow(0, 0); ++row) residual[row] = here.ydot[row];
  for (std::size_t row = permeate_flow(0, 0); row < residual.size(); ++row) residual[row] = here.y[row];
  if (fouling()) fouling_at_rest(here, residual);
}

template <Scalar S>
void Nanofiltration::cell_equations(const Local<S>& here, const Arriving<S>& in, const S& inflow, const MembraneNumbers<S>& membrane,
                                    const std::optional<FoulingNow<S>>& now, std::size_t k, std::span<S> residual) const {
  const Solutes<S> k_film = film_coefficients<S>(spiral() ? here.y[film(k)] : here.p[at_film_]);
  const auto amounts = at_cell(here.y, amount(0, 0), component_count(), k);
  auto T = at_cell(here.y, exclusion(1, 0), solutes(), k);
  for (std::size_t i = 0; i < solutes(); ++i) T[i] = exp(-T[i]);
  const MembraneCell<S> cell =
      membrane_cell<S>(brine(), layers(membrane, k_film), in.temperature, std::span<const S>(amounts).first(component_count()),
                       std::span<const S>(T).first(solutes()), here.y[volume_flux(k)]);
  const S permeating = area(here) / static_cast<double>(cells()) * cell.J;  // m3/s
  const S& Q = here.y[flow(k)];
  for (std::size_t i = 0; i < component_count(); ++i) {
    const S gathered = here.y[permeate_flow(i, k)] - (k == 0 ? S(0.0) : here.y[permeate_flow(i, k - 1)]);
    const S arriving = k == 0 ? in.molar_flow[i] : here.y[flow(k - 1)] * here.y[amount(i, k - 1)] / cell_volume();
    // (6) dn_ik/dt = Q_(k-1) n_i(k-1) / V_c - Q_k n_ik / V_c - (G_ik - G_i(k-1))
    residual[amount(i, k)] = here.ydot[amount(i, k)] - (arriving - Q * amounts[i] / cell_volume() - gathered);
    // (7) G_ik = G_i(k-1) + A_k J_v c_p,ik, water included: J_v is the volume flux of the permeating solution
    residual[permeate_flow(i, k)] = gathered - permeating * cell.permeate[i];
    // (3) the barrier's and the film's concentration at the membrane are one
    if (i == 0) continue;
    residual[exclusion(i, k)] = cell.mismatch[i - 1];
    residual[transmission(i, k)] = here.y[transmission(i, k)] - T[i - 1];
  }
  // (8) Q_k = Q_(k-1) - A_k J_v
  residual[flow(k)] = Q - (k == 0 ? inflow : here.y[flow(k - 1)]) + permeating;
  // (4) J_v = A_w (p_feed - p_perm - pi(c_m) + pi(c_p))
  const S drive = cell_pressure(here, k) - here.p[permeate_pressure] - cell.osmotic_pressure;
  residual[volume_flux(k)] = here.y[volume_flux(k)] - membrane.water_permeability * drive;
  if (now) deposit_equations(here, *now, cell, std::span<const S>(k_film).first(solutes()), k, residual);
}

template <Scalar S>
void Nanofiltration::equations(const Local<S>& here, std::span<S> residual) const {
  if (!here.flowing(0)) {
    rest(here, residual);
    return;
  }
  const Arriving<S> in = arriving(here, 0, brine());
  const S inflow = brine().volume(std::span<const S>(in.molar_flow), in.temperature);
  const MembraneNumbers<S> membrane = membrane_.numbers<S>(here.p, in.temperature);
  std::optional<FoulingNow<S>> now;
  if (fouling()) now = fouling_now(here, in, membrane.water_permeability);
  for (std::size_t k = 0; k < cells(); ++k) cell_equations(here, in, inflow, membrane, now, k, residual);
  if (now) fouling_summary(here, *now, residual);
  if (spiral()) channel_equations(here, in, inflow, residual);

  const std::size_t last = cells() - 1;
  std::vector<S> leaving, permeating_flow;
  for (std::size_t i = 0; i < component_count(); ++i) {
    leaving.push_back(here.y[flow(last)] * here.y[amount(i, last)] / cell_volume());
    permeating_flow.push_back(here.y[permeate_flow(i, last)]);
  }
  const S& p = here.y[pressure()];
  set_outlet(here, retentate, std::span<const S>(leaving), in.temperature, end_pressure(here, last), residual);
  set_outlet(here, permeate, std::span<const S>(permeating_flow), in.temperature, here.p[permeate_pressure], residual);

  const S full = full_pressure(here, in.pressure);
  residual[pressure()] = pressure_limit<S>(p, full, here.y[flow(last)] / inflow, here.p[maximum_recovery]);
  residual[water_recovery()] = here.y[water_recovery()] - permeating_flow[0] / in.molar_flow[0];
  // (10) P = Q_in (p_feed - p_in) / eta; a pressure below the arriving one takes a valve, not a turbine
  const S rise = larger(S(p - in.pressure), S(0.0));
  residual[power()] = here.y[power()] - inflow * rise / here.p[pump_efficiency];
}

template void Nanofiltration::equations<double>(const Local<double>&, std::span<double>) const;
template void Nanofiltration::equations<Dual>(const Local<Dual>&, std::span<Dual>) const;
template void Nanofiltration::equations<Trace>(const Local<Trace>&, std::span<Trace>) const;
// What deposits and a start need too.
template std::array<double, ComponentSet::max_size> Nanofiltration::at_cell<double>(std::span<const double>, std::size_t, std::size_t, std::size_t) const;
template std::array<Dual, ComponentSet::max_size> Nanofiltration::at_cell<Dual>(std::span<const Dual>, std::size_t, std::size_t, std::size_t) const;
template std::array<Trace, ComponentSet::max_size> Nanofiltration::at_cell<Trace>(std::span<const Trace>, std::size_t, std::size_t, std::size_t) const;
template auto Nanofiltration::film_coefficients<double>(const double&) const -> Solutes<double>;
template auto Nanofiltration::channel_of<double>(const Local<double>&, const ChannelLiquid<double>&, const double&) const -> Channel<double>;
template double Nanofiltration::pressure_limit<double>(const double&, const double&, const double&, const double&) const;

}  // namespace brineflow::nanofiltration
