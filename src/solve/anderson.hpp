// Anderson's acceleration of a fixed-point iteration x <- G(x).
//
// Anderson (1965), J. ACM 12, 547; in the form of Walker and Ni (2011), SIAM J. Numer. Anal. 49, 1715.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace brineflow {

class AndersonAcceleration {
 public:
  // depth: how many earlier evaluations take part besides the last one.
  explicit AndersonAcceleration(std::size_t depth) : depth_(depth) {}

  void add(std::vector<double> x, std::vector<double> g);
  void clear();
  std::size_t evaluations() const { return x_.size(); }
  std::span<const std::vector<double>> images() const { return g_; }

  // (N1) sum_j a_j G(x_j) with sum_j a_j = 1 such that the weighted norm of sum_j a_j (G(x_j) - x_j) is
  // smallest. What every G(x_j) has in common and is linear in x (charge balance, the holdup of what neither
  // enters nor leaves) the result has too.
  std::vector<double> next(std::span<const double> weights) const;

 private:
  std::size_t depth_;
  std::vector<std::vector<double>> x_, g_;  // oldest first
};

}  // namespace brineflow
