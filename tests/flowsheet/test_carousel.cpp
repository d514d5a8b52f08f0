// Columns in number and carousels: the steps that a few lines are read into.
#include "flowsheet/carousel.hpp"
#include "flowsheet/case_from_text.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

using namespace brineflow;
using namespace brineflow::test;

namespace {

// Pumps stand for columns where only the wiring matters: one way in, one way out, nothing to integrate.
std::string plant(int columns, const std::string& column = "type: pump, pressure: 2 bar") {
  return fmt::format(
      "{{lake: {{type: feed, brine: {{Li+: 1 mol/L, balance: Cl-}}, flow: 3.6 m3/h}}, water: {{type: feed, "
      "brine: fresh_water, flow: 1 m3/h}},"
      " column: {{{}, count: {}}}, tank: {{type: tank, volume: 10 m3, outflow: 1 m3/h, initial: {{volume: 4 "
      "m3}}}}, spent: {{type: sink}},"
      " product: {{type: sink}}}}",
      column, columns);
}

Case read(int columns, const std::string& schedule) { return case_from(plant(columns), schedule); }

// Every connection of a step as a route, in the order of names: what can be compared with what one would
// write by hand.
std::set<std::string> routes(const Case& input, std::size_t step) {
  std::set<std::string> result;
  for (const Connection& c : input.schedule.steps.at(step).connections) {
    const Unit& from = *input.flowsheet->units[c.from_unit];
    const Unit& to = *input.flowsheet->units[c.to_unit];
    const std::string out = from.outlets()[c.outlet].name, in = to.inlets()[c.inlet].name;
    const bool inserted = result
                              .insert(from.name() + (out == "outlet" ? "" : "." + out) + " -> " + to.name() +
                                      (in == "inlet" ? "" : "." + in))
                              .second;
    BOOST_CHECK(inserted);
  }
  return result;
}

void check_routes(const Case& input, std::size_t step, const std::set<std::string>& expected) {
  const std::set<std::string> found = routes(input, step);
  BOOST_CHECK_EQUAL_COLLECTIONS(found.begin(), found.end(), expected.begin(), expected.end());
}

void refused(const std::string& units, const std::string& schedule, const std::string& message,
             const std::string& hint = "") {
  const std::string said = findings(units, schedule);
  for (const std::string& part : {message, hint})
    BOOST_CHECK_MESSAGE(said.find(part) != std::string::npos, schedule << " gives\n"
                                                                       << said << "\nwithout " << part);
  BOOST_CHECK_MESSAGE(said.find(message) == said.rfind(message), "said more than once:\n" << said);
}

std::string carousel(const std::string& zones, const std::string& period, const std::string& more = "") {
  return "{carousel: {columns: column, zones: " + zones + ", period: " + period + "}" + more + "}";
}

const std::string load_and_elute =
    "[{phase: work, route: [lake -> load -> spent, water -> elute -> product], for: 2 h}]";

}  // namespace

BOOST_AUTO_TEST_SUITE(carousels)

BOOST_AUTO_TEST_CASE(count_makes_equal_units_from_one_entry) {
  const Case input = case_from(
      plant(3), "{for: 1 h, always: [lake -> column_1 -> column_2 -> column_3 -> spent, water -> product]}");
  const std::vector<std::string> names = input.flowsheet->unit_names();
  const std::vector<std::string> expected = {"lake",     "water", "column_1", "column_2",
                                             "column_3", "tank",  "spent",    "product"};
  BOOST_CHECK_EQUAL_COLLECTIONS(names.begin(), names.end(), expected.begin(), expected.end());
  BOOST_REQUIRE_EQUAL(input.flowsheet->groups.size(), 1u);
  BOOST_CHECK_EQUAL(input.flowsheet->groups[0].name, "column");
  BOOST_CHECK_EQUAL(input.flowsheet->definitions[2], input.flowsheet->definitions[4]);
  const std::string schedule = "{for: 1 h, always: [lake -> column -> spent]}";
  refused(plant(3), schedule, "there is no unit 'column'",
          "'column' stands for 3 units: name one of column_1 to column_3");
  refused(plant(0), schedule, "count 0 in units.column (pump) must be between 1 and 1000");
  refused("{column_2: {type: sink}, column: {type: pump, pressure: 2 bar, count: 3}}", schedule,
          "two units are called 'column_2'", "the first is here");
}

