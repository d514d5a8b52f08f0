// The schedule of a case: what is read from it, and what is refused.
#include "flowsheet/case_from_text.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

using namespace brineflow;
using namespace brineflow::test;

namespace {

const std::string plant =
    "{lake: {type: feed, brine: {Li+: 1 mol/L, balance: Cl-}, flow: 3.6 m3/h}, water: {type: feed, brine: fresh_water, flow: 1 m3/h},"
    " tank: {type: tank, volume: 10 m3, outflow: 1 m3/h, initial: {volume: 4 m3}}, out: {type: sink}}";

constexpr Tolerance rounding{1e-14, 0.0, "rounding of unit conversions"};

Schedule read(const std::string& schedule) { return case_from(plant, schedule).schedule; }

// Line 6 of the case is the schedule, which begins in column 11.
void refused(const std::string& schedule, const std::string& message, const std::string& hint = "", const std::string& under = "") {
  const std::string said = findings(plant, schedule);
  for (const std::string& part : {message, hint})
    BOOST_CHECK_MESSAGE(said.find(part) != std::string::npos, schedule << " gives\n" << said << "\nwithout " << part);
  if (under.empty()) return;
  const std::string where = ":6:" + std::to_string(11 + schedule.find(under)) + ": ";
  BOOST_CHECK_MESSAGE(said.find(where) != std::string::npos, schedule << " gives\n" << said << "\nnot at " << where);
}

const std::string fill = "{step: fill, route: [lake -> tank], for: 30 min}";
const std::string drain = "{step: drain, route: [tank -> out], until: tank.volume < 3 m3, at_most: 2 h}";
const std::string rinse = "{step: rinse, route: [water -> out], set: {water.flow: 7.2 m3/h, water.temperature: 30 degC}, for: 10 s}";

}  // namespace

BOOST_AUTO_TEST_SUITE(schedule)

BOOST_AUTO_TEST_CASE(a_time_alone) {
  const Schedule s = read("{for: 2 h, always: [lake -> tank -> out]}");
  BOOST_CHECK(!s.cyclic);
  BOOST_REQUIRE_EQUAL(s.steps.size(), 1u);
  check_close(s.steps[0].at_most, 7200.0, rounding);
  BOOST_CHECK(!s.steps[0].until);
  BOOST_CHECK_EQUAL(s.steps[0].connections.size(), 2u);
  BOOST_CHECK_EQUAL(s.repeat.cycles, 1);
}

BOOST_AUTO_TEST_CASE(a_cycle_of_steps) {
  const Schedule s = read("{cycle: [" + fill + ", " + drain + ", " + rinse + "], always: [], repeat: {times: 5}}");
  BOOST_CHECK(s.cyclic);
  BOOST_REQUIRE_EQUAL(s.steps.size(), 3u);
  BOOST_CHECK_EQUAL(s.steps[0].name, "fill");
  check_close(s.steps[0].at_most, 1800.0, rounding);
  BOOST_REQUIRE(s.steps[1].until.has_value());
  BOOST_CHECK_EQUAL(s.steps[1].until->text, "tank.volume < 3 m3");
  BOOST_CHECK(!s.steps[1].until->greater);
  check_close(s.steps[1].at_most, 7200.0, rounding);
  BOOST_CHECK_EQUAL(s.steps[1].at_least, 0.0);
  BOOST_CHECK_EQUAL(s.repeat.cycles, 5);
  BOOST_CHECK(!s.repeat.until_cyclic_steady_state);
}

BOOST_AUTO_TEST_CASE(settings_of_a_step_are_in_si) {
  const Step step = read("{cycle: [" + fill + ", " + rinse + "], always: [tank -> out]}").steps[1];
  BOOST_REQUIRE_EQUAL(step.settings.size(), 2u);
  BOOST_CHECK_EQUAL(step.settings[0].unit, 1u);
  check_close(step.settings[0].value, 2e-3, rounding);
  check_close(step.settings[1].value, 303.15, rounding);
  const Case input = case_from(plant, "{cycle: [" + fill + ", " + rinse + "], always: [tank -> out]}");
  const auto& parameters = input.flowsheet->units[1]->parameters();
  BOOST_CHECK_EQUAL(parameters[step.settings[0].parameter].name, "flow");
  BOOST_CHECK_EQUAL(parameters[step.settings[1].parameter].name, "temperature");
}

BOOST_AUTO_TEST_CASE(routes_that_always_hold_hold_in_every_step) {
  const Schedule s = read("{cycle: [" + fill + ", {step: wait, for: 1 h}], always: [water -> out, tank -> out]}");
  BOOST_CHECK_EQUAL(s.steps[0].connections.size(), 3u);
  BOOST_CHECK_EQUAL(s.steps[1].connections.size(), 2u);
  BOOST_CHECK_EQUAL(s.repeat.cycles, 1);  // once where nothing is said
}

