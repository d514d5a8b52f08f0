// Brine or water that enters the flowsheet (docs/equations/feed.md).
#include "units/builders.hpp"

namespace brineflow {
namespace {

enum FeedParameter : std::size_t { flow, temperature, pressure };  // order of parameters()

// Below this much dissolved matter a feed without `counts_as` is fresh water: the usual limit between fresh and
// brackish water, 1 g/kg.
constexpr double fresh_water_limit = 1e-3;

class Feed final : public UnitModel<Feed> {
 public:
  Feed(const std::string& name, std::shared_ptr<const Brine> brine, std::vector<double> composition, const Values& values)
      : UnitModel(name, "feed", std::move(brine)), composition_(std::move(composition)) {
    outlets_ = {{.name = "outlet", .closable = true, .optional = true, .set_by_contents = true}};
    parameters_ = {{"flow", "m3/h", values.quantity("flow")},
                   {"temperature", "degC", values.quantity("temperature")},
                   {"pressure", "bar", values.quantity("pressure")}};
    role_ = values.has("counts_as") ? values.text("counts_as") : dissolved() < fresh_water_limit ? "fresh_water" : "brine";
  }

  std::string role() const override { return role_; }

  std::vector<Variable> variables(const Scales& /*scales*/) const override { return {}; }

  void add_scales(Scales& scales) const override { scales.raise(composition_, parameters_[flow].value); }

  void initial_state(std::span<double> y) const override {
    for (std::size_t i = 0; i < composition_.size(); ++i) y[i] = parameters_[flow].value * composition_[i];
    y[composition_.size()] = parameters_[temperature].value;
    y[composition_.size() + 1] = parameters_[pressure].value;
  }

  void guess(const Local<double>& here, std::span<double> y) const override { guess_outlets(here, y); }

  bool outlet_flows(std::size_t /*outlet*/, const Wiring& /*wiring*/, std::span<const double> p) const override {
    return p[flow] > 0.0;
  }

  std::vector<TotalKind> totals() const override { return {TotalKind::fed}; }
  void total_rates(const Local<double>& here, std::span<double> rates) const override {
    const StreamView<double> outlet = here.outlet(0);
    std::copy(outlet.molar_flow.begin(), outlet.molar_flow.end(), rates.begin());
  }

  template <Scalar S>
  void equations(const Local<S>& here, std::span<S> residual) const {
    // (1) F_i = Q x_i / V(x, T): what `flow` means is the volume at the feed's own temperature.
    std::vector<S> molar_flow(composition_.begin(), composition_.end());
    const S per_amount = here.p[flow] / brine().volume(std::span<const S>(molar_flow), here.p[temperature]);
    for (S& value : molar_flow) value *= per_amount;
    set_outlet(here, 0, std::span<const S>(molar_flow), here.p[temperature], here.p[pressure], residual);
  }

 private:
  // Mass fraction of all solutes.
  double dissolved() const {
    return 1.0 - composition_[0] * components()[0].molar_mass / brine().mass(std::span<const double>(composition_));
  }

  std::vector<double> composition_;  // x_i: mol/m3 at the temperature of the case
  std::string role_;
};

std::unique_ptr<Unit> build(const std::string& name, const Values& values, const UnitContext& context) {
  const std::size_t before = context.diagnostics.count();
  if (!values.has("brine")) return nullptr;
  auto composition = read_brine_composition(*values.node("brine"), *context.brine, values.quantity("temperature"),
                                            context.models, values.context(), context.diagnostics);
  if (!composition || !values.complete() || context.diagnostics.count() != before) return nullptr;
  return std::make_unique<Feed>(name, context.brine, std::move(*composition), values);
}

}  // namespace

UnitType feed_type() {
  return {
      .name = "feed",
      .summary = "Brine or water that enters the flowsheet at a given volume flow, temperature and pressure.",
      .parameters =
          {
              any("brine").means("composition: a package of models/brines, or a map such as {Li+: 0.26 g/L, balance: Cl-}"),
              quantity("flow", "m3/h").not_negative().means("volume flow at the feed's temperature; 0: closed"),
              quantity("temperature", "degC").between("0 degC", "150 degC").or_default("25 degC").means("temperature of the feed"),
              quantity("pressure", "bar").positive().or_default("1.01325 bar").means("absolute pressure of the feed"),
              choice("counts_as", {"brine", "fresh_water", "other"})
                  .maybe_absent()
                  .means("what the indicators take it for; without it fresh_water below 1 g/kg dissolved, else brine"),
          },
      .example = "{type: feed, brine: {Li+: 0.26 g/L, Mg+2: 15.4 g/L, balance: Cl-}, flow: 12 m3/h}",
      .build = build,
  };
}

}  // namespace brineflow
