// One cell of a nanofiltration module, from pure water to lake brine.
#include "physics/sdem.hpp"
#include "support/tolerance.hpp"
#include "units/membrane_cell.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

using namespace brineflow;
using test::check_close;

namespace {

constexpr double lmh = 1e-3 / 3600.0;
constexpr double bar = 1e5;
constexpr double A_w = 18.4 * lmh / bar;

MembraneNumbers<double> solution_diffusion(const std::vector<double>& P) {
  MembraneNumbers<double> result;
  result.water_permeability = A_w;
  result.permeability = P;
  return result;
}

struct Point {
  Brine brine = Brine::ideal(ComponentSet::from_names({"H2O", "Li+", "Mg+2", "Cl-"}));
  std::vector<int> z{1, 2, -1};
  std::vector<double> P{4.5e-6, 0.04e-6, 4.5e-6}, k = std::vector<double>(3, 100.0 * lmh);
  MembraneNumbers<double> membrane = solution_diffusion(P);
  MembraneLayers<double> layers{z, membrane, k};

  MembraneOperation operate(double salt, double pressure) const {  // mol/m3 of Li+; ten times as much Mg+2
    return operate_membrane(brine, layers, 298.15, std::vector<double>{55e3, salt, 10.0 * salt, 21.0 * salt}, pressure);
  }
  MembraneCell<double> at(double salt, const MembraneOperation& there) const {
    const std::vector<double> amounts{55e3, salt, 10.0 * salt, 21.0 * salt};
    return membrane_cell<double>(brine, layers, 298.15, amounts, there.transmission, there.J_v);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(membrane_cells)

BOOST_AUTO_TEST_CASE(operation_solves_flux_and_transmissions_at_any_concentration) {
  const Point point;
  for (const double salt : {0.0, 1e-9, 1e-6, 1e-4, 1e-2, 1.0, 10.0, 300.0})
    for (const double pressure : {0.5 * bar, 5.0 * bar, 60.0 * bar}) {
      BOOST_TEST_CONTEXT("Li+ " << salt << " mol/m3, " << pressure / bar << " bar") {
        const MembraneOperation found = point.operate(salt, pressure);
        const MembraneCell<double> cell = point.at(salt, found);
        BOOST_TEST(found.J_v > 0.0);
        check_close(found.J_v, A_w * (pressure - cell.osmotic_pressure), {1e-7, 1e-10 * A_w * pressure, "iteration"});
        for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(std::abs(cell.mismatch[i]) <= 1e-7 * (1.0 + cell.face[i + 1] / (cell.bulk[i + 1] + 1e-30)));
      }
    }
}

BOOST_AUTO_TEST_CASE(dilute_solutions_share_their_transmissions) {
  const Point point;
  const std::vector<double> T = point.operate(0.01, 5.0 * bar).transmission, diluted = point.operate(0.005, 5.0 * bar).transmission;
  for (std::size_t i = 0; i < 3; ++i)
    check_close(diluted[i], T[i], {1e-3, 0.0, "flux: osmotic pressure of 4e-3 bar, 2.4 times as much at the membrane, on 5 bar"});
}

BOOST_AUTO_TEST_CASE(permeate_is_neutral_but_where_water_has_ions_of_its_own) {
  const Point point;
  for (const double salt : {1e-3, 1e-2, 1.0, 50.0}) {
    const MembraneCell<double> cell = point.at(salt, point.operate(salt, 5.0 * bar));
    const double total = 32.0 * salt;  // of the bulk, mol/m3
    const double charge = cell.permeate[1] + 2.0 * cell.permeate[2] - cell.permeate[3];
    BOOST_TEST(std::abs(charge) <= (std::pow(1e-4 / total, 3) + 1e-11) * total, "salt " << salt << ": charge " << charge);
  }
}

BOOST_AUTO_TEST_CASE(pure_water_passes_as_its_permeability_says) {
  const Point point;
  const MembraneOperation found = point.operate(0.0, 5.0 * bar);
  check_close(found.J_v, A_w * 5.0 * bar, {1e-12, 0.0, "no osmotic pressure"});
  BOOST_TEST(found.transmission[0] > found.transmission[1]);  // the trace tells magnesium from lithium
}

BOOST_AUTO_TEST_SUITE_END()
