// Brine that leaves a membrane under pressure gives it to feed that arrives without (docs/equations/pressure_exchanger.md).
#include "base/quantity.hpp"
#include "units/builders.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brineflow {
namespace {

enum ExchangerInlet : std::size_t { feed, brine_in };
enum ExchangerOutlet : std::size_t { pressurized, spent };
enum ExchangerParameter : std::size_t { efficiency, leakage, mixing, spent_pressure };  // order of parameters()
enum ExchangerMode : int { all_used, limited };
enum ExchangerEvent : std::size_t { surplus, no_pressure, event_number };

constexpr double regained = 0.999;  // of the brine's pressure: below it the surplus is gone

class PressureExchanger final : public UnitModel<PressureExchanger> {
 public:
  PressureExchanger(const std::string& name, std::shared_ptr<const Brine> brine, const Values& values)
      : UnitModel(name, "pressure_exchanger", std::move(brine)) {
    inlets_ = {{.name = "feed"}, {.name = "brine"}};
    // The flow of `pressurized` is that of the feed: the loop through the membrane and back to `brine` does not set it.
    outlets_ = {{.name = "pressurized", .set_by_contents = true}, {.name = "spent"}};
    parameters_ = {{"efficiency", "%", values.quantity("efficiency")},
                   {"leakage", "%", values.quantity("leakage")},
                   {"mixing", "%", values.quantity("mixing")},
                   {"spent_pressure", "bar", values.quantity("spent_pressure")}};
  }

  std::vector<Variable> variables(const Scales& /*scales*/) const override { return {}; }
  void initial_state(std::span<double> /*y*/) const override {}
  // The brine comes back from where the pressurized feed goes: at first there is none of it yet, and the feed passes as it is.
  void guess(const Local<double>& here, std::span<double> y) const override {
    if (both_flow(here) && !(arriving(here, brine_in, brine()).mass_flow > 0.0)) {
      const StreamView<double> low = here.inlet(feed);
      std::copy(low.molar_flow.begin(), low.molar_flow.end(), y.begin());
      std::copy(low.molar_flow.begin(), low.molar_flow.end(), y.begin() + static_cast<std::ptrdiff_t>(stream_size(component_count())));
      for (const std::size_t outlet : {pressurized, spent}) {
        y[outlet * stream_size(component_count()) + component_count()] = low.temperature;
        y[outlet * stream_size(component_count()) + component_count() + 1] = outlet == spent ? here.p[spent_pressure] : low.pressure;
      }
      return;
    }
    guess_outlets(here, y);  // what leaves spent is what is left of the guess of the other outlet
    Local<double> improved = here;
    improved.y = y;
    guess_outlets(improved, y);
  }

  // Without brine the feed passes as it is; without feed the brine does.
  bool outlet_flows(std::size_t outlet, const Wiring& wiring, std::span<const double> /*p*/) const override {
    return wiring.inlet_flowing(outlet == pressurized ? feed : brine_in);
  }

  std::size_t event_count() const override { return event_number; }

  void events(const Local<double>& here, std::span<double> value) const override {
    std::fill(value.begin(), value.end(), 1.0);
    if (!both_flow(here)) return;
    const Arriving<double> low = arriving(here, feed, brine()), high = arriving(here, brine_in, brine());
    value[surplus] = (here.mode() == limited ? regained : 1.0) - (low.pressure + gain(here, low, high)) / high.pressure;
    value[no_pressure] = high.pressure / low.pressure - 1.0;
  }

  Reaction on_event(std::size_t index, int direction, const Local<double>& here) const override {
    if (!both_flow(here)) return {all_used, ""};
    const Arriving<double> low = arriving(here, feed, brine()), high = arriving(here, brine_in, brine());
    if (index == no_pressure && direction < 0)
      return {here.mode(),
              fmt::format("pressure exchanger '{}': its brine arrives at {}, its feed at {}: there is no pressure to give. Are they swapped?", name(),
                          format_quantity(high.pressure, "bar"), format_quantity(low.pressure, "bar")),
              true};
    if (index == surplus && direction < 0 && here.mode() == all_used)
      return {limited, fmt::format("pressure exchanger '{}': its brine brings more than its feed can take, which leaves at the {} of the brine; "
                                   "the rest is lost. It needs more feed.",
                                   name(), format_quantity(high.pressure, "bar"))};
    if (index == surplus && direction > 0 && here.mode() == limited)
      return {all_used, fmt::format("pressure exchanger '{}': its feed takes all of its brine's pressure again.", name())};
    return {here.mode(), ""};
  }

