#include "solve/integrator.hpp"

#include "solve/block_solver.hpp"
#include "solve/diagnosis.hpp"
#include "solve/integrator_stretch.hpp"
#include "solve/jacobian_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace brineflow {

using sundials::values;

// IDAS keeps a Jacobian while the coefficient cj of y' changes by up to a quarter and scales the Newton step to make up
// for it. A Jacobian is cheap here (four to ten residuals), and one of the right cj satisfies the balances, which are linear,
// to rounding in a single iteration: fewer iterations and closed balances. Measured in docs/numerics.md.
constexpr double largest_cj_change = 0.02;
// IDAS's own four are too few where an algebraic variable bends: the first iteration of a step is judged by the rate at which earlier ones converged, so
// that a step may be accepted from which no other, however short, converges within four. docs/numerics.md.
constexpr int most_newton_iterations = 8;
// The first step: at most this share of the stretch, as in IDAS; its length over that at which y'' h^2 is a tolerance.
constexpr double first_share = 1e-3;
constexpr double first_error = 0.1;
constexpr double shortest_first = 1e-12;  // of the time: below it doubling from there would take longer than from IDAS's own
// Of a correction, what the next one is expected to be: after a new cj, after a new Jacobian (both as in IDAS), and at least.
constexpr double share_at_new_cj = 100.0, share_at_new_jacobian = 20.0, least_share = 1e-4;

SolverStatistics& SolverStatistics::operator+=(const SolverStatistics& o) {
  steps += o.steps;
  residuals += o.residuals;
  jacobians += o.jacobians;
  newton_iterations += o.newton_iterations;
  error_test_failures += o.error_test_failures;
  newton_failures += o.newton_failures;
  restarts += o.restarts;
  return *this;
}

Integrator::Integrator(const System& system, const TotalsLayout& totals, const SolverSettings& settings,
                       const sundials::Context& context, Sensitivities* sensitivities)
    : system_(system), totals_(totals), settings_(settings), context_(context), sensitivities_(sensitivities) {}

Integrator::~Integrator() = default;

void Integrator::check(int flag, const char* call) const {
  if (flag >= 0) return;
  const std::unique_ptr<char, void (*)(void*)> name(IDAGetReturnFlagName(flag), std::free);
  throw InternalError(fmt::format("{} answers {}", call, name.get()));
}

void Integrator::start(const State& state, std::span<const double> second_derivatives, std::span<const double> totals, double t_end, std::size_t event_count,
                       Events events) {
  finished_ = statistics();
  ++finished_.restarts;
  events_ = std::move(events);
  event_count_ = event_count;
  crossings_.assign(event_count, 0);
  time_ = previous_time_ = guard_time_ = state.t;
  guard_steps_ = 0;
  end_ = t_end;
  thrown_ = nullptr;
  trouble_.clear();
  configure(state, totals, t_end);
  if (!second_derivatives.empty()) check(IDASetInitStep(stretch_->ida.get(), first_step(state, second_derivatives)), "IDASetInitStep");
}

// IDAS begins with a step in which the variables change by half of their tolerances (root mean square), and doubles it: up to twenty steps, each with a matrix of its
// own, in which nothing happens. A first step of first order errs by y'' h^2 / 2 (Hairer, Norsett and Wanner 1993, II.4).
double Integrator::first_step(const State& state, std::span<const double> second_derivatives) const {
  const std::vector<double>& nominal = system_.layout().nominal();
  double sum = 0.0, count = 0.0;
  for (std::size_t k = 0; k < second_derivatives.size(); ++k) {
    if (!system_.layout().differential()[k]) continue;
    const double e = second_derivatives[k] / (settings_.relative_tolerance * std::abs(state.y[k]) + settings_.absolute_tolerance * nominal[k]);
    sum += e * e;
    count += 1.0;
  }
  const double longest = first_share * (end_ - state.t);
  if (!std::isfinite(sum)) return 0.0;  // IDAS's own
  if (sum == 0.0) return longest;
  const double step = first_error * std::pow(count / sum, 0.25);
  return step > shortest_first * std::max(1.0, std::abs(state.t)) ? std::min(longest, step) : 0.0;
}

