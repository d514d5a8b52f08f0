// Equations that cannot be solved end the run soon, with a text that says when, where and what.
#include "solve/made_unit.hpp"
#include "solve/running.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

using namespace brineflow;
using namespace brineflow::test;

namespace {

void fails_with(Trouble trouble, const std::vector<std::string>& parts, const SolverSettings& settings = {}) {
  const auto began = std::chrono::steady_clock::now();
  const std::string text = failure(made_flowsheet(trouble), for_a_time(10.0), settings);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  for (const std::string& part : parts) BOOST_CHECK_MESSAGE(text.find(part) != std::string::npos, text << "\nlacks " << part);
  BOOST_CHECK_LT(seconds, 1.0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(failures)

BOOST_AUTO_TEST_CASE(sound_equations_do_not_fail) {
  const Run done = run(made_flowsheet(Trouble::none), for_a_time(10.0), 1.0);
  BOOST_CHECK_CLOSE(done.value("device", "x"), 10.0, 1e-9);
  BOOST_CHECK_CLOSE(done.value("device", "z"), 10.0, 1e-9);
}

BOOST_AUTO_TEST_CASE(no_number_names_the_equation) {
  fails_with(Trouble::no_number, {"the solver cannot go on at t = 5 s", "no number in the equation of device.z"});
}

BOOST_AUTO_TEST_CASE(no_number_at_the_start) { fails_with(Trouble::no_start, {"no consistent state at t = 0 s", "gives no number", "device.z"}); }

BOOST_AUTO_TEST_CASE(what_the_equations_throw_comes_through) {
  BOOST_CHECK_EXCEPTION(run(made_flowsheet(Trouble::thrown), for_a_time(10.0), 1.0), std::runtime_error,
                        [](const std::runtime_error& e) { return std::string(e.what()) == "a table ends at 5 s"; });
}

BOOST_AUTO_TEST_CASE(a_fold_ends_the_run_where_it_is) { fails_with(Trouble::fold, {"at t = 1 s", "Worst variables: device.z"}); }

BOOST_AUTO_TEST_CASE(no_solution_at_the_start) { fails_with(Trouble::no_solution, {"no consistent state at t = 0 s", "device.z"}); }

BOOST_AUTO_TEST_CASE(a_singular_jacobian) { fails_with(Trouble::singular, {"no consistent state at t = 0 s", "has a singular Jacobian", "device.z"}); }

BOOST_AUTO_TEST_CASE(a_solution_that_grows_without_bound) { fails_with(Trouble::blow_up, {"at t = 1 s", "Worst variables: device.x"}); }

BOOST_AUTO_TEST_CASE(modes_that_flutter) { fails_with(Trouble::chatter, {"units change their modes back and forth"}); }

BOOST_AUTO_TEST_CASE(a_stalled_step_size) {
  // A limit that the last steps before the pole, each a share of what is left, exceed.
  SolverSettings settings;
  settings.stalled_steps = 2;
  settings.relative_tolerance = 1e-10;
  settings.absolute_tolerance = 1e-10;
  fails_with(Trouble::blow_up, {"the step size has collapsed", "device.x"}, settings);
}

BOOST_AUTO_TEST_CASE(wall_time_is_limited) {
  SolverSettings settings;
  settings.time_limit = 1e-9;
  fails_with(Trouble::none, {"stopped at t = ", "the time limit of", "solver.time_limit"}, settings);
}

BOOST_AUTO_TEST_SUITE_END()
