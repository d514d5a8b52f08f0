#include "solve/anderson.hpp"

#include <Eigen/QR>

#include <utility>

namespace brineflow {
namespace {

// Differences that are combinations of the others to this share say nothing but the errors of the
// integration.
constexpr double dependent = 1e-7;

}  // namespace

void AndersonAcceleration::add(std::vector<double> x, std::vector<double> g) {
  x_.push_back(std::move(x));
  g_.push_back(std::move(g));
  if (x_.size() <= depth_ + 1) return;
  x_.erase(x_.begin());
  g_.erase(g_.begin());
}

void AndersonAcceleration::clear() {
  x_.clear();
  g_.clear();
}

// With differences dF_j = F_{j+1} - F_j and dG_j of F = G - x and G the constraint on the weights is gone:
// G(x_k) - sum_j gamma_j dG_j, gamma the least-squares solution of sum_j gamma_j dF_j = F_k. Every dF_j is
// divided by its norm, so that rank is judged by directions and not by how far apart old evaluations lie.
std::vector<double> AndersonAcceleration::next(std::span<const double> weights) const {
  std::vector<double> result = g_.back();
  const std::size_t n = result.size(), columns = x_.size() - 1;
  if (columns == 0) return result;
  const auto residual = [this](std::size_t j, std::size_t k) { return g_[j][k] - x_[j][k]; };
  Eigen::MatrixXd differences(static_cast<Eigen::Index>(n), static_cast<Eigen::Index>(columns));
  Eigen::VectorXd last(static_cast<Eigen::Index>(n));
  for (std::size_t k = 0; k < n; ++k) {
    last[static_cast<Eigen::Index>(k)] = weights[k] * residual(columns, k);
    for (std::size_t j = 0; j < columns; ++j)
      differences(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(j)) =
          weights[k] * (residual(j + 1, k) - residual(j, k));
  }
  Eigen::VectorXd norms = differences.colwise().norm();
  for (double& norm : norms) norm = norm > 0.0 ? norm : 1.0;
  differences = differences * norms.cwiseInverse().asDiagonal();
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> factors;
  factors.setThreshold(dependent);
  const Eigen::VectorXd gamma = factors.compute(differences).solve(last).cwiseQuotient(norms);
  for (std::size_t j = 0; j < columns; ++j)
    for (std::size_t k = 0; k < n; ++k)
      result[k] -= gamma[static_cast<Eigen::Index>(j)] * (g_[j + 1][k] - g_[j][k]);
  return result;
}

}  // namespace brineflow
