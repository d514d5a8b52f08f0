// Nanofiltration: a module as cells in series on the feed side (docs/equations/nanofiltration.md).
// The equations stand in nanofiltration.cpp, how it starts and what it says in nanofiltration_operation.cpp.
#pragma once

#include "units/membrane_cell.hpp"
#include "units/nanofiltration_reading.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace brineflow::nanofiltration {

enum NanofiltrationOutlet : std::size_t { retentate, permeate };
enum NanofiltrationMode : int { permeating, held_back, throttled };
enum NanofiltrationEvent : std::size_t { flux_loss, pressure_loss, channel_loss, event_number };
// Order of parameters(); those follow that not every module has, then those of the membrane. `size` is the area or, in spiral-wound
// elements, the number of vessels.
enum NanofiltrationParameter : std::size_t { size, permeate_pressure, pump_efficiency, maximum_recovery, first_optional };

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
  void equations(const Local<S>& here, std::span<S> residual) const;  // instantiated in nanofiltration.cpp

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
  // With fouling only: deposit d, scale s.
  bool fouling() const { return settings_.fouling.has_value(); }
  std::size_t deposited(std::size_t d, std::size_t k) const { return (spiral() ? film(cells()) : channel_pressure(0)) + d * cells() + k; }
  std::size_t saturation(std::size_t s, std::size_t k) const { return deposited(settings_.fouling->size() + s, k); }
  std::size_t mass_of_deposit(std::size_t d) const { return saturation(settings_.fouling->scales(), d); }
  std::size_t mean_volume_flux() const { return mass_of_deposit(settings_.fouling->size()); }
  std::size_t normalised_permeability() const { return mean_volume_flux() + 1; }
  std::size_t end_saturation(std::size_t s) const { return normalised_permeability() + 1 + s; }  // of scale, in the last cell
  // Deposits grow on the area of the case, as the hold-up keeps its volume, when a study varies `area`.
  double cell_area() const { return settings_.area / static_cast<double>(cells()); }

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
  // What deposits do to every cell, the same for all of them.
  template <Scalar S>
  struct FoulingNow {
    Fouling::Each<DepositNumbers<S>> numbers;
    S temperature, viscosity, water_permeability;
  };
  template <Scalar S>
  FoulingNow<S> fouling_now(const Local<S>& here, const Arriving<S>& in, const S& water_permeability) const;
  template <Scalar S>
  Fouling::Each<S> deposits_at(std::span<const S> y, std::size_t k) const;
  // A_w mu R of the deposits at cell k.
  template <Scalar S>
  S added_resistance(const FoulingNow<S>& now, std::span<const S> y, std::size_t k) const;
  // Puts deposits into the rows of cell k that the clean membrane has, and fills those of its own.
  template <Scalar S>
  void deposit_equations(const Local<S>& here, const FoulingNow<S>& now, const MembraneCell<S>& cell, std::span<const S> k_film, std::size_t k,
                         std::span<S> residual) const;
  template <Scalar S>
  void fouling_summary(const Local<S>& here, const FoulingNow<S>& now, std::span<S> residual) const;
  template <Scalar S>
  void what_lies_there(const Local<S>& here, const FoulingNow<S>& now, std::span<S> residual) const;
  template <Scalar S>
  FoulingNow<S> now_at_rest(const Local<S>& here) const;
  template <Scalar S>
  void fouling_at_rest(const Local<S>& here, std::span<S> residual) const;
  void add_fouling_variables(std::vector<Variable>& variables, double flux) const;
  void guess_deposits(const FoulingNow<double>& now, const MembraneCell<double>& cell, std::span<const double> k_film, std::size_t k,
                      std::span<double> y) const;
  void guess_fouling_summary(const Local<double>& here, const FoulingNow<double>& now, std::span<double> y) const;
  template <Scalar S>
  void cell_equations(const Local<S>& here, const Arriving<S>& in, const S& inflow, const MembraneNumbers<S>& membrane,
                      const std::optional<FoulingNow<S>>& now, std::size_t k, std::span<S> residual) const;

  void require_driving_pressure(double feed, double permeate_side) const;
  std::string channel_message(double first, double last) const;
  void require_channel_pressure(double first, double last, double permeate_side) const;
  double guess_cells(const Local<double>& here, const Arriving<double>& in, double pressure, std::span<double> y) const;
  double guess_pressure(const Local<double>& here, const Arriving<double>& in, double full, std::span<double> y) const;
  double mean_flux(const Local<double>& here) const;
  // Of pure water through membrane and deposits.
  double pure_flux(const Local<double>& here) const {
    const double A_w = membrane_.numbers<double>(here.p, here.flowing(0) ? here.inlet(0).temperature : reference_temperature).water_permeability;
    return A_w * std::max(here.y[pressure()] - here.p[permeate_pressure], 1.0) * (fouling() ? here.y[normalised_permeability()] : 1.0);
  }

  NanofiltrationSettings settings_;
  std::size_t at_film_ = 0, at_feed_pressure_ = 0, at_pressure_drop_ = 0;  // in p, where there are such
  MembraneParameters membrane_;
  std::vector<int> charge_;  // of the solutes
};

}  // namespace brineflow::nanofiltration