BOOST_AUTO_TEST_CASE(settings_of_a_group_or_a_zone_hold_for_all_its_columns) {
  const std::string period =
      "[{phase: a, route: [lake -> load -> spent, water -> elute -> product], set: {elute.pressure: 3 bar, "
      "load.last.pressure: 4 bar}, for: 1 h},"
      " {phase: b, route: [lake -> load -> spent], set: {column.pressure: 5 bar}, for: 1 h}]";
  const Case input = read(4, carousel("{load: 2, elute: 2}", period));
  const auto& a = input.schedule.steps[0].settings;
  BOOST_REQUIRE_EQUAL(a.size(), 3u);
  BOOST_CHECK_EQUAL(input.flowsheet->units[a[0].unit]->name(), "column_3");
  BOOST_CHECK_EQUAL(input.flowsheet->units[a[1].unit]->name(), "column_4");
  BOOST_CHECK_EQUAL(input.flowsheet->units[a[2].unit]->name(), "column_2");
  BOOST_CHECK_EQUAL(a[2].value, 4e5);
  BOOST_CHECK_EQUAL(input.schedule.steps[1].settings.size(), 4u);
  BOOST_CHECK_EQUAL(input.schedule.rotation.steps_of_period,
                    2u);  // a setting of all columns keeps the symmetry
}

// Two loading in series, one eluted: the lead column is eluted next, and comes back as lag.
BOOST_AUTO_TEST_CASE(lead_and_lag_with_three_columns) {
  const Case input = read(3, carousel("{load: 2, elute: 1}", load_and_elute, ", repeat: {times: 4}"));
  BOOST_REQUIRE_EQUAL(input.schedule.steps.size(), 3u);
  BOOST_CHECK(input.schedule.cyclic);
  BOOST_CHECK_EQUAL(input.schedule.repeat.cycles, 4);
  const std::vector<std::vector<std::string>> order = {{"column_1", "column_2", "column_3"},
                                                       {"column_2", "column_3", "column_1"},
                                                       {"column_3", "column_1", "column_2"}};
  for (std::size_t k = 0; k < 3; ++k) {
    BOOST_CHECK_EQUAL(input.schedule.steps[k].name, fmt::format("work_{}", k + 1));
    BOOST_CHECK_EQUAL(input.schedule.steps[k].at_most, 7200.0);
    const auto& [lead, lag, eluted] = std::tie(order[k][0], order[k][1], order[k][2]);
    check_routes(input, k,
                 {"lake -> " + lead, lead + " -> " + lag, lag + " -> spent", "water -> " + eluted,
                  eluted + " -> product"});
  }
}

BOOST_AUTO_TEST_CASE(zones_are_stops_of_ordinary_routes) {
  // Liquid through all zones, against the columns; what always holds may name zones too.
  const Case input = read(5,
                          "{carousel: {columns: column, zones: {load: 2, wash: 1, elute: 2}, period: "
                          "[{phase: all, route: [elute -> wash, lake -> product], for: 1 h}]},"
                          " always: [water -> elute, wash -> load -> spent]}");
  check_routes(input, 0,
               {"water -> column_3", "column_3 -> column_4", "column_4 -> column_5", "column_5 -> column_1",
                "column_1 -> column_2", "column_2 -> spent", "lake -> product"});
  check_routes(input, 1,
               {"water -> column_4", "column_4 -> column_5", "column_5 -> column_1", "column_1 -> column_2",
                "column_2 -> column_3", "column_3 -> spent", "lake -> product"});
  // A single position is a unit as any other.
  const Case single = read(3, carousel("{load: 2, elute: 1}",
                                       "[{phase: a, route: [lake -> load.first -> spent, water -> load.2 -> "
                                       "tank, tank -> elute.last.outlet -> product], for: 1 h}]"));
  check_routes(single, 0,
               {"lake -> column_1", "column_1 -> spent", "water -> column_2", "column_2 -> tank",
                "tank -> column_3", "column_3 -> product"});
}

