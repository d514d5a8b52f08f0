#include "solve/sensitivities.hpp"

#include "base/error.hpp"
#include "solve/jacobian_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brineflow {

namespace {

// The derivative of the state in time is the sensitivity to a parameter that is the time: to what share of the length of a moment it is taken by differences.
constexpr double relative_moment = 1e-7;

void move(std::span<const double> from, double by, std::span<const double> along, std::span<double> to) {
  for (std::size_t k = 0; k < to.size(); ++k) to[k] = from[k] + by * along[k];
}

std::vector<double> moved(std::span<const double> from, double by, std::span<const double> along) {
  std::vector<double> to(from.size());
  move(from, by, along, to);
  return to;
}

void take_difference(std::span<double> moved, std::span<const double> from, double step) {
  const double per_step = 1.0 / step;
  for (std::size_t k = 0; k < moved.size(); ++k) moved[k] = (moved[k] - from[k]) * per_step;
}

}  // namespace

// Solves (N2) for what is unknown at a switch: algebraic values and differential rates.
class Sensitivities::RestOf {
 public:
  RestOf(const System& system, const sundials::Context& context, const State& state)
      : system_(system), state_(state), x_(sundials::make_vector(context, state.y)), b_(sundials::make_vector(context, state.y)),
        matrix_(make_matrix(system, context)), solver_(make_solver(context, x_.get(), matrix_.get())) {
    fill_matrix(system, state.t, state.y, state.ydot, {0.0, 1.0, 1.0}, matrix_.get());
    if (SUNLinSolSetup(solver_.get(), matrix_.get()) != SUNLS_SUCCESS) fail();
  }

  // s: differential entries count, the others are found; sdot: those of differential variables are found, the others are zero.
  void find(std::vector<double>& s, std::vector<double>& sdot, std::span<const double> parameter_term) {
    const std::vector<bool>& differential = system_.layout().differential();
    sdot.assign(s.size(), 0.0);
    for (std::size_t k = 0; k < s.size(); ++k)
      if (!differential[k]) s[k] = 0.0;
    const System::Direction along{s, sdot};
    const std::span<double> b = sundials::values(b_.get());
    system_.change_along(state_.t, state_.y, state_.ydot, {&along, 1}, {&b, 1});
    for (std::size_t k = 0; k < s.size(); ++k) b[k] += parameter_term[k];
    if (SUNLinSolSolve(solver_.get(), matrix_.get(), x_.get(), b_.get(), 0.0) != SUNLS_SUCCESS) fail();
    const std::span<double> x = sundials::values(x_.get());
    for (std::size_t k = 0; k < s.size(); ++k) (differential[k] ? sdot : s)[k] = -x[k];
  }

 private:
  [[noreturn]] void fail() const { throw SolverError(fmt::format("the sensitivities have no solution at t = {:g} s: the Jacobian is singular", state_.t)); }

  const System& system_;
  const State& state_;
  sundials::Vector x_, b_;
  sundials::Matrix matrix_;
  sundials::LinearSolver solver_;
};

Sensitivities::Sensitivities(const System& system, const std::vector<Variation>& variations, const sundials::Context& context)
    : system_(system), variations_(variations), context_(context), moved_y_(system.size()), moved_ydot_(system.size()),
      parameter_terms_(variations.size(), std::vector<double>(system.size())) {
  if (variations.size() > static_cast<std::size_t>(dual_width)) throw InternalError(fmt::format("at most {} sensitivities go beside a run", dual_width));
  const std::vector<double> y = system.initial_state();
  for (const Variation& one : variations_) {
    s_.push_back(one.system->initial_state());
    for (std::size_t k = 0; k < y.size(); ++k) s_.back()[k] = (s_.back()[k] - y[k]) / one.step;
    sdot_.emplace_back(y.size(), 0.0);
  }
}

void Sensitivities::evaluate_parameter_terms(double t, std::span<const double> y, std::span<const double> ydot, std::span<const double> f) {
  for (std::size_t k = 0; k < count(); ++k) {
    variations_[k].system->residual(t, y, ydot, parameter_terms_[k]);
    take_difference(parameter_terms_[k], f, variations_[k].step);
  }
}

