#include "solve/integrator.hpp"

#include "solve/block_solver.hpp"
#include "solve/diagnosis.hpp"
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
// Tolerances of sensitivities in those of the state; how far their iteration is driven, in these; what it must shrink by. docs/numerics.md.
constexpr double sensitivity_tolerance = 100.0;
constexpr double sensitivity_newton_tolerance = 0.1;
constexpr double slowest_rate = 0.9;

// What IDAS keeps for one stretch. Members are freed in reverse order: the integrator before what it uses.
struct Integrator::Stretch {
  sundials::Vector y, ydot, totals, tolerance, id;
  sundials::Vector interpolated, interpolated_totals;
  sundials::Vectors s, sdot, s_tolerance;
  sundials::NonlinearSolver newton_of_s;
  double share_left = 1.0, last_correction = 0.0;  // of its iteration: of a correction after it; the last one's size
  std::span<N_Vector> residuals_of_s;              // those evaluated last
  double factorised_cj = 0.0;
  sundials::Matrix matrix;
  sundials::LinearSolver solver;
  sundials::Ida ida;
};

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

void Integrator::start(const State& state, std::span<const double> totals, double t_end, std::size_t event_count, Events events) {
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

// Their part in the error test keeps the steps where the formulas are stable: without it a mode that a higher order lets grow is stopped by the state's test
// only once the state shows it, while sensitivities, in which it is not small to begin with, have grown beyond all bounds (docs/numerics.md).
void Integrator::configure_sensitivities(std::span<const double> absolute) {
  Stretch& own = *stretch_;
  void* ida = own.ida.get();
  const std::size_t count = sensitivities_->count();
  own.s = sundials::make_vectors(count, own.y.get());
  own.sdot = sundials::make_vectors(count, own.y.get());
  own.s_tolerance = sundials::make_vectors(count, own.y.get());
  for (std::size_t k = 0; k < count; ++k) {
    std::copy(sensitivities_->values()[k].begin(), sensitivities_->values()[k].end(), values(own.s[k]).begin());
    std::copy(sensitivities_->rates()[k].begin(), sensitivities_->rates()[k].end(), values(own.sdot[k]).begin());
    std::transform(absolute.begin(), absolute.end(), values(own.s_tolerance[k]).begin(), [](double a) { return sensitivity_tolerance * a; });
  }
  check(IDASensInit(ida, static_cast<int>(count), IDA_STAGGERED, sensitivities_callback, own.s.get(), own.sdot.get()), "IDASensInit");
  check(IDASensSVtolerances(ida, sensitivity_tolerance * settings_.relative_tolerance, own.s_tolerance.get()), "IDASensSVtolerances");
  check(IDASetSensErrCon(ida, SUNTRUE), "IDASetSensErrCon");
  own.newton_of_s.reset(SUNNonlinSol_NewtonSens(static_cast<int>(count), own.y.get(), context_));
  // IDAS solves for one after the other: this is what its Newton iteration is given to call instead.
  own.newton_of_s->ops->setlsolvefn = [](SUNNonlinearSolver newton, SUNNonlinSolLSolveFn) { return SUNNonlinSolSetLSolveFn_Newton(newton, solve_for_sensitivities); };
  check(IDASetNonlinearSolverSensStg(ida, own.newton_of_s.get()), "IDASetNonlinearSolverSensStg");
  check(SUNNonlinSolSetConvTestFn(own.newton_of_s.get(), sensitivities_converged, this), "SUNNonlinSolSetConvTestFn");
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

void Integrator::sensitivities_at(double t, std::vector<std::vector<double>>& s) const {
  if (sensitivities_ == nullptr) return;
  s.resize(sensitivities_->count());
  N_Vector one = stretch_->interpolated.get();
  for (std::size_t k = 0; k < s.size(); ++k) {
    check(IDAGetSensDky1(stretch_->ida.get(), t, 0, static_cast<int>(k), one), "IDAGetSensDky1");
    s[k].assign(values(one).begin(), values(one).end());
  }
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

namespace {

// No exception may cross SUNDIALS' C code: keep it and answer "fatal".
template <class Work>
int guarded(std::exception_ptr& thrown, Work work) noexcept {
  try {
    return work();
  } catch (...) {
    thrown = std::current_exception();
    return -1;
  }
}

}  // namespace

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
    me.stretch_->factorised_cj = cj;
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

int Integrator::sensitivities_callback(int count, double t, N_Vector y, N_Vector ydot, N_Vector f, N_Vector* s, N_Vector* sdot, N_Vector* out, void* self,
                                       N_Vector, N_Vector, N_Vector) {
  Integrator& me = *static_cast<Integrator*>(self);
  return guarded(me.thrown_, [&] {
    std::vector<System::Direction> along;
    std::vector<std::span<double>> into;
    for (int k = 0; k < count; ++k) {
      along.push_back({values(s[k]), values(sdot[k])});
      into.push_back(values(out[k]));
    }
    me.sensitivities_->residual(t, values(y), values(ydot), values(f), along, into);
    me.stretch_->residuals_of_s = {out, static_cast<std::size_t>(count)};
    for (const std::span<double> one : into)
      if (first_not_finite(one) < one.size()) return 1;
    return 0;
  });
}

// All at once. Newton's iteration has turned the sign of the residuals evaluated last, in their place, and wraps them into one vector, whose insides are its own.
// The factor makes up for the cj of an older matrix, as IDAS has it for the state.
int Integrator::solve_for_sensitivities(N_Vector, void* ida) {
  void* self = nullptr;
  double cj = 0.0;
  if (IDAGetUserData(ida, &self) != IDA_SUCCESS || IDAGetCurrentCj(ida, &cj) != IDA_SUCCESS) return IDA_LSOLVE_FAIL;
  const Stretch& own = *static_cast<Integrator*>(self)->stretch_;
  const int flag = solve_together(own.solver.get(), own.matrix.get(), own.residuals_of_s);
  if (flag != SUNLS_SUCCESS) return flag > 0 ? SUN_NLS_CONV_RECVR : IDA_LSOLVE_FAIL;
  if (const double ratio = cj / own.factorised_cj; ratio != 1.0)
    for (N_Vector x : own.residuals_of_s) N_VScale(2.0 / (1.0 + ratio), x, x);
  return SUN_NLS_SUCCESS;
}

// The equations are linear, and nearly those of the matrix: what a correction leaves is the share that the last iterations left. No balance rests on them, so
// they need no more than the error test sees.
int Integrator::sensitivities_converged(SUNNonlinearSolver solver, N_Vector, N_Vector correction, double, N_Vector weights, void* self) {
  Stretch& own = *static_cast<Integrator*>(self)->stretch_;
  const double size = N_VWrmsNorm(correction, weights);
  int iteration = 0;
  SUNNonlinSolGetCurIter(solver, &iteration);
  if (iteration > 0) {
    const double rate = own.last_correction > 0.0 ? size / own.last_correction : 0.0;
    if (rate > slowest_rate) return SUN_NLS_CONV_RECVR;
    own.share_left = std::max(0.3 * own.share_left, rate / (1.0 - rate));
  }
  own.last_correction = size;
  return own.share_left * size <= sensitivity_newton_tolerance ? SUN_NLS_SUCCESS : SUN_NLS_CONTINUE;
}

int Integrator::totals_callback(double t, N_Vector y, N_Vector ydot, N_Vector rates, void* self) {
  Integrator& me = *static_cast<Integrator*>(self);
  return guarded(me.thrown_, [&] {
    me.totals_.rates(me.system_, t, values(y), values(ydot), values(rates));
    return 0;
  });
}

}  // namespace brineflow
