#include "physics/laliberte.hpp"

#include "base/error.hpp"
#include "physics/water.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace brineflow {
namespace {

// A function of mass fraction w and temperature T with its slopes, to be carried into S by combine().
struct Surface {
  double value = 0.0, by_w = 0.0, by_T = 0.0;
};

// x where positive, decaying to zero below, smooth; the difference is width^2 / 4|x| away from zero. In the form that
// does not cancel for x < 0, where the result must stay above zero because it is divided by.
struct Positive {
  double value, slope;
};
Positive positive(double x, double width) {
  const double r = std::sqrt(x * x + width * width);
  const double value = x > 0.0 ? 0.5 * (x + r) : 0.5 * width * width / (r - x);
  return {value, value / r};
}

// Mole ratios to water at which an ion counts as absent when masses are shared among salts.
constexpr double trace_ratio = 1e-10;

// Apparent volume of a salt [m3/kg]: Laliberte & Cooper (2004) eq. 10, w = mass fraction of all salts, t in degC,
//   rho_app = (c0 w + c1) exp(1e-6 (t + c4)^2) / (w + c2 + c3 t).
Surface apparent_volume(const std::array<double, 5>& c, double w, double t) {
  const double numerator = w + c[2] + c[3] * t, denominator = c[0] * w + c[1], shifted = t + c[4];
  const double factor = std::exp(-1e-6 * shifted * shifted) / denominator;
  const double value = numerator * factor;
  return {value, factor - value * c[0] / denominator, c[3] * factor - 2e-6 * shifted * value};
}

// ln of the viscosity of a salt [Pa s]: Laliberte (2007) eq. 12,
//   mu_i = exp((v1 w^v2 + v3) / (v4 t + 1)) / (v5 w^v6 + 1) mPa s.
// The powers are not differentiable at w = 0, where a floor of 1e-9 stands for w. With v5 < 0 (KCl, MgCl2) the
// denominator has a zero beyond the fitted range; w is held smoothly at `w_cap`, short of it.
Surface log_salt_viscosity(const std::array<double, 6>& v, double w_cap, double w, double t) {
  const Positive above = positive(w, 1e-9);
  const Positive beyond = positive(above.value - w_cap, 1e-4);
  const double offset = 0.25e-8 / w_cap;  // of `beyond` at w = 0, lest u turn negative there
  const double u = above.value - beyond.value + offset, slope = above.slope * (1.0 - beyond.slope);
  const double thermal = 1.0 / (v[3] * t + 1.0);
  const double rise = v[0] * std::pow(u, v[1]), fall = v[4] * std::pow(u, v[5]);
  const double exponent = (rise + v[2]) * thermal;
  const double by_u = (v[1] * rise * thermal - v[5] * fall / (fall + 1.0)) / u;
  return {exponent - std::log(fall + 1.0) + std::log(1e-3), by_u * slope, -exponent * thermal * v[3]};
}

// t held smoothly between the ends of a fit [degC]: exponentials of exponentials do not extrapolate.
Positive held(double t, const LaliberteParameters::Fit& fit) {
  constexpr double width = 0.05;
  const Positive above = positive(t - fit.T_min, width), beyond = positive(t - fit.T_max, width);
  return {fit.T_min + above.value - beyond.value, above.slope - beyond.slope};
}

// Apparent heat capacity of a salt [J/(kg K)]: Laliberte (2009),
//   cp_i = a1 exp(a2 t + a3 exp(0.01 t) + a4 w) + a5 w^a6 kJ/(kg K).
// a6 < 0 (LiCl, KCl, HCl, Li2SO4) diverges at w = 0, where a floor of 1e-3 stands for w.
Surface apparent_heat_capacity(const LaliberteParameters::Salt& salt, double w, double t) {
  const auto& a = salt.heat_capacity;
  const Positive u = positive(w, 2e-3), s = held(t, salt.heat_capacity_fit);
  const double growth = a[2] * std::exp(0.01 * s.value);
  const double thermal = 1e3 * a[0] * std::exp(a[1] * s.value + growth + a[3] * u.value);
  const double power = 1e3 * a[4] * std::pow(u.value, a[5]);
  return {thermal + power, (a[3] * thermal + a[5] * power / u.value) * u.slope, thermal * (a[1] + 0.01 * growth) * s.slope};
}

// The value with the derivatives that come through w and T.
template <Scalar S>
S combine(const Surface& surface, const S& w, const S& T) {
  return chain(w, surface.value, surface.by_w) + chain(T, 0.0, surface.by_T);
}

double viscosity_cap(const std::array<double, 6>& v) {
  return v[4] < 0.0 ? std::pow(-0.98 / v[4], 1.0 / v[5]) : 2.0;
}

}  // namespace

template <Scalar S>
struct LaliberteModel::Split {
  S water;                            // kg of water and what counts as water
  S total;                            // kg
  std::array<S, max_salts> salt;      // kg, as salts_
};

LaliberteModel::LaliberteModel(const ComponentSet& components, const LaliberteParameters& parameters)
    : size_(components.size()) {
  for (const Component& component : components) {
    molar_mass_.push_back(component.molar_mass);
    charge_.push_back(component.charge);
  }
  as_water_.assign(size_, true);
  for (const auto& salt : parameters.salts) {
    const auto cation = components.find(salt.cation), anion = components.find(salt.anion);
    if (!cation || !anion) continue;
    if (charge_[*cation] <= 0.0 || charge_[*anion] >= 0.0)
      throw InputError(fmt::format("density set {}: {} is not a cation and an anion", parameters.name, salt.name));
    for (const Salt& other : salts_)
      if (other.cation == *cation && other.anion == *anion)
        throw InputError(fmt::format("density set {}: {} is listed twice", parameters.name, salt.name));
    salts_.push_back({*cation, *anion, viscosity_cap(salt.viscosity), salt});
    as_water_[*cation] = as_water_[*anion] = false;
  }
  if (salts_.size() > max_salts) throw InputError(fmt::format("density set {}: more than {} salts", parameters.name, max_salts));
  const auto& excused = parameters.without_coefficients;
  for (std::size_t i = 1; i < size_; ++i)
    if (components[i].charge != 0 && as_water_[i] && std::find(excused.begin(), excused.end(), components[i].name) == excused.end())
      throw InputError(fmt::format("density set {} has no salt of {} with any ion of this case", parameters.name, components[i].name));
}

