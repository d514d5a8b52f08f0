// How a stack starts a step, and what it says of itself.
#include "base/quantity.hpp"
#include "numerics/false_position.hpp"
#include "physics/water.hpp"
#include "units/electrodialysis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace brineflow::electrodialysis {
namespace {

constexpr double lost_current = 0.99;  // of the current that was asked for
constexpr double regained_current = 0.999;
// mol/m3 of solutes, in the poorest cell: membranes ion by ion take no current from water as good as pure.
constexpr double lost_salt = 1e-3;
constexpr double regained_salt = 1.0;
// Of what arrives in a channel: water that goes through the membranes leaves no less, or the run ends.
constexpr double least_left = 1e-3;

}  // namespace

double Electrodialysis::least_salt(std::span<const double> y) const {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t channel = 0; channel < channels(); ++channel)
    for (std::size_t k = 0; k < cells(); ++k) {
      double sum = 0.0;
      // The total of H+ is that of OH- where it is negative.
      for (std::size_t i = 1; i < component_count(); ++i) sum += settings_.bipolar ? std::abs(y[amount(channel, i, k)]) : y[amount(channel, i, k)];
      least = std::min(least, sum / cell_volume());
    }
  return least;
}

// Of the volume flow that arrives in a channel, what leaves it.
double Electrodialysis::share_left(const Local<double>& here, std::size_t channel) const {
  return here.y[flow(channel, cells() - 1)] / settings_.solution->volume(here.inlet(channel).molar_flow, here.inlet(channel).temperature);
}

int Electrodialysis::initial_mode(std::span<const double> y) const {
  return pair_.ion_by_ion() && least_salt(y) < regained_salt ? filling : working;
}

std::array<double, 3> Electrodialysis::arriving_volumes(const Local<double>& here) const {
  std::array<double, 3> Q{};
  for (std::size_t channel = 0; channel < channels(); ++channel)
    Q[channel] = settings_.solution->volume(here.inlet(channel).molar_flow, here.inlet(channel).temperature);
  return Q;
}

// Fills what cell k is like where its pairs work so; `Q` flows into it and then out of it. A trial current may take more
// than there is: some flow stays, since a velocity below zero gives no limiting current.
void Electrodialysis::fill_cell(const Local<double>& here, const PairPoint<double>& at, const PairOperation& operation, std::size_t k,
                                std::array<double, 3>& Q, std::span<double> y) const {
  const double i = operation.i, r = here.p[electrode_resistance];
  const auto pair = pair_.at<double>(of_pair(here), at, operation.unknowns, i);
  for (std::size_t channel = 0; channel < channels(); ++channel)
    y[flow(channel, k)] = Q[channel] = std::max(Q[channel] + cell_area() * volume_gain(pair, channel, at.T), least_left * Q[channel]);
  for (std::size_t j = 0; j < pair_.unknowns(); ++j) y[unknown(j, k)] = operation.unknowns[j];
  const double part = i * pair_area() / static_cast<double>(cells());
  y[current_density(k)] = i;
  y[local_voltage(k)] = settings_.cell_pairs * pair.voltage + i * r;
  y[gathered_current(k)] = part + (k > 0 ? y[gathered_current(k - 1)] : 0.0);
  y[gathered_power(k)] = part * y[local_voltage(k)] + (k > 0 ? y[gathered_power(k - 1)] : 0.0);
}

// For a current spread evenly over pairs by transport numbers; false where it takes more than the supply's voltage.
bool Electrodialysis::fill_evenly(const Local<double>& here, double I, std::span<double> y) const {
  std::array<double, 3> Q = arriving_volumes(here);
  for (std::size_t k = 0; k < cells(); ++k)
    fill_cell(here, pair_point<double>(here, y, Q[diluate], k), {.i = I / pair_area(), .unknowns = {}, .found = true}, k, Q, y);
  const double P = y[gathered_power(cells() - 1)];
  y[current()] = I, y[voltage()] = P / I, y[power()] = P;
  return P / I < here.p[voltage_set];
}

