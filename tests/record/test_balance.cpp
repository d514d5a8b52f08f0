// What came in, what went out, what stayed: per component and per element.
#include "record/balance.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace brineflow;
using namespace brineflow::test;

namespace {

constexpr Tolerance rounding{1e-14, 1e-16, "rounding"};

const ComponentSet& components() {
  static const ComponentSet set = ComponentSet::from_names({"H2O", "Li+", "Mg+2", "SO4-2"});
  return set;
}

const BalanceRow& row(const std::vector<BalanceRow>& rows, const std::string& name) {
  for (const BalanceRow& r : rows)
    if (r.name == name) return r;
  BOOST_FAIL("no row " << name);
  return rows.front();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(balance)

BOOST_AUTO_TEST_CASE(closure_is_what_is_missing_over_the_largest_term) {
  const Balance b = make_balance(components(), {100.0, 8.0, 0.0, 2.0}, {40.0, 2.0, 0.0, 0.0}, {10.0, 20.0, 5.0, 0.0}, {70.0, 25.0, 5.0, 4.0});
  check_close(row(b.components, "H2O").closure, (100.0 - 40.0 - 60.0) / 100.0, rounding);
  check_close(row(b.components, "Li+").closure, (8.0 - 2.0 - 5.0) / 25.0, rounding);   // the holdup is largest
  check_close(row(b.components, "Mg+2").closure, 0.0, rounding);
  check_close(row(b.components, "SO4-2").closure, (2.0 - 4.0) / 4.0, rounding);        // too much is negative
  check_close(b.worst(), 0.5, rounding);
  BOOST_CHECK(b.worst_row().name == "SO4-2" || b.worst_row().name == "S");
}

BOOST_AUTO_TEST_CASE(what_never_was_there_is_closed) {
  const std::vector<double> none(4, 0.0);
  const Balance b = make_balance(components(), none, none, none, none);
  for (const auto* rows : {&b.components, &b.elements})
    for (const BalanceRow& r : *rows) BOOST_CHECK_EQUAL(r.closure, 0.0);
  BOOST_CHECK_EQUAL(b.worst(), 0.0);
}

BOOST_AUTO_TEST_CASE(elements_are_summed_over_components) {
  const Balance b = make_balance(components(), {100.0, 8.0, 0.0, 2.0}, {40.0, 2.0, 0.0, 0.5}, {10.0, 20.0, 5.0, 0.0}, {70.0, 26.0, 5.0, 1.0});
  BOOST_CHECK_EQUAL(b.elements.size(), 5u);  // H, O, Li, Mg, S
  check_close(row(b.elements, "H").in, 200.0, rounding);
  check_close(row(b.elements, "O").in, 100.0 + 4.0 * 2.0, rounding);
  check_close(row(b.elements, "O").out, 40.0 + 4.0 * 0.5, rounding);
  check_close(row(b.elements, "O").held_at_start, 10.0, rounding);
  check_close(row(b.elements, "O").held, 70.0 + 4.0 * 1.0, rounding);
  check_close(row(b.elements, "O").closure, 4.0 * 0.5 / 108.0, rounding);
  check_close(row(b.elements, "S").closure, 0.5 / 2.0, rounding);
}

// Of acid and base nothing may be left: then a millionth of the other ions' charge takes the place of H+, and only then.
BOOST_AUTO_TEST_CASE(hydrogen_is_closed_over_what_the_other_ions_leave) {
  const ComponentSet set = ComponentSet::from_names({"H2O", "Li+", "Cl-", "H+"});
  const std::vector<double> in{100.0, 8.0, 8.0, 0.0}, none(4, 0.0);
  const Balance cancelled = make_balance(set, in, {100.0, 8.0, 8.0, 1e-15}, none, none);
  check_close(row(cancelled.components, "H+").closure, -1e-15 / (1e-6 * 16.0), rounding);
  const Balance lost = make_balance(set, {100.0, 8.0, 8.1, 0.1}, {100.0, 8.0, 8.1, 0.09}, none, none);
  check_close(row(lost.components, "H+").closure, 0.1, rounding);
}

BOOST_AUTO_TEST_CASE(no_number_is_the_worst_of_all) {
  const double nan = std::nan("");
  const Balance b = make_balance(components(), {100.0, nan, 0.0, 2.0}, {40.0, 2.0, 0.0, 9.0}, {10.0, 20.0, 5.0, 0.0}, {70.0, 26.0, 5.0, 1.0});
  BOOST_CHECK(std::isnan(row(b.components, "Li+").closure));
  BOOST_CHECK_EQUAL(b.worst(), HUGE_VAL);  // above every limit
  BOOST_CHECK(b.worst_row().name == "Li+");
}

BOOST_AUTO_TEST_SUITE_END()