void Integrator::configure(const State& state, std::span<const double> totals, double t_end) {
  stretch_ = std::make_unique<Stretch>();
  Stretch& s = *stretch_;
  s.y = sundials::make_vector(context_, state.y);
  s.ydot = sundials::make_vector(context_, state.ydot);
  s.interpolated = sundials::make_vector(context_, state.y);
  std::vector<double> tolerance(system_.layout().nominal()), id(state.y.size());
  for (std::size_t k = 0; k < id.size(); ++k) {
    tolerance[k] *= settings_.absolute_tolerance;
    id[k] = system_.layout().differential()[k] ? 1.0 : 0.0;
  }
  s.tolerance = sundials::make_vector(context_, tolerance);
  s.id = sundials::make_vector(context_, id);
  s.matrix = make_matrix(system_, context_);
  s.solver = make_block_solver(system_, context_, s.y.get(), s.matrix.get());
  s.ida.reset(IDACreate(context_));
  if (!s.ida) throw InternalError("SUNDIALS gives no IDAS memory");
  void* ida = s.ida.get();

  check(IDAInit(ida, residual_callback, state.t, s.y.get(), s.ydot.get()), "IDAInit");
  check(IDASetErrHandlerFn(ida, [](int, const char*, const char*, char*, void*) {}, nullptr), "IDASetErrHandlerFn");
  check(IDASetUserData(ida, this), "IDASetUserData");
  check(IDASVtolerances(ida, settings_.relative_tolerance, s.tolerance.get()), "IDASVtolerances");
  check(IDASetId(ida, s.id.get()), "IDASetId");
  check(IDASetSuppressAlg(ida, SUNTRUE), "IDASetSuppressAlg");
  check(IDASetLinearSolver(ida, s.solver.get(), s.matrix.get()), "IDASetLinearSolver");
  check(IDASetJacFn(ida, jacobian_callback), "IDASetJacFn");
  s.newton.reset(SUNNonlinSol_Newton(s.y.get(), context_));
  check(IDASetNonlinearSolver(ida, s.newton.get()), "IDASetNonlinearSolver");
  check(SUNNonlinSolSetConvTestFn(s.newton.get(), state_converged, this), "SUNNonlinSolSetConvTestFn");
  check(IDASetNonlinConvCoef(ida, settings_.newton_tolerance), "IDASetNonlinConvCoef");
  check(IDASetMaxNonlinIters(ida, most_newton_iterations), "IDASetMaxNonlinIters");
  check(IDASetDeltaCjLSetup(ida, largest_cj_change), "IDASetDeltaCjLSetup");
  check(IDASetStopTime(ida, t_end), "IDASetStopTime");
  if (event_count_ > 0) check(IDARootInit(ida, static_cast<int>(event_count_), events_callback), "IDARootInit");
  if (!totals.empty()) {
    s.totals = sundials::make_vector(context_, totals);
    s.interpolated_totals = sundials::make_vector(context_, totals);
    check(IDAQuadInit(ida, totals_callback, s.totals.get()), "IDAQuadInit");
  }
  if (sensitivities_ != nullptr) configure_sensitivities(tolerance);
}

Integrator::Outcome Integrator::step() {
  previous_time_ = time_;
  const int flag = IDASolve(stretch_->ida.get(), end_, &time_, stretch_->y.get(), stretch_->ydot.get(), IDA_ONE_STEP);
  if (flag < 0) fail(flag);
  if (flag == IDA_ROOT_RETURN) {
    check(IDAGetRootInfo(stretch_->ida.get(), crossings_.data()), "IDAGetRootInfo");
    return Outcome::event;
  }
  if (flag == IDA_TSTOP_RETURN || time_ >= end_) return Outcome::reached_end;
  guard_progress();
  return Outcome::stepped;
}

