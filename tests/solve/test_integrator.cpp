// Integration against exact solutions.
#include "flowsheet/case_from_text.hpp"
#include "solve/integrator.hpp"
#include "solve/running.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace brineflow;
using namespace brineflow::test;

namespace {

constexpr double hour = 3600.0;

// Lithium chloride displaces water from a stirred tank of 4 m3 at 1 m3/h: n(t) = V c (1 - exp(-t Q / V)).
const std::string units =
    "{lake: {type: feed, brine: {Li+: 1 mol/L, balance: Cl-}, flow: 1 m3/h},"
    " tank: {type: tank, volume: 10 m3, outflow: 1 m3/h, initial: {volume: 4 m3}}, out: {type: sink}}";
double exact_amount(double hours) { return 4000.0 * (1.0 - std::exp(-hours / 4.0)); }

// Largest error of the lithium in the tank over 12 h, relative to the tank full of brine.
double error_with(double relative_tolerance) {
  SolverSettings settings;
  settings.relative_tolerance = relative_tolerance;
  settings.absolute_tolerance = 1e-2 * relative_tolerance;
  const Run done = run(case_from(units, "{for: 12 h, always: [lake -> tank -> out]}"), hour, settings);
  const std::size_t lithium = done.system.layout().unit(1).variables[0].start + 1;
  double worst = 0.0;
  for (const Progress& p : done.said.samples) worst = std::max(worst, std::abs(p.state.y[lithium] - exact_amount(p.state.t / hour)));
  BOOST_CHECK_EQUAL(done.said.samples.size(), 13u);
  return worst / 4000.0;
}

// That tank at its first moment, with the second derivatives there.
struct Started {
  Started() {
    enter(system, input.schedule.steps[0]);
    second = make_consistent(system, context, state);
  }

