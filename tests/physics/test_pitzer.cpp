#include "base/error.hpp"
#include "physics/model_files.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

namespace brineflow::test {
namespace {

constexpr double room = 298.15;

double log_water_activity(const std::map<std::string, double>& molality) {
  const std::vector<double> n = amounts_of(all_components(), molality);
  return pitzer_brine().log_water_activity(std::span<const double>(n), room);
}

// Checks the column aw of a file for every row whose ions balance to `charge_within` mol/kg: the others hold ions that
// the columns leave out.
void check_water_activities(const std::string& file, double charge_within, const Tolerance& tolerance, int expected_rows) {
  int rows = 0;
  for (const auto& row : read_csv("tests/reference/brine/" + file)) {
    const auto m = molalities_of(row);
    const double charge = m.at("Na+") + m.at("K+") + 2.0 * (m.at("Mg+2") + m.at("Ca+2")) - m.at("Cl-") - 2.0 * m.at("SO4-2");
    if (std::abs(charge) > charge_within) continue;
    ++rows;
    BOOST_TEST_CONTEXT(row.at("system")) check_close(std::exp(log_water_activity(m)), number(row, "aw"), tolerance);
  }
  BOOST_CHECK_EQUAL(rows, expected_rows);
}

// J(x) = x/4 - 1 + (1/x) int_0^inf [1 - exp(-(x/y) exp(-y))] y^2 dy; Pitzer (1975). The trapezoidal rule in t
// with y = exp(t - exp(-t)), which makes the integrand decay doubly exponentially at both ends.
double J_by_quadrature(double x) {
  double sum = 0.0;
  const double h = 1.0 / 64.0;
  for (int k = -256; k <= 320; ++k) {
    const double t = k * h, y = std::exp(t - std::exp(-t)), dy = y * (1.0 + std::exp(-t));
    sum += -std::expm1(-x / y * std::exp(-y)) * y * y * dy * h;
  }
  return x / 4.0 - 1.0 + sum / x;
}

template <class F>
void check_derivatives(F f, double x, double h, const Tolerance& tolerance) {
  const auto slope = [&](auto g) { return (8.0 * (g(x + h) - g(x - h)) - g(x + 2.0 * h) + g(x - 2.0 * h)) / (12.0 * h); };
  check_close(f(x).first, slope([&](double u) { return f(u).value; }), tolerance);
  check_close(f(x).second, slope([&](double u) { return f(u).first; }), tolerance);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pitzer_model)

BOOST_AUTO_TEST_CASE(water_activity_at_the_points_where_minerals_coexist) {
  check_water_activities("invariant_points_25C_hmw84.csv", 2e-3,
                         {.absolute = 1e-4, .reason = "two programs, one parameter set; A_phi rounded to 0.3915; traces of OH- in the reference"}, 30);
}

BOOST_AUTO_TEST_CASE(water_activity_of_evaporating_seawater) {
  check_water_activities("evaporated_seawater_25C_hmw84.csv", 2e-3,
                         {.absolute = 5e-5, .reason = "two programs, one parameter set; A_phi rounded to 0.3915"}, 25);
  check_water_activities("evaporated_seawater_25C_eq6.csv", 0.05,
                         {.absolute = 2e-4, .reason = "a third program with its own A_phi; carbonate left out"}, 19);
}

BOOST_AUTO_TEST_CASE(lithium_chloride_follows_the_measured_osmotic_coefficients) {
  for (const auto& row : read_csv("tests/reference/brine/licl_25C_robinson_stokes.csv")) {
    const double m = number(row, "molality");
    const std::vector<double> n = amounts_of(all_components(), {{"Li+", m}, {"Cl-", m}});
    const std::vector<int> salt = {0, 1, 0, 0, 0, 0, 1, 0};
    const double gamma = std::exp(0.5 * pitzer_brine().log_mean_product(std::span<const double>(n), room, std::span<const int>(salt)));
    BOOST_TEST_CONTEXT(m << " mol/kg") {
      check_close(-log_water_activity({{"Li+", m}, {"Cl-", m}}) / (0.018015 * 2.0 * m), number(row, "osmotic_coefficient"),
                  {.relative = 0.004, .reason = "rms of the fit is 0.26 %"});
      check_close(gamma, number(row, "mean_gamma"), {.relative = 0.008, .reason = "rms of the fit is 0.26 %, the table has 3 digits"});
    }
  }
}

BOOST_AUTO_TEST_CASE(other_salts_agree_with_another_database) {
  // The sets differ (the peer's was refitted in 2025); the wide ones are those that refit moved.
  const std::map<std::string, double> within = {{"LiCl", 0.002}, {"NaCl", 0.001}, {"KCl", 0.001}, {"MgCl2", 0.021}, {"CaCl2", 0.009},
                                                {"Li2SO4", 0.0005}, {"Na2SO4", 0.010}, {"K2SO4", 0.017}, {"MgSO4", 0.013}};
  for (const auto& row : read_csv("tests/reference/brine/single_salts_25C_peer.csv")) {
    const auto m = molalities_of(row);
    double sum = 0.0;
    for (const auto& [ion, value] : m) sum += value;
    BOOST_TEST_CONTEXT(row.at("salt") << " " << row.at("molality"))
    check_close(-log_water_activity(m) / (0.018015 * sum), number(row, "osmotic_coefficient"),
                {.relative = within.at(row.at("salt")), .reason = "another parameter set"});
  }
}

BOOST_AUTO_TEST_CASE(dead_sea_water_has_its_measured_water_activity) {
  // Marcus (1977), Geochim. Cosmochim. Acta 41, 1739, as quoted with the composition in the test case library of EQ3/6
  // (deadsea.3i): a_w 0.754 +- 0.004, mean activity of KCl 0.876 to 1.199, density 1.207. mol/kg; bicarbonate is left out
  // and chloride closes the charge (it moves by 0.01 of 5.81). Not met: the activity of KCl is 0.83 here, and the density
  // 1.1985, about what the densities of the single salts at 23.9 wt% give too: brine and analysis do not quite belong together.
  const ComponentSet set = ComponentSet::from_names({"H2O", "Na+", "K+", "Mg+2", "Ca+2", "Cl-", "Br-", "SO4-2"});
  std::map<std::string, double> m = {{"Na+", 1.7519}, {"K+", 0.1739}, {"Mg+2", 1.5552}, {"Ca+2", 0.4274}, {"Br-", 0.0602}, {"SO4-2", 0.0063}};
  m["Cl-"] = m["Na+"] + m["K+"] + 2.0 * (m["Mg+2"] + m["Ca+2"] - m["SO4-2"]) - m["Br-"];
  check_close(m["Cl-"], 5.8098, {.absolute = 0.02, .reason = "the analysis closes its charge within 0.2 %"});
  const std::vector<double> n = amounts_of(set, m);
  const double activity = std::exp(Brine::pitzer(set, hmw84(), laliberte()).log_water_activity(std::span<const double>(n), room));
  check_close(activity, 0.754, {.absolute = 0.004, .reason = "the measurement's own"});
}

BOOST_AUTO_TEST_CASE(J_is_pitzers_integral) {
  for (const double x : {1e-3, 1e-2, 0.1, 0.5, 0.999, 1.001, 2.0, 5.0, 10.0, 20.0, 42.0})
    check_close(pitzer::J(x).value, J_by_quadrature(x), {.relative = 1e-9, .absolute = 3e-10, .reason = "accuracy of the Chebyshev form just above x = 1"});
}

BOOST_AUTO_TEST_CASE(the_table_of_J_is_J) {
  // Through all octaves, within and at the ends of cells, and at both ends of the table.
  for (double x = 0x1p-11; x < 0x1p11; x *= 1.00037) {
    const pitzer::Curve table = pitzer::J(x), exact = pitzer::exact_J(x);
    check_close(table.value, exact.value, {.relative = 2e-14, .absolute = 1e-15, .reason = "rounding of the cells' polynomials"});
    check_close(table.first, exact.first, {.relative = 5e-12, .absolute = 1e-13, .reason = "the same over the width of a cell"});
    check_close(table.second, exact.second, {.relative = 1e-9, .absolute = 1e-11, .reason = "and once more"});
  }
}

BOOST_AUTO_TEST_CASE(curves_know_their_derivatives) {
  for (const double x : {0.003, 0.2, 0.49, 0.51, 0.9, 1.1, 3.0, 20.0}) {
    const Tolerance tolerance{.relative = 1e-7, .absolute = 1e-11 / (1e-3 * x), .reason = "rounding of the differences"};
    check_derivatives(pitzer::J, x, 1e-3 * x, tolerance);
    check_derivatives(pitzer::g, x, 1e-3 * x, tolerance);
    check_derivatives([](double s) { return pitzer::electrostatic_mixing(s, 1.0, 2.0, 0.3915); }, x, 1e-3 * x, tolerance);
  }
  for (const double I : {-1e-7, -1e-8, 0.0, 1e-8, 1e-7, 7.9e-7, 8.1e-7, 1e-3})
    check_derivatives(pitzer::smooth_sqrt, I, std::max(1e-10, 1e-3 * std::abs(I)), {.relative = 1e-6, .absolute = 1e-4, .reason = "differences of a steep function"});
}

BOOST_AUTO_TEST_CASE(pieces_of_a_curve_join) {
  const char* reason = "accuracy of the Chebyshev form at its end, twice differentiated";
  for (const auto& [f, x] : {std::pair(&pitzer::J, 1.0), std::pair(&pitzer::g, 0.5)}) {
    const pitzer::Curve below = f(x * (1.0 - 1e-15)), above = f(x * (1.0 + 1e-15));
    check_close(below.value, above.value, {.absolute = 3e-10, .reason = reason});
    check_close(below.first, above.first, {.absolute = 3e-9, .reason = reason});
    check_close(below.second, above.second, {.absolute = 2e-7, .reason = reason});
  }
}

BOOST_AUTO_TEST_CASE(the_smoothed_root_changes_nothing_above_a_micromolal) {
  for (const double I : {1e-6, 2e-6, 1e-4, 1.0, 20.0})
    check_close(pitzer::smooth_sqrt(I).value, std::sqrt(I), {.absolute = 1e-14, .reason = "the promise in the documentation, with room"});
  BOOST_CHECK_GT(pitzer::smooth_sqrt(-1.0).value, 0.0);
}

BOOST_AUTO_TEST_CASE(faults_in_a_parameter_set_are_named) {
  const auto fails = [](auto change) {
    PitzerParameters parameters = hmw84();
    change(parameters);
    BOOST_CHECK_THROW(PitzerModel(all_components(), parameters), InputError);
  };
  fails([](PitzerParameters& p) { p.binary.erase(p.binary.begin()); });
  fails([](PitzerParameters& p) { p.binary.push_back(p.binary.front()); });
  fails([](PitzerParameters& p) { std::swap(p.binary[0].cation, p.binary[0].anion); });
  fails([](PitzerParameters& p) { p.theta.push_back(p.theta.front()); });
  fails([](PitzerParameters& p) { p.theta[0].ions = {"Na+", "Cl-"}; });
  fails([](PitzerParameters& p) { p.psi.push_back({{"Cl-", "K+", "Na+"}, 0.1}); });
  fails([](PitzerParameters& p) { p.psi.push_back({{"Li+", "K+", "Na+"}, 0.1}); });
  fails([](PitzerParameters& p) { p.lambda.push_back({"Na+", "Cl-", 0.1}); });
}

BOOST_AUTO_TEST_CASE(a_neutral_solute_is_salted_out_by_lambda) {
  // ln gamma_n = 2 lambda m for one ion kind; its share in the osmotic coefficient is lambda m_n m (HMW84 eq. 2a, 2e).
  const ComponentSet set({*known_component("H2O"), *known_component("Na+"), *known_component("Cl-"), {"B(OH)3", 61.83e-3, 0, {}}});
  PitzerParameters parameters = hmw84(), bare = hmw84();
  bare.lambda.clear();
  bare.zeta.clear();
  parameters.zeta.clear();
  parameters.lambda = {{"B(OH)3", "Na+", -0.1}};
  const std::vector<double> n = amounts_of(set, {{"Na+", 2.0}, {"Cl-", 2.0}, {"B(OH)3", 0.5}});
  std::vector<double> with(4), without(4);
  PitzerModel(set, parameters).log_activity(std::span<const double>(n), room, std::span<double>(with));
  PitzerModel(set, bare).log_activity(std::span<const double>(n), room, std::span<double>(without));
  const Tolerance rounding{.absolute = 1e-14, .reason = "rounding"};
  check_close(with[3] - without[3], 2.0 * -0.1 * 2.0, rounding);
  check_close(with[1] - without[1], 2.0 * -0.1 * 0.5, rounding);
  check_close(with[0] - without[0], -0.018015 * 2.0 * -0.1 * 2.0 * 0.5, rounding);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace brineflow::test
