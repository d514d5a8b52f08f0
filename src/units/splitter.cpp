// One stream divided into two of the same composition (docs/equations/splitter.md).
#include "units/builders.hpp"

namespace brineflow {
namespace {

enum SplitterParameter : std::size_t { to_first };  // order of parameters()
enum SplitterOutlet : std::size_t { first, second };

class Splitter final : public UnitModel<Splitter> {
 public:
  Splitter(const std::string& name, std::shared_ptr<const Brine> brine, const Values& values)
      : UnitModel(name, "splitter", std::move(brine)) {
    inlets_ = {{.name = "inlet"}};
    outlets_ = {{.name = "first"}, {.name = "second"}};
    parameters_ = {{"to_first", "%", values.quantity("to_first")}};
  }

  std::vector<Variable> variables(const Scales& /*scales*/) const override { return {}; }
  void initial_state(std::span<double> /*y*/) const override {}
  void guess(const Local<double>& here, std::span<double> y) const override { guess_outlets(here, y); }

  // A share of nothing is no flow: what stands behind it sees a closed pipe.
  bool outlet_flows(std::size_t outlet, const Wiring& wiring, std::span<const double> p) const override {
    return wiring.any_inlet_flowing() && (outlet == first ? p[to_first] > 0.0 : p[to_first] < 1.0);
  }

  template <Scalar S>
  void equations(const Local<S>& here, std::span<S> residual) const {
    const Arriving<S> stream = arriving(here, 0, brine());
    std::vector<S> to_one, to_other;
    for (const S& flow : stream.molar_flow) {
      to_one.push_back(here.p[to_first] * flow);      // (1) F_1i = f F_i
      to_other.push_back(flow - to_one.back());       // (2) F_2i = F_i - F_1i: nothing is lost to rounding
    }
    set_outlet(here, first, std::span<const S>(to_one), stream.temperature, stream.pressure, residual);
    set_outlet(here, second, std::span<const S>(to_other), stream.temperature, stream.pressure, residual);
  }
};

std::unique_ptr<Unit> build(const std::string& name, const Values& values, const UnitContext& context) {
  if (!values.complete()) return nullptr;
  return std::make_unique<Splitter>(name, context.brine, values);
}

}  // namespace

UnitType splitter_type() {
  return {
      .name = "splitter",
      .summary = "Divides a stream into two of the same composition.",
      .parameters = {quantity("to_first", "%").between(0.0, 1.0).means(
          "share of the flow that leaves through `first`; the rest leaves through `second`")},
      .example = "{type: splitter, to_first: 30 %}",
      .build = build,
  };
}

}  // namespace brineflow