// Fills flows, current densities and what follows for a voltage of the stack; the current. `operations` are where the pairs
// worked last, and then where they work now.
double Electrodialysis::fill_at_voltage(const Local<double>& here, double U, std::vector<PairOperation>& operations, std::span<double> y) const {
  std::array<double, 3> Q = arriving_volumes(here);
  const double resistance = here.p[electrode_resistance] / settings_.cell_pairs;
  for (std::size_t k = 0; k < cells(); ++k) {
    const PairPoint<double> at = pair_point<double>(here, y, Q[diluate], k);
    PairOperation start = operations[k].unknowns.empty() && k > 0 ? operations[k - 1] : operations[k];
    operations[k] = pair_.operate(of_pair(here), at, resistance, U / settings_.cell_pairs, std::move(start));
    fill_cell(here, at, operations[k], k, Q, y);
  }
  const double I = y[gathered_current(cells() - 1)];
  y[current()] = I, y[voltage()] = U, y[power()] = U * I;
  return I;
}

// The same for a current: the voltage by false position below the highest, where that passes more.
void Electrodialysis::fill_at_current(const Local<double>& here, double I, std::vector<PairOperation>& operations, std::span<double> y) const {
  const double highest = here.p[voltage_set], at_highest = fill_at_voltage(here, highest, operations, y) - I;
  if (at_highest <= 0.0 || !(I > 0.0)) return;
  FalsePosition bracket{0.0, -I, highest, at_highest};  // not less than without voltage
  for (int pass = 0; pass < 60; ++pass) {
    const double U = bracket.trial(), value = fill_at_voltage(here, U, operations, y) - I;
    if (std::abs(value) < 1e-9 * I) return;
    bracket.take(U, value);
  }
}

// In counter-current a channel is fed by a stack that comes later: until there is something, all give what another channel gets.
bool Electrodialysis::guess_without_inlet(const Local<double>& here, std::span<double> y) const {
  const auto arrives = [&](std::size_t channel) { return here.inlet(channel).molar_flow[0] > 0.0; };
  if (!flowing(*here.wiring)) return false;
  std::size_t fed = 0, first = 0;
  for (std::size_t channel = channels(); channel-- > 0;)
    if (arrives(channel)) ++fed, first = channel;
  if (fed == 0 || fed == channels()) return false;
  const StreamView<double> other = here.inlet(first);
  for (std::size_t channel = 0; channel < channels(); ++channel) {
    const std::span<double> outlet = y.subspan(channel * stream_size(component_count()), stream_size(component_count()));
    std::copy(other.molar_flow.begin(), other.molar_flow.end(), outlet.begin());
    outlet[component_count()] = other.temperature;
    outlet[component_count() + 1] = other.pressure;
  }
  return true;
}

void Electrodialysis::guess(const Local<double>& here, std::span<double> y) const {
  std::fill(y.begin() + static_cast<std::ptrdiff_t>(flow(0, 0)), y.end(), 0.0);
  if (guess_without_inlet(here, y)) return;
  for (std::size_t channel = 0; channel < channels(); ++channel)
    for (std::size_t k = 0; k < cells() && here.flowing(channel); ++k)
      y[flow(channel, k)] = settings_.solution->volume(here.inlet(channel).molar_flow, here.inlet(channel).temperature);
  if (running(*here.wiring)) {
    std::vector<PairOperation> operations(cells());
    const bool evenly = settings_.current && settings_.uniform_current && !pair_.ion_by_ion() && fill_evenly(here, here.p[current_set()], y);
    if (settings_.current && !evenly) fill_at_current(here, here.p[current_set()], operations, y);
    if (!settings_.current) fill_at_voltage(here, here.p[voltage_set], operations, y);
  }
  Local<double> improved = here;
  improved.y = y;
  guess_outlets(improved, y);
  if (running(*here.wiring)) fill_efficiencies(improved, y);
}

