#include "input/parameters.hpp"

#include "base/error.hpp"
#include "reading.hpp"
#include "support/tolerance.hpp"

using namespace brineflow;
using test::check_close;
using test::check_contains;
using test::good;
using test::Tolerance;

namespace {

constexpr Tolerance rounding{.relative = 1e-14, .reason = "a few roundings of a double"};

const ParameterTable& table() {
  static const ParameterTable rows = {
      quantity("length", "m").positive().between("0 m", "100 m").means("height of the bed"),
      quantity("void_fraction", "1").between("0", "1").or_default("0.38").means("share of the bed between the grains"),
      quantity("temperature", "degC").between("0 degC", "100 degC").maybe_absent().means("of the bed"),
      number("order").not_negative().or_default("1"),
      integer("cells").between(1, 1000).or_default("16"),
      choice("method", {"dg", "weno"}).or_default("dg"),
      boolean("adiabatic").or_default("false"),
      text("sorbent").or_default("li_al_ldh"),
      any("initial").maybe_absent(),
      any("outlets").or_default("[product]"),
  };
  return rows;
}

std::string findings_of(const std::string& map) {
  const Document document = good(map);
  Diagnostics diagnostics;
  const Values values = read_values(document.root, table(), "units.c (column)", diagnostics);
  BOOST_TEST(values.complete() == diagnostics.empty());
  return diagnostics.text();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(parameters)

BOOST_AUTO_TEST_CASE(values_and_defaults) {
  const Document document = good("{type: column, length: 240 cm, temperature: 25 degC, order: 1e0, cells: 20, initial: {Li+: 1}}");
  Diagnostics diagnostics;
  const Values values = read_values(document.root, table(), "units.c (column)", diagnostics);
  BOOST_TEST(diagnostics.text() == "");
  check_close(values.quantity("length"), 2.4, rounding);
  check_close(values.quantity("temperature"), 298.15, rounding);
  check_close(values.quantity("void_fraction"), 0.38, rounding);
  BOOST_TEST(values.number("order") == 1.0);
  BOOST_TEST(values.integer("cells") == 20);
  BOOST_TEST(values.text("method") == "dg");
  BOOST_TEST(values.text("sorbent") == "li_al_ldh");
  BOOST_TEST(!values.flag("adiabatic"));
  BOOST_TEST(values.node("initial")->find("Li+")->text() == "1");
  BOOST_TEST(values.node("outlets")->items().at(0).text() == "product");
  BOOST_TEST(values.given("length"));
  BOOST_TEST(!values.given("void_fraction"));
  BOOST_TEST(values.has("void_fraction"));
  BOOST_TEST(values.place("length").column == 24);
  BOOST_TEST(values.place("method").column == 1);
}

BOOST_AUTO_TEST_CASE(our_own_mistakes_are_internal_errors) {
  const Document document = good("{length: 1 m}");
  Diagnostics diagnostics;
  const Values values = read_values(document.root, table(), "c", diagnostics);
  BOOST_CHECK_THROW(values.quantity("lenght"), InternalError);
  BOOST_CHECK_THROW(values.has("lenght"), InternalError);
  BOOST_CHECK_THROW(values.number("length"), InternalError);
  BOOST_CHECK_THROW(values.quantity("temperature"), InternalError);
  BOOST_TEST(!values.has("temperature"));
  BOOST_TEST(values.node("initial") == nullptr);
  BOOST_CHECK_THROW(quantity("x", "m").between("0 kg", "1 kg"), InternalError);
  const ParameterTable wrong = {quantity("x", "m").or_default("1 kg")};
  BOOST_CHECK_THROW(read_values(good("{}").root, wrong, "c", diagnostics), InternalError);
}

BOOST_AUTO_TEST_CASE(unknown_and_missing_keys) {
  const std::string text = findings_of("{type: column, lengt: 1 m, pressure: 1 bar}");
  check_contains(text, "case.yaml:1:16: unknown key 'lengt' in units.c (column)\n");
  check_contains(text, "^~~~~ did you mean 'length'?");
  check_contains(text, "unknown key 'pressure' in units.c (column)");
  check_contains(text, "valid keys: length, void_fraction, temperature");
  check_contains(text, "missing key 'length' in units.c (column)");
  check_contains(text, "length [m], height of the bed");
}

BOOST_AUTO_TEST_CASE(units_and_dimensions) {
  check_contains(findings_of("{length: 2.4}"),
                 "case.yaml:1:10: 'length' in units.c (column) needs a unit: a length, such as '2.4 m'");
  check_contains(findings_of("{length: 2.4 kg}"),
                 "'2.4 kg' is a mass; 'length' in units.c (column) wants a length, such as '2.4 m'");
  check_contains(findings_of("{length: 2.4 furlong}"), "'length' in units.c (column): unknown unit 'furlong'");
  check_contains(findings_of("{length: 1 m, void_fraction: 0.4 m}"), "wants a dimensionless number, such as '0.38'");
  BOOST_TEST(findings_of("{length: 1 m, void_fraction: 40 %}") == "");
  BOOST_TEST(findings_of("{length: 1 m, void_fraction: 0.4}") == "");
}

BOOST_AUTO_TEST_CASE(ranges) {
  check_contains(findings_of("{length: -1 m}"), "length -1 m in units.c (column) must be above 0 m and at most 100 m");
  check_contains(findings_of("{length: 0 m}"), "must be above 0 m");
  BOOST_TEST(findings_of("{length: 100 m}") == "");
  check_contains(findings_of("{length: 100.1 m}"), "at most 100 m");
  check_contains(findings_of("{length: 1 m, temperature: 400 degC}"), "must be between 0 degC and 100 degC");
  check_contains(findings_of("{length: 1 m, order: -1}"), "order -1 in units.c (column) must be at least 0");
  check_contains(findings_of("{length: 1 m, cells: 0}"), "must be between 1 and 1000");
}

BOOST_AUTO_TEST_CASE(not_what_is_wanted) {
  check_contains(findings_of("{length: nan}"), "'nan' is not a number");
  check_contains(findings_of("{length: .inf m}"), "'.inf' is not a number");
  check_contains(findings_of("{length: long}"), "'long' is not a number");
  check_contains(findings_of("{length: [1 m]}"), "'length' in units.c (column) is a list; wanted: a length, such as '2.4 m'");
  check_contains(findings_of("{length: {a: 1}}"), "is a map; wanted");
  check_contains(findings_of("{length: }"), "'length' in units.c (column) has no value");
  check_contains(findings_of("{length: 1 m, cells: 1.5}"), "wants a whole number, such as 16, not '1.5'");
  check_contains(findings_of("{length: 1 m, cells: 010}"), "'010' starts with a zero");
  check_contains(findings_of("{length: 1 m, method: wen}"), "'method' in units.c (column) cannot be 'wen'");
  check_contains(findings_of("{length: 1 m, method: wen}"), "did you mean 'weno'?");
  check_contains(findings_of("{length: 1 m, method: xyzzy}"), "one of dg or weno");
  check_contains(findings_of("{length: 1 m, adiabatic: yes}"), "wants true or false, not 'yes'");
  check_contains(findings_of("{length: 1 m, sorbent: ''}"), "is an empty text");
  check_contains(findings_of("[1, 2]"), "units.c (column) is a list; wanted: keys with values");
}

BOOST_AUTO_TEST_CASE(all_findings_at_once_and_stand_ins_within_range) {
  const Document document = good("{lengt: 1 m, void_fraction: 2, cells: x, method: y}");
  Diagnostics diagnostics;
  const Values values = read_values(document.root, table(), "c", diagnostics);
  BOOST_TEST(diagnostics.count() == 5U);
  BOOST_TEST(!values.has("void_fraction"));
  check_close(values.quantity("void_fraction"), 0.38, rounding);
  check_close(values.quantity("length"), 2.4, rounding);
  BOOST_TEST(values.integer("cells") == 16);
  BOOST_TEST(values.text("method") == "dg");
}

BOOST_AUTO_TEST_CASE(one_quantity_by_itself) {
  Diagnostics diagnostics;
  const Document document = good("{a: 12 m3/h, b: 12 kg}");
  check_close(read_quantity(*document.root.find("a"), "m3/h", "'a' in x", diagnostics).value(), 12.0 / 3600.0, rounding);
  BOOST_TEST(diagnostics.empty());
  BOOST_TEST(!read_quantity(*document.root.find("b"), "m3/h", "'b' in x", diagnostics).has_value());
  check_contains(diagnostics.text(), "'12 kg' is a mass; 'b' in x wants a volume flow, such as '2.4 m3/h'");
}

BOOST_AUTO_TEST_SUITE_END()