// A step size that has collapsed without failing would otherwise go on for days.
void Integrator::guard_progress() {
  ++guard_steps_;
  if (time_ - guard_time_ > 1e-6 * (end_ - guard_time_)) {
    guard_time_ = time_;
    guard_steps_ = 0;
    trouble_.clear();  // it has been overcome
  } else if (guard_steps_ > settings_.stalled_steps) {
    trouble_ = fmt::format("{} steps have advanced the time by {:.3g} s only{}{}", guard_steps_, time_ - guard_time_,
                           trouble_.empty() ? "" : "; ", trouble_);
    fail(IDA_TOO_MUCH_WORK);
  }
}

void Integrator::values_at(double t, State& state) const {
  // The vector of SUNDIALS lends its arithmetic to the memory of `state`.
  N_Vector y = stretch_->interpolated.get();
  double* const own = N_VGetArrayPointer(y);
  state.t = t;
  state.y.resize(system_.size());
  N_VSetArrayPointer(state.y.data(), y);
  const int flag = IDAGetDky(stretch_->ida.get(), t, 0, y);
  N_VSetArrayPointer(own, y);
  check(flag, "IDAGetDky");
}

State Integrator::state_at(double t) const {
  State state;
  values_at(t, state);
  const sundials::Vector& ydot = stretch_->interpolated;
  check(IDAGetDky(stretch_->ida.get(), t, 1, ydot.get()), "IDAGetDky");
  state.ydot.assign(values(ydot.get()).begin(), values(ydot.get()).end());
  return state;
}

void Integrator::totals_at(double t, std::vector<double>& totals) const {
  if (totals_.size() == 0) return;
  const sundials::Vector& result = stretch_->interpolated_totals;
  check(IDAGetQuadDky(stretch_->ida.get(), t, 0, result.get()), "IDAGetQuadDky");
  totals.assign(values(result.get()).begin(), values(result.get()).end());
}

SolverStatistics Integrator::statistics() const {
  SolverStatistics result = finished_;
  if (!stretch_) return result;
  SolverStatistics now;
  void* ida = stretch_->ida.get();
  IDAGetNumSteps(ida, &now.steps);
  IDAGetNumResEvals(ida, &now.residuals);
  IDAGetNumJacEvals(ida, &now.jacobians);
  IDAGetNumNonlinSolvIters(ida, &now.newton_iterations);
  IDAGetNumErrTestFails(ida, &now.error_test_failures);
  IDAGetNumNonlinSolvConvFails(ida, &now.newton_failures);
  return result += now;
}

// How much each variable is to blame: its share of the error test, or how far its equation is from holding.
std::vector<double> Integrator::suspects(int flag) const {
  const std::span<double> y = values(stretch_->y.get());
  const std::span<double> ydot = values(stretch_->ydot.get());
  if (flag != IDA_ERR_FAIL && flag != IDA_TOO_MUCH_WORK) return scaled_residuals(system_, time_, y, ydot);
  const sundials::Vector error = sundials::make_vector(context_, y);
  const sundials::Vector weight = sundials::make_vector(context_, y);
  IDAGetEstLocalErrors(stretch_->ida.get(), error.get());
  IDAGetErrWeights(stretch_->ida.get(), weight.get());
  std::vector<double> share(y.size());
  for (std::size_t k = 0; k < share.size(); ++k) share[k] = values(error.get())[k] * values(weight.get())[k];
  return share;
}

