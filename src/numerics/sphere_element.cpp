#include "numerics/sphere_element.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

namespace brineflow {
namespace {

int checked_nodes(int nodes) {
  if (nodes < 1 || nodes > max_sphere_nodes)
    throw InternalError(fmt::format("a sphere has 1 to {} nodes, not {}", max_sphere_nodes, nodes));
  return nodes;
}

}  // namespace

// With x = (r/R)^2, V_i = 3 w_i (r_i/R)^2 from the Lobatto weights w_i and phi_i the Lagrange polynomials in
// x:
//
//   V_i dc_i/dt = (3/R) N delta_is - 4 (D/R^2) sum_m V_m x_m phi_i'(x_m) sum_j phi_j'(x_m) c_j (R2)
//
// The right sum is the integral of x phi_i' phi_j' over the volume: of degree 2 n - 3 in x, so exact.
SphereElement::SphereElement(int nodes) : laplacian_{checked_nodes(nodes), nodes, {}} {
  const LobattoElement line(2 * nodes);
  std::vector<double> x;
  for (std::size_t k = static_cast<std::size_t>(nodes) + 1; k < line.nodes.size(); ++k) {
    nodes_.push_back(line.nodes[k]);
    x.push_back(line.nodes[k] * line.nodes[k]);
    weights_.push_back(3.0 * line.weights[k] * x.back());
  }
  slopes_ = differentiation_matrix(x);
  divergence_ = slopes_;
  for (int i = 0; i < nodes; ++i)
    for (int m = 0; m < nodes; ++m) {
      const auto at = static_cast<std::size_t>(m);
      divergence_(i, m) = -4.0 * weights_[at] / weights_[static_cast<std::size_t>(i)] * x[at] * slopes_(m, i);
    }
  laplacian_.values.assign(x.size() * x.size(), 0.0);
  for (int i = 0; i < nodes; ++i)
    for (int j = 0; j < nodes; ++j)
      for (int m = 0; m < nodes; ++m) laplacian_(i, j) += divergence_(i, m) * slopes_(m, j);
}

}  // namespace brineflow