BOOST_AUTO_TEST_CASE(any_number_of_columns_passes_through_every_position_in_turn) {
  for (std::size_t n = 2; n <= 12; ++n)
    for (std::size_t loading = 1; loading < n; ++loading) {
      const Case input =
          read(static_cast<int>(n),
               carousel(fmt::format("{{load: {}, elute: {}}}", loading, n - loading), load_and_elute));
      const Schedule& schedule = input.schedule;
      BOOST_REQUIRE_EQUAL(schedule.steps.size(), n);
      BOOST_REQUIRE_EQUAL(schedule.rotation.steps_of_period, 1u);
      const auto unit = [&](std::size_t k) {
        return *input.flowsheet->find_unit(fmt::format("column_{}", k % n + 1));
      };
      for (std::size_t p = 0; p < n; ++p) {
        std::vector<Connection> expected;
        const auto connect = [&](const std::string& from, std::size_t first, std::size_t count,
                                 const std::string& to) {
          expected.push_back({*input.flowsheet->find_unit(from), 0, unit(first), 0, {}});
          for (std::size_t k = 1; k < count; ++k)
            expected.push_back({unit(first + k - 1), 0, unit(first + k), 0, {}});
          expected.push_back({unit(first + count - 1), 0, *input.flowsheet->find_unit(to), 0, {}});
        };
        connect("lake", p, loading, "spent");
        connect("water", p + loading, n - loading, "product");
        const std::vector<Connection>& found = schedule.steps[p].connections;
        BOOST_CHECK_MESSAGE(std::is_permutation(found.begin(), found.end(), expected.begin(), expected.end()),
                            n << " columns, " << loading << " load, period " << p);
        BOOST_CHECK_EQUAL(schedule.rotation.successor[unit(p)], unit(p + 1));
      }
    }
}

BOOST_AUTO_TEST_CASE(one_column_is_a_cycle_of_its_phases) {
  const std::string phases =
      "[{phase: load, route: [lake -> all -> spent], for: 1 h}, {phase: elute, route: [water -> all -> "
      "product], for: 2 h}]";
  const Case input = read(1, carousel("{all: 1}", phases));
  const Case by_hand = read(1,
                            "{cycle: [{step: load_1, route: [lake -> column_1 -> spent], for: 1 h}, {step: "
                            "elute_1, route: [water -> column_1 -> product], for: 2 h}]}");
  BOOST_REQUIRE_EQUAL(input.schedule.steps.size(), 2u);
  for (std::size_t k = 0; k < 2; ++k) {
    BOOST_CHECK_EQUAL(input.schedule.steps[k].name, by_hand.schedule.steps[k].name);
    BOOST_CHECK_EQUAL(input.schedule.steps[k].at_most, by_hand.schedule.steps[k].at_most);
    BOOST_CHECK(routes(input, k) == routes(by_hand, k));
  }
}

