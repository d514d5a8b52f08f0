// How a module starts a step, and what it says of itself.
#include "base/error.hpp"
#include "base/quantity.hpp"
#include "numerics/false_position.hpp"
#include "units/builders.hpp"
#include "units/nanofiltration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace brineflow::nanofiltration {
namespace {

constexpr double least_flux = 0.01;  // of the flux of pure water at the same pressure
constexpr double regained_flux = 0.02;
constexpr double lost_pressure = 0.99;  // of the pressure that was asked for
constexpr double regained_pressure = 0.999;

}  // namespace

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
  std::optional<FoulingNow<double>> now;
  if (fouling()) now = fouling_now(here, in, numbers.water_permeability);
  for (std::size_t k = 0; k < cells(); ++k) {
    const auto all = at_cell<double>(y, amount(0, 0), component_count(), k);
    const auto amounts = std::span<const double>(all).first(component_count());
    const double entering = Q;
    const auto channel = spiral() ? channel_of(here, liquid, std::max(Q, least)) : Channel<double>{here.p[at_film_], 0.0};
    const Solutes<double> k_film = film_coefficients(channel.film);
    MembraneNumbers<double> own = numbers;
    if (now) own.water_permeability /= 1.0 + added_resistance<double>(*now, y, k);
    const MembraneLayers<double> membrane = layers(own, k_film);
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
    if (now) guess_deposits(*now, cell, std::span<const double>(k_film).first(solutes()), k, y);
    if (!spiral()) continue;
    const auto mean = channel_of(here, liquid, std::max(0.5 * (entering + Q), least));
    y[channel_pressure(k)] = pressure -= mean.pressure_drop;
    y[film(k)] = mean.film;
  }
  if (now) guess_fouling_summary(here, *now, y);
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
  const double low = here.p[permeate_pressure], at_full = excess(full);
  if (at_full > -accepted) return full;
  FalsePosition bracket{low, pressure_limit(low, full, 1.0, here.p[maximum_recovery]), full, at_full};
  for (int pass = 0; pass < 60; ++pass) {
    const double trial = bracket.trial(), value = excess(trial);
    if (std::abs(value) <= accepted) return trial;
    bracket.take(trial, value);
  }
  return bracket.low;
}

void Nanofiltration::guess(const Local<double>& here, std::span<double> y) const {
  const std::size_t deposits_begin = fouling() ? deposited(0, 0) : y.size(), deposits_end = fouling() ? saturation(0, 0) : y.size();
  std::fill(y.begin() + static_cast<std::ptrdiff_t>(permeate_flow(0, 0)), y.begin() + static_cast<std::ptrdiff_t>(deposits_begin), 0.0);
  std::fill(y.begin() + static_cast<std::ptrdiff_t>(deposits_end), y.end(), 0.0);
  if (here.flowing(0)) {
    const Arriving<double> in = arriving(here, 0, brine());
    const double full = full_pressure(here, in.pressure);
    require_driving_pressure(full, here.p[permeate_pressure]);
    y[pressure()] = guess_pressure(here, in, full, y);
    if (spiral()) require_channel_pressure(y[pressure()], y[channel_pressure(cells() - 1)], here.p[permeate_pressure]);
    y[water_recovery()] = y[permeate_flow(0, cells() - 1)] / in.molar_flow[0];
    const double inflow = brine().volume(std::span<const double>(in.molar_flow), in.temperature);
    y[power()] = inflow * std::max(y[pressure()] - in.pressure, 0.0) / here.p[pump_efficiency];
  } else if (fouling()) {
    guess_fouling_summary(here, now_at_rest(here), y);
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

static std::unique_ptr<Unit> build(const char* type, const std::string& name, const Values& values, const UnitContext& context) {
  auto read = read_nanofiltration(values, context);
  if (!read) return nullptr;
  return std::make_unique<Nanofiltration>(name, type, context.brine, std::move(read->settings), std::move(read->membrane));
}

}  // namespace brineflow::nanofiltration

namespace brineflow {

using nanofiltration::build;

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
