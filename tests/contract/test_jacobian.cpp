// The equations of every unit are differentiated right, by colours as the flowsheet does it.
#include "contract/unit_under_test.hpp"

#include "support/tolerance.hpp"

#include <fmt/format.h>

#include <cmath>

using namespace brineflow;
using namespace brineflow::test;

namespace {

// Of the largest entry of the row, entries scaled by the nominal size of their column. Differences lose about
// 1e-11 of the row to rounding and 1e-10 to the third derivative at a relative step of 6e-6; sharp but smooth
// functions (limiters, smoothed corners) need the rest.
constexpr double difference_tolerance = 2e-6;
constexpr double cj = 0.37;  // 1/s, any number

double entry_of(State& state, const UnderTest& test, std::size_t column, double shift) {
  const std::size_t block = stream_size(test.unit().component_count());
  if (column < test.size()) {
    if (test.differential()[column]) state.ydot[column] += cj * shift;
    return state.y[column] += shift;
  }
  const std::size_t k = column - test.size();
  return state.arriving[k / block][k % block] += shift;
}

// Central differences, all columns of a colour moved at once. What such a pair changes in a row that none of its columns
// enters (a dependence that the derivatives have lost) is put down to the first of them, where it stands beside a zero.
Eigen::MatrixXd by_differences(const UnderTest& test, const State& at) {
  const Colouring colouring = test.coloured(at);
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(test.size()), static_cast<Eigen::Index>(test.columns()));
  std::vector<std::vector<std::size_t>> groups = colouring.columns_of_colour;
  std::vector<std::size_t> entering_nowhere;  // by the derivatives: differences may say otherwise
  for (std::size_t column = 0; column < test.columns(); ++column)
    if (colouring.rows_of_column[column].empty()) entering_nowhere.push_back(column);
  if (!entering_nowhere.empty()) groups.push_back(entering_nowhere);
  for (const std::vector<std::size_t>& together : groups) {
    State up = at, down = at;
    std::vector<std::size_t> owner(test.size(), 0);
    std::vector<double> steps;
    for (const std::size_t column : together) {
      const double least = column < test.size() && std::isinf(test.lower()[column]) ? 1.0 : 1e-2;  // what has no lower bound (a logarithm) is not small near zero
      const double h = 6e-6 * std::max(std::abs(entry_of(up, test, column, 0.0)), least * test.nominal_of_column(column));
      entry_of(up, test, column, h);
      entry_of(down, test, column, -h);
      for (const int row : colouring.rows_of_column[column]) owner[static_cast<std::size_t>(row)] = steps.size();
      steps.push_back(h);
    }
    const std::vector<double> above = test.residual(up), below = test.residual(down);
    for (std::size_t row = 0; row < test.size(); ++row)
      matrix(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(together[owner[row]])) = (above[row] - below[row]) / (2.0 * steps[owner[row]]);
  }
  return matrix;
}

void scale_columns(const UnderTest& test, Eigen::MatrixXd& matrix) {
  for (Eigen::Index column = 0; column < matrix.cols(); ++column)
    matrix.col(column) *= test.nominal_of_column(static_cast<std::size_t>(column));
}

// The worst entry of |a - b| relative to the largest of its row, as a sentence; empty when all are within `allowed`.
std::string worst_difference(const UnderTest& test, const Eigen::MatrixXd& a, const Eigen::MatrixXd& b, double allowed) {
  std::string text;
  double worst = allowed;
  for (Eigen::Index row = 0; row < a.rows(); ++row) {
    const double size = a.row(row).cwiseAbs().maxCoeff();
    for (Eigen::Index column = 0; column < a.cols(); ++column) {
      const double off = std::abs(a(row, column) - b(row, column)) / size;
      if (off <= worst) continue;  // false for NaN, which is reported
      worst = off;
      text = fmt::format("{}: d(row of {})/d({}) is {:.10g} against {:.10g}, {:.2g} of the row", test.name(),
                         test.describe(static_cast<std::size_t>(row)), test.describe(static_cast<std::size_t>(column)),
                         a(row, column), b(row, column), off);
    }
  }
  return text;
}

// Of its own for every situation, so that a new unit does not move the states of the others.
Random random_of(const Situation& situation, std::size_t seed) { return Random(std::hash<std::string>{}(situation.name) + seed); }

}  // namespace

BOOST_AUTO_TEST_SUITE(jacobian_of_every_unit)

BOOST_AUTO_TEST_CASE(residual_is_finite_at_admissible_states) {
  for (const Situation& situation : situations()) {
    Random random = random_of(situation, 11);
    const UnderTest test(situation);
    const std::vector<double> f = test.residual(test.random_state(random));
    for (std::size_t k = 0; k < f.size(); ++k)
      BOOST_CHECK_MESSAGE(std::isfinite(f[k]), situation.name << ": row of " << test.describe(k) << " is " << f[k]);
  }
}

BOOST_AUTO_TEST_CASE(coloured_equals_dense) {
  for (const Situation& situation : situations()) {
    Random random = random_of(situation, 12);
    const UnderTest test(situation);
    for (const State& state : {test.random_state(random), test.consistent_state()}) {
      const Eigen::MatrixXd dense = test.dense_jacobian(state, 1.0, cj);
      const Eigen::MatrixXd coloured = test.coloured_jacobian(state, 1.0, cj);
      // Equal to the last bit: both add the same products. An entry outside the pattern shows here too, as a
      // dense value without a coloured one.
      const std::string off = worst_difference(test, dense, coloured, 0.0);
      BOOST_CHECK_MESSAGE(off.empty(), off);
    }
  }
}

BOOST_AUTO_TEST_CASE(coloured_equals_central_differences) {
  for (const Situation& situation : situations()) {
    Random random = random_of(situation, 13);
    const UnderTest test(situation);
    for (const State& state : {test.random_state(random), test.consistent_state()}) {
      Eigen::MatrixXd coloured = test.coloured_jacobian(state, 1.0, cj);
      Eigen::MatrixXd differences = by_differences(test, state);
      scale_columns(test, coloured);
      scale_columns(test, differences);
      const std::string off = worst_difference(test, coloured, differences, difference_tolerance);
      BOOST_CHECK_MESSAGE(off.empty(), off);
    }
  }
}

BOOST_AUTO_TEST_CASE(double_and_dual_give_the_same_values) {
  for (const Situation& situation : situations()) {
    Random random = random_of(situation, 14);
    const UnderTest test(situation);
    const State state = test.random_state(random);
    const std::vector<double> f = test.residual(state);
    const std::vector<double> result = test.residual_through_duals(state);
    for (std::size_t k = 0; k < f.size(); ++k)
      check_close(result[k], f[k], {.relative = 1e-9, .absolute = 1e-9 * test.nominal()[k],
                                      .reason = "rounding: dual division multiplies by the inverse"});
  }
}

BOOST_AUTO_TEST_SUITE_END()
