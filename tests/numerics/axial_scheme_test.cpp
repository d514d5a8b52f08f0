// What holds for every scheme along a column: conservation, steady states, limits, derivatives.
#include "numerics/axial_scheme.hpp"

#include "base/error.hpp"
#include "numerics/runge_kutta.hpp"
#include "support/tolerance.hpp"

#include <Eigen/Dense>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

using namespace brineflow;
using brineflow::test::check_close;
using brineflow::test::runge_kutta;
using brineflow::test::Tolerance;
using Kind = AxialScheme::Kind;

namespace {

const std::vector<AxialScheme> schemes{
    {Kind::discontinuous_galerkin, 1, 7},  {Kind::discontinuous_galerkin, 3, 1}, {Kind::discontinuous_galerkin, 4, 16},
    {Kind::discontinuous_galerkin, 8, 5},  {Kind::finite_volume_weno, 2, 3},     {Kind::finite_volume_weno, 2, 50},
    {Kind::finite_volume_weno, 4, 4},      {Kind::finite_volume_weno, 4, 50}};

std::vector<double> random_state(std::size_t size, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<double> value(0.0, 300.0);
  std::vector<double> c(size);
  for (double& x : c) x = value(generator);
  return c;
}

double integral(const AxialGrid& grid, const std::vector<double>& values) {
  return std::inner_product(values.begin(), values.end(), grid.weights().begin(), 0.0);
}

struct Bed {
  double inlet_flux, u, D, length;
};

// Rates and, last, the outlet flux; with derivatives with respect to c, inlet flux, u, D, length in this order.
Eigen::MatrixXd derivatives(const AxialGrid& grid, const std::vector<double>& c, const Bed& bed) {
  const std::size_t n = grid.size(), columns = n + 4;
  Eigen::MatrixXd result(static_cast<Eigen::Index>(n + 1), static_cast<Eigen::Index>(columns));
  for (std::size_t first = 0; first < columns; first += dual_width) {
    std::vector<Dual> x;
    for (const double value : c) x.emplace_back(value);
    for (const double value : {bed.inlet_flux, bed.u, bed.D, bed.length}) x.emplace_back(value);
    const std::size_t width = std::min<std::size_t>(dual_width, columns - first);
    for (std::size_t d = 0; d < width; ++d) x[first + d].v[static_cast<int>(d)] = 1.0;
    std::vector<Dual> rate(n + 1);
    grid.transport<Dual>({x.data(), n}, x[n], x[n + 1], x[n + 2], x[n + 3], {rate.data(), n}, rate[n]);
    for (std::size_t row = 0; row <= n; ++row)
      for (std::size_t d = 0; d < width; ++d)
        result(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(first + d)) = rate[row].v[static_cast<int>(d)];
  }
  return result;
}

std::vector<double> rates(const AxialGrid& grid, const std::vector<double>& c, const Bed& bed) {
  std::vector<double> rate(grid.size() + 1);
  grid.transport<double>(c, bed.inlet_flux, bed.u, bed.D, bed.length, {rate.data(), grid.size()}, rate.back());
  return rate;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(axial_scheme)

BOOST_AUTO_TEST_CASE(nodes_ascend_from_0_to_1_and_weights_sum_to_1) {
  const Tolerance rounding{.relative = 1e-14, .absolute = 0.0, .reason = "rounding"};
  for (const AxialScheme& scheme : schemes) {
    const AxialGrid grid(scheme);
    BOOST_CHECK(std::is_sorted(grid.nodes().begin(), grid.nodes().end()));
    BOOST_CHECK_GE(grid.nodes().front(), 0.0);
    BOOST_CHECK_LE(grid.nodes().back(), 1.0);
    check_close(std::accumulate(grid.weights().begin(), grid.weights().end(), 0.0), 1.0, rounding);
    check_close(integral(grid, grid.nodes()), 0.5, rounding);
    BOOST_CHECK_GT(*std::min_element(grid.weights().begin(), grid.weights().end()), 0.0);
  }
  BOOST_CHECK_EQUAL(AxialGrid({}).description(), "discontinuous Galerkin, degree 4, 16 elements (80 nodes)");
}

BOOST_AUTO_TEST_CASE(what_enters_and_does_not_leave_is_held) {
  const Bed bed{0.37, 1.3e-3, 4e-6, 2.4};
  for (const AxialScheme& scheme : schemes)
    for (unsigned seed = 0; seed < 20; ++seed) {
      const AxialGrid grid(scheme);
      std::vector<double> rate = rates(grid, random_state(grid.size(), seed), bed);
      const double outlet_flux = rate.back();
      rate.pop_back();
      double size = 0.0;  // of what is added up: rounding is relative to it
      for (std::size_t k = 0; k < rate.size(); ++k) size += bed.length * grid.weights()[k] * std::abs(rate[k]);
      check_close(bed.length * integral(grid, rate), bed.inlet_flux - outlet_flux,
                  {.relative = 0.0, .absolute = 1e-13 * size, .reason = "rounding of the sum of the rates"});
    }
}

BOOST_AUTO_TEST_CASE(a_uniform_column_fed_with_the_same_stays) {
  const Bed bed{1e-3 * 250.0, 1e-3, 1e-6, 0.5};
  for (const AxialScheme& scheme : schemes) {
    const AxialGrid grid(scheme);
    const std::vector<double> rate = rates(grid, std::vector<double>(grid.size(), 250.0), bed);
    const Tolerance rounding{.relative = 0.0, .absolute = 1e-9, .reason = "rounding of 250 times entries up to D (2 p^2 / h)^2"};
    for (std::size_t k = 0; k < grid.size(); ++k) check_close(rate[k], 0.0, rounding);
    check_close(rate.back(), 0.25, {.relative = 1e-14, .absolute = 0.0, .reason = "rounding"});
  }
}

// Without flow the column is closed: nothing leaves, and cos(pi z / L) decays at D (pi / L)^2.
BOOST_AUTO_TEST_CASE(without_flow_a_closed_column_evens_out) {
  const double pi = std::acos(-1.0);
  const Bed bed{0.0, 0.0, 1e-3, 1.0};
  for (const AxialScheme& scheme : {AxialScheme{Kind::discontinuous_galerkin, 4, 6}, AxialScheme{Kind::finite_volume_weno, 2, 60},
                                    AxialScheme{Kind::finite_volume_weno, 4, 60}}) {
    const AxialGrid grid(scheme);
    std::vector<double> c;
    for (const double z : grid.nodes()) c.push_back(2.0 + std::cos(pi * z));
    const double held = integral(grid, c);
    runge_kutta(c, 0.0, 100.0, 0.05, [&](double, const std::vector<double>& y, std::vector<double>& dydt) {
      dydt = rates(grid, y, bed);
      BOOST_REQUIRE_EQUAL(dydt.back(), 0.0);
      dydt.pop_back();
    });
    check_close(integral(grid, c), held, {.relative = 1e-13, .absolute = 0.0, .reason = "rounding over 2000 steps"});
    const double left = std::exp(-bed.D * pi * pi * 100.0);
    for (std::size_t k = 0; k < c.size(); ++k)
      check_close(c[k], 2.0 + left * std::cos(pi * grid.nodes()[k]),
                  {.relative = 0.0, .absolute = 3e-4, .reason = "second order at the ends of 60 cells; Galerkin 1e-6"});
  }
}

// Steady flow with first-order decay: Danckwerts (1953), Chem. Eng. Sci. 2, 1. Newton's method with the Jacobian of
// the duals. a = sqrt(1 + 4 k L / (u Pe)).
BOOST_AUTO_TEST_CASE(steady_reactor_converts_what_danckwerts_says) {
  const double k = 3.0, peclet = 12.0, a = std::sqrt(1.0 + 4.0 * k / peclet);
  const double exact = 4.0 * a * std::exp(peclet / 2) /
                       (std::pow(1 + a, 2) * std::exp(a * peclet / 2) - std::pow(1 - a, 2) * std::exp(-a * peclet / 2));
  const auto outlet = [&](const AxialScheme& scheme) {
    const AxialGrid grid(scheme);
    const Bed bed{1.0, 1.0, 1.0 / peclet, 1.0};
    const auto n = static_cast<Eigen::Index>(grid.size());
    std::vector<double> c(grid.size(), 0.5);
    for (int iteration = 0; iteration < 12; ++iteration) {
      const std::vector<double> rate = rates(grid, c, bed);
      const Eigen::MatrixXd jacobian = derivatives(grid, c, bed).topLeftCorner(n, n) - k * Eigen::MatrixXd::Identity(n, n);
      Eigen::VectorXd residual(n);
      for (Eigen::Index i = 0; i < n; ++i) residual[i] = rate[static_cast<std::size_t>(i)] - k * c[static_cast<std::size_t>(i)];
      const Eigen::VectorXd step = jacobian.partialPivLu().solve(residual);
      for (Eigen::Index i = 0; i < n; ++i) c[static_cast<std::size_t>(i)] -= step[i];
    }
    return rates(grid, c, bed).back();
  };
  check_close(outlet({Kind::discontinuous_galerkin, 4, 8}), exact, {.relative = 1e-8, .absolute = 0.0, .reason = "h^8 with h Pe = 1.5"});
  for (const int degree : {2, 4}) {
    const double coarse = outlet({Kind::finite_volume_weno, degree, 50}), fine = outlet({Kind::finite_volume_weno, degree, 100});
    BOOST_TEST_MESSAGE("WENO" << degree + 1 << ", 50 and 100 cells: errors " << coarse / exact - 1 << ", " << fine / exact - 1);
    check_close(fine, exact, {.relative = 2e-4, .absolute = 0.0, .reason = "second order at the ends, h Pe = 0.12"});
    BOOST_CHECK_GT(std::log2(std::abs((coarse - exact) / (fine - exact))), 1.7);
  }
}

// A front sharper than a cell enters, and is washed out again. What must not be negative is not; a plateau may be
// overshot by the root of the relative epsilon, 1e-4, below which WENO takes differences for smooth.
BOOST_AUTO_TEST_CASE(finite_volumes_make_no_new_extremes_at_a_sharp_front) {
  for (const int degree : {2, 4})
    for (const double D : {0.0, 1e-9, 1e-7, 1e-6, 1e-5}) {
      const AxialGrid grid({Kind::finite_volume_weno, degree, 80});
      double lowest = 0.0, highest = 0.0;
      std::vector<double> c(grid.size(), 0.0);
      for (const double feed : {1.0, 0.0})
        runge_kutta(c, 0.0, 800.0, 0.5, [&](double, const std::vector<double>& y, std::vector<double>& dydt) {
          dydt = rates(grid, y, {1e-3 * feed, 1e-3, D, 0.5});
          lowest = std::min(lowest, dydt.back() / 1e-3);
          highest = std::max(highest, dydt.back() / 1e-3);
          dydt.pop_back();
          lowest = std::min(lowest, *std::min_element(y.begin(), y.end()));
          highest = std::max(highest, *std::max_element(y.begin(), y.end()));
        });
      BOOST_TEST_MESSAGE("WENO" << degree + 1 << ", D = " << D << ": lowest " << lowest << ", above feed " << highest - 1.0);
      BOOST_CHECK_GE(lowest, -1e-12);
      BOOST_CHECK_LE(highest, 1.0 + 1e-4);
    }
}

// A steep foot at the outlet: what leaves is extrapolated, but never negative.
BOOST_AUTO_TEST_CASE(what_leaves_finite_volumes_is_never_negative) {
  for (const int degree : {2, 4})
    for (double ratio = 0.05; ratio < 1.0; ratio += 0.05) {
      const AxialGrid grid({Kind::finite_volume_weno, degree, 12});
      std::vector<double> c;
      for (std::size_t k = 0; k < grid.size(); ++k) c.push_back(300.0 * std::pow(ratio, static_cast<double>(k)));
      const double outlet = rates(grid, c, {0.3, 1e-3, 1e-9, 0.5}).back() / 1e-3;
      BOOST_CHECK_GE(outlet, 11.0 / 12.0 * c.back());
      BOOST_CHECK_LE(outlet, c.back());
    }
}

// A trace component is transported like a major one: rates scale with concentrations.
BOOST_AUTO_TEST_CASE(schemes_do_not_depend_on_the_size_of_concentrations) {
  const double factor = 1e-7;
  for (const AxialScheme& scheme : schemes) {
    const AxialGrid grid(scheme);
    std::vector<double> c = random_state(grid.size(), 5);
    const std::vector<double> rate = rates(grid, c, {0.2, 1e-3, 1e-6, 0.5});
    for (double& x : c) x *= factor;
    const std::vector<double> small = rates(grid, c, {0.2 * factor, 1e-3, 1e-6, 0.5});
    for (std::size_t k = 0; k < rate.size(); ++k)
      check_close(small[k] / factor, rate[k], {.relative = 1e-8, .absolute = 1e-9, .reason = "rounding"});
  }
}

BOOST_AUTO_TEST_CASE(derivatives_agree_with_central_differences) {
  for (const AxialScheme& scheme : schemes) {
    const AxialGrid grid(scheme);
    const std::size_t n = grid.size();
    const std::vector<double> c = random_state(n, 3);
    const Bed bed{0.2, 1e-3, 2e-6, 0.5};
    const Eigen::MatrixXd exact = derivatives(grid, c, bed);
    for (std::size_t column = 0; column < n + 4; ++column) {
      const auto moved = [&](double by) {
        std::vector<double> x(c);
        Bed b = bed;
        if (column < n) x[column] += by;
        else if (column == n) b.inlet_flux += by;
        else if (column == n + 1) b.u += by;
        else if (column == n + 2) b.D += by;
        else b.length += by;
        return rates(grid, x, b);
      };
      const double base = column < n ? c[column] : column == n ? 0.2 : column == n + 1 ? 1e-3 : column == n + 2 ? 2e-6 : 0.5;
      const double h = 1e-5 * (base + (column < n ? 1.0 : 0.0));
      const std::vector<double> up = moved(h), down = moved(-h);
      const double size = exact.col(static_cast<Eigen::Index>(column)).cwiseAbs().maxCoeff();
      for (std::size_t row = 0; row <= n; ++row)
        check_close(exact(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(column)), (up[row] - down[row]) / (2 * h),
                    {.relative = 0.0, .absolute = 2e-6 * size, .reason = "h^2 of the central difference, weights being steep"});
    }
  }
}

// No derivative outside the trace, and nothing traced that is zero at a random state.
BOOST_AUTO_TEST_CASE(the_trace_is_the_pattern_of_the_derivatives) {
  for (const AxialScheme& scheme : schemes) {
    const AxialGrid grid(scheme);
    const std::size_t n = grid.size();
    const Eigen::MatrixXd exact = derivatives(grid, random_state(n, 8), {0.2, 1e-3, 2e-6, 0.5});
    std::vector<Trace> x, rate(n + 1);
    for (std::size_t k = 0; k < n + 4; ++k) x.push_back(Trace::variable(k));
    grid.transport<Trace>({x.data(), n}, x[n], x[n + 1], x[n + 2], x[n + 3], {rate.data(), n}, rate[n]);
    std::size_t traced = 0, nonzero = 0;
    for (std::size_t row = 0; row <= n; ++row) {
      const std::vector<int> found = rate[row].indices();
      traced += found.size();
      for (Eigen::Index column = 0; column < exact.cols(); ++column) {
        if (exact(static_cast<Eigen::Index>(row), column) == 0.0) continue;
        ++nonzero;
        BOOST_CHECK_MESSAGE(std::binary_search(found.begin(), found.end(), static_cast<int>(column)),
                            grid.description() << ": row " << row << " depends on column " << column << " untraced");
      }
    }
    BOOST_TEST_MESSAGE(grid.description() << ": traced " << traced << ", nonzero " << nonzero);
    BOOST_CHECK_EQUAL(traced, nonzero);
  }
}

// Liquid that enters at z = L does to a mirrored profile what it does to the profile from z = 0.
BOOST_AUTO_TEST_CASE(descending_is_the_mirror_image_of_ascending) {
  for (const AxialScheme& scheme : schemes) {
    const AxialGrid grid(scheme);
    const std::vector<double> c = random_state(grid.size(), 5);
    const std::vector<double> profile(c.begin(), c.begin() + static_cast<std::ptrdiff_t>(grid.size()));
    const std::vector<double> mirrored(profile.rbegin(), profile.rend());
    std::vector<double> ascending(grid.size()), descending(grid.size());
    double up = 0.0, down = 0.0;
    grid.transport<double>(profile, 0.2, 1e-3, 2e-6, 0.5, ascending, up);
    grid.transport<double>(mirrored, 0.2, 1e-3, 2e-6, 0.5, descending, down, AxialDirection::descending);
    BOOST_TEST(up == down);
    BOOST_TEST(std::equal(ascending.begin(), ascending.end(), descending.rbegin()));
    grid.transport<double>(profile, 0.2, 1e-3, 2e-6, 0.5, descending, down, AxialDirection::descending);
    BOOST_TEST(up != down);
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_built_is_refused) {
  for (const AxialScheme& scheme :
       {AxialScheme{Kind::discontinuous_galerkin, 0, 8}, AxialScheme{Kind::discontinuous_galerkin, 9, 8},
        AxialScheme{Kind::discontinuous_galerkin, 4, 0}, AxialScheme{Kind::finite_volume_weno, 3, 50},
        AxialScheme{Kind::finite_volume_weno, 2, 2}})
    BOOST_CHECK_THROW(AxialGrid{scheme}, InternalError);
  const AxialGrid grid({});
  std::vector<double> c(3), rate(grid.size());
  double outlet_flux = 0.0;
  BOOST_CHECK_THROW(grid.transport<double>(c, 0, 0, 0, 1, rate, outlet_flux), InternalError);
}

BOOST_AUTO_TEST_SUITE_END()
