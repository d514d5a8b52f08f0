// Which ports carry flow: the least fixed point from feeds and tanks outward.
#include "flowsheet/case_from_text.hpp"
#include "flowsheet/routes.hpp"

#include <boost/test/unit_test.hpp>

using namespace brineflow;
using namespace brineflow::test;

namespace {

// Units that pass flow on stand before those they get it from, so that one sweep is not enough.
struct Fixture {
  Case input = case_from(
      "{out: {type: sink}, back: {type: sink}, pump: {type: pump, pressure: 5 bar}, mix: {type: mixer},"
      " split: {type: splitter, to_first: 30 %},"
      " tank: {type: tank, volume: 10 m3, outflow: 1 m3/h, initial: {volume: 4 m3}},"
      " lake: {type: feed, brine: fresh_water, flow: 3.6 m3/h}, spring: {type: feed, brine: fresh_water, flow: 1 m3/h}}",
      "{for: 1 h, always: [lake -> split, split.first -> mix, split.second -> tank, tank -> mix -> pump -> out, spring -> back]}");
  const Flowsheet& flowsheet = *input.flowsheet;
  std::vector<std::vector<double>> parameters = parameters_of(flowsheet);
  std::vector<int> modes = std::vector<int>(flowsheet.units.size(), 0);
  std::vector<Connection> active;
  std::vector<Wiring> wiring;

  std::size_t unit(const std::string& name) const { return *flowsheet.find_unit(name); }
  void route(const std::string& routes) {
    Diagnostics diagnostics;
    const Document document = parse_document("[" + routes + "]", "routes", diagnostics);
    active = read_routes(document.root, "route", flowsheet, diagnostics);
    BOOST_REQUIRE_MESSAGE(diagnostics.empty(), diagnostics.text());
    wiring = wire(flowsheet, active, parameters, modes);
  }
  bool flows(const std::string& name, std::size_t outlet = 0) const { return wiring[unit(name)].outlet_flowing[outlet]; }
  std::size_t arriving(const std::string& name) const { return wiring[unit(name)].connections[0]; }
};

constexpr int dry = 1;  // of a tank

}  // namespace

BOOST_FIXTURE_TEST_SUITE(wiring_of_ports, Fixture)

BOOST_AUTO_TEST_CASE(flow_passes_along_a_chain) {
  route("lake -> mix -> pump -> out");
  BOOST_CHECK(flows("lake") && flows("mix") && flows("pump"));
  BOOST_CHECK_EQUAL(arriving("out"), 1u);
  BOOST_CHECK(!flows("spring"));  // no route leads away from it
  BOOST_CHECK(!wiring[unit("spring")].outlet_connected[0]);
  BOOST_CHECK(!flows("tank"));
}

BOOST_AUTO_TEST_CASE(a_feed_set_to_nothing_closes_what_stands_behind_it) {
  parameters[unit("lake")][0] = 0.0;
  route("lake -> mix -> pump -> out");
  BOOST_CHECK(!flows("lake") && !flows("mix") && !flows("pump"));
  BOOST_CHECK(wiring[unit("pump")].outlet_connected[0]);
  BOOST_CHECK_EQUAL(arriving("out"), 0u);
}

BOOST_AUTO_TEST_CASE(a_tank_gives_until_it_is_dry) {
  route("tank -> pump -> out");
  BOOST_CHECK(flows("tank") && flows("pump"));
  modes[unit("tank")] = dry;
  route("tank -> pump -> out");
  BOOST_CHECK(!flows("tank") && !flows("pump"));
  BOOST_CHECK_EQUAL(wiring[unit("tank")].mode, dry);
}

BOOST_AUTO_TEST_CASE(a_mixer_counts_the_streams_that_come) {
  route("lake -> mix, tank -> mix, mix -> out");
  BOOST_CHECK_EQUAL(arriving("mix"), 2u);
  modes[unit("tank")] = dry;
  route("lake -> mix, tank -> mix, mix -> out");
  BOOST_CHECK_EQUAL(arriving("mix"), 1u);
  BOOST_CHECK(flows("mix"));
}

BOOST_AUTO_TEST_CASE(a_share_of_nothing_does_not_flow) {
  parameters[unit("split")][0] = 1.0;
  route("lake -> split, split.first -> out, split.second -> back");
  BOOST_CHECK(flows("split", 0));
  BOOST_CHECK(!flows("split", 1));
  BOOST_CHECK_EQUAL(arriving("back"), 0u);
}

BOOST_AUTO_TEST_CASE(what_nobody_feeds_does_not_go_round) {
  route("mix -> pump -> mix");
  BOOST_CHECK(!flows("mix") && !flows("pump"));
  route("tank -> pump -> tank");
  BOOST_CHECK(flows("tank") && flows("pump"));
  BOOST_CHECK_EQUAL(arriving("tank"), 1u);
}

BOOST_AUTO_TEST_CASE(flowing_connections_are_ordered_by_where_they_lead) {
  route("tank -> mix, spring -> back, lake -> mix, mix -> pump, pump -> out");
  const std::vector<Connection> flowing = flowing_connections(active, wiring);
  std::vector<std::size_t> to, from;
  for (const Connection& c : flowing) {
    to.push_back(c.to_unit);
    from.push_back(c.from_unit);
  }
  const std::vector<std::size_t> expected_to = {unit("out"), unit("back"), unit("pump"), unit("mix"), unit("mix")};
  const std::vector<std::size_t> expected_from = {unit("pump"), unit("spring"), unit("mix"), unit("tank"), unit("lake")};
  BOOST_TEST(to == expected_to, boost::test_tools::per_element());
  BOOST_TEST(from == expected_from, boost::test_tools::per_element());
  parameters[unit("spring")][0] = 0.0;
  route("spring -> back, lake -> out");
  BOOST_CHECK_EQUAL(flowing_connections(active, wiring).size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_loop_needs_a_tank) {
  route("lake -> mix, mix -> split, split.first -> pump, pump -> mix, split.second -> out");
  const std::vector<std::size_t> loop = find_loop_without_holdup(active, flowsheet);
  const std::vector<std::size_t> expected = {unit("pump"), unit("mix"), unit("split")};
  BOOST_TEST(loop == expected, boost::test_tools::per_element());
  route("lake -> mix, mix -> split, split.first -> tank, tank -> mix, split.second -> out");
  BOOST_CHECK(find_loop_without_holdup(active, flowsheet).empty());
  route("lake -> split, split.first -> mix, split.second -> mix, mix -> out");  // two ways, no circle
  BOOST_CHECK(find_loop_without_holdup(active, flowsheet).empty());
}

BOOST_AUTO_TEST_SUITE_END()
