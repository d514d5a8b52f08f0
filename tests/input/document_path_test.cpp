#include "reading.hpp"

using namespace brineflow;
using test::check_contains;
using test::good;

namespace {

constexpr const char* text =
    "units: {column: {length: 2 m}}\n"
    "schedule:\n  cycle:\n    - {step: load, for: 6 h}\n    - {step: wash, for: 20 min}\n";

// The case after --set, which must succeed.
Document after(std::string_view path, const std::string& value) {
  Document document = good(text);
  Diagnostics diagnostics;
  set_path(document, path, value, diagnostics);
  BOOST_TEST(diagnostics.text() == "");
  return document;
}

std::string refused(std::string_view path, const std::string& value) {
  Document document = good(text);
  const std::string before = write_yaml(document.root);
  Diagnostics diagnostics;
  set_path(document, path, value, diagnostics);
  BOOST_TEST(write_yaml(document.root) == before);
  return diagnostics.text();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(document_path)

BOOST_AUTO_TEST_CASE(values_are_replaced_and_added) {
  BOOST_TEST(after("units.column.length", "3 m").root.find("units")->find("column")->find("length")->text() == "3 m");
  BOOST_TEST(after("units.column.new", "3").root.find("units")->find("column")->find("new")->text() == "3");
  BOOST_TEST(after("output.every", "60 s").root.find("output")->find("every")->text() == "60 s");
  BOOST_TEST(after("units", "{a: [b, c]}").root.find("units")->find("a")->items().size() == 2U);
}

BOOST_AUTO_TEST_CASE(what_stands_at_a_path) {
  const Document document = good(text);
  Diagnostics diagnostics;
  BOOST_TEST(find_path(document, "units.column.length", diagnostics)->text() == "2 m");
  BOOST_TEST(find_path(document, "schedule.cycle.wash.for", diagnostics)->text() == "20 min");
  BOOST_TEST(find_path(document, "schedule.cycle.0.step", diagnostics)->text() == "load");
  BOOST_TEST(find_path(document, "units", diagnostics)->is_map());
  BOOST_TEST(diagnostics.text() == "");
  BOOST_TEST((find_path(document, "units.column.lenght", diagnostics, "here") == nullptr));
  check_contains(diagnostics.text(), "here:1:14: no 'lenght' in units.column");
  check_contains(diagnostics.text(), "did you mean 'length'?");
  BOOST_TEST((find_path(document, "unit", diagnostics) == nullptr));
  check_contains(diagnostics.text(), "no 'unit' in the case");
  BOOST_TEST((find_path(document, "units.column.length.more", diagnostics) == nullptr));
  BOOST_TEST((find_path(document, "", diagnostics) == nullptr));
  BOOST_TEST(diagnostics.count() == 4U);
}

BOOST_AUTO_TEST_CASE(steps_by_name_and_by_index) {
  const auto duration = [](const Document& d, std::size_t k) {
    return d.root.find("schedule")->find("cycle")->items().at(k).find("for")->text();
  };
  BOOST_TEST(duration(after("schedule.cycle.wash.for", "1 h"), 1) == "1 h");
  BOOST_TEST(duration(after("schedule.cycle.wash.for", "1 h"), 0) == "6 h");
  BOOST_TEST(duration(after("schedule.cycle.0.for", "1 h"), 0) == "1 h");
  BOOST_TEST(after("schedule.cycle.1", "x").root.find("schedule")->find("cycle")->items().at(1).text() == "x");
}

BOOST_AUTO_TEST_CASE(phases_of_a_carousel_by_name) {
  Diagnostics diagnostics;
  Document document = parse_document("carousel:\n  period:\n    - {phase: load, for: 6 h}\n    - {phase: wash, for: 20 min}\n", "case.yaml", diagnostics);
  set_path(document, "carousel.period.wash.for", "1 h", diagnostics);
  BOOST_TEST(diagnostics.empty());
  BOOST_TEST(document.root.find("carousel")->find("period")->items().at(1).find("for")->text() == "1 h");
  set_path(document, "carousel.period.elute.for", "1 h", diagnostics);
  check_contains(diagnostics.text(), "there is load, wash");
}

BOOST_AUTO_TEST_CASE(findings_point_into_the_argument) {
  BOOST_TEST(refused("units.colum.length", "3 m") ==
             "--set:1:7: no 'colum' in units\n   1 | units.colum.length=3 m\n     |       ^~~~~ did you mean 'column'?\n");
  check_contains(refused("schedule.cycle.elute.for", "1 h"), "--set:1:16: no 'elute' in schedule.cycle");
  check_contains(refused("schedule.cycle.elute.for", "1 h"), "there is load, wash");
  check_contains(refused("schedule.cycle.2.for", "1 h"), "no '2' in schedule.cycle");
  check_contains(refused("unit.column.length", "1 m"), "did you mean 'units'?");
  check_contains(refused("units..length", "1 m"), "--set:1:7: an empty name");
  check_contains(refused("", "1 m"), "an empty name");
  check_contains(refused("units.column.length", ""), "no value for 'units.column.length'");
  check_contains(refused("units.column.length", "[1"), "--set:1:21: the bracket opens here");
  BOOST_TEST(refused("schedule.cycle[0].for", "3 h") ==
             "--set:1:10: an item of a list is named behind a dot, by its index or its step\n"
             "   1 | schedule.cycle[0].for=3 h\n     |          ^~~~~~~~ did you mean 'schedule.cycle.0.for'?\n");
  check_contains(refused("schedule.cycle['wash'].for", "3 h"), "did you mean 'schedule.cycle.wash.for'?");
  check_contains(refused("schedule.cycle[1]", "{}"), "did you mean 'schedule.cycle.1'?");
  check_contains(refused("schedul[0].for", "3 h"), "did you mean 'schedul.0.for'?");
  check_contains(refused("units.column.length.x", "1"), "no 'x' in units.column.length");
  check_contains(refused("units.column.length", std::string("\0", 1)), "control character");
}

BOOST_AUTO_TEST_CASE(values_know_their_place) {
  const Document document = after("units.column.length", "{a: 3}");
  const Node& value = *document.root.find("units")->find("column")->find("length");
  BOOST_TEST(value.find("a")->place().file == "--set");
  BOOST_TEST(value.find("a")->place().column == 25);
  BOOST_TEST(document.root.find("units")->find("column")->find_entry("length")->key_place.column == 14);
}

BOOST_AUTO_TEST_SUITE_END()
