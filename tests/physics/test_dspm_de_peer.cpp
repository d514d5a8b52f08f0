// Random nanofiltration modules solved by a peer (tests/peers/nf_dspm_de_modules.py): ours, in its arrangement, beside its numbers.
#include "model_files.hpp"
#include "peer_module.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

using namespace brineflow;
using test::check_close;

BOOST_AUTO_TEST_SUITE(dspm_de_peer)

BOOST_AUTO_TEST_CASE(random_modules_agree_where_the_peer_solves_them) {
  std::map<std::string, std::vector<std::map<std::string, std::string>>> modules;
  for (const auto& row : test::read_csv("tests/reference/membranes/nf_dspm_de_random_peer.csv")) modules[row.at("seed")].push_back(row);
  int ours = 0, both = 0, not_neutral = 0;
  double largest = 0.0;
  for (const auto& module_rows : modules) {
    const auto& seed = module_rows.first;
    const auto& rows = module_rows.second;
    const auto value = [&](const char* column) { return test::number(rows.front(), column); };
    test::PeerModule module;
    module.membrane = {.pore_radius = value("pore_radius"), .thickness = value("thickness"), .charge = value("charge"), .dielectric = value("dielectric"), .bulk_dielectric = 78.36};
    module.pressure = value("pressure");
    module.area = value("area");
    module.feed_water = value("water");
    module.davies = false;
    for (const auto& row : rows) {
      module.ions.push_back({row.at("ion"), static_cast<int>(test::number(row, "z")), test::number(row, "diffusion"), test::number(row, "stokes_radius"), test::number(row, "molar_mass")});
      module.feed.push_back(test::number(row, "feed"));
    }
    const test::PeerResult found = test::solve(module);
    BOOST_TEST(found.converged, "module " << seed << " has no solution here; the peer: " << rows.front().at("peer"));
    if (found.converged) ++ours;
    if (!found.converged || rows.front().at("peer") != "solved") continue;
    // Some of its permeates are not neutral: its solver is content with 1e-8 of scaled equations, a thousandth of a small flux. Ours are, to rounding.
    double charge = 0.0, strength = 0.0, our_charge = 0.0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double flux = test::number(rows[i], "flux"), z = test::number(rows[i], "z");
      charge += z * flux;
      strength += std::abs(z) * flux;
      our_charge += z * found.flux[i];
    }
    BOOST_TEST(std::abs(our_charge) < 1e-9 * strength);
    if (std::abs(charge) > 1e-5 * strength) {
      ++not_neutral;
      continue;
    }
    ++both;
    const test::Tolerance tolerance{1e-3, 0.0, "what was asked for; the two agree to rounding of the peer's solver"};
    BOOST_TEST_CONTEXT("module " << seed) {
      check_close(found.water_flux, value("water_flux"), tolerance);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const double expected = test::number(rows[i], "flux");
        check_close(found.flux[i], expected, tolerance);
        largest = std::max(largest, std::abs(found.flux[i] / expected - 1.0));
        check_close(found.rejection[i], test::number(rows[i], "rejection"), {1e-3, 1e-6, tolerance.reason});
      }
    }
  }
  test::report_figure("dspm_de_random_modules", static_cast<double>(modules.size()));
  test::report_figure("dspm_de_random_modules_of_both", both);
  test::report_figure("dspm_de_random_modules_flux", largest);
  test::report_figure("dspm_de_random_modules_peer_not_neutral", not_neutral);
  BOOST_TEST(both > 150);
  BOOST_TEST(not_neutral < 5);
  BOOST_TEST(ours == static_cast<int>(modules.size()));
}

BOOST_AUTO_TEST_SUITE_END()
