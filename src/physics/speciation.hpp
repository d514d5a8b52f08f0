// Which species a solution holds: acid-base, carbonate, borate and ion-pair equilibria, with pH.
#pragma once

#include "base/scalar.hpp"
#include "physics/components.hpp"
#include "physics/pitzer.hpp"
#include "physics/temperature_function.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace brineflow {

// A species in equilibrium with the components: log10 K = log10 a(name) - sum nu log10 a(component).
struct Formation {
  std::string name;                                  // "OH-"
  std::vector<std::pair<std::string, double>> from;  // {H2O: 1, H+: -1}
  TemperatureFunction log_K;
};

// Distributes the totals of the components over all species that they form. Components are what is conserved:
// H2O, the ions that do not react, and for each family one member (H+, HCO3-, B(OH)3). The total of H+ counts
// what it would take to make the solution from its components and is negative in a solution that holds more
// OH- and CO3-2 than H+ and CO2.
//
// Immutable, without state: any number of threads may use one. Evaluation for double, Dual and Trace; the
// derivatives of Dual come from the equations by implicit differentiation, so the species are smooth
// functions inside a DAE.
class Speciation {
 public:
  // Formations with a component that the set lacks are left out, as are species that are components
  // themselves. Throws InputError for a species the program does not know, more than ComponentSet::max_size
  // species, one that does not conserve charge or elements, or a Pitzer set that lacks an ion.
  Speciation(ComponentSet components, const PitzerParameters& activities,
             const std::vector<Formation>& formations);

  const ComponentSet& components() const { return components_; }
  const ComponentSet& species() const { return species_; }  // the components first, in their order
  const PitzerModel& activities() const { return model_; }
  bool trivial() const { return formed_.empty(); }  // no species beside the components

  // Amounts of all species from the totals of the components [mol, or any factor of it; water must be
  // positive, totals of the others may be slightly negative, that of H+ any]. T in K. Throws NoEquilibrium
  // when Newton's method finds none.
  template <Scalar S>
  void speciate(std::span<const S> totals, const S& T, std::span<S> amounts) const;

  // ln of the molal activities of the components at speciated `amounts` of all species; [0] is ln a_w. Those
  // of an absent component are that of 1e-30 mol/kg.
  template <Scalar S>
  void log_activities(std::span<const S> amounts, const S& T, std::span<S> ln_a) const;

  // The total of H+ at which the solution has this pH = -log10 a(H+), unscaled single-ion convention; the
  // other totals stay. Throws InputError without H+ among the components, NoEquilibrium as above.
  double hydrogen_at_pH(std::span<const double> totals, double T, double pH) const;

  // -log10 a(H+) at speciated amounts; nothing without H+.
  std::optional<double> pH(std::span<const double> amounts, double T) const;

 private:
  static constexpr std::size_t max_size = ComponentSet::max_size;
  using Vector = PitzerModel::Vector;
  struct Formed {                                      // one species beside the components
    std::size_t species;                               // its index
    std::vector<std::pair<std::size_t, double>> from;  // components, water included
    TemperatureFunction log_K;
  };
  struct State;   // an iterate: ln molalities of the unknown species and the mass of water
  struct System;  // the equations at an iterate, linearised

  Vector log_constants(double T) const;
  Vector floored(std::span<const double> totals) const;
  double guess_hydrogen(const Vector& totals, const Vector& ln_K, const Vector& ln_gamma, double water) const;
  State first_guess(const Vector& totals, const Vector& ln_K, double T, std::optional<double> pH) const;
  void linearise(const Vector& totals, const Vector& ln_K, double T, std::optional<double> pH, State& state,
                 System& system) const;
  State solve(const Vector& totals, double T, std::optional<double> pH, System& system) const;
  void amounts_with_slopes(std::span<const Dual> totals, const Dual& T, const State& state,
                           const System& system, std::span<Dual> amounts) const;

  ComponentSet components_, species_;
  PitzerModel model_;
  std::vector<Formed> formed_;
  std::vector<std::size_t> reacting_;  // components other than water that some formed species contains
  std::vector<std::size_t> unknown_;   // reacting components, then formed species: all indices of species
  std::optional<std::size_t> hydrogen_;
};

}  // namespace brineflow
