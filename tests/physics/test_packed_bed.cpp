// The pressure drop of a packed bed: a value by hand, its two limits, its slope.
#include "physics/packed_bed.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace brineflow::test