  Case input = case_from(units, "{for: 12 h, always: [lake -> tank -> out]}");
  System system{*input.flowsheet};
  brineflow::sundials::Context context;
  State state{0.0, system.initial_state(), {}};
  std::vector<double> second;
  TotalsLayout totals{*input.flowsheet};
  std::size_t lithium = system.layout().unit(1).variables[0].start + 1;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(integrator)

BOOST_AUTO_TEST_CASE(the_error_falls_with_the_tolerance) {
  double before = 1.0;
  for (const double tolerance : {1e-4, 1e-6, 1e-8}) {
    const double error = error_with(tolerance);
    BOOST_TEST_MESSAGE("relative_tolerance " << tolerance << ": error " << error);
    BOOST_CHECK_LT(error, 20.0 * tolerance);  // a multistep code keeps local errors to the tolerance, global ones near it
    BOOST_CHECK_LT(error, before / 10.0);
    before = error;
  }
}

// n'' = -n'/(V/Q); the first step is a tenth of that at which n'' h^2 is the tolerance (root mean square of the differential variables), and no step fails for it.
BOOST_AUTO_TEST_CASE(the_first_step_is_as_long_as_the_second_derivative_allows) {
  const Started tank;
  check_close(tank.second[tank.lithium], -1000.0 / 4.0 / (hour * hour), {1e-12, 0.0, "closed form"});
  double first[2];
  long steps[2];
  for (const bool told : {false, true}) {
    Integrator integrator(tank.system, tank.totals, {}, tank.context);
    integrator.start(tank.state, told ? tank.second : std::vector<double>(), std::vector<double>(tank.totals.size(), 0.0), 2.0 * hour, 0, {});
    integrator.step();
    first[told] = integrator.time();
    while (integrator.time() < 0.01 * hour) integrator.step();
    steps[told] = integrator.statistics().steps;
    BOOST_CHECK_EQUAL(integrator.statistics().error_test_failures, 0);
    const double off = integrator.state_at(integrator.time()).y[tank.lithium] - exact_amount(integrator.time() / hour);
    BOOST_TEST_MESSAGE((told ? "told: " : "not told: ") << off << " mol off at " << integrator.time() << " s");
    BOOST_CHECK_LT(std::abs(off), 20e-6 * exact_amount(integrator.time() / hour));  // as below: local errors are near the tolerance
  }
  BOOST_TEST_MESSAGE("first steps of " << first[0] << " and " << first[1] << " s, " << steps[0] << " and " << steps[1] << " to 36 s");
  double sum = 0.0, count = 0.0;
  const SolverSettings settings;
  for (std::size_t k = 0; k < tank.second.size(); ++k) {
    if (!tank.system.layout().differential()[k]) continue;
    const double e = tank.second[k] / (settings.relative_tolerance * std::abs(tank.state.y[k]) + settings.absolute_tolerance * tank.system.layout().nominal()[k]);
    sum += e * e;
    count += 1.0;
  }
  check_close(first[1], 0.1 / std::sqrt(std::sqrt(sum / count)), {1e-12, 0.0, "closed form"});
  BOOST_CHECK_GT(first[1], 10.0 * first[0]);
  BOOST_CHECK_LT(steps[1], steps[0] - 4);

  Integrator integrator(tank.system, tank.totals, {}, tank.context);
  integrator.start(tank.state, std::vector<double>(tank.second.size(), std::nan("")), std::vector<double>(tank.totals.size(), 0.0), 2.0 * hour, 0, {});
  integrator.step();
  BOOST_CHECK_EQUAL(integrator.time(), first[0]);  // as if not told
}

BOOST_AUTO_TEST_CASE(a_stretch_step_by_step) {
  const Started tank;
  Integrator integrator(tank.system, tank.totals, {}, tank.context);
  integrator.start(tank.state, {}, std::vector<double>(tank.totals.size(), 0.0), 2.0 * hour, 0, {});
  const Tolerance tolerance{1e-5, 1e-2, "ten times the tolerances of the integrator"};
  Integrator::Outcome outcome;
  do {
    outcome = integrator.step();
    BOOST_CHECK_GT(integrator.time(), integrator.step_start());
    const double between = 0.5 * (integrator.time() + integrator.step_start());
    const State inside = integrator.state_at(between);
    BOOST_CHECK_EQUAL(inside.t, between);
    check_close(inside.y[tank.lithium], exact_amount(between / hour), tolerance);
    check_close(inside.ydot[tank.lithium], 1000.0 / hour * std::exp(-between / (4.0 * hour)), {1e-3, 0.0, "a derivative loses an order"});
    std::vector<double> so_far;
    integrator.totals_at(between, so_far);
    check_close(so_far[1], 1000.0 * between / hour, {1e-10, 1e-10, "a constant rate is integrated exactly"});
  } while (outcome == Integrator::Outcome::stepped);
  BOOST_CHECK(outcome == Integrator::Outcome::reached_end);
  BOOST_CHECK_EQUAL(integrator.time(), 2.0 * hour);
  BOOST_CHECK_GT(integrator.statistics().steps, 10);
  BOOST_CHECK_EQUAL(integrator.statistics().restarts, 1);
}

BOOST_AUTO_TEST_CASE(statistics_add_up_over_stretches) {
  const Run done = run(case_from(units, "{cycle: [{step: a, for: 1 h}, {step: b, for: 1 h}], always: [lake -> tank -> out], repeat: {times: 3}}"));
  BOOST_CHECK_EQUAL(done.outcome.statistics.restarts, 6);
  BOOST_CHECK_GT(done.outcome.statistics.steps, 60);
}

BOOST_AUTO_TEST_CASE(totals_are_exact_and_close_the_balance) {
  const Run done = run(case_from(units, "{for: 12 h, always: [lake -> tank -> out]}"));
  const std::vector<double>& totals = done.last().totals;
  const std::vector<double> fed = done.totals.sum(TotalKind::fed, totals, 4), received = done.totals.sum(TotalKind::received, totals, 4);
  check_close(fed[1], 12000.0, {1e-10, 0.0, "a constant rate is integrated exactly"});
  check_close(fed[2], 0.0, {0.0, 1e-12, "nobody brings magnesium"});
  check_close(received[1], 12000.0 - exact_amount(12.0), {1e-5, 0.0, "ten times the tolerance of the integrator"});
  const std::vector<double> held = done.system.holdup(done.last().state.y), held_before = done.system.holdup(done.system.initial_state());
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}, std::size_t{3}})
    check_close(fed[i] - received[i], held[i] - held_before[i], {0.0, 1e-9 * fed[i], "the formula that closes linear invariants, and Newton's remainder"});
}

BOOST_AUTO_TEST_SUITE_END()
