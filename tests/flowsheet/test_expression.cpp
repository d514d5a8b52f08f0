// Conditions of a schedule: what they evaluate to, and what is said where they are wrong.
#include "flowsheet/case_from_text.hpp"
#include "flowsheet/expression.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace brineflow;
using namespace brineflow::test;

namespace {

constexpr Tolerance rounding{1e-12, 1e-12, "rounding of unit conversions"};

// 1e-3 m3/s with 1000 mol/m3 of lithium chloride; 4 m3 in the tank, whose outlet carries nothing yet.
struct Fixture {
  Case input = case_from(
      "{lake: {type: feed, brine: {Li+: 1 mol/L, balance: Cl-}, flow: 3.6 m3/h},"
      " tank: {type: tank, volume: 10 m3, outflow: 1 m3/h, initial: {volume: 4 m3}}, out: {type: sink}}",
      "{for: 1 h, always: [lake -> tank -> out]}");
  System system{*input.flowsheet};
  std::vector<double> y = system.initial_state();
  Place place{"case.yaml", 3, 11, 1, nullptr};

  Condition condition(const std::string& text) {
    Diagnostics diagnostics;
    auto result = parse_condition(text, place, *input.flowsheet, system.layout(), diagnostics);
    BOOST_REQUIRE_MESSAGE(result.has_value(), text << "\n" << diagnostics.text());
    return *result;
  }
  double difference(const std::string& text) { return condition(text).difference(system.layout(), *input.flowsheet->brine, y); }
  // The value of an expression without a quantity of the plant, which a condition must have on some side.
  double value(const std::string& expression, const std::string& unit = "1") {
    return difference(expression + " > 0 * tank.volume / 1 m3" + (unit == "1" ? "" : " * 1 " + unit));
  }
  bool holds(const std::string& text) { return condition(text).holds(system.layout(), *input.flowsheet->brine, y); }

