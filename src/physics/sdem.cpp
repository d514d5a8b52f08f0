#include "physics/sdem.hpp"

#include "physics/components.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace brineflow::sdem {
namespace {

constexpr std::size_t max_size = ComponentSet::max_size;

template <Scalar S>
using Vector = std::array<S, max_size>;

// x where |x| is well below `bound`, never beyond it: the relative change is (x / bound)^8 / 8. It only acts in
// Newton's wildest trials, and keeps them finite.
template <Scalar S>
S limited(const S& x, const S& bound) {
  const S u = x / bound;
  const double u2 = value_of(u) * value_of(u), u4 = u2 * u2;
  const double root = std::sqrt(std::sqrt(std::sqrt(1.0 + u4 * u4)));
  return bound * chain(u, value_of(u) / root, 1.0 / (root * (1.0 + u4 * u4)));
}

// A positive stand-in for |x| that is smooth at zero.
template <Scalar S>
S magnitude(const S& x) {
  constexpr double width = 1e-9;  // of a composition of about 1
  return sqrt(x * x + S(width * width));
}

// The classical fourth-order Runge-Kutta method for v' = f(s, v), in place: `steps` steps of length h along s from 0 to 1.
// Slopes and trials are kept from step to step, since clearing them would cost as much as the steps.
template <Scalar S, class Slope>
void runge_kutta(Vector<S>& v, std::size_t n, const S& h, int steps, Slope slope) {
  Vector<S> k1, k2, k3, k4, trial;
  const S half = 0.5 * h, sixth = h / 6.0;
  const double ds = 1.0 / steps;
  for (int step = 0; step < steps; ++step) {
    const double s = step * ds;
    slope(s, v, k1);
    for (std::size_t i = 0; i < n; ++i) trial[i] = v[i] + half * k1[i];
    slope(s + 0.5 * ds, trial, k2);
    for (std::size_t i = 0; i < n; ++i) trial[i] = v[i] + half * k2[i];
    slope(s + 0.5 * ds, trial, k3);
    for (std::size_t i = 0; i < n; ++i) trial[i] = v[i] + h * k3[i];
    slope(s + ds, trial, k4);
    for (std::size_t i = 0; i < n; ++i) v[i] += sixth * (k1[i] + 2.0 * (k2[i] + k3[i]) + k4[i]);
  }
}

// A sum of charges, kept away from zero. `scale` is the size of the same sum of magnitudes.
template <Scalar S>
S screening(const S& sum, const S& scale) {
  const S width = 1e-7 * scale;
  return sqrt(sum * sum + width * width);
}

// Everything depends on everything: the tracer need not walk through the steps.
void merge_all(std::span<const Trace> a, std::span<const Trace> b, std::span<const Trace> c, const Trace& d,
               std::span<Trace> result) {
  Trace all = d;
  for (const auto& part : {a, b, c})
    for (const Trace& entry : part) all.merge(entry);
  for (Trace& entry : result) entry = all;
}

}  // namespace

// The sum of (1) over all solutes has no field in it: d(sum c)/dx = -sum J_i / P_i, a straight line. With x' = 1 - x
// from the permeate face and delta = sum c_p / sum (J_i / P_i), the sum grows as delta + x'. Along its logarithm,
// s = ln(1 + x' / delta), the ratios v_i = c_i / c_p,i / (delta + x') obey
//
//   dv_i/ds = g_i - v_i - z_i v_i e,   e = sum z_i c_p,i g_i / sum z_i^2 c_p,i v_i,   g_i = J_v / P_i              (3)
//
// s from 0 to ln(1 + 1 / delta): smooth at any rejection, keeps sum c_p,i v_i, and is at rest for a single salt, whose
// closed form comes out exactly.
template <Scalar S>
void face_over_permeate(std::span<const int> z, std::span<const S> P, const S& J_v, std::span<const S> c_p,
                        std::span<S> ratio, int steps) {
  const std::size_t n = z.size();
  if constexpr (std::same_as<S, Trace>) {
    merge_all(P, c_p, {}, J_v, ratio);
  } else {
    Vector<S> g, charge, screen;  // z_i c_p,i and z_i^2 c_p,i
    S total(0.0), resistance(0.0), charge_gradient(0.0), scale(0.0);
    for (std::size_t i = 0; i < n; ++i) {
      const S weight = magnitude(c_p[i]);
      const double z_i = z[i];
      g[i] = J_v / P[i];
      charge[i] = z_i * c_p[i];
      screen[i] = z_i * charge[i];
      total += weight;
      resistance += weight * g[i];
      charge_gradient += charge[i] * g[i];
      scale += z_i * z_i * weight;
    }
    const S inverse_delta = resistance / total;
    const S h = log(S(1.0) + inverse_delta) / static_cast<double>(steps);
    const S field_bound = 8.0 / h;
    if (!(value_of(scale) > 0.0)) scale = S(1.0);  // nothing charged: the field is 0 / 1
    scale *= inverse_delta;
    const auto slope = [&](double, const Vector<S>& v, Vector<S>& rate) {
      S sum(0.0);
      for (std::size_t i = 0; i < n; ++i) sum += screen[i] * v[i];
      const S e = limited(S(charge_gradient / screening(sum, scale)), field_bound);
      for (std::size_t i = 0; i < n; ++i) rate[i] = g[i] - v[i] * (1.0 + static_cast<double>(z[i]) * e);
    };
    Vector<S> v;
    for (std::size_t i = 0; i < n; ++i) v[i] = inverse_delta;
    runge_kutta(v, n, h, steps, slope);
    const S extent = S(1.0) + S(1.0) / inverse_delta;
    for (std::size_t i = 0; i < n; ++i) ratio[i] = v[i] * extent;
  }
}

