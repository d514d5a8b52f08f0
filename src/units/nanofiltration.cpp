// Nanofiltration: a module as cells in series on the feed side (docs/equations/nanofiltration.md).
#include "base/error.hpp"
#include "base/quantity.hpp"
#include "physics/water.hpp"
#include "units/builders.hpp"
#include "units/membrane_cell.hpp"
#include "units/nanofiltration_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace brineflow {
namespace {

enum NanofiltrationOutlet : std::size_t { retentate, permeate };
enum NanofiltrationMode : int { permeating, held_back, throttled };
enum NanofiltrationEvent : std::size_t { flux_loss, pressure_loss, channel_loss, event_number };
// Order of parameters(); those follow that not every module has, then those of the membrane. `size` is the area or, in spiral-wound
// elements, the number of vessels.
enum NanofiltrationParameter : std::size_t { size, permeate_pressure, pump_efficiency, maximum_recovery, first_optional };

constexpr double least_flux = 0.01;  // of the flux of pure water at the same pressure
constexpr double regained_flux = 0.02;
constexpr double lost_pressure = 0.99;  // of the pressure that was asked for
constexpr double regained_pressure = 0.999;

class Nanofiltration final : public UnitModel<Nanofiltration> {
 public:
  Nanofiltration(const std::string& name, const char* type, std::shared_ptr<const Brine> brine, NanofiltrationSettings settings, Membrane membrane);

  std::vector<Variable> variables(const Scales& scales) const override;
  void initial_state(std::span<double> y) const override;
  void guess(const Local<double>& here, std::span<double> y) const override;
  void add_holdup(std::span<const double> y, std::span<double> held) const override;
  void add_scales(Scales& scales) const override { scales.raise(settings_.initial, 0.0); }

  std::vector<TotalKind> totals() const override { return {TotalKind::energy}; }
  void total_rates(const Local<double>& here, std::span<double> rates) const override { rates[0] = here.y[power()]; }

  std::size_t event_count() const override { return event_number; }
  void events(const Local<double>& here, std::span<double> value) const override;
  Reaction on_event(std::size_t index, int direction, const Local<double>& here) const override;

  template <Scalar S>
  void equations(const Local<S>& here, std::span<S> residual) const;

 private:
  // Where the variables stand in the block.
  std::size_t cells() const { return settings_.cells; }
  std::size_t solutes() const { return charge_.size(); }
  std::size_t amount(std::size_t i, std::size_t k) const { return outlet_block() + i * cells() + k; }
  std::size_t permeate_flow(std::size_t i, std::size_t k) const { return amount(component_count() + i, k); }
  // i counts components; water, 0, has no such variable.
  std::size_t transmission(std::size_t i, std::size_t k) const { return permeate_flow(component_count() + i - 1, k); }
  std::size_t volume_flux(std::size_t k) const { return transmission(component_count(), k); }
  std::size_t flow(std::size_t k) const { return volume_flux(cells() + k); }
  std::size_t pressure() const { return flow(cells()); }
  std::size_t water_recovery() const { return pressure() + 1; }
  std::size_t power() const { return water_recovery() + 1; }
  // -ln T is what is solved for: T has no sign to lose then, and 1e-8 is told from 1e-9.
  std::size_t exclusion(std::size_t i, std::size_t k) const { return power() + 1 + (i - 1) * cells() + k; }
  // Of spiral-wound elements only.
  std::size_t channel_pressure(std::size_t k) const { return exclusion(component_count(), k); }
  std::size_t film(std::size_t k) const { return channel_pressure(cells() + k); }

  std::string kind() const { return type() == "reverse_osmosis" ? "reverse osmosis" : type(); }  // in sentences
  bool boosted() const { return settings_.feed_pressure.has_value(); }
  bool spiral() const { return settings_.spiral.has_value(); }
  double cell_volume() const {
    const double volume = spiral() ? settings_.spiral->holdup() : settings_.area * settings_.channel_height / 2.0;
    return volume / static_cast<double>(cells());
  }
  void add_parameters();
  std::vector<Axis> along(const char* name, const char* long_name, std::vector<std::string> labels) const;

