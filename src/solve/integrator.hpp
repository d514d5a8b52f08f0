// IDAS over one mode of the flowsheet: from a consistent state, step by step, to a time or an event.
#pragma once

#include "flowsheet/totals.hpp"
#include "solve/consistent_state.hpp"
#include "solve/sensitivities.hpp"
#include "solve/settings.hpp"
#include "solve/sundials.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace brineflow {

struct SolverStatistics {
  long steps = 0, residuals = 0, jacobians = 0, newton_iterations = 0;
  long error_test_failures = 0, newton_failures = 0, restarts = 0;

  SolverStatistics& operator+=(const SolverStatistics& other);
};

class Integrator {
 public:
  // Values whose sign changes end the stretch: events(t, y, ydot, values).
  using Events = std::function<void(double, std::span<const double>, std::span<const double>, std::span<double>)>;

  // sensitivities: integrated beside the state from the values and rates they have at each start; nullptr: none. Outlives the integrator.
  Integrator(const System& system, const TotalsLayout& totals, const SolverSettings& settings,
             const sundials::Context& context, Sensitivities* sensitivities = nullptr);
  ~Integrator();
  Integrator(const Integrator&) = delete;
  Integrator& operator=(const Integrator&) = delete;

  // Begins a stretch at a consistent state with the totals so far, up to t_end at most, in the present mode. second_derivatives: of the differential variables, as
  // make_consistent() gives them; the first step is as long as they allow. Empty: IDAS's own first step.
  void start(const State& state, std::span<const double> second_derivatives, std::span<const double> totals, double t_end, std::size_t event_count,
             Events events);

  enum class Outcome { stepped, reached_end, event };
  // One internal step. Throws SolverError when the solver cannot go on, and what the equations threw.
  Outcome step();

  double time() const { return time_; }
  double step_start() const { return previous_time_; }
  // After an event: +1, 0 or -1 for each value, as it rose through zero, did not cross, or fell.
  const std::vector<int>& crossings() const { return crossings_; }

  // State and totals at a time within the last step. values_at() leaves the derivatives of the state as they are, which
  // is what a row of the result needs, at half the cost.
  State state_at(double t) const;
  void values_at(double t, State& state) const;
  void totals_at(double t, std::vector<double>& totals) const;
  void sensitivities_at(double t, std::vector<std::vector<double>>& s) const;

  SolverStatistics statistics() const;  // of all stretches so far

 private:
  struct Stretch;
  static int residual_callback(double t, N_Vector y, N_Vector ydot, N_Vector r, void* self);
  static int jacobian_callback(double t, double cj, N_Vector y, N_Vector ydot, N_Vector r, SUNMatrix j, void* self,
                               N_Vector, N_Vector, N_Vector);
  static int events_callback(double t, N_Vector y, N_Vector ydot, double* values, void* self);
  static int state_converged(SUNNonlinearSolver solver, N_Vector y, N_Vector correction, double tolerance, N_Vector weights, void* self);
  static int sensitivities_converged(SUNNonlinearSolver solver, N_Vector s, N_Vector correction, double tolerance, N_Vector weights, void* self);
  static int sensitivities_callback(int count, double t, N_Vector y, N_Vector ydot, N_Vector f, N_Vector* s, N_Vector* sdot, N_Vector* out, void* self,
                                    N_Vector, N_Vector, N_Vector);
  static int solve_for_sensitivities(N_Vector b, void* ida);
  static int totals_callback(double t, N_Vector y, N_Vector ydot, N_Vector rates, void* self);

  void configure_sensitivities(std::span<const double> absolute);
  void configure(const State& state, std::span<const double> totals, double t_end);
  double first_step(const State& state, std::span<const double> second_derivatives) const;
  void check(int flag, const char* call) const;
  [[noreturn]] void fail(int flag);
  void guard_progress();
  std::vector<double> suspects(int flag) const;

  const System& system_;
  const TotalsLayout& totals_;
  const SolverSettings settings_;
  const sundials::Context& context_;
  Sensitivities* const sensitivities_;

  std::unique_ptr<Stretch> stretch_;
  Events events_;
  std::size_t event_count_ = 0;
  std::vector<int> crossings_;
  double time_ = 0.0, previous_time_ = 0.0, end_ = 0.0;
  double guard_time_ = 0.0;   // where the last count of steps without progress began
  long guard_steps_ = 0;
  std::exception_ptr thrown_;  // by the equations, inside a callback
  std::string trouble_;        // the last thing a callback complained of
  SolverStatistics finished_;
};

}  // namespace brineflow