BOOST_AUTO_TEST_CASE(conditions_follow_their_position) {
  const std::string period =
      "[{phase: load, route: [lake -> load -> spent, water -> elute -> product], until: load.last.outlet.Li+ "
      "/ lake.Li+ > 0.10, at_least: 1 h, at_most: 9 h},"
      " {phase: rinse, route: [water -> load -> spent], until: load.Li+ < 5 mol/m3, at_most: 2 h}]";
  const Case input = read(3, carousel("{load: 2, elute: 1}", period));
  const StateLayout layout(*input.flowsheet);
  const std::vector<std::string> last = {"column_2", "column_3", "column_1"};
  for (std::size_t p = 0; p < 3; ++p)
    for (std::size_t phase = 0; phase < 2; ++phase) {
      const Step& step = input.schedule.steps[2 * p + phase];
      BOOST_REQUIRE(step.until.has_value());
      BOOST_CHECK_EQUAL(layout.streams()[step.until->left.probes()[0].stream].name, last[p] + ".outlet");
    }
  BOOST_CHECK_EQUAL(input.schedule.steps[2].until->text,
                    "load.last.outlet.Li+ / lake.Li+ > 0.10 (load.last: column_3)");
  BOOST_CHECK_EQUAL(input.schedule.steps[0].at_least, 3600.0);
  BOOST_CHECK_EQUAL(input.schedule.steps[0].at_most, 9.0 * 3600.0);
  BOOST_CHECK_EQUAL(input.schedule.rotation.steps_of_period, 2u);
}

BOOST_AUTO_TEST_CASE(trains_share_the_flow_of_a_zone) {
  const Case input = read(5, carousel("{load: {columns: 4, trains: 2}, elute: 1}", load_and_elute));
  check_routes(input, 0,
               {"lake -> load_split_1", "load_split_1.first -> column_1", "load_split_1.second -> column_2",
                "column_1 -> column_3", "column_2 -> column_4", "column_3 -> load_mix",
                "column_4 -> load_mix", "load_mix -> spent", "water -> column_5", "column_5 -> product"});
  check_routes(input, 1,
               {"lake -> load_split_1", "load_split_1.first -> column_2", "load_split_1.second -> column_3",
                "column_2 -> column_4", "column_3 -> column_5", "column_4 -> load_mix",
                "column_5 -> load_mix", "load_mix -> spent", "water -> column_1", "column_1 -> product"});
  // All in parallel: each column takes an equal share.
  const Case parallel = read(4, carousel("{load: {columns: 3, trains: 3}, elute: 1}", load_and_elute));
  check_routes(parallel, 0,
               {"lake -> load_split_1", "load_split_1.first -> column_1",
                "load_split_1.second -> load_split_2", "load_split_2.first -> column_2",
                "load_split_2.second -> column_3", "column_1 -> load_mix", "column_2 -> load_mix",
                "column_3 -> load_mix", "load_mix -> spent", "water -> column_4", "column_4 -> product"});
  const auto share = [&](const std::string& splitter) {
    return parallel.flowsheet->units[*parallel.flowsheet->find_unit(splitter)]->parameters()[0].value;
  };
  BOOST_CHECK_EQUAL(share("load_split_1"), 1.0 / 3.0);
  BOOST_CHECK_EQUAL(share("load_split_2"), 1.0 / 2.0);
  BOOST_CHECK_EQUAL(parallel.schedule.rotation.steps_of_period, 1u);
}

// Pairs of columns that move together make one large column of two.
BOOST_AUTO_TEST_CASE(several_columns_can_move_at_once) {
  const Case input = read(6,
                          "{carousel: {columns: column, move: 2, zones: {load: {columns: 4, trains: 2}, "
                          "elute: {columns: 2, trains: 2}}, period: " +
                              load_and_elute + "}}");
  BOOST_REQUIRE_EQUAL(input.schedule.steps.size(), 3u);
  const std::set<std::string> second = routes(input, 1);
  for (const char* route :
       {"load_split_1.first -> column_3", "column_3 -> column_5", "load_split_1.second -> column_4",
        "column_4 -> column_6", "elute_split_1.first -> column_1"})
    BOOST_CHECK_MESSAGE(second.count(route) == 1, route);
  BOOST_REQUIRE(!input.schedule.rotation.empty());
  BOOST_CHECK_EQUAL(input.schedule.rotation.successor[2], 4u);
}

