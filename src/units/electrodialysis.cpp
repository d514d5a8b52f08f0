#include "units/electrodialysis.hpp"

#include "physics/water.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace brineflow::electrodialysis {

Electrodialysis::Electrodialysis(const std::string& name, std::shared_ptr<const Brine> brine, StackSettings settings)
    : UnitModel(name, settings.bipolar ? "bipolar_electrodialysis" : "electrodialysis", std::move(brine)), settings_(std::move(settings)),
      pair_(settings_) {
  for (std::size_t channel = 0; channel < channels(); ++channel) {
    inlets_.push_back({.name = channel_name(channel)});
    outlets_.push_back({.name = channel_name(channel), .follows = channel});
  }
  parameters_ = {{"voltage", "V", settings_.voltage}, {"electrode_resistance", "ohm m2", settings_.electrode_resistance}};
  for (const TunableParameter& parameter : pair_.parameters()) parameters_.push_back(parameter);
  if (settings_.current) parameters_.push_back({"current", "A", *settings_.current});
}

const char* Electrodialysis::channel_name(std::size_t channel) const {
  if (settings_.bipolar) return channel == diluate ? "salt" : channel == concentrate ? "base" : "acid";
  return channel == diluate ? "diluate" : "concentrate";
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
  const auto variable = [](const std::string& name, const char* unit, const std::string& long_name, std::vector<Axis> axes, std::vector<double> nominal) {
    return Variable{.name = name, .unit = unit, .long_name = long_name, .kind = VariableKind::algebraic, .axes = std::move(axes),
                    .nominal = std::move(nominal)};
  };
  std::vector<Variable> result;
  for (std::size_t channel = 0; channel < channels(); ++channel) {
    const std::string of = channel_name(channel);
    result.push_back(variable(of + "_amount", "mol", "contents of the " + of + " channels", {component, position}, amounts));
    result.back().kind = VariableKind::differential;
    if (!settings_.bipolar) result.back().lower = 0.0;  // the total of H+ is negative in a base
  }
  for (std::size_t channel = 0; channel < channels(); ++channel) {
    const std::string of = channel_name(channel);
    result.push_back(variable(of + "_flow", "m3/s", "volume flow of the " + of + " at the end of the cell", {position}, {scales.flow}));
    result.back().lower = 0.0;
  }
  for (const Variable& more : {
      variable("current_density", "A/m2", "current density", {position}, {I / pair_area()}),
      variable("local_voltage", "V", "voltage of the stack at the current density of this place", {position}, {U}),
      variable("gathered_current", "A", "current from the inlet end to the end of the cell", {position}, {I}),
      variable("gathered_power", "W", "power from the inlet end to the end of the cell", {position}, {U * I}),
  }) result.push_back(more);
  for (Variable& more : pair_variables(scales, position)) result.push_back(std::move(more));
  for (const Variable& more : {
      variable("current", "A", "current through the stack", {}, {I}),
      variable("voltage", "V", "voltage of the stack", {}, {U}),
      variable("power", "W", "electrical power of the stack", {}, {U * I}),
  }) result.push_back(more);
  if (settings_.bipolar) {
    result.push_back(variable("current_efficiency", "1", "OH- that the base gains through its membranes, over the charge that passes all triplets", {}, {1.0}));
    result.push_back(variable("acid_efficiency", "1", "H+ that the acid gains through its membranes, over the charge that passes all triplets", {}, {1.0}));
    result.push_back(variable("specific_energy", "J/mol", "electrical energy for the OH- that the base gains", {}, {1e5}));
  } else {
    result.push_back(variable("current_efficiency", "1", "positive charge that the diluate loses on its way, over the charge that passes all pairs", {}, {1.0}));
    result.push_back(variable("specific_energy", "J/m3", "electrical energy for a volume of diluate that leaves", {}, {U * I / scales.flow}));
  }
  return result;
}

