#include "numerics/lagrange.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace brineflow {
namespace {

struct Legendre {
  double value, derivative, second;
};

// P_p and its derivatives inside (-1, 1): the three-term recurrence, then Legendre's differential equation
// (1 - x^2) P'' - 2 x P' + p (p + 1) P = 0. Abramowitz and Stegun (1964), 22.7.10, 22.8.5, 22.6.13.
Legendre legendre(int degree, double x) {
  double before = 1.0, now = x;
  for (int k = 1; k < degree; ++k) {
    const double next = ((2 * k + 1) * x * now - k * before) / (k + 1);
    before = now;
    now = next;
  }
  const double derivative = degree * (before - x * now) / (1.0 - x * x);
  const double second = (2.0 * x * derivative - degree * (degree + 1) * now) / (1.0 - x * x);
  return {now, derivative, second};
}

// The zeros of P_p' by Newton's method from the Chebyshev-Gauss-Lobatto points, which lie in its basin.
double inner_node(int degree, int index) {
  double x = -std::cos(std::acos(-1.0) * index / degree);
  for (int iteration = 0; iteration < 50; ++iteration) {
    const Legendre p = legendre(degree, x);
    const double step = p.derivative / p.second;
    x -= step;
    if (std::abs(step) < 1e-16) break;
  }
  return x;
}

std::vector<double> lobatto_nodes(int degree) {
  std::vector<double> nodes{-1.0};
  for (int k = 1; k < degree; ++k) nodes.push_back(inner_node(degree, k));
  nodes.push_back(1.0);
  const std::size_t count = nodes.size();  // exact symmetry, so that flow to the right and left are alike
  for (std::size_t k = 0; k < count; ++k)
    if (const std::size_t mirror = count - 1 - k; k <= mirror) {
      nodes[mirror] = 0.5 * (nodes[mirror] - nodes[k]);
      nodes[k] = -nodes[mirror];
    }
  if (count % 2 == 1) nodes[count / 2] = 0.0;
  return nodes;
}

// w_i = 2 / (p (p + 1) P_p(x_i)^2): Abramowitz and Stegun (1964), 25.4.32.
std::vector<double> lobatto_weights(int degree, const std::vector<double>& nodes) {
  std::vector<double> weights;
  for (const double x : nodes) {
    const double p = std::abs(x) == 1.0 ? 1.0 : legendre(degree, x).value;
    weights.push_back(2.0 / (degree * (degree + 1) * p * p));
  }
  return weights;
}

int checked_degree(int degree) {
  if (degree < 1 || degree > max_lobatto_degree)
    throw InternalError(fmt::format("a Lobatto element has degree 1 to {}, not {}", max_lobatto_degree, degree));
  return degree;
}

}  // namespace

LobattoElement::LobattoElement(int degree_wanted)
    : degree(checked_degree(degree_wanted)),
      nodes(lobatto_nodes(degree)),
      weights(lobatto_weights(degree, nodes)),
      derivative(differentiation_matrix(nodes)) {}

std::vector<double> barycentric_weights(std::span<const double> nodes) {
  std::vector<double> weights(nodes.size(), 1.0);
  double largest = 0.0;
  for (std::size_t j = 0; j < nodes.size(); ++j) {
    for (std::size_t k = 0; k < nodes.size(); ++k) {
      if (k == j) continue;
      if (nodes[k] == nodes[j]) throw InternalError(fmt::format("two interpolation nodes coincide at {}", nodes[j]));
      weights[j] /= nodes[j] - nodes[k];
    }
    largest = std::max(largest, std::abs(weights[j]));
  }
  for (double& weight : weights) weight /= largest;
  return weights;
}

// D_ij = (w_j / w_i) / (x_i - x_j), and rows that sum to zero, so that a constant has no derivative up to
// rounding: Berrut and Trefethen (2004), SIAM Rev. 46, 501, eqs. (9.4), (9.5).
DenseMatrix differentiation_matrix(std::span<const double> nodes) {
  const std::vector<double> weights = barycentric_weights(nodes);
  const int size = static_cast<int>(nodes.size());
  DenseMatrix result{size, size, std::vector<double>(nodes.size() * nodes.size(), 0.0)};
  for (int i = 0; i < size; ++i)
    for (int j = 0; j < size; ++j) {
      if (i == j) continue;
      const auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
      result(i, j) = weights[b] / weights[a] / (nodes[a] - nodes[b]);
      result(i, i) -= result(i, j);
    }
  return result;
}

// The barycentric formula of the second kind: Berrut and Trefethen (2004), eq. (4.2).
DenseMatrix interpolation_matrix(std::span<const double> nodes, std::span<const double> points) {
  const std::vector<double> weights = barycentric_weights(nodes);
  const int rows = static_cast<int>(points.size()), columns = static_cast<int>(nodes.size());
  DenseMatrix result{rows, columns, std::vector<double>(points.size() * nodes.size(), 0.0)};
  for (int i = 0; i < rows; ++i) {
    const double x = points[static_cast<std::size_t>(i)];
    const auto hit = std::find(nodes.begin(), nodes.end(), x);
    if (hit != nodes.end()) {
      result(i, static_cast<int>(hit - nodes.begin())) = 1.0;
      continue;
    }
    double sum = 0.0;
    for (std::size_t j = 0; j < nodes.size(); ++j) {
      const double term = weights[j] / (x - nodes[j]);
      result(i, static_cast<int>(j)) = term;
      sum += term;
    }
    for (int j = 0; j < columns; ++j) result(i, j) /= sum;
  }
  return result;
}

}  // namespace brineflow
