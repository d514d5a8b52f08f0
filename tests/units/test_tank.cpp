// The tank against its equation page, through its modes.
#include "contract/unit_under_test.hpp"
#include "support/tolerance.hpp"

using namespace brineflow;
using namespace brineflow::test;

namespace {

const std::string lithium = "{Li+: 0.694 g/L, balance: Cl-}";  // 100 mol/m3
const std::string text = "{type: tank, volume: 10 m3, outflow: 3.6 m3/h, initial: {brine: " + lithium + ", volume: 4 m3, temperature: 35 degC}}";
enum Mode { normal, dry, full };
constexpr std::size_t amounts = 20, temperature = 28, volume = 29;  // behind two streams of eight components

Wiring wiring_of(const Unit& tank, int mode, std::size_t arriving, bool overflow_connected = true) {
  Wiring wiring;
  wiring.mode = mode;
  wiring.connections = {arriving};
  wiring.outlet_connected = {true, overflow_connected};
  const std::vector<double> p = {tank.parameters()[0].value};
  wiring.outlet_flowing = {tank.outlet_flows(0, wiring, p), overflow_connected && tank.outlet_flows(1, wiring, p)};
  return wiring;
}

// The tank at `level` m3 in a mode, with derivatives and outlets that satisfy the equations.
struct At {
  std::shared_ptr<const Unit> tank = build_unit(text, pitzer_brine());
  UnderTest test;
  State state;

  At(int mode, double level, std::vector<std::vector<double>> arriving = {}, bool overflow_connected = true)
      : test({"tank", tank, wiring_of(*tank, mode, arriving.size(), overflow_connected)}) {
    state.y.assign(test.size(), 0.0);
    state.ydot.assign(test.size(), 0.0);
    state.p = {tank->parameters()[0].value};
    state.arriving = std::move(arriving);
    tank->initial_state(state.y);
    for (std::size_t i = 0; i < 8; ++i) state.y[amounts + i] *= level / 4.0;
    test.with_local(state, [&](const Local<double>& here) { tank->guess(here, state.y); });
    const std::vector<double> f = test.residual(state);
    for (std::size_t k = amounts; k < volume; ++k) state.ydot[k] -= f[k];  // the rows are linear with unit slope
  }

