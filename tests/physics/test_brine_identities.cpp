// What holds for every brine model whatever its numbers: derivatives, homogeneity, Gibbs-Duhem, limits.
#include "physics/model_files.hpp"
#include "physics/water.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

namespace brineflow::test {
namespace {

constexpr double room = 298.15;

// An electroneutral brine of all ions, up to about 3 mol/kg each; every fourth has some ions missing.
std::vector<double> random_brine(std::mt19937& generator, int number) {
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  const ComponentSet& set = all_components();
  std::vector<double> amounts(set.size(), 0.0);
  amounts[0] = (1.0 + uniform(generator)) / set[0].molar_mass;
  double charge = 0.0;
  for (std::size_t i = 1; i < set.size(); ++i) {
    const double draw = uniform(generator);
    amounts[i] = number % 4 == 0 && draw < 0.4 ? 0.0 : 3.0 * draw * draw;
    charge += set[i].charge * amounts[i];
  }
  const std::size_t balance = charge > 0.0 ? set.find("Cl-").value() : set.find("Na+").value();
  amounts[balance] += std::abs(charge);
  return amounts;
}

// Scalars of a brine: name, value for double and for Dual.
struct Property {
  const char* name;
  std::function<double(const Brine&, const std::vector<double>&, double)> value;
  std::function<Dual(const Brine&, const std::vector<Dual>&, const Dual&)> dual;
  double degree;  // of homogeneity in the amounts
};

#define PROPERTY(name, degree)                                                                                              \
  Property {                                                                                                                \
    #name, [](const Brine& b, const std::vector<double>& n, double T) { return b.name(std::span<const double>(n), T); },    \
        [](const Brine& b, const std::vector<Dual>& n, const Dual& T) { return b.name(std::span<const Dual>(n), T); },      \
        degree                                                                                                              \
  }

const std::vector<int> lithium_chloride = {0, 1, 0, 0, 0, 0, 1, 0};
const std::vector<int> carnallite = {6, 0, 0, 1, 1, 0, 3, 0};

template <Scalar S>
S log_gamma(const Brine& brine, const std::vector<S>& n, const S& T, std::size_t i) {
  std::vector<S> result(n.size());
  brine.log_activity_coefficients(std::span<const S>(n), T, std::span<S>(result));
  return result[i];
}

template <Scalar S>
S mean_product(const Brine& brine, const std::vector<S>& n, const S& T, const std::vector<int>& stoichiometry) {
  return brine.log_mean_product(std::span<const S>(n), T, std::span<const int>(stoichiometry));
}

std::vector<Property> properties() {
  std::vector<Property> result = {PROPERTY(density, 0.0), PROPERTY(volume, 1.0), PROPERTY(viscosity, 0.0),
                                  PROPERTY(log_water_activity, 0.0), PROPERTY(osmotic_pressure, 0.0), PROPERTY(heat_capacity, 0.0),
                                  PROPERTY(conductivity, 0.0), PROPERTY(vapour_pressure, 0.0)};
  result.push_back({"diffusivity", [](const Brine& b, const std::vector<double>& n, double T) { return b.diffusivity(4, std::span<const double>(n), T); },
                    [](const Brine& b, const std::vector<Dual>& n, const Dual& T) { return b.diffusivity(4, std::span<const Dual>(n), T); }, 0.0});
  // at the boiling pressure of water at T
  result.push_back({"boiling_temperature", [](const Brine& b, const std::vector<double>& n, double T) { return b.boiling_temperature(std::span<const double>(n), std::exp(log_saturation_pressure(T))); },
                    [](const Brine& b, const std::vector<Dual>& n, const Dual& T) { return b.boiling_temperature(std::span<const Dual>(n), Dual(exp(log_saturation_pressure(T)))); }, 0.0});
  result.push_back({"mass", [](const Brine& b, const std::vector<double>& n, double) { return b.mass(std::span<const double>(n)); },
                    [](const Brine& b, const std::vector<Dual>& n, const Dual&) { return b.mass(std::span<const Dual>(n)); }, 1.0});
  for (const auto* stoichiometry : {&lithium_chloride, &carnallite})
    result.push_back({"log_mean_product",
                      [=](const Brine& b, const std::vector<double>& n, double T) { return mean_product(b, n, T, *stoichiometry); },
                      [=](const Brine& b, const std::vector<Dual>& n, const Dual& T) { return mean_product(b, n, T, *stoichiometry); }, 0.0});
  for (std::size_t i = 0; i < all_components().size(); ++i)
    result.push_back({"ln gamma", [i](const Brine& b, const std::vector<double>& n, double T) { return log_gamma(b, n, T, i); },
                      [i](const Brine& b, const std::vector<Dual>& n, const Dual& T) { return log_gamma(b, n, T, i); }, 0.0});
  return result;
}

std::vector<Dual> seeded(const std::vector<double>& amounts) {
  std::vector<Dual> result;
  for (std::size_t i = 0; i < amounts.size(); ++i) result.emplace_back(amounts[i], static_cast<int>(i));
  return result;
}

// Central difference of fourth order.
double slope_of(const std::function<double(double)>& f, double h) {
  return (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h);
}

const std::vector<Brine>& brines() {
  static const std::vector<Brine> both = {pitzer_brine(), Brine::ideal(all_components(), ion_mobilities())};
  return both;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(brine_identities)

BOOST_AUTO_TEST_CASE(dual_derivatives_equal_central_differences) {
  std::mt19937 generator(1);
  for (int number = 1; number <= 12; ++number) {
    if (number % 4 == 0) continue;  // absent ions: the ladder below, since differences across zero are no test
    const std::vector<double> n = random_brine(generator, number);
    const double T = 290.0 + 2.0 * number;
    for (const Brine& brine : brines()) {
      for (const Property& property : properties()) {
        const Dual dual = property.dual(brine, seeded(n), Dual(T));
        check_close(dual.a, property.value(brine, n, T), {.relative = 1e-13, .absolute = 1e-14, .reason = "order of summation"});
        for (std::size_t i = 0; i < n.size(); ++i) {
          const auto along = [&](double h) {
            std::vector<double> moved = n;
            moved[i] += h;
            return property.value(brine, moved, T);
          };
          const double h = i == 0 ? 1e-2 : 1e-3 * std::max(n[i], 0.01);
          check_close(dual.v[static_cast<int>(i)], slope_of(along, h),
                      {.relative = 1e-7, .absolute = 2e-12 * std::abs(dual.a) / h, .reason = "rounding of the difference"});
        }
        Dual warm(T, 0);
        const Dual by_T = property.dual(brine, std::vector<Dual>(n.begin(), n.end()), warm);
        const auto along_T = [&](double h) { return property.value(brine, n, T + h); };
        check_close(by_T.v[0], slope_of(along_T, 0.05), {.relative = 1e-8, .absolute = 1e-11 * std::abs(dual.a), .reason = "rounding of the difference"});
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(derivatives_hold_down_to_pure_water) {
  // An ion at a vanishing amount in a brine and in water: steps well inside the scale on which it changes.
  const std::vector<double> water = amounts_of(all_components(), {});
  const std::vector<double> bitterns = amounts_of(all_components(), {{"Mg+2", 4.0}, {"Cl-", 8.0}});
  for (const std::vector<double>* base : {&water, &bitterns}) {
    for (const double trace : {-1e-5, -1e-9, 0.0, 1e-9, 1e-5}) {
      std::vector<double> n = *base;
      for (std::size_t i = 1; i < n.size(); ++i) n[i] += trace;
      for (const Property& property : properties()) {
        const Dual dual = property.dual(pitzer_brine(), seeded(n), Dual(room));
        for (int i = 0; i < dual_width; ++i) BOOST_CHECK_MESSAGE(std::isfinite(dual.v[i]), property.name << " at trace " << trace);
        BOOST_CHECK(std::isfinite(dual.a));
        const auto along = [&](double h) {
          std::vector<double> moved = n;
          moved[1] += h, moved[6] += h;
          return property.value(pitzer_brine(), moved, room);
        };
        const double h = std::abs(trace) > 1e-6 ? 1e-8 : 2e-10;
        BOOST_TEST_CONTEXT(property.name << " at trace " << trace << " in " << (base == &water ? "water" : "bitterns"))
        check_close(dual.v[1] + dual.v[6], slope_of(along, h),
                    {.relative = 2e-4, .absolute = 1e-13 * std::max(1e-3, std::abs(dual.a)) / h, .reason = "rounding of tiny differences"});
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(extensive_and_intensive_quantities_scale_as_such) {
  std::mt19937 generator(2);
  for (int number = 0; number < 8; ++number) {
    const std::vector<double> n = random_brine(generator, number);
    std::vector<double> scaled = n;
    for (double& amount : scaled) amount *= 3.7e-4;
    for (const Brine& brine : brines())
      for (const Property& property : properties())
        check_close(property.value(brine, scaled, room), std::pow(3.7e-4, property.degree) * property.value(brine, n, room),
                    {.relative = 1e-12, .absolute = 1e-13, .reason = "rounding"});
  }
}

BOOST_AUTO_TEST_CASE(gibbs_duhem_holds_along_random_directions) {
  // n_w dln a_w + sum n_i dln(m_i gamma_i) = 0 at constant T, from finite differences of values and from Dual.
  std::mt19937 generator(3);
  std::uniform_real_distribution<double> uniform(-1.0, 1.0);
  for (int number = 0; number < 12; ++number) {
    const std::vector<double> n = random_brine(generator, number);
    std::vector<double> direction(n.size());
    for (std::size_t i = 0; i < n.size(); ++i) direction[i] = n[i] * uniform(generator);
    for (const Brine& brine : brines()) {
      const auto log_activities = [&](double h) {
        std::vector<double> moved = n, result(n.size());
        for (std::size_t i = 0; i < n.size(); ++i) moved[i] += h * direction[i];
        brine.log_activity_coefficients(std::span<const double>(moved), room, std::span<double>(result));
        for (std::size_t i = 1; i < n.size(); ++i)
          if (moved[i] > 0.0) result[i] += std::log(moved[i] / moved[0]);
        return result;
      };
      double sum = 0.0, size = 0.0;
      for (std::size_t i = 0; i < n.size(); ++i) {
        const double term = n[i] * slope_of([&](double h) { return log_activities(h)[i]; }, 1e-3);
        sum += term;
        size += std::abs(term);
      }
      check_close(sum / size, 0.0, {.absolute = 1e-9, .reason = "fourth-order differences of step 1e-3"});
    }
  }
}

BOOST_AUTO_TEST_CASE(one_quantity_asked_for_in_two_ways_is_the_same) {
  std::mt19937 generator(5);
  const Tolerance rounding{.absolute = 1e-12, .reason = "order of summation"};
  for (int number = 0; number < 8; ++number) {
    const std::vector<double> n = random_brine(generator, number);
    const std::span<const double> span(n);
    for (const Brine& brine : brines()) {
      std::vector<double> ln_gamma(n.size());
      brine.log_activity_coefficients(span, room, std::span<double>(ln_gamma));
      check_close(brine.log_water_activity(span, room), ln_gamma[0], rounding);
      double sum = 0.0;
      for (std::size_t i = 0; i < n.size(); ++i) sum += carnallite[i] * ln_gamma[i];
      check_close(mean_product(brine, n, room, carnallite), sum, rounding);
      check_close(brine.volume(span, room) * brine.density(span, room), brine.mass(span), rounding);
    }
  }
}

BOOST_AUTO_TEST_CASE(activity_coefficients_derive_from_one_free_energy) {
  // d ln gamma_i / d m_j = d ln gamma_j / d m_i, from finite differences.
  std::mt19937 generator(4);
  for (int number = 0; number < 6; ++number) {
    const std::vector<double> n = random_brine(generator, 1);
    const auto slope = [&](std::size_t i, std::size_t j) {
      const auto along = [&](double h) {
        std::vector<double> moved = n;
        moved[j] += h;
        return log_gamma(pitzer_brine(), moved, room, i);
      };
      return slope_of(along, 1e-3 * std::max(n[j], 0.01));
    };
    for (std::size_t i = 1; i < n.size(); ++i)
      for (std::size_t j = i + 1; j < n.size(); ++j)
        check_close(slope(i, j), slope(j, i), {.relative = 1e-7, .absolute = 1e-8, .reason = "rounding of the differences"});
  }
}

BOOST_AUTO_TEST_CASE(pure_water_is_water) {
  const std::vector<double> n = amounts_of(all_components(), {});
  const std::span<const double> amounts(n);
  for (const Brine& brine : brines()) {
    for (const double T : {288.15, 298.15, 323.15}) {
      check_close(brine.mass(amounts), 1.0, {.relative = 1e-15, .reason = "rounding"});
      check_close(brine.density(amounts, T), water_density(T), {.relative = 1e-14, .reason = "rounding"});
      check_close(brine.viscosity(amounts, T), water_viscosity(T), {.relative = 1e-8, .reason = "floor of the mass fraction"});
      check_close(brine.log_water_activity(amounts, T), 0.0, {.absolute = 1e-13, .reason = "smoothed sqrt(I)"});
      for (std::size_t i = 1; i < n.size(); ++i)
        check_close(log_gamma(brine, n, T, i), 0.0, {.absolute = 6e-4, .reason = "-3 A_phi z^2 sqrt(I) of the smoothed sqrt(0)"});
    }
  }
}

BOOST_AUTO_TEST_CASE(dilute_solutions_follow_debye_and_hueckel) {
  // ln gamma = -A_phi z^2 [s / (1 + b s) + (2 / b) ln(1 + b s)], the only term left at 1e-6 mol/kg.
  for (const double m : {1e-6, 1e-5}) {
    const std::vector<double> n = amounts_of(all_components(), {{"Na+", m}, {"Cl-", m}});
    const double s = std::sqrt(m), b = 1.2;
    const double expected = -0.3915 * (s / (1.0 + b * s) + 2.0 / b * std::log(1.0 + b * s));
    check_close(log_gamma(pitzer_brine(), n, room, 2), expected, {.absolute = 2.0 * m, .reason = "the pair interaction, about m"});
  }
}

BOOST_AUTO_TEST_CASE(a_trace_sees_what_a_result_depends_on) {
  std::vector<Trace> n;
  for (std::size_t i = 0; i < all_components().size(); ++i) n.push_back(Trace::variable(i));
  const Trace T = Trace::variable(n.size());
  const std::vector<int> amounts = {0, 1, 2, 3, 4, 5, 6, 7}, all = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  const auto check = [](const Trace& trace, const std::vector<int>& expected) {
    const std::vector<int> found = trace.indices();
    BOOST_CHECK_EQUAL_COLLECTIONS(found.begin(), found.end(), expected.begin(), expected.end());
  };
  const std::span<const Trace> span(n);
  check(pitzer_brine().density(span, T), all);
  check(pitzer_brine().viscosity(span, T), all);
  check(pitzer_brine().mass(span), amounts);
  check(pitzer_brine().log_water_activity(span, T), amounts);
  check(pitzer_brine().osmotic_pressure(span, T), all);
  check(pitzer_brine().heat_capacity(span, T), all);
  check(pitzer_brine().conductivity(span, T), all);
  check(pitzer_brine().diffusivity(2, span, T), all);
  check(pitzer_brine().vapour_pressure(span, T), all);
  check(pitzer_brine().boiling_temperature(span, T), all);
  check(log_gamma(pitzer_brine(), n, T, 3), amounts);
  check(Brine::ideal(all_components()).volume(span, T), {0, 8});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace brineflow::test
