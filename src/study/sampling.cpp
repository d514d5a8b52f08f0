#include "study/sampling.hpp"

#include <boost/random/sobol.hpp>

#include <cmath>
#include <numeric>
#include <random>
#include <utility>

namespace brineflow {
namespace {

// The standard fixes what its engines give, but not its distributions and shuffle: these are our own.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  double uniform() { return static_cast<double>(engine_() >> 11U) * 0x1p-53; }  // in [0, 1)

  std::size_t below(std::size_t count) {
    const auto bound = static_cast<std::uint64_t>(count);
    const std::uint64_t fair = UINT64_MAX - UINT64_MAX % bound;  // beyond it some remainders would be likelier
    std::uint64_t drawn = engine_();
    while (drawn >= fair) drawn = engine_();
    return static_cast<std::size_t>(drawn % bound);
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace

Samples latin_hypercube(std::size_t count, std::size_t dimensions, std::uint64_t seed) {
  Random random(seed);
  Samples samples{dimensions, std::vector<double>(count * dimensions)};
  std::vector<std::size_t> slice(count);
  for (std::size_t d = 0; d < dimensions; ++d) {
    std::iota(slice.begin(), slice.end(), std::size_t{0});
    for (std::size_t k = count; k > 1; --k) std::swap(slice[k - 1], slice[random.below(k)]);
    for (std::size_t point = 0; point < count; ++point)
      samples.values[point * dimensions + d] = (static_cast<double>(slice[point]) + random.uniform()) / static_cast<double>(count);
  }
  return samples;
}

Samples sobol_sequence(std::size_t count, std::size_t dimensions, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> shift(dimensions, 0.0);
  if (seed != 0)
    for (double& s : shift) s = random.uniform();
  boost::random::sobol engine(dimensions);  // begins behind the origin
  Samples samples{dimensions, std::vector<double>(count * dimensions)};
  for (std::size_t k = 0; k < samples.values.size(); ++k) {
    const double moved = static_cast<double>(engine() >> 11U) * 0x1p-53 + shift[k % dimensions];
    samples.values[k] = moved - std::floor(moved);
  }
  return samples;
}

}  // namespace brineflow
