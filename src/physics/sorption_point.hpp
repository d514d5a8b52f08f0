// What a sorption law is given and what it asks for.
#pragma once

#include "base/scalar.hpp"
#include "physics/brine.hpp"
#include "physics/water.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace brineflow {

// Something the solid holds, as a sum of components: LiCl = Li+ + Cl-. Uptake moves these together, so that a
// species without net charge leaves the brine without net charge. What the solid gives back for it counts negative:
// Li+ - H+ is lithium in the place of a proton.
struct SorbedSpecies {
  std::string name;
  std::vector<int> stoichiometry;  // one entry a component
  std::size_t follows = 0;         // the component whose concentration drives it, all laws but (S4)

  // The first component that the solid gives back; 0, water, where it gives back nothing.
  std::size_t given_back() const {
    for (std::size_t i = 1; i < stoichiometry.size(); ++i)
      if (stoichiometry[i] < 0) return i;
    return 0;
  }
};

// What a law sees at one place. All spans belong to the caller.
template <Scalar S>
struct SorptionPoint {
  const Brine& brine;
  std::span<const SorbedSpecies> species;
  std::span<const S> p;                            // parameters, species by species
  std::span<const S> c;                            // [mol/m3] every component, water positive
  const S& T;                                      // [K]
  std::size_t stride = p.size() / species.size();  // parameters a species

  // Parameter n of species j.
  const S& parameter(std::size_t j, std::size_t n) const { return p[j * stride + n]; }
  // [mol/m3] concentration that drives species j.
  const S& driving(std::size_t j) const { return c[species[j].follows]; }
};

enum class Admissible { not_negative, positive, any_sign };  // positive: the law divides by it

struct SorptionParameter {
  std::string_view name;
  std::string_view unit;
  std::string_view meaning;
  Admissible sign = Admissible::not_negative;
  std::string_view default_text = {};  // none: a number that has to be given
};

// (T1) K(T) = K exp(-dH/R (1/T - 1/T_ref)): van 't Hoff with an enthalpy of sorption that does not change with T.
template <Scalar S>
S at_temperature(const S& K, const S& enthalpy, const S& reference, const S& T) {
  return K * exp(S(-enthalpy / gas_constant * (1.0 / T - 1.0 / reference)));
}

// The numbers of (T1), the same in every law that has it.
inline constexpr SorptionParameter sorption_enthalpy = {
    "enthalpy", "kJ/mol", "enthalpy of sorption; K changes with temperature by it (van 't Hoff)", Admissible::any_sign, "0 kJ/mol"};
inline constexpr SorptionParameter sorption_reference_temperature = {
    "reference_temperature", "degC", "temperature at which K holds", Admissible::positive, "25 degC"};

}  // namespace brineflow
