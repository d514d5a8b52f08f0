#include "solve/consistent_state.hpp"

#include "solve/diagnosis.hpp"
#include "solve/jacobian_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace brineflow {
namespace {

constexpr SeedWeights start_weights{0.0, 1.0, 1.0};  // derivatives of differential, values of algebraic variables
constexpr int most_iterations = 60;
constexpr double smallest_step = 1e-6;
constexpr double converged = 1e-11;  // of nominal sizes: below the integrator's tightest tolerance

class Newton {
 public:
  Newton(const System& system, const sundials::Context& context, State& state)
      : system_(system), state_(state), guess_(state), residual_(sundials::make_vector(context, state.y)),
        step_(sundials::make_vector(context, state.y)), matrix_(make_matrix(system, context)),
        solver_(make_solver(context, residual_.get(), matrix_.get())), row_size_(state.y.size()) {}

  void solve() {
    double merit = evaluate();
    for (int iteration = 0; iteration < most_iterations; ++iteration) {
      find_step();
      const double change = largest_change();
      double share = 1.0;
      const State before = state_;
      double next = take(before, share);
      // Rounding keeps the last steps from decreasing the residual; they are small enough not to matter.
      while (!(next < merit) && change > 1e-6 && share > smallest_step) next = take(before, share *= 0.5);
      if (!std::isfinite(next) || (share <= smallest_step && !(next < merit))) fail(before, "makes no progress");
      merit = next;
      if (share == 1.0 && change < converged) return;
    }
    // A last change this small is rounding on a large variable, not a failure.
    if (largest_change() > 1e-7) fail(state_, fmt::format("has not converged after {} iterations", most_iterations));
  }

  // dF/dt = 0 along the solution, F_x' x'' + F_z z' = -F_x x' with differential x and algebraic z: the matrix is that of the last iteration. No equation depends on
  // time but through the state; if one did, this would be without its part.
  std::vector<double> second_derivatives() {
    std::vector<double> along(state_.y.size(), 0.0);
    const std::vector<double> none(along.size(), 0.0);
    const std::vector<bool>& differential = system_.layout().differential();
    for (std::size_t k = 0; k < along.size(); ++k)
      if (differential[k]) along[k] = state_.ydot[k];
    const System::Direction direction{along, none};
    const std::span<double> change = sundials::values(residual_.get());
    system_.change_along(state_.t, state_.y, state_.ydot, {&direction, 1}, {&change, 1});
    if (SUNLinSolSolve(solver_.get(), matrix_.get(), step_.get(), residual_.get(), 0.0) != SUNLS_SUCCESS) return {};
    std::vector<double> found(along.size(), 0.0);
    const std::span<const double> solution = sundials::values(step_.get());
    for (std::size_t k = 0; k < found.size(); ++k)
      if (differential[k]) found[k] = -solution[k];
    return found;
  }

 private:
  // A unit that the run would stop for in the first guess, such as a stack that its own current drains, leaves what it feeds
  // without a solution: then it is to be named, and not the equations where Newton's method happens to end.
  std::string cause(const State& at) const {
    const std::string at_guess = what_stops(system_, guess_.t, guess_.y, guess_.ydot);
    return at_guess.empty() ? what_stops(system_, at.t, at.y, at.ydot) : at_guess;
  }

  // Residuals over the sizes of their rows' terms, squared and added.
  double evaluate() {
    const std::span<double> f = sundials::values(residual_.get());
    system_.residual(state_.t, state_.y, state_.ydot, f);
    if (row_size_.empty() || row_size_[0] == 0.0) update_matrix();
    double sum = 0.0;
    for (std::size_t k = 0; k < f.size(); ++k) sum += f[k] / row_size_[k] * (f[k] / row_size_[k]);
    return sum;
  }

  void update_matrix() {
    fill_matrix(system_, state_.t, state_.y, state_.ydot, start_weights, matrix_.get());
    const SparsePattern& pattern = system_.plan().pattern;
    std::fill(row_size_.begin(), row_size_.end(), 1e-300);
    for (std::size_t column = 0; column < system_.size(); ++column)
      for (auto k = pattern.column_starts[column]; k < pattern.column_starts[column + 1]; ++k)
        row_size_[static_cast<std::size_t>(pattern.row_indices[static_cast<std::size_t>(k)])] +=
            std::abs(SM_DATA_S(matrix_.get())[k]) * system_.layout().nominal()[column];
  }

  void find_step() {
    update_matrix();
    const std::span<double> f = sundials::values(residual_.get());
    if (first_not_finite(f) < f.size()) fail(state_, "gives no number");
    if (SUNLinSolSetup(solver_.get(), matrix_.get()) != SUNLS_SUCCESS ||
        SUNLinSolSolve(solver_.get(), matrix_.get(), step_.get(), residual_.get(), 0.0) != SUNLS_SUCCESS)
      fail(state_, "has a singular Jacobian");
    const std::size_t bad = first_not_finite(sundials::values(step_.get()));
    if (bad < f.size()) fail(state_, "has a singular Jacobian");
  }

  double largest_change() const {
    const std::span<double> step = sundials::values(step_.get());
    double largest = 0.0;
    for (std::size_t k = 0; k < step.size(); ++k)
      if (!system_.layout().differential()[k]) largest = std::max(largest, std::abs(step[k]) / system_.layout().nominal()[k]);
    return largest;
  }

  double take(const State& before, double share) {
    const std::span<double> step = sundials::values(step_.get());
    for (std::size_t k = 0; k < step.size(); ++k) {
      if (system_.layout().differential()[k]) state_.ydot[k] = before.ydot[k] - share * step[k];
      else state_.y[k] = before.y[k] - share * step[k];
    }
    return evaluate();
  }

  [[noreturn]] void fail(const State& at, const std::string& what) {
    const std::string stopping = cause(at);
    if (!stopping.empty()) throw SolverError(fmt::format("no consistent state at t = {}: {}", format_time(at.t), stopping));
    const std::vector<double> sizes = scaled_residuals(system_, at.t, at.y, at.ydot);
    throw SolverError(fmt::format(
        "no consistent state at t = {}: the system {}.\n  The equations farthest from holding belong to: {}\n"
        "  Look for contents or flows in these units that contradict each other, or start from other initial contents.",
        format_time(at.t), what, name_largest(system_.layout(), sizes)));
  }

  const System& system_;
  State& state_;
  const State guess_;
  sundials::Vector residual_, step_;
  sundials::Matrix matrix_;
  sundials::LinearSolver solver_;
  std::vector<double> row_size_;
};

}  // namespace

std::vector<double> make_consistent(const System& system, const sundials::Context& context, State& state) {
  state.ydot.assign(state.y.size(), 0.0);
  system.guess(state.t, state.y);
  Newton newton(system, context, state);
  newton.solve();
  return newton.second_derivatives();
}

}  // namespace brineflow
