// Streams joined without holdup (docs/equations/mixer.md).
#include "units/builders.hpp"

namespace brineflow {
namespace {

class Mixer final : public UnitModel<Mixer> {
 public:
  Mixer(const std::string& name, std::shared_ptr<const Brine> brine) : UnitModel(name, "mixer", std::move(brine)) {
    inlets_ = {{.name = "inlet", .collects = true}};
    outlets_ = {{.name = "outlet"}};
  }

  std::vector<Variable> variables(const Scales& /*scales*/) const override { return {}; }
  void initial_state(std::span<double> /*y*/) const override {}
  void guess(const Local<double>& here, std::span<double> y) const override { guess_outlets(here, y); }

  template <Scalar S>
  void equations(const Local<S>& here, std::span<S> residual) const {
    // (1) F_i = sum_k F_ik,  (2) T = sum_k m_k T_k / sum_k m_k
    Arriving<S> sum = arriving(here, 0, brine());
    // (3) p = min_k p_k: the stream of lowest pressure could not enter against a higher one.
    for (std::size_t k = 1; k < here.wiring->connections[0]; ++k) {
      const S pressure = here.inlet(0, k).pressure;
      sum.pressure = select(S(sum.pressure - pressure), pressure, sum.pressure);
    }
    set_outlet(here, 0, std::span<const S>(sum.molar_flow), sum.temperature, sum.pressure, residual);
  }
};

std::unique_ptr<Unit> build(const std::string& name, const Values& values, const UnitContext& context) {
  if (!values.complete()) return nullptr;
  return std::make_unique<Mixer>(name, context.brine);
}

}  // namespace

UnitType mixer_type() {
  return {
      .name = "mixer",
      .summary = "Joins any number of streams into one, without holdup.",
      .parameters = {},
      .example = "{type: mixer}",
      .build = build,
  };
}

}  // namespace brineflow
