// How fast the error falls with the mesh, on a solution made up for the purpose:
//   c = 2 + (1 - z)^2 sin(3 z - t) on 0 <= z <= 1,   which has dc/dz(1) = 0,
// with the source and the inlet flux that belong to it.
#include "numerics/axial_scheme.hpp"
#include "numerics/runge_kutta.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>

using namespace brineflow;
using brineflow::test::runge_kutta;
using Kind = AxialScheme::Kind;

namespace {

struct Made {
  double u, D;

  double value(double z, double t) const { return 2.0 + std::pow(1 - z, 2) * std::sin(3 * z - t); }
  double slope(double z, double t) const {
    return -2 * (1 - z) * std::sin(3 * z - t) + 3 * std::pow(1 - z, 2) * std::cos(3 * z - t);
  }
  double curvature(double z, double t) const {
    return (2 - 9 * std::pow(1 - z, 2)) * std::sin(3 * z - t) - 12 * (1 - z) * std::cos(3 * z - t);
  }
  double source(double z, double t) const {
    return -std::pow(1 - z, 2) * std::cos(3 * z - t) + u * slope(z, t) - D * curvature(z, t);
  }
  double inlet_flux(double t) const { return u * value(0, t) - D * slope(0, t); }
};

// A function at the nodes, or its averages over the cells.
template <class F>
std::vector<double> sampled(const AxialGrid& grid, const F& f) {
  static const LobattoElement quadrature(5);
  std::vector<double> result;
  for (const double z : grid.nodes()) {
    if (grid.scheme().kind == Kind::discontinuous_galerkin) {
      result.push_back(f(z));
      continue;
    }
    double mean = 0.0;
    for (std::size_t k = 0; k < quadrature.nodes.size(); ++k)
      mean += 0.5 * quadrature.weights[k] * f(z + 0.5 * quadrature.nodes[k] / grid.scheme().elements);
    result.push_back(mean);
  }
  return result;
}

// Root of the mean square error at t = 1.
double error(const AxialScheme& scheme, const Made& made) {
  const AxialGrid grid(scheme);
  std::vector<double> c = sampled(grid, [&](double z) { return made.value(z, 0); });
  const double narrow = 1.0 / (scheme.elements * (scheme.kind == Kind::discontinuous_galerkin ? scheme.degree * (scheme.degree + 1) : 1));
  const double step = 0.15 * std::min(narrow, made.D > 0 ? narrow * narrow / made.D : 1.0);
  runge_kutta(c, 0.0, 1.0, step, [&](double t, const std::vector<double>& y, std::vector<double>& dydt) {
    double outlet_flux = 0.0;
    grid.transport<double>(y, made.inlet_flux(t), made.u, made.D, 1.0, dydt, outlet_flux);
    const std::vector<double> source = sampled(grid, [&](double z) { return made.source(z, t); });
    for (std::size_t k = 0; k < y.size(); ++k) dydt[k] += source[k];
  });
  const std::vector<double> exact = sampled(grid, [&](double z) { return made.value(z, 1); });
  double sum = 0.0;
  for (std::size_t k = 0; k < c.size(); ++k) sum += grid.weights()[k] * std::pow(c[k] - exact[k], 2);
  return std::sqrt(sum);
}

// The order between two meshes, one twice as fine.
double order(Kind kind, int degree, int elements, const Made& made) {
  const double coarse = error({kind, degree, elements}, made), fine = error({kind, degree, 2 * elements}, made);
  const double result = std::log2(coarse / fine);
  BOOST_TEST_MESSAGE((kind == Kind::discontinuous_galerkin ? "Galerkin degree " : "WENO degree ")
                     << degree << ", " << elements << " and " << 2 * elements << ", u " << made.u << ", D " << made.D
                     << ": errors " << coarse << ", " << fine << ", order " << result);
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(axial_order)

// p + 1: Cockburn and Shu (1998), SIAM J. Numer. Anal. 35, 2440. Convection alone, with a little dispersion, and dispersion alone.
BOOST_AUTO_TEST_CASE(galerkin_is_of_order_p_plus_1) {
  for (const Made& made : {Made{1.0, 0.0}, Made{1.0, 1e-3}, Made{0.0, 0.05}})
    for (int degree = 1; degree <= 5; ++degree)
      BOOST_CHECK_GT(order(Kind::discontinuous_galerkin, degree, degree < 4 ? 8 : 4, made), degree + 1 - 0.3);
}

// Between, where convection and dispersion of a cell are alike, their errors cancel on one mesh more than on
// another, so the order wavers; but the error is never above that of the worse of the two alone.
BOOST_AUTO_TEST_CASE(galerkin_is_no_worse_where_convection_and_dispersion_are_alike) {
  for (int degree = 1; degree <= 4; ++degree)
    for (const int elements : {4, 8, 16}) {
      const AxialScheme scheme{Kind::discontinuous_galerkin, degree, elements};
      BOOST_CHECK_LE(error(scheme, {1.0, 0.05}), 1.1 * std::max(error(scheme, {1.0, 0.0}), error(scheme, {0.0, 0.05})));
    }
}

// WENO3 is of third order, with ends of second order at one face each, which counts as third in the whole. WENO5
// is of fifth inside; the ends rule the sooner the more dispersion carries them inwards.
BOOST_AUTO_TEST_CASE(weno_is_of_the_order_its_ends_allow) {
  for (const double D : {0.0, 1e-3, 0.05}) {
    BOOST_CHECK_GT(order(Kind::finite_volume_weno, 2, 80, {1.0, D}), 2.7);
    BOOST_CHECK_GT(order(Kind::finite_volume_weno, 4, 80, {1.0, D}), 3.3);
  }
}

// Away from the ends the rates of convection are those of the smooth weights: third and fifth order.
BOOST_AUTO_TEST_CASE(weno_is_of_its_full_order_inside) {
  const auto largest = [](int degree, int cells) {
    const AxialGrid grid({Kind::finite_volume_weno, degree, cells});
    const auto value = [](double z) { return 2.0 + std::exp(z); };
    const std::vector<double> c = sampled(grid, value);
    std::vector<double> rate(grid.size());
    double outlet_flux = 0.0, result = 0.0;
    grid.transport<double>(c, value(0.0), 1.0, 0.0, 1.0, rate, outlet_flux);
    for (std::size_t k = 4; k + 4 < c.size(); ++k) result = std::max(result, std::abs(rate[k] + c[k] - 2.0));  // c' = c - 2
    return result;
  };
  for (const int degree : {2, 4}) {
    const double found = std::log2(largest(degree, 20) / largest(degree, 40));
    BOOST_TEST_MESSAGE("WENO" << degree + 1 << " inside: order " << found);
    BOOST_CHECK_GT(found, degree + 1 - 0.4);
  }
}

BOOST_AUTO_TEST_SUITE_END()
