// Pure water and the constants of nature the brine models share.
#pragma once

#include "base/scalar.hpp"

namespace brineflow {

inline constexpr double gas_constant = 8.31446261815324;      // J/(mol K), CODATA 2018, exact
inline constexpr double faraday_constant = 96485.33212331;    // C/mol, CODATA 2018, exact
inline constexpr double ice_point = 273.15;                   // K at 0 degC, by definition
inline constexpr double water_molar_mass = 0.018015;          // kg/mol, IUPAC 2021 abridged (H 1.0080, O 15.999)

// Density of water at 1 atm [kg/m3]; T [K], 0 to 150 degC.
// Kell, J. Chem. Eng. Data 20 (1975) 97, eq. 16.
template <Scalar S>
S water_density(const S& T);

// Viscosity of water [Pa s]; T [K], 0 to 150 degC.
// Laliberte, J. Chem. Eng. Data 52 (2007) 321, eq. 13.
template <Scalar S>
S water_viscosity(const S& T);

// Isobaric heat capacity of liquid water at 0.1 MPa [J/(kg K)]; T [K], -20 to 110 degC.
// IAPWS SR6-08(2011), eq. 1; Patek et al., J. Phys. Chem. Ref. Data 38 (2009) 21.
template <Scalar S>
S water_heat_capacity(const S& T);

// ln of the saturation pressure of water over 1 Pa; T [K], 0 to 370 degC.
// Wagner & Pruss, J. Phys. Chem. Ref. Data 22 (1993) 783, eq. 1 (IAPWS SR1-86(1992)).
template <Scalar S>
S log_saturation_pressure(const S& T);

// Its slope [1/K].
template <Scalar S>
S log_saturation_pressure_slope(const S& T);

// Relative permittivity of water at 1 bar; T [K], 0 to 100 degC (fitted to 350).
// Bradley & Pitzer, J. Phys. Chem. 83 (1979) 1599; coefficients from memory, 78.38 at 25 degC is theirs.
template <Scalar S>
S water_permittivity(const S& T);

// ln of the ion product of water, a(H+) a(OH-) / a(H2O), molal; T [K], 0 to 100 degC at 1 atm.
// Marshall & Franck, J. Phys. Chem. Ref. Data 10 (1981) 295; coefficients from memory, -13.995 (log10) at 25 degC is theirs.
template <Scalar S>
S log_water_ion_product(const S& T);

// Debye-Hueckel slope of the osmotic coefficient, A_phi [kg^.5/mol^.5], from permittivity and density; T [K].
template <Scalar S>
S debye_hueckel_slope(const S& T);

}  // namespace brineflow