BOOST_AUTO_TEST_CASE(a_zone_can_name_the_ports_it_uses) {
  const std::string tanks = plant(2, "type: tank, volume: 10 m3");
  const std::string period =
      "[{phase: a, route: [lake -> full -> spent, water -> still, still -> product], for: 1 h}]";
  const Case input = case_from(tanks, carousel("{full: {columns: 1, outlet: overflow}, still: 1}", period));
  check_routes(
      input, 0,
      {"lake -> column_1", "column_1.overflow -> spent", "water -> column_2", "column_2 -> product"});
  check_routes(
      input, 1,
      {"lake -> column_2", "column_2.overflow -> spent", "water -> column_1", "column_1 -> product"});
  refused(tanks, carousel("{full: {columns: 1, outlet: overflw}, still: 1}", period),
          "has no outlet 'overflw'", "did you mean 'overflow'?");
}

BOOST_AUTO_TEST_CASE(unequal_columns_have_no_symmetry) {
  const std::string units =
      "{lake: {type: feed, brine: {Li+: 1 mol/L, balance: Cl-}, flow: 3.6 m3/h}, water: {type: feed, brine: "
      "fresh_water, flow: 1 m3/h},"
      " a: {type: pump, pressure: 2 bar}, b: {type: pump, pressure: %}, spent: {type: sink}, product: {type: "
      "sink}}";
  const auto with = [&](const std::string& pressure, const std::string& more) {
    std::string text = units;
    text.replace(text.find('%'), 1, pressure);
    return case_from(text,
                     "{carousel: {columns: [a, b], zones: {load: 1, elute: 1}, period: [{phase: work, route: "
                     "[lake -> load -> spent, water -> elute -> product]" +
                         more + ", for: 2 h}]}}");
  };
  BOOST_CHECK(with("3 bar", "").schedule.rotation.empty());
  BOOST_CHECK(with("2 bar", ", set: {a.pressure: 3 bar}").schedule.rotation.empty());
  const Case equal = with("2 bar", "");
  BOOST_REQUIRE(!equal.schedule.rotation.empty());
  const std::vector<std::size_t> expected = {0, 1, 3, 2, 4, 5};
  BOOST_CHECK_EQUAL_COLLECTIONS(equal.schedule.rotation.successor.begin(),
                                equal.schedule.rotation.successor.end(), expected.begin(), expected.end());
}

BOOST_AUTO_TEST_CASE(what_cannot_work_is_refused_once) {
  const auto zones = [](const std::string& text) { return carousel(text, load_and_elute); };
  refused(plant(6), zones("{load: 4, elute: 1}"),
          "the zones have 5 columns in all (load 4, elute 1), the carousel has 6",
          "columns at rest are a zone too");
  refused(plant(6), zones("{load: {columns: 5, trains: 2}, elute: 1}"),
          "cannot divide its 5 columns into 2 equal trains");
  refused(plant(6), zones("{load: 5, lake: 1}"), "zone 'lake' is called like a unit");
  refused(plant(6), zones("{load: 5, 2nd: 1}"), "'2nd' cannot name a zone");
  refused(plant(6), zones("[load, elute]"), "'zones' wants a map");
  refused(
      plant(6),
      "{carousel: {columns: column, move: 2, zones: {load: 5, elute: 1}, period: " + load_and_elute + "}}",
      "2 columns move on at every switch, which does not divide the 5 of zone 'load'");
  refused(plant(6),
          "{carousel: {columns: colum, zones: {load: 5, elute: 1}, period: " + load_and_elute + "}}",
          "there is no unit 'colum'", "did you mean 'column'?");
  refused(plant(2),
          "{carousel: {columns: [column, tank], zones: {load: 2, elute: 1}, period: " + load_and_elute + "}}",
          "tank (tank) cannot take the place of column_1 (pump)");
  refused(
      plant(2),
      "{carousel: {columns: [column, column_2], zones: {load: 2, elute: 1}, period: " + load_and_elute + "}}",
      "column_2 is listed twice");
  const auto period = [](const std::string& text) { return carousel("{load: 2, elute: 1}", text); };
  refused(plant(3), period("[]"), "'period' wants a list of phases");
  refused(plant(3), period("[work]"), "a phase is a map");
  refused(plant(3), period("[{phase: a, route: [lake -> lod -> spent], for: 1 h}]"), "there is no unit 'lod'",
          "did you mean 'load'?");
  refused(plant(3), period("[{phase: a, route: [lake -> load.3 -> spent], for: 1 h}]"),
          "zone 'load' has 2 columns, so there is no 'load.3'");
  refused(plant(3), period("[{phase: a, route: [lake -> load], for: 1 h}]"),
          "in phase 'a' what enters zone 'load' has no way out", "as in 'load -> spent'");
  refused(plant(3),
          period("[{phase: a, route: [lake -> load -> spent], for: 1 h}, {phase: a, route: [water -> elute "
                 "-> product], for: 1 h}]"),
          "two phases are called 'a'");
  refused(plant(3), period("[{phase: a, route: [lake -> load -> spent, water -> load.first], for: 1 h}]"),
          "column_1.inlet is connected twice");
  refused(plant(3),
          "{cycle: [], carousel: {columns: column, zones: {load: 3}, period: " + load_and_elute + "}}",
          "either a 'cycle' or a 'carousel'");
  refused(plant(3),
          carousel("{load: 2, elute: 1}", "[{phase: a, route: [lake -> spent, water -> product], for: 1 h}]"),
          "column_1.inlet is not connected in any step");
}