// In the order of stack::MembraneUnknowns.
std::vector<Variable> Electrodialysis::pair_variables(const Scales& scales, const Axis& position) const {
  std::vector<Variable> result;
  if (!pair_.ion_by_ion()) return result;
  std::vector<std::string> ions = settings_.solution->species().names();
  ions.erase(ions.begin());
  const Axis ion{.name = "ion", .unit = "", .long_name = "dissolved species", .coordinates = {}, .labels = ions};
  double sum = 0.0;
  std::vector<double> shares(scales.concentration.begin() + 1, scales.concentration.end());
  if (settings_.bipolar) shares.push_back(scales.concentration[settings_.solution->acid_base()->hydrogen()]);  // OH-
  for (const double c : shares) sum += c;
  for (double& share : shares) share = std::max(share / sum, 1e-4);
  const auto add = [&](const std::string& name, const std::string& long_name, std::vector<Axis> axes, std::vector<double> nominal) {
    result.push_back({.name = name, .unit = "1", .long_name = long_name, .kind = VariableKind::algebraic, .axes = std::move(axes), .nominal = std::move(nominal)});
  };
  for (const std::string membrane : {"cation", "anion"}) {
    const std::string face = " at the face of the " + membrane + "-exchange membrane";
    const std::vector<std::string> sides = {channel_name(diluate), channel_name(settings_.bipolar && membrane == "anion" ? acid : concentrate)};
    const Axis side{.name = settings_.bipolar ? membrane + "_side" : "side", .unit = "", .long_name = "channel that the face looks at", .coordinates = {}, .labels = sides};
    for (const std::string& channel : sides) {
      add(membrane + "_" + channel + "_share", "share of the solutes of the " + channel + face, {ion, position}, shares);
      add(membrane + "_" + channel + "_depletion", "ln of the concentration of the " + channel + " over that" + face, {position}, {1.0});
    }
    add(membrane + "_donnan_potential", "potential of the membrane minus that of the solution" + face + ", by R T / F", {side, position}, {1.0});
    add(membrane + "_membrane_potential", "potential across the " + membrane + "-exchange membrane, by R T / F", {position}, {1.0});
  }
  return result;
}

void Electrodialysis::initial_state(std::span<double> y) const {
  std::fill(y.begin() + static_cast<std::ptrdiff_t>(outlet_block()), y.end(), 0.0);
  for (std::size_t channel = 0; channel < channels(); ++channel)
    for (std::size_t i = 0; i < component_count(); ++i)
      for (std::size_t k = 0; k < cells(); ++k) y[amount(channel, i, k)] = settings_.initial[channel][i] * cell_volume();
}

void Electrodialysis::add_holdup(std::span<const double> y, std::span<double> held) const {
  for (std::size_t channel = 0; channel < channels(); ++channel)
    for (std::size_t i = 0; i < component_count(); ++i)
      for (std::size_t k = 0; k < cells(); ++k) held[i] += y[amount(channel, i, k)];
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
  constexpr double still = 1e-9;  // m/s: iterates may turn a flow round
  return law.coefficient * pow(larger(S(volume_flow / flow_section()), S(still)), S(law.exponent)) * some;
}

template <Scalar S>
PairPoint<S> Electrodialysis::pair_point(const Local<S>& here, std::span<const S> y, const S& diluate_flow, std::size_t k) const {
  S T = 0.5 * (here.inlet(diluate).temperature + here.inlet(concentrate).temperature);
  if (settings_.bipolar) T = (2.0 * T + here.inlet(acid).temperature) / 3.0;
  PairPoint<S> at{point(y, T, diluate, k), point(y, T, concentrate, k), S(1.0), T};
  if (settings_.bipolar) at.acid = point(y, T, acid, k);
  if (!settings_.limiting_current) return at;
  S inlet_equivalents(0.0);
  if (settings_.limiting_current->at_inlet)
    inlet_equivalents = settings_.solution->point<S>(here.inlet(diluate).molar_flow, here.inlet(diluate).temperature, 0.0).equivalents;
  at.limiting_current = limiting_current(at.diluate.equivalents, inlet_equivalents, diluate_flow);
  return at;
}

