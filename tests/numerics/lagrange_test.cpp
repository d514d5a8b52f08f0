#include "numerics/lagrange.hpp"

#include "base/error.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numeric>

using namespace brineflow;
using brineflow::test::check_close;
using brineflow::test::Tolerance;

namespace {

const Tolerance rounding{.relative = 0.0, .absolute = 1e-12, .reason = "rounding over at most 21 nodes"};

double integral(const LobattoElement& element, int power) {
  double sum = 0.0;
  for (std::size_t k = 0; k < element.nodes.size(); ++k) sum += element.weights[k] * std::pow(element.nodes[k], power);
  return sum;
}

double exact_integral(int power) { return power % 2 == 1 ? 0.0 : 2.0 / (power + 1); }

std::vector<double> product(const DenseMatrix& matrix, const std::vector<double>& x) {
  std::vector<double> result(static_cast<std::size_t>(matrix.rows), 0.0);
  for (int i = 0; i < matrix.rows; ++i)
    for (int j = 0; j < matrix.columns; ++j) result[static_cast<std::size_t>(i)] += matrix(i, j) * x[static_cast<std::size_t>(j)];
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lagrange)

BOOST_AUTO_TEST_CASE(quadrature_is_exact_up_to_degree_2p_minus_1_and_not_beyond) {
  for (int p = 1; p <= max_lobatto_degree; ++p) {
    const LobattoElement element(p);
    for (int power = 0; power <= 2 * p - 1; ++power) check_close(integral(element, power), exact_integral(power), rounding);
    if (p <= 12) BOOST_CHECK_GT(std::abs(integral(element, 2 * p) - exact_integral(2 * p)), 1e-9);  // beyond, it drowns in rounding
  }
}

// Abramowitz and Stegun (1964), table 25.6: sqrt(3/7) and 49/90 at degree 4.
BOOST_AUTO_TEST_CASE(nodes_and_weights_of_degree_4_are_the_tabulated_ones) {
  const LobattoElement element(4);
  check_close(element.nodes[3], std::sqrt(3.0 / 7.0), rounding);
  check_close(element.weights[0], 1.0 / 10.0, rounding);
  check_close(element.weights[1], 49.0 / 90.0, rounding);
  check_close(element.weights[2], 32.0 / 45.0, rounding);
}

BOOST_AUTO_TEST_CASE(nodes_ascend_are_symmetric_and_hold_both_ends) {
  for (int p = 1; p <= max_lobatto_degree; ++p) {
    const LobattoElement element(p);
    BOOST_REQUIRE_EQUAL(element.nodes.size(), static_cast<std::size_t>(p + 1));
    BOOST_CHECK_EQUAL(element.nodes.front(), -1.0);
    BOOST_CHECK_EQUAL(element.nodes.back(), 1.0);
    for (std::size_t k = 0; k < element.nodes.size(); ++k) {
      BOOST_CHECK_EQUAL(element.nodes[k], -element.nodes[element.nodes.size() - 1 - k]);
      if (k > 0) BOOST_CHECK_LT(element.nodes[k - 1], element.nodes[k]);
    }
  }
}

BOOST_AUTO_TEST_CASE(derivative_of_a_polynomial_is_exact) {
  const Tolerance tolerance{.relative = 0.0, .absolute = 1e-11, .reason = "rounding times the entries of D, up to p (p + 1) / 4"};
  for (int p = 1; p <= max_lobatto_degree; ++p) {
    const LobattoElement element(p);
    for (int power = 0; power <= p; ++power) {
      std::vector<double> values;
      for (const double x : element.nodes) values.push_back(std::pow(x, power));
      const std::vector<double> slope = product(element.derivative, values);
      for (std::size_t k = 0; k < slope.size(); ++k)
        check_close(slope[k], power == 0 ? 0.0 : power * std::pow(element.nodes[k], power - 1), tolerance);
    }
  }
}

BOOST_AUTO_TEST_CASE(summation_by_parts_holds) {  // w_i D_ij + w_j D_ji is +1 and -1 at the ends, else 0
  const LobattoElement element(5);
  for (int i = 0; i <= 5; ++i)
    for (int j = 0; j <= 5; ++j) {
      const double sum = element.weights[static_cast<std::size_t>(i)] * element.derivative(i, j) +
                         element.weights[static_cast<std::size_t>(j)] * element.derivative(j, i);
      check_close(sum, i != j ? 0.0 : i == 0 ? -1.0 : i == 5 ? 1.0 : 0.0, rounding);
    }
}

BOOST_AUTO_TEST_CASE(interpolation_is_exact_for_polynomials_at_nodes_and_between) {
  const LobattoElement element(6);
  const std::vector<double> points{-1.0, -0.77, 0.0, 0.123, 0.999, 1.0};
  const auto f = [](double x) { return 1.0 - 2.0 * x + 0.5 * std::pow(x, 3) - std::pow(x, 6); };
  std::vector<double> values;
  for (const double x : element.nodes) values.push_back(f(x));
  const std::vector<double> found = product(interpolation_matrix(element.nodes, points), values);
  for (std::size_t k = 0; k < points.size(); ++k) check_close(found[k], f(points[k]), rounding);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_built_is_refused) {
  BOOST_CHECK_THROW(LobattoElement(0), InternalError);
  BOOST_CHECK_THROW(LobattoElement(max_lobatto_degree + 1), InternalError);
  BOOST_CHECK_THROW(barycentric_weights(std::vector<double>{0.0, 1.0, 0.0}), InternalError);
}

BOOST_AUTO_TEST_SUITE_END()
