// Acid and base in the channels of a stack: how much H+ and OH- there is in a solution whose streams carry the total of H+.
//
// A stream that holds base has a negative total of H+ (docs/equations/speciation.md): 1 mol of LiOH is Li+ + H2O - H+. Here
// OH- becomes a species of its own, the last one, in equilibrium with H+ and water. Nothing else reacts.
#pragma once

#include "physics/brine.hpp"

#include <array>
#include <memory>
#include <span>

namespace brineflow {

class AcidBase {
 public:
  template <Scalar S>
  using Amounts = std::array<S, ComponentSet::max_size>;

  // Throws InputError where H+ is no component or OH- is one, or where the brine's models do not know OH-.
  explicit AcidBase(const Brine& brine);

  const Brine& brine() const { return *species_; }  // over the components and OH-
  std::size_t hydrogen() const { return hydrogen_; }
  std::size_t hydroxide() const { return hydroxide_; }

  // Of what the totals `amounts` of the components are made: B1 of docs/equations/bipolar_electrodialysis.md.
  template <Scalar S>
  Amounts<S> species_of(std::span<const S> amounts, const S& T) const;

  // The totals that pass with fluxes of the species: OH- = H2O - H+.
  template <Scalar S>
  void to_components(std::span<S> flux) const {
    flux[0] += flux[hydroxide_];
    flux[hydrogen_] -= flux[hydroxide_];
    flux[hydroxide_] = S(0.0);
  }

  // ln of the molal activities of H+ and of OH- over water, with mean coefficients of the acid and of the base (B6).
  template <Scalar S>
  S log_hydrogen(std::span<const S> species, const S& T) const;
  template <Scalar S>
  S log_hydroxide_by_water(std::span<const S> species, const S& T) const;

 private:
  template <Scalar S>
  S mean_coefficient(std::span<const S> species, std::span<const S> ln_gamma, std::size_t ion) const;

  std::shared_ptr<const Brine> species_;
  std::size_t hydrogen_ = 0, hydroxide_ = 0;
};

}  // namespace brineflow
