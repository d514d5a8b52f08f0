// Diffusion inside a sphere: one spectral element over the squared radius.
#pragma once

#include "base/scalar.hpp"
#include "numerics/lagrange.hpp"

#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

namespace brineflow {

inline constexpr int max_sphere_nodes = max_lobatto_degree / 2;

// Discretises, for a profile that is symmetric about the centre,
//
//   dc/dt = (1/r^2) d/dr (r^2 D dc/dr),   0 <= r <= R,   D dc/dr(R) = N (given)                          (R1)
//
// by the Galerkin method with polynomials of degree n - 1 in x = (r/R)^2. The nodes are the positive
// Legendre-Gauss-Lobatto points of degree 2 n, the surface among them, the centre not. Their quadrature is
// exact for every product of two such polynomials in the volume integral, so the mass matrix is diagonal and
// the method the exact Galerkin one. docs/numerics.md derives it.
class SphereElement {
 public:
  // Throws InternalError unless 1 <= nodes <= max_sphere_nodes. One node is a well-mixed sphere.
  explicit SphereElement(int nodes);

  std::size_t size() const { return nodes_.size(); }
  const std::vector<double>& nodes() const { return nodes_; }      // r / R, ascending, the last is 1
  const std::vector<double>& weights() const { return weights_; }  // shares of the sphere's volume, sum 1

  // Adds D/R^2 times the discrete Laplacian without flux through the surface to `rate`. c, rate: size()
  // values, not overlapping; per_radius_squared: D / R^2 [1/s]. sum_k weights_k of what is added is 0 up to
  // rounding.
  template <Scalar S>
  void add_diffusion(std::span<const S> c, const std::type_identity_t<S>& per_radius_squared,
                     std::span<S> rate) const {
    const std::size_t n = size();
    for (std::size_t i = 0; i < n && n > 1; ++i) {
      S sum = laplacian_.values[i * n] * c[0];
      for (std::size_t j = 1; j < n; ++j) sum += laplacian_.values[i * n + j] * c[j];
      rate[i] += per_radius_squared * sum;
    }
  }

  // The same with a D / R^2 for every node: (R2) with D inside the sum. Conserves as exactly; a D that varies makes the
  // quadrature an approximation of the Galerkin integral, of the order of the element.
  template <Scalar S>
  void add_diffusion(std::span<const S> c, std::span<const S> per_radius_squared, std::span<S> rate) const {
    const std::size_t n = size();
    for (std::size_t m = 0; m < n && n > 1; ++m) {
      S slope = slopes_.values[m * n] * c[0];
      for (std::size_t j = 1; j < n; ++j) slope += slopes_.values[m * n + j] * c[j];
      slope *= per_radius_squared[m];
      for (std::size_t i = 0; i < n; ++i) rate[i] += divergence_.values[i * n + m] * slope;
    }
  }

  // What a flux N [mol/m2/s] into the sphere adds to the rate at the surface node, times N / R. For one
  // node: 3.
  double surface_gain() const { return 3.0 / weights_.back(); }

 private:
  std::vector<double> nodes_, weights_;
  DenseMatrix laplacian_;
  DenseMatrix slopes_, divergence_;  // phi_j'(x_m), and -4 V_m x_m phi_i'(x_m) / V_i; their product is laplacian_
};

}  // namespace brineflow
