// A unit whose equations a test makes up: one differential variable x and one algebraic z.
#pragma once

#include "flowsheet/schedule.hpp"
#include "units/unit.hpp"

#include <cmath>
#include <memory>
#include <stdexcept>

namespace brineflow::test {

enum class Trouble {
  none,        // x' = 1, z = x
  no_number,   // x' = 1, the row of z is no number from t = 5 s on
  no_start,    // z is no number from the beginning
  thrown,      // the equations throw from t = 5 s on
  fold,        // x' = 1, z^2 = 1 - x: two solutions meet at t = 1 s, where dF/dz = 0
  no_solution, // z^2 = -1
  singular,    // 0 z = 0
  blow_up,     // x' = x^2 from x = 1: infinite at t = 1 s
  chatter,     // x' changes its sign whenever |x| has reached 1e-9
};

class Made final : public UnitModel<Made> {
 public:
  Made(const std::string& name, std::shared_ptr<const Brine> brine, Trouble trouble)
      : UnitModel(name, "made", std::move(brine)), trouble_(trouble) {}

  std::vector<Variable> variables(const Scales& /*scales*/) const override {
    Variable x{.name = "x", .unit = "1", .long_name = "", .kind = VariableKind::differential, .axes = {}, .nominal = {1.0}};
    Variable z{.name = "z", .unit = "1", .long_name = "", .kind = VariableKind::algebraic, .axes = {}, .nominal = {1.0}};
    return {x, z};
  }

  void initial_state(std::span<double> y) const override {
    y[0] = trouble_ == Trouble::blow_up ? 1.0 : 0.0;
    y[1] = 0.9;
  }

  std::size_t event_count() const override { return trouble_ == Trouble::chatter ? 1 : 0; }
  void events(const Local<double>& here, std::span<double> value) const override {
    if (!value.empty()) value[0] = here.y[0] - (here.mode() == 0 ? 1e-9 : -1e-9);
  }
  Reaction on_event(std::size_t, int direction, const Local<double>& here) const override {
    if (here.mode() == 0 && direction > 0) return {1, "down again"};
    if (here.mode() == 1 && direction < 0) return {0, "up again"};
    return {here.mode(), ""};
  }

  template <Scalar S>
  void equations(const Local<S>& here, std::span<S> residual) const {
    const S &x = here.y[0], &z = here.y[1];
    residual[0] = here.ydot[0] - (trouble_ == Trouble::blow_up ? S(x * x) : S(here.mode() == 0 ? 1.0 : -1.0));
    residual[1] = z - x;
    if (trouble_ == Trouble::fold) residual[1] = z * z - (S(1.0) - x);
    if (trouble_ == Trouble::no_solution) residual[1] = z * z + S(1.0);
    if (trouble_ == Trouble::singular) residual[1] = S(0.0) * z;
    if (trouble_ == Trouble::no_start || (trouble_ == Trouble::no_number && here.time > 5.0)) residual[1] = z * S(NAN);
    if (trouble_ == Trouble::thrown && here.time > 5.0) throw std::runtime_error("a table ends at 5 s");
  }

 private:
  Trouble trouble_;
};

inline std::shared_ptr<const Flowsheet> made_flowsheet(Trouble trouble) {
  auto made = std::make_shared<Flowsheet>();
  Flowsheet& flowsheet = *made;
  flowsheet.brine = std::make_shared<Brine>(Brine::ideal(ComponentSet::from_names({"H2O", "Li+", "Cl-"})));
  flowsheet.scales.raise(std::vector<double>{55000.0, 1.0, 1.0}, 1e-3);
  flowsheet.units.push_back(std::make_unique<Made>("device", flowsheet.brine, trouble));
  flowsheet.unit_places.emplace_back();
  return made;
}

// One step of this length [s].
inline Schedule for_a_time(double seconds) {
  Schedule schedule;
  schedule.steps.emplace_back();
  schedule.steps.back().name = "run";
  schedule.steps.back().at_most = seconds;
  return schedule;
}

}  // namespace brineflow::test
