// How the state of a run changes with parameters: forward sensitivities s_k = dy/dtheta_k.
//
// (N2) F_y s_k + F_y' s_k' + F_theta_k = 0, integrated beside the state by IDAS. A parameter may stand anywhere in a case, so there is a second flowsheet a
// parameter, whose case has theta_k moved by a small step; the whole of (N2) is one difference, of its equations at y + step s_k, y' + step s_k' from those
// of the state. Where algebraic s and rates are solved for, at switches, the first two terms come from dual numbers.
// (N3) Where the system switches at a time tau(theta), differential variables go on, and so
//       s+ = s- + (y'- - y'+) dtau/dtheta, with dtau/dtheta = -(dg/dtheta) / (dg/dt) where a condition g = 0 says when.
// Feehery, Tolsma and Barton (1997), Appl. Numer. Math. 25, 41 (integration); Galan, Feehery and Barton (1999), Appl. Numer. Math. 31, 17 (switches).
#pragma once

#include "flowsheet/schedule.hpp"
#include "solve/consistent_state.hpp"

#include <functional>
#include <span>
#include <vector>

namespace brineflow {

// A run with one parameter moved. Both outlive the run; the system shares the plans of the one that is run.
struct Variation {
  System* system = nullptr;
  const Schedule* schedule = nullptr;  // with the steps of the one that is run
  double step = 0.0;                   // of theta
};

class Sensitivities {
 public:
  // At most dual_width variations.
  Sensitivities(const System& system, const std::vector<Variation>& variations, const sundials::Context& context);

  std::size_t count() const { return variations_.size(); }
  const std::vector<std::vector<double>>& values() const { return s_; }  // s_k at the last switch or end of a stretch
  const std::vector<std::vector<double>>& rates() const { return sdot_; }

  // The residuals of (N2) for all k. f: F(t, y, ydot).
  void residual(double t, std::span<const double> y, std::span<const double> ydot, std::span<const double> f,
                std::span<const System::Direction> s, std::span<const std::span<double>> out);

  // The stretch of the present mode has ended at `state`, with these s_k. Works out all derivatives there.
  void leave(const State& state, std::vector<std::vector<double>> s);
  // dtau/dtheta_k of a switch when g rises or falls through zero there.
  using Function = std::function<double(const System&, const Schedule&, double t, std::span<const double> y, std::span<const double> ydot)>;
  std::vector<double> shift_of(const Schedule& schedule, const Function& g) const;
  // dtau/dtheta_k where it follows from the schedule: `when` [s].
  std::vector<double> shift_of(const Schedule& schedule, const std::function<double(const Schedule&)>& when) const;

  // The system has switched into a mode of `step` (its number) at `state`, which is consistent: moves the variations with it and
  // carries the s_k over. At the first call they are those of the initial state.
  void arrive(const State& state, std::size_t step, std::span<const double> shift);

 private:
  class RestOf;
  std::vector<double> residual_at(const State& state) const;
  // Of all k: values of algebraic s and rates of differential ones from the values of these. f: F there.
  void solve_for_rest(RestOf& rest, const State& state, std::span<const double> f);
  void evaluate_parameter_terms(double t, std::span<const double> y, std::span<const double> ydot, std::span<const double> f);

  const System& system_;
  const std::vector<Variation> variations_;
  const sundials::Context& context_;
  std::vector<std::vector<double>> s_, sdot_;
  bool begun_ = false;
  // At the last switch, before it.
  State left_;
  std::vector<double> rate_, acceleration_;  // dy/dt of all variables, d2y/dt2 of differential ones
  std::vector<double> moved_y_, moved_ydot_;  // of residual()
  std::vector<std::vector<double>> parameter_terms_;
};

}  // namespace brineflow
