// Feed, sink, mixer, splitter and pump against their equation pages.
#include "contract/unit_under_test.hpp"
#include "support/tolerance.hpp"

using namespace brineflow;
using namespace brineflow::test;

namespace {

constexpr Tolerance rounding{.relative = 1e-12, .absolute = 1e-14, .reason = "the same sums in another order"};

// The unit alone, everything open, with `arriving` streams; solved.
struct Solved {
  std::shared_ptr<const Unit> unit;
  State state;
  std::vector<double> totals;
  double out(std::size_t outlet, std::size_t entry) const {
    return state.y[outlet * stream_size(unit->component_count()) + entry];
  }
};

Solved solve(const std::string& text, std::vector<std::vector<double>> arriving = {}) {
  Solved solved{build_unit(text, pitzer_brine()), {}, std::vector<double>(8, 0.0)};
  Wiring wiring;
  wiring.connections.assign(solved.unit->inlets().size(), arriving.size());
  wiring.outlet_connected.assign(solved.unit->outlets().size(), true);
  std::vector<double> p;
  for (const TunableParameter& parameter : solved.unit->parameters()) p.push_back(parameter.value);
  for (std::size_t outlet = 0; outlet < solved.unit->outlets().size(); ++outlet)
    wiring.outlet_flowing.push_back(solved.unit->outlet_flows(outlet, wiring, p));
  const UnderTest test({text, solved.unit, wiring});
  Random random(5);
  solved.state = test.random_state(random);
  solved.state.arriving = std::move(arriving);
  test.with_local(solved.state, [&](const Local<double>& here) {
    solved.unit->guess(here, solved.state.y);  // exact: these units have nothing to iterate on
    solved.unit->total_rates(here, solved.totals);
  });
  for (const double row : test.residual(solved.state)) check_close(row, 0.0, {.relative = 0.0, .absolute = 1e-9, .reason = "rounding of 1e5 Pa"});
  return solved;
}

std::vector<double> stream(unsigned seed) {
  Random random(seed);
  return random_stream(pitzer_brine()->components(), random);
}

double volume_flow(std::span<const double> block) {
  return pitzer_brine()->volume(block.first(8), block[8]);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(simple_units)

BOOST_AUTO_TEST_CASE(feed_gives_its_volume_flow_and_concentrations) {
  const Solved feed = solve("{type: feed, brine: {Li+: 0.694 g/L, balance: Cl-}, flow: 36 m3/h, temperature: 40 degC, pressure: 3 bar}");
  check_close(feed.out(0, 1), 0.01 * 100.0, rounding);  // 10 L/s of 100 mol/m3
  check_close(volume_flow(std::span<const double>(feed.state.y)), 0.01, {.relative = 1e-11, .absolute = 0.0, .reason = "Newton for water"});
  check_close(feed.out(0, 8), 313.15, rounding);
  check_close(feed.out(0, 9), 3e5, rounding);
  check_close(feed.totals[1], 1.0, rounding);
}

BOOST_AUTO_TEST_CASE(feed_without_flow_is_closed) {
  const Solved feed = solve("{type: feed, brine: fresh_water, flow: 0 m3/h}");
  check_close(feed.out(0, 0), 0.0, rounding);
  BOOST_CHECK(!feed.unit->outlet_flows(0, Wiring{}, std::vector<double>{0.0, 298.15, 1e5}));
}

BOOST_AUTO_TEST_CASE(feed_knows_what_it_counts_as) {
  BOOST_CHECK_EQUAL(build_unit("{type: feed, brine: fresh_water, flow: 1 m3/h}", pitzer_brine())->role(), "fresh_water");
  BOOST_CHECK_EQUAL(build_unit("{type: feed, brine: west_taijinar, flow: 1 m3/h}", pitzer_brine())->role(), "brine");
  BOOST_CHECK_EQUAL(build_unit("{type: feed, brine: fresh_water, flow: 1 m3/h, counts_as: other}", pitzer_brine())->role(), "other");
  BOOST_CHECK_EQUAL(build_unit("{type: sink}", pitzer_brine())->role(), "waste");
  BOOST_CHECK_EQUAL(build_unit("{type: mixer}", pitzer_brine())->role(), "");
}

BOOST_AUTO_TEST_CASE(sink_counts_all_that_arrives) {
  const auto a = stream(1), b = stream(2);
  const Solved sink = solve("{type: sink}", {a, b});
  for (std::size_t i = 0; i < 8; ++i) check_close(sink.totals[i], a[i] + b[i], rounding);
}

BOOST_AUTO_TEST_CASE(mixer_adds_flows_and_averages_temperature_by_mass) {
  const auto a = stream(1), b = stream(2);
  const Solved mixer = solve("{type: mixer}", {a, b});
  for (std::size_t i = 0; i < 8; ++i) check_close(mixer.out(0, i), a[i] + b[i], rounding);
  const double ma = pitzer_brine()->mass(std::span<const double>(a).first(8)), mb = pitzer_brine()->mass(std::span<const double>(b).first(8));
  check_close(mixer.out(0, 8), (ma * a[8] + mb * b[8]) / (ma + mb), rounding);
  check_close(mixer.out(0, 9), std::min(a[9], b[9]), rounding);
}

BOOST_AUTO_TEST_CASE(splitter_divides_without_loss) {
  const auto a = stream(3);
  const Solved splitter = solve("{type: splitter, to_first: 30 %}", {a});
  for (std::size_t i = 0; i < 8; ++i) {
    check_close(splitter.out(0, i), 0.3 * a[i], rounding);
    check_close(splitter.out(0, i) + splitter.out(1, i), a[i], rounding);
  }
  Wiring wiring;
  wiring.connections = {1};
  BOOST_CHECK(!splitter.unit->outlet_flows(0, wiring, std::vector<double>{0.0}));
  BOOST_CHECK(splitter.unit->outlet_flows(1, wiring, std::vector<double>{0.0}));
  BOOST_CHECK(!splitter.unit->outlet_flows(1, wiring, std::vector<double>{1.0}));
}

BOOST_AUTO_TEST_CASE(pump_draws_flow_times_pressure_over_efficiency) {
  const auto a = stream(4);
  const Solved pump = solve("{type: pump, pressure: 28 bar, efficiency: 50 %}", {a});
  const double expected = volume_flow(a) * (28e5 - a[9]) / 0.5;
  check_close(pump.state.y[10], expected, rounding);
  check_close(pump.totals[0], expected, rounding);
  check_close(pump.out(0, 9), 28e5, rounding);
}

BOOST_AUTO_TEST_CASE(pump_does_not_throttle) {
  auto a = stream(4);
  a[9] = 30e5;
  const Solved pump = solve("{type: pump, pressure: 28 bar}", {a});
  check_close(pump.state.y[10], 0.0, rounding);
  check_close(pump.out(0, 9), 30e5, rounding);
}

BOOST_AUTO_TEST_CASE(pump_at_rest_draws_nothing) {
  const Solved pump = solve("{type: pump, pressure: 28 bar}");
  check_close(pump.state.y[10], 0.0, rounding);
}

BOOST_AUTO_TEST_SUITE_END()
