// Where streams leave the flowsheet (docs/equations/sink.md).
#include "units/builders.hpp"

namespace brineflow {
namespace {

class Sink final : public UnitModel<Sink> {
 public:
  Sink(const std::string& name, std::shared_ptr<const Brine> brine, const Values& values)
      : UnitModel(name, "sink", std::move(brine)), role_(values.text("role")) {
    inlets_ = {{.name = "inlet", .collects = true}};
  }

  std::string role() const override { return role_; }
  std::vector<Variable> variables(const Scales& /*scales*/) const override { return {}; }
  void initial_state(std::span<double> /*y*/) const override {}

  std::vector<TotalKind> totals() const override { return {TotalKind::received}; }
  void total_rates(const Local<double>& here, std::span<double> rates) const override {
    // (1) of docs/equations/sink.md: everything that arrives.
    std::fill(rates.begin(), rates.end(), 0.0);
    for (std::size_t k = 0; k < here.wiring->connections[0]; ++k)
      for (std::size_t i = 0; i < here.components; ++i) rates[i] += here.inlet(0, k).molar_flow[i];
  }

  template <Scalar S>
  void equations(const Local<S>& /*here*/, std::span<S> /*residual*/) const {}

 private:
  std::string role_;
};

std::unique_ptr<Unit> build(const std::string& name, const Values& values, const UnitContext& context) {
  if (!values.complete()) return nullptr;
  return std::make_unique<Sink>(name, context.brine, values);
}

}  // namespace

UnitType sink_type() {
  return {
      .name = "sink",
      .summary = "Where streams leave the flowsheet, as product or as waste.",
      .parameters = {choice("role", {"product", "waste"})
                         .or_default("waste")
                         .means("what the indicators take it for: recoveries count what arrives in products")},
      .example = "{type: sink, role: product}",
      .build = build,
  };
}

}  // namespace brineflow
