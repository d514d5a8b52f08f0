#include "numerics/sphere_element.hpp"

#include "base/error.hpp"
#include "runge_kutta.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

using namespace brineflow;
using brineflow::test::check_close;
using brineflow::test::runge_kutta;

namespace {

std::vector<double> laplacian(const SphereElement& sphere, const std::vector<double>& c, double flux) {
  std::vector<double> rate(c.size(), 0.0);
  sphere.add_diffusion<double>(c, 1.0, rate);
  rate.back() += sphere.surface_gain() * flux;
  return rate;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sphere_element)

// The mean of r^m over the unit ball is 3 / (m + 3).
BOOST_AUTO_TEST_CASE(quadrature_over_the_volume_is_exact_for_products) {
  for (int n = 1; n <= max_sphere_nodes; ++n) {
    const SphereElement sphere(n);
    for (int power = 0; power <= 4 * n - 4; power += 2) {
      double mean = 0.0;
      for (std::size_t k = 0; k < sphere.size(); ++k)
        mean += sphere.weights()[k] * std::pow(sphere.nodes()[k], power);
      check_close(mean, 3.0 / (power + 3), {1e-11, 0.0, "rounding of Lobatto weights of degree 20"});
    }
    BOOST_TEST(sphere.nodes().back() == 1.0);
    BOOST_TEST(sphere.nodes().front() > 0.0);
  }
}

// Laplacian of r^2m is 2m (2m + 1) r^(2m - 2), its slope at the surface 2m.
BOOST_AUTO_TEST_CASE(laplacian_is_exact_for_symmetric_polynomials) {
  for (int n = 2; n <= 7; ++n) {
    const SphereElement sphere(n);
    for (int m = 0; m < n; ++m) {
      std::vector<double> c;
      for (const double r : sphere.nodes()) c.push_back(std::pow(r, 2 * m));
      const std::vector<double> found = laplacian(sphere, c, 2.0 * m);
      for (std::size_t k = 0; k < c.size(); ++k) {
        const double exact = m == 0 ? 0.0 : 2.0 * m * (2 * m + 1) * std::pow(sphere.nodes()[k], 2 * m - 2);
        check_close(found[k], exact,
                    {0.0, 1e-8, "rounding times entries of the second derivative, up to n^4 = 2401"});
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_lost_inside) {
  for (int n = 1; n <= 7; ++n) {
    const SphereElement sphere(n);
    std::vector<double> c;
    for (std::size_t k = 0; k < sphere.size(); ++k)
      c.push_back(std::sin(17.0 * static_cast<double>(k) + 1.0));
    const std::vector<double> rate = laplacian(sphere, c, 0.7);
    const double gain = std::inner_product(rate.begin(), rate.end(), sphere.weights().begin(), 0.0);
    check_close(gain, 3.0 * 0.7, {0.0, 1e-9, "rounding of entries up to n^4 = 2401"});
  }
}

// The slowest mode of a sphere whose surface is held at zero decays with pi^2 D/R^2 (Crank 1975, The
// Mathematics of Diffusion, eq. 6.18): the Rayleigh quotient of sin(pi r)/r, exact in the limit, converges
// spectrally.
BOOST_AUTO_TEST_CASE(first_eigenvalue_converges) {
  const double pi = std::acos(-1.0);
  double last = 1.0;
  for (int n = 3; n <= 6; ++n) {
    const SphereElement sphere(n);
    std::vector<double> c;
    for (const double r : sphere.nodes()) c.push_back(std::sin(pi * r) / r);
    c.back() = 0.0;
    const std::vector<double> rate = laplacian(sphere, c, -pi);
    double above = 0.0, below = 0.0;
    for (std::size_t k = 0; k < c.size(); ++k) {
      above -= sphere.weights()[k] * c[k] * rate[k];
      below += sphere.weights()[k] * c[k] * c[k];
    }
    const double error = std::abs(above / below / (pi * pi) - 1.0);
    BOOST_TEST_MESSAGE(n << " nodes: " << error);
    BOOST_TEST(error < 0.2 * last);
    last = error;
  }
  BOOST_TEST(last < 1e-6);
}

// div((1 + r^2) grad r^2m) = 2m ((2m + 1) r^(2m - 2) + (2m + 3) r^2m), its flux through the surface 4m.
BOOST_AUTO_TEST_CASE(a_coefficient_linear_in_the_squared_radius_is_exact) {
  for (int n = 2; n <= 7; ++n) {
    const SphereElement sphere(n);
    std::vector<double> D;
    for (const double r : sphere.nodes()) D.push_back(1.0 + r * r);
    for (int m = 0; m < n; ++m) {
      std::vector<double> c, rate(sphere.size(), 0.0);
      for (const double r : sphere.nodes()) c.push_back(std::pow(r, 2 * m));
      sphere.add_diffusion<double>(c, D, rate);
      rate.back() += sphere.surface_gain() * 4.0 * m;
      for (std::size_t k = 0; k < c.size(); ++k) {
        const double r = sphere.nodes()[k];
        const double exact = m == 0 ? 0.0 : 2.0 * m * ((2 * m + 1) * std::pow(r, 2 * m - 2) + (2 * m + 3) * std::pow(r, 2 * m));
        check_close(rate[k], exact, {0.0, 1e-8, "rounding times entries of the second derivative, up to n^4 = 2401"});
      }
    }
  }
}

namespace {

// Values at cells of equal width of a closed sphere after `duration`, D = exp(2 c), from c = 1 - r^2: finite volumes of second order.
std::vector<double> relaxed_by_volumes(int cells, double duration) {
  const double h = 1.0 / cells;
  std::vector<double> c;
  for (int k = 0; k < cells; ++k) c.push_back(1.0 - h * h * (k + 0.5) * (k + 0.5));
  runge_kutta(c, 0.0, duration, 0.06 * h * h, [&](double, const std::vector<double>& y, std::vector<double>& rate) {
    double inner = 0.0;  // flow through the inner face, over 4 pi
    for (std::size_t k = 0; k < y.size(); ++k) {
      const double r = h * static_cast<double>(k + 1), left = r - h;
      const double outer = k + 1 == y.size() ? 0.0 : r * r * std::exp(y[k] + y[k + 1]) * (y[k + 1] - y[k]) / h;
      rate[k] = 3.0 * (outer - inner) / (r * r * r - left * left * left);
      inner = outer;
    }
  });
  return c;
}

}  // namespace

// No closed form: against finite volumes, extrapolated from two meshes.
BOOST_AUTO_TEST_CASE(a_coefficient_that_depends_on_the_profile_converges) {
  constexpr double duration = 0.02;
  const std::vector<double> fine = relaxed_by_volumes(200, duration), coarse = relaxed_by_volumes(100, duration);
  double last = 1.0;
  for (const int n : {3, 5, 7}) {
    const SphereElement sphere(n);
    std::vector<double> c, D(sphere.size());
    for (const double r : sphere.nodes()) c.push_back(1.0 - r * r);
    runge_kutta(c, 0.0, duration, 1e-5, [&](double, const std::vector<double>& y, std::vector<double>& rate) {
      for (std::size_t k = 0; k < y.size(); ++k) D[k] = std::exp(2.0 * y[k]);
      std::fill(rate.begin(), rate.end(), 0.0);
      sphere.add_diffusion<double>(y, D, rate);
    });
    // The value at the surface, where cells have none: a parabola without slope there through the last two.
    const auto surface = [](const std::vector<double>& cells) { return cells.back() + (cells.back() - cells[cells.size() - 2]) / 8.0; };
    const double error = std::abs(c.back() - (4.0 * surface(fine) - surface(coarse)) / 3.0);
    BOOST_TEST_MESSAGE(n << " nodes: " << error);
    BOOST_TEST(error < 0.2 * last);
    last = error;
  }
  BOOST_TEST(last < 1e-5);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_built_is_refused) {
  BOOST_CHECK_THROW(SphereElement(0), InternalError);
  BOOST_CHECK_THROW(SphereElement(max_sphere_nodes + 1), InternalError);
}

BOOST_AUTO_TEST_SUITE_END()
