#include "flowsheet/system.hpp"

#include "base/error.hpp"

#include <algorithm>

namespace brineflow {

System::System(const Flowsheet& flowsheet) : flowsheet_(&flowsheet), layout_(flowsheet) {}

System::System(const Flowsheet& flowsheet, const System& twin) : System(flowsheet) {
  const std::string difference = layout_.difference(twin.layout_);
  if (!difference.empty()) throw InternalError("systems of different layout share no plans: " + difference);
  plans_ = twin.plans_;
}

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
  std::shared_ptr<const ModePlan>& plan = (*plans_)[key];
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

// The derivatives of scratch_ are zero between two uses, whoever the last user was.
Local<Dual> System::dual_local(std::size_t unit, double t, std::span<const double> y, std::span<const double> ydot) const {
  const UnitSlice& slice = layout_.unit(unit);
  const UnitPlan& plan = plan_->units[unit];
  const std::size_t block = stream_size(flowsheet_->components().size()), arriving = plan.arriving.size() * block;
  const auto at_least = [](std::vector<Dual>& numbers, std::size_t size) {
    if (numbers.size() < size) numbers.resize(size, Dual(0.0));
  };
  for (std::vector<Dual>* own : {&scratch_.y, &scratch_.ydot, &scratch_.residual}) at_least(*own, slice.size);
  at_least(scratch_.arriving, arriving);
  for (std::size_t k = 0; k < slice.size; ++k) {
    scratch_.y[k].a = y[slice.start + k];
    scratch_.ydot[k].a = ydot[slice.start + k];
  }
  scratch_.inlets.clear();
  for (std::size_t s = 0; s < plan.arriving.size(); ++s) {
    for (std::size_t i = 0; i < block; ++i) scratch_.arriving[s * block + i].a = y[plan.arriving[s] + i];
    scratch_.inlets.emplace_back(scratch_.arriving.data() + s * block, block);
  }
  Local<Dual> here;
  here.time = t;
  here.components = flowsheet_->components().size();
  here.y = std::span<const Dual>(scratch_.y).first(slice.size);
  here.ydot = std::span<const Dual>(scratch_.ydot).first(slice.size);
  here.p = dual_parameters_[unit];
  here.wiring = &plan_->wiring[unit];
  here.inlets = scratch_.inlets;
  return here;
}

void System::Scratch::forget_derivatives(std::size_t own, std::size_t from_others) {
  for (std::size_t k = 0; k < own; ++k) {
    y[k].v.setZero();
    ydot[k].v.setZero();
  }
  for (std::size_t k = 0; k < from_others; ++k) arriving[k].v.setZero();
}

// Equations that throw leave no derivatives behind in scratch_.
void System::dual_residual(std::size_t unit, const Local<Dual>& here, std::span<Dual> residual) const {
  try {
    flowsheet_->units[unit]->residual(here, residual);
  } catch (...) {
    scratch_.forget_derivatives(scratch_.y.size(), scratch_.arriving.size());
    throw;
  }
}

// Dual numbers carry eight directions: a sweep of the equations yields eight colours of columns.
void System::unit_jacobian(std::size_t unit, double t, std::span<const double> y, std::span<const double> ydot,
                           const SeedWeights& weights, std::span<double> values) const {
  const std::size_t size = layout_.unit(unit).size;
  const Local<Dual> here = dual_local(unit, t, y, ydot);
  const std::span<Dual> residual = std::span<Dual>(scratch_.residual).first(size);

  const auto seed = [&](const UnitPlan::Seed& at, const SeedWeights& with) {
    if (at.column >= size) {
      scratch_.arriving[at.column - size].v[at.direction] = with.algebraic_value;
    } else if (at.differential) {
      scratch_.y[at.column].v[at.direction] = with.differential_value;
      scratch_.ydot[at.column].v[at.direction] = with.differential_rate;
    } else {
      scratch_.y[at.column].v[at.direction] = with.algebraic_value;
    }
  };

  for (const UnitPlan::Sweep& sweep : plan_->units[unit].sweeps) {
    for (const UnitPlan::Seed& at : sweep.seeds) seed(at, weights);
    dual_residual(unit, here, residual);
    for (const UnitPlan::Entry& entry : sweep.entries) values[entry.slot] = residual[entry.row].v[entry.direction];
    for (const UnitPlan::Seed& at : sweep.seeds) seed(at, {0.0, 0.0, 0.0});
  }
}

void System::change_along(double t, std::span<const double> y, std::span<const double> ydot, std::span<const Direction> along,
                          std::span<const std::span<double>> change) const {
  const std::size_t block = stream_size(flowsheet_->components().size());
  for (std::size_t u = 0; u < flowsheet_->units.size(); ++u) {
    const UnitSlice& slice = layout_.unit(u);
    const UnitPlan& plan = plan_->units[u];
    const Local<Dual> here = dual_local(u, t, y, ydot);
    const std::span<Dual> residual = std::span<Dual>(scratch_.residual).first(slice.size);
    for (std::size_t d = 0; d < along.size(); ++d) {
      const auto lane = static_cast<Eigen::Index>(d);
      for (std::size_t k = 0; k < slice.size; ++k) {
        scratch_.y[k].v[lane] = along[d].y[slice.start + k];
        scratch_.ydot[k].v[lane] = along[d].ydot[slice.start + k];
      }
      for (std::size_t s = 0; s < plan.arriving.size(); ++s)
        for (std::size_t i = 0; i < block; ++i) scratch_.arriving[s * block + i].v[lane] = along[d].y[plan.arriving[s] + i];
    }
    dual_residual(u, here, residual);
    for (std::size_t d = 0; d < along.size(); ++d)
      for (std::size_t k = 0; k < slice.size; ++k) change[d][slice.start + k] = residual[k].v[static_cast<Eigen::Index>(d)];
    scratch_.forget_derivatives(slice.size, plan.arriving.size() * block);
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
