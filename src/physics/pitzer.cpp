#include "physics/pitzer.hpp"

#include <cmath>

// All quantities follow from one function, the excess Gibbs energy per kg of water over R T,
//
//   G(m) = f(I) + sum_pairs m_i m_j (L_ij(I) + Z C_ij) + sum_triples m_i m_j m_k psi_ijk               (1)
//
// with f = -4 A_phi I / b ln(1 + b sqrt I), L = 2 B for a cation and an anion, 2 Phi for ions of like sign, 2 lambda
// with a neutral, Z = sum m |z|: Pitzer (1973), in the form of Harvie, Moller & Weare (1984) eqs. 2a-2e, whose
// activity coefficients are its derivatives:
//
//   ln gamma_i = dG/dm_i                                                                               (2)
//   ln a_w = -M_w (sum m_i + sum m_i ln gamma_i - G)                                                   (3)
//
// Derivatives of (2) are the Hessian of (1). It is computed in double and applied to the derivatives of the
// molalities, which costs a Dual a fraction of carrying derivatives through every product.

namespace brineflow {
namespace {

// A curve over s = sqrt(I) as one over I.
pitzer::Curve over_ionic_strength(const pitzer::Curve& q, const pitzer::Curve& s) {
  return {q.value, q.first * s.first, q.second * s.first * s.first + q.first * s.second};
}

}  // namespace

struct PitzerModel::StrengthFunctions {
  pitzer::Curve debye_hueckel;                               // f(I)
  std::array<pitzer::Curve, max_curves> shape;               // g(alpha sqrt I)
  std::array<pitzer::Curve, max_curves> electrostatic;       // E-theta(I)
  pitzer::Curve root;                                        // sqrt I, and over it, not over I:
  std::array<pitzer::Curve, max_curves> electrostatic_of_root;
};

// The numbers of a set at T, or their slopes with T.
struct PitzerModel::NumbersAt {
  double A_phi;
  std::array<PairNumbers<double>, max_pairs> pair;
  std::array<double, max_triples> psi;

