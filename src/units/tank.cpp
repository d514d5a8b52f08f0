// A well-stirred tank whose outlet closes before it runs empty (docs/equations/tank.md).
#include "base/quantity.hpp"
#include "units/builders.hpp"

#include <fmt/format.h>

namespace brineflow {
namespace {

enum TankParameter : std::size_t { outflow };  // order of parameters()
enum TankOutlet : std::size_t { outlet, overflow };
enum TankMode : int { normal, dry, full };
enum TankEvent : std::size_t { emptiness, fullness, brim, event_number };

constexpr double weir_time = 60.0;      // s: the freeboard is what flows over in this time
constexpr double weir_width = 1e-4;     // of the capacity: rounds the corner of the weir law
constexpr double full_hysteresis = 1e-3;  // of the capacity: so much must be free before a full tank is not
constexpr double freeboard = 0.05;      // of the capacity: a full tank without overflow may rise so far

struct TankSettings {
  double capacity = 0.0;       // m3
  double heel = 0.0;           // of the capacity
  double restart_level = 0.0;  // of the capacity
  double outflow = 0.0;        // m3/s
  std::vector<double> composition;  // mol/m3 of the initial contents
  double initial_volume = 0.0;      // m3
  double initial_temperature = 0.0;  // K
};

class Tank final : public UnitModel<Tank> {
 public:
  Tank(const std::string& name, std::shared_ptr<const Brine> brine, TankSettings settings)
      : UnitModel(name, "tank", std::move(brine)), settings_(std::move(settings)) {
    inlets_ = {{.name = "inlet", .collects = true, .optional = true}};
    outlets_ = {{.name = "outlet", .closable = true, .set_by_contents = true},
                {.name = "overflow", .closable = true, .optional = true, .set_by_contents = true}};
    parameters_ = {{"outflow", "m3/h", settings_.outflow}};
  }

  std::vector<Variable> variables(const Scales& scales) const override {
    Variable amount{.name = "amount", .unit = "mol", .long_name = "contents", .kind = VariableKind::differential,
                    .axes = {{.name = "component", .unit = "", .long_name = "component", .coordinates = {}, .labels = components().names()}},
                    .nominal = {}, .lower = 0.0};
    for (const double c : scales.concentration) amount.nominal.push_back(c * settings_.capacity);
    Variable temperature{.name = "temperature", .unit = "K", .long_name = "temperature", .kind = VariableKind::differential,
                         .axes = {}, .nominal = {reference_temperature}, .lower = 273.15};
    Variable volume{.name = "volume", .unit = "m3", .long_name = "volume of the contents", .kind = VariableKind::algebraic,
                    .axes = {}, .nominal = {settings_.capacity}, .lower = 0.0};
    return {amount, temperature, volume};
  }

  void add_scales(Scales& scales) const override { scales.raise(settings_.composition, settings_.outflow); }

  void initial_state(std::span<double> y) const override {
    for (std::size_t i = 0; i < component_count(); ++i)
      y[amount() + i] = settings_.composition[i] * settings_.initial_volume;
    y[temperature()] = settings_.initial_temperature;
    y[volume()] = settings_.initial_volume;
  }

  int initial_mode(std::span<const double> y) const override {
    const double level = y[volume()] / settings_.capacity;
    return level <= settings_.heel * (1.0 + 1e-9) ? dry : level >= 1.0 ? full : normal;
  }

  void guess(const Local<double>& here, std::span<double> y) const override {
    y[volume()] = brine().volume(here.values(amount(), component_count()), here.y[temperature()]);
    guess_outlets(here, y);
  }

  bool outlet_flows(std::size_t port, const Wiring& wiring, std::span<const double> p) const override {
    return port == outlet ? wiring.mode != dry && p[outflow] > 0.0 : wiring.mode == full;
  }

  void add_holdup(std::span<const double> y, std::span<double> held) const override {
    for (std::size_t i = 0; i < component_count(); ++i) held[i] += y[amount() + i];
  }

  std::size_t event_count() const override { return event_number; }
  void events(const Local<double>& here, std::span<double> value) const override;
  Reaction on_event(std::size_t index, int direction, const Local<double>& here) const override;

