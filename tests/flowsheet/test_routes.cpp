// Route texts, their ports, and what a set of connections must satisfy.
#include "flowsheet/case_from_text.hpp"
#include "flowsheet/routes.hpp"

#include <boost/test/unit_test.hpp>

using namespace brineflow;
using namespace brineflow::test;

namespace {

const std::string plant =
    "{lake: {type: feed, brine: fresh_water, flow: 3.6 m3/h}, pump: {type: pump, pressure: 5 bar},"
    " split: {type: splitter, to_first: 30 %}, tank: {type: tank, volume: 10 m3, outflow: 1 m3/h}, mix: {type: mixer},"
    " out: {type: sink}, spent: {type: sink}}";
const std::string routes =
    "lake -> pump -> split, split.first -> tank, split.second -> mix, tank -> mix, mix -> out, tank.overflow -> spent";

struct Fixture {
  Case input = case_from(plant, "{for: 1 h, always: [" + routes + "]}");
  const Flowsheet& flowsheet = *input.flowsheet;

  std::string text(const std::vector<Connection>& connections) const {
    std::string all;
    for (const Connection& c : connections)
      all += flowsheet.units[c.from_unit]->name() + "." + flowsheet.units[c.from_unit]->outlets()[c.outlet].name + ">" +
             flowsheet.units[c.to_unit]->name() + "." + flowsheet.units[c.to_unit]->inlets()[c.inlet].name + " ";
    return all;
  }
  std::string read(const std::string& list) const {
    Diagnostics diagnostics;
    const Document document = parse_document(list, "case.yaml", diagnostics);
    const auto connections = read_routes(document.root, "route", flowsheet, diagnostics);
    return diagnostics.empty() ? text(connections) : diagnostics.text();
  }
  void refused(const std::string& list, const std::string& where, const std::string& message, const std::string& hint = "") const {
    const std::string said = read(list);
    for (const std::string& part : {"case.yaml:" + where + ": ", message, hint})
      BOOST_CHECK_MESSAGE(said.find(part) != std::string::npos, list << " gives\n" << said << "without " << part);
  }
};

void complains(const std::string& list, const std::string& message, const std::string& hint = "") {
  const std::string said = findings(plant, "{for: 1 h, always: [" + list + "]}");
  for (const std::string& part : {message, hint})
    BOOST_CHECK_MESSAGE(said.find(part) != std::string::npos, list << " gives\n" << said << "\nwithout " << part);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(routes_between_units, Fixture)

BOOST_AUTO_TEST_CASE(a_chain_is_a_connection_an_arrow) {
  BOOST_CHECK_EQUAL(read("[lake -> pump -> out]"), "lake.outlet>pump.inlet pump.outlet>out.inlet ");
  BOOST_CHECK_EQUAL(read("lake->out"), "lake.outlet>out.inlet ");  // one alone needs no list
  BOOST_CHECK_EQUAL(read("[lake -> out, tank -> spent]"), "lake.outlet>out.inlet tank.outlet>spent.inlet ");
  BOOST_CHECK_EQUAL(read("[]"), "");
}

BOOST_AUTO_TEST_CASE(ports_are_named_where_there_is_a_choice) {
  BOOST_CHECK_EQUAL(read("[split.second -> out]"), "split.second>out.inlet ");
  BOOST_CHECK_EQUAL(read("[lake.outlet -> pump.inlet]"), "lake.outlet>pump.inlet ");
  BOOST_CHECK_EQUAL(read("[tank -> out]"), "tank.outlet>out.inlet ");  // the overflow is optional, so not the default
  BOOST_CHECK_EQUAL(read("[lake -> tank.overflow -> out]"), "lake.outlet>tank.inlet tank.overflow>out.inlet ");
}

BOOST_AUTO_TEST_CASE(a_way_in_is_named_in_the_middle_of_a_route) {
  const Case with_column = case_from(
      "{lake: {type: feed, brine: fresh_water, flow: 1 m3/h}, out: {type: sink},"
      " column: {type: adsorption_column, length: 1 m, diameter: 1 m, void_fraction: 0.4, sorbent: {law: linear, species: {H2O: {k_a: 1 1/s, k_d: 1 1/s}}}}}",
      "{for: 1 h, always: [lake -> column -> out]}");
  const auto ports = [&](const std::string& list) {
    Diagnostics diagnostics;
    const Document document = parse_document(list, "case.yaml", diagnostics);
    std::string result;
    for (const Connection& c : read_routes(document.root, "route", *with_column.flowsheet, diagnostics)) result += std::to_string(c.outlet) + std::to_string(c.inlet) + " ";
    return diagnostics.empty() ? result : diagnostics.text();
  };
  BOOST_CHECK_EQUAL(ports("[lake -> column -> out]"), "00 00 ");
  BOOST_CHECK_EQUAL(ports("[lake -> column.reverse -> out]"), "01 00 ");
  BOOST_CHECK_EQUAL(ports("[lake -> column.reverse, column -> out]"), "01 00 ");
  BOOST_CHECK_EQUAL(ports("[lake -> column.outlet -> out]"), "00 00 ");
  const Case with_stack = case_from(
      "{lake: {type: feed, brine: fresh_water, flow: 1 m3/h}, other: {type: feed, brine: fresh_water, flow: 1 m3/h}, out: {type: sink}, ed: {type: electrodialysis,"
      " cation_membrane: campione2019_cation, anion_membrane: campione2019_anion, cell_pairs: 10, width: 1 m, length: 1 m, channel_height: 1 mm, voltage: 5 V}}",
      "{for: 1 h, always: [lake -> ed.diluate -> out, other -> ed.concentrate -> out]}");
  BOOST_CHECK_EQUAL(with_stack.schedule.steps.front().connections.size(), 4U);
  BOOST_CHECK(ports("[column.reverse -> out]").find("has no outlet 'reverse'") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(wrong_names_are_pointed_at) {
  refused("[lake -> pmp -> out]", "1:10", "there is no unit 'pmp'", "did you mean 'pump'?");
  refused("[lake -> split -> out]", "1:10", "split (splitter) has several outlets", "name one: split.first, split.second");
  refused("[split.frist -> out]", "1:2", "split (splitter) has no outlet 'frist'", "did you mean 'first'?");
  refused("[lake -> pump.back]", "1:10", "pump (pump) has no inlet 'back'");
  refused("[out -> lake]", "1:2", "out (sink) has no outlet");
  refused("[out -> lake]", "1:9", "lake (feed) has no inlet");
  refused("[lake -> -> out]", "1:2", "a unit is missing in this route");
  refused("[lake]", "1:2", "'lake' is no route");
  refused("{lake: out}", "1:1", "'route' wants a list of routes");
  refused("[[lake, out]]", "1:2", "'route' wants a list of routes");
  refused("['lake -> pmp']", "1:11", "there is no unit 'pmp'");  // past the quote
}

BOOST_AUTO_TEST_CASE(a_sound_plant_has_no_findings) {
  BOOST_CHECK_EQUAL(findings(plant, "{for: 1 h, always: [" + routes + "]}"), "");
}

BOOST_AUTO_TEST_CASE(ports_are_connected_once) {
  complains(routes + ", split.first -> mix", "split.first is connected twice; a splitter divides a stream", "first connected here");
  complains(routes + ", tank -> pump", "pump.inlet is connected twice; a mixer joins streams", "first connected here");
}

BOOST_AUTO_TEST_CASE(flow_must_have_a_way) {
  complains("lake -> pump -> split, split.first -> tank, tank -> mix, mix -> out", "nothing leads away from split.second",
            "add a route from split.second");
  complains("lake -> pump -> split, split.first -> tank, split.second -> out", "mix.inlet is not connected in any step");
}

BOOST_AUTO_TEST_CASE(stacks_in_counter_current_are_no_loop) {
  const std::string membrane = "thickness: 0.1 mm, areal_resistance: 2 ohm cm2, water_transport_number: 5, water_permeability: 7e-6 L/m2/h/bar, salt_diffusivity: 1e-10 m2/s}";
  const std::string stack = "{type: electrodialysis, cation_membrane: {kind: cation_exchange, " + membrane + ", anion_membrane: {kind: anion_exchange, " + membrane +
                            ", cell_pairs: 10, width: 0.1 m, length: 1 m, channel_height: 0.5 mm, voltage: 5 V, cells: 2}";
  const std::string stacks = "{lake: {type: feed, brine: {Li+: 1 g/L, balance: Cl-}, flow: 1 m3/h}, water: {type: feed, brine: {Li+: 1 g/L, balance: Cl-}, flow: 1 m3/h}, first: " + stack +
                             ", second: " + stack + ", out: {type: sink}, spent: {type: sink}}";
  const auto said = [&](const std::string& list) { return findings(stacks, "{for: 1 h, always: [" + list + "]}"); };
  const std::string diluates = "lake -> first.diluate, first.diluate -> second.diluate, second.diluate -> spent, ";
  BOOST_CHECK_EQUAL(said(diluates + "water -> second.concentrate, second.concentrate -> first.concentrate, first.concentrate -> out"), "");
  // Concentrate that goes round through both stacks does close one.
  BOOST_TEST(said(diluates + "second.concentrate -> first.concentrate, first.concentrate -> second.concentrate, water -> out")
                 .find("the loop first -> second -> first holds no tank") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_loop_without_a_tank_is_named) {
  complains("lake -> mix, mix -> pump, pump -> split, split.first -> mix, split.second -> out, tank -> spent",
            "the loop pump -> split -> mix -> pump holds no tank", "put a tank into the loop");
}

BOOST_AUTO_TEST_SUITE_END()