void Sensitivities::residual(double t, std::span<const double> y, std::span<const double> ydot, std::span<const double> f,
                             std::span<const System::Direction> s, std::span<const std::span<double>> out) {
  for (std::size_t k = 0; k < count(); ++k) {
    const double step = variations_[k].step;
    move(y, step, s[k].y, moved_y_);
    move(ydot, step, s[k].ydot, moved_ydot_);
    variations_[k].system->residual(t, moved_y_, moved_ydot_, out[k]);
    take_difference(out[k], f, step);
  }
}

void Sensitivities::solve_for_rest(RestOf& rest, const State& state, std::span<const double> f) {
  evaluate_parameter_terms(state.t, state.y, state.ydot, f);
  for (std::size_t k = 0; k < count(); ++k) rest.find(s_[k], sdot_[k], parameter_terms_[k]);
}

std::vector<double> Sensitivities::residual_at(const State& state) const {
  std::vector<double> f(state.y.size());
  system_.residual(state.t, state.y, state.ydot, f);
  return f;
}

void Sensitivities::leave(const State& state, std::vector<std::vector<double>> s) {
  s_ = std::move(s);
  left_ = state;
  // What the integrator interpolates is not as exact a derivative as the equations give.
  make_consistent(system_, context_, left_);
  RestOf rest(system_, context_, left_);
  const std::vector<double> now = residual_at(left_);
  solve_for_rest(rest, left_, now);
  rate_ = left_.ydot;
  const double moment = relative_moment * std::max(1.0, std::abs(left_.t));
  std::vector<double> later(rate_.size());
  system_.residual(left_.t + moment, left_.y, left_.ydot, later);
  for (std::size_t k = 0; k < later.size(); ++k) later[k] = (later[k] - now[k]) / moment;
  rest.find(rate_, acceleration_, later);
}

std::vector<double> Sensitivities::shift_of(const Schedule& schedule, const Function& g) const {
  const double now = g(system_, schedule, left_.t, left_.y, left_.ydot);
  // Far enough for g to move, near enough for it to move in a line: a millionth of the time in which the state moves by its nominal size.
  double fastest = 0.0;
  const std::vector<double>& nominal = system_.layout().nominal();
  for (std::size_t k = 0; k < rate_.size(); ++k) fastest = std::max(fastest, std::abs(rate_[k]) / std::max(nominal[k], std::abs(left_.y[k])));
  const double moment = fastest > 0.0 ? 1e-6 / fastest : 1e-6;
  const double slope = (g(system_, schedule, left_.t + moment, moved(left_.y, moment, rate_), moved(left_.ydot, moment, acceleration_)) - now) / moment;
  std::vector<double> shift;
  for (std::size_t k = 0; k < count(); ++k) {
    const Variation& one = variations_[k];
    const double there = g(*one.system, *one.schedule, left_.t, moved(left_.y, one.step, s_[k]), moved(left_.ydot, one.step, sdot_[k]));
    shift.push_back(-(there - now) / one.step / slope);
    if (!std::isfinite(shift.back()))
      throw SolverError(fmt::format("how the time of a switch at t = {:g} s depends on parameters is not known: its condition only touches zero there", left_.t));
  }
  return shift;
}

std::vector<double> Sensitivities::shift_of(const Schedule& schedule, const std::function<double(const Schedule&)>& when) const {
  std::vector<double> shift;
  for (const Variation& one : variations_) shift.push_back((when(*one.schedule) - when(schedule)) / one.step);
  return shift;
}

void Sensitivities::arrive(const State& state, std::size_t step, std::span<const double> shift) {
  for (const Variation& one : variations_)
    one.system->set_mode(system_.active(), parameters_in(one.schedule->steps[step], one.system->flowsheet()), system_.unit_modes());
  if (begun_) {
    const std::vector<bool>& differential = system_.layout().differential();
    for (std::size_t k = 0; k < count(); ++k)
      for (std::size_t j = 0; j < differential.size(); ++j)
        if (differential[j]) s_[k][j] += (left_.ydot[j] - state.ydot[j]) * shift[k];
  }
  begun_ = true;
  RestOf rest(system_, context_, state);
  solve_for_rest(rest, state, residual_at(state));
}

}  // namespace brineflow
