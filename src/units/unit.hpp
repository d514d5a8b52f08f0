// The contract of a unit operation (docs/adding_a_unit.md walks through one).
//
// A unit declares its ports, variables and parameters, and writes its equations once as a template
//
//   template <Scalar S> void equations(const Local<S>& here, std::span<S> residual) const;
//
// deriving from UnitModel<Itself>, which makes the three evaluations (values, derivatives, dependencies)
// from it. residual[k] belongs to variable k of the unit's block: the rows of differential variables
// contain their derivative, those of algebraic ones do not, and the algebraic rows determine the
// algebraic variables (index 1).
#pragma once

#include "input/parameters.hpp"
#include "physics/brine.hpp"
#include "physics/components.hpp"
#include "units/local.hpp"

#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace brineflow {

struct InletPort {
  std::string name;
  bool collects = false;  // takes any number of streams; otherwise exactly one
  bool optional = false;  // may stay unconnected in every step
};

struct OutletPort {
  std::string name;
  bool closable = false;  // closed where no route leads away from it (a feed, a tank); otherwise flow must have a way
  bool optional = false;  // may stay unconnected in every step
  bool set_by_contents = false;  // the stream follows from the unit's differential variables alone: breaks a loop
  // Its flow is that of one inlet, but for what the contents let through: no loop closes through the unit's other inlets.
  std::optional<std::size_t> follows = std::nullopt;
};

// A named axis along which a variable is laid out, as the result file shows it.
struct Axis {
  std::string name;                     // "z", "component", "ion"
  std::string unit;                     // "m"; empty for labels
  std::string long_name;
  std::vector<double> coordinates;      // numeric axis
  std::vector<std::string> labels;      // or labelled axis

  std::size_t size() const { return labels.empty() ? coordinates.size() : labels.size(); }
};

enum class VariableKind { differential, algebraic };

struct Variable {
  std::string name;
  std::string unit;
  std::string long_name;
  VariableKind kind = VariableKind::algebraic;
  std::vector<Axis> axes;                // slowest first; none for a scalar
  std::vector<double> nominal;           // size of one entry a value of the slowest axis, or one for all: scales tolerances
  double lower = -std::numeric_limits<double>::infinity();  // admissible values, for tests and diagnosis
  double upper = std::numeric_limits<double>::infinity();
  // Wears off with every cycle, as the capacity of a fading sorbent: it has no cyclic steady state, and is neither
  // asked for one nor extrapolated.
  bool ages = false;

  std::size_t size() const;
  double nominal_of(std::size_t entry) const;  // entry counts through the axes, fastest last
};

// Sizes that go with the case: what the feeds and initial contents bring.
struct Scales {
  std::vector<double> concentration;  // [mol/m3] per component, never zero
  std::vector<double> molar_flow;     // [mol/s] per component, never zero
  double flow = 0.0;                  // [m3/s]

  // Raises every size to what `flow` [m3/s] of a solution with these concentrations [mol/m3] brings.
  void raise(std::span<const double> concentrations, double volume_flow);
};

// A quantity integrated over time for balances and indicators.
enum class TotalKind {
  fed,       // moles of every component that enter the flowsheet (N entries)
  received,  // moles of every component that leave it (N entries)
  energy,    // electrical energy [J] (1 entry)
};

// What happens at an event of a unit.
struct Reaction {
  int mode = 0;            // the unit's new mode
  std::string message;     // a sentence for the log and the result
  bool stop = false;       // the run cannot go on
};

// A parameter that reaches the equations, may be set by a step of the schedule and varied by a study.
struct TunableParameter {
  std::string name;  // as in the case, or package.key for one from a data package
  std::string unit;  // display unit
  double value;      // SI
  // Whether a step may change it while the run goes on. Not what the holdup depends on: a bed that grew in the middle
  // of a run would make matter.
  bool settable = true;
  // What a step may set it to at least, where the unit's table of keys does not say so (a key inside a structure).
  double at_least = -std::numeric_limits<double>::infinity();
};

class Unit {
 public:
  virtual ~Unit() = default;

  const std::string& name() const { return name_; }
  const std::string& type() const { return type_; }
  const Brine& brine() const { return *brine_; }
  const ComponentSet& components() const { return brine_->components(); }
  std::size_t component_count() const { return component_count_; }

  const std::vector<InletPort>& inlets() const { return inlets_; }
  const std::vector<OutletPort>& outlets() const { return outlets_; }
  const std::vector<TunableParameter>& parameters() const { return parameters_; }

  // What the unit is to the indicators: "brine", "fresh_water" or "other" of a feed, "product" or "waste" of a
  // sink, "" of everything between them.
  virtual std::string role() const { return ""; }

  // The unit's own variables; the streams of the outlets come before them and are declared by the frame.
  virtual std::vector<Variable> variables(const Scales& scales) const = 0;

  // Raises the scales to what this unit brings (feeds: flow and concentration; tanks: initial contents).
  virtual void add_scales(Scales& /*scales*/) const {}

  // Fills the differential variables at the start of the run, and a first guess of the algebraic ones.
  // `y` is the unit's whole block.
  virtual void initial_state(std::span<double> y) const = 0;

  // The unit's own mode at the start of the run; `y` is its whole block as initial_state left it.
  virtual int initial_mode(std::span<const double> /*y*/) const { return 0; }

  // Improves the algebraic variables at the start of a step, inlets and differential variables given.
  // Only units whose equations are far from linear need it.
  virtual void guess(const Local<double>& /*here*/, std::span<double> /*y*/) const {}

  // Whether an outlet that is connected carries flow. The default: when any inlet does.
  virtual bool outlet_flows(std::size_t outlet, const Wiring& wiring, std::span<const double> p) const;

