#include "base/diagnostics.hpp"

#include "base/error.hpp"

#include <boost/test/unit_test.hpp>

using namespace brineflow;

namespace {

Place at(const std::shared_ptr<const Source>& source, int line, int column, int width = 1) {
  return {source->file, line, column, width, source};
}

std::string text_of(const Place& place, const std::string& message, const std::string& hint = "") {
  Diagnostics diagnostics;
  diagnostics.error(place, message, hint);
  return diagnostics.text();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(diagnostics)

BOOST_AUTO_TEST_CASE(reads_as_the_design_says) {
  const auto source = Source::from_text("cases/plants/taijinar.yaml", "\n\n\n\n\n\n  eluate: {type: tank, volum: 60 m3}\n");
  BOOST_TEST(text_of(at(source, 7, 24, 5), "unknown key 'volum' in units.eluate (tank)", "did you mean 'volume'?") ==
             "cases/plants/taijinar.yaml:7:24: unknown key 'volum' in units.eluate (tank)\n"
             "   7 |   eluate: {type: tank, volum: 60 m3}\n"
             "     |                        ^~~~~ did you mean 'volume'?\n");
}

BOOST_AUTO_TEST_CASE(one_by_one_in_the_order_of_the_text) {
  const auto source = Source::from_text("a", "one\ntwo\n");
  Diagnostics diagnostics;
  diagnostics.error(at(source, 2, 3), "second", "do this");
  diagnostics.error(at(source, 1, 1), "first");
  try {
    diagnostics.throw_if_any();
    BOOST_FAIL("nothing was thrown");
  } catch (const InputError& error) {
    BOOST_REQUIRE(error.findings() != nullptr);
    BOOST_REQUIRE(error.findings()->size() == 2U);
    const InputFinding& second = error.findings()->at(1);
    BOOST_TEST(error.findings()->at(0).message == "first");
    BOOST_TEST(second.file == "a");
    BOOST_TEST(second.line == 2);
    BOOST_TEST(second.column == 3);
    BOOST_TEST(second.message == "second");
    BOOST_TEST(second.hint == "do this");
  }
  BOOST_TEST((InputError("a sentence").findings() == nullptr));
}

BOOST_AUTO_TEST_CASE(sorted_by_place_whatever_the_order_of_discovery) {
  const auto source = Source::from_text("a", "one\ntwo\n");
  Diagnostics diagnostics;
  diagnostics.error(at(source, 2, 1), "third");
  diagnostics.error(at(source, 1, 3), "second");
  diagnostics.error(at(source, 1, 1), "first");
  const std::string text = diagnostics.text();
  BOOST_TEST(text.find("first") < text.find("second"));
  BOOST_TEST(text.find("second") < text.find("third"));
  BOOST_TEST(diagnostics.count() == 3U);
}

BOOST_AUTO_TEST_CASE(two_places) {
  const auto source = Source::from_text("f", "a: 1\nb: 2\na: 3");
  Diagnostics diagnostics;
  diagnostics.error_with_other(at(source, 3, 1), "duplicate key 'a'", at(source, 1, 1), "it stands here already");
  BOOST_TEST(diagnostics.text() ==
             "f:3:1: duplicate key 'a'\n   3 | a: 3\n     | ^\n"
             "f:1:1: it stands here already\n   1 | a: 1\n     | ^\n");
}

BOOST_AUTO_TEST_CASE(tabs_wide_characters_and_controls_keep_the_caret_right) {
  const auto source = Source::from_text("f", "\ta\tb\n\u897f\u53f0: x\n\x1b[31mred: 1\nbad\xFF: 1");
  BOOST_TEST(text_of(at(source, 1, 4), "m") == "f:1:4: m\n   1 |  a b\n     |    ^\n");
  BOOST_TEST(text_of(at(source, 2, 1, 2), "m") == "f:2:1: m\n   2 | \u897f\u53f0: x\n     | ^~~~\n");
  BOOST_TEST(text_of(at(source, 2, 5), "m") == "f:2:5: m\n   2 | \u897f\u53f0: x\n     |       ^\n");
  BOOST_TEST(text_of(at(source, 3, 1), "m\x1b").find('\x1b') == std::string::npos);
  BOOST_TEST(text_of(at(source, 4, 4), "m") == "f:4:4: m\n   4 | bad?: 1\n     |    ^\n");
}

BOOST_AUTO_TEST_CASE(long_lines_are_clipped_around_the_caret) {
  const auto source = Source::from_text("f", std::string(5000, 'a') + "HERE" + std::string(5000, 'b'));
  const std::string text = text_of(at(source, 1, 5001, 4), "m");
  BOOST_TEST(text.size() < 400U);
  const std::size_t line = text.find("...aaa");
  const std::size_t caret = text.find("^~~~");
  BOOST_REQUIRE(line != std::string::npos);
  BOOST_REQUIRE(caret != std::string::npos);
  const auto column = [&](std::size_t where) { return where - text.rfind('\n', where); };
  BOOST_TEST(column(text.find("HERE")) == column(caret));
}

BOOST_AUTO_TEST_CASE(places_outside_the_text_do_no_harm) {
  const auto source = Source::from_text("f", "abc");
  BOOST_TEST(text_of(at(source, 9, 1), "m", "h") == "f:9:1: m\n     | h\n");
  BOOST_TEST(text_of(at(source, 1, 99, 7), "m") == "f:1:99: m\n   1 | abc\n     |    ^\n");
  BOOST_TEST(text_of({"f"}, "there is no such file") == "f: there is no such file\n");
  BOOST_TEST(text_of({}, "m") == "m\n");
}

BOOST_AUTO_TEST_CASE(fifty_are_shown) {
  const auto source = Source::from_text("f", "abc");
  Diagnostics diagnostics;
  for (int k = 0; k < 5000; ++k) diagnostics.error(at(source, 1, 1), "m");
  const std::string text = diagnostics.text();
  BOOST_TEST(diagnostics.count() == 5000U);
  BOOST_TEST(text.ends_with("and 4950 more\n"));
  std::size_t shown = 0;
  for (std::size_t k = text.find("f:1:1"); k != std::string::npos; k = text.find("f:1:1", k + 1)) ++shown;
  BOOST_TEST(shown == 50U);
}

BOOST_AUTO_TEST_CASE(throws_only_with_findings) {
  Diagnostics diagnostics;
  diagnostics.throw_if_any();
  diagnostics.error({"f"}, "wrong");
  BOOST_CHECK_EXCEPTION(diagnostics.throw_if_any(), InputError,
                        [](const InputError& e) { return std::string(e.what()) == "f: wrong\n"; });
}

BOOST_AUTO_TEST_SUITE_END()