  // The feed-side pressure asked for: that of the stream, or what the booster makes of it.
  template <Scalar S>
  S full_pressure(const Local<S>& here, const S& arriving) const {
    return boosted() ? larger(here.p[at_feed_pressure_], arriving) : arriving;
  }
  template <Scalar S>
  S area(const Local<S>& here) const {
    return spiral() ? S(here.p[size] * settings_.spiral->vessel_area()) : here.p[size];
  }
  // Pressure of the feed side at the end of cell k, and what drives its flux: the mean of its ends.
  template <Scalar S>
  const S& end_pressure(const Local<S>& here, std::size_t k) const {
    return here.y[spiral() ? channel_pressure(k) : pressure()];
  }
  template <Scalar S>
  S cell_pressure(const Local<S>& here, std::size_t k) const {
    if (!spiral()) return here.y[pressure()];
    return 0.5 * (here.y[k == 0 ? pressure() : channel_pressure(k - 1)] + here.y[channel_pressure(k)]);
  }

  template <Scalar S>
  using Solutes = std::array<S, ComponentSet::max_size>;
  template <Scalar S>
  Solutes<S> film_coefficients(const S& film) const;
  template <Scalar S>
  MembraneLayers<S> layers(const MembraneNumbers<S>& membrane, const Solutes<S>& k_film) const {
    return {charge_, membrane, std::span<const S>(k_film).first(solutes())};
  }
  // What a cell's flow makes of its film and its pressure.
  template <Scalar S>
  struct Channel {
    S film, pressure_drop;
  };
  template <Scalar S>
  Channel<S> channel_of(const Local<S>& here, const ChannelLiquid<S>& liquid, const S& Q) const;
  template <Scalar S>
  void channel_equations(const Local<S>& here, const Arriving<S>& in, const S& inflow, std::span<S> residual) const;
  // One value of every component, or solute, at cell k of a variable that is laid out over them.
  template <Scalar S>
  std::array<S, ComponentSet::max_size> at_cell(std::span<const S> y, std::size_t start, std::size_t count, std::size_t k) const;
  template <Scalar S>
  S pressure_limit(const S& pressure, const S& full, const S& share_left, const S& recovery) const;
  template <Scalar S>
  void rest(const Local<S>& here, std::span<S> residual) const;
  template <Scalar S>
  void cell_equations(const Local<S>& here, const Arriving<S>& in, const S& inflow, const MembraneNumbers<S>& membrane, std::size_t k,
                      std::span<S> residual) const;

  void require_driving_pressure(double feed, double permeate_side) const;
  std::string channel_message(double first, double last) const;
  void require_channel_pressure(double first, double last, double permeate_side) const;
  double guess_cells(const Local<double>& here, const Arriving<double>& in, double pressure, std::span<double> y) const;
  double guess_pressure(const Local<double>& here, const Arriving<double>& in, double full, std::span<double> y) const;
  double mean_flux(const Local<double>& here) const;
  double pure_flux(const Local<double>& here) const {
    const double A_w = membrane_.numbers<double>(here.p, here.flowing(0) ? here.inlet(0).temperature : reference_temperature).water_permeability;
    return A_w * std::max(here.y[pressure()] - here.p[permeate_pressure], 1.0);
  }

  NanofiltrationSettings settings_;
  std::size_t at_film_ = 0, at_feed_pressure_ = 0, at_pressure_drop_ = 0;  // in p, where there are such
  MembraneParameters membrane_;
  std::vector<int> charge_;  // of the solutes
};

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
  return result;
}

void Nanofiltration::initial_state(std::span<double> y) const {
  std::fill(y.begin() + static_cast<std::ptrdiff_t>(outlet_block()), y.end(), 0.0);
  for (std::size_t i = 0; i < component_count(); ++i)
    for (std::size_t k = 0; k < cells(); ++k) y[amount(i, k)] = cell_volume() * settings_.initial[i];
}

