// Fits of models in closed form: the answer, its confidence, and what is said where there is none.
#include "study/least_squares.hpp"

#include "base/error.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <random>

using namespace brineflow;

namespace {

using Points = std::vector<std::vector<double>>;

std::vector<double> times() {
  std::vector<double> t;
  for (int k = 0; k < 25; ++k) t.push_back(0.2 * k);
  return t;
}

// Data of a exp(-k t) with noise of one standard deviation, and the residuals over it.
struct Decay {
  std::vector<double> data;
  double error;

  Decay(double a, double k, double noise, unsigned seed) : error(noise) {
    std::mt19937_64 engine(seed);
    std::normal_distribution<double> normal(0.0, noise);
    for (const double t : times()) data.push_back(a * std::exp(-k * t) + normal(engine));
  }

  std::vector<Residuals> operator()(const Points& points) const {
    std::vector<Residuals> answers;
    for (const auto& p : points) {
      std::vector<double> r;
      for (std::size_t i = 0; i < data.size(); ++i) r.push_back((p[0] * std::exp(-p[1] * times()[i]) - data[i]) / error);
      answers.emplace_back(std::move(r));
    }
    return answers;
  }
};

std::vector<Unknown> decay_unknowns() {
  return {{.name = "a", .unit = "1", .start = 5.0, .from = 0.1, .to = 20.0}, {.name = "k", .unit = "1/s", .start = 0.1, .from = 0.01, .to = 10.0, .logarithmic = true}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(least_squares_fits)

BOOST_AUTO_TEST_CASE(intervals_hold_the_truth_as_often_as_they_say) {
  // 200 repetitions, two parameters: 95 % of 200 is 190, with a standard deviation of 3.1. Errors known, and found from the residuals.
  for (const bool known : {true, false}) {
    int a_inside = 0, k_inside = 0;
    for (unsigned seed = 1; seed <= 200; ++seed) {
      const Decay decay(3.0, 0.7, 0.1, seed);
      const LeastSquaresResult found = least_squares(decay_unknowns(), decay, {.errors_known = known});
      BOOST_REQUIRE(found.converged);
      a_inside += found.estimates[0].lower < 3.0 && 3.0 < found.estimates[0].upper;
      k_inside += found.estimates[1].lower < 0.7 && 0.7 < found.estimates[1].upper;
    }
    BOOST_TEST_MESSAGE("figure fit_coverage_" << (known ? "known" : "unknown") << " " << 0.0025 * (a_inside + k_inside));
    for (const int inside : {a_inside, k_inside}) {
      BOOST_TEST(inside >= 180);
      BOOST_TEST(inside <= 199);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_linear_model_gives_the_textbook_answer) {
  // y = b + m x through (0,1) (1,3) (2,4) (3,4): m = 1, b = 1.5, s^2 = 0.5; var(m) = s^2/5, var(b) = s^2 14/20.
  const std::vector<double> x = {0, 1, 2, 3}, y = {1, 3, 4, 4};
  const ResidualsAt line = [&](const Points& points) {
    std::vector<Residuals> answers;
    for (const auto& p : points) {
      std::vector<double> r;
      for (std::size_t i = 0; i < x.size(); ++i) r.push_back(p[0] + p[1] * x[i] - y[i]);
      answers.emplace_back(r);
    }
    return answers;
  };
  const auto found = least_squares({{.name = "b", .unit = "1", .start = 0.0, .from = -10.0, .to = 10.0}, {.name = "m", .unit = "1", .start = 0.0, .from = -10.0, .to = 10.0}}, line, {.errors_known = false, .profile = true});
  BOOST_TEST(found.estimates[0].value == 1.5, boost::test_tools::tolerance(1e-5));
  BOOST_TEST(found.estimates[1].value == 1.0, boost::test_tools::tolerance(1e-5));
  BOOST_TEST(found.chi_squared == 1.0, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(found.scatter == std::sqrt(0.5), boost::test_tools::tolerance(1e-6));
  BOOST_TEST(found.estimates[0].error == std::sqrt(0.35), boost::test_tools::tolerance(1e-5));
  BOOST_TEST(found.estimates[1].error == std::sqrt(0.1), boost::test_tools::tolerance(1e-5));
  BOOST_TEST(found.correlation(0, 1) == -6.0 / std::sqrt(56.0), boost::test_tools::tolerance(1e-5));
  // t(0.975; 2) = 4.302653 (any table); the profile of a linear model is the interval itself.
  BOOST_TEST(found.estimates[1].upper - 1.0 == 4.302653 * std::sqrt(0.1), boost::test_tools::tolerance(1e-5));
  BOOST_TEST(*found.estimates[1].profile_upper == found.estimates[1].upper, boost::test_tools::tolerance(2e-2));
  BOOST_TEST(*found.estimates[1].profile_lower == found.estimates[1].lower, boost::test_tools::tolerance(2e-1));
}

BOOST_AUTO_TEST_CASE(what_the_data_cannot_tell_is_named) {
  const Decay decay(3.0, 0.7, 0.01, 1);
  // Only the product of the first two counts; the fourth does not at all.
  const ResidualsAt model = [&](const Points& points) {
    Points inner;
    for (const auto& p : points) inner.push_back({p[0] * p[1], p[2]});
    return decay(inner);
  };
  std::vector<Unknown> unknowns = {{.name = "a1", .unit = "1", .start = 1.0, .from = 0.1, .to = 10.0, .logarithmic = true},
                                   {.name = "a2", .unit = "1", .start = 1.0, .from = 0.1, .to = 10.0, .logarithmic = true},
                                   {.name = "k", .unit = "1", .start = 0.5, .from = 0.01, .to = 10.0, .logarithmic = true},
                                   {.name = "idle", .unit = "1", .start = 1.0, .from = 0.0, .to = 2.0}};
  const auto found = least_squares(unknowns, model, {.errors_known = true});
  BOOST_REQUIRE(found.undetermined.size() == 2U);
  BOOST_TEST(found.undetermined[0].parameters == std::vector<std::size_t>{3}, boost::test_tools::per_element());
  BOOST_TEST(found.undetermined[1].parameters == (std::vector<std::size_t>{0, 1}), boost::test_tools::per_element());
  BOOST_TEST(found.estimates[0].value * found.estimates[1].value == 3.0, boost::test_tools::tolerance(1e-2));
  BOOST_TEST(found.estimates[2].value == 0.7, boost::test_tools::tolerance(1e-2));
  // A prior on one of them settles both.
  unknowns[0].prior = 2.0;
  unknowns[0].prior_error = 0.05;
  unknowns.pop_back();
  const auto settled = least_squares(unknowns, model, {.errors_known = true});
  BOOST_TEST(settled.undetermined.empty());
  BOOST_TEST(settled.estimates[0].value == 2.0, boost::test_tools::tolerance(1e-3));
  BOOST_TEST(settled.estimates[0].error == 2.0 * std::log(1.05), boost::test_tools::tolerance(1e-2));
  BOOST_TEST(settled.estimates[1].value == 1.5, boost::test_tools::tolerance(1e-2));
}

BOOST_AUTO_TEST_CASE(a_minimum_at_a_bound_is_said) {
  const Decay decay(3.0, 0.7, 0.01, 1);
  auto unknowns = decay_unknowns();
  unknowns[0].to = 2.5;
  unknowns[0].start = 1.0;
  const auto found = least_squares(unknowns, decay, {.errors_known = true});
  BOOST_TEST(found.estimates[0].at_bound);
  BOOST_TEST(found.estimates[0].value == 2.5, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(!found.estimates[1].at_bound);
}

BOOST_AUTO_TEST_CASE(derivatives_that_are_given_are_used) {
  // The same answer as by differences, priors and a logarithm included, for an evaluation a point; where there are none at a point, differences do.
  const Decay decay(3.0, 0.7, 0.1, 7);
  std::vector<Unknown> unknowns = decay_unknowns();
  unknowns[0].prior = 2.9;
  unknowns[0].prior_error = 0.05;
  const auto slopes = [&](const std::vector<double>& p) -> std::optional<Eigen::MatrixXd> {
    Eigen::MatrixXd d(static_cast<Eigen::Index>(times().size()), 2);
    for (Eigen::Index i = 0; i < d.rows(); ++i) {
      const double t = times()[static_cast<std::size_t>(i)], e = std::exp(-p[1] * t) / decay.error;
      d.row(i) << e, -p[0] * t * e;
    }
    return d;
  };
  const LeastSquaresResult by_differences = least_squares(unknowns, decay, {}), by_slopes = least_squares(unknowns, decay, {}, slopes);
  std::size_t asked = 0;
  const LeastSquaresResult by_both = least_squares(unknowns, decay, {}, [&](const std::vector<double>& p) { return ++asked % 2 == 0 ? slopes(p) : std::nullopt; });
  for (const LeastSquaresResult* one : {&by_slopes, &by_both})
    for (std::size_t k = 0; k < 2; ++k) {
      BOOST_TEST(one->estimates[k].value == by_differences.estimates[k].value, boost::test_tools::tolerance(1e-5));
      BOOST_TEST(one->estimates[k].error == by_differences.estimates[k].error, boost::test_tools::tolerance(1e-4));
    }
  BOOST_CHECK_LT(2 * by_slopes.evaluations, by_differences.evaluations);
  BOOST_CHECK_LT(by_slopes.evaluations, by_both.evaluations);
}

BOOST_AUTO_TEST_CASE(several_starts_find_the_deeper_of_two_minima) {
  // (p^2 - 1)^2 with a tilt: minima near -1 and 1, the one near -1 lower.
  const ResidualsAt model = [](const Points& points) {
    std::vector<Residuals> answers;
    for (const auto& p : points) answers.emplace_back(std::vector<double>{10.0 * (p[0] * p[0] - 1.0), p[0] + 1.0});
    return answers;
  };
  const std::vector<Unknown> unknown = {{.name = "p", .unit = "1", .start = 0.9, .from = -2.0, .to = 2.0}};
  BOOST_TEST(least_squares(unknown, model, {}).estimates[0].value == 1.0, boost::test_tools::tolerance(2e-2));
  const auto found = least_squares(unknown, model, {.starts = 8});
  BOOST_TEST(found.estimates[0].value == -1.0, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(found.minima.size() == 8U);
  BOOST_TEST(found.minima[0] > 3.9);
}

BOOST_AUTO_TEST_CASE(a_model_without_answers_is_avoided_or_said) {
  const Decay decay(3.0, 0.7, 0.01, 1);
  const ResidualsAt fragile = [&](const Points& points) {
    auto answers = decay(points);
    for (std::size_t k = 0; k < points.size(); ++k)
      if (points[k][1] > 1.0) answers[k] = std::nullopt;
    return answers;
  };
  auto unknowns = decay_unknowns();
  BOOST_TEST(least_squares(unknowns, fragile, {}).estimates[1].value == 0.7, boost::test_tools::tolerance(1e-2));
  unknowns[1].start = 2.0;
  BOOST_CHECK_THROW(least_squares(unknowns, fragile, {}), SolverError);
}

BOOST_AUTO_TEST_SUITE_END()
