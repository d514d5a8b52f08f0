// The cyclic steady state sought directly, beside plain repetition.
#include "solve/anderson.hpp"
#include "solve/cyclic_steady_state.hpp"
#include "solve/roles.hpp"
#include "solve/running.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>

using namespace brineflow;
using namespace brineflow::test;

namespace {

// As in test_cycles.cpp: every cycle halves the distance of the tank to 4 m3 of brine.
const std::string tank =
    "{lake: {type: feed, brine: {Li+: 1 mol/L, balance: Cl-}, flow: 2 m3/h},"
    " tank: {type: tank, volume: 10 m3, outflow: 4 m3/h, initial: {volume: 4 m3}}, out: {type: sink}}";
const std::string fill_and_drain =
    "{cycle: [{step: fill, route: [lake -> tank], for: 2 h}, {step: drain, route: [tank -> out], until: "
    "tank.volume < 4 m3, at_most: 2 h}], repeat: ";

// Six columns: three load in series, one is washed back into the feed tank, one is eluted with lean eluate
// from a tank and one with water into it. The feed tank is 30 times what a period takes from it: its lithium
// settles slowly. Made up.
Case six_columns(const std::string& method, int at_most) {
  return case_from_text(
      "title: six columns\n"
      "components: [H2O, Li+, Mg+2, Cl-]\n"
      "brine: {chemistry: ideal}\n"
      "units:\n"
      "  lake:      {type: feed, brine: {Li+: 0.3 g/L, Mg+2: 80 g/L, balance: Cl-}, flow: 20 m3/h}\n"
      "  water:     {type: feed, brine: fresh_water, flow: 6 m3/h}\n"
      "  strip:     {type: feed, brine: fresh_water, flow: 10 m3/h}\n"
      "  feed_tank: {type: tank, volume: 800 m3, outflow: 25 m3/h, initial: {brine: {Li+: 0.3 g/L, Mg+2: 80 "
      "g/L, balance: Cl-}, volume: 799 m3}}\n"
      "  lean_tank: {type: tank, volume: 40 m3, outflow: 9.5 m3/h, initial: {volume: 39.5 m3}}\n"
      "  column:\n"
      "    type: adsorption_column\n"
      "    count: 6\n"
      "    sorbent: {law: langmuir, species: {LiCl: {takes: {Li+: 1, Cl-: 1}, q_max: 1000 mol/m3, K: 0.02 "
      "m3/mol, k: 1e-4 1/s}}}\n"
      "    length: 4 m\n"
      "    diameter: 2 m\n"
      "    void_fraction: 0.355\n"
      "    discretisation: {degree: 2, elements: 1}\n"
      "  product:   {type: sink, role: product}\n"
      "  spent:     {type: sink}\n"
      "schedule:\n"
      "  carousel:\n"
      "    columns: column\n"
      "    zones: {load: 3, wash: 1, first: 1, last: 1}\n"
      "    period: [{phase: all, route: [feed_tank -> load -> spent, water -> wash -> feed_tank, lean_tank "
      "-> first -> product, strip -> last -> lean_tank], for: 1 h}]\n"
      "  always: [lake -> feed_tank, feed_tank.overflow -> spent, lean_tank.overflow -> product]\n"
      "  repeat: {until: cyclic_steady_state, method: " +
      method + ", tolerance: 1e-7, at_most: " + std::to_string(at_most) + "}\n");
}

// The state at the end, every column's in the place of the one that had its role at the start of a cycle.
std::vector<double> end_by_role(const Run& run, const Schedule& schedule) {
  const Roles roles(run.system.layout(), schedule, true);
  const double periods = run.outcome.cycles * static_cast<double>(roles.periods());
  return roles.by_role(run.last().state.y, static_cast<std::size_t>(std::lround(periods)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cyclic_steady_state)

BOOST_AUTO_TEST_CASE(acceleration_solves_a_linear_map_in_one_more_evaluation_than_it_has_dimensions) {
  // x <- A x + b with eigenvalues 0.9, 0.5 and 1; the sum of all entries is kept by the map.
  const auto map = [](const std::vector<double>& x) {
    const double a = 0.1 * x[0], b = 0.5 * x[1];
    return std::vector<double>{x[0] - a + 0.2, x[1] - b + 0.3, x[2] + a + b - 0.5};
  };
  AndersonAcceleration anderson(5);
  std::vector<double> x{0.0, 0.0, 0.0};
  const std::vector<double> weights(3, 1.0);
  for (int k = 0; k < 3; ++k) {
    anderson.add(x, map(x));
    x = anderson.next(weights);
  }
  check_close(x[0], 2.0, {1e-10, 0.0, "two eigenvalues other than one: exact but for rounding"});
  check_close(x[1], 0.6, {1e-10, 0.0, "the same"});
  check_close(x[0] + x[1] + x[2], 0.0, {0.0, 1e-12, "an affine combination keeps a linear invariant"});
}

BOOST_AUTO_TEST_CASE(the_fixed_point_of_a_linear_cycle_is_found_at_once) {
  const Run done =
      run(case_from(tank, fill_and_drain + "{until: cyclic_steady_state, tolerance: 1e-6, at_most: 40}}"));
  BOOST_CHECK(done.outcome.reached_steady_state);
  BOOST_CHECK_LE(done.outcome.cycles, 6.0);
  BOOST_CHECK_GE(done.outcome.jumps, 1);
  check_close(done.value("tank", "amount", 1), 4000.0,
              {2e-6, 0.0, "a change of 1e-6 leaves as much of a distance that halves"});
  // The totals are those of the steady cycles: 4 m3 of brine come in, and as much lithium leaves.
  const double since = done.outcome.end_time - done.outcome.totals_start;
  check_close(done.last().totals[1], 4000.0 * std::round(since / (3.0 * 3600.0)),
              {1e-6, 0.0, "whole cycles since the last jump"});
}

BOOST_AUTO_TEST_CASE(six_columns_directly_in_a_fifth_of_the_cycles_and_to_the_same_state) {
  Case direct_case = six_columns("direct", 60), repeated_case = six_columns("repetition", 300);
  const Run direct = run(std::move(direct_case.flowsheet), direct_case.schedule, 1e9);
  const Run repeated = run(std::move(repeated_case.flowsheet), repeated_case.schedule, 1e9);
  BOOST_REQUIRE(direct.outcome.reached_steady_state && repeated.outcome.reached_steady_state);
  BOOST_TEST_MESSAGE("cycles: " << direct.outcome.cycles << " directly, " << repeated.outcome.cycles
                                << " by repetition");
  BOOST_CHECK_LE(5.0 * direct.outcome.cycles, repeated.outcome.cycles);
  const CycleChange difference =
      cycle_change(direct.system.layout(), end_by_role(direct, direct_case.schedule),
                   end_by_role(repeated, repeated_case.schedule));
  BOOST_TEST_MESSAGE("largest difference: " << difference.value << " in " << difference.group);
  BOOST_CHECK_LT(difference.value, 1e-6);
}

BOOST_AUTO_TEST_CASE(a_plant_that_has_no_steady_state_is_repeated_to_the_end_and_says_what_changes) {
  // Twice as much comes in as leaves, and nothing overflows.
  const Run done = run(case_from("{lake: {type: feed, brine: {Li+: 1 mol/L, balance: Cl-}, flow: 2 m3/h},"
                                 " tank: {type: tank, volume: 1000 m3, outflow: 1 m3/h, initial: {volume: "
                                 "100 m3}}, out: {type: sink}}",
                                 "{cycle: [{step: run, route: [lake -> tank -> out], for: 4 h}], repeat: "
                                 "{until: cyclic_steady_state, tolerance: 1e-4, at_most: 12}}"),
                       1e9);
  BOOST_CHECK(done.outcome.sought_steady_state && !done.outcome.reached_steady_state);
  BOOST_CHECK_EQUAL(done.outcome.cycles, 12.0);
  BOOST_CHECK_GT(done.outcome.change, 1e-4);
  BOOST_CHECK(done.outcome.change_group.starts_with("tank.amount"));
}

BOOST_AUTO_TEST_CASE(an_extrapolation_that_does_not_help_is_taken_back_and_waited_for_longer) {
  const Case input = case_from(tank, fill_and_drain + "{times: 1}}");
  const StateLayout layout(*input.flowsheet);
  const std::size_t lithium = layout.unit(1).variables[0].start + 1;
  const auto state = [&](double amount) {
    std::vector<double> y(layout.size(), 0.0);
    y[lithium] = amount;
    return y;
  };
  SteadyStateSearch search(layout);
  const std::vector<int> modes(3, 0);
  BOOST_CHECK(!search.after_failure("nothing was extrapolated"));
  BOOST_CHECK(!search.after_cycle(state(1000.0), state(1500.0), modes));
  const auto there = search.after_cycle(state(1500.0), state(1750.0), modes);
  BOOST_REQUIRE(there);
  check_close(there->y[lithium], 2000.0, {1e-12, 0.0, "the fixed point of a map with slope one half"});
  const auto back = search.after_cycle(there->y, state(3000.0), modes);  // it was none
  BOOST_REQUIRE(back);
  BOOST_CHECK_EQUAL(back->y[lithium], 1750.0);
  BOOST_CHECK(!search.after_cycle(state(1750.0), state(1875.0), modes));
  const auto again = search.after_cycle(state(1875.0), state(1937.5), modes);
  BOOST_REQUIRE(again);
  const auto failed = search.after_failure("a tank is full");
  BOOST_REQUIRE(failed);
  BOOST_CHECK_EQUAL(failed->y[lithium], 1937.5);
  BOOST_CHECK(failed->message.find("a tank is full") != std::string::npos);
  BOOST_CHECK(!search.after_cycle(state(1937.5), state(1968.75), modes));  // twice as long now
  BOOST_CHECK(!search.after_cycle(state(1968.75), state(1984.375), modes));
  BOOST_CHECK(search.after_cycle(state(1984.375), state(1992.1875), modes));

  // A failure although the extrapolation was accepted: back to where the first one began, and repetition
  // alone.
  BOOST_CHECK(search.after_cycle(state(2000.0), state(2001.0), modes));
  search.after_cycle(state(2000.0), state(9000.0), modes);  // taken back: the next cycles are repeated
  const auto first = search.after_failure("a tank is full");
  BOOST_REQUIRE(first);
  BOOST_CHECK_EQUAL(first->y[lithium], 1750.0);
  BOOST_CHECK(!search.after_cycle(state(1750.0), state(1875.0), modes));
  BOOST_CHECK(!search.after_cycle(state(1875.0), state(1937.5), modes));
  BOOST_CHECK(!search.after_cycle(state(1937.5), state(1968.75), modes));
  BOOST_CHECK(!search.after_failure("a tank is full"));
}

BOOST_AUTO_TEST_CASE(an_extrapolation_stays_where_states_may_be) {
  const Case input = case_from(tank, fill_and_drain + "{times: 1}}");
  const StateLayout layout(*input.flowsheet);
  const CycleUnknowns unknowns(layout);
  std::vector<double> from(unknowns.size(), 1.0), to = from;
  BOOST_CHECK_EQUAL(unknowns.admissible_share(from, to, std::vector<std::vector<double>>{from}, 0.5), 1.0);
  to[1] = -1e9;  // far below zero
  const double share = unknowns.admissible_share(from, to, std::vector<std::vector<double>>{from}, 1e12);
  BOOST_CHECK_GT(share, 0.0);
  BOOST_CHECK_LT(share, 1e-4);
}

// A tank found above its brim when a step begins: its other thresholds, asked afterwards, once undid the new
// mode.
BOOST_AUTO_TEST_CASE(a_tank_found_full_at_the_start_of_a_step_overflows) {
  Case input = case_from(
      "{lake: {type: feed, brine: {Li+: 1 mol/L, balance: Cl-}, flow: 2 m3/h},"
      " tank: {type: tank, volume: 10 m3, outflow: 1 m3/h, initial: {volume: 9 m3}}, out: {type: sink}, "
      "over: {type: sink}}",
      "{always: [lake -> tank -> out, tank.overflow -> over], for: 2 h}");
  Run done(std::move(input.flowsheet));
  Progress above;
  above.state.y = done.system.initial_state();
  above.state.ydot.assign(done.system.size(), 0.0);
  above.unit_modes = done.system.initial_modes(above.state.y);
  above.totals.assign(done.totals.size(), 0.0);
  const std::size_t amount = done.system.layout().unit(1).variables[0].start;
  for (std::size_t i = 0; i < 4; ++i) above.state.y[amount + i] *= 10.2 / 9.0;
  done.outcome = simulate(done.system, done.totals, input.schedule, {}, 600.0, done.said, nullptr, &above);
  BOOST_CHECK_EQUAL(done.last().unit_modes[1], 2);
  BOOST_CHECK_LT(done.value("tank", "volume"), 10.1);
}

BOOST_AUTO_TEST_SUITE_END()
