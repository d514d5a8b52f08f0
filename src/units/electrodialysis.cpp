// Electrodialysis: a stack of cell pairs as cells in series along both channels (docs/equations/electrodialysis.md).
#include "base/quantity.hpp"
#include "physics/water.hpp"
#include "units/builders.hpp"
#include "units/electrodialysis_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace brineflow {
namespace {

enum Channel : std::size_t { diluate, concentrate };  // inlets and outlets, in this order
enum StackMode : int { working, limited, starved };
enum StackEvent : std::size_t { current_loss, dry_channel, event_number };
// Order of parameters(); five numbers a membrane follow, then the current if it is given.
enum StackParameter : std::size_t { voltage_set, electrode_resistance, first_membrane };
constexpr std::size_t numbers_of_membrane = 5;

constexpr double lost_current = 0.99;  // of the current that was asked for
constexpr double regained_current = 0.999;

template <Scalar S>
struct ChannelEnd {
  std::array<S, ComponentSet::max_size> molar_flow;  // mol/s
  S volume_flow;                                     // m3/s
};

class Electrodialysis final : public UnitModel<Electrodialysis> {
 public:
  Electrodialysis(const std::string& name, std::shared_ptr<const Brine> brine, StackSettings settings);

  std::vector<Variable> variables(const Scales& scales) const override;
  void initial_state(std::span<double> y) const override;
  void guess(const Local<double>& here, std::span<double> y) const override;
  void add_holdup(std::span<const double> y, std::span<double> held) const override;
  bool outlet_flows(std::size_t outlet, const Wiring& wiring, std::span<const double>) const override {
    return wiring.inlet_flowing(outlet);
  }

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
  std::size_t amount(std::size_t channel, std::size_t i, std::size_t k) const {
    return outlet_block() + (channel * component_count() + i) * cells() + k;
  }
  std::size_t flow(std::size_t channel, std::size_t k) const { return amount(2, 0, 0) + channel * cells() + k; }
  std::size_t current_density(std::size_t k) const { return flow(2, k); }
  std::size_t local_voltage(std::size_t k) const { return current_density(cells() + k); }
  std::size_t gathered_current(std::size_t k) const { return local_voltage(cells() + k); }
  std::size_t gathered_power(std::size_t k) const { return gathered_current(cells() + k); }
  std::size_t current() const { return gathered_power(cells()); }
  std::size_t voltage() const { return current() + 1; }
  std::size_t power() const { return voltage() + 1; }
  std::size_t current_efficiency() const { return power() + 1; }
  std::size_t specific_energy() const { return current_efficiency() + 1; }
  std::size_t current_set() const { return first_membrane + 2 * numbers_of_membrane; }  // in p

  double pair_area() const { return settings_.width * settings_.length; }
  double cell_area() const { return settings_.cell_pairs * pair_area() / static_cast<double>(cells()); }  // of all pairs
  double cell_volume() const { return cell_area() * settings_.channel_height * settings_.spacer_porosity; }
  double flow_section() const { return settings_.cell_pairs * settings_.width * settings_.channel_height * settings_.spacer_porosity; }
  bool running(const Wiring& wiring) const { return wiring.inlet_flowing(diluate) && wiring.inlet_flowing(concentrate); }

  template <Scalar S>
  std::array<stack::MembraneNumbers<S>, 2> membranes(const Local<S>& here) const;
  template <Scalar S>
  stack::ChannelPoint<S> point(std::span<const S> y, const S& T, std::size_t channel, std::size_t k) const;
  template <Scalar S>
  S limiting_current(const S& equivalents, const S& inlet_equivalents, const S& volume_flow) const;
  template <Scalar S>
  stack::CellPairFluxes<S> pair_at(const Local<S>& here, std::span<const S> y, const S& T, const S& inlet_equivalents, const S& i,
                                   const S& diluate_flow, std::size_t k) const;
  template <Scalar S>
  S volume_of_flux(const stack::CellPairFluxes<S>& pair, const S& T) const {
    return settings_.solution->volume_of_flux(std::span<const S>(pair.flux).first(component_count()), T);
  }
  template <Scalar S>
  S pressure_drop(const Local<S>& here, std::size_t channel, const S& T) const;
  template <Scalar S>
  void channel_equations(const Local<S>& here, std::size_t channel, const S& T, const Arriving<S>& in,
                         const std::vector<stack::CellPairFluxes<S>>& pairs, std::span<S> residual) const;
  template <Scalar S>
  void supply_equations(const Local<S>& here, const std::vector<stack::CellPairFluxes<S>>& pairs, std::span<S> residual) const;

