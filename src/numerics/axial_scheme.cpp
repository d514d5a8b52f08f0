#include "numerics/axial_scheme.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <tuple>
#include <type_traits>

namespace brineflow {
namespace {

constexpr int max_degree = 8;
constexpr std::size_t max_nodes = max_degree + 1;

AxialScheme checked(const AxialScheme& scheme) {
  const bool galerkin = scheme.kind == AxialScheme::Kind::discontinuous_galerkin;
  if (galerkin && (scheme.degree < 1 || scheme.degree > max_degree))
    throw InternalError(fmt::format("the Galerkin method along a column has degree 1 to {}, not {}", max_degree, scheme.degree));
  if (!galerkin && scheme.degree != 2 && scheme.degree != 4)
    throw InternalError(fmt::format("finite volumes have degree 2 (WENO3) or 4 (WENO5), not {}", scheme.degree));
  const int least = galerkin ? 1 : 3;
  if (scheme.elements < least)
    throw InternalError(fmt::format("a column has at least {} {}, not {}", least, galerkin ? "element" : "cells", scheme.elements));
  return scheme;
}

// f of N arguments. For a Dual it is differentiated with respect to its N arguments first and their eight
// directions are put in last: a face needs 3 to 5, and it is the divisions that cost (docs/numerics.md).
template <class F, std::same_as<double>... X>
double face(const F& f, const X&... x) { return f(x...); }

template <class F, std::same_as<Trace>... X>
Trace face(const F&, const X&... x) {
  Trace result;
  (result.merge(x), ...);
  return result;
}

template <class F, std::same_as<Dual>... X>
Dual face(const F& f, const X&... x) {
  using Narrow = ceres::Jet<double, static_cast<int>(sizeof...(X))>;
  int index = 0;
  const std::array<Narrow, sizeof...(X)> arguments{Narrow(x.a, index++)...};
  const Narrow value = std::apply(f, arguments);
  Dual result(value.a);
  index = 0;
  ((result.v += value.v[index++] * x.v), ...);
  return result;
}

template <class T>
T square(const T& x) { return x * x; }

// The share of candidate a beside candidate b, whose ideal share is `ideal`, given how rough each is:
// Jiang and Shu (1996), J. Comput. Phys. 126, 202, section 2.
template <class T>
T share(double ideal, const T& roughness_a, const T& roughness_b, const T& epsilon) {
  const T weight_a = ideal * square(T(roughness_b + epsilon));
  return weight_a / (weight_a + (1.0 - ideal) * square(T(roughness_a + epsilon)));
}

// What separates rough from smooth [(mol/m3)^2]: relative to the values around, so that the scheme depends
// neither on units nor on how much there is of a component; the constant only keeps 0/0 away in pure water.
// 1e-8 keeps the order on smooth profiles and overshoots a plateau by at most its root (docs/numerics.md).
constexpr double relative_epsilon = 1e-8, least_epsilon = 1e-40;
template <class T>
T epsilon_of(const T& a, const T& b) {
  return relative_epsilon * (a * a + b * b) + least_epsilon;
}

// c at the right face of cell b from the averages of a, b, c (flow from a to c), third order.
struct Weno3 {
  template <class T>
  T operator()(const T& a, const T& b, const T& c) const {
    const T forward = c - b, back = b - a;
    const T w = share(2.0 / 3.0, square(forward), square(back), epsilon_of(a, c));
    return b + 0.5 * (w * forward + (1.0 - w) * back);
  }
};

// The same from five averages, fifth order: Jiang and Shu (1996), section 2; every weight times (b0 b1 b2)^2.
struct Weno5 {
  template <class T>
  T operator()(const T& a, const T& b, const T& c, const T& d, const T& e) const {
    const T epsilon = epsilon_of(a, e);
    const auto roughness = [&](const T& curvature, const T& slope) {
      return T(13.0 / 12.0 * square(curvature) + 0.25 * square(slope) + epsilon);
    };
    const T b0 = roughness(a - 2.0 * b + c, a - 4.0 * b + 3.0 * c);
    const T b1 = roughness(b - 2.0 * c + d, b - d);
    const T b2 = roughness(c - 2.0 * d + e, 3.0 * c - 4.0 * d + e);
    const T w0 = 0.1 * square(T(b1 * b2)), w1 = 0.6 * square(T(b0 * b2)), w2 = 0.3 * square(T(b0 * b1));
    const T sum = w0 * (2.0 * a - 7.0 * b + 11.0 * c) + w1 * (5.0 * c - b + 2.0 * d) + w2 * (2.0 * c + 5.0 * d - e);
    return sum / (6.0 * (w0 + w1 + w2));
  }
};

// c at the right face of the first cell from c at the inlet and two averages. The parabola through the three
// has the ideal shares 1/2 of the line through the averages and 1/2 of the line from the inlet.
struct FirstFace {
  template <class T>
  T operator()(const T& at_inlet, const T& a, const T& b) const {
    const T forward = b - a, back = 2.0 * (a - at_inlet);
    const T w = share(0.5, square(forward), square(back), epsilon_of(at_inlet, b));
    return a + 0.5 * (w * forward + (1.0 - w) * back);
  }
};

// c at the outlet from the last three averages a, b, c: the parabola with no slope there gives c + (c - b) / 6.
// The correction fades out where the last step outweighs four times the one before, as a front arrives, and where
// it outweighs c itself: it stays below c / 12, so that what leaves is never negative.
struct LastFace {
  template <class T>
  T operator()(const T& a, const T& b, const T& c) const {
    const T back = c - b, rough = square(back), epsilon = epsilon_of(a, c);
    const T smooth = square(T(16.0 * square(T(b - a)) + epsilon));
    const T not_a_front = smooth / (smooth + square(T(rough + epsilon)));
    const T beside_c = square(c) / (square(c) + rough + least_epsilon);
    return c + not_a_front * beside_c * back / 6.0;
  }
};

// h dc/dz at the face between b and c: the fourth-order formula (a - 15 b + 15 c - d) / 12, whose third
// difference is faded out where it outweighs the first. The correction stays below 1/24 of c - b (but for
// epsilon), so dispersion always runs down the difference of the two cells and makes no new extremes.
struct FaceDifference {
  template <class T>
  T operator()(const T& a, const T& b, const T& c, const T& d) const {
    const T first = c - b, third = d - a - 3.0 * first;
    const T smooth = square(first) + epsilon_of(b, c);
    return first - third * smooth / (12.0 * (smooth + square(third)));
  }
};

}  // namespace

template <Scalar S>
struct AxialGrid::Flow {
  S inlet_flux, u, D;
  S per_cell;  // 1 / h, the elements or cells in a metre
};

// The values of a profile counted from the end where liquid enters: Step is 1, or -1 from the last one back.
template <int Step, class T>
class Along {
 public:
  explicit Along(std::span<T> values) : first_(Step > 0 ? values.data() : values.data() + values.size() - 1) {}
  T& operator[](std::size_t k) const { return first_[Step * static_cast<std::ptrdiff_t>(k)]; }
  Along from(std::size_t k) const { return Along(&(*this)[k]); }

