// Where variables stand in the state, and what they are called.
#include "flowsheet/case_from_text.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

using namespace brineflow;
using namespace brineflow::test;

namespace {

// The sink, which has no variables, stands between the two that have.
struct Fixture {
  Case input = case_from(
      "{lake: {type: feed, brine: {Li+: 1 mol/L, balance: Cl-}, flow: 3.6 m3/h}, out: {type: sink},"
      " tank: {type: tank, volume: 10 m3, outflow: 1 m3/h, initial: {volume: 4 m3}}}",
      "{for: 1 h, always: [lake -> tank -> out]}");
  StateLayout layout{*input.flowsheet};
};

constexpr std::size_t stream = 4 + 2;  // four components, temperature, pressure

}  // namespace

BOOST_FIXTURE_TEST_SUITE(layout_of_the_state, Fixture)

BOOST_AUTO_TEST_CASE(blocks_follow_each_other_streams_first) {
  BOOST_CHECK_EQUAL(layout.size(), 3 * stream + 6);
  BOOST_CHECK_EQUAL(layout.unit(0).start, 0u);
  BOOST_CHECK_EQUAL(layout.unit(0).size, stream);
  BOOST_CHECK_EQUAL(layout.unit(1).size, 0u);
  BOOST_CHECK_EQUAL(layout.unit(2).start, stream);
  BOOST_CHECK_EQUAL(layout.unit(2).size, 2 * stream + 6);
  BOOST_CHECK_EQUAL(layout.stream_start(2, 1), 2 * stream);
  BOOST_REQUIRE_EQUAL(layout.streams().size(), 3u);
  BOOST_CHECK_EQUAL(layout.streams()[2].name, "tank.overflow");
  BOOST_CHECK_EQUAL(layout.streams()[2].start, 2 * stream);
  const auto& variables = layout.unit(2).variables;
  BOOST_REQUIRE_EQUAL(variables.size(), 3u);
  BOOST_CHECK_EQUAL(variables[0].start, 3 * stream);
  BOOST_CHECK_EQUAL(variables[1].start, 3 * stream + 4);
  BOOST_CHECK_EQUAL(variables[2].start, 3 * stream + 5);
}

BOOST_AUTO_TEST_CASE(every_entry_has_a_name) {
  BOOST_CHECK_EQUAL(layout.describe(0), "lake.outlet.molar_flow of H2O");
  BOOST_CHECK_EQUAL(layout.describe(4), "lake.outlet.temperature");
  BOOST_CHECK_EQUAL(layout.describe(5), "lake.outlet.pressure");
  BOOST_CHECK_EQUAL(layout.describe(stream + 1), "tank.outlet.molar_flow of Li+");
  BOOST_CHECK_EQUAL(layout.describe(2 * stream + 3), "tank.overflow.molar_flow of Cl-");
  BOOST_CHECK_EQUAL(layout.describe(3 * stream + 2), "tank.amount of Mg+2");
  BOOST_CHECK_EQUAL(layout.describe(3 * stream + 4), "tank.temperature");
  BOOST_CHECK_EQUAL(layout.describe(3 * stream + 5), "tank.volume");
}

BOOST_AUTO_TEST_CASE(an_entry_belongs_to_the_unit_that_has_it) {
  for (std::size_t k = 0; k < layout.size(); ++k) BOOST_CHECK_EQUAL(layout.unit_of(k), k < stream ? 0u : 2u);
}

BOOST_AUTO_TEST_CASE(entries_along_two_axes_count_the_last_fastest) {
  Variable held{.name = "loading", .unit = "mol/kg", .long_name = "", .kind = VariableKind::differential,
                .axes = {{.name = "component", .unit = "", .long_name = "", .coordinates = {}, .labels = {"Li+", "Na+"}},
                         {.name = "z", .unit = "m", .long_name = "", .coordinates = {0.0, 0.5, 1.25}, .labels = {}}},
                .nominal = {1.0, 7.0}};
  BOOST_CHECK_EQUAL(describe_entry(held, 0), " of Li+ at z = 0 m (1 of 3)");
  BOOST_CHECK_EQUAL(describe_entry(held, 2), " of Li+ at z = 1.25 m (3 of 3)");
  BOOST_CHECK_EQUAL(describe_entry(held, 4), " of Na+ at z = 0.5 m (2 of 3)");
  BOOST_CHECK_EQUAL(held.nominal_of(2), 1.0);
  BOOST_CHECK_EQUAL(held.nominal_of(3), 7.0);
  held.axes.clear();
  BOOST_CHECK_EQUAL(describe_entry(held, 0), "");
}

BOOST_AUTO_TEST_CASE(sizes_come_from_what_the_case_brings) {
  const Tolerance rounding{1e-12, 0.0, "rounding"};
  check_close(layout.nominal()[1], 1.0, rounding);                    // 1e-3 m3/s of 1000 mol/m3
  check_close(layout.nominal()[2], 1e-2 * 1e-3, rounding);            // nobody brings magnesium: a trace
  check_close(layout.nominal()[3 * stream + 1], 1000.0 * 10.0, rounding);  // the tank full of the lake
  check_close(layout.nominal()[3 * stream + 5], 10.0, rounding);
  for (std::size_t k = 0; k < layout.size(); ++k)
    BOOST_CHECK_EQUAL(layout.differential()[k], k >= 3 * stream && k < 3 * stream + 5);
}

BOOST_AUTO_TEST_SUITE_END()
