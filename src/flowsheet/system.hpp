// F(t, y, y') = 0 for the whole flowsheet, and its Jacobian, in the mode set last.
#pragma once

#include "flowsheet/plan.hpp"

#include <map>
#include <memory>
#include <span>
#include <vector>

namespace brineflow {

class System {
 public:
  explicit System(const Flowsheet& flowsheet);
  // Of a flowsheet that is that of `twin` with other values: the same layout, and plans made once for both. Throws InternalError where the layouts differ.
  System(const Flowsheet& flowsheet, const System& twin);

  const Flowsheet& flowsheet() const { return *flowsheet_; }
  const StateLayout& layout() const { return layout_; }
  std::size_t size() const { return layout_.size(); }

  // Which connections are active, the parameter values in force, and every unit's own mode. Works out the
  // wiring and fetches or makes the plan; plans are kept, so that the steps of a cycle cost nothing twice.
  void set_mode(std::vector<Connection> active, std::vector<std::vector<double>> parameters, std::vector<int> unit_modes);

  const ModePlan& plan() const { return *plan_; }
  const std::vector<Wiring>& wiring() const { return plan_->wiring; }
  const std::vector<Connection>& active() const { return active_; }
  const std::vector<int>& unit_modes() const { return unit_modes_; }
  const std::vector<std::vector<double>>& parameters() const { return parameters_; }

  // residual[k] for every variable k. All spans have size().
  void residual(double t, std::span<const double> y, std::span<const double> ydot, std::span<double> residual) const;

  // The values of the matrix on plan().pattern, column by column.
  void jacobian(double t, std::span<const double> y, std::span<const double> ydot, const SeedWeights& weights,
                std::span<double> values) const;

  // How the residual changes along up to dual_width directions (dy, dy') at once: change[d] = dF/dy dy[d] + dF/dy' dy'[d], all spans of size().
  struct Direction {
    std::span<const double> y, ydot;
  };
  void change_along(double t, std::span<const double> y, std::span<const double> ydot, std::span<const Direction> along,
                    std::span<const std::span<double>> change) const;

  // Initial differential variables and first guesses; every unit's start-up contents.
  std::vector<double> initial_state() const;

  // Every unit's own mode for that state.
  std::vector<int> initial_modes(std::span<const double> y) const;

  // First guesses of the algebraic variables in the present mode, unit by unit from the sources on.
  void guess(double t, std::span<double> y) const;

  // Moles of every component held in all units.
  std::vector<double> holdup(std::span<const double> y) const;

  // Calls visit(unit number, Local<double>) for one unit's view of the state.
  template <class Visit>
  void with_local(std::size_t unit, double t, std::span<const double> y, std::span<const double> ydot, Visit visit) const {
    std::vector<std::span<const double>> inlets;
    visit(local(unit, t, y, ydot, inlets));
  }

 private:
  Local<double> local(std::size_t unit, double t, std::span<const double> y, std::span<const double> ydot,
                      std::vector<std::span<const double>>& inlets) const;
  // One unit's view of the state in dual numbers without derivatives, in scratch_, whose derivatives a user sets and takes back.
  Local<Dual> dual_local(std::size_t unit, double t, std::span<const double> y, std::span<const double> ydot) const;
  void dual_residual(std::size_t unit, const Local<Dual>& here, std::span<Dual> residual) const;
  void unit_jacobian(std::size_t unit, double t, std::span<const double> y, std::span<const double> ydot,
                     const SeedWeights& weights, std::span<double> values) const;

  const Flowsheet* flowsheet_;
  StateLayout layout_;
  std::vector<Connection> active_;
  std::vector<std::vector<double>> parameters_;
  std::vector<std::vector<Dual>> dual_parameters_;
  std::vector<int> unit_modes_;
  using Plans = std::map<std::string, std::shared_ptr<const ModePlan>>;
  std::shared_ptr<Plans> plans_ = std::make_shared<Plans>();
  std::shared_ptr<const ModePlan> plan_;
  // Of unit_jacobian(): as large as the largest unit and too dear to be fetched from the system for every Jacobian.
  struct Scratch {
    std::vector<Dual> y, ydot, residual, arriving;
    std::vector<std::span<const Dual>> inlets;
    void forget_derivatives(std::size_t own, std::size_t from_others);  // of the first so many variables and arriving values
  };
  mutable Scratch scratch_;
};

}  // namespace brineflow