// `here` sees what stands in `y`.
void Electrodialysis::fill_efficiencies(const Local<double>& here, std::span<double> y) const {
  if (settings_.bipolar) {
    std::vector<PairResult<double>> triplets;
    for (std::size_t k = 0; k < cells(); ++k) triplets.push_back(pair_at(here, k));
    const double charges = settings_.cell_pairs / faraday_constant * y[current()], made = -hydrogen_gain(triplets, concentrate);
    y[current_efficiency()] = made / charges;
    y[acid_efficiency()] = hydrogen_gain(triplets, acid) / charges;
    y[specific_energy()] = y[power()] / std::max(made, 1e-3 * charges);
    return;
  }
  double lost = 0.0;
  for (std::size_t i = 1; i < component_count(); ++i)
    if (const int z = components()[i].charge; z > 0) lost += z * (here.inlet(diluate).molar_flow[i] - here.outlet(diluate).molar_flow[i]);
  y[current_efficiency()] = faraday_constant / settings_.cell_pairs * lost / y[current()];
  const StreamView<double> product = here.outlet(diluate);
  y[specific_energy()] = y[power()] / settings_.solution->volume(product.molar_flow, product.temperature);
}

// The channel of which the membranes leave least.
std::size_t Electrodialysis::most_drained(const Local<double>& here) const {
  std::size_t least = 0;
  for (std::size_t channel = 1; channel < channels(); ++channel)
    if (share_left(here, channel) < share_left(here, least)) least = channel;
  return least;
}

void Electrodialysis::events(const Local<double>& here, std::span<double> value) const {
  std::fill(value.begin(), value.end(), 1.0);
  const bool any = here.wiring->any_inlet_flowing();
  if (any && !flowing(*here.wiring)) value[dry_channel] = -1.0;
  if (pair_.ion_by_ion() && flowing(*here.wiring))
    value[salt_loss] = least_salt(here.y) - (here.mode() == filling ? regained_salt : lost_salt);
  if (flowing(*here.wiring)) value[drained] = share_left(here, most_drained(here)) - least_left;
  if (running(*here.wiring) && settings_.current)
    value[current_loss] = here.y[current()] / here.p[current_set()] - (here.mode() == limited ? regained_current : lost_current);
}

Reaction Electrodialysis::on_event(std::size_t index, int direction, const Local<double>& here) const {
  if (index == dry_channel && direction < 0 && here.mode() != starved) {
    std::size_t dry = 0;
    while (dry + 1 < channels() && here.flowing(dry)) ++dry;
    return {starved, fmt::format("electrodialysis '{}': nothing flows through its {} channels: the current is off.", name(), channel_name(dry))};
  }
  if (index == dry_channel && direction > 0 && here.mode() == starved) return {working, ""};
  if (index == drained && direction < 0) {
    return {here.mode(), fmt::format("electrodialysis '{}': electro-osmosis and osmosis take all the water that arrives in its {} channels. "
                                     "A larger flow there, less voltage or current, or fewer cell pairs would help.",
                                     name(), channel_name(most_drained(here))), true};
  }
  if (index == salt_loss && direction < 0 && here.mode() != filling && pair_.ion_by_ion())
    return {filling, fmt::format("electrodialysis '{}': there is a place in its channels without salt: the current is off until there are {} everywhere.",
                                 name(), format_quantity(regained_salt, "mol/m3"))};
  if (index == salt_loss && direction > 0 && here.mode() == filling) return {working, fmt::format("electrodialysis '{}': the current is on.", name())};
  if (!running(*here.wiring) || !settings_.current) return {here.mode(), ""};
  const std::string present = format_quantity(here.y[current()], "A"), set = format_quantity(here.p[current_set()], "A"),
                    highest = format_quantity(here.p[voltage_set], "V");
  if (index == current_loss && direction < 0 && here.mode() != limited)
    return {limited, fmt::format("electrodialysis '{}': its current falls to {}, since {} would take more than {}: the {} is depleted, "
                                 "at a membrane or altogether, or conducts too little. A larger flow of {}, more salt in it or less current would help.",
                                 name(), present, set, highest, channel_name(diluate), channel_name(diluate))};
  if (index == current_loss && direction > 0 && here.mode() == limited)
    return {working, fmt::format("electrodialysis '{}' takes its full current of {} again.", name(), set)};
  return {here.mode(), ""};
}

}  // namespace brineflow::electrodialysis

namespace brineflow {

std::unique_ptr<Unit> make_electrodialysis(const std::string& name, std::shared_ptr<const Brine> brine, StackSettings settings) {
  return std::make_unique<electrodialysis::Electrodialysis>(name, std::move(brine), std::move(settings));
}

}  // namespace brineflow