  std::vector<double> events() const {
    std::vector<double> value(tank->event_count());
    test.with_local(state, [&](const Local<double>& here) { tank->events(here, value); });
    return value;
  }
  Reaction on_event(std::size_t index, int direction) const {
    Reaction reaction;
    test.with_local(state, [&](const Local<double>& here) { reaction = tank->on_event(index, direction, here); });
    return reaction;
  }
};

constexpr Tolerance rounding{.relative = 1e-10, .absolute = 1e-12, .reason = "the same sums in another order, Newton for water"};

bool says(const Reaction& reaction, const std::string& part) { return reaction.message.find(part) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(tank)

BOOST_AUTO_TEST_CASE(starts_with_its_initial_contents) {
  const At at(normal, 4.0);
  check_close(at.state.y[amounts + 1], 400.0, rounding);
  check_close(at.state.y[temperature], 308.15, rounding);
  check_close(at.state.y[volume], 4.0, rounding);
  BOOST_CHECK_EQUAL(at.tank->initial_mode(at.state.y), normal);
}

BOOST_AUTO_TEST_CASE(without_initial_contents_there_is_a_heel_of_water_and_the_outlet_is_closed) {
  const auto empty = build_unit("{type: tank, volume: 10 m3, outflow: 1 m3/h}", pitzer_brine());
  std::vector<double> y(30, 0.0);
  empty->initial_state(y);
  check_close(y[volume], 0.1, rounding);
  check_close(y[amounts + 1], 0.0, rounding);
  BOOST_CHECK_EQUAL(empty->initial_mode(y), dry);
}

BOOST_AUTO_TEST_CASE(balances_components_and_heat) {
  Random random(2);
  const auto in = random_stream(pitzer_brine()->components(), random);
  const At at(normal, 4.0, {in});
  for (std::size_t i = 0; i < 8; ++i)
    check_close(at.state.ydot[amounts + i], in[i] - 1e-3 * at.state.y[amounts + i] / 4.0, rounding);  // 3.6 m3/h of 4 m3
  const double mass = pitzer_brine()->mass(std::span<const double>(at.state.y).subspan(amounts, 8));
  const double arriving = pitzer_brine()->mass(std::span<const double>(in).first(8));
  check_close(at.state.ydot[temperature], arriving / mass * (in[8] - 308.15), rounding);
}

BOOST_AUTO_TEST_CASE(outlet_closes_at_the_heel_and_opens_above_the_restart_level) {
  const At low(normal, 0.1);
  check_close(low.events()[0], 0.0, {.relative = 0.0, .absolute = 1e-10, .reason = "1 % of 10 m3"});
  const Reaction closed = low.on_event(0, -1);
  BOOST_CHECK_EQUAL(closed.mode, dry);
  BOOST_CHECK(!closed.stop);
  BOOST_CHECK(says(closed, "ran down to its heel of 0.1 m3"));

  const At waiting(dry, 0.3);
  BOOST_CHECK_EQUAL(waiting.test.wiring().outlet_flowing[0], false);
  BOOST_CHECK_LT(waiting.events()[0], 0.0);
  for (std::size_t i = 0; i < 8; ++i) BOOST_CHECK_EQUAL(waiting.state.y[i], 0.0);

  const At refilled(dry, 0.5);
  check_close(refilled.events()[0], 0.0, {.relative = 0.0, .absolute = 1e-10, .reason = "5 % of 10 m3"});
  BOOST_CHECK_EQUAL(refilled.on_event(0, 1).mode, normal);
}

BOOST_AUTO_TEST_CASE(full_tank_overflows) {
  const At brimming(normal, 10.0);
  check_close(brimming.events()[1], 0.0, {.relative = 0.0, .absolute = 1e-10, .reason = "the capacity"});
  const Reaction reaction = brimming.on_event(1, 1);
  BOOST_CHECK_EQUAL(reaction.mode, full);
  BOOST_CHECK(!reaction.stop && says(reaction, "overflows"));

  const At over(full, 10.06);  // 0.06 m3 above the weir run over in 60 s: 1 L/s
  double flow = 0.0;
  flow = pitzer_brine()->volume(std::span<const double>(over.state.y).subspan(10, 8), over.state.y[18]);
  check_close(flow, 1e-3, {.relative = 1e-3, .absolute = 0.0, .reason = "rounded corner: (1e-3 / 0.06)^2 / 4"});
  BOOST_CHECK_GT(over.events()[1], 0.0);
  const At lower(full, 9.98);
  BOOST_CHECK_LT(lower.events()[1], 0.0);
  BOOST_CHECK_EQUAL(lower.on_event(1, -1).mode, normal);
}

BOOST_AUTO_TEST_CASE(full_tank_without_overflow_ends_the_run_and_says_what_to_do) {
  const Reaction reaction = At(normal, 10.0, {}, false).on_event(1, 1);
  BOOST_CHECK(reaction.stop);
  BOOST_CHECK(says(reaction, "tank 'test' is full with 10 m3") && says(reaction, "test.overflow"));
  // A route that goes away while the tank overflows.
  const At risen(full, 10.5, {}, false);
  check_close(risen.events()[2], 0.0, {.relative = 0.0, .absolute = 1e-9, .reason = "5 % above the capacity"});
  BOOST_CHECK(risen.on_event(2, 1).stop);
}

BOOST_AUTO_TEST_CASE(nonsense_is_refused) {
  const auto findings = [](const std::string& tank) {
    Diagnostics diagnostics;
    const Document document = parse_document(tank, "case.yaml", diagnostics);
    BOOST_CHECK(build_unit(document.root, pitzer_brine(), diagnostics) == nullptr);
    return diagnostics.text();
  };
  BOOST_CHECK(findings("{type: tank, volume: 10 m3, initial: {volume: 11 m3}}").find("11 m3 is not between the heel, 0.1 m3") != std::string::npos);
  BOOST_CHECK(findings("{type: tank, volume: 10 m3, initial: {volume: 0.01 m3}}").find("heel") != std::string::npos);
  BOOST_CHECK(findings("{type: tank, volume: 10 m3, heel: 6 %}").find("restart_level") != std::string::npos);
  BOOST_CHECK(findings("{type: tank, volume: 10 m3, initial: {brin: x}}").find("did you mean 'brine'?") != std::string::npos);
  BOOST_CHECK(findings("{type: tank, volum: 10 m3}").find("did you mean 'volume'?") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
