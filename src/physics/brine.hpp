// What a brine is like: density, viscosity, activities, osmotic pressure, heat capacity, conductivity, boiling point, from
// its composition and temperature.
#pragma once

#include "base/scalar.hpp"
#include "physics/boiling.hpp"
#include "physics/components.hpp"
#include "physics/ion_transport.hpp"
#include "physics/laliberte.hpp"
#include "physics/pitzer.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace brineflow {

// One way in which a brine leaves the range its models were fitted on.
struct RangeCheck {
  std::string what;    // "temperature", "molality of LiCl", ...
  double value = 0.0;  // SI, as `limit`; molalities in mol/kg, mass fractions as such
  double limit = 0.0;
  std::string text;    // a sentence for the user, with units
};

class Speciation;

// The chemistry of one case. A value: copies share the same immutable tables, and any number may live at once.
//
// `amounts` are moles, molar flows or mol/m3 of every component in the order of the ComponentSet, water first: any
// common factor does, extensive results carry the same factor. They may be zero or slightly negative (rounding of
// an integrator) except that water must be positive. T is in K. Functions exist for double, Dual and Trace and are
// differentiable everywhere, pure water included.
class Brine {
 public:
  // Solutes have mass and take no volume, ln gamma = 0, ln a_w = -M_w sum m_i, the viscosity is that of water.
  // For exact solutions and tracers. ln a_w is the dilute limit that fits gamma = 1 in Gibbs-Duhem exactly.
  // Heat capacity is that of its water; ions move as they do alone in water, where `ions` are given.
  static Brine ideal(ComponentSet components, const std::optional<IonTransportParameters>& ions = {});

  // Activities after Pitzer, volume, viscosity and heat capacity after Laliberte. Throws InputError when one of the sets
  // lacks an ion. Without `ions` the brine has no diffusivities and no conductivity.
  static Brine pitzer(ComponentSet components, const PitzerParameters& activities, const LaliberteParameters& transport,
                      const std::optional<IonTransportParameters>& ions = {});

  // The same brine with the species that its components form, such as OH- from water and H+: for those who ask for
  // pH. Everything else here goes on to see the components. `speciation` is over the components.
  Brine with_speciation(std::shared_ptr<const Speciation> speciation) const;
  const Speciation* speciation() const { return speciation_.get(); }  // nullptr where nothing is known to react

  // The same models over other components. Throws InputError where one of the sets lacks an ion.
  Brine over(ComponentSet components) const;
  // The same brine with the name of the package of models/minerals whose constants belong to its activities; empty for none.
  Brine with_mineral_set(std::string name) const;
  const std::string& mineral_set() const { return mineral_set_; }

  const ComponentSet& components() const;
  bool is_ideal() const;

  // kg per the unit of amounts.
  template <Scalar S>
  S mass(std::span<const S> amounts) const;

  // kg/m3.
  template <Scalar S>
  S density(std::span<const S> amounts, const S& T) const;

  // m3 per the unit of amounts; mass / density.
  template <Scalar S>
  S volume(std::span<const S> amounts, const S& T) const;

  // Pa s.
  template <Scalar S>
  S viscosity(std::span<const S> amounts, const S& T) const;

  template <Scalar S>
  S log_water_activity(std::span<const S> amounts, const S& T) const;

  // ln of the molal activity coefficients in the unscaled single-ion convention of Pitzer; ln_gamma[0] is ln a_w.
  // ln_gamma has the size of the ComponentSet.
  template <Scalar S>
  void log_activity_coefficients(std::span<const S> amounts, const S& T, std::span<S> ln_gamma) const;

  // sum_i stoichiometry_i ln gamma_i (entry [0] counts ln a_w): two ions of a salt, a whole reaction.
  template <Scalar S>
  S log_mean_product(std::span<const S> amounts, const S& T, std::span<const int> stoichiometry) const;

  // -R T ln a_w / V_w with the molar volume of pure water [Pa].
  template <Scalar S>
  S osmotic_pressure(std::span<const S> amounts, const S& T) const;

  // Isobaric heat capacity [J/(kg K)].
  template <Scalar S>
  S heat_capacity(std::span<const S> amounts, const S& T) const;

  // Whether diffusivities and conductivity are known; those two throw InputError otherwise.
  bool has_ion_transport() const;

  // Tracer diffusivity [m2/s] of component i > 0.
  template <Scalar S>
  S diffusivity(std::size_t i, std::span<const S> amounts, const S& T) const;

  // Electrical conductivity [S/m].
  template <Scalar S>
  S conductivity(std::span<const S> amounts, const S& T) const;

  // Partial pressure of water over the brine [Pa].
  template <Scalar S>
  S vapour_pressure(std::span<const S> amounts, const S& T) const;

  // Where the vapour pressure is `pressure` [Pa]: K. Activities far from the temperature of their set are what
  // `out_of_range` says they are.
  template <Scalar S>
  S boiling_temperature(std::span<const S> amounts, const S& pressure) const;

  // By how much that is above the boiling point of water [K].
  template <Scalar S>
  S boiling_point_rise(std::span<const S> amounts, const S& pressure) const;

  // Every fitted range that this brine leaves; empty when all is well.
  std::vector<RangeCheck> out_of_range(std::span<const double> amounts, double T) const;

  // The same for the heat capacity, which few ask for.
  std::vector<RangeCheck> heat_capacity_out_of_range(std::span<const double> amounts, double T) const;

 private:
  struct Tables;
  explicit Brine(std::shared_ptr<const Tables> tables) : tables_(std::move(tables)) {}
  std::shared_ptr<const Tables> tables_;
  std::shared_ptr<const Speciation> speciation_;
  std::string mineral_set_;
};

}  // namespace brineflow
