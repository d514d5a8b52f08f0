// The state from which integration starts satisfies every equation.
#include "base/error.hpp"
#include "flowsheet/case_from_text.hpp"
#include "solve/consistent_state.hpp"
#include "solve/diagnosis.hpp"
#include "solve/made_unit.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace brineflow;
using namespace brineflow::test;

namespace {

// check(system, context, step, consistent state, second derivatives) in every step of a plant of every unit.
template <class Check>
void in_every_step(Check check) {
  const Case input = case_of_every_unit();
  System system(*input.flowsheet);
  const brineflow::sundials::Context context;
  for (const Step& step : input.schedule.steps) {
    enter(system, step);
    State state{0.0, system.initial_state(), {}};
    const std::vector<double> second = make_consistent(system, context, state);
    check(system, context, step, state, second);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(consistent_state)

BOOST_AUTO_TEST_CASE(every_equation_holds_in_every_step) {
  in_every_step([](const System& system, const brineflow::sundials::Context&, const Step& step, const State& state, const std::vector<double>&) {
    const std::vector<double> f = scaled_residuals(system, state.t, state.y, state.ydot);
    for (std::size_t k = 0; k < f.size(); ++k)
      BOOST_CHECK_MESSAGE(std::abs(f[k]) < 1e-13, step.name << ": row of " << system.layout().describe(k) << " is off by " << f[k]);
  });
}

BOOST_AUTO_TEST_CASE(differential_variables_stay_as_they_are) {
  const Case input = case_of_every_unit();
  System system(*input.flowsheet);
  enter(system, input.schedule.steps[0]);
  const std::vector<double> given = system.initial_state();
  State state{0.0, given, {}};
  make_consistent(system, brineflow::sundials::Context(), state);
  double largest_rate = 0.0;
  for (std::size_t k = 0; k < given.size(); ++k) {
    if (!system.layout().differential()[k]) {
      BOOST_CHECK_EQUAL(state.ydot[k], 0.0);
      continue;
    }
    BOOST_CHECK_EQUAL(state.y[k], given[k]);
    largest_rate = std::max(largest_rate, std::abs(state.ydot[k]) / system.layout().nominal()[k]);
  }
  BOOST_CHECK_GT(largest_rate, 1e-5);  // the brine enters: something changes
}

// By how the rates change over a moment along the solution, after which the state is made consistent anew.
BOOST_AUTO_TEST_CASE(second_derivatives_equal_differences_of_rates) {
  in_every_step([](const System& system, const brineflow::sundials::Context& context, const Step& step, const State& state, const std::vector<double>& second) {
    const std::vector<double>& nominal = system.layout().nominal();
    double fastest = 0.0;
    for (std::size_t k = 0; k < nominal.size(); ++k) fastest = std::max(fastest, std::abs(state.ydot[k]) / nominal[k]);
    const double moment = 1e-6 / fastest;
    State later = state;
    later.t += moment;
    for (std::size_t k = 0; k < nominal.size(); ++k) later.y[k] += moment * state.ydot[k];
    make_consistent(system, context, later);
    double largest = 0.0, error = 0.0;
    for (std::size_t k = 0; k < nominal.size(); ++k) {
      if (!system.layout().differential()[k]) {
        BOOST_CHECK_EQUAL(second[k], 0.0);
        continue;
      }
      largest = std::max(largest, std::abs(second[k]) / nominal[k]);
      error = std::max(error, std::abs((later.ydot[k] - state.ydot[k]) / moment - second[k]) / nominal[k]);
    }
    BOOST_TEST_MESSAGE(step.name << ": largest " << largest << ", error " << error);
    BOOST_CHECK_GT(largest, 0.0);
    BOOST_CHECK_LT(error, 1e-4 * largest);  // the difference is of first order in the moment
  });
}

BOOST_AUTO_TEST_CASE(the_iteration_is_driven_to_rounding) {
  const auto flowsheet = made_flowsheet(Trouble::fold);  // z^2 = 1 from z = 0.9
  System system(*flowsheet);
  system.set_mode({}, {{}}, {0});
  State state{0.0, system.initial_state(), {}};
  make_consistent(system, brineflow::sundials::Context(), state);
  BOOST_CHECK_SMALL(state.y[1] - 1.0, 1e-14);
  BOOST_CHECK_SMALL(state.ydot[0] - 1.0, 1e-14);
}

BOOST_AUTO_TEST_CASE(equations_without_solution_are_named) {
  const auto flowsheet = made_flowsheet(Trouble::no_solution);
  System system(*flowsheet);
  system.set_mode({}, {{}}, {0});
  State state{7200.0 * 100.0, system.initial_state(), {}};
  BOOST_CHECK_EXCEPTION(make_consistent(system, brineflow::sundials::Context(), state), SolverError, [](const SolverError& error) {
    const std::string text = error.what();
    return text.find("no consistent state at t = 8.3333 d") == 0 && text.find("belong to: device.z") != std::string::npos;
  });
}

BOOST_AUTO_TEST_SUITE_END()
