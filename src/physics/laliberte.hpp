// Density and viscosity of mixed brines after Laliberte & Cooper.
#pragma once

#include "base/scalar.hpp"
#include "physics/components.hpp"

#include <array>
#include <span>
#include <string>
#include <vector>

namespace brineflow {

// Coefficients by salt, as published: temperatures in degC, mass fractions, densities in kg/m3, viscosities in mPa s.
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
    Fit density_fit, viscosity_fit;
  };
  std::string name;  // for messages
  std::vector<Salt> salts;
};

// The model for one ComponentSet. Immutable; evaluation allocates nothing (but for Trace).
//
// The mass of every ion is shared among its tabulated salts in proportion to the equivalents of their
// counter-ions: smooth, homogeneous, conserving mass, exact for one salt. An ion pair without coefficients
// (CaSO4) takes no share: Ca goes to CaCl2, SO4 to the other sulfates. Neutral solutes count as water.
class LaliberteModel {
 public:
  // Throws InputError for an ion of the set without any tabulated salt.
  LaliberteModel(const ComponentSet& components, const LaliberteParameters& parameters);

  // Volume [m3 per the unit of amounts] of `amounts` [mol, or any factor]; T [K].
  template <Scalar S>
  S volume(std::span<const S> amounts, const S& T) const;

  // Dynamic viscosity [Pa s].
  template <Scalar S>
  S viscosity(std::span<const S> amounts, const S& T) const;

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
  std::vector<Salt> salts_;
};

}  // namespace brineflow
