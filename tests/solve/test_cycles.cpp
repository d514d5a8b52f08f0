// Cycles, and when they repeat themselves.
#include "solve/running.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace brineflow;
using namespace brineflow::test;

namespace {

// 4 m3 are doubled with brine of 1000 mol/m3 and drained back to 4 m3: with every cycle the distance to the brine
// halves, n_k = 4000 (1 - 2^-k) mol.
const std::string units =
    "{lake: {type: feed, brine: {Li+: 1 mol/L, balance: Cl-}, flow: 2 m3/h},"
    " tank: {type: tank, volume: 10 m3, outflow: 4 m3/h, initial: {volume: 4 m3}}, out: {type: sink}}";
const std::string cycle =
    "{cycle: [{step: fill, route: [lake -> tank], for: 2 h}, {step: drain, route: [tank -> out], until: tank.volume < 4 m3, at_most: 2 h}], repeat: ";

constexpr double hour = 3600.0;
constexpr Tolerance straight_lines{1e-7, 1e-6, "amounts are straight lines in time, the drained ones at constant concentration"};

}  // namespace

BOOST_AUTO_TEST_SUITE(cycles)

BOOST_AUTO_TEST_CASE(a_number_of_cycles) {
  const Run done = run(case_from(units, cycle + "{times: 4}}"));
  BOOST_CHECK_EQUAL(done.outcome.cycles, 4);
  BOOST_CHECK(!done.outcome.reached_steady_state);
  BOOST_REQUIRE_EQUAL(done.said.cycles.size(), 4u);
  BOOST_REQUIRE_EQUAL(done.said.steps.size(), 8u);
  for (std::size_t k = 0; k < 4; ++k) {
    const double ends = 3.0 * hour * static_cast<double>(k + 1);
    check_close(done.said.cycles[k].t, ends, straight_lines);
    BOOST_CHECK_EQUAL(done.said.steps[2 * k].who, "fill");
    check_close(done.said.steps[2 * k + 1].t, ends - hour, straight_lines);
  }
  check_close(done.value("tank", "amount", 1), 4000.0 * (1.0 - std::pow(2.0, -4)), straight_lines);
}

BOOST_AUTO_TEST_CASE(changes_from_cycle_to_cycle_are_those_of_the_fixed_point_iteration) {
  const Run done = run(case_from(units, cycle + "{times: 6}}"));
  BOOST_CHECK(!done.said.cycles[0].change.has_value());
  for (std::size_t k = 2; k <= 6; ++k) {
    const double share = std::pow(2.0, -static_cast<double>(k));
    BOOST_REQUIRE(done.said.cycles[k - 1].change.has_value());
    check_close(*done.said.cycles[k - 1].change, share / (1.0 - share), {1e-5, 0.0, "a difference of amounts known to 1e-7"});
    BOOST_CHECK_EQUAL(done.said.cycles[k - 1].group, "tank.amount of Li+");
  }
}

BOOST_AUTO_TEST_CASE(cyclic_steady_state_is_found_and_ends_the_run) {
  const Run done = run(case_from(units, cycle + "{until: cyclic_steady_state, method: repetition, tolerance: 1e-3, at_most: 40}}"));
  BOOST_CHECK(done.outcome.reached_steady_state);
  BOOST_CHECK_EQUAL(done.outcome.cycles, 10);  // the first k with 1 / (2^k - 1) < 1e-3
  check_close(done.outcome.change, 1.0 / 1023.0, {1e-4, 0.0, "a difference of amounts known to 1e-7"});
  const Run cut = run(case_from(units, cycle + "{until: cyclic_steady_state, method: repetition, tolerance: 1e-3, at_most: 9}}"));
  BOOST_CHECK(!cut.outcome.reached_steady_state);
  BOOST_CHECK_EQUAL(cut.outcome.cycles, 9);
}

BOOST_AUTO_TEST_CASE(samples_come_at_multiples_of_the_interval_and_at_the_end) {
  const Run done = run(case_from(units, cycle + "{times: 2}}"), 1000.0);
  BOOST_REQUIRE_EQUAL(done.said.samples.size(), 23u);  // 0, 1000, ... 21000 and 21600 s
  for (std::size_t k = 0; k < 22; ++k) BOOST_CHECK_EQUAL(done.said.samples[k].state.t, 1000.0 * static_cast<double>(k));
  check_close(done.said.samples[22].state.t, 21600.0, straight_lines);
}

BOOST_AUTO_TEST_CASE(the_change_is_judged_group_by_group) {
  const Case input = case_from(units, cycle + "{times: 1}}");
  const StateLayout layout(*input.flowsheet);
  const std::size_t amount = layout.unit(1).variables[0].start;
  std::vector<double> before(layout.size(), 0.0);
  before[amount] = 2e5;
  before[amount + 1] = 100.0;
  before[amount + 4] = 300.0;  // K
  BOOST_CHECK_EQUAL(cycle_change(layout, before, before).value, 0.0);

  std::vector<double> after = before;
  after[amount] += 1000.0;    // half a per cent of the water
  after[amount + 1] += 2.0;   // two per cent of the lithium
  const CycleChange change = cycle_change(layout, before, after);
  check_close(change.value, 2.0 / 102.0, {1e-12, 0.0, "rounding"});
  BOOST_CHECK_EQUAL(change.group, "tank.amount of Li+");

  // What is there to less than a ten-thousandth of its size does not decide; algebraic variables never do.
  after = before;
  after[amount + 2] = 1e-7 * layout.nominal()[amount + 2];
  check_close(cycle_change(layout, before, after).value, 1e-3, {1e-12, 0.0, "rounding"});
  after = before;
  after[amount + 5] = 1.0;
  BOOST_CHECK_EQUAL(cycle_change(layout, before, after).value, 0.0);
}

BOOST_AUTO_TEST_SUITE_END()
