// Diffusivities of solutes and the electrical conductivity of brines. docs/equations/brine_transport.md derives them.
#pragma once

#include "base/scalar.hpp"
#include "physics/components.hpp"

#include <span>
#include <string>
#include <vector>

namespace brineflow {

struct IonTransportParameters {
  // How the mobility of an ion falls with concentration and with viscosity.
  struct Mobility {
    double size = 0.0;      // B, (L/mol)^.5
    double viscosity = 0.0; // alpha, exponent of mu_w/mu
  };
  struct Solute {
    std::string name;                   // "Na+"
    double diffusivity = 0.0;           // in water at 25 degC and infinite dilution, m2/s
    double temperature_exponent = 1.0;  // s: D/T goes with mu_w^-s; 1 is Stokes-Einstein
    Mobility mobility;                  // of ions; of no meaning for neutral solutes
  };
  std::string name;  // for messages
  std::vector<Solute> solutes;
  double association = 0.0;  // k_A of the ions of 2-2 salts
};

// The model for one ComponentSet. Immutable; evaluation allocates nothing (but for Trace).
class IonTransport {
 public:
  // Throws InputError for a solute of the set without a diffusivity.
  IonTransport(const ComponentSet& components, const IonTransportParameters& parameters);

  // Tracer diffusivity [m2/s] of component i > 0 in a solution of `viscosity` [Pa s]; T [K].
  //   D = D25 (T/T25) (mu_w(T25)/mu_w(T))^s mu_w(T)/mu
  template <Scalar S>
  S diffusivity(std::size_t i, const S& T, const S& viscosity) const;

  // Electrical conductivity [S/m] of `amounts` [mol, or any factor] in `volume` [m3 per the same factor].
  template <Scalar S>
  S conductivity(std::span<const S> amounts, const S& volume, const S& T, const S& viscosity) const;

  // The same without interactions between the ions: sum z^2 c D F^2/RT, in water.
  template <Scalar S>
  S ideal_conductivity(std::span<const S> amounts, const S& volume, const S& T) const;

 private:
  template <Scalar S>
  S limiting_conductivity(std::size_t i, const S& T) const;  // S m2 per mole of charges

  std::size_t size_ = 0;
  std::vector<double> charge_;
  std::vector<IonTransportParameters::Solute> solute_;
  double association_ = 0.0;
};

}  // namespace brineflow
