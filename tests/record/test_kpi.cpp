// Indicators against numbers worked out by hand.
#include "flowsheet/case_from_text.hpp"
#include "record/kpi.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <map>

using namespace brineflow;
using namespace brineflow::test;

namespace {

constexpr Tolerance rounding{1e-12, 0.0, "rounding"};

// kg/mol of Li, Mg and H2O to four digits, as in tables.
constexpr Tolerance molar_masses{1e-3, 0.0, "6.94, 24.305 and 18.015 g/mol to four digits"};

struct Fixture {
  Case input = case_from(
      "{lake: {type: feed, brine: {Li+: 1 mol/L, balance: Cl-}, flow: 1 m3/h}, well: {type: feed, brine: fresh_water, flow: 1 m3/h},"
      " acid: {type: feed, brine: {Li+: 1 mol/L, balance: Cl-}, flow: 1 m3/h, counts_as: other},"
      " pump: {type: pump, pressure: 5 bar}, good: {type: sink, role: product}, best: {type: sink, role: product}, bad: {type: sink}}",
      "{for: 1 h, always: [lake -> pump -> good, well -> best, acid -> bad]}");
  TotalsLayout layout{*input.flowsheet};
  std::vector<double> totals = std::vector<double>(layout.size(), 0.0);

  // mol of H2O, Li+, Mg+2 and Cl-, or J.
  void set(const std::string& unit, const std::vector<double>& amounts) {
    for (const TotalSlice& slice : layout.slices())
      if (input.flowsheet->units[slice.unit]->name() == unit) std::copy(amounts.begin(), amounts.end(), totals.begin() + static_cast<std::ptrdiff_t>(slice.start));
  }
  std::map<std::string, double> values() const {
    std::map<std::string, double> result;
    for (const Kpi& kpi : make_kpis(*input.flowsheet, layout, totals)) result[kpi.name] = kpi.value;
    return result;
  }
  // The moles of water in so many m3.
  static double water(double volume) { return volume * 997.05 / 18.015e-3; }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kpi, Fixture)

BOOST_AUTO_TEST_CASE(a_worked_example) {
  set("lake", {water(8.0), 1000.0, 500.0, 2000.0});
  set("well", {water(3.0), 0.0, 0.0, 0.0});
  set("acid", {water(50.0), 7000.0, 0.0, 7000.0});  // neither brine nor fresh water
  set("good", {water(1.5), 450.0, 2.0, 454.0});
  set("best", {water(0.5), 150.0, 1.0, 152.0});
  set("bad", {water(9.0), 400.0, 497.0, 1394.0});
  set("pump", {3.6e9});
  auto v = values();
  BOOST_CHECK_EQUAL(v.size(), 9u);
  check_close(v["li_recovery"], 0.6, rounding);
  check_close(v["li_product"], 600.0 * 6.94e-3, molar_masses);                       // 4.164 kg
  check_close(v["lce_product"], v["li_product"] * 5.323, rounding);                  // 22.16 kg
  check_close(v["lce_product"], 300.0 * 73.89e-3, molar_masses);                     // half as many mol of Li2CO3
  check_close(v["product_li_concentration"], v["li_product"] / 2.0, {2e-4, 0.0, "density and molar mass of water to four digits"});
  check_close(v["brine_mg_li_ratio"], 0.5 * 24.305 / 6.94, molar_masses);
  check_close(v["product_mg_li_ratio"], 3.0 / 600.0 * 24.305 / 6.94, molar_masses);
  const double tonnes = v["lce_product"] / 1000.0;
  check_close(v["brine_per_t_lce"] * tonnes, 8.0, {2e-4, 0.0, "density and molar mass of water to four digits"});
  check_close(v["fresh_water_per_t_lce"] * tonnes, 3.0, {2e-4, 0.0, "density and molar mass of water to four digits"});
  check_close(v["energy_per_t_lce"] * tonnes, 1000.0, rounding);                     // 3.6e9 J are 1000 kWh
}

BOOST_AUTO_TEST_CASE(recovery_counts_lithium_only) {
  set("lake", {water(8.0), 1000.0, 1e6, 2000.0});
  set("good", {water(1.0), 250.0, 1e5, 250.0});
  check_close(values()["li_recovery"], 0.25, rounding);
  set("acid", {water(8.0), 1e4, 0.0, 1e4});  // lithium that is no brine's does not lower it
  check_close(values()["li_recovery"], 0.25, rounding);
  set("bad", {water(8.0), 750.0, 0.0, 0.0});
  check_close(values()["li_recovery"], 0.25, rounding);
}

BOOST_AUTO_TEST_CASE(a_ratio_to_nothing_is_no_number) {
  auto v = values();
  for (const char* name : {"li_recovery", "product_li_concentration", "brine_mg_li_ratio", "product_mg_li_ratio", "brine_per_t_lce", "energy_per_t_lce"})
    BOOST_CHECK_MESSAGE(std::isnan(v[name]), name << " is " << v[name]);
  BOOST_CHECK_EQUAL(v["li_product"], 0.0);
  set("lake", {water(8.0), 1000.0, 0.0, 1000.0});
  BOOST_CHECK_EQUAL(values()["li_recovery"], 0.0);
}

BOOST_AUTO_TEST_CASE(every_indicator_has_a_unit_and_a_meaning) {
  for (const Kpi& k : make_kpis(*input.flowsheet, layout, totals)) BOOST_CHECK(!k.unit.empty() && !k.long_name.empty());
}

BOOST_AUTO_TEST_CASE(without_lithium_there_are_none) {
  const Case salt = case_from_text("components: [H2O, Na+, Cl-]\nbrine: {chemistry: ideal}\n"
                                   "units: {lake: {type: feed, brine: {Na+: 1 mol/L, balance: Cl-}, flow: 1 m3/h}, out: {type: sink}}\n"
                                   "schedule: {for: 1 h, always: [lake -> out]}\n");
  const TotalsLayout totals_of_salt(*salt.flowsheet);
  BOOST_CHECK(make_kpis(*salt.flowsheet, totals_of_salt, std::vector<double>(totals_of_salt.size(), 1.0)).empty());
}

BOOST_AUTO_TEST_SUITE_END()
