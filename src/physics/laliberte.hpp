// Density, viscosity and heat capacity of mixed brines after Laliberte & Cooper.
#pragma once

#include "base/scalar.hpp"
#include "physics/components.hpp"

#include <array>
#include <span>
#include <string>
#include <vector>

namespace brineflow {

// Coefficients by salt, as published: temperatures in degC, mass fractions, densities in kg/m3, viscosities in mPa s,
// heat capacities in kJ/(kg K).
struct LaliberteParameters {
  struct Fit {
    double T_min = 0.0, T_max = 0.0;  // degC
    double w_max = 0.0;               // mass fraction of salt
  };
  struct Salt {
    std::string name;             // "MgCl2"
    std::string cation, anion;    // "Mg+2", "Cl-"
    std::array<double, 5> density{};    // c0 .. c4 of Laliberte & Cooper (2004) eq. 10
    std::array<double, 6> viscosity{};  // v1 .. v6 of Laliberte (2007) eq. 12
    std::array<double, 6> heat_capacity{};  // a1 .. a6 of Laliberte (2009)
    Fit density_fit, viscosity_fit, heat_capacity_fit;
  };
  std::string name;  // for messages
  std::vector<Salt> salts;
  std::vector<std::string> without_coefficients;  // ions that count as water where no salt of the case carries them
};

// The model for one ComponentSet. Immutable; evaluation allocates nothing (but for Trace).
//
// The mass of every ion is shared among its tabulated salts in proportion to the equivalents of their
// counter-ions: smooth, homogeneous, conserving mass, exact for one salt. An ion pair without coefficients
// (CaSO4) takes no share: Ca goes to CaCl2, SO4 to the other sulfates. Neutral solutes count as water, by mass, and so
// do the ions of `without_coefficients` that no salt of the case carries.
class LaliberteModel {
 public:
  // Throws InputError for an ion of the set without any tabulated salt and not listed as without coefficients.
  LaliberteModel(const ComponentSet& components, const LaliberteParameters& parameters);

  // Volume [m3 per the unit of amounts] of `amounts` [mol, or any factor]; T [K].
  template <Scalar S>
  S volume(std::span<const S> amounts, const S& T) const;

  // Dynamic viscosity [Pa s].
  template <Scalar S>
  S viscosity(std::span<const S> amounts, const S& T) const;

  // Isobaric heat capacity [J/K per the unit of amounts].
  template <Scalar S>
  S heat_capacity(std::span<const S> amounts, const S& T) const;

  // Mass of the ions counted as water for want of coefficients [kg per the unit of amounts].
  double uncounted_mass(std::span<const double> amounts) const;

  // Which salts stand for the ions, with the mass of each (double only; for range checks and reports).
  struct SaltMass {
    const LaliberteParameters::Salt* salt;
    double mass;  // kg per the unit of amounts
  };
  std::vector<SaltMass> salt_masses(std::span<const double> amounts) const;

 private:
  static constexpr std::size_t max_salts = 32;
  struct Salt {
    std::size_t cation, anion;  // indices into the ComponentSet
    double viscosity_cap;       // mass fraction
    LaliberteParameters::Salt data;
  };
  template <Scalar S>
  struct Split;
  template <Scalar S>
  Split<S> split(std::span<const S> amounts) const;

  std::size_t size_ = 0;
  std::vector<double> molar_mass_, charge_;
  std::vector<bool> as_water_;  // solutes without a salt
  std::vector<Salt> salts_;
};

}  // namespace brineflow