  // What stands against a step that wires the unit like this, all streams flowing, as in "liquid enters it from both ends"; empty when all is well.
  virtual std::string objection(const Wiring& /*wiring*/) const { return ""; }

  // Moles of every component in the unit at state y (its whole block); added to `held`.
  virtual void add_holdup(std::span<const double> /*y*/, std::span<double> /*held*/) const {}

  // Totals integrated over time; rates() fills as many entries as the kinds ask for, in order.
  virtual std::vector<TotalKind> totals() const { return {}; }
  virtual void total_rates(const Local<double>& /*here*/, std::span<double> /*rates*/) const {}

  // Events: functions of the state whose sign change ends the present mode, either direction.
  virtual std::size_t event_count() const { return 0; }
  virtual void events(const Local<double>& /*here*/, std::span<double> /*value*/) const {}
  // Called when events()[index] has crossed zero. direction: +1 rising, -1 falling. Also called at the start of every
  // step with the sign the value has then: where the present mode fits, the answer is that mode and no message.
  virtual Reaction on_event(std::size_t index, int direction, const Local<double>& here) const;

  // The equations in the three scalar types. Rows of outlets without flow are replaced by
  // "no flow, reference temperature and pressure", so equations need not treat them.
  virtual void residual(const Local<double>& here, std::span<double> residual) const = 0;
  virtual void residual(const Local<Dual>& here, std::span<Dual> residual) const = 0;
  virtual void residual(const Local<Trace>& here, std::span<Trace> residual) const = 0;

  // Number of stream variables at the start of the block.
  std::size_t outlet_block() const { return outlets_.size() * stream_size(component_count()); }
  std::size_t inlet_index(std::string_view port) const;   // throws InternalError where there is none
  std::size_t outlet_index(std::string_view port) const;

 protected:
  Unit(std::string name, std::string type, std::shared_ptr<const Brine> brine)
      : name_(std::move(name)), type_(std::move(type)), brine_(std::move(brine)), component_count_(brine_->components().size()) {}

  // For guess(): the outlet streams of a unit whose outlet rows read `variable minus formula`, where the formula
  // needs inlets and the unit's own variables but no outlet. Takes the value of the formula.
  void guess_outlets(const Local<double>& here, std::span<double> y) const;

  std::vector<InletPort> inlets_;
  std::vector<OutletPort> outlets_;
  std::vector<TunableParameter> parameters_;

 private:
  std::string name_;
  std::string type_;
  std::shared_ptr<const Brine> brine_;
  std::size_t component_count_;  // equations ask for it at every point
};

// residual rows of an outlet's stream: variable minus what it should be.
template <Scalar S>
void set_outlet(const Local<S>& here, std::size_t outlet, std::span<const S> molar_flow, const S& temperature,
                const S& pressure, std::span<S> residual) {
  const std::size_t n = here.components;
  const std::size_t start = outlet * stream_size(n);
  for (std::size_t i = 0; i < n; ++i) residual[start + i] = here.y[start + i] - molar_flow[i];
  residual[start + n] = here.y[start + n] - temperature;
  residual[start + n + 1] = here.y[start + n + 1] - pressure;
}

// Everything that arrives at an inlet: flows added; temperature weighted by mass flow (equal heat capacities,
// the assumption every unit without an energy balance shares); the lowest pressure would need a comparison,
// so the pressure is that of the first stream. Without flow: zeros at the reference state.
template <Scalar S>
struct Arriving {
  std::vector<S> molar_flow;
  S mass_flow;  // [kg/s]
  S temperature;
  S pressure;
};

template <Scalar S>
Arriving<S> arriving(const Local<S>& here, std::size_t inlet, const Brine& brine) {
  Arriving<S> sum{std::vector<S>(here.components, S(0.0)), S(0.0), S(reference_temperature), S(reference_pressure)};
  S heat(0.0);
  for (std::size_t k = 0; k < here.wiring->connections[inlet]; ++k) {
    const StreamView<S> stream = here.inlet(inlet, k);
    const S mass = brine.mass(stream.molar_flow);
    for (std::size_t i = 0; i < here.components; ++i) sum.molar_flow[i] += stream.molar_flow[i];
    sum.mass_flow += mass;
    heat += mass * stream.temperature;
    if (k == 0) sum.pressure = stream.pressure;
  }
  if (here.wiring->connections[inlet] == 1) sum.temperature = here.inlet(inlet).temperature;
  if (here.wiring->connections[inlet] > 1) sum.temperature = heat / sum.mass_flow;
  return sum;
}

template <class Derived>
class UnitModel : public Unit {
 public:
  using Unit::Unit;
  void residual(const Local<double>& here, std::span<double> r) const final { evaluate(here, r); }
  void residual(const Local<Dual>& here, std::span<Dual> r) const final { evaluate(here, r); }
  void residual(const Local<Trace>& here, std::span<Trace> r) const final { evaluate(here, r); }

 private:
  template <Scalar S>
  void evaluate(const Local<S>& here, std::span<S> r) const {
    static_cast<const Derived&>(*this).equations(here, r);
    const std::size_t n = here.components;
    for (std::size_t outlet = 0; outlet < outlets_.size(); ++outlet) {
      if (here.wiring->outlet_flowing[outlet]) continue;
      const std::size_t start = outlet * stream_size(n);
      for (std::size_t i = 0; i < n; ++i) r[start + i] = here.y[start + i];
      r[start + n] = here.y[start + n] - S(reference_temperature);
      r[start + n + 1] = here.y[start + n + 1] - S(reference_pressure);
    }
  }
};

}  // namespace brineflow
