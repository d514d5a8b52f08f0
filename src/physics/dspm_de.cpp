#include "physics/dspm_de.hpp"

#include "physics/components.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace brineflow::dspm_de {
namespace {

constexpr std::size_t max_size = ComponentSet::max_size;

template <Scalar S>
using Vector = std::array<S, max_size>;

// Concentrations b_i that rise with z_i t for some t, and their slopes db_i/dt.
struct Carriers {
  Vector<double> value, slope;
};

// The t at which sum z_i b_i(t) + X = 0. fill(t, carriers) gives b_i, positive and monotone; low < t < high. Newton's method on the
// logarithm of cations over anions, the fixed charge with those it stands beside: nearly a straight line, whatever the sizes.
// `carriers` are those at the result, but for what a last step of less than 1e-7 leaves in second order; or as near as a wild trial of
// an outer iteration allows.
template <class Fill>
double neutral_at(std::span<const int> z, double X, double start, double low, double high, Carriers& carriers, const Fill& fill) {
  double t = start;
  for (int pass = 0; pass < 60; ++pass) {
    fill(t, carriers);
    double cations = std::max(X, 0.0), anions = std::max(-X, 0.0), rise = 0.0, fall = 0.0;
    for (std::size_t i = 0; i < z.size(); ++i) {
      (z[i] > 0 ? cations : anions) += std::abs(z[i]) * carriers.value[i];
      (z[i] > 0 ? rise : fall) += std::abs(z[i]) * carriers.slope[i];
    }
    if (!(cations > 0.0) || !(anions > 0.0)) return t;  // nothing carries one of the signs
    const double excess = std::log(cations / anions), slope = rise / cations - fall / anions;
    if (!(slope > 0.0)) return t;
    (excess > 0.0 ? high : low) = t;
    double next = t - excess / slope;
    if (!(next > low)) next = 0.5 * (t + std::max(low, t - 8.0));
    if (!(next < high)) next = 0.5 * (t + std::min(high, t + 8.0));
    const double change = next - t;
    t = next;
    if (std::abs(change) > 1e-7 * (1.0 + std::abs(t))) continue;
    for (std::size_t i = 0; i < z.size(); ++i) carriers.value[i] += carriers.slope[i] * change;
    return t;
  }
  fill(t, carriers);
  return t;
}

// The same in scalar type S, near the root that `carriers` stand for: b_i is taken along by one Newton step, which leaves values
// alone but for rounding and makes derivatives those of the root (theorem of implicit functions).
template <Scalar S>
void follow(std::span<const int> z, const S& X, const Carriers& carriers, std::span<S> b) {
  S excess = X;
  double slope = 0.0;
  for (std::size_t i = 0; i < z.size(); ++i) {
    excess += static_cast<double>(z[i]) * b[i];
    slope += z[i] * carriers.slope[i];
  }
  if (!(slope > 0.0)) return;
  const S shift = excess / slope;
  for (std::size_t i = 0; i < z.size(); ++i) b[i] -= carriers.slope[i] * shift;
}

constexpr double largest_exponent = 200.0;
double bounded_exp(double x) { return std::exp(std::clamp(x, -largest_exponent, largest_exponent)); }

// b_i = base_i exp(z_i t), neutral together with X: an equilibrium across a face. `base` becomes b.
template <Scalar S>
void donnan(std::span<const int> z, const S& X, std::span<S> base) {
  Carriers carriers;
  const double infinity = std::numeric_limits<double>::infinity();
  const auto fill = [&](double t, Carriers& at) {
    for (std::size_t i = 0; i < z.size(); ++i) {
      at.value[i] = value_of(base[i]) * bounded_exp(z[i] * t);
      at.slope[i] = z[i] * at.value[i];
    }
  };
  neutral_at(z, value_of(X), 0.0, -infinity, infinity, carriers, fill);
  for (std::size_t i = 0; i < z.size(); ++i) base[i] *= carriers.value[i] / value_of(base[i]);
  follow(z, X, carriers, base);
}

// What one step of v' = -kappa v + a over h makes of v: v grow(x) + a h gain(x), x = -kappa h, with the slopes in x.
struct Step {
  double grow, gain, grow_slope, gain_slope;
};

Step exact_step(double x) {
  const double e = bounded_exp(x);
  if (std::abs(x) < 0.03)  // the next terms are below 1e-13
    return {e, 1.0 + x / 2 * (1.0 + x / 3 * (1.0 + x / 4 * (1.0 + x / 5 * (1.0 + x / 6)))), e,
            0.5 + x / 3 * (1.0 + x * 3 / 8 * (1.0 + x * 4 / 15 * (1.0 + x * 5 / 24 * (1.0 + x * 6 / 35))))};
  return {e, (e - 1.0) / x, e, (e * (x - 1.0) + 1.0) / (x * x)};
}

Step straight_step(double x) {
  const double inverse = 1.0 / (1.0 - 0.5 * x);
  return {(1.0 + 0.5 * x) * inverse, inverse, inverse * inverse, 0.5 * inverse * inverse};
}

// The pore in numbers of one evaluation: weights |c_p,i|, a_i and a_i K_c,i.
template <Scalar S>
struct Path {
  std::span<const int> z;
  Vector<S> weight, drive, decay;
  S charge;
  Profile profile;
  double h;  // of a step
};

// One step towards the feed: v_i = c_i / c_p,i at its end. `field` [1] is that of the step before, and becomes that of this one.
template <Scalar S>
void advance(const Path<S>& path, double& field, std::span<S> v) {
  const std::span<const int> z = path.z;
  const double h = path.h;
  const bool straight = path.profile == Profile::linear;
  const auto exponent = [&](std::size_t i, double E) { return h * (z[i] * E - value_of(path.decay[i])); };
  const auto step = [&](double x) { return straight ? straight_step(x) : exact_step(x); };
  double low = -std::numeric_limits<double>::infinity(), high = -low;
  for (std::size_t i = 0; straight && i < z.size(); ++i) {  // a straight step has a pole at x = 2
    const double pole = 2.0 / h + value_of(path.decay[i]);
    if (z[i] > 0) high = std::min(high, pole / z[i]);
    if (z[i] < 0) low = std::max(low, pole / z[i]);
  }
  Carriers carriers;
  std::array<Step, max_size> steps;
  const auto fill = [&](double E, Carriers& at) {
    for (std::size_t i = 0; i < z.size(); ++i) {
      const Step& s = steps[i] = step(exponent(i, E));
      const double weight = value_of(path.weight[i]), from = value_of(v[i]), gain = h * value_of(path.drive[i]);
      at.value[i] = weight * (from * s.grow + gain * s.gain);
      at.slope[i] = weight * h * z[i] * (from * s.grow_slope + gain * s.gain_slope);
    }
  };
  const double start = std::clamp(field, low == -std::numeric_limits<double>::infinity() ? field : 0.99 * low,
                                  high == std::numeric_limits<double>::infinity() ? field : 0.99 * high);
  field = neutral_at(z, value_of(path.charge), start, low, high, carriers, fill);
  if constexpr (std::same_as<S, double>) {
    for (std::size_t i = 0; i < z.size(); ++i) v[i] = carriers.value[i] / path.weight[i];
  } else {
    // `steps` are those of a field that differs by less than 1e-7 from the result: the value is that of the carriers, derivatives are
    // those of the step and, through `excess`, of the field.
    Vector<S> moved;
    S excess = path.charge;
    double slope = 0.0;
    for (std::size_t i = 0; i < z.size(); ++i) {
      const Step& s = steps[i];
      const double from = value_of(v[i]), gain = h * value_of(path.drive[i]);
      const double by_decay = -h * (from * s.grow_slope + gain * s.gain_slope);
      moved[i] = S(carriers.value[i] / value_of(path.weight[i]));
      moved[i].v = s.grow * v[i].v + h * s.gain * path.drive[i].v + by_decay * path.decay[i].v;
      excess += static_cast<double>(z[i]) * path.weight[i] * moved[i];
      slope += z[i] * carriers.slope[i];
    }
    const bool carried = slope > 0.0;
    for (std::size_t i = 0; i < z.size(); ++i) {
      v[i] = moved[i];
      if (carried) v[i].v -= carriers.slope[i] / value_of(path.weight[i]) / slope * excess.v;
    }
  }
}

// |c_p,i|, rounded where it is a billionth of a thousandth of the rest: a sign must have a carrier, however few.
template <Scalar S>
void fill_weights(const Pore<S>& pore, std::span<const S> c_p, Vector<S>& weight) {
  double total = std::abs(value_of(pore.charge));
  for (const S& c : c_p) total += std::abs(value_of(c));
  const double least = 1e-12 * std::max(total, 1e-12);
  for (std::size_t i = 0; i < c_p.size(); ++i) weight[i] = sqrt(S(c_p[i] * c_p[i] + least * least));
}

}  // namespace