// With Pe_i = J_v / k_i, their mean Pe and c_i / c_bulk,i = T_i + u_i exp(Pe x), (2) reads
//
//   du_i/dx = (Pe_i - Pe) u_i - z_i (T_i exp(-Pe x) + u_i) E,
//   E = sum z_i c_bulk,i Pe_i u_i exp(Pe x) / sum z_i^2 c_i                                                         (4)
//
// whose right-hand side vanishes for equal k_i: c_i - c_p,i = (c_bulk,i - c_p,i) exp(J_v / k), film theory.
template <Scalar S>
void face_over_bulk(std::span<const int> z, std::span<const S> k, const S& J_v, std::span<const S> c_bulk,
                    std::span<const S> T, std::span<S> ratio, int steps) {
  const std::size_t n = z.size();
  if constexpr (std::same_as<S, Trace>) {
    merge_all(k, c_bulk, T, J_v, ratio);
  } else {
    Vector<S> Pe, u, drift, screen;  // z_i c_bulk,i Pe_i and z_i^2 c_bulk,i
    S mean(0.0), scale(0.0);
    for (std::size_t i = 0; i < n; ++i) {
      const double z_i = z[i];
      Pe[i] = limited(S(J_v / k[i]), S(40.0));
      mean += Pe[i] / static_cast<double>(n);
      u[i] = 1.0 - T[i];
      drift[i] = z_i * c_bulk[i] * Pe[i];
      screen[i] = z_i * z_i * c_bulk[i];
      scale += z_i * z_i * magnitude(c_bulk[i]);
    }
    if (!(value_of(scale) > 0.0)) scale = S(1.0);  // nothing charged
    const S field_bound(8.0 * steps);
    const auto slope = [&](double x, const Vector<S>& at, Vector<S>& rate) {
      const S shrinkage = exp(-mean * x);  // all divided by exp(Pe x)
      S drive(0.0), sum(0.0);
      for (std::size_t i = 0; i < n; ++i) {
        rate[i] = T[i] * shrinkage + at[i];
        drive += drift[i] * at[i];
        sum += screen[i] * rate[i];
      }
      const S E = limited(S(drive / screening(sum, scale)), field_bound);
      for (std::size_t i = 0; i < n; ++i) rate[i] = (Pe[i] - mean) * at[i] - static_cast<double>(z[i]) * E * rate[i];
    };
    runge_kutta(u, n, S(1.0 / steps), steps, slope);
    const S growth = exp(mean);
    for (std::size_t i = 0; i < n; ++i) ratio[i] = T[i] + u[i] * growth;
  }
}

#define BRINEFLOW_INSTANTIATE(S)                                                                                     \
  template void face_over_permeate<S>(std::span<const int>, std::span<const S>, const S&, std::span<const S>,      \
                                      std::span<S>, int);                                                          \
  template void face_over_bulk<S>(std::span<const int>, std::span<const S>, const S&, std::span<const S>,          \
                                  std::span<const S>, std::span<S>, int);
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

double salt_permeability(int z_cation, double P_cation, int z_anion, double P_anion) {
  const double z_plus = z_cation, z_minus = -z_anion;
  return (z_plus + z_minus) * P_cation * P_anion / (z_plus * P_cation + z_minus * P_anion);
}

}  // namespace brineflow::sdem
