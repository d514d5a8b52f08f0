// A stream brought to a higher pressure (docs/equations/pump.md).
#include "units/builders.hpp"

namespace brineflow {
namespace {

enum PumpParameter : std::size_t { pressure, efficiency };  // order of parameters()

class Pump final : public UnitModel<Pump> {
 public:
  Pump(const std::string& name, std::shared_ptr<const Brine> brine, const Values& values)
      : UnitModel(name, "pump", std::move(brine)) {
    inlets_ = {{.name = "inlet"}};
    outlets_ = {{.name = "outlet"}};
    parameters_ = {{"pressure", "bar", values.quantity("pressure")}, {"efficiency", "%", values.quantity("efficiency")}};
  }

  std::vector<Variable> variables(const Scales& scales) const override {
    const double nominal = scales.flow * parameters_[pressure].value / parameters_[efficiency].value;
    return {{.name = "power",
             .unit = "W",
             .long_name = "electrical power drawn",
             .kind = VariableKind::algebraic,
             .axes = {},
             .nominal = {nominal > 0.0 ? nominal : 1.0},
             .lower = 0.0}};
  }

  void initial_state(std::span<double> y) const override { y[power()] = 0.0; }

  void guess(const Local<double>& here, std::span<double> y) const override {
    guess_outlets(here, y);
    y[power()] = power_drawn(here, arriving(here, 0, brine()));
  }

  std::vector<TotalKind> totals() const override { return {TotalKind::energy}; }
  void total_rates(const Local<double>& here, std::span<double> rates) const override { rates[0] = here.y[power()]; }

  template <Scalar S>
  void equations(const Local<S>& here, std::span<S> residual) const {
    const Arriving<S> stream = arriving(here, 0, brine());
    // (1) flows and temperature pass, (2) p_out = max(p_set, p_in): a pump does not throttle.
    set_outlet(here, 0, std::span<const S>(stream.molar_flow), stream.temperature,
               larger(here.p[pressure], stream.pressure), residual);
    residual[power()] = here.y[power()] - power_drawn(here, stream);
  }

 private:
  std::size_t power() const { return outlet_block(); }

  // (3) P = Q max(p_set - p_in, 0) / eta
  template <Scalar S>
  S power_drawn(const Local<S>& here, const Arriving<S>& stream) const {
    if (!here.flowing(0)) return S(0.0);
    const S rise = larger(S(here.p[pressure] - stream.pressure), S(0.0));
    return brine().volume(std::span<const S>(stream.molar_flow), stream.temperature) * rise / here.p[efficiency];
  }
};

std::unique_ptr<Unit> build(const std::string& name, const Values& values, const UnitContext& context) {
  if (!values.complete()) return nullptr;
  return std::make_unique<Pump>(name, context.brine, values);
}

}  // namespace

UnitType pump_type() {
  return {
      .name = "pump",
      .summary = "Brings a stream to a higher pressure and counts the electricity it takes.",
      .parameters =
          {
              quantity("pressure", "bar").positive().means("absolute pressure behind the pump"),
              quantity("efficiency", "%").above(0.0).at_most(1.0).or_default("75 %").means(
                  "hydraulic over electrical power, motor included; the default is illustrative"),
          },
      .example = "{type: pump, pressure: 28 bar}",
      .build = build,
  };
}

}  // namespace brineflow
