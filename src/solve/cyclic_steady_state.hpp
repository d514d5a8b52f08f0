// The direct way to a cyclic steady state: the cycle is a map of the state at its start to that at its end,
// and its fixed point is looked for by Anderson's acceleration instead of by repetition alone
// (docs/numerics.md).
#pragma once

#include "solve/anderson.hpp"
#include "solve/cycle_unknowns.hpp"

#include <optional>
#include <string>
#include <vector>

namespace brineflow {

class SteadyStateSearch {
 public:
  explicit SteadyStateSearch(const StateLayout& layout) : unknowns_(layout), anderson_(depth) {}

  // Where the next cycle begins when not where the last one ended.
  struct Jump {
    std::vector<double> y;  // differential variables; algebraic ones are guesses
    std::vector<int> unit_modes;
    std::string message;
  };

  // After a cycle from `start` to `end`: none where the next simply goes on.
  std::optional<Jump> after_cycle(const std::vector<double>& start, const std::vector<double>& end,
                                  const std::vector<int>& modes);
  // After a cycle that could not be integrated, and why: none where no extrapolation led there.
  std::optional<Jump> after_failure(const std::string& why);

 private:
  // Measured: a cycle needs some 10, a period of a carousel 30, whose map has the slow modes of every column
  // (docs/numerics.md).
  static constexpr std::size_t depth = 30;

  // The end of the cycle that changed least, to which a jump that does not help goes back.
  struct Best {
    std::vector<double> y;
    std::vector<int> modes;
    double norm = 0.0;
  };

  Jump extrapolate(const std::vector<double>& end, const std::vector<int>& modes,
                   const std::vector<double>& weights);
  Jump go_back(const std::string& why);

  CycleUnknowns unknowns_;
  AndersonAcceleration anderson_;
  std::optional<Best> best_;
  std::optional<Best> reached_by_repetition_;  // where the first extrapolation began
  bool given_up_ = false;                      // repetition alone from here on
  double last_norm_ = 0.0;                     // of the change over the cycle before; 0: none
  bool extrapolated_ = false;                  // the present cycle began at an extrapolated state
  int repeat_ = 1;                             // cycles that are repeated before the next extrapolation
  int penalty_ = 1;  // what repeat_ becomes after the next extrapolation that does not help
};

}  // namespace brineflow