template <Scalar S>
void face_over_permeate(const Pore<S>& pore, const S& J_v, std::span<const S> c_p, std::span<S> ratio) {
  const std::size_t n = pore.z.size();
  if constexpr (std::same_as<S, Trace>) {
    Trace all = J_v;
    all.merge(pore.charge);
    for (const auto& part : {pore.feed_partition, pore.permeate_partition, pore.resistance, pore.convection, c_p})
      for (const Trace& entry : part) all.merge(entry);
    for (std::size_t i = 0; i < n; ++i) ratio[i] = all;
  } else {
    Path<S> path{pore.z, {}, {}, {}, pore.charge, pore.profile, 1.0 / pore.steps};
    fill_weights(pore, c_p, path.weight);
    Vector<S> v;
    for (std::size_t i = 0; i < n; ++i) {
      path.drive[i] = J_v * pore.resistance[i];
      path.decay[i] = path.drive[i] * pore.convection[i];
      v[i] = path.weight[i] * pore.permeate_partition[i];
    }
    const std::span<S> profile = std::span<S>(v).first(n);
    donnan(pore.z, pore.charge, profile);
    for (std::size_t i = 0; i < n; ++i) v[i] = v[i] / path.weight[i];
    double field = 0.0;
    for (int step = 0; step < pore.steps; ++step) advance(path, field, profile);
    for (std::size_t i = 0; i < n; ++i) v[i] = path.weight[i] * v[i] / pore.feed_partition[i];
    // A charge of the permeate reappears at the feed: a neutral face then means no current, as in sdem.hpp.
    S current(0.0);
    for (std::size_t i = 0; i < n; ++i) current += static_cast<double>(pore.z[i]) * c_p[i];
    donnan(pore.z, S(-current), profile);
    for (std::size_t i = 0; i < n; ++i) ratio[i] = v[i] / path.weight[i];
  }
}

#define BRINEFLOW_INSTANTIATE(S) template void face_over_permeate<S>(const Pore<S>&, const S&, std::span<const S>, std::span<S>);
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

}  // namespace brineflow::dspm_de