  template <Scalar S>
  void equations(const Local<S>& here, std::span<S> residual) const {
    const Arriving<S> low = arriving(here, feed, brine()), high = arriving(here, brine_in, brine());
    if (!both_flow(here)) {
      set_outlet(here, pressurized, std::span<const S>(low.molar_flow), low.temperature, low.pressure, residual);
      set_outlet(here, spent, std::span<const S>(high.molar_flow), high.temperature, here.p[spent_pressure], residual);
      return;
    }
    // (1) volume for volume: brine takes the place of a share x of the feed
    const S keep = 1.0 - here.p[leakage], ratio = volume(low) / volume(high);
    const S own = keep * (1.0 - here.p[mixing]), others = keep * here.p[mixing] * ratio;
    std::vector<S> up, down;
    for (std::size_t i = 0; i < component_count(); ++i) {
      up.push_back(own * low.molar_flow[i] + others * high.molar_flow[i]);
      // (2) the rest, of what the first outlet carries: nothing is lost to rounding
      down.push_back(low.molar_flow[i] + high.molar_flow[i] - here.outlet(pressurized).molar_flow[i]);
    }
    const S own_mass = own * low.mass_flow, others_mass = others * high.mass_flow;
    const S T_up = (own_mass * low.temperature + others_mass * high.temperature) / (own_mass + others_mass);
    const S heat = low.mass_flow * low.temperature + high.mass_flow * high.temperature - (own_mass + others_mass) * T_up;
    const S T_down = heat / (low.mass_flow + high.mass_flow - own_mass - others_mass);
    // (4) not above the brine's own pressure
    const S reached = low.pressure + gain(here, low, high);
    const S p_up = select(S(high.pressure - reached), reached, high.pressure);
    set_outlet(here, pressurized, std::span<const S>(up), T_up, p_up, residual);
    set_outlet(here, spent, std::span<const S>(down), T_down, here.p[spent_pressure], residual);
  }

 private:
  template <Scalar S>
  static bool both_flow(const Local<S>& here) {
    return here.flowing(feed) && here.flowing(brine_in);
  }

  template <Scalar S>
  S volume(const Arriving<S>& stream) const {
    return brine().volume(std::span<const S>(stream.molar_flow), stream.temperature);
  }

  // (3) (1 - l) Q_f dp = eta Q_b (p_b - p_spent)
  template <Scalar S>
  S gain(const Local<S>& here, const Arriving<S>& low, const Arriving<S>& high) const {
    const S given = volume(high) * larger(S(high.pressure - here.p[spent_pressure]), S(0.0));
    return here.p[efficiency] * given / (volume(low) * (1.0 - here.p[leakage]));
  }
};

std::unique_ptr<Unit> build(const std::string& name, const Values& values, const UnitContext& context) {
  if (!values.complete()) return nullptr;
  return std::make_unique<PressureExchanger>(name, context.brine, values);
}

}  // namespace

UnitType pressure_exchanger_type() {
  return {
      .name = "pressure_exchanger",
      .summary = "Brine under pressure gives it to a feed of about its own flow, without electricity.",
      .parameters =
          {
              quantity("efficiency", "%").above(0.0).at_most(1.0).or_default("95 %").means(
                  "hydraulic power that the feed takes over what the brine gives; the default is illustrative"),
              quantity("leakage", "%").between(0.0, 0.5).or_default("0 %").means("share of the feed that leaves with the spent brine instead"),
              quantity("mixing", "%").between(0.0, 0.5).or_default("0 %").means(
                  "share of the pressurized feed that is brine, volume for volume: 6 % is what makers of rotary exchangers state (from memory)"),
              quantity("spent_pressure", "bar").positive().or_default("1.01325 bar").means("absolute pressure with which the brine leaves"),
          },
      .example = "{type: pressure_exchanger}",
      .build = build,
      .further_examples = {"{type: pressure_exchanger, efficiency: 90 %, leakage: 2 %, mixing: 6 %, spent_pressure: 1.2 bar}"},
  };
}

}  // namespace brineflow