template <Scalar S>
LaliberteModel::Split<S> LaliberteModel::split(std::span<const S> amounts) const {
  Split<S> result;
  std::array<S, ComponentSet::max_size> mass, present, partners;
  result.water = amounts[0] * S(molar_mass_[0]);
  result.total = result.water;
  const S per_water = S(1.0) / amounts[0];
  for (std::size_t i = 1; i < size_; ++i) {
    mass[i] = amounts[i] * S(molar_mass_[i]);
    result.total += mass[i];
    if (as_water_[i]) {
      result.water += mass[i];
      continue;
    }
    const S equivalents = amounts[i] * per_water * S(std::abs(charge_[i]));
    const Positive p = positive(value_of(equivalents), trace_ratio);
    present[i] = chain(equivalents, p.value, p.slope);
    partners[i] = S(0.0);
  }
  for (const Salt& salt : salts_) {
    partners[salt.cation] += present[salt.anion];
    partners[salt.anion] += present[salt.cation];
  }
  for (std::size_t i = 1; i < size_; ++i)
    if (!as_water_[i]) mass[i] /= partners[i];
  for (std::size_t k = 0; k < salts_.size(); ++k) {
    const std::size_t c = salts_[k].cation, a = salts_[k].anion;
    result.salt[k] = mass[c] * present[a] + mass[a] * present[c];
  }
  return result;
}

template <Scalar S>
S LaliberteModel::volume(std::span<const S> amounts, const S& T) const {
  // Laliberte & Cooper (2004) eq. 6: volumes of water and apparent volumes of the salts add up.
  const Split<S> parts = split(amounts);
  const S w = S(1.0) - parts.water / parts.total;
  const double t = value_of(T) - ice_point;
  S result = parts.water / water_density(T);
  Surface slopes;
  for (std::size_t k = 0; k < salts_.size(); ++k) {
    const Surface v = apparent_volume(salts_[k].data.density, value_of(w), t);
    const double mass = value_of(parts.salt[k]);
    result += parts.salt[k] * S(v.value);
    slopes.by_w += mass * v.by_w;
    slopes.by_T += mass * v.by_T;
  }
  return result + combine(slopes, w, T);
}

template <Scalar S>
S LaliberteModel::viscosity(std::span<const S> amounts, const S& T) const {
  // Laliberte (2007) eq. 8: ln mu = w_w ln mu_w + sum w_i ln mu_i.
  const Split<S> parts = split(amounts);
  const S w_water = parts.water / parts.total, per_total = S(1.0) / parts.total;
  const S w = S(1.0) - w_water;
  const double t = value_of(T) - ice_point;
  S result = w_water * log(water_viscosity(T));
  S salts = S(0.0);
  Surface slopes;
  for (std::size_t k = 0; k < salts_.size(); ++k) {
    const Surface mu = log_salt_viscosity(salts_[k].data.viscosity, salts_[k].viscosity_cap, value_of(w), t);
    const double fraction = value_of(parts.salt[k]) * value_of(per_total);
    salts += parts.salt[k] * S(mu.value);
    slopes.by_w += fraction * mu.by_w;
    slopes.by_T += fraction * mu.by_T;
  }
  return exp(result + salts * per_total + combine(slopes, w, T));
}

template <Scalar S>
S LaliberteModel::heat_capacity(std::span<const S> amounts, const S& T) const {
  // Laliberte (2009): heat capacity of water and apparent heat capacities of the salts add up by mass.
  const Split<S> parts = split(amounts);
  const S w = S(1.0) - parts.water / parts.total;
  const double t = value_of(T) - ice_point;
  S result = parts.water * water_heat_capacity(T);
  Surface slopes;
  for (std::size_t k = 0; k < salts_.size(); ++k) {
    const Surface c = apparent_heat_capacity(salts_[k].data, value_of(w), t);
    const double mass = value_of(parts.salt[k]);
    result += parts.salt[k] * S(c.value);
    slopes.by_w += mass * c.by_w;
    slopes.by_T += mass * c.by_T;
  }
  return result + combine(slopes, w, T);
}

double LaliberteModel::uncounted_mass(std::span<const double> amounts) const {
  double result = 0.0;
  for (std::size_t i = 1; i < size_; ++i)
    if (as_water_[i] && charge_[i] != 0.0) result += amounts[i] * molar_mass_[i];
  return result;
}

std::vector<LaliberteModel::SaltMass> LaliberteModel::salt_masses(std::span<const double> amounts) const {
  const Split<double> parts = split(amounts);
  std::vector<SaltMass> result;
  for (std::size_t k = 0; k < salts_.size(); ++k) result.push_back({&salts_[k].data, parts.salt[k]});
  return result;
}

#define BRINEFLOW_INSTANTIATE(S)                                                   \
  template S LaliberteModel::volume<S>(std::span<const S>, const S&) const;        \
  template S LaliberteModel::viscosity<S>(std::span<const S>, const S&) const;     \
  template S LaliberteModel::heat_capacity<S>(std::span<const S>, const S&) const;
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

}  // namespace brineflow
