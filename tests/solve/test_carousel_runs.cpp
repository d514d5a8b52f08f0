// Carousels as they run: nothing but the steps one would write by hand, and the symmetry the schedule claims.
#include "solve/running.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>

using namespace brineflow;
using namespace brineflow::test;

namespace {

// Three small columns that sorb lithium linearly: two load in series, one is eluted.
const std::string units =
    "{lake: {type: feed, brine: {Li+: 40 mol/m3, Mg+2: 600 mol/m3, balance: Cl-}, flow: 1 m3/h}, water: "
    "{type: feed, brine: fresh_water, flow: 1 m3/h},"
    " column: {type: adsorption_column, count: 3, length: 1 m, cross_section: 0.5 m2, void_fraction: 0.4, "
    "discretisation: {elements: 4, degree: 3},"
    " sorbent: {law: linear, species: {Li+: {k_a: 0.02 1/s, k_d: 0.01 1/s, takes: {Li+: 1, Cl-: 1}}}}},"
    " product: {type: sink, role: product}, spent: {type: sink}}";
const std::string repeat = ", repeat: {times: 2}}";
const std::string carousel =
    "{carousel: {columns: column, zones: {load: 2, elute: 1}, period: ["
    "{phase: push, route: [water -> elute -> spent], for: 15 min},"
    "{phase: work, route: [water -> elute -> product], set: {water.flow: 2 m3/h}, until: "
    "load.first.outlet.Li+ / lake.Li+ > 0.7, at_least: 10 min, at_most: 3 h}]},"
    " always: [lake -> load -> spent]" +
    repeat;

std::string period(const std::string& lead, const std::string& lag, const std::string& eluted,
                   const std::string& number) {
  const std::string load = "lake -> " + lead + " -> " + lag + " -> spent";
  return "{step: push_" + number + ", route: [" + load + ", water -> " + eluted +
         " -> spent], for: 15 min}, {step: work_" + number + ", route: [" + load + ", water -> " + eluted +
         " -> product], set: {water.flow: 2 m3/h}, until: " + lead +
         ".outlet.Li+ / lake.Li+ > 0.7, at_least: 10 min, at_most: 3 h}";
}

const std::string by_hand = "{cycle: [" + period("column_1", "column_2", "column_3", "1") + ", " +
                            period("column_2", "column_3", "column_1", "2") + ", " +
                            period("column_3", "column_1", "column_2", "3") + "]" + repeat;

}  // namespace

BOOST_AUTO_TEST_SUITE(carousel_runs)

BOOST_AUTO_TEST_CASE(a_carousel_runs_as_its_steps_written_out) {
  const Run short_form = run(case_from(units, carousel)), long_form = run(case_from(units, by_hand));
  BOOST_REQUIRE_EQUAL(short_form.said.steps.size(), 12u);
  BOOST_REQUIRE_EQUAL(long_form.said.steps.size(), 12u);
  constexpr Tolerance same{0.0, 0.0, "the same steps in the same order: the same arithmetic"};
  for (std::size_t k = 0; k < 12; ++k) {
    BOOST_CHECK_EQUAL(short_form.said.steps[k].who, long_form.said.steps[k].who);
    check_close(short_form.said.steps[k].t, long_form.said.steps[k].t, same);
  }
  const std::vector<double>& y = short_form.last().state.y;
  const std::vector<double>& expected = long_form.last().state.y;
  BOOST_REQUIRE_EQUAL(y.size(), expected.size());
  for (std::size_t k = 0; k < y.size(); ++k) BOOST_REQUIRE_EQUAL(y[k], expected[k]);
  BOOST_CHECK_GT(short_form.value("column_1", "loading", 0), 10.0);  // something happened: mol/m3
}

// A run that begins one period later does to every column's successor what the other run did to the column.
BOOST_AUTO_TEST_CASE(periods_repeat_with_the_columns_renamed) {
  Case input = case_from(units, carousel);
  const Rotation rotation = input.schedule.rotation;
  BOOST_REQUIRE_EQUAL(rotation.steps_of_period, 2u);
  input.schedule.repeat.cycles = 1;
  Schedule later = input.schedule;
  std::rotate(later.steps.begin(), later.steps.begin() + 2, later.steps.end());
  const std::shared_ptr<const Flowsheet> flowsheet = std::move(input.flowsheet);

  for (std::size_t periods = 1; periods <= 3; ++periods) {
    Schedule part = input.schedule, later_part = later;
    part.steps.resize(2 * periods);
    later_part.steps.resize(2 * periods);
    const Run one = run(flowsheet, part, 600.0), other = run(flowsheet, later_part, 600.0);
    constexpr Tolerance solver{1e-4, 0.0,
                               "time integration to 1e-6 a step, the matrix of another order of units"};
    check_close(other.outcome.end_time, one.outcome.end_time, solver);
    double largest = 0.0, difference = 0.0, unrenamed = 0.0;
    for (std::size_t u = 0; u < flowsheet->units.size(); ++u) {
      if (flowsheet->units[u]->type() != "adsorption_column") BOOST_CHECK_EQUAL(rotation.successor[u], u);
      const UnitSlice& from = one.system.layout().unit(u);
      const UnitSlice& to = one.system.layout().unit(rotation.successor[u]);
      for (const VariableSlice& variable : from.variables)
        for (std::size_t k = 0; k < variable.variable.size(); ++k) {
          if (variable.variable.name != "loading") continue;
          const std::size_t at = variable.start - from.start + k;
          const double before = one.last().state.y[from.start + at];
          largest = std::max(largest, before);
          difference = std::max(difference, std::abs(other.last().state.y[to.start + at] - before));
          unrenamed = std::max(unrenamed, std::abs(other.last().state.y[from.start + at] - before));
        }
    }
    check_close(difference, 0.0, {0.0, 1e-4 * largest, solver.reason});
    BOOST_CHECK_GT(unrenamed, 0.1 * largest);  // the names matter
  }
}

BOOST_AUTO_TEST_SUITE_END()
