#include "physics/ion_transport.hpp"

#include "base/error.hpp"
#include "physics/water.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace brineflow {
namespace {

constexpr double room = 298.15;  // K, of the diffusivities
constexpr double pi = 3.14159265358979324;
// CODATA 2018.
constexpr double elementary_charge = 1.602176634e-19, boltzmann = 1.380649e-23, avogadro = 6.02214076e23, vacuum_permittivity = 8.8541878128e-12;

// Absent ions count as this much when the charges around an ion are averaged [mol/m3].
constexpr double trace = 1e-6;

// Square root of the concentration at which association is half complete [(mol/m3)^.5]: 0.1 (mol/L)^.5.
constexpr double half_associated = 3.16227766016838;

}  // namespace

IonTransport::IonTransport(const ComponentSet& components, const IonTransportParameters& parameters)
    : size_(components.size()), association_(parameters.association) {
  charge_.push_back(0.0);
  solute_.emplace_back();
  for (std::size_t i = 1; i < size_; ++i) {
    const auto is_this = [&](const auto& solute) { return solute.name == components[i].name; };
    const auto found = std::find_if(parameters.solutes.begin(), parameters.solutes.end(), is_this);
    if (found == parameters.solutes.end())
      throw InputError(fmt::format("transport set {} has no diffusivity of {}", parameters.name, components[i].name));
    charge_.push_back(components[i].charge);
    solute_.push_back(*found);
  }
}

template <Scalar S>
S IonTransport::diffusivity(std::size_t i, const S& T, const S& viscosity) const {
  const S water = water_viscosity(T);
  const S fluidity = S(water_viscosity(room)) / water;
  return S(solute_[i].diffusivity / room) * T * exp(S(solute_[i].temperature_exponent) * log(fluidity)) * (water / viscosity);
}

template <Scalar S>
S IonTransport::limiting_conductivity(std::size_t i, const S& T) const {
  // Nernst-Einstein: lambda = |z| F^2 D / (R T).
  return S(std::abs(charge_[i]) * faraday_constant * faraday_constant / gas_constant) * diffusivity(i, T, S(water_viscosity(T))) / T;
}

template <Scalar S>
S IonTransport::conductivity(std::span<const S> amounts, const S& volume, const S& T, const S& viscosity) const {
  // Ionic strength, and the mean charge of the counter-ions of cations [0] and anions [1], by equivalents.
  std::array<S, 2> equivalents{S(trace), S(trace)}, squares{S(trace), S(trace)};
  const S per_volume = S(1.0) / volume;
  for (std::size_t i = 1; i < size_; ++i) {
    if (charge_[i] == 0.0) continue;
    const double z = std::abs(charge_[i]);
    const std::size_t opposite = charge_[i] > 0.0 ? 1 : 0;
    const S c = smooth_positive(S(amounts[i] * per_volume), trace);
    equivalents[opposite] += S(z) * c;
    squares[opposite] += S(z * z) * c;
  }
  const std::array<S, 2> counter_charge{squares[0] / equivalents[0], squares[1] / equivalents[1]};
  const S root = sqrt(S(0.5) * (squares[0] + squares[1]));  // of the ionic strength in mol/m3

  // Onsager's two effects for 1-1 salts: relaxation l_B kappa/3 q/(1 + sqrt q), q = 1/2, as a fraction, and
  // electrophoresis e F kappa/(6 pi mu_w) [S m2 per mole of charges]; kappa = (8 pi l_B N_A I)^.5.
  const S bjerrum = S(elementary_charge * elementary_charge / (4.0 * pi * vacuum_permittivity * boltzmann)) / (water_permittivity(T) * T);
  const S kappa = sqrt(S(8.0 * pi * avogadro) * bjerrum) * root;
  const S relaxation = S(0.5 / (3.0 * (1.0 + std::sqrt(0.5)))) * bjerrum * kappa;
  const S electrophoresis = S(elementary_charge * faraday_constant / (6.0 * pi)) * kappa / water_viscosity(T);
  const S thickening = log(viscosity / water_viscosity(T));
  const S pairs = S(association_) * root / (root + S(half_associated));

  S result = S(0.0);
  for (std::size_t i = 1; i < size_; ++i) {
    if (charge_[i] == 0.0) continue;
    const double z = std::abs(charge_[i]);
    const auto& mobility = solute_[i].mobility;
    const S lambda = limiting_conductivity(i, T);
    const S product = S(z) * counter_charge[charge_[i] > 0.0 ? 0 : 1];
    const S excess = (product - S(1.0)) * S(1.0 / 3.0);  // 1 for 2-2 salts
    const S slope = relaxation * product + electrophoresis * S(z) / lambda;
    const S hindrance = slope / (S(1.0) + S(mobility.size * std::sqrt(1e-3)) * root) + pairs * excess * excess * excess +
                        S(mobility.viscosity) * thickening;
    result += S(z) * amounts[i] * lambda * exp(-hindrance);
  }
  return result * per_volume;
}

template <Scalar S>
S IonTransport::ideal_conductivity(std::span<const S> amounts, const S& volume, const S& T) const {
  S result = S(0.0);
  for (std::size_t i = 1; i < size_; ++i)
    if (charge_[i] != 0.0) result += S(std::abs(charge_[i])) * amounts[i] * limiting_conductivity(i, T);
  return result / volume;
}

#define BRINEFLOW_INSTANTIATE(S)                                                                              \
  template S IonTransport::diffusivity<S>(std::size_t, const S&, const S&) const;                             \
  template S IonTransport::conductivity<S>(std::span<const S>, const S&, const S&, const S&) const;           \
  template S IonTransport::ideal_conductivity<S>(std::span<const S>, const S&, const S&) const;
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

}  // namespace brineflow
