#define BOOST_TEST_MODULE brineflow
#include <boost/test/unit_test.hpp>
