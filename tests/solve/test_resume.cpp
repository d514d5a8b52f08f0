// A run that is stopped, and one that goes on from a checkpoint.
#include "solve/running.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

using namespace brineflow;
using namespace brineflow::test;

namespace {

// Steps by time and by condition, three cycles; the tank runs dry and, opening again, meets the condition.
Case plant() {
  return case_from(
      "{lake: {type: feed, brine: {Li+: 1 mol/L, balance: Cl-}, flow: 2 m3/h}, water: {type: feed, brine: fresh_water, flow: 1 m3/h},"
      " tank: {type: tank, volume: 10 m3, outflow: 4 m3/h, initial: {volume: 4 m3}}, out: {type: sink}}",
      "{cycle: [{step: fill, route: [lake -> tank], for: 2 h}, {step: rinse, route: [water -> tank -> out], until: tank.outlet.Li+ < 0.1 mol/L, at_most: 4 h}],"
      " repeat: {times: 3}}");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(resume)

BOOST_AUTO_TEST_CASE(a_flag_stops_the_run) {
  Case input = plant();
  Run stopped(std::move(input.flowsheet));
  std::atomic<bool> stop{false};
  stopped.said.at_sample = [&](const Progress& p) { stop = p.state.t >= 9000.0; };
  stopped.outcome = simulate(stopped.system, stopped.totals, input.schedule, {}, 600.0, stopped.said, &stop);
  BOOST_CHECK(stopped.outcome.interrupted);
  BOOST_CHECK_GE(stopped.outcome.end_time, 9000.0);
  BOOST_CHECK_LT(stopped.outcome.end_time, 12000.0);
  BOOST_CHECK_EQUAL(stopped.last().state.t, stopped.outcome.end_time);
  const Run whole = run(plant());
  BOOST_CHECK(!whole.outcome.interrupted);
  BOOST_CHECK_GT(whole.outcome.end_time, 40000.0);

  // What the last sample holds is enough to go on.
  const Run rest = run(plant(), 600.0, {}, &stopped.last());
  check_close(rest.outcome.end_time, whole.outcome.end_time, {1e-5, 0.0, "ten times the tolerance of the integrator"});
}

// In every step from every third sample. of_size: how far variables may be off at the end, in units of their nominal size, beside 2e-5 of themselves; of_change: the change over a cycle.
void check_resumed(const SolverSettings& settings, double of_size, double of_change) {
  const Run whole = run(plant(), 600.0, settings);
  const std::size_t samples = whole.said.samples.size();
  BOOST_REQUIRE_GT(samples, 60u);
  for (std::size_t from = 1; from + 1 < samples; from += 3) {
    BOOST_TEST_CONTEXT("from the sample at " << whole.said.samples[from].state.t << " s") {
      const Run rest = run(plant(), 600.0, settings, &whole.said.samples[from]);
      const Tolerance tolerance{1e-5, 0.0, "ten times the tolerance of the integrator"};
      check_close(rest.outcome.end_time, whole.outcome.end_time, tolerance);
      BOOST_CHECK_EQUAL(rest.outcome.cycles, 3);
      BOOST_CHECK_EQUAL(rest.said.samples.size(), samples - from - 1);
      // Output times are the same numbers; the end of the run, where a condition came true, is a root of other steps.
      if (from + 2 < samples) BOOST_CHECK_EQUAL(rest.said.samples.front().state.t, whole.said.samples[from + 1].state.t);
      else check_close(rest.said.samples.front().state.t, whole.said.samples[from + 1].state.t, tolerance);
      for (std::size_t k = 0; k < rest.last().totals.size(); ++k) check_close(rest.last().totals[k], whole.last().totals[k], {1e-5, 1e-6, tolerance.reason});
      for (std::size_t k = 0; k < whole.last().state.y.size(); ++k)
        check_close(rest.last().state.y[k], whole.last().state.y[k], {2e-5, of_size * whole.system.layout().nominal()[k], tolerance.reason});
      BOOST_TEST(rest.last().unit_modes == whole.last().unit_modes, boost::test_tools::per_element());
      // The change of the last cycle needs the state at the end of the one before.
      check_close(rest.outcome.change, whole.outcome.change, {1e-3, of_change, tolerance.reason});
    }
  }
}

// At the default tolerances the lithium that is left in the tank, a ten-thousandth of what sizes its tolerance, is sure to some 5e-5 of itself, and the end of a cycle waits for it.
BOOST_AUTO_TEST_CASE(any_sample_is_enough_to_go_on) { check_resumed({}, 1e-5, 1e-4); }

BOOST_AUTO_TEST_CASE(any_sample_is_enough_where_little_counts) {
  SolverSettings settings;
  settings.absolute_tolerance = 1e-10;
  check_resumed(settings, 1e-6, 1e-5);
}

BOOST_AUTO_TEST_SUITE_END()