  double fill_at_voltage(const Local<double>& here, double U, std::span<double> y) const;
  double fill_at_current(const Local<double>& here, double I, std::span<double> y) const;

  StackSettings settings_;
  stack::TransportNumberPair pair_;
};

Electrodialysis::Electrodialysis(const std::string& name, std::shared_ptr<const Brine> brine, StackSettings settings)
    : UnitModel(name, "electrodialysis", std::move(brine)), settings_(std::move(settings)) {
  inlets_ = {{.name = "diluate"}, {.name = "concentrate"}};
  outlets_ = {{.name = "diluate"}, {.name = "concentrate"}};
  pair_ = {settings_.solution->charge(), {settings_.membranes[0]->selectivity, settings_.membranes[1]->selectivity}};
  parameters_ = {{"voltage", "V", settings_.voltage}, {"electrode_resistance", "ohm m2", settings_.electrode_resistance}};
  for (const auto& membrane : settings_.membranes) {
    const stack::MembraneNumbers<double>& numbers = membrane->numbers;
    parameters_.push_back({membrane->name + ".counter_ion_transport_number", "1", numbers.counter_ion_number});
    parameters_.push_back({membrane->name + ".areal_resistance", "ohm m2", numbers.areal_resistance});
    parameters_.push_back({membrane->name + ".water_transport_number", "1", numbers.water_number});
    parameters_.push_back({membrane->name + ".water_permeability", "L/m2/h/bar", numbers.water_permeability});
    parameters_.push_back({membrane->name + ".salt_permeability", "um/s", numbers.salt_permeability});
  }
  if (settings_.current) parameters_.push_back({"current", "A", *settings_.current});
}

std::vector<Variable> Electrodialysis::variables(const Scales& scales) const {
  Axis position{.name = "position", .unit = "m", .long_name = "distance from the inlets", .coordinates = {}, .labels = {}};
  for (std::size_t k = 0; k < cells(); ++k)
    position.coordinates.push_back(settings_.length * (static_cast<double>(k) + 0.5) / static_cast<double>(cells()));
  const Axis component{.name = "component", .unit = "", .long_name = "component", .coordinates = {}, .labels = components().names()};
  std::vector<double> amounts;
  for (const double c : scales.concentration) amounts.push_back(c * cell_volume());
  const double U = settings_.voltage;
  const double I = settings_.current.value_or(pair_area() * 100.0);
  const auto variable = [](const char* name, const char* unit, const char* long_name, std::vector<Axis> axes, std::vector<double> nominal) {
    return Variable{.name = name, .unit = unit, .long_name = long_name, .kind = VariableKind::algebraic, .axes = std::move(axes),
                    .nominal = std::move(nominal)};
  };
  std::vector<Variable> result = {
      variable("diluate_amount", "mol", "contents of the diluate channels", {component, position}, amounts),
      variable("concentrate_amount", "mol", "contents of the concentrate channels", {component, position}, amounts),
      variable("diluate_flow", "m3/s", "volume flow of the diluate at the end of the cell", {position}, {scales.flow}),
      variable("concentrate_flow", "m3/s", "volume flow of the concentrate at the end of the cell", {position}, {scales.flow}),
      variable("current_density", "A/m2", "current density", {position}, {I / pair_area()}),
      variable("local_voltage", "V", "voltage of the stack at the current density of this place", {position}, {U}),
      variable("gathered_current", "A", "current from the inlet end to the end of the cell", {position}, {I}),
      variable("gathered_power", "W", "power from the inlet end to the end of the cell", {position}, {U * I}),
      variable("current", "A", "current through the stack", {}, {I}),
      variable("voltage", "V", "voltage of the stack", {}, {U}),
      variable("power", "W", "electrical power of the stack", {}, {U * I}),
      variable("current_efficiency", "1", "positive charge that the diluate loses on its way, over the charge that passes all pairs", {}, {1.0}),
      variable("specific_energy", "J/m3", "electrical energy for a volume of diluate that leaves", {}, {U * I / scales.flow}),
  };
  for (std::size_t channel = 0; channel < 2; ++channel) {
    result[channel].kind = VariableKind::differential;
    result[channel].lower = 0.0;
    result[2 + channel].lower = 0.0;
  }
  return result;
}

void Electrodialysis::initial_state(std::span<double> y) const {
  std::fill(y.begin() + static_cast<std::ptrdiff_t>(outlet_block()), y.end(), 0.0);
  for (const std::size_t channel : {diluate, concentrate})
    for (std::size_t i = 0; i < component_count(); ++i)
      for (std::size_t k = 0; k < cells(); ++k) y[amount(channel, i, k)] = settings_.initial[i] * cell_volume();
}

void Electrodialysis::add_holdup(std::span<const double> y, std::span<double> held) const {
  for (const std::size_t channel : {diluate, concentrate})
    for (std::size_t i = 0; i < component_count(); ++i)
      for (std::size_t k = 0; k < cells(); ++k) held[i] += y[amount(channel, i, k)];
}

template <Scalar S>
std::array<stack::MembraneNumbers<S>, 2> Electrodialysis::membranes(const Local<S>& here) const {
  std::array<stack::MembraneNumbers<S>, 2> result;
  for (std::size_t m = 0; m < 2; ++m) {
    const std::span<const S> p = here.p.subspan(first_membrane + m * numbers_of_membrane, numbers_of_membrane);
    result[m] = {p[0], p[1], p[2], p[3], p[4]};
  }
  return result;
}

template <Scalar S>
stack::ChannelPoint<S> Electrodialysis::point(std::span<const S> y, const S& T, std::size_t channel, std::size_t k) const {
  std::array<S, ComponentSet::max_size> amounts{};
  for (std::size_t i = 0; i < component_count(); ++i) amounts[i] = y[amount(channel, i, k)];
  return settings_.solution->point<S>(std::span<const S>(amounts).first(component_count()), T, settings_.channel_height);
}

// (10) i_lim, by the concentration of positive charge
template <Scalar S>
S Electrodialysis::limiting_current(const S& equivalents, const S& inlet_equivalents, const S& volume_flow) const {
  if (!settings_.limiting_current) return S(1.0);  // not used
  const LimitingCurrent& law = *settings_.limiting_current;
  const S some = smooth_positive(equivalents, 1e-4);
  if (law.at_inlet) return *law.at_inlet * some / inlet_equivalents;
  return law.coefficient * pow(S(volume_flow / flow_section()), S(law.exponent)) * some;
}

template <Scalar S>
stack::CellPairFluxes<S> Electrodialysis::pair_at(const Local<S>& here, std::span<const S> y, const S& T, const S& inlet_equivalents,
                                                  const S& i, const S& diluate_flow, std::size_t k) const {
  const auto d = point(y, T, diluate, k), c = point(y, T, concentrate, k);
  const stack::LayerSwitches layers{settings_.limiting_current.has_value(), settings_.concentration_potential};
  return stack::cell_pair(pair_, membranes(here), layers, d, c, i, limiting_current(d.equivalents, inlet_equivalents, diluate_flow), T);
}

// (16) Darcy's friction over the whole channel, at the velocity of the arriving stream
template <Scalar S>
S Electrodialysis::pressure_drop(const Local<S>& here, std::size_t channel, const S& T) const {
  if (settings_.friction == Friction::none) return S(0.0);
  if (settings_.friction == Friction::gradient) return S(settings_.pressure_gradient * settings_.length);
  const std::span<const S> flows = here.inlet(channel).molar_flow;
  const S v = settings_.solution->volume(flows, T) / flow_section();
  const S rho = settings_.solution->density(flows, T), mu = settings_.solution->viscosity(flows, T);
  const double d = settings_.hydraulic_diameter, porosity = settings_.spacer_porosity;
  const S Re = rho * v * d / mu;
  const S f = settings_.friction == Friction::constant  ? S(settings_.friction_factor)
              : settings_.friction == Friction::gurreri ? S(4.0 * 50.6 * std::pow(porosity, -7.06) / Re)
                                                        : S(4.0 * 9.6 / porosity / sqrt(Re));
  return f * rho * v * v / (2.0 * d) * settings_.length;
}

template <Scalar S>
void Electrodialysis::channel_equations(const Local<S>& here, std::size_t channel, const S& T, const Arriving<S>& in,
                                        const std::vector<stack::CellPairFluxes<S>>& pairs, std::span<S> residual) const {
  const double side = channel == diluate ? -1.0 : 1.0;
  for (std::size_t k = 0; k < cells(); ++k) {
    const S& Q = here.y[flow(channel, k)];
    for (std::size_t i = 0; i < component_count(); ++i) {
      const S& n = here.y[amount(channel, i, k)];
      const S arriving = k == 0 ? in.molar_flow[i] : here.y[flow(channel, k - 1)] * here.y[amount(channel, i, k - 1)] / cell_volume();
      S rate = arriving - Q * n / cell_volume();
      if (!pairs.empty()) rate += side * cell_area() * pairs[k].flux[i];
      // (11) dn_ik/dt = Q_(k-1) n_i(k-1) / V_c - Q_k n_ik / V_c -+ A_k N_ik
      residual[amount(channel, i, k)] = here.ydot[amount(channel, i, k)] - rate;
    }
    // (12) Q_k = Q_(k-1) -+ A_k V(N_k)
    S change = Q - (k == 0 ? settings_.solution->volume(std::span<const S>(in.molar_flow), T) : here.y[flow(channel, k - 1)]);
    if (!pairs.empty()) change -= side * cell_area() * volume_of_flux(pairs[k], T);
    residual[flow(channel, k)] = change;
  }
  const std::size_t last = cells() - 1;
  std::vector<S> leaving;
  for (std::size_t i = 0; i < component_count(); ++i)
    leaving.push_back(here.y[flow(channel, last)] * here.y[amount(channel, i, last)] / cell_volume());
  set_outlet(here, channel, std::span<const S>(leaving), in.temperature, S(in.pressure - pressure_drop(here, channel, T)), residual);
}

template <Scalar S>
void Electrodialysis::supply_equations(const Local<S>& here, const std::vector<stack::CellPairFluxes<S>>& pairs, std::span<S> residual) const {
  const S& U = here.y[voltage()];
  const S& I = here.y[current()];
  for (std::size_t k = 0; k < cells(); ++k) {
    const S &i = here.y[current_density(k)], &u = here.y[local_voltage(k)];
    // (13) u_k = N u_pair(i_k) + i_k r_el: the same all along the electrodes, or where the current is spread evenly not
    residual[local_voltage(k)] = u - settings_.cell_pairs * pairs[k].voltage - i * here.p[electrode_resistance];
    residual[current_density(k)] = settings_.uniform_current ? S(i - I / pair_area()) : S(u - U);
    const S part = i * (pair_area() / static_cast<double>(cells()));
    residual[gathered_current(k)] = here.y[gathered_current(k)] - (k == 0 ? S(0.0) : here.y[gathered_current(k - 1)]) - part;
    residual[gathered_power(k)] = here.y[gathered_power(k)] - (k == 0 ? S(0.0) : here.y[gathered_power(k - 1)]) - part * u;
  }
  // (14) the supply keeps its voltage, or its current as far as its voltage allows:
  //   a + b = sqrt(a^2 + b^2 + e^2),  a = 1 - I / I_set,  b = 1 - U / U_set,  e = 1e-5
  S keeps = 1.0 - U / here.p[voltage_set];
  if (settings_.current) {
    constexpr double e = 1e-5;
    const S a = 1.0 - I / here.p[current_set()], b = keeps;
    keeps = a + b - sqrt(a * a + b * b + e * e);
  }
  residual[voltage()] = settings_.uniform_current ? S(U * I - here.y[power()]) : keeps;
  residual[current()] = settings_.uniform_current ? keeps : S(I - here.y[gathered_current(cells() - 1)]);
  residual[power()] = here.y[power()] - here.y[gathered_power(cells() - 1)];

  // (15) what the diluate loses of its charge, and what it costs
  S lost(0.0);
  for (std::size_t i = 1; i < component_count(); ++i)
    if (const int z = components()[i].charge; z > 0)
      lost += static_cast<double>(z) * (here.inlet(diluate).molar_flow[i] - here.outlet(diluate).molar_flow[i]);
  residual[current_efficiency()] = here.y[current_efficiency()] * I - faraday_constant / settings_.cell_pairs * lost;
  const StreamView<S> product = here.outlet(diluate);
  residual[specific_energy()] = here.y[specific_energy()] * settings_.solution->volume(product.molar_flow, product.temperature) - here.y[power()];
}

template <Scalar S>
void Electrodialysis::equations(const Local<S>& here, std::span<S> residual) const {
  std::vector<stack::CellPairFluxes<S>> pairs;
  const std::array<Arriving<S>, 2> in = {arriving(here, diluate, brine()), arriving(here, concentrate, brine())};
  if (running(*here.wiring)) {
    const S T = 0.5 * (in[diluate].temperature + in[concentrate].temperature);
    S inlet_equivalents(0.0);
    if (settings_.limiting_current && settings_.limiting_current->at_inlet)
      inlet_equivalents = settings_.solution->point<S>(in[diluate].molar_flow, in[diluate].temperature, 0.0).equivalents;
    for (std::size_t k = 0; k < cells(); ++k)
      pairs.push_back(pair_at(here, here.y, T, inlet_equivalents, here.y[current_density(k)], here.y[flow(diluate, k)], k));
    supply_equations(here, pairs, residual);
  } else {
    for (std::size_t row = current_density(0); row <= specific_energy(); ++row) residual[row] = here.y[row];
  }
  for (const std::size_t channel : {diluate, concentrate}) {
    if (here.flowing(channel)) {
      channel_equations(here, channel, in[channel].temperature, in[channel], pairs, residual);
      continue;
    }
    for (std::size_t row = amount(channel, 0, 0); row < amount(channel + 1, 0, 0); ++row) residual[row] = here.ydot[row];
    for (std::size_t k = 0; k < cells(); ++k) residual[flow(channel, k)] = here.y[flow(channel, k)];
  }
}

// Fills flows, current densities and what follows for a voltage of the stack; the current.
double Electrodialysis::fill_at_voltage(const Local<double>& here, double U, std::span<double> y) const {
  const double T = 0.5 * (here.inlet(diluate).temperature + here.inlet(concentrate).temperature);
  const double inlet_equivalents = settings_.solution->point<double>(here.inlet(diluate).molar_flow, here.inlet(diluate).temperature, 0.0).equivalents;
  std::array<double, 2> Q{};
  for (const std::size_t channel : {diluate, concentrate}) Q[channel] = settings_.solution->volume(here.inlet(channel).molar_flow, here.inlet(channel).temperature);
  const double least_slope = here.p[electrode_resistance] +
                             settings_.cell_pairs * (here.p[first_membrane + 1] + here.p[first_membrane + numbers_of_membrane + 1]);
  const std::span<const double> contents(y);
  double I = 0.0, P = 0.0;
  for (std::size_t k = 0; k < cells(); ++k) {
    const auto excess = [&](double i) {
      return settings_.cell_pairs * pair_at<double>(here, contents, T, inlet_equivalents, i, Q[diluate], k).voltage +
             i * here.p[electrode_resistance] - U;
    };
    // The voltage rises at least as the membranes' resistance: a bracket, then false position (Illinois).
    double low = 0.0, at_low = excess(low), high = -at_low / least_slope, at_high = excess(high);
    double i = std::abs(at_low) < std::abs(at_high) ? low : high;
    for (int pass = 0; pass < 60 && std::abs(high - low) > 1e-13 * std::abs(high) && at_low * at_high < 0.0; ++pass) {
      i = (low * at_high - high * at_low) / (at_high - at_low);
      const double value = excess(i);
      if (std::abs(value) < 1e-13 * std::abs(U)) break;
      if (value * at_low > 0.0) {
        low = i, at_low = value, at_high *= 0.5;
      } else {
        high = i, at_high = value, at_low *= 0.5;
      }
    }
    const auto pair = pair_at<double>(here, contents, T, inlet_equivalents, i, Q[diluate], k);
    const double passing = cell_area() * volume_of_flux(pair, T);
    y[flow(diluate, k)] = Q[diluate] -= passing;
    y[flow(concentrate, k)] = Q[concentrate] += passing;
    y[current_density(k)] = i;
    y[local_voltage(k)] = U;
    y[gathered_current(k)] = I += i * pair_area() / static_cast<double>(cells());
    y[gathered_power(k)] = P += U * i * pair_area() / static_cast<double>(cells());
  }
  y[current()] = I, y[voltage()] = U, y[power()] = P;
  return I;
}

// The same for a current: the voltage by false position below the highest, where that passes more.
double Electrodialysis::fill_at_current(const Local<double>& here, double I, std::span<double> y) const {
  double high = here.p[voltage_set], at_high = fill_at_voltage(here, high, y) - I;
  if (at_high <= 0.0) return high;
  double low = 0.0, at_low = fill_at_voltage(here, low, y) - I;
  for (int pass = 0; pass < 60 && at_low < 0.0; ++pass) {
    const double U = (low * at_high - high * at_low) / (at_high - at_low);
    const double value = fill_at_voltage(here, U, y) - I;
    if (std::abs(value) < 1e-9 * I) return U;
    if (value < 0.0) {
      low = U, at_low = value, at_high *= 0.5;
    } else {
      high = U, at_high = value, at_low *= 0.5;
    }
  }
  return low;
}

void Electrodialysis::guess(const Local<double>& here, std::span<double> y) const {
  std::fill(y.begin() + static_cast<std::ptrdiff_t>(flow(0, 0)), y.end(), 0.0);
  for (const std::size_t channel : {diluate, concentrate})
    for (std::size_t k = 0; k < cells() && here.flowing(channel); ++k)
      y[flow(channel, k)] = settings_.solution->volume(here.inlet(channel).molar_flow, here.inlet(channel).temperature);
  if (running(*here.wiring)) {
    if (settings_.current) fill_at_current(here, here.p[current_set()], y);
    else fill_at_voltage(here, here.p[voltage_set], y);
  }
  Local<double> improved = here;
  improved.y = y;
  guess_outlets(improved, y);
  if (!running(*here.wiring)) return;
  double lost = 0.0;
  for (std::size_t i = 1; i < component_count(); ++i)
    if (const int z = components()[i].charge; z > 0) lost += z * (here.inlet(diluate).molar_flow[i] - y[diluate * stream_size(component_count()) + i]);
  y[current_efficiency()] = faraday_constant / settings_.cell_pairs * lost / y[current()];
  const StreamView<double> product = improved.outlet(diluate);
  y[specific_energy()] = y[power()] / settings_.solution->volume(product.molar_flow, product.temperature);
}

void Electrodialysis::events(const Local<double>& here, std::span<double> value) const {
  std::fill(value.begin(), value.end(), 1.0);
  const bool any = here.wiring->any_inlet_flowing();
  if (any && !running(*here.wiring)) value[dry_channel] = -1.0;
  if (running(*here.wiring) && settings_.current)
    value[current_loss] = here.y[current()] / here.p[current_set()] - (here.mode() == limited ? regained_current : lost_current);
}

Reaction Electrodialysis::on_event(std::size_t index, int direction, const Local<double>& here) const {
  if (index == dry_channel && direction < 0 && here.mode() != starved)
    return {starved, fmt::format("electrodialysis '{}': nothing flows through its {} channels: the current is off.", name(),
                                 here.flowing(diluate) ? "concentrate" : "diluate")};
  if (index == dry_channel && direction > 0 && here.mode() == starved) return {working, ""};
  if (!running(*here.wiring) || !settings_.current) return {here.mode(), ""};
  const std::string present = format_quantity(here.y[current()], "A"), set = format_quantity(here.p[current_set()], "A"),
                    highest = format_quantity(here.p[voltage_set], "V");
  if (index == current_loss && direction < 0 && here.mode() != limited)
    return {limited, fmt::format("electrodialysis '{}': its current falls to {}, since {} would take more than {}: the diluate is depleted, "
                                 "at a membrane or altogether, or conducts too little. A larger flow of diluate, more salt in it or less current would help.",
                                 name(), present, set, highest)};
  if (index == current_loss && direction > 0 && here.mode() == limited)
    return {working, fmt::format("electrodialysis '{}' takes its full current of {} again.", name(), set)};
  return {here.mode(), ""};
}

}  // namespace

std::unique_ptr<Unit> make_electrodialysis(const std::string& name, std::shared_ptr<const Brine> brine, StackSettings settings) {
  return std::make_unique<Electrodialysis>(name, std::move(brine), std::move(settings));
}

}  // namespace brineflow
