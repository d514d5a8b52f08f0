// Where in the unit cube the cases of a sweep lie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace brineflow {

// Points in [0, 1)^dimensions, row by row.
struct Samples {
  std::size_t dimensions = 0;
  std::vector<double> values;

  std::size_t size() const { return dimensions == 0 ? 0 : values.size() / dimensions; }
  double at(std::size_t point, std::size_t dimension) const { return values[point * dimensions + dimension]; }
};

// One point in each of `count` equal slices of every axis, at a random place in it. McKay, Beckman and Conover (1979),
// Technometrics 21, 239. The same on every machine for the same seed.
Samples latin_hypercube(std::size_t count, std::size_t dimensions, std::uint64_t seed);

// The first `count` points of the Sobol sequence without its first, the origin, moved by a random vector modulo 1 where
// the seed is not zero (Cranley and Patterson 1976, SIAM J. Numer. Anal. 13, 904). At most 3667 dimensions; direction
// numbers of Joe and Kuo (2008), SIAM J. Sci. Comput. 30, 2635.
Samples sobol_sequence(std::size_t count, std::size_t dimensions, std::uint64_t seed);

}  // namespace brineflow
