// Transport along a packed bed: two discretisations of one conservation law behind one interface.
#pragma once

#include "base/scalar.hpp"
#include "numerics/lagrange.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace brineflow {

// What a user chooses. For finite volumes `degree` is that of the polynomial which the ideal weights reproduce:
// 2 gives WENO3, 4 gives WENO5 (order of the scheme = degree + 1, as for the Galerkin method).
struct AxialScheme {
  enum class Kind { discontinuous_galerkin, finite_volume_weno };
  Kind kind = Kind::discontinuous_galerkin;
  int degree = 4;     // Galerkin: 1 to 8. Finite volumes: 2 or 4.
  int elements = 16;  // elements, or cells of the finite volumes: at least 1, and at least 3 cells

  friend bool operator==(const AxialScheme&, const AxialScheme&) = default;
};

// Which end liquid enters: in descending order of z, F(L) is given, dc/dz(0) = 0 and u points the other way.
enum class AxialDirection { ascending, descending };

// Discretises
//
//   d(eps c)/dt = -dF/dz,   F = u c - D dc/dz,   0 <= z <= L,                                          (A1)
//   F(0) = u c_in (given),   dc/dz(L) = 0, so F(L) = u c(L)      (Danckwerts 1953, Chem. Eng. Sci. 2, 1)
//
// with u the superficial velocity [m/s], u >= 0, and D = eps D_ax the dispersion coefficient
// per superficial area [m2/s]. Nodal values on a uniform division of the unit interval: at the
// Legendre-Gauss-Lobatto points of every element (both ends of an element are nodes, so positions repeat at the
// joints), or cell averages at the middles of cells. docs/numerics.md derives both and shows what they cost.
class AxialGrid {
 public:
  // Throws InternalError for a degree or a number of elements out of range.
  explicit AxialGrid(const AxialScheme& scheme);

  const AxialScheme& scheme() const { return scheme_; }
  std::size_t size() const { return nodes_.size(); }
  const std::vector<double>& nodes() const { return nodes_; }      // z / L, ascending, 0 to 1
  const std::vector<double>& weights() const { return weights_; }  // quadrature over z / L, sum 1, all positive
  std::string description() const;  // "discontinuous Galerkin, degree 4, 16 elements (80 nodes)"

  // Rates -dF/dz at the nodes [mol/m3/s, per superficial volume] and the flux that leaves at z = L [mol/m2/s]
  // for one component. c: size() values [mol/m3]; inlet_flux: F(0) [mol/m2/s]; length: L [m]; rate: size()
  // values, overwritten. Exactly conservative: L sum_k w_k rate_k = inlet_flux - outlet_flux up to rounding.
  // In descending direction z counts from the other end: the mirror image, bit for bit.
  // Call as grid.transport<S>(...). c and rate must not overlap. Allocates nothing (for double and Dual).
  template <Scalar S>
  void transport(std::span<const S> c, const std::type_identity_t<S>& inlet_flux, const std::type_identity_t<S>& u,
                 const std::type_identity_t<S>& D, const std::type_identity_t<S>& length, std::span<S> rate,
                 S& outlet_flux, AxialDirection direction = AxialDirection::ascending) const;

 private:
  template <Scalar S>
  struct Flow;  // what the two kernels below share: fluxes at the ends, u, D, cell length
  template <int Step, std::size_t Nodes, Scalar S>  // Nodes of an element; 0: whatever the scheme says
  void galerkin(std::span<const S> c, const Flow<S>& flow, std::span<S> rate, S& outlet_flux) const;
  template <int Step, Scalar S>
  void galerkin_of_degree(std::span<const S> c, const Flow<S>& flow, std::span<S> rate, S& outlet_flux) const;
  template <int Step, Scalar S>
  void finite_volumes(std::span<const S> c, const Flow<S>& flow, std::span<S> rate, S& outlet_flux) const;

  AxialScheme scheme_;
  LobattoElement element_;  // of the Galerkin method; degree 1 and unused for finite volumes
  DenseMatrix divergence_;  // D_ji w_j / w_i: the derivative moved to the test function
  DenseMatrix gradient_columns_, divergence_columns_;  // D and that one, column by column
  std::vector<double> nodes_, weights_;
};

}  // namespace brineflow
