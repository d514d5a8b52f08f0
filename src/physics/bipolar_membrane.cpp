#include "physics/bipolar_membrane.hpp"

#include "physics/water.hpp"

#include <algorithm>
#include <cmath>

namespace brineflow::stack {
namespace {

constexpr double trace = 1e-4;  // mol/m3, of ions that may be absent
constexpr double cations_of_leakage = 0.5;  // of the current of salt: cations and anions alike

// Ions of salt of one sign in a channel: neither H+ nor OH- [mol/m3 of charge].
template <Scalar S>
S salt_equivalents(const BipolarSolutes& solutes, const ChannelPoint<S>& at, bool cations) {
  S sum(0.0);
  for (std::size_t i = 0; i < solutes.charge.size(); ++i)
    if (const int z = solutes.charge[i]; z != 0 && (z > 0) == cations && i != solutes.hydrogen && i != solutes.hydroxide)
      sum += static_cast<double>(std::abs(z)) * smooth_positive(at.c[i], trace);
  return sum;
}

// Adds what `charges` [mol/(m2 s)] of ions of salt of one sign carry, in proportion to their equivalents in `source`.
template <Scalar S>
void add_salt(const BipolarSolutes& solutes, const ChannelPoint<S>& source, bool cations, const S& charges, std::span<S> flux) {
  const S total = salt_equivalents(solutes, source, cations);
  for (std::size_t i = 0; i < solutes.charge.size(); ++i)
    if (const int z = solutes.charge[i]; z != 0 && (z > 0) == cations && i != solutes.hydrogen && i != solutes.hydroxide)
      flux[i + 1] += (cations ? 1.0 : -1.0) * charges * smooth_positive(source.c[i], trace) / total;
}

}  // namespace

template <Scalar S>
S salt_current(const BipolarSolutes& solutes, const BipolarNumbers<S>& numbers, const BipolarLayers& layers, const ChannelPoint<S>& base,
               const ChannelPoint<S>& acid, const S& current) {
  const S share = numbers.salt_leakage * current;
  if (layers.fixed_charge == 0.0) return share;
  // (B4) at most i_L = F D (c_acid + c_base)^2 / (X d), the corner rounded by a thousandth of i_L
  const S c = salt_equivalents(solutes, acid, true) + salt_equivalents(solutes, base, false);
  const S limit = faraday_constant * numbers.layer_diffusivity * c * c / (layers.fixed_charge * layers.thickness);
  const S rest = current - share, beyond = rest - limit;
  return share + 0.5 * (rest + limit - sqrt(beyond * beyond + 1e-6 * limit * limit + S(1e-12)));
}

template <Scalar S>
void add_bipolar_fluxes(const BipolarSolutes& solutes, const BipolarNumbers<S>& numbers, const BipolarLayers& layers, const ChannelPoint<S>& base,
                        const ChannelPoint<S>& acid, const S& current, const S& T, std::span<S> flux) {
  // (B2) H2O -> H+ + OH-, the water from either side half
  const S of_salt = salt_current(solutes, numbers, layers, base, acid, current);
  const S split = (current - of_salt) / faraday_constant;
  flux[solutes.hydrogen + 1] += split;
  flux[0] -= 0.5 * split;
  // (B3) cations of the base to the acid, anions of the acid to the base
  add_salt(solutes, base, true, S(cations_of_leakage * of_salt / faraday_constant), flux);
  add_salt(solutes, acid, false, S((1.0 - cations_of_leakage) * of_salt / faraday_constant), flux);
  // (B5) diffusion with one permeability for all, electro-osmosis, osmosis
  for (std::size_t i = 0; i < solutes.charge.size(); ++i) flux[i + 1] -= numbers.salt_permeability * (acid.c[i] - base.c[i]);
  flux[0] += numbers.water_number * current / faraday_constant +
             numbers.water_permeability * (acid.osmotic_pressure - base.osmotic_pressure) * water_density(T) / water_molar_mass;
}

template <Scalar S>
S reversible_potential(const ChannelPoint<S>& base, const ChannelPoint<S>& acid, const S& T) {
  return gas_constant / faraday_constant * T * (acid.log_hydrogen + base.log_hydroxide_by_water - log_water_ion_product(T));
}

namespace {

// Onsager's enhancement of dissociation, I_1(sqrt(8 b)) / sqrt(2 b) = sum (2 b)^k / (k! (k + 1)!), and its slope.
struct Enhancement {
  double value = 1.0, slope = 0.0;
};
Enhancement enhancement(double b) {
  Enhancement result;
  double term = 1.0;
  for (int k = 1; k < 500; ++k) {
    term *= 2.0 * b / (k * (k + 1.0));
    result.value += term;
    result.slope += k * term / b;
    if (term < 1e-17 * result.value) break;
  }
  return result;
}

}  // namespace

template <Scalar S>
S junction_potential(const BipolarJunction& junction, const S& current, const S& T) {
  // b = e^3 E / (8 pi eps eps_0 k^2 T^2); the thickness of the space charge is eps eps_0 E / (F X), so that
  //   i = F rate f(b) eps eps_0 E / (F X),  U = eps eps_0 E^2 / (F X)
  constexpr double pi = 3.14159265358979324, k = 1.380649e-23, e = 1.602176634e-19, eps_0 = 8.8541878128e-12;
  const double eps = junction.permittivity * eps_0, t = value_of(T);
  const double beta = e * e * e / (8.0 * pi * eps * k * k * t * t);
  const double target = smooth_positive(value_of(current), 1e-6) * junction.fixed_charge / (junction.rate * eps);  // f(beta E) E
  // Newton's method for ln E: ln(E f) is convex and rises, so that it converges from above, where f = 1 would have it.
  double E = target;
  for (int iteration = 0; iteration < 200; ++iteration) {
    const double b = std::min(beta * E, 1e4);
    const Enhancement f = enhancement(b);
    const double step = (std::log(E * f.value) - std::log(target)) / (1.0 + b * f.slope / f.value);
    E *= std::exp(-step);
    if (std::abs(step) < 1e-14) break;
  }
  const double b = beta * E;
  const Enhancement f = enhancement(b);
  // d ln E (1 + g) = d ln target + 2 g d ln T with g = d ln f / d ln b
  const double g = b * f.slope / f.value;
  const double U = eps * E * E / (faraday_constant * junction.fixed_charge);
  const S positive = smooth_positive(current, 1e-6);
  return chain(positive, U, 2.0 * U / (1.0 + g) / value_of(positive)) + chain(T, 0.0, 2.0 * U * 2.0 * g / (1.0 + g) / t);
}

#define BRINEFLOW_INSTANTIATE(S)                                                                                                         \
  template S salt_current<S>(const BipolarSolutes&, const BipolarNumbers<S>&, const BipolarLayers&, const ChannelPoint<S>&,              \
                             const ChannelPoint<S>&, const S&);                                                                          \
  template void add_bipolar_fluxes<S>(const BipolarSolutes&, const BipolarNumbers<S>&, const BipolarLayers&, const ChannelPoint<S>&,     \
                                      const ChannelPoint<S>&, const S&, const S&, std::span<S>);                                         \
  template S reversible_potential<S>(const ChannelPoint<S>&, const ChannelPoint<S>&, const S&);                                          \
  template S junction_potential<S>(const BipolarJunction&, const S&, const S&);
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

}  // namespace brineflow::stack