 private:
  explicit Along(T* first) : first_(first) {}
  T* first_;
};

static DenseMatrix transposed(const DenseMatrix& m) {
  DenseMatrix t{m.columns, m.rows, std::vector<double>(m.values.size())};
  for (int i = 0; i < m.rows; ++i)
    for (int j = 0; j < m.columns; ++j) t(j, i) = m(i, j);
  return t;
}

// y = A x with A by rows and by columns, n by n; each sum is taken in the order of the columns. Numbers are added up for all rows at once, which the compiler
// makes vectors of if it knows how many there are; what carries derivatives row by row, as its sum then stays in registers.
template <std::size_t Nodes, Scalar S, class X>
static void multiply(const DenseMatrix& rows, const DenseMatrix& columns, std::size_t n, const X& x, std::array<S, max_nodes>& y) {
  if constexpr (Nodes > 0 && std::is_same_v<S, double>) {
    const double* a = columns.values.data();
    std::array<double, Nodes> sums;
    for (std::size_t i = 0; i < Nodes; ++i) sums[i] = a[i] * x[0];
    for (std::size_t j = 1; j < Nodes; ++j)
      for (std::size_t i = 0; i < Nodes; ++i) sums[i] += a[j * Nodes + i] * x[j];
    std::copy(sums.begin(), sums.end(), y.begin());
  } else {
    const double* a = rows.values.data();
    for (std::size_t i = 0; i < n; ++i) {
      S sum = a[i * n] * x[0];
      for (std::size_t j = 1; j < n; ++j) sum += a[i * n + j] * x[j];
      y[i] = sum;
    }
  }
}

AxialGrid::AxialGrid(const AxialScheme& scheme)
    : scheme_(checked(scheme)),
      element_(scheme.kind == AxialScheme::Kind::discontinuous_galerkin ? scheme.degree : 1) {
  const double h = 1.0 / scheme_.elements;
  const bool galerkin_nodes = scheme_.kind == AxialScheme::Kind::discontinuous_galerkin;
  const std::vector<double> inside = galerkin_nodes ? element_.nodes : std::vector<double>{0.0};
  const std::vector<double> weights = galerkin_nodes ? element_.weights : std::vector<double>{2.0};
  divergence_ = element_.derivative;
  for (int i = 0; i < divergence_.rows; ++i)
    for (int j = 0; j < divergence_.columns; ++j)
      divergence_(i, j) = element_.derivative(j, i) * element_.weights[static_cast<std::size_t>(j)] / element_.weights[static_cast<std::size_t>(i)];
  gradient_columns_ = transposed(element_.derivative);
  divergence_columns_ = transposed(divergence_);
  for (int e = 0; e < scheme_.elements; ++e)
    for (std::size_t k = 0; k < inside.size(); ++k) {
      nodes_.push_back(h * (e + 0.5 * (inside[k] + 1.0)));
      weights_.push_back(0.5 * h * weights[k]);
    }
}

// Discontinuous Galerkin, nodal on Lobatto points with their quadrature (so the mass matrix is diagonal), in weak
// form, with the local fluxes of Cockburn and Shu (1998), SIAM J. Numer. Anal. 35, 2440: with xi on [-1, 1],
//
//   g_i = sum_j D_ij c_j + (c_next - c_p) delta_ip / w_p                  (2/h) g = dc/dz, c from the right  (A2)
//   F_i = u c_i - (2/h) D g_i                                             at the nodes                     (A3)
//   rate_i = (2/h) / w_i ( sum_j D_ji w_j F_j + F_left delta_i0 - F_right delta_ip )                        (A4)
//
// F_right of an element is its own F_p: convection upwind, gradient from the left. At z = 0 F_left is given; at
// z = L the gradient vanishes and F_right = u c_p.
template <int Step, std::size_t Nodes, Scalar S>
void AxialGrid::galerkin(std::span<const S> c, const Flow<S>& flow, std::span<S> rate, S& outlet_flux) const {
  const Along<Step, const S> profile(c);
  const Along<Step, S> rates(rate);
  const std::size_t n = Nodes > 0 ? Nodes : element_.nodes.size(), last = n - 1;
  const double lift = 1.0 / element_.weights[last];
  const S to_z = 2.0 * flow.per_cell, dispersion = to_z * flow.D;
  std::array<S, max_nodes> flux, sums;
  S entering = flow.inlet_flux;
  for (std::size_t start = 0; start < c.size(); start += n) {
    const auto own = profile.from(start);
    const bool at_outlet = start + n == c.size();
    multiply<Nodes, S>(element_.derivative, gradient_columns_, n, own, sums);
    if (!at_outlet) sums[last] += lift * (own[n] - own[last]);
    for (std::size_t i = 0; i < n; ++i) flux[i] = flow.u * own[i] - dispersion * sums[i];
    const S leaving = at_outlet ? S(flow.u * own[last]) : flux[last];
    multiply<Nodes, S>(divergence_, divergence_columns_, n, flux, sums);
    sums[0] += lift * entering;
    sums[last] -= lift * leaving;
    for (std::size_t i = 0; i < n; ++i) rates[start + i] = to_z * sums[i];
    entering = leaving;
  }
  outlet_flux = entering;
}

template <int Step, Scalar S>
void AxialGrid::galerkin_of_degree(std::span<const S> c, const Flow<S>& flow, std::span<S> rate, S& outlet_flux) const {
  if constexpr (std::is_same_v<S, double>) {
    switch (element_.nodes.size()) {
      case 3: return galerkin<Step, 3>(c, flow, rate, outlet_flux);
      case 4: return galerkin<Step, 4>(c, flow, rate, outlet_flux);
      case 5: return galerkin<Step, 5>(c, flow, rate, outlet_flux);
      case 6: return galerkin<Step, 6>(c, flow, rate, outlet_flux);
      case 7: return galerkin<Step, 7>(c, flow, rate, outlet_flux);
      case 8: return galerkin<Step, 8>(c, flow, rate, outlet_flux);
      case 9: return galerkin<Step, 9>(c, flow, rate, outlet_flux);
      default: break;
    }
  }
  galerkin<Step, 0>(c, flow, rate, outlet_flux);
}

// The concentration at z = 0 from the inlet flux and the first cell, h/2 away: F(0) = u c - D dc/dz there. A
// mean of feed and first cell, so it lies between them; without flow and dispersion it is the first cell's.
template <Scalar S>
static S inlet_concentration(const S& inlet_flux, const S& u, const S& conductance, const S& first_cell) {
  const S least(1e-30);
  return (inlet_flux + (conductance + least) * first_cell) / (u + conductance + least);
}

// c at the right face of cell i.
template <int Step, Scalar S>
static S face_value(const Along<Step, const S>& c, std::size_t last, std::size_t i, int degree, const S& at_inlet) {
  if (i == 0) return face(FirstFace{}, at_inlet, c[0], c[1]);
  if (i == last) return face(LastFace{}, c[i - 2], c[i - 1], c[i]);
  if (degree == 4 && i >= 2 && i + 2 <= last) return face(Weno5{}, c[i - 2], c[i - 1], c[i], c[i + 1], c[i + 2]);
  return face(Weno3{}, c[i - 1], c[i], c[i + 1]);
}

// Finite volumes: F at the faces from upwind WENO values and a limited fourth-order gradient.
template <int Step, Scalar S>
void AxialGrid::finite_volumes(std::span<const S> profile, const Flow<S>& flow, std::span<S> rate, S& outlet_flux) const {
  const Along<Step, const S> c(profile);
  const Along<Step, S> rates(rate);
  const std::size_t last = profile.size() - 1;
  const S dispersion = flow.D * flow.per_cell;
  const S at_inlet = inlet_concentration(flow.inlet_flux, flow.u, S(2.0 * dispersion), c[0]);
  S entering = flow.inlet_flux;
  for (std::size_t i = 0; i <= last; ++i) {
    S leaving = flow.u * face_value(c, last, i, scheme_.degree, at_inlet);
    if (i >= 1 && i + 2 <= last)
      leaving -= dispersion * face(FaceDifference{}, c[i - 1], c[i], c[i + 1], c[i + 2]);
    else if (i < last)
      leaving -= dispersion * (c[i + 1] - c[i]);
    rates[i] = flow.per_cell * (entering - leaving);
    entering = leaving;
  }
  outlet_flux = entering;
}

template <Scalar S>
void AxialGrid::transport(std::span<const S> c, const std::type_identity_t<S>& inlet_flux, const std::type_identity_t<S>& u,
                          const std::type_identity_t<S>& D, const std::type_identity_t<S>& length, std::span<S> rate,
                          S& outlet_flux, AxialDirection direction) const {
  if (c.size() != size() || rate.size() != size())
    throw InternalError(fmt::format("transport on {} nodes got {} concentrations and {} rates", size(), c.size(), rate.size()));
  const Flow<S> flow{inlet_flux, u, D, static_cast<double>(scheme_.elements) / length};
  const bool elements = scheme_.kind == AxialScheme::Kind::discontinuous_galerkin, ascending = direction == AxialDirection::ascending;
  if (elements && ascending) galerkin_of_degree<1>(c, flow, rate, outlet_flux);
  else if (elements) galerkin_of_degree<-1>(c, flow, rate, outlet_flux);
  else if (ascending) finite_volumes<1>(c, flow, rate, outlet_flux);
  else finite_volumes<-1>(c, flow, rate, outlet_flux);
}

std::string AxialGrid::description() const {
  if (scheme_.kind == AxialScheme::Kind::discontinuous_galerkin)
    return fmt::format("discontinuous Galerkin, degree {}, {} elements ({} nodes)", scheme_.degree, scheme_.elements, size());
  return fmt::format("finite volumes, WENO{}, {} cells", scheme_.degree + 1, scheme_.elements);
}

#define BRINEFLOW_INSTANTIATE(S)                                                                                  \
  template void AxialGrid::transport<S>(std::span<const S>, const S&, const S&, const S&, const S&, std::span<S>, \
                                        S&, AxialDirection) const;
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

}  // namespace brineflow