  template <Scalar S>
  void equations(const Local<S>& here, std::span<S> residual) const;

 private:
  std::size_t amount() const { return outlet_block(); }
  std::size_t temperature() const { return amount() + component_count(); }
  std::size_t volume() const { return temperature() + 1; }

  bool overflow_connected(const Local<double>& here) const { return here.wiring->outlet_connected[overflow]; }
  std::string contents(double level) const {
    return fmt::format("{} ({:.3g} % of its capacity)", format_quantity(level * settings_.capacity, "m3"), 100.0 * level);
  }
  Reaction on_brimming(const Local<double>& here, double level) const;

  TankSettings settings_;
};

template <Scalar S>
void Tank::equations(const Local<S>& here, std::span<S> residual) const {
  const std::size_t n = here.components;
  const std::span<const S> amounts = here.values(amount(), n);
  const S& T = here.y[temperature()];
  const S& V = here.y[volume()];

  // (1) dn_i/dt = sum_k F_ik - F_out,i - F_over,i
  const Arriving<S> in = arriving(here, 0, brine());
  for (std::size_t i = 0; i < n; ++i)
    residual[amount() + i] =
        here.ydot[amount() + i] - (in.molar_flow[i] - here.outlet(outlet).molar_flow[i] - here.outlet(overflow).molar_flow[i]);

  // (2) dT/dt = sum_k m_k (T_k - T) / m: what leaves takes its heat along.
  S warming(0.0);
  if (here.flowing(0)) warming = in.mass_flow * (in.temperature - T) / brine().mass(amounts);
  residual[temperature()] = here.ydot[temperature()] - warming;

  // (3) V = V(n, T)
  residual[volume()] = V - brine().volume(amounts, T);

  // (4) F_out,i = Q n_i / V,  (5) F_over,i = max(V - V_cap, 0) / tau n_i / V with a rounded corner
  const S over = smooth_positive(S(V - settings_.capacity), weir_width * settings_.capacity) / weir_time;
  std::vector<S> out_flow, over_flow;
  for (std::size_t i = 0; i < n; ++i) {
    const S concentration = amounts[i] / V;
    out_flow.push_back(here.p[outflow] * concentration);
    over_flow.push_back(over * concentration);
  }
  set_outlet(here, outlet, std::span<const S>(out_flow), T, S(reference_pressure), residual);
  set_outlet(here, overflow, std::span<const S>(over_flow), T, S(reference_pressure), residual);
}

// Levels at which the mode changes, as fractions of the capacity: (6) to (8) of the equation page.
void Tank::events(const Local<double>& here, std::span<double> value) const {
  const double level = here.y[volume()] / settings_.capacity;
  value[emptiness] = level - (here.mode() == dry ? settings_.restart_level : settings_.heel);
  value[fullness] = level - (here.mode() == full ? 1.0 - full_hysteresis : 1.0);
  value[brim] = overflow_connected(here) ? -1.0 : level - (1.0 + freeboard);
}

Reaction Tank::on_event(std::size_t index, int direction, const Local<double>& here) const {
  const double level = here.y[volume()] / settings_.capacity;
  const bool outlet_used = here.wiring->outlet_connected[outlet] && here.p[outflow] > 0.0;
  if (index == emptiness && direction < 0 && here.mode() != dry)
    return {dry, outlet_used ? fmt::format("tank '{}' ran down to its heel of {}: its outlet closes until it holds {:.3g} % again.",
                                           name(), contents(level), 100.0 * settings_.restart_level)
                             : ""};
  if (index == emptiness && direction > 0 && here.mode() == dry)
    return {normal, outlet_used ? fmt::format("tank '{}' holds {} again: its outlet opens.", name(), contents(level)) : ""};
  if (index == fullness && direction < 0 && here.mode() == full)
    return {normal, fmt::format("tank '{}' is no longer full: it holds {}.", name(), contents(level))};
  if ((index == fullness && direction > 0 && here.mode() != full) || (index == brim && direction > 0))
    return on_brimming(here, level);
  return {here.mode(), ""};  // the start of a mode on its own threshold
}

Reaction Tank::on_brimming(const Local<double>& here, double level) const {
  if (overflow_connected(here)) return {full, fmt::format("tank '{}' is full with {}: it overflows.", name(), contents(level))};
  return {full,
          fmt::format("tank '{0}' is full with {1}, and nothing leads away from its overflow. Give it a larger volume or "
                      "outflow, less to take in, or a route from '{0}.overflow'.",
                      name(), contents(level)),
          true};
}

const ParameterTable& initial_parameters() {
  static const ParameterTable table = {
      any("brine").maybe_absent().means("composition, as of a feed; without it pure water"),
      quantity("volume", "m3").positive().maybe_absent().means("volume; without it the heel"),
      quantity("temperature", "degC").between("0 degC", "150 degC").or_default("25 degC").means("temperature"),
  };
  return table;
}

// Sets the initial contents; false after a finding.
bool read_initial(const Node* node, TankSettings& settings, const std::string& of, const UnitContext& context) {
  const Node nothing = Node::map();
  const std::string where = "initial of " + of;
  const Values values = read_values(node != nullptr ? *node : nothing, initial_parameters(), where, context.diagnostics, {});
  if (!values.complete()) return false;
  settings.initial_temperature = values.quantity("temperature");
  settings.initial_volume = values.has("volume") ? values.quantity("volume") : settings.heel * settings.capacity;
  if (settings.initial_volume < settings.heel * settings.capacity || settings.initial_volume >= settings.capacity) {
    context.diagnostics.error(values.place("volume"),
                              fmt::format("{}: {} is not between the heel, {}, and the capacity, {}", where,
                                          format_quantity(settings.initial_volume, "m3"),
                                          format_quantity(settings.heel * settings.capacity, "m3"),
                                          format_quantity(settings.capacity, "m3")));
    return false;
  }
  std::vector<double> water(context.brine->components().size(), 0.0);
  water[0] = 1.0;
  const auto composition =
      values.has("brine") ? read_brine_composition(*values.node("brine"), *context.brine, settings.initial_temperature,
                                                   context.models, where, context.diagnostics)
                          : concentrations(*context.brine, water, settings.initial_temperature);
  if (composition) settings.composition = *composition;
  return composition.has_value();
}

std::unique_ptr<Unit> build(const std::string& name, const Values& values, const UnitContext& context) {
  if (!values.complete()) return nullptr;
  TankSettings settings;
  settings.capacity = values.quantity("volume");
  settings.heel = values.quantity("heel");
  settings.restart_level = values.quantity("restart_level");
  settings.outflow = values.quantity("outflow");
  if (settings.restart_level <= settings.heel) {
    context.diagnostics.error(values.place("restart_level"),
                              fmt::format("restart_level of {} must be above its heel of {}", values.context(),
                                          format_quantity(settings.heel, "%")));
    return nullptr;
  }
  if (!read_initial(values.node("initial"), settings, values.context(), context)) return nullptr;
  return std::make_unique<Tank>(name, context.brine, std::move(settings));
}

}  // namespace

UnitType tank_type() {
  return {
      .name = "tank",
      .summary = "A well-stirred tank: buffers flow and composition, closes its outlet before it is empty, overflows when full.",
      .parameters =
          {
              quantity("volume", "m3").positive().means("capacity"),
              quantity("outflow", "m3/h").not_negative().or_default("0 m3/h").means(
                  "volume flow of the outlet where a route leads away from it; 0: closed"),
              any("initial").maybe_absent().means(
                  "contents at the start, {brine: NAME or composition, volume: 2 m3, temperature: 25 degC}; without it a heel of pure water"),
              quantity("heel", "%").above(0.0).at_most(0.5).or_default("1 %").means(
                  "share of the capacity at which the outlet closes, so that the tank never runs empty"),
              quantity("restart_level", "%").above(0.0).below(1.0).or_default("5 %").means(
                  "share of the capacity at which it opens again"),
          },
      .example = "{type: tank, volume: 60 m3, outflow: 4 m3/h, initial: {brine: {Li+: 0.5 g/L, balance: Cl-}, volume: 20 m3}}",
      .build = build,
  };
}

}  // namespace brineflow
