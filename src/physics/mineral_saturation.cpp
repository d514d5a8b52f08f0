#include "physics/mineral_saturation.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace brineflow {
namespace {

constexpr double ln_10 = 2.302585092994046;
constexpr double least_molality = 1e-8;  // mol/kg, width of the corner at zero

}  // namespace

template <Scalar S>
void log_component_activities(const Brine& brine, std::span<const S> amounts, const S& T, std::span<S> ln_a) {
  std::array<S, ComponentSet::max_size> species, ln_gamma;
  const std::size_t n = amounts.size();
  if (const Speciation* speciation = brine.speciation()) {
    const std::size_t count = speciation->species().size();
    speciation->speciate(amounts, T, std::span<S>(species).first(count));
    speciation->activities().log_activity(std::span<const S>(species).first(count), T, std::span<S>(ln_gamma).first(count));
  } else {
    for (std::size_t i = 0; i < n; ++i) species[i] = amounts[i];
    brine.log_activity_coefficients(amounts, T, std::span<S>(ln_gamma).first(n));
  }
  const S per_water = 1.0 / (species[0] * brine.components()[0].molar_mass);
  ln_a[0] = ln_gamma[0];
  for (std::size_t i = 1; i < n; ++i) {
    // Free H+ of a speciated brine is positive and may be far below what counts as nothing of another ion.
    const double width = brine.components()[i].name == "H+" ? 1e-14 : least_molality;
    ln_a[i] = ln_gamma[i] + log(smooth_positive(S(species[i] * per_water), width));
  }
}

DissolvingMineral::DissolvingMineral(const ComponentSet& components, const Mineral& mineral) : log_K_(mineral.log_K) {
  double charge = 0.0;
  for (const auto& [name, nu] : mineral.dissolves_to) {
    const auto at = components.find(name);
    if (!at) throw InputError(fmt::format("{} dissolves to {}, which is no component", mineral.name, name));
    parts_.push_back({*at, nu});
    charge += nu * components[*at].charge;
    molar_mass_ += nu * components[*at].molar_mass;
    if (*at != 0 && nu > 0.0) ions_ += nu;
  }
  if (std::abs(charge) > 1e-9) throw InputError(fmt::format("{} does not conserve charge as it dissolves", mineral.name));
  if (!(molar_mass_ > 0.0) || !(ions_ > 0.0)) throw InputError(fmt::format("{} dissolves to nothing", mineral.name));
}

template <Scalar S>
S DissolvingMineral::saturation_index(std::span<const S> ln_a, const S& T) const {
  const TemperatureTerms terms(value_of(T));
  S sum = -chain(T, log_K_.at(terms), log_K_.slope(terms));
  for (const Part& part : parts_) sum += (part.nu / ln_10) * ln_a[part.component];
  return sum;
}

template <Scalar S>
S DissolvingMineral::saturation_ratio(std::span<const S> ln_a, const S& T) const {
  return exp(S(saturation_index(ln_a, T) * (ln_10 / ions_)));
}

#define BRINEFLOW_INSTANTIATE(S)                                                                                    \
  template void log_component_activities<S>(const Brine&, std::span<const S>, const S&, std::span<S>);              \
  template S DissolvingMineral::saturation_index<S>(std::span<const S>, const S&) const;                            \
  template S DissolvingMineral::saturation_ratio<S>(std::span<const S>, const S&) const;
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

}  // namespace brineflow
