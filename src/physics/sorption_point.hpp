// What a sorption law is given and what it asks for.
#pragma once

#include "base/scalar.hpp"
#include "physics/brine.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace brineflow {

// Something the solid holds, as a sum of components: LiCl = Li+ + Cl-. Uptake moves these together, so that a
// species without net charge leaves the brine without net charge.
struct SorbedSpecies {
  std::string name;
  std::vector<int> stoichiometry;  // one entry a component, not negative
  std::size_t follows = 0;         // the component whose concentration drives it, all laws but (S4)
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

struct SorptionParameter {
  std::string_view name;
  std::string_view unit;
  std::string_view meaning;
  bool positive = false;  // zero is refused: the law divides by it
};

}  // namespace brineflow