void Nanofiltration::add_holdup(std::span<const double> y, std::span<double> held) const {
  for (std::size_t i = 0; i < component_count(); ++i)
    for (std::size_t k = 0; k < cells(); ++k) held[i] += y[amount(i, k)];
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
//   a + b = sqrt(a^2 + b^2 + e^2),  a = 1 - p / p_full,  b = Q_left / Q_in - (1 - R_max),  e = 1e-5,
// the complementarity a >= 0, b >= 0, a b = 0 of Fischer (1992) with its corner rounded: a b = e^2 / 2.
template <Scalar S>
S Nanofiltration::pressure_limit(const S& pressure, const S& full, const S& share_left, const S& recovery) const {
  constexpr double e = 1e-5;
  const S a = 1.0 - pressure / full, b = share_left - (1.0 - recovery);
  return a + b - sqrt(a * a + b * b + e * e);
}

// Nothing arrives: the pumps stand still, the pressure is gone, the contents stay as they are.
template <Scalar S>
void Nanofiltration::rest(const Local<S>& here, std::span<S> residual) const {
  for (std::size_t row = amount(0, 0); row < permeate_flow(0, 0); ++row) residual[row] = here.ydot[row];
  for (std::size_t row = permeate_flow(0, 0); row < residual.size(); ++row) residual[row] = here.y[row];
}

template <Scalar S>
void Nanofiltration::cell_equations(const Local<S>& here, const Arriving<S>& in, const S& inflow, const MembraneNumbers<S>& membrane,
                                    std::size_t k, std::span<S> residual) const {
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
  for (std::size_t k = 0; k < cells(); ++k) cell_equations(here, in, inflow, membrane, k, residual);
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

void Nanofiltration::require_driving_pressure(double feed, double permeate_side) const {
  if (feed > permeate_side) return;
  throw SolverError(fmt::format(
      "{} '{}': the feed side is at {}, the permeate side at {}: nothing can permeate. Give feed_pressure, or a pump before it.",
      kind(), name(), format_quantity(feed, "bar"), format_quantity(permeate_side, "bar")));
}

// The flow takes more pressure than there is: no steady state, and no plant either.
std::string Nanofiltration::channel_message(double first, double last) const {
  return fmt::format("{} '{}': the flow along its elements takes {} of the {} it arrives with: the last cell has none left to "
                     "permeate with. It needs more vessels, or fewer elements in each.",
                     kind(), name(), format_quantity(first - last, "bar"), format_quantity(first, "bar"));
}

void Nanofiltration::require_channel_pressure(double first, double last, double permeate_side) const {
  if (last <= permeate_side) throw SolverError(channel_message(first, last));
}

// Fills the cells for a pressure of the feed side, one after the other; the volume flow that is left. Film and pressure of a cell are
// those of the flow that enters it until its own flux is known, and never of less than what (11) leaves: a trial at too high a pressure
// uses all of the flow up, and a channel at rest has no film that could be solved for.
double Nanofiltration::guess_cells(const Local<double>& here, const Arriving<double>& in, double pressure, std::span<double> y) const {
  const MembraneNumbers<double> numbers = membrane_.numbers<double>(here.p, in.temperature);
  const auto liquid = spiral() ? channel_liquid<double>(*settings_.spiral, brine(), in.molar_flow, in.temperature) : ChannelLiquid<double>{};
  double Q = brine().volume(std::span<const double>(in.molar_flow), in.temperature);
  const double least = (1.0 - here.p[maximum_recovery]) * Q;
  std::vector<double> gathered(component_count(), 0.0);
  for (std::size_t k = 0; k < cells(); ++k) {
    const auto all = at_cell<double>(y, amount(0, 0), component_count(), k);
    const auto amounts = std::span<const double>(all).first(component_count());
    const double entering = Q;
    const auto channel = spiral() ? channel_of(here, liquid, std::max(Q, least)) : Channel<double>{here.p[at_film_], 0.0};
    const Solutes<double> k_film = film_coefficients(channel.film);
    const MembraneLayers<double> membrane = layers(numbers, k_film);
    const double drive = std::max(pressure - 0.5 * channel.pressure_drop - here.p[permeate_pressure], 1.0);
    const MembraneOperation found = operate_membrane(brine(), membrane, in.temperature, amounts, drive);
    const MembraneCell<double> cell = membrane_cell<double>(brine(), membrane, in.temperature, amounts, found.transmission, found.J_v);
    const double permeating = area(here) / static_cast<double>(cells()) * cell.J;
    for (std::size_t i = 0; i < component_count(); ++i) y[permeate_flow(i, k)] = gathered[i] += permeating * cell.permeate[i];
    for (std::size_t i = 1; i < component_count(); ++i) {
      y[transmission(i, k)] = found.transmission[i - 1];
      y[exclusion(i, k)] = -std::log(found.transmission[i - 1]);
    }
    y[volume_flux(k)] = found.J_v;
    y[flow(k)] = Q -= permeating;
    if (!spiral()) continue;
    const auto mean = channel_of(here, liquid, std::max(0.5 * (entering + Q), least));
    y[channel_pressure(k)] = pressure -= mean.pressure_drop;
    y[film(k)] = mean.film;
  }
  return Q;
}

// Solves (11) by the method of false position (Illinois) between no pressure across the membrane and the full one. Most
// often the full one is accepted at once.
double Nanofiltration::guess_pressure(const Local<double>& here, const Arriving<double>& in, double full, std::span<double> y) const {
  const double inflow = brine().volume(std::span<const double>(in.molar_flow), in.temperature);
  const auto excess = [&](double pressure) {
    const double share_left = guess_cells(here, in, pressure, y) / inflow;
    return pressure_limit(pressure, full, share_left, here.p[maximum_recovery]);
  };
  constexpr double accepted = 1e-6;  // the solver makes it exact
  double low = here.p[permeate_pressure], high = full, at_high = excess(high);
  if (at_high > -accepted) return high;
  double at_low = pressure_limit(low, full, 1.0, here.p[maximum_recovery]);
  for (int pass = 0; pass < 60; ++pass) {
    const double trial = (low * at_high - high * at_low) / (at_high - at_low);
    const double value = excess(trial);
    if (std::abs(value) <= accepted) return trial;
    if (value > 0.0) {
      low = trial, at_low = value, at_high *= 0.5;
    } else {
      high = trial, at_high = value, at_low *= 0.5;
    }
  }
  return low;
}

void Nanofiltration::guess(const Local<double>& here, std::span<double> y) const {
  std::fill(y.begin() + static_cast<std::ptrdiff_t>(permeate_flow(0, 0)), y.end(), 0.0);
  if (here.flowing(0)) {
    const Arriving<double> in = arriving(here, 0, brine());
    const double full = full_pressure(here, in.pressure);
    require_driving_pressure(full, here.p[permeate_pressure]);
    y[pressure()] = guess_pressure(here, in, full, y);
    if (spiral()) require_channel_pressure(y[pressure()], y[channel_pressure(cells() - 1)], here.p[permeate_pressure]);
    y[water_recovery()] = y[permeate_flow(0, cells() - 1)] / in.molar_flow[0];
    const double inflow = brine().volume(std::span<const double>(in.molar_flow), in.temperature);
    y[power()] = inflow * std::max(y[pressure()] - in.pressure, 0.0) / here.p[pump_efficiency];
  }
  Local<double> improved = here;
  improved.y = y;
  guess_outlets(improved, y);
}

double Nanofiltration::mean_flux(const Local<double>& here) const {
  const std::span<const double> J = here.values(volume_flux(0), cells());
  double sum = 0.0;
  for (const double value : J) sum += value;
  return sum / static_cast<double>(cells());
}

// Where the pressure is throttled the flux is not lost, and the other way round: one mode tells all.
void Nanofiltration::events(const Local<double>& here, std::span<double> value) const {
  std::fill(value.begin(), value.end(), 1.0);
  if (!here.flowing(0)) return;
  value[flux_loss] = mean_flux(here) / pure_flux(here) - (here.mode() == held_back ? regained_flux : least_flux);
  const double share = here.y[pressure()] / full_pressure(here, here.inlet(0).pressure);
  value[pressure_loss] = share - (here.mode() == throttled ? regained_pressure : lost_pressure);
  if (spiral()) value[channel_loss] = end_pressure(here, cells() - 1) / here.p[permeate_pressure] - 1.0;
}

Reaction Nanofiltration::on_event(std::size_t index, int direction, const Local<double>& here) const {
  if (!here.flowing(0)) return {permeating, ""};  // at rest there is nothing to say
  if (index == channel_loss && direction < 0) return {here.mode(), channel_message(here.y[pressure()], end_pressure(here, cells() - 1)), true};
  const std::string flux = format_quantity(mean_flux(here), "L/m2/h"), present = format_quantity(here.y[pressure()], "bar");
  if (index == pressure_loss && direction < 0 && here.mode() != throttled)
    return {throttled,
            fmt::format("{} '{}': its pressure falls to {}, since more than {} of the feed would permeate (maximum_recovery). "
                        "Its area of {} is large for this feed.",
                        kind(), name(), present, format_quantity(here.p[maximum_recovery], "%"), format_quantity(area(here), "m2"))};
  if (index == pressure_loss && direction > 0 && here.mode() == throttled)
    return {permeating, fmt::format("{} '{}' is at its full pressure again: {}.", kind(), name(), present)};
  if (index == flux_loss && direction < 0 && here.mode() == permeating)
    return {held_back,
            fmt::format("{} '{}': the osmotic pressure holds back the water; the mean flux is down to {}, {:.2g} % of that "
                        "of pure water at {}. A higher feed pressure or a more dilute feed would help.",
                        kind(), name(), flux, 100.0 * least_flux, present)};
  if (index == flux_loss && direction > 0 && here.mode() == held_back)
    return {permeating, fmt::format("{} '{}' permeates again: mean flux {}.", kind(), name(), flux)};
  return {here.mode(), ""};
}

std::unique_ptr<Unit> build(const char* type, const std::string& name, const Values& values, const UnitContext& context) {
  auto read = read_nanofiltration(values, context);
  if (!read) return nullptr;
  return std::make_unique<Nanofiltration>(name, type, context.brine, std::move(read->settings), std::move(read->membrane));
}

}  // namespace

UnitType nanofiltration_type() {
  return {
      .name = "nanofiltration",
      .summary = "A nanofiltration module: passes lithium rather than magnesium, with concentration polarisation and osmotic pressure.",
      .parameters = nanofiltration_parameters(),
      .example = "{type: nanofiltration, membrane: lbl_wang2023, area: 10 m2, feed_pressure: 6 bar}",
      .build = [](const std::string& name, const Values& values, const UnitContext& context) { return build("nanofiltration", name, values, context); },
      .further_examples = nanofiltration_examples(),
  };
}

// The same module behind another membrane (docs/equations/reverse_osmosis.md).
UnitType reverse_osmosis_type() {
  return {
      .name = "reverse_osmosis",
      .summary = "A reverse-osmosis module: passes water and holds back every ion, against the osmotic pressure of the brine.",
      .parameters = nanofiltration_parameters(),
      .example = "{type: reverse_osmosis, membrane: seawater_ro, area: 40 m2, feed_pressure: 60 bar}",
      .build = [](const std::string& name, const Values& values, const UnitContext& context) { return build("reverse_osmosis", name, values, context); },
      .further_examples = {"{type: reverse_osmosis, membrane: high_pressure_ro, feed_pressure: 100 bar, cells: 3, spiral_wound: {element_area: 37 m2, elements: 2, vessels: 20}}"},
  };
}

}  // namespace brineflow