  // `at` is TemperatureFunction::at or ::slope.
  template <class F>
  NumbersAt(const PitzerModel& model, double A, F at) : A_phi(A) {  // NOLINT: the arrays are filled as far as they are used
    for (std::size_t k = 0; k < model.pair_functions_.size(); ++k) {
      const PairNumbers<TemperatureFunction>& f = model.pair_functions_[k];
      pair[k] = {at(f.constant), at(f.C), at(f.factor1), at(f.factor2)};
    }
    for (std::size_t k = 0; k < model.psi_functions_.size(); ++k) psi[k] = at(model.psi_functions_[k]);
  }
  Numbers numbers() const { return {A_phi, pair.data(), psi.data()}; }
};

struct PitzerModel::Gibbs {
  double value;          // G
  double F, F_I;         // dG/dI at constant m and its derivative
  double C_sum;          // sum_pairs m_i m_j C_ij
  Vector slope, cubic;   // sum_j m_j dL_ij/dI and sum_j m_j C_ij
  Vector gradient;       // ln gamma_i
  Matrix hessian;        // only filled on demand
};

PitzerModel::StrengthFunctions PitzerModel::strength_functions(double I, double A_phi) const {
  StrengthFunctions result;
  const pitzer::Curve s = result.root = pitzer::smooth_sqrt(I);
  // f as a function of s: -4 A_phi / b s^2 ln(1 + b s).
  const double r = 1.0 / (1.0 + b_ * s.value), l = std::log1p(b_ * s.value), c = -4.0 * A_phi / b_;
  const double bs = b_ * s.value * r;
  const pitzer::Curve f = {c * s.value * s.value * l, c * s.value * (2.0 * l + bs), c * (2.0 * l + 4.0 * bs - bs * bs)};
  result.debye_hueckel = over_ionic_strength(f, s);
  for (std::size_t k = 0; k < alphas_.size(); ++k) {
    const double alpha = alphas_[k];
    const pitzer::Curve q = pitzer::g(alpha * s.value);
    result.shape[k] = over_ionic_strength({q.value, alpha * q.first, alpha * alpha * q.second}, s);
  }
  for (std::size_t k = 0; k < unlike_charges_.size(); ++k) {
    const pitzer::Curve q = pitzer::electrostatic_mixing(s.value, unlike_charges_[k][0], unlike_charges_[k][1], A_phi);
    result.electrostatic_of_root[k] = q;
    result.electrostatic[k] = over_ionic_strength(q, s);
  }
  return result;
}

// The sums over pairs of (1) and of its derivatives. What is proportional to dI/dm_i and dZ/dm_i is collected in
// F, C_sum, slope and cubic, and distributed once at the end.
template <bool with_hessian>
void PitzerModel::add_pairs(const Vector& m, double Z, const StrengthFunctions& at, const Numbers& numbers, Gibbs& gibbs) const {
  Gibbs& G = gibbs;
  for (std::size_t k = 0; k < pairs_.size(); ++k) {
    const Pair& pair = pairs_[k];
    const PairNumbers<double>& number = numbers.pair[k];
    double L = number.constant + Z * number.C, L_I = 0.0, L_II = 0.0;
    const auto add = [&](double factor, const pitzer::Curve& curve) {
      L += factor * curve.value;
      L_I += factor * curve.first;
      L_II += factor * curve.second;
    };
    if (pair.shape1 >= 0) add(number.factor1, at.shape[static_cast<std::size_t>(pair.shape1)]);
    if (pair.shape2 >= 0) add(number.factor2, at.shape[static_cast<std::size_t>(pair.shape2)]);
    if (pair.electrostatic >= 0) add(2.0, at.electrostatic[static_cast<std::size_t>(pair.electrostatic)]);
    const std::size_t i = pair.i, j = pair.j;
    const double mm = m[i] * m[j];
    G.value += mm * L;
    G.F += mm * L_I;
    G.C_sum += mm * number.C;
    G.gradient[i] += m[j] * L;
    G.gradient[j] += m[i] * L;
    if constexpr (with_hessian) {
      G.F_I += mm * L_II;
      G.slope[i] += m[j] * L_I;
      G.slope[j] += m[i] * L_I;
      G.cubic[i] += m[j] * number.C;
      G.cubic[j] += m[i] * number.C;
      G.hessian[i][j] += L;
      G.hessian[j][i] += L;  // twice for a neutral with itself, as it must be
    }
  }
}

template <bool with_hessian>
void PitzerModel::add_triples(const Vector& m, const Numbers& numbers, Gibbs& gibbs) const {
  Matrix& H = gibbs.hessian;
  for (std::size_t n = 0; n < triples_.size(); ++n) {
    const Triple& t = triples_[n];
    const double psi = numbers.psi[n], psi_i = psi * m[t.i], psi_j = psi * m[t.j], psi_k = psi * m[t.k];
    gibbs.value += psi_i * m[t.j] * m[t.k];
    gibbs.gradient[t.i] += psi_j * m[t.k];
    gibbs.gradient[t.j] += psi_i * m[t.k];
    gibbs.gradient[t.k] += psi_i * m[t.j];
    if constexpr (with_hessian) {
      H[t.i][t.j] += psi_k, H[t.j][t.i] += psi_k;
      H[t.i][t.k] += psi_j, H[t.k][t.i] += psi_j;
      H[t.j][t.k] += psi_i, H[t.k][t.j] += psi_i;
    }
  }
}

template <bool with_hessian>
void PitzerModel::sum_up(const Vector& m, const StrengthFunctions& at, const Numbers& numbers, Gibbs& gibbs) const {
  double Z = 0.0;
  for (std::size_t i = 1; i < size_; ++i) {
    Z += charge_magnitude_[i] * m[i];
    gibbs.gradient[i] = gibbs.slope[i] = gibbs.cubic[i] = 0.0;
    if constexpr (with_hessian)
      for (std::size_t j = 1; j < size_; ++j) gibbs.hessian[i][j] = 0.0;
  }
  gibbs.value = at.debye_hueckel.value;
  gibbs.F = at.debye_hueckel.first;
  gibbs.F_I = at.debye_hueckel.second;
  gibbs.C_sum = 0.0;
  add_pairs<with_hessian>(m, Z, at, numbers, gibbs);
  add_triples<with_hessian>(m, numbers, gibbs);
  const Vector &e = half_charge_squared_, &a = charge_magnitude_;  // dI/dm_i and dZ/dm_i
  for (std::size_t i = 1; i < size_; ++i) {
    gibbs.gradient[i] += e[i] * gibbs.F + a[i] * gibbs.C_sum;
    if constexpr (with_hessian)
      for (std::size_t j = 1; j < size_; ++j)
        gibbs.hessian[i][j] += e[i] * (e[j] * gibbs.F_I + gibbs.slope[j]) + e[j] * gibbs.slope[i] +
                               a[i] * gibbs.cubic[j] + a[j] * gibbs.cubic[i];
  }
}

double PitzerModel::ionic_strength(const Vector& m) const {
  double I = 0.0;
  for (std::size_t i = 1; i < size_; ++i) I += half_charge_squared_[i] * m[i];
  return I;
}

template <bool with_hessian>
void PitzerModel::evaluate(const Vector& m, double T, Gibbs& gibbs) const {
  const double I = ionic_strength(m);
  if (!varies_) return sum_up<with_hessian>(m, strength_functions(I, A_phi_), constant_numbers(), gibbs);
  const TemperatureTerms terms(T);
  const double A_phi = A_phi_ * debye_hueckel_slope(T) / debye_hueckel_slope(parameter_temperature);
  const NumbersAt at(*this, A_phi, [&](const TemperatureFunction& f) { return f.at(terms); });
  sum_up<with_hessian>(m, strength_functions(I, A_phi), at.numbers(), gibbs);
}

// dG/dT and its gradient, d ln gamma_i / dT: G is linear in all numbers but A_phi, which enters E-theta through
// A_phi sqrt I alone, so that A dE/dA = 2 E + s dE/ds with s = sqrt I.
void PitzerModel::evaluate_slope(const Vector& m, double T, Gibbs& slope) const {
  const TemperatureTerms terms(T);
  const Dual A = debye_hueckel_slope(Dual(T, 0)) * (A_phi_ / debye_hueckel_slope(parameter_temperature));
  const double relative = A.v[0] / A.a;  // d ln A_phi / dT
  StrengthFunctions at = strength_functions(ionic_strength(m), A.a);
  at.debye_hueckel.value *= relative;
  at.debye_hueckel.first *= relative;
  for (std::size_t k = 0; k < unlike_charges_.size(); ++k) {
    const pitzer::Curve& E = at.electrostatic_of_root[k];
    const double s = at.root.value;
    const pitzer::Curve by_A = {2.0 * E.value + s * E.first, 3.0 * E.first + s * E.second, 0.0};
    at.electrostatic[k] = over_ionic_strength({relative * by_A.value, relative * by_A.first, 0.0}, at.root);
  }
  const NumbersAt numbers(*this, A.v[0], [&](const TemperatureFunction& f) { return f.slope(terms); });
  sum_up<false>(m, at, numbers.numbers(), slope);
}

// d ln a_w / dT from (3).
double PitzerModel::log_water_slope(const Vector& m, const Gibbs& slope) const {
  double sum = -slope.value;
  for (std::size_t i = 1; i < size_; ++i) sum += m[i] * slope.gradient[i];
  return -water_mass_ * sum;
}

double PitzerModel::excess_gibbs_slope(std::span<const double> amounts, double T) const {
  if (!varies_) return 0.0;
  std::array<double, max_size> molality;
  Gibbs slope;
  evaluate_slope(molalities<double>(amounts, molality), T, slope);
  return slope.value;
}

void PitzerModel::log_activity_jacobian(const Vector& molality, double T, Vector& ln_gamma, Matrix& jacobian) const {
  Gibbs gibbs;
  evaluate<true>(molality, T, gibbs);
  double osmotic = -gibbs.value;
  for (std::size_t i = 1; i < size_; ++i) {
    ln_gamma[i] = gibbs.gradient[i];
    osmotic += molality[i] * (1.0 + gibbs.gradient[i]);
    jacobian[i] = gibbs.hessian[i];
  }
  ln_gamma[0] = -water_mass_ * osmotic;
  for (std::size_t j = 1; j < size_; ++j) {
    double sum = 1.0;
    for (std::size_t i = 1; i < size_; ++i) sum += molality[i] * gibbs.hessian[i][j];
    jacobian[0][j] = -water_mass_ * sum;
  }
}

// Value and derivatives of sum_i weight_i ln gamma_i with the Hessian row by row; the weight of water is that of ln a_w.
template <Scalar S>
S PitzerModel::weighted(std::span<const S> amounts, const S& T, const Vector& weight) const {
  if constexpr (std::same_as<S, Trace>) {
    Trace all = varies_ ? T : Trace();
    for (const Trace& amount : amounts) all.merge(amount);
    return all;
  } else {
    constexpr bool with_hessian = std::same_as<S, Dual>;
    std::array<S, max_size> molality;
    const Vector m = molalities<S>(amounts, molality);
    Gibbs gibbs;  // filled by evaluate()
    evaluate<with_hessian>(m, value_of(T), gibbs);
    // (3) as weights on the solutes: ln a_w = -M_w (sum m_i (1 + ln gamma_i) - G), d/dm_j = -M_w (1 + sum m_i H_ij).
    const double water = -water_mass_ * weight[0];
    double value = -water * gibbs.value;
    for (std::size_t i = 1; i < size_; ++i)
      value += weight[i] * gibbs.gradient[i] + water * m[i] * (1.0 + gibbs.gradient[i]);
    if constexpr (!with_hessian) {
      return value;
    } else {
      Dual result(value);
      for (std::size_t j = 1; j < size_; ++j) {
        double slope = water;
        for (std::size_t i = 1; i < size_; ++i) slope += (weight[i] + water * m[i]) * gibbs.hessian[i][j];
        result.v += slope * molality[j].v;
      }
      if (varies_ && !T.v.isZero()) {
        Gibbs by_T;
        evaluate_slope(m, T.a, by_T);
        double slope = weight[0] * log_water_slope(m, by_T);
        for (std::size_t i = 1; i < size_; ++i) slope += weight[i] * by_T.gradient[i];
        result.v += slope * T.v;
      }
      return result;
    }
  }
}

template <Scalar S>
PitzerModel::Vector PitzerModel::molalities(std::span<const S> amounts, std::array<S, max_size>& molality) const {
  Vector m{};
  const S per_kg = S(1.0 / water_mass_) / amounts[0];
  for (std::size_t i = 1; i < size_; ++i) {
    molality[i] = amounts[i] * per_kg;
    m[i] = value_of(molality[i]);
  }
  return m;
}

template <Scalar S>
void PitzerModel::log_activity(std::span<const S> amounts, const S& T, std::span<S> ln_gamma) const {
  if constexpr (std::same_as<S, Trace>) {
    Trace all = varies_ ? T : Trace();
    for (const Trace& amount : amounts) all.merge(amount);
    for (Trace& entry : ln_gamma) entry = all;
  } else {
    constexpr bool with_hessian = std::same_as<S, Dual>;
    std::array<S, max_size> molality;
    const Vector m = molalities<S>(amounts, molality);
    Gibbs gibbs;  // filled by evaluate()
    evaluate<with_hessian>(m, value_of(T), gibbs);
    S osmotic = S(-gibbs.value);
    for (std::size_t i = 1; i < size_; ++i) {
      S& result = ln_gamma[i];
      result = S(gibbs.gradient[i]);
      if constexpr (with_hessian)
        for (std::size_t j = 1; j < size_; ++j) result.v += gibbs.hessian[i][j] * molality[j].v;
      if constexpr (with_hessian) {
        // d(m_i ln gamma_i - G): the terms ln gamma_i dm_i cancel.
        osmotic.a += m[i] * (1.0 + result.a);
        osmotic.v += molality[i].v + m[i] * result.v;
      } else {
        osmotic += m[i] * (1.0 + result);
      }
    }
    ln_gamma[0] = S(-water_mass_) * osmotic;
    if constexpr (with_hessian) {
      if (!varies_ || T.v.isZero()) return;
      Gibbs by_T;
      evaluate_slope(m, T.a, by_T);
      ln_gamma[0].v += log_water_slope(m, by_T) * T.v;
      for (std::size_t i = 1; i < size_; ++i) ln_gamma[i].v += by_T.gradient[i] * T.v;
    }
  }
}

template <Scalar S>
S PitzerModel::log_water_activity(std::span<const S> amounts, const S& T) const {
  Vector weight{};
  weight[0] = 1.0;
  return weighted<S>(amounts, T, weight);
}

template <Scalar S>
S PitzerModel::log_mean_product(std::span<const S> amounts, const S& T, std::span<const int> stoichiometry) const {
  Vector weight{};
  for (std::size_t i = 0; i < size_; ++i) weight[i] = stoichiometry[i];
  return weighted<S>(amounts, T, weight);
}

#define BRINEFLOW_INSTANTIATE(S)                                                                         \
  template void PitzerModel::log_activity<S>(std::span<const S>, const S&, std::span<S>) const;          \
  template S PitzerModel::log_water_activity<S>(std::span<const S>, const S&) const;                     \
  template S PitzerModel::log_mean_product<S>(std::span<const S>, const S&, std::span<const int>) const;
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

}  // namespace brineflow
