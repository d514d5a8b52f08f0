// Electrodialysis: a stack of cell pairs as cells in series along both channels (docs/equations/electrodialysis.md), or of
// triplets with bipolar membranes along three (docs/equations/bipolar_electrodialysis.md).
// The equations stand in electrodialysis.cpp, how it starts and what it says in electrodialysis_operation.cpp.
#pragma once

#include "units/electrodialysis_settings.hpp"
#include "units/stack_pair.hpp"
#include "units/unit.hpp"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace brineflow::electrodialysis {

// Inlets and outlets, in this order. Of triplets the diluate is the salt, the concentrate the base.
enum Channel : std::size_t { diluate, concentrate, acid };
enum StackMode : int { working, limited, starved, filling };
enum StackEvent : std::size_t { current_loss, dry_channel, salt_loss, drained, event_number };
// Order of parameters(); those of the membranes follow, then the current if it is given.
enum StackParameter : std::size_t { voltage_set, electrode_resistance, first_membrane };

class Electrodialysis final : public UnitModel<Electrodialysis> {
 public:
  Electrodialysis(const std::string& name, std::shared_ptr<const Brine> brine, StackSettings settings);

  std::vector<Variable> variables(const Scales& scales) const override;
  void initial_state(std::span<double> y) const override;
  int initial_mode(std::span<const double> y) const override;
  void guess(const Local<double>& here, std::span<double> y) const override;
  double share_left(const Local<double>& here, std::size_t channel) const;
  std::size_t most_drained(const Local<double>& here) const;
  bool guess_without_inlet(const Local<double>& here, std::span<double> y) const;
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
  void equations(const Local<S>& here, std::span<S> residual) const;  // instantiated in electrodialysis.cpp

 private:
  // Where the variables stand in the block.
  std::size_t cells() const { return settings_.cells; }
  std::size_t channels() const { return settings_.bipolar ? 3 : 2; }
  const char* channel_name(std::size_t channel) const;
  std::size_t amount(std::size_t channel, std::size_t i, std::size_t k) const {
    return outlet_block() + (channel * component_count() + i) * cells() + k;
  }
  std::size_t flow(std::size_t channel, std::size_t k) const { return amount(channels(), 0, 0) + channel * cells() + k; }
  std::size_t current_density(std::size_t k) const { return flow(channels(), k); }
  std::size_t local_voltage(std::size_t k) const { return current_density(cells() + k); }
  std::size_t gathered_current(std::size_t k) const { return local_voltage(cells() + k); }
  std::size_t gathered_power(std::size_t k) const { return gathered_current(cells() + k); }
  std::size_t unknown(std::size_t j, std::size_t k) const { return gathered_power(cells()) + j * cells() + k; }  // of the law
  std::size_t current() const { return unknown(pair_.unknowns(), 0); }
  std::size_t voltage() const { return current() + 1; }
  std::size_t power() const { return voltage() + 1; }
  std::size_t current_efficiency() const { return power() + 1; }
  std::size_t acid_efficiency() const { return current_efficiency() + 1; }  // of triplets
  std::size_t specific_energy() const { return current_efficiency() + (settings_.bipolar ? 2 : 1); }
  std::size_t current_set() const { return first_membrane + pair_.parameter_count(); }  // in p

  double pair_area() const { return settings_.width * settings_.length; }
  double cell_area() const { return settings_.cell_pairs * pair_area() / static_cast<double>(cells()); }  // of all pairs
  double cell_volume() const { return cell_area() * settings_.channel_height * settings_.spacer_porosity; }
  double flow_section() const { return settings_.cell_pairs * settings_.width * settings_.channel_height * settings_.spacer_porosity; }
  bool flowing(const Wiring& wiring) const {
    return wiring.inlet_flowing(diluate) && wiring.inlet_flowing(concentrate) && (channels() == 2 || wiring.inlet_flowing(acid));
  }
  bool running(const Wiring& wiring) const { return flowing(wiring) && wiring.mode != filling; }  // current is on

  template <Scalar S>
  std::span<const S> of_pair(const Local<S>& here) const { return here.p.subspan(first_membrane, pair_.parameter_count()); }
  template <Scalar S>
  stack::ChannelPoint<S> point(std::span<const S> y, const S& T, std::size_t channel, std::size_t k) const;
  template <Scalar S>
  S limiting_current(const S& equivalents, const S& inlet_equivalents, const S& volume_flow) const;
  // What the pair of cell k sees, at the state y; the diluate leaves the cell with `diluate_flow`.
  template <Scalar S>
  PairPoint<S> pair_point(const Local<S>& here, std::span<const S> y, const S& diluate_flow, std::size_t k) const;
  template <Scalar S>
  PairResult<S> pair_at(const Local<S>& here, std::size_t k) const;
  template <Scalar S>
  S gain(const PairResult<S>& pair, std::size_t channel, std::size_t i) const {  // mol/(m2 s)
    if (channel == diluate) return S(-pair.flux[i]);
    if (channel == acid) return pair.to_acid[i];
    return settings_.bipolar ? S(pair.flux[i] - pair.to_acid[i]) : pair.flux[i];
  }
  template <Scalar S>
  S volume_gain(const PairResult<S>& pair, std::size_t channel, const S& T) const {  // m/s
    std::array<S, ComponentSet::max_size> flux{};
    for (std::size_t i = 0; i < component_count(); ++i) flux[i] = gain(pair, channel, i);
    return settings_.solution->volume_of_flux(std::span<const S>(flux).first(component_count()), T);
  }
  template <Scalar S>
  S pressure_drop(const Local<S>& here, std::size_t channel, const S& T) const;
  template <Scalar S>
  void channel_equations(const Local<S>& here, std::size_t channel, const S& T, const Arriving<S>& in,
                         const std::vector<PairResult<S>>& pairs, std::span<S> residual) const;
  template <Scalar S>
  void supply_equations(const Local<S>& here, const std::vector<PairResult<S>>& pairs, std::span<S> residual) const;
  template <Scalar S>
  void efficiency_equations(const Local<S>& here, const std::vector<PairResult<S>>& pairs, std::span<S> residual) const;
  // mol/s of H+ that a channel gains through its membranes.
  template <Scalar S>
  S hydrogen_gain(const std::vector<PairResult<S>>& pairs, std::size_t channel) const;

  double least_salt(std::span<const double> y) const;
  std::vector<Variable> pair_variables(const Scales& scales, const Axis& position) const;
  void fill_cell(const Local<double>& here, const PairPoint<double>& at, const PairOperation& operation, std::size_t k, std::array<double, 3>& Q,
                 std::span<double> y) const;
  std::array<double, 3> arriving_volumes(const Local<double>& here) const;
  void fill_efficiencies(const Local<double>& here, std::span<double> y) const;
  bool fill_evenly(const Local<double>& here, double I, std::span<double> y) const;
  double fill_at_voltage(const Local<double>& here, double U, std::vector<PairOperation>& operations, std::span<double> y) const;
  void fill_at_current(const Local<double>& here, double I, std::vector<PairOperation>& operations, std::span<double> y) const;

  StackSettings settings_;
  StackPair pair_;
};

}  // namespace brineflow::electrodialysis
