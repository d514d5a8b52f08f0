#include "units/stack_acid_base.hpp"

#include "base/error.hpp"
#include "physics/water.hpp"

#include <cstdlib>

namespace brineflow {
namespace {

constexpr double least = 1e-12;  // mol/kg of counter-ions, so that a solution without any has a mean too

ComponentSet with_hydroxide(const ComponentSet& components) {
  if (!components.find("H+") || components.find("OH-"))
    throw InputError("acid and base need H+ among the components, whose total is negative in a base, and no OH- beside it");
  std::vector<Component> species(components.begin(), components.end());
  species.push_back(*known_component("OH-"));
  return ComponentSet(std::move(species));
}

}  // namespace

AcidBase::AcidBase(const Brine& brine)
    : species_(std::make_shared<const Brine>(brine.over(with_hydroxide(brine.components())))), hydrogen_(*brine.components().find("H+")),
      hydroxide_(brine.components().size()) {}

template <Scalar S>
AcidBase::Amounts<S> AcidBase::species_of(std::span<const S> amounts, const S& T) const {
  Amounts<S> species{};
  for (std::size_t i = 0; i < amounts.size(); ++i) species[i] = amounts[i];
  // (B1) n_H - n_OH = total, n_H n_OH = K_w w^2 with the mass of water w. The scarcer of the two as a quotient: a difference
  // would be nothing but rounding.
  const S& total = amounts[hydrogen_];
  const S neutral = exp(S(0.5 * log_water_ion_product(T))) * amounts[0] * water_molar_mass;
  const S magnitude = select(total, total, S(-total));
  const S larger = 0.5 * (magnitude + sqrt(total * total + 4.0 * neutral * neutral)), smaller = neutral * neutral / larger;
  species[hydrogen_] = select(total, larger, smaller);
  species[hydroxide_] = select(total, smaller, larger);
  species[0] = amounts[0] - species[hydroxide_];
  return species;
}

// Of an ion with the counter-ions of the solution, by their equivalents: (|z'| ln gamma + |z| ln gamma') / (|z| + |z'|). A
// single ion's coefficient is a convention, that of a salt is not.
template <Scalar S>
S AcidBase::mean_coefficient(std::span<const S> species, std::span<const S> ln_gamma, std::size_t ion) const {
  const ComponentSet& set = species_->components();
  const double z = set[ion].charge;
  S sum(0.0), weights(0.0);
  for (std::size_t i = 1; i < species.size(); ++i) {
    const double other = set[i].charge;
    if (other * z >= 0.0) continue;
    const S weight = std::abs(other) * smooth_positive(S(species[i] / species[0]), least);
    sum += weight * (std::abs(other) * ln_gamma[ion] + std::abs(z) * ln_gamma[i]) / (std::abs(z) + std::abs(other));
    weights += weight;
  }
  return sum / weights;
}

template <Scalar S>
S AcidBase::log_hydrogen(std::span<const S> species, const S& T) const {
  Amounts<S> ln_gamma{};
  species_->log_activity_coefficients(species, T, std::span<S>(ln_gamma).first(species.size()));
  return log(species[hydrogen_] / (species[0] * water_molar_mass)) +
         mean_coefficient<S>(species, std::span<const S>(ln_gamma).first(species.size()), hydrogen_);
}

template <Scalar S>
S AcidBase::log_hydroxide_by_water(std::span<const S> species, const S& T) const {
  Amounts<S> ln_gamma{};
  species_->log_activity_coefficients(species, T, std::span<S>(ln_gamma).first(species.size()));
  return log(species[hydroxide_] / (species[0] * water_molar_mass)) +
         mean_coefficient<S>(species, std::span<const S>(ln_gamma).first(species.size()), hydroxide_) - ln_gamma[0];
}

#define BRINEFLOW_INSTANTIATE(S)                                                                        \
  template AcidBase::Amounts<S> AcidBase::species_of<S>(std::span<const S>, const S&) const;            \
  template S AcidBase::log_hydrogen<S>(std::span<const S>, const S&) const;                             \
  template S AcidBase::log_hydroxide_by_water<S>(std::span<const S>, const S&) const;
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

}  // namespace brineflow
