// Sensitivities beside the state: what IDAS is told of them, and how it solves for them.
#include "solve/block_solver.hpp"
#include "solve/diagnosis.hpp"
#include "solve/integrator_stretch.hpp"

#include <algorithm>

namespace brineflow {

using sundials::values;

// Tolerances of sensitivities in those of the state, and how far their iteration is driven, in these. docs/numerics.md.
constexpr double sensitivity_tolerance = 100.0;
constexpr double sensitivity_newton_tolerance = 0.1;

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
  if (!own.newton_of_s) throw InternalError("SUNDIALS gives no Newton iteration for sensitivities");
  // IDAS solves for one after the other: this is what its Newton iteration is given to call instead.
  own.newton_of_s->ops->setlsolvefn = [](SUNNonlinearSolver newton, SUNNonlinSolLSolveFn) { return SUNNonlinSolSetLSolveFn_Newton(newton, solve_for_sensitivities); };
  check(IDASetNonlinearSolverSensStg(ida, own.newton_of_s.get()), "IDASetNonlinearSolverSensStg");
  check(SUNNonlinSolSetConvTestFn(own.newton_of_s.get(), sensitivities_converged, this), "SUNNonlinSolSetConvTestFn");
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

}  // namespace brineflow
