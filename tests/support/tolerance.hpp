// A tolerance says why it is what it is.
#pragma once

#include <boost/test/unit_test.hpp>

#include <cmath>

namespace brineflow::test {

struct Tolerance {
  double relative = 0.0;
  double absolute = 0.0;
  const char* reason;
};

// Checks |actual - expected| <= absolute + relative * |expected|; a failure prints both sides.
inline void check_close(double actual, double expected, const Tolerance& tolerance) {
  const double allowed = tolerance.absolute + tolerance.relative * std::abs(expected);
  const double difference = std::abs(actual - expected);
  BOOST_CHECK_MESSAGE(difference <= allowed,  // false for NaN too
                      "actual " << actual << ", expected " << expected << ", difference " << difference
                                << " above " << allowed << " (" << tolerance.reason << ")");
}

// A measured figure for docs/verification.md: tools/verification reads it from the test's messages.
inline void report_figure(const char* name, double value) { BOOST_TEST_MESSAGE("figure " << name << " " << value); }

}  // namespace brineflow::test
