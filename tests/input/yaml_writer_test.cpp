#include "reading.hpp"

using namespace brineflow;
using test::good;

namespace {

bool same(const Node& a, const Node& b) {
  if (a.kind() != b.kind() || a.text() != b.text()) return false;
  if (a.items().size() != b.items().size() || a.entries().size() != b.entries().size()) return false;
  for (std::size_t k = 0; k < a.items().size(); ++k)
    if (!same(a.items()[k], b.items()[k])) return false;
  for (std::size_t k = 0; k < a.entries().size(); ++k)
    if (a.entries()[k].key != b.entries()[k].key || !same(a.entries()[k].value, b.entries()[k].value)) return false;
  return true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(yaml_writer)

BOOST_AUTO_TEST_CASE(what_is_written_reads_the_same) {
  for (const std::string text :
       {"a", "'null'", "[]", "{}", "a: {}\nb: []\nc:\nd: 'x: y'", "'': 1", "a: \"line\\nline\\t\\x01\\\\ \\\"\"",
        "a: 'don''t'", "a: '- x'", "a: '#'", "a: '-'", "a: -1.5e3 m", "a: '...'", "a: '?'", "a: ' '", "a: '1 '",
        "a: |\n  text\n   more\nb: >-\n  folded\n  text\n", "- - a\n  - b\n- c: [d, {e: f}]\n", "a: lake -> column",
        "a: column.outlet.Li+ / lake.Li+ > 0.10", "\u897f\u53f0: \u897f\u53f0", "a: '@x'", "a: '%x'", "a: \"\\u2028\\u0085\""}) {
    const Document document = good(text);
    const std::string written = write_yaml(document.root);
    BOOST_TEST_CONTEXT(text << "\nwritten:\n" << written) { BOOST_TEST(same(document.root, good(written).root)); }
  }
}

BOOST_AUTO_TEST_CASE(short_parts_stand_on_one_line) {
  const std::string text =
      "title: West Taijinar\n"
      "units:\n"
      "  lake: {type: feed, brine: west_taijinar, flow: 12 m3/h, temperature: 25 degC}\n"
      "  column: {type: adsorption_column, length: 2.4 m, diameter: 1.8 m, void_fraction: 0.38}\n"
      "schedule:\n"
      "  cycle:\n"
      "    - {step: load, route: [lake -> column -> spent], until: column.outlet.Li+ > 0.10}\n"
      "    - {step: wash, route: [water -> column -> spent], for: 20 min}\n";
  BOOST_TEST(write_yaml(good(text).root) == text);
}

BOOST_AUTO_TEST_SUITE_END()
