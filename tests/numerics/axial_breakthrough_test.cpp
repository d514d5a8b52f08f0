// Problem A1: breakthrough with linear sorption and first-order kinetics against the Laplace solution. The file names
// its source; time is integrated so finely that the differences are those of space.
#include "numerics/axial_scheme.hpp"
#include "numerics/runge_kutta.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>

using namespace brineflow;
using brineflow::test::runge_kutta;
using Kind = AxialScheme::Kind;

namespace {

struct Point {
  double time, c;
};

std::vector<Point> reference() {
  const std::string name = "tests/reference/columns/A1_laplace_reference.csv";
  std::ifstream file(name);
  BOOST_REQUIRE_MESSAGE(file, "cannot read " << name << ": run from the project's folder");
  std::vector<Point> points;
  for (std::string line; std::getline(file, line);) {
    std::istringstream text(line);
    Point point{};
    char comma = 0;
    if (text >> point.time >> comma >> point.c) points.push_back(point);
  }
  BOOST_REQUIRE_EQUAL(points.size(), 401U);
  return points;
}

// The largest difference of the outlet from the reference, in units of the feed.
double error(const AxialScheme& scheme, double longest_step) {
  const double length = 0.5, u = 1e-3, D = u * length / 300, phase_ratio = 2.0 / 3.0, adsorption = 0.2, desorption = 0.02;
  const AxialGrid grid(scheme);
  const std::size_t n = grid.size();
  double outlet_flux = 0.0;
  const auto rates = [&](double, const std::vector<double>& y, std::vector<double>& dydt) {
    grid.transport<double>({y.data(), n}, u * 1.0, u, D, length, {dydt.data(), n}, outlet_flux);
    for (std::size_t k = 0; k < n; ++k) {
      dydt[n + k] = adsorption * y[k] - desorption * y[n + k];
      dydt[k] -= phase_ratio * dydt[n + k];
    }
  };
  std::vector<double> y(2 * n, 0.0), unused(2 * n);
  double time = 0.0, largest = 0.0, squares = 0.0;
  const std::vector<Point> points = reference();
  for (const Point& point : points) {
    if (point.time > time) runge_kutta(y, time, point.time - time, longest_step, rates);
    time = point.time;
    rates(time, y, unused);
    const double difference = std::abs(outlet_flux / u - point.c);
    largest = std::max(largest, difference);
    squares += difference * difference;
  }
  BOOST_TEST_MESSAGE(grid.description() << ": max " << largest << ", RMS " << std::sqrt(squares / static_cast<double>(points.size())));
  return largest;
}

struct Row {
  AxialScheme scheme;
  double step;     // s, below the limit of stability
  double allowed;  // twice what docs/numerics.md tables
};

}  // namespace

BOOST_AUTO_TEST_SUITE(axial_breakthrough)

BOOST_AUTO_TEST_CASE(the_default_is_below_1e_5_of_the_feed) { BOOST_CHECK_LT(error(AxialScheme{}, 1.0), 1e-5); }

BOOST_AUTO_TEST_CASE(errors_are_those_of_the_documented_table) {
  const Kind galerkin = Kind::discontinuous_galerkin, weno = Kind::finite_volume_weno;
  for (const Row& row : {Row{{galerkin, 3, 8}, 2.0, 1.4e-4}, Row{{galerkin, 3, 16}, 2.0, 4e-6}, Row{{galerkin, 3, 32}, 0.5, 1.2e-7},
                         Row{{galerkin, 4, 8}, 2.0, 3.5e-6}, Row{{galerkin, 4, 16}, 1.0, 6.1e-8}, Row{{galerkin, 5, 8}, 1.0, 1.4e-7},
                         Row{{galerkin, 5, 16}, 0.5, 1.4e-9}, Row{{weno, 2, 50}, 1.0, 5.2e-3}, Row{{weno, 2, 100}, 1.0, 9e-4},
                         Row{{weno, 2, 200}, 1.0, 1.4e-4}, Row{{weno, 2, 400}, 0.25, 2.4e-5}, Row{{weno, 4, 50}, 1.0, 2.4e-3},
                         Row{{weno, 4, 100}, 1.0, 3.5e-4}, Row{{weno, 4, 200}, 1.0, 5.2e-5}, Row{{weno, 4, 400}, 0.25, 8.4e-6}})
    BOOST_CHECK_LT(error(row.scheme, row.step), row.allowed);
}

BOOST_AUTO_TEST_SUITE_END()