BOOST_AUTO_TEST_CASE(switching_that_can_never_happen_is_refused) {
  const auto until = [](const std::string& condition) {
    return carousel("{load: 2, elute: 1}",
                    "[{phase: a, route: [lake -> load -> spent], until: " + condition +
                        ", at_most: 1 h}, {phase: b, route: [water -> elute -> product], for: 1 h}]");
  };
  BOOST_CHECK_EQUAL(findings(plant(3), until("load.last.outlet.Li+ / lake.Li+ > 1.5")),
                    "");  // lithium that others drive out may overshoot
  refused(plant(3), until("elute.outlet.Li+ > 1 mol/m3"), "column_3.outlet has no flow in phase 'a'");
  refused(plant(3), until("load.outlet.Mg+2 / lake.Mg+2 > 0.1"), "divides by zero, so it never becomes true",
          "the feed carries none");
  refused(plant(3), until("load.outlet.Li+ < -1 * 1 mol/m3 * 0"), "'-' cannot stand here");
  refused(plant(3), until("load.outlet.Li+ < 0 mol/m3"), "can never become true in phase 'a'",
          "no concentration, flow or volume is negative");
  refused(plant(3), until("0.5 * lake.Li+ > 1 mol/L"), "can never become true");
  refused(plant(3), until("lake.flow > 1 m3/h"), "is always true in phase 'a': the step would end at once",
          "use 'for'");
  refused(plant(3), until("load.outlet.Li+ + 1 mol/m3 > 0 mol/m3"), "is always true");
  refused(plant(3), until("load.lst.outlet.Li+ > 1 mol/m3"), "names no quantity");
}

BOOST_AUTO_TEST_CASE(a_hundred_columns_are_read_quickly) {
  const std::string period =
      "[{phase: a, route: [lake -> load -> spent, water -> elute -> product], for: 1 h}, {phase: b, route: "
      "[lake -> load -> spent], until: load.last.outlet.Li+ / lake.Li+ > 0.1, at_most: 1 h},"
      " {phase: c, route: [lake -> load -> spent], for: 1 h}]";
  const auto start = std::chrono::steady_clock::now();
  const Case input = read(100, carousel("{load: 60, elute: 40}", period));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  BOOST_CHECK_EQUAL(input.schedule.steps.size(), 300u);
  BOOST_CHECK_EQUAL(input.schedule.rotation.steps_of_period, 3u);
  BOOST_TEST_MESSAGE("read in " << seconds << " s");
  BOOST_CHECK_MESSAGE(seconds < 20.0, seconds << " s: reading grows faster than columns times steps");
}

BOOST_AUTO_TEST_SUITE_END()
