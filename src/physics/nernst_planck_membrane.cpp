#include "physics/nernst_planck_membrane.hpp"

#include "physics/water.hpp"

#include <algorithm>
#include <cmath>

namespace brineflow::stack {
namespace {

// B(x) = x / (e^x - 1), Bernoulli's function.
template <Scalar S>
S bernoulli(const S& x) {
  const double u = value_of(x);
  if (std::abs(u) < 1e-2) return chain(x, 1.0 - u / 2.0 + u * u / 12.0 - u * u * u * u / 720.0, -0.5 + u / 6.0 - u * u * u / 180.0);
  if (u > 500.0) return chain(x, 0.0, 0.0);
  const double m = std::expm1(u);
  return chain(x, u / m, u < -500.0 ? -1.0 : (m - u * (m + 1.0)) / (m * m));
}

// x, and beyond +-bound its limit: only in Newton's wildest trials.
template <Scalar S>
S bounded(const S& x, double bound) {
  const double u = value_of(x) / bound, u16 = std::pow(u * u, 8);
  const double root = std::pow(1.0 + u16, 1.0 / 16.0);
  return chain(x, bound * u / root, 1.0 / (root * (1.0 + u16)));
}

// |x|, and where that is well below `width`, the width: relative change (width / x)^8 / 8. Also for Newton's trials.
template <Scalar S>
S above_zero(const S& x, const S& width) {
  const S ratio = x / width;
  const double u = value_of(ratio), u2 = u * u, u4 = u2 * u2, root = std::pow(1.0 + u4 * u4, 0.125);
  return width * chain(ratio, root, u4 * u2 * u / std::pow(root, 7.0));
}

template <Scalar S>
struct FilmEnd {
  std::array<S, ComponentSet::max_size> share;  // in the bulk, as they follow from the face
  S potential;                                  // bulk minus face, in R T / F
};

// (21) From the face to the bulk along s = ln(C / C_face) / lambda. With shares v_i = c_i / C, gradients g_i = dc_i/dx and
// q = lambda / (C_bulk - C_face):
//   dv_i/ds = q g_i - (a + z_i e) v_i,   e = dphi/ds = (q sum z_i g_i - a sum z_i v_i) / sum z_i^2 v_i,
//   a = (q sum g_i - e sum z_i v_i) / sum v_i
// For neutral shares that add up to 1 the sums with a and e are q sum g_i and q sum z_i g_i. Written like this, sum v_i and
// sum z_i v_i stay as they are through the film even where they are neither, as in Newton's trials: else they would fade
// with C_face / C_bulk, and near the limit nothing would determine them. For a single salt v is at rest.
template <Scalar S>
FilmEnd<S> through_film(std::span<const int> z, std::span<const S> qg, std::span<const S> start, std::span<const S> bulk, int steps) {
  const std::size_t n = z.size();
  FilmEnd<S> end{};
  S growth(0.0), drive(0.0), total(0.0), charge(0.0), least(1e-12);
  for (std::size_t i = 0; i < n; ++i) {
    growth += qg[i];
    total += start[i];
    if (z[i] == 0) continue;
    drive += static_cast<double>(z[i]) * qg[i];
    charge += static_cast<double>(z[i]) * start[i];
    least += 0.2 * static_cast<double>(z[i] * z[i]) * bulk[i];
  }
  total = above_zero(total, S(0.1));
  // Where the method is stable for divalent ions: lambda up to 18 through the diluate's film.
  const double steepest = 0.9 * steps;
  using Vector = std::array<S, ComponentSet::max_size>;
  const auto slope = [&](const Vector& v, Vector& rate) {
    S screening(0.0);
    for (std::size_t i = 0; i < n; ++i)
      if (z[i] != 0) screening += static_cast<double>(z[i] * z[i]) * v[i];
    // two linear equations for a and e
    const S e = bounded(S((drive * total - growth * charge) / (above_zero(screening, least) * total - charge * charge)), steepest);
    const S a = bounded(S((growth - e * charge) / total), steepest);
    for (std::size_t i = 0; i < n; ++i) rate[i] = qg[i] - (a + static_cast<double>(z[i]) * e) * v[i];
    return e;
  };
  Vector v{}, k1, k2, k3, k4, trial;
  std::copy(start.begin(), start.end(), v.begin());
  const double h = 1.0 / steps;
  for (int step = 0; step < steps; ++step) {
    const S e1 = slope(v, k1);
    for (std::size_t i = 0; i < n; ++i) trial[i] = v[i] + 0.5 * h * k1[i];
    const S e2 = slope(trial, k2);
    for (std::size_t i = 0; i < n; ++i) trial[i] = v[i] + 0.5 * h * k2[i];
    const S e3 = slope(trial, k3);
    for (std::size_t i = 0; i < n; ++i) trial[i] = v[i] + h * k3[i];
    const S e4 = slope(trial, k4);
    for (std::size_t i = 0; i < n; ++i) v[i] += h / 6.0 * (k1[i] + 2.0 * (k2[i] + k3[i]) + k4[i]);
    end.potential += h / 6.0 * (e1 + 2.0 * (e2 + e3) + e4);
  }
  end.share = v;
  return end;
}

// (24) m - 1, where the film is m times thinner than at rest because convection grows beyond the limit. m leaves 1 where lambda
// approaches lambda_p: m = 1 + w ln(1 + exp((lambda - lambda_p) / w)).
template <Scalar S>
S thinning(const S& lambda) {
  constexpr double lambda_p = 6.0, width = 0.5;  // a face at 1/400 of the bulk
  const double x = (value_of(lambda) - lambda_p) / width;
  const double f = x > 30.0 ? x : std::log1p(std::exp(x));
  return chain(lambda, width * f, 1.0 / (1.0 + std::exp(-x)));
}

}  // namespace

template <Scalar S>
MembraneResult<S> membrane_with_films(std::span<const int> z, const IonMembrane<S>& membrane, const std::array<Film<S>, 2>& films,
                                      double overlimiting_conductance, std::span<const S> unknowns, const S& current, const S& T) {
  const std::size_t n = z.size();
  const MembraneUnknowns at{n};
  MembraneResult<S> result{};
  const double fixed = membrane.kind == MembraneKind::cation_exchange ? -1.0 : 1.0;
  const S& Delta = unknowns[at.potential()];
  // (20) c_m,i = K_i c_i exp(-z_i psi), sum z_i c_m,i + z_X X = 0
  std::array<std::array<S, ComponentSet::max_size>, 2> inside{};
  for (std::size_t side = 0; side < 2; ++side) {
    const S face_sum = films[side].sum * exp(bounded(S(-unknowns[at.lambda(side)]), 100.0));
    const S charge_factor = exp(bounded(S(-unknowns[at.donnan(side)]), 100.0));
    S charge(0.0);
    for (std::size_t i = 0; i < n; ++i) {
      S factor(1.0);
      for (int k = 0; k < std::abs(z[i]); ++k) factor = z[i] > 0 ? S(factor * charge_factor) : S(factor / charge_factor);
      inside[side][i] = membrane.partition[i] * unknowns[at.share(side, i)] * face_sum * factor;
      charge += static_cast<double>(z[i]) * inside[side][i];
    }
    result.mismatch[at.donnan(side)] = charge / membrane.fixed_charge + fixed;
  }
  // (22) J_i = P_i (c_m,i B(-z_i Delta) at the diluate - c_m,i B(z_i Delta) at the concentrate)
  S charge_flux(0.0);
  for (std::size_t i = 0; i < n; ++i) {
    const S field = static_cast<double>(z[i]) * Delta;
    result.flux[i] = membrane.permeability[i] * (inside[0][i] * bernoulli(S(-field)) - inside[1][i] * bernoulli(field));
    charge_flux += static_cast<double>(z[i]) * result.flux[i];
  }
  // (23) F sum z_i J_i = i
  result.mismatch[at.potential()] = faraday_constant * charge_flux - current;
  S potential = Delta - unknowns[at.donnan(0)] + unknowns[at.donnan(1)];
  for (std::size_t side = 0; side < 2; ++side) {
    const Film<S>& film = films[side];
    const S& lambda = unknowns[at.lambda(side)];
    const S thinner = side == 0 ? thinning(lambda) : S(0.0);
    const S thickness = film.thickness / (1.0 + thinner);
    const S q = bernoulli(S(-lambda)) / film.sum;
    std::array<S, ComponentSet::max_size> qg{};
    S gradient(0.0);
    for (std::size_t i = 0; i < n; ++i) {
      const S g = (side == 0 ? 1.0 : -1.0) * result.flux[i] * thickness / film.diffusivity[i];
      gradient += g;
      qg[i] = q * g;
    }
    const FilmEnd<S> end = through_film<S>(z, std::span<const S>(qg).first(n), unknowns.subspan(at.share(side, 0), n), std::span<const S>(film.share).first(n),
                                           side == 0 ? diluate_film_steps : concentrate_film_steps);
    for (std::size_t i = 0; i < n; ++i) result.mismatch[at.share(side, i)] = end.share[i] - film.share[i];
    // C_bulk - C_face = sum g_i
    result.mismatch[at.lambda(side)] = gradient / film.sum - (1.0 - exp(bounded(S(-lambda), 100.0)));
    potential += side == 0 ? end.potential : S(-end.potential);
  }
  // (25) and the space charge that drives this convection takes a voltage
  const S space_charge = thinning(unknowns[at.lambda(0)]) / overlimiting_conductance;
  result.drop = gas_constant * T / faraday_constant * potential +
                (membrane.kind == MembraneKind::cation_exchange ? space_charge : S(-space_charge));
  return result;
}

#define BRINEFLOW_INSTANTIATE(S)                                                                                                  \
  template MembraneResult<S> membrane_with_films<S>(std::span<const int>, const IonMembrane<S>&, const std::array<Film<S>, 2>&, \
                                                    double, std::span<const S>, const S&, const S&);
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

void unpolarised(std::span<const int> z, const IonMembrane<double>& membrane, const std::array<Film<double>, 2>& films, std::span<double> unknowns) {
  const MembraneUnknowns at{z.size()};
  const double fixed = membrane.kind == MembraneKind::cation_exchange ? -1.0 : 1.0;
  for (std::size_t side = 0; side < 2; ++side) {
    for (std::size_t i = 0; i < z.size(); ++i) unknowns[at.share(side, i)] = films[side].share[i];
    unknowns[at.lambda(side)] = 0.0;
    // The charge falls with psi: bisection between bounds no membrane leaves.
    double low = -50.0, high = 50.0;
    for (int pass = 0; pass < 60; ++pass) {
      const double psi = 0.5 * (low + high);
      double charge = fixed * membrane.fixed_charge;
      for (std::size_t i = 0; i < z.size(); ++i)
        charge += z[i] * membrane.partition[i] * films[side].share[i] * films[side].sum * std::exp(-z[i] * psi);
      (charge > 0.0 ? low : high) = psi;
    }
    unknowns[at.donnan(side)] = 0.5 * (low + high);
  }
  unknowns[at.potential()] = 0.0;
}

}  // namespace brineflow::stack