template <Scalar S>
PairResult<S> Electrodialysis::pair_at(const Local<S>& here, std::size_t k) const {
  std::array<S, 2 * stack::MembraneUnknowns::max_size> unknowns{};
  for (std::size_t j = 0; j < pair_.unknowns(); ++j) unknowns[j] = here.y[unknown(j, k)];
  return pair_.at(of_pair(here), pair_point(here, here.y, here.y[flow(diluate, k)], k), std::span<const S>(unknowns).first(pair_.unknowns()),
                  here.y[current_density(k)]);
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
                                        const std::vector<PairResult<S>>& pairs, std::span<S> residual) const {
  for (std::size_t k = 0; k < cells(); ++k) {
    const S& Q = here.y[flow(channel, k)];
    for (std::size_t i = 0; i < component_count(); ++i) {
      const S& n = here.y[amount(channel, i, k)];
      const S arriving = k == 0 ? in.molar_flow[i] : here.y[flow(channel, k - 1)] * here.y[amount(channel, i, k - 1)] / cell_volume();
      S rate = arriving - Q * n / cell_volume();
      if (!pairs.empty()) rate += cell_area() * gain(pairs[k], channel, i);
      // (11) dn_ik/dt = Q_(k-1) n_i(k-1) / V_c - Q_k n_ik / V_c -+ A_k N_ik
      residual[amount(channel, i, k)] = here.ydot[amount(channel, i, k)] - rate;
    }
    // (12) Q_k = Q_(k-1) -+ A_k V(N_k)
    S change = Q - (k == 0 ? settings_.solution->volume(std::span<const S>(in.molar_flow), T) : here.y[flow(channel, k - 1)]);
    if (!pairs.empty()) change -= cell_area() * volume_gain(pairs[k], channel, T);
    residual[flow(channel, k)] = change;
  }
  const std::size_t last = cells() - 1;
  std::vector<S> leaving;
  for (std::size_t i = 0; i < component_count(); ++i)
    leaving.push_back(here.y[flow(channel, last)] * here.y[amount(channel, i, last)] / cell_volume());
  set_outlet(here, channel, std::span<const S>(leaving), in.temperature, S(in.pressure - pressure_drop(here, channel, T)), residual);
}

template <Scalar S>
void Electrodialysis::supply_equations(const Local<S>& here, const std::vector<PairResult<S>>& pairs, std::span<S> residual) const {
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

  efficiency_equations(here, pairs, residual);
}

template <Scalar S>
S Electrodialysis::hydrogen_gain(const std::vector<PairResult<S>>& pairs, std::size_t channel) const {
  S sum(0.0);
  for (const PairResult<S>& pair : pairs) sum += cell_area() * gain(pair, channel, settings_.solution->acid_base()->hydrogen());
  return sum;
}

template <Scalar S>
void Electrodialysis::efficiency_equations(const Local<S>& here, const std::vector<PairResult<S>>& pairs, std::span<S> residual) const {
  const S& I = here.y[current()];
  if (settings_.bipolar) {
    // (B9) OH- and H+ over the charge, (B10) the energy; where next to nothing is made it is that for a thousandth
    const S charges = settings_.cell_pairs / faraday_constant * I;
    const S made = -hydrogen_gain(pairs, concentrate);
    residual[current_efficiency()] = here.y[current_efficiency()] * charges - made;
    residual[acid_efficiency()] = here.y[acid_efficiency()] * charges - hydrogen_gain(pairs, acid);
    residual[specific_energy()] = here.y[specific_energy()] * larger(made, S(1e-3 * charges)) - here.y[power()];
    return;
  }
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
  std::vector<PairResult<S>> pairs;
  std::vector<Arriving<S>> in;
  for (std::size_t channel = 0; channel < channels(); ++channel) in.push_back(arriving(here, channel, brine()));
  if (running(*here.wiring)) {
    for (std::size_t k = 0; k < cells(); ++k) {
      pairs.push_back(pair_at(here, k));
      for (std::size_t j = 0; j < pair_.unknowns(); ++j) residual[unknown(j, k)] = pairs[k].mismatch[j];
    }
    supply_equations(here, pairs, residual);
  } else {
    for (std::size_t row = current_density(0); row <= specific_energy(); ++row) residual[row] = here.y[row];
  }
  for (std::size_t channel = 0; channel < channels(); ++channel) {
    if (here.flowing(channel)) {
      channel_equations(here, channel, in[channel].temperature, in[channel], pairs, residual);
      continue;
    }
    for (std::size_t row = amount(channel, 0, 0); row < amount(channel + 1, 0, 0); ++row) residual[row] = here.ydot[row];
    for (std::size_t k = 0; k < cells(); ++k) residual[flow(channel, k)] = here.y[flow(channel, k)];
  }
}

template void Electrodialysis::equations<double>(const Local<double>&, std::span<double>) const;
template void Electrodialysis::equations<Dual>(const Local<Dual>&, std::span<Dual>) const;
template void Electrodialysis::equations<Trace>(const Local<Trace>&, std::span<Trace>) const;
template PairResult<double> Electrodialysis::pair_at<double>(const Local<double>&, std::size_t) const;
template double Electrodialysis::hydrogen_gain<double>(const std::vector<PairResult<double>>&, std::size_t) const;
template PairPoint<double> Electrodialysis::pair_point<double>(const Local<double>&, std::span<const double>, const double&, std::size_t) const;

}  // namespace brineflow::electrodialysis
