#include "flowsheet/system.hpp"

#include <algorithm>

namespace brineflow {

System::System(const Flowsheet& flowsheet) : flowsheet_(&flowsheet), layout_(flowsheet) {}

void System::set_mode(std::vector<Connection> active, std::vector<std::vector<double>> parameters,
                      std::vector<int> unit_modes) {
  active_ = std::move(active);
  parameters_ = std::move(parameters);
  unit_modes_ = std::move(unit_modes);

  dual_parameters_.assign(parameters_.size(), {});
  for (std::size_t u = 0; u < parameters_.size(); ++u)
    for (const double value : parameters_[u]) dual_parameters_[u].emplace_back(value);

  std::vector<Wiring> wiring = wire(*flowsheet_, active_, parameters_, unit_modes_);
  const std::string key = plan_key(wiring, flowing_connections(active_, wiring));
  std::shared_ptr<const ModePlan>& plan = plans_[key];
  if (!plan) plan = std::make_shared<ModePlan>(make_plan(*flowsheet_, layout_, std::move(wiring), active_, parameters_));
  plan_ = plan;
}

Local<double> System::local(std::size_t unit, double t, std::span<const double> y, std::span<const double> ydot,
                            std::vector<std::span<const double>>& inlets) const {
  const UnitSlice& slice = layout_.unit(unit);
  const std::size_t block = stream_size(flowsheet_->components().size());
  inlets.clear();
  for (const std::size_t start : plan_->units[unit].arriving) inlets.push_back(y.subspan(start, block));

  Local<double> here;
  here.time = t;
  here.components = flowsheet_->components().size();
  here.y = y.subspan(slice.start, slice.size);
  here.ydot = ydot.subspan(slice.start, slice.size);
  here.p = parameters_[unit];
  here.wiring = &plan_->wiring[unit];
  here.inlets = inlets;
  return here;
}

void System::residual(double t, std::span<const double> y, std::span<const double> ydot,
                      std::span<double> residual) const {
  std::vector<std::span<const double>> inlets;
  for (std::size_t u = 0; u < flowsheet_->units.size(); ++u) {
    const UnitSlice& slice = layout_.unit(u);
    flowsheet_->units[u]->residual(local(u, t, y, ydot, inlets), residual.subspan(slice.start, slice.size));
  }
}

void System::jacobian(double t, std::span<const double> y, std::span<const double> ydot, const SeedWeights& weights,
                      std::span<double> values) const {
  std::fill(values.begin(), values.end(), 0.0);
  for (std::size_t u = 0; u < flowsheet_->units.size(); ++u) unit_jacobian(u, t, y, ydot, weights, values);
}

// Dual numbers carry eight directions: a sweep of the equations yields eight colours of columns.
void System::unit_jacobian(std::size_t unit, double t, std::span<const double> y, std::span<const double> ydot,
                           const SeedWeights& weights, std::span<double> values) const {
  const UnitSlice& slice = layout_.unit(unit);
  const UnitPlan& plan = plan_->units[unit];
  const std::size_t block = stream_size(flowsheet_->components().size());

  std::vector<Dual>&local_y = scratch_.y, &local_ydot = scratch_.ydot, &residual = scratch_.residual, &arriving = scratch_.arriving;
  for (std::vector<Dual>* own : {&local_y, &local_ydot, &residual}) own->resize(slice.size);
  arriving.resize(plan.arriving.size() * block);
  for (std::size_t k = 0; k < slice.size; ++k) {
    local_y[k] = Dual(y[slice.start + k]);
    local_ydot[k] = Dual(ydot[slice.start + k]);
  }
  std::vector<std::span<const Dual>> inlets;
  for (std::size_t s = 0; s < plan.arriving.size(); ++s) {
    for (std::size_t i = 0; i < block; ++i) arriving[s * block + i] = Dual(y[plan.arriving[s] + i]);
    inlets.emplace_back(arriving.data() + s * block, block);
  }

  Local<Dual> here;
  here.time = t;
  here.components = flowsheet_->components().size();
  here.y = local_y;
  here.ydot = local_ydot;
  here.p = dual_parameters_[unit];
  here.wiring = &plan_->wiring[unit];
  here.inlets = inlets;

  const auto seed = [&](const UnitPlan::Seed& at, bool on) {
    if (at.column >= slice.size) {
      arriving[at.column - slice.size].v[at.direction] = on ? weights.algebraic_value : 0.0;
      return;
    }
    const bool differential = layout_.differential()[slice.start + at.column];
    local_y[at.column].v[at.direction] = on ? (differential ? weights.differential_value : weights.algebraic_value) : 0.0;
    local_ydot[at.column].v[at.direction] = on && differential ? weights.differential_rate : 0.0;
  };

  for (const UnitPlan::Sweep& sweep : plan.sweeps) {
    for (const UnitPlan::Seed& at : sweep.seeds) seed(at, true);
    flowsheet_->units[unit]->residual(here, std::span<Dual>(residual));
    for (const UnitPlan::Entry& entry : sweep.entries) values[entry.slot] = residual[entry.row].v[entry.direction];
    for (const UnitPlan::Seed& at : sweep.seeds) seed(at, false);
  }
}

std::vector<double> System::initial_state() const {
  std::vector<double> y(layout_.size(), 0.0);
  for (const StreamSlice& stream : layout_.streams()) {
    const std::size_t n = flowsheet_->components().size();
    y[stream.start + n] = reference_temperature;
    y[stream.start + n + 1] = reference_pressure;
  }
  for (std::size_t u = 0; u < flowsheet_->units.size(); ++u) {
    const UnitSlice& slice = layout_.unit(u);
    flowsheet_->units[u]->initial_state(std::span<double>(y).subspan(slice.start, slice.size));
  }
  return y;
}

std::vector<int> System::initial_modes(std::span<const double> y) const {
  std::vector<int> modes;
  for (std::size_t u = 0; u < flowsheet_->units.size(); ++u) {
    const UnitSlice& slice = layout_.unit(u);
    modes.push_back(flowsheet_->units[u]->initial_mode(y.subspan(slice.start, slice.size)));
  }
  return modes;
}

void System::guess(double t, std::span<double> y) const {
  const std::vector<double> ydot(y.size(), 0.0);
  std::vector<std::span<const double>> inlets;
  const auto guess_unit = [&](std::size_t u) {
    const UnitSlice& slice = layout_.unit(u);
    flowsheet_->units[u]->guess(local(u, t, y, ydot, inlets), y.subspan(slice.start, slice.size));
  };
  for (const std::size_t u : plan_->order) guess_unit(u);
  // What goes round was guessed with streams that nobody had guessed yet: once more for each unit that one may have to pass.
  for (std::size_t pass = 1; pass < plan_->going_round; ++pass)
    for (std::size_t k = plan_->order.size() - plan_->going_round; k < plan_->order.size(); ++k) guess_unit(plan_->order[k]);
}

std::vector<double> System::holdup(std::span<const double> y) const {
  std::vector<double> held(flowsheet_->components().size(), 0.0);
  for (std::size_t u = 0; u < flowsheet_->units.size(); ++u) {
    const UnitSlice& slice = layout_.unit(u);
    flowsheet_->units[u]->add_holdup(y.subspan(slice.start, slice.size), held);
  }
  return held;
}

}  // namespace brineflow
