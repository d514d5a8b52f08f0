// Pressure drop, film and dispersion of a packed bed: values by hand, limits, slopes.
#include "physics/packed_bed.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <type_traits>

namespace brineflow::test {
namespace {

// Spheres of 1 mm with a void of 0.4, water-like liquid.
template <Scalar S>
PackedBedFlow<S> at(const S& velocity) {
  return {velocity, S(1e-3), S(0.4), S(1000.0), S(1e-3)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(packed_bed)

// By hand at 0.01 m/s: 150 * 0.36/0.064 * 1e-3 * 0.01/1e-6 = 8437.5, 1.75 * 0.6/0.064 * 1000 * 1e-4/1e-3 =
// 1640.625.
BOOST_AUTO_TEST_CASE(ergun_by_hand) {
  BOOST_TEST(ergun_pressure_gradient(at(0.01)) == 8437.5 + 1640.625, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(ergun_is_linear_when_slow_and_quadratic_when_fast) {
  BOOST_TEST(ergun_pressure_gradient(at(0.0)) == 0.0);
  const auto ratio = [](double u) {
    return ergun_pressure_gradient(at(2.0 * u)) / ergun_pressure_gradient(at(u));
  };
  BOOST_TEST(ratio(1e-8) == 2.0, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(ratio(1e6) == 4.0, boost::test_tools::tolerance(1e-6));
}

// d/du at 0.01 m/s by hand: the viscous part over u, twice the inertial one over u.
BOOST_AUTO_TEST_CASE(ergun_slope) {
  const Dual drop = ergun_pressure_gradient(at(Dual(0.01, 0)));
  BOOST_TEST(drop.v[0] == 843750.0 + 2.0 * 164062.5, boost::test_tools::tolerance(1e-12));
}

// By hand at 1e-3 m/s, 1 mm, 0.4, 1e-9 m2/s: Re Sc = 1000, Sh = 1.09/0.4 * 10 = 27.25, k_f = 27.25e-6 m/s.
BOOST_AUTO_TEST_CASE(wilson_geankoplis_by_hand) {
  const auto film = [](const auto& u) {
    using S = std::decay_t<decltype(u)>;
    return wilson_geankoplis_film(u, S(1e-3), S(0.4), S(1e-9));
  };
  BOOST_TEST(film(1e-3) == 27.25e-6, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(film(8e-3) == 2.0 * film(1e-3), boost::test_tools::tolerance(1e-12));
  const Dual slope = film(Dual(1e-3, 0));
  BOOST_TEST(slope.v[0] == 27.25e-6 / 3e-3, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(sphere_at_rest_film(1e-3, 1e-9) == 2e-6, boost::test_tools::tolerance(1e-12));
}

// Slow flow: a particle Peclet number (interstitial) of 0.2/eps = 1/2. By hand at Re = 1: 1e-3 * 1e-3 / 0.211.
BOOST_AUTO_TEST_CASE(chung_wen_by_hand) {
  BOOST_TEST(1e-9 / 0.4 * 1e-3 / chung_wen_dispersion(at(1e-9)) == 0.5, boost::test_tools::tolerance(1e-3));
  BOOST_TEST(chung_wen_dispersion(at(1e-3)) == 1e-6 / 0.211, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace brineflow::test
