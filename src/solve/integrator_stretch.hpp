// The inside of an Integrator, for the files that implement it.
#pragma once

#include "solve/integrator.hpp"

#include <exception>

namespace brineflow {

// What a Newton iteration must shrink by, from one correction to the next.
inline constexpr double slowest_rate = 0.9;

// What IDAS keeps for one stretch. Members are freed in reverse order: the integrator before what it uses.
struct Integrator::Stretch {
  sundials::Vector y, ydot, totals, tolerance, id;
  sundials::Vector interpolated, interpolated_totals;
  sundials::Vectors s, sdot, s_tolerance;
  sundials::NonlinearSolver newton, newton_of_s;
  double factorised_cj = 0.0;                            // that of the matrix
  double cj = 0.0, share = 1.0, first_correction = 0.0;  // of the state's iteration: the last cj, the share of a correction after it, the size of the first one
  double share_left = 1.0, last_correction = 0.0;        // of that of s: the share of a correction after it, the size of the last one
  std::span<N_Vector> residuals_of_s;                    // those evaluated last
  sundials::Matrix matrix;
  sundials::LinearSolver solver;
  sundials::Ida ida;
};

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

}  // namespace brineflow
