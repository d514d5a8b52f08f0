// What ends a stretch before its time: levels of tanks, conditions of steps.
#include "base/error.hpp"
#include "solve/running.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <cmath>

using namespace brineflow;
using namespace brineflow::test;

namespace {

constexpr double hour = 3600.0;
// Levels move along straight lines here, which the integrator's formulas follow exactly: what is left is the root
// finder's width, some 100 roundings of the time.
constexpr Tolerance straight_line{1e-10, 1e-6, "levels are straight lines in time"};

// A tank of 10 m3 with `volume` in it, taking `in` and giving `out`, all in m3 and h. Its heel is 0.1 m3, it opens again at 0.5 m3.
std::string plant(double in, double out, double volume, const std::string& brine = "fresh_water") {
  return fmt::format("{{lake: {{type: feed, brine: {}, flow: {} m3/h}}, tank: {{type: tank, volume: 10 m3, outflow: {} m3/h, initial: {{volume: {} m3}}}},"
                     " out: {{type: sink}}, spent: {{type: sink}}}}", brine, in, out, volume);
}
const std::string through = "lake -> tank -> out";
const std::string both = through + ", tank.overflow -> spent";

std::vector<double> times_of(const Listener& said, const std::string& text) {
  std::vector<double> times;
  for (const Said& event : said.events)
    if (event.message.find(text) != std::string::npos) times.push_back(event.t);
  return times;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(events)

BOOST_AUTO_TEST_CASE(a_tank_runs_dry_when_it_does) {
  const Run done = run(case_from(plant(0.0, 1.0, 4.0), "{for: 6 h, always: [" + both + "]}"));
  check_close(done.said.time_of("ran down to its heel of 0.1 m3"), 3.9 * hour, straight_line);
  check_close(done.value("tank", "volume"), 0.1, straight_line);
  BOOST_CHECK_EQUAL(done.said.events.front().who, "tank");
  check_close(done.last().state.t, 6.0 * hour, straight_line);
}

BOOST_AUTO_TEST_CASE(it_opens_again_with_hysteresis) {
  const Run done = run(case_from(plant(0.5, 1.0, 4.0), "{for: 10.5 h, always: [" + both + "]}"));
  const std::vector<double> dry = times_of(done.said, "ran down"), open = times_of(done.said, "its outlet opens");
  BOOST_REQUIRE_EQUAL(dry.size(), 2u);
  BOOST_REQUIRE_EQUAL(open.size(), 2u);
  check_close(dry[0], 7.8 * hour, straight_line);
  check_close(open[0], 8.6 * hour, straight_line);  // 0.4 m3 at 0.5 m3/h
  check_close(dry[1], 9.4 * hour, straight_line);
  check_close(open[1], 10.2 * hour, straight_line);
  check_close(done.value("tank", "volume"), 0.5 - 0.5 * 0.3, straight_line);
  BOOST_CHECK_EQUAL(done.said.events.size(), 4u);
}

BOOST_AUTO_TEST_CASE(a_full_tank_overflows_and_stops_overflowing) {
  Case input = case_from(plant(2.0, 1.0, 9.0),
                               "{cycle: [{step: fill, for: 3 h}, {step: rest, set: {lake.flow: 0 m3/h}, for: 1 h}], always: [" + both + "]}");
  const Run done = run(std::move(input));
  check_close(done.said.time_of("it overflows"), 1.0 * hour, straight_line);
  // Closes at 9.99 m3, drained by the outlet (1 m3/h) and, above the brim, by the weir: after 36 s at most.
  const double closes = done.said.time_of("is no longer full");
  BOOST_CHECK_GT(closes, 3.0 * hour);
  BOOST_CHECK_LT(closes, 3.0 * hour + 240.0);
  // In is out: 6 m3 came, 2 + 1 m3 and what is missing in the tank went.
  const auto received = done.totals.sum(TotalKind::received, done.last().totals, 4);
  const auto fed = done.totals.sum(TotalKind::fed, done.last().totals, 4);
  const double molar_volume = done.value("tank", "volume") / done.value("tank", "amount");
  check_close((fed[0] - received[0]) * molar_volume, done.value("tank", "volume") - 9.0, {1e-8, 0.0, "balances close"});
  check_close(fed[0] * molar_volume, 6.0, {1e-9, 0.0, "a constant rate is integrated exactly"});
}

BOOST_AUTO_TEST_CASE(a_full_tank_without_overflow_stops_the_run) {
  Case input = case_from(plant(2.0, 1.0, 9.0),
                               "{cycle: [{step: fill, route: [lake -> tank], for: 3 h}, {step: b, route: [lake -> spent], for: 1 s}], always: [tank -> out]}");
  const std::string text = failure(std::move(input.flowsheet), input.schedule);
  for (const std::string part : {"stopped at t = 1 h", "tank 'tank' is full with 10 m3", "a route from 'tank.overflow'"})
    BOOST_CHECK_MESSAGE(text.find(part) != std::string::npos, text << "\nlacks " << part);
}

BOOST_AUTO_TEST_CASE(a_step_may_end_at_the_moment_of_an_event) {
  // The event and the end of the step differ by rounding only, on either side.
  for (int k = 2; k < 100; ++k) {
    const double volume = 0.1 * k;
    const std::string time = fmt::format("{} min", 60.0 * (volume - 0.1));
    const Run done = run(case_from(plant(0.0, 1.0, volume), "{cycle: [{step: drain, for: " + time + "}, {step: rest, for: 1 h}], always: [" + both + "]}"));
    check_close(done.said.time_of("ran down"), (volume - 0.1) * hour, straight_line);
    check_close(done.last().state.t, (volume + 0.9) * hour, straight_line);
  }
}

BOOST_AUTO_TEST_CASE(a_condition_ends_a_step_when_it_becomes_true) {
  const Run done = run(case_from(plant(2.0, 0.0, 4.0), "{cycle: [{step: fill, until: tank.volume > 6 m3, at_most: 3 h}], always: [" + both + "]}"));
  check_close(done.said.time_of("step 'fill' ends: tank.volume > 6 m3"), hour, straight_line);
  check_close(done.outcome.end_time, hour, straight_line);
  check_close(done.value("tank", "volume"), 6.0, straight_line);
  BOOST_CHECK_EQUAL(done.said.events.front().who, "schedule");
}

BOOST_AUTO_TEST_CASE(a_curved_condition_is_met_to_the_tolerance) {
  // c / c_in = 1 - exp(-t / 4 h) passes one half at 4 ln 2 h.
  const Run done = run(case_from(plant(1.0, 1.0, 4.0, "{Li+: 1 mol/L, balance: Cl-}"),
                                 "{cycle: [{step: fill, until: tank.outlet.Li+ / lake.Li+ > 0.5, at_most: 9 h}], always: [" + both + "]}"));
  check_close(done.outcome.end_time, 4.0 * std::log(2.0) * hour, {1e-5, 0.0, "ten times the tolerance of the integrator"});
}

BOOST_AUTO_TEST_CASE(a_falling_value_does_not_meet_a_rising_condition) {
  const Run done = run(case_from(plant(0.0, 1.0, 7.0), "{cycle: [{step: drain, until: tank.volume > 6 m3 + 1.5 m3, at_most: 2 h},"
                                 " {step: on, until: tank.volume < 4.5 m3, at_most: 2 h}], always: [" + both + "]}"));
  check_close(done.said.time_of("step 'drain' ends after its longest time 2 h"), 2.0 * hour, straight_line);
  check_close(done.said.time_of("step 'on' ends: "), 2.5 * hour, straight_line);
}

BOOST_AUTO_TEST_CASE(at_most_limits_a_condition) {
  const Run done = run(case_from(plant(2.0, 0.0, 4.0), "{cycle: [{step: fill, until: tank.volume > 6 m3, at_most: 30 min}], always: [" + both + "]}"));
  check_close(done.said.time_of("step 'fill' ends after its longest time 0.5 h: tank.volume > 6 m3 did not become true"), 0.5 * hour, straight_line);
  check_close(done.outcome.end_time, 0.5 * hour, straight_line);
}

BOOST_AUTO_TEST_CASE(a_condition_that_holds_already_ends_the_step_at_once) {
  const Run done = run(case_from(plant(2.0, 0.0, 4.0), "{cycle: [{step: wait, for: 90 min}, {step: fill, until: tank.volume > 6 m3, at_most: 3 h}], always: [" + both + "]}"));
  check_close(done.said.time_of("step 'fill' ends: tank.volume > 6 m3"), 1.5 * hour, straight_line);
  check_close(done.outcome.end_time, 1.5 * hour, straight_line);
}

BOOST_AUTO_TEST_CASE(at_least_holds_a_condition_back) {
  const auto fill = [](const std::string& least) {
    return run(case_from(plant(2.0, 0.0, 4.0), "{cycle: [{step: fill, until: tank.volume > 6 m3, at_least: " + least + ", at_most: 3 h}], always: [" + both + "]}"));
  };
  check_close(fill("30 min").outcome.end_time, hour, straight_line);
  check_close(fill("90 min").outcome.end_time, 1.5 * hour, straight_line);
  check_close(fill("1 h").outcome.end_time, hour, straight_line);
}

BOOST_AUTO_TEST_CASE(a_condition_may_become_true_as_a_stream_begins_to_flow) {
  // From its heel of water the tank opens at 0.5 m3, four fifths of which are brine: the outlet's concentration is above
  // one half from its first moment, without ever crossing it.
  const std::string units = "{lake: {type: feed, brine: {Li+: 1 mol/L, balance: Cl-}, flow: 1 m3/h}, tank: {type: tank, volume: 10 m3, outflow: 1 m3/h},"
                            " out: {type: sink}, spent: {type: sink}}";
  const Run done = run(case_from(units, "{cycle: [{step: fill, until: tank.outlet.Li+ > 0.5 mol/L, at_most: 3 h}], always: [" + both + "]}"));
  check_close(done.said.time_of("step 'fill' ends: "), 0.4 * hour, straight_line);
  check_close(done.outcome.end_time, 0.4 * hour, straight_line);
}

BOOST_AUTO_TEST_SUITE_END()
