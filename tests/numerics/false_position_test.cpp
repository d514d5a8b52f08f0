#include "numerics/false_position.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <functional>
#include <vector>

using brineflow::FalsePosition;

BOOST_AUTO_TEST_SUITE(false_position)

namespace {

// Trials until one is within 1e-12 of `root`.
int trials(const std::function<double(double)>& f, double low, double high, double root) {
  FalsePosition bracket{low, f(low), high, f(high)};
  for (int pass = 1; pass <= 60; ++pass) {
    const double x = bracket.trial();
    if (std::abs(x - root) < 1e-12) return pass;
    bracket.take(x, f(x));
    BOOST_TEST(bracket.low <= root + 1e-12);
    BOOST_TEST(bracket.high >= root - 1e-12);
  }
  return 61;
}

}  // namespace

// Bisection needs forty trials for the same, and so does halving an end at every trial; halving none needs up to a hundred.
BOOST_AUTO_TEST_CASE(a_root_is_found_in_a_dozen_trials) {
  BOOST_TEST(trials([](double x) { return std::exp(x) - 2.0; }, 0.0, 2.0, std::log(2.0)) <= 10);
  BOOST_TEST(trials([](double x) { return 1.0 - x * x * x; }, 0.0, 3.0, 1.0) <= 13);
  BOOST_TEST(trials([](double x) { return std::pow(x, 10.0) - 1.0; }, 0.0, 1.3, 1.0) <= 15);
  BOOST_TEST(trials([](double x) { return x - 0.25; }, 0.0, 1.0, 0.25) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