void Integrator::fail(int flag) {
  if (thrown_) std::rethrow_exception(thrown_);
  const auto reason = [flag] {
    switch (flag) {
      case IDA_ERR_FAIL: return "the error test fails at the smallest step size";
      case IDA_CONV_FAIL: return "Newton's iteration fails at the smallest step size";
      case IDA_LSETUP_FAIL: case IDA_LSOLVE_FAIL: return "the Jacobian is singular";
      case IDA_RES_FAIL: case IDA_REP_RES_ERR: case IDA_FIRST_RES_FAIL: return "the equations give no number";
      case IDA_TOO_MUCH_WORK: return "the step size has collapsed";
      case IDA_RTFUNC_FAIL: return "a condition gives no number";
      default: return "the integrator gave up";
    }
  }();
  double step = 0.0;
  IDAGetLastStep(stretch_->ida.get(), &step);
  throw SolverError(fmt::format(
      "the solver cannot go on at t = {}: {} (last step {:.3g} s{}{}).\n  Worst variables: {}\n"
      "  Look at what changes there just before; smaller flows, a finer mesh or a smaller relative_tolerance may help.",
      format_time(time_), reason, step, trouble_.empty() ? "" : "; ", trouble_,
      name_largest(system_.layout(), suspects(flag))));
}

int Integrator::residual_callback(double t, N_Vector y, N_Vector ydot, N_Vector r, void* self) {
  Integrator& me = *static_cast<Integrator*>(self);
  return guarded(me.thrown_, [&] {
    me.system_.residual(t, values(y), values(ydot), values(r));
    const std::size_t bad = first_not_finite(values(r));
    if (bad == me.system_.size()) return 0;
    me.trouble_ = fmt::format("no number in the equation of {}", me.system_.layout().describe(bad));
    return 1;  // recoverable: a smaller step may help
  });
}

int Integrator::jacobian_callback(double t, double cj, N_Vector y, N_Vector ydot, N_Vector, SUNMatrix matrix, void* self,
                                  N_Vector, N_Vector, N_Vector) {
  Integrator& me = *static_cast<Integrator*>(self);
  return guarded(me.thrown_, [&] {
    fill_matrix(me.system_, t, values(y), values(ydot), {1.0, cj, 1.0}, matrix);
    me.stretch_->cj = me.stretch_->factorised_cj = cj;
    me.stretch_->share = share_at_new_jacobian;
    return 0;
  });
}

int Integrator::events_callback(double t, N_Vector y, N_Vector ydot, double* result, void* self) {
  Integrator& me = *static_cast<Integrator*>(self);
  return guarded(me.thrown_, [&] {
    me.events_(t, values(y), values(ydot), {result, me.event_count_});
    return 0;
  });
}

// That of IDAS, but for `least_share`. The first correction of a step is judged by the rate of the last iteration with the same Jacobian: where that was all but exact, IDAS takes an
// algebraic variable that bends thousands of tolerances away from its equation, which no error test sees, and the next steps have nowhere to start from.
int Integrator::state_converged(SUNNonlinearSolver solver, N_Vector, N_Vector correction, double tolerance, N_Vector weights, void* self) {
  Stretch& own = *static_cast<Integrator*>(self)->stretch_;
  const double size = N_VWrmsNorm(correction, weights);
  int iteration = 0;
  SUNNonlinSolGetCurIter(solver, &iteration);
  if (iteration == 0) {
    double cj = 0.0;
    IDAGetCurrentCj(own.ida.get(), &cj);
    if (cj != own.cj) own.cj = cj, own.share = share_at_new_cj;
    own.first_correction = size;
  } else {
    const double rate = std::pow(size / own.first_correction, 1.0 / iteration);
    if (!(rate <= slowest_rate)) return SUN_NLS_CONV_RECVR;
    own.share = std::max(rate / (1.0 - rate), least_share);
  }
  return own.share * size <= tolerance ? SUN_NLS_SUCCESS : SUN_NLS_CONTINUE;
}

int Integrator::totals_callback(double t, N_Vector y, N_Vector ydot, N_Vector rates, void* self) {
  Integrator& me = *static_cast<Integrator*>(self);
  return guarded(me.thrown_, [&] {
    me.totals_.rates(me.system_, t, values(y), values(ydot), values(rates));
    return 0;
  });
}

}  // namespace brineflow