  // The text must be refused, at a column of the case and with words that help.
  void refused(const std::string& text, int column, const std::string& message, const std::string& hint = "") {
    Diagnostics diagnostics;
    BOOST_CHECK(!parse_condition(text, place, *input.flowsheet, system.layout(), diagnostics));
    const std::string where = "case.yaml:3:" + std::to_string(column) + ": ";
    const std::string said = diagnostics.text();
    BOOST_CHECK_MESSAGE(diagnostics.count() == 1 && said.find(where) != std::string::npos && said.find(message) != std::string::npos &&
                            said.find(hint) != std::string::npos,
                        "'" << text << "' gives\n" << said << "instead of " << where << message << " / " << hint);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(expression, Fixture)

BOOST_AUTO_TEST_CASE(paths_read_streams_and_scalar_variables) {
  check_close(difference("lake.outlet.Li+ > 0 mol/m3"), 1000.0, rounding);
  check_close(difference("lake.Li+ > 0 mol/m3"), 1000.0, rounding);  // its only outlet
  check_close(difference("lake.flow > 0 m3/s"), 1e-3, rounding);
  check_close(difference("lake.temperature > 0 K"), 298.15, rounding);
  check_close(difference("lake.outlet.pressure > 0 Pa"), 101325.0, rounding);
  check_close(difference("tank.volume > 0 m3"), 4.0, rounding);
  check_close(difference("tank.outlet.flow > 0 m3/s"), 0.0, rounding);
}

BOOST_AUTO_TEST_CASE(numbers_carry_units) {
  check_close(value("5 m3 - 3000 L", "m3"), 2.0, rounding);
  check_close(value("3.6 m3/h", "m3/s"), 1e-3, rounding);
  check_close(value("1e-3 m3", "m3"), 1e-3, rounding);
  check_close(value("50 %"), 0.5, rounding);
  check_close(value(".5"), 0.5, rounding);
}

BOOST_AUTO_TEST_CASE(products_bind_before_sums_and_both_go_from_the_left) {
  check_close(value("2 + 3 * 4 - 6 / 3"), 12.0, rounding);
  check_close(value("(2 + 3) * 4"), 20.0, rounding);
  check_close(value("8 / 4 / 2"), 1.0, rounding);
  check_close(value("10 - 4 - 3"), 3.0, rounding);
  check_close(value("2*(1+2)*3"), 18.0, rounding);
}

BOOST_AUTO_TEST_CASE(a_condition_names_a_quantity_of_the_plant) {
  refused("5 m3 > 3000 L", 11, "this never changes");
}

BOOST_AUTO_TEST_CASE(dimensions_combine_in_products) {
  check_close(difference("tank.volume / lake.flow > 1 h"), 4000.0 - 3600.0, rounding);
  check_close(difference("lake.Li+ * lake.flow > 0 mol/s"), 1.0, rounding);
  check_close(difference("lake.Li+ / lake.Cl- > 0.4"), 0.6, rounding);
}

BOOST_AUTO_TEST_CASE(components_may_hold_signs_of_their_own) {
  check_close(difference("lake.Cl--lake.Li+ > 0 mol/m3"), 0.0, rounding);
  check_close(difference("lake.Li+-lake.Mg+2 > 0 mol/m3"), 1000.0, rounding);
  check_close(difference("lake.Li++lake.Cl- > 0 mol/m3"), 2000.0, rounding);
  check_close(difference("lake.Mg+2+lake.Li+ > 0 mol/m3"), 1000.0, rounding);
  check_close(difference("lake.Cl--0.25 mol/L > 0 mol/m3"), 750.0, rounding);
}

BOOST_AUTO_TEST_CASE(the_sign_of_the_difference_is_that_of_the_condition) {
  BOOST_CHECK(holds("tank.volume > 3 m3"));
  BOOST_CHECK(!holds("tank.volume > 5 m3"));
  BOOST_CHECK(holds("tank.volume < 5 m3"));
  BOOST_CHECK(!holds("tank.volume < 3 m3"));
  check_close(difference("tank.volume < 5 m3"), 1.0, rounding);
  check_close(difference("tank.volume <= 5 m3"), 1.0, rounding);
}

BOOST_AUTO_TEST_CASE(without_flow_a_concentration_is_no_number_and_the_condition_does_not_hold) {
  BOOST_CHECK(std::isnan(difference("tank.outlet.Li+ > 1 mol/m3")));
  BOOST_CHECK(!holds("tank.outlet.Li+ > 1 mol/m3"));
  BOOST_CHECK(!holds("tank.outlet.Li+ < 1 mol/m3"));
  BOOST_CHECK(!holds("lake.Li+ / lake.Mg+2 > 1"));  // nothing divides by no magnesium
}

BOOST_AUTO_TEST_CASE(unknown_names_are_answered_with_the_nearest) {
  refused("tnk.volume > 5 m3", 11, "there is no unit 'tnk'", "did you mean 'tank'?");
  refused("5 m3 < tank.volum", 18, "has no property 'volum'", "did you mean 'volume'?");
  refused("tank.outlat.Li+ > 1 mol/m3", 11, "tank (tank) has no outlet 'outlat'", "did you mean 'outlet'?");
  refused("lake.outlet.Na+ > 1 mol/m3", 11, "lake.outlet has no property 'Na", "valid: flow, temperature, pressure, H2O, Li+");
  refused("out.flow > 1 m3/h", 11, "'out.flow' names no quantity");
  refused("tank.amount > 1 mol", 11, "has no property 'amount'");  // one value a component: none in particular
  refused("tank > 1 m3", 11, "'tank' names no quantity");
}

BOOST_AUTO_TEST_CASE(dimensions_are_checked) {
  refused("tank.volume > 5 m", 11, "a volume is compared with a length");
  refused("tank.volume + 1 m > 5 m3", 11, "a volume and a length cannot be added");
  refused("5 m3 < tank.volume - 2", 18, "a volume and a dimensionless number cannot be subtracted");
  refused("tank.volume * 2 m > 5 m3", 11, "is compared with a volume");
  refused("tank.volume > 5", 11, "a volume is compared with a dimensionless");
}

BOOST_AUTO_TEST_CASE(broken_texts_are_refused_where_they_break) {
  refused("tank.volume 5 m3", 23, "compares two quantities with < or >");
  refused("tank.volume >", 24, "it ends where a quantity should follow");
  refused("(tank.volume > 5 m3", 24, "a ')' is missing here");
  refused("tank.volume > 5 m3 6", 30, "the condition should end here");
  refused("tank.volume > * 5 m3", 25, "'*' cannot stand here");
  refused("tank.volume > 5 parsecs", 25, "parsecs");
  refused("", 11, "it ends where a quantity should follow");
}

BOOST_AUTO_TEST_CASE(probes_name_every_stream_that_must_flow) {
  const std::vector<Probe> probes = condition("lake.Li+ / lake.Cl- > tank.volume / 10 m3").left.probes();
  BOOST_REQUIRE_EQUAL(probes.size(), 2u);
  BOOST_CHECK(probes[0].kind == Probe::Kind::concentration);
  BOOST_CHECK_EQUAL(probes[0].component, 1u);
  BOOST_CHECK_EQUAL(probes[1].component, 3u);
}

BOOST_AUTO_TEST_SUITE_END()
