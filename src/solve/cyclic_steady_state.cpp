#include "solve/cyclic_steady_state.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace brineflow {
namespace {

// An extrapolation may make the change over a cycle grow by this factor without being taken back: Anderson's
// residuals do not fall evenly, and a step up often lets several of them fall fast.
constexpr double allowed_growth = 2.0;

// A group moves by at most this share of its nominal size, or of its largest value where that is more.
constexpr double reach = 0.5;

double weighted_norm(const std::vector<double>& from, const std::vector<double>& to,
                     const std::vector<double>& weights) {
  double sum = 0.0;
  for (std::size_t k = 0; k < from.size(); ++k) sum += std::pow(weights[k] * (to[k] - from[k]), 2);
  return std::sqrt(sum);
}

}  // namespace

std::optional<SteadyStateSearch::Jump> SteadyStateSearch::after_cycle(const std::vector<double>& start,
                                                                      const std::vector<double>& end,
                                                                      const std::vector<int>& modes) {
  if (given_up_) return std::nullopt;
  std::vector<double> x = unknowns_.gather(start), g = unknowns_.gather(end);
  const std::vector<double> weights = unknowns_.weights(x, g);
  const double norm = weighted_norm(x, g, weights);
  if (extrapolated_ && !(norm <= allowed_growth * best_->norm))
    return go_back(
        fmt::format("from there a cycle changes more than before ({})", unknowns_.change(x, g).group));
  if (!best_ || norm < best_->norm) best_ = Best{end, modes, norm};
  // Repeated cycles that change more and more, as after a start from empty, say nothing of a fixed point.
  const bool departing = !extrapolated_ && last_norm_ > 0.0 && norm > last_norm_;
  last_norm_ = norm;
  extrapolated_ = false;
  if (departing) anderson_.clear();
  anderson_.add(std::move(x), std::move(g));
  if (repeat_ > 0) --repeat_;
  else if (!departing) return extrapolate(end, modes, weights);
  return std::nullopt;
}

SteadyStateSearch::Jump SteadyStateSearch::extrapolate(const std::vector<double>& end,
                                                       const std::vector<int>& modes,
                                                       const std::vector<double>& weights) {
  if (!reached_by_repetition_) reached_by_repetition_ = Best{end, modes, last_norm_};
  const std::vector<double>& from = anderson_.images().back();
  std::vector<double> to = anderson_.next(weights);
  const double share = unknowns_.admissible_share(from, to, anderson_.images(), reach);
  for (std::size_t k = 0; k < to.size(); ++k) to[k] = from[k] + share * (to[k] - from[k]);
  Jump jump{
      end, modes,
      fmt::format("the next cycle begins at a state extrapolated from the last {}", anderson_.evaluations())};
  unknowns_.scatter(to, jump.y);
  extrapolated_ = true;
  return jump;
}

std::optional<SteadyStateSearch::Jump> SteadyStateSearch::after_failure(const std::string& why) {
  if (!reached_by_repetition_ || given_up_) return std::nullopt;
  // Where a level has nothing that holds it, accepted extrapolations may have moved it to where a tank
  // overflows a cycle later. What repetition would have come to is then found by repetition, from where it
  // was left.
  if (!extrapolated_) {
    given_up_ = true;
    return Jump{
        reached_by_repetition_->y, reached_by_repetition_->modes,
        "extrapolation is given up for repetition from where it began; after it the solver cannot go on: " +
            why};
  }
  return go_back("from there the solver cannot go on: " + why);
}

// Every time it does not help, extrapolation waits twice as long: where it never helps, as where the cycle
// has no fixed point, the waste is a logarithm of the cycles and the rest is plain repetition.
SteadyStateSearch::Jump SteadyStateSearch::go_back(const std::string& why) {
  anderson_.clear();
  extrapolated_ = false;
  last_norm_ = 0.0;
  repeat_ = penalty_;
  penalty_ *= 2;
  return {best_->y, best_->modes, "the extrapolated state is given up for the best before it; " + why};
}

}  // namespace brineflow