BOOST_AUTO_TEST_CASE(until_the_cycles_repeat) {
  const std::string cycle = "{cycle: [" + fill + ", " + drain + "], repeat: ";
  const Schedule s = read(cycle + "{until: cyclic_steady_state, tolerance: 1e-5, at_most: 40}}");
  BOOST_CHECK(s.repeat.until_cyclic_steady_state);
  BOOST_CHECK_EQUAL(s.repeat.cycles, 40);
  BOOST_CHECK_EQUAL(s.repeat.tolerance, 1e-5);
  BOOST_CHECK_EQUAL(read(cycle + "{until: cyclic_steady_state, at_most: 40}}").repeat.tolerance, 1e-3);
  refused(cycle + "{until: cyclic_steady_state}}", "never ends if no cyclic steady state is found", "add 'at_most: 40'");
  refused(cycle + "{until: cyclic_steady_state, times: 3, at_most: 4}}", "either how many 'times' or 'until' what");
  refused(cycle + "{}}", "either how many 'times' or 'until' what");
  refused(cycle + "{times: 0}}", "times");
}

BOOST_AUTO_TEST_CASE(a_schedule_must_end) {
  refused("{always: [lake -> tank -> out]}", "the schedule never ends", "add 'for: 8 h'");
  refused("{cycle: [{step: a, route: [lake -> tank]}], always: [tank -> out]}", "step 'a' never ends");
  refused("{cycle: [{step: a, route: [lake -> tank -> out], until: tank.volume > 5 m3}]}", "may never end: its condition may stay false",
          "add 'at_most: 6 h'", "tank.volume > 5 m3");
  refused("{cycle: [{step: a, route: [lake -> tank -> out], until: tank.volume > 5 m3, for: 1 h}]}", "has both 'for' and 'until'");
  refused("{cycle: [{step: a, route: [lake -> tank -> out], for: 1 h, at_most: 1 h}]}", "limits an 'until', and there is none");
  refused("{cycle: [{step: a, route: [lake -> tank -> out], for: 1 h, at_least: 1 h}]}", "limits an 'until', and there is none");
  refused("{cycle: [{step: a, route: [lake -> tank -> out], until: tank.volume > 5 m3, at_least: 2 h, at_most: 1 h}]}",
          "'at_least' in step 'a' must be shorter than 'at_most'");
  refused("{for: 1 h, always: [lake -> tank -> out], repeat: {times: 3}}", "'repeat' is for a schedule with a 'cycle'");
  refused("{for: 1 h, cycle: [" + fill + "]}", "'for' is for a schedule without a 'cycle'");
  refused("{cycle: []}", "'cycle' wants a list of steps");
  refused("{cycle: [fill]}", "a step is a map");
  refused("{cycle: [" + fill + ", " + fill + "]}", "two steps are called 'fill'", "the first is here");
}

BOOST_AUTO_TEST_CASE(settings_are_checked) {
  const auto with = [](const std::string& set) { return "{cycle: [{step: a, route: [lake -> tank -> out], set: " + set + ", for: 1 h}]}"; };
  refused(with("{lake.flw: 1 m3/h}"), "lake has no parameter 'flw' that a step can set", "did you mean 'flow'?", "lake.flw");
  refused(with("{lak.flow: 1 m3/h}"), "'lak.flow' names no parameter of a unit", "did you mean 'lake.", "lak.flow");
  refused(with("{lake: 1 m3/h}"), "'lake' names no parameter of a unit");
  refused(with("{tank.volume: 1 m3}"), "tank has no parameter 'volume' that a step can set");
  refused(with("{lake.flow: 1 m}"), "lake.flow", "", "1 m}");
  refused(with("{lake.flow: -1 m3/h}"), "lake.flow -1 m3/h must be at least 0 m3/h", "", "-1 m3/h");
  refused(with("lake.flow"), "'set' in step 'a' wants a map");
}

BOOST_AUTO_TEST_CASE(conditions_are_checked) {
  const auto until = [](const std::string& text) {
    return "{cycle: [{step: a, route: [lake -> tank], until: " + text + ", at_most: 1 h}, {step: b, route: [tank -> out, water -> out], for: 1 h}]}";
  };
  BOOST_CHECK_EQUAL(findings(plant, until("lake.Li+ > tank.volume * 1 mol/m6")), "");
  refused(until("tnk.volume > 5 m3"), "there is no unit 'tnk'", "did you mean 'tank'?", "tnk");
  refused(until("'tnk.volume > 5 m3'"), "there is no unit 'tnk'", "", "tnk");  // past the quote
  refused(until("water.Li+ > 1 mol/m3"), "water.outlet has no flow in step 'a'");
}

BOOST_AUTO_TEST_SUITE_END()
