// Polynomials through Legendre-Gauss-Lobatto points: nodes, weights, derivatives and interpolation.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace brineflow {

// A dense matrix, row after row.
struct DenseMatrix {
  int rows = 0, columns = 0;
  std::vector<double> values;

  double operator()(int row, int column) const { return values[static_cast<std::size_t>(row * columns + column)]; }
  double& operator()(int row, int column) { return values[static_cast<std::size_t>(row * columns + column)]; }
};

inline constexpr int max_lobatto_degree = 20;

// The reference element [-1, 1] of one degree. Quadrature with these weights is exact up to degree 2 p - 1.
struct LobattoElement {
  int degree = 1;
  std::vector<double> nodes;    // degree + 1, ascending, -1 and 1 included
  std::vector<double> weights;  // sum 2
  DenseMatrix derivative;       // (f')(x_i) = sum_j derivative(i, j) f(x_j), exact up to `degree`

  // Throws InternalError unless 1 <= degree <= max_lobatto_degree.
  explicit LobattoElement(int degree);
};

// w_j = 1 / prod_{k != j} (x_j - x_k), scaled so that the largest is 1 (Berrut and Trefethen 2004, SIAM Rev. 46, 501).
// Throws InternalError where two nodes coincide.
std::vector<double> barycentric_weights(std::span<const double> nodes);

// The matrix of d/dx at the nodes of the interpolating polynomial.
DenseMatrix differentiation_matrix(std::span<const double> nodes);

// The matrix that takes values at `nodes` to the interpolating polynomial's values at `points`.
DenseMatrix interpolation_matrix(std::span<const double> nodes, std::span<const double> points);

}  // namespace brineflow
