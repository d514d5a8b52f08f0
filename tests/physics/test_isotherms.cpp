// The isotherms (S5) to (S9) and the kinetics (K1), (K2): limits, slopes, behaviour at zero, thermodynamic
// consistency.
#include "physics/sorption.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <string>
#include <vector>

namespace brineflow::test {
namespace {

constexpr double T25 = 298.15;

ComponentSet tracers(std::size_t count) {
  std::vector<Component> components = {*known_component("H2O")};
  for (std::size_t i = 0; i < count; ++i) components.push_back({"tracer" + std::to_string(i), 0.04, 0, {}});
  return ComponentSet(std::move(components));
}

Sorption of_tracers(std::string_view law, std::size_t count, std::vector<double> parameters,
                    SorptionKinetics kinetics = SorptionKinetics::linear_driving_force) {
  Sorption sorption{sorption_law(law), {}, std::move(parameters), kinetics};
  for (std::size_t i = 1; i <= count; ++i) {
    SorbedSpecies species{"tracer", std::vector<int>(count + 1, 0), i};
    species.stoichiometry[i] = 1;
    sorption.species.push_back(species);
  }
  return sorption;
}

std::vector<double> with_water(const std::vector<double>& c) {
  std::vector<double> all = {55000.0};
  all.insert(all.end(), c.begin(), c.end());
  return all;
}

template <Scalar S>
std::vector<S> equilibrium(const Sorption& sorption, const std::vector<S>& c) {
  static const Brine one = Brine::ideal(tracers(1)), two = Brine::ideal(tracers(2));
  const std::vector<S> p(sorption.parameters.begin(), sorption.parameters.end());
  std::vector<S> result(sorption.species.size());
  equilibrium_loading<S>(sorption, sorption.species.size() == 1 ? one : two, p, c, S(T25), result);
  return result;
}

double loading(const Sorption& sorption, double c) {
  return equilibrium<double>(sorption, with_water({c}))[0];
}

// d q*_i / d c_j by dual numbers.
std::vector<std::vector<double>> slopes(const Sorption& sorption, const std::vector<double>& c) {
  std::vector<Dual> dual;
  for (const double value : with_water(c)) dual.emplace_back(value);
  for (std::size_t j = 0; j < c.size(); ++j) dual[j + 1] = Dual(c[j], static_cast<int>(j));
  const std::vector<Dual> q = equilibrium<Dual>(sorption, dual);
  std::vector<std::vector<double>> result;
  for (const Dual& value : q) {
    result.emplace_back();
    for (std::size_t j = 0; j < c.size(); ++j) result.back().push_back(value.v[static_cast<Eigen::Index>(j)]);
  }
  return result;
}

// Every law by driving force, one species and two; the last number of each species is k. The two species
// share what has to be shared for thermodynamic consistency.
struct Example {
  std::string law;
  std::vector<double> one, two;
};
const std::vector<Example>& examples() {
  static const std::vector<Example> all = {
      {"langmuir", {1500, 0.02, 0.01}, {1500, 0.02, 0.01, 1500, 0.005, 0.02}},
      {"sips", {1500, 0.02, 0.6, 0.01}, {1500, 0.02, 0.6, 0.01, 1500, 0.005, 0.6, 0.02}},
      {"toth", {1500, 0.02, 0.5, 0.01}, {1500, 0.02, 0.5, 0.01, 1500, 0.005, 0.5, 0.02}},
      {"temkin", {300, 0.4, 0.01}, {300, 0.4, 0.01, 200, 0.1, 0.02}},
      {"freundlich", {800, 30, 0.4, 0.01}, {800, 30, 0.4, 0.01, 500, 400, 0.7, 0.02}},
      {"dual_site_langmuir",
       {1000, 0.02, 500, 0.3, 0.01},
       {1000, 0.02, 500, 0.3, 0.01, 1000, 0.005, 500, 0.1, 0.02}}};
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(isotherms)

BOOST_AUTO_TEST_CASE(loadings_by_hand) {
  const double c = 30.0;
  const Tolerance rounded{1e-9, 0.0, "rounding of powers at zero: 1e-10/2 at x = 0.6 and less"};
  check_close(loading(of_tracers("sips", 1, {1500, 0.02, 0.6, 1}), c),
              1500 * std::pow(0.6, 0.6) / (1 + std::pow(0.6, 0.6)), rounded);
  check_close(loading(of_tracers("toth", 1, {1500, 0.02, 0.5, 1}), c),
              1500 * 0.6 / std::pow(1 + std::sqrt(0.6), 2.0), rounded);
  check_close(loading(of_tracers("temkin", 1, {300, 0.4, 1}), c), 300 * std::log(13.0), rounded);
  check_close(loading(of_tracers("freundlich", 1, {800, 60, 0.4, 1}), c), 800 * std::pow(0.5, 0.4), rounded);
  check_close(loading(of_tracers("dual_site_langmuir", 1, {1000, 0.02, 500, 0.3, 1}), c),
              1000 * 0.6 / 1.6 + 500 * 9 / 10.0, rounded);
  const auto both =
      equilibrium<double>(of_tracers("sips", 2, {10, 0.5, 0.5, 1, 20, 0.2, 2.0, 1}), with_water({2.0, 5.0}));
  check_close(both[0], 10.0 / 3.0, rounded);
  check_close(both[1], 20.0 / 3.0, rounded);
  const auto dual = equilibrium<double>(
      of_tracers("dual_site_langmuir", 2, {10, 0.5, 4, 1, 1, 20, 0.2, 6, 0.4, 1}), with_water({2.0, 5.0}));
  check_close(dual[0], 10 / 3.0 + 4 * 2 / 5.0, rounded);
  check_close(dual[1], 20 / 3.0 + 6 * 2 / 5.0, rounded);
}

BOOST_AUTO_TEST_CASE(dilute_limits) {
  const double c = 1e-3;
  check_close(loading(of_tracers("toth", 1, {1500, 0.02, 1.5, 1}), c), 1500 * 0.02 * c,
              {1e-6, 0.0, "(K c)^t = 9e-8"});
  check_close(loading(of_tracers("temkin", 1, {300, 0.4, 1}), c), 300 * 0.4 * c, {3e-4, 0.0, "A c / 2"});
  check_close(loading(of_tracers("dual_site_langmuir", 1, {1000, 0.02, 500, 0.3, 1}), c),
              (1000 * 0.02 + 500 * 0.3) * c, {4e-4, 0.0, "K_second c"});
  check_close(loading(of_tracers("sips", 1, {1500, 0.02, 0.6, 1}), 0.05), 1500 * std::pow(1e-3, 0.6),
              {2e-2, 0.0, "y = 1.6e-2"});
  check_close(loading(of_tracers("freundlich", 1, {800, 30, 0.4, 1}), 0.03), 800 * std::pow(1e-3, 0.4),
              {4e-5, 0.0, "(P1): 0.3 (d/x)^2 = 3e-5"});
}

BOOST_AUTO_TEST_CASE(saturated_limits) {
  check_close(loading(of_tracers("langmuir", 1, {1500, 0.02, 1}), 1e9), 1500, {1e-6, 0.0, "1 / (K c)"});
  check_close(loading(of_tracers("sips", 1, {1500, 0.02, 0.6, 1}), 1e12), 1500,
              {1e-5, 0.0, "(K c)^-n = 7e-7"});
  check_close(loading(of_tracers("toth", 1, {1500, 0.02, 0.5, 1}), 1e12), 1500,
              {2e-5, 0.0, "(K c)^-t / t = 1.4e-5"});
  check_close(loading(of_tracers("dual_site_langmuir", 1, {1000, 0.02, 500, 0.3, 1}), 1e9), 1500,
              {1e-6, 0.0, "1 / (K c)"});
}

// With exponent 1 Sips and Toth are Langmuir, Freundlich is Henry; without second sites (S9) is Langmuir.
BOOST_AUTO_TEST_CASE(special_cases_are_langmuir) {
  const auto c = with_water({12.0, 200.0});
  const auto langmuir = equilibrium<double>(of_tracers("langmuir", 2, {1500, 0.02, 1, 900, 0.005, 1}), c);
  const Tolerance rounded{1e-10, 0.0, "d^2 / 2 = 5e-11 at X = 1.24"};
  for (const Sorption& other :
       {of_tracers("sips", 2, {1500, 0.02, 1, 1, 900, 0.005, 1, 1}),
        of_tracers("toth", 2, {1500, 0.02, 1, 1, 900, 0.005, 1, 1}),
        of_tracers("dual_site_langmuir", 2, {1500, 0.02, 0, 1, 1, 900, 0.005, 0, 2, 1})})
    for (std::size_t j = 0; j < 2; ++j) check_close(equilibrium<double>(other, c)[j], langmuir[j], rounded);
  check_close(loading(of_tracers("freundlich", 1, {800, 60, 1, 1}), 30.0), 400.0, rounded);
}

// What the rounding (P1) costs, as the documentation says it.
BOOST_AUTO_TEST_CASE(rounded_power_is_as_close_as_documented) {
  for (const double n : {0.3, 0.5, 0.8, 1.0, 1.7})
    for (const double x : {1e-4, 1e-3, 1e-2, 1.0, 100.0}) {
      const double ratio = power_rounding / x;
      BOOST_TEST(std::abs(rounded_power(x, n) / std::pow(x, n) - 1.0) <=
                 0.5 * std::abs(n - 1.0) * ratio * ratio + 1e-14);
    }
  check_close(rounded_power(Dual(0.0, 0), Dual(0.5)).v[0], 1.0 / std::sqrt(power_rounding),
              {1e-12, 0.0, "slope d^(n - 1) at zero"});
}

BOOST_AUTO_TEST_CASE(derivatives_match_differences) {
  for (const Example& example : examples())
    for (const std::vector<double>& c : {std::vector<double>{30.0, 400.0}, {1e-2, 3.0}, {-1e-2, 5.0}}) {
      const Sorption sorption = of_tracers(example.law, 2, example.two);
      const auto exact = slopes(sorption, c);
      for (std::size_t j = 0; j < 2; ++j) {
        const double h = 1e-5 * std::abs(c[j]);
        std::vector<double> up = c, down = c;
        up[j] += h;
        down[j] -= h;
        const auto above = equilibrium<double>(sorption, with_water(up)),
                   below = equilibrium<double>(sorption, with_water(down));
        for (std::size_t i = 0; i < 2; ++i) {
          BOOST_TEST_CONTEXT(example.law << ", d q" << i << " / d c" << j << " at " << c[0])
          check_close(exact[i][j], (above[i] - below[i]) / (2 * h),
                      {1e-6, 1e-8, "central differences of step 1e-5"});
        }
      }
    }
}

// Rounding and undershoot leave concentrations slightly negative: finite with finite slope, odd, rising
// through zero.
BOOST_AUTO_TEST_CASE(laws_pass_smoothly_through_zero) {
  for (const Example& example : examples()) BOOST_TEST_CONTEXT(example.law) {
      const Sorption sorption = of_tracers(example.law, 1, example.one);
      double last = loading(sorption, 1e-3);
      for (const double c : {1e-6, 1e-9, 0.0, -1e-9, -1e-6, -1e-3, -1.0, -100.0}) {
        const double q = loading(sorption, c);
        BOOST_TEST(q < last);
        const double slope = slopes(sorption, {c})[0][0];
        BOOST_TEST((std::isfinite(slope) && slope > 0.0));
        check_close(q, -loading(sorption, -c), {1e-14, 0.0, "an odd function"});
        last = q;
      }
      BOOST_TEST(loading(sorption, 0.0) == 0.0);
    }
}

// Maxwell's relation for the spreading pressure, d q_i / d ln c_j = d q_j / d ln c_i (Rao and Sircar 1999,
// Langmuir 15, 7258), holds where the documentation claims it, and is seen to fail where the capacities of
// two species differ.
BOOST_AUTO_TEST_CASE(thermodynamic_consistency) {
  const std::vector<double> c = {30.0, 400.0};
  for (const Example& example : examples()) BOOST_TEST_CONTEXT(example.law) {
      const auto slope = slopes(of_tracers(example.law, 2, example.two), c);
      check_close(slope[0][1] * c[1], slope[1][0] * c[0],
                  {1e-9, 1e-12, "(P1): 1e-10 at these concentrations"});
    }
  const auto unequal = slopes(of_tracers("langmuir", 2, {1500, 0.02, 1, 900, 0.005, 1}), c);
  BOOST_TEST(std::abs(unequal[0][1] * c[1] / (unequal[1][0] * c[0]) - 1.0) > 0.1);
}

BOOST_AUTO_TEST_CASE(kinetics_by_hand) {
  static const Brine brine = Brine::ideal(tracers(1));
  const auto rate = [&](SorptionKinetics kinetics, double q) {
    const Sorption sorption = of_tracers("langmuir", 1, {1500, 0.02, 0.01}, kinetics);
    double result = 0.0;
    sorption_rates<double>(sorption, brine, sorption.parameters, with_water({50.0}), T25,
                           std::span<const double>(&q, 1), std::span(&result, 1));
    return result;
  };
  const Tolerance rounding{1e-14, 0.0, "rounding"};  // q* = 750
  check_close(rate(SorptionKinetics::linear_driving_force, 700.0), 0.01 * 50.0, rounding);
  check_close(rate(SorptionKinetics::pseudo_second_order, 700.0), 0.01 * 2500.0, rounding);
  check_close(rate(SorptionKinetics::pseudo_second_order, 800.0), -0.01 * 2500.0, rounding);
  BOOST_TEST(sorption_parameters(sorption_law("sips"), SorptionKinetics::pseudo_second_order).back().name ==
             "k_2");
  BOOST_TEST(sorption_parameters(sorption_law("linear"), SorptionKinetics::pseudo_second_order).back().name ==
             "k_d");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace brineflow::test
