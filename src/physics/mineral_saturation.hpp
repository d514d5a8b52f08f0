// How near a brine is to a mineral, component by component: what scale at a surface grows by
// (docs/equations/fouling.md). Unlike MineralEquilibrium it needs no set, takes any Brine, the ideal one too, and is
// smooth where an ion is absent.
#pragma once

#include "physics/brine.hpp"
#include "physics/minerals.hpp"

#include <span>
#include <vector>

namespace brineflow {

// ln of the molal activities of the components, [0] that of water. An absent ion counts as 5e-9 mol/kg, rounded:
// logarithms stay smooth and within bounds where a module is full of water. With a speciated brine the activities are
// those of the free ions. `amounts` as in Brine.
template <Scalar S>
void log_component_activities(const Brine& brine, std::span<const S> amounts, const S& T, std::span<S> ln_a);

// A mineral over the components of a case.
class DissolvingMineral {
 public:
  struct Part {
    std::size_t component;
    double nu;  // negative for what it takes up as it dissolves (H+)
  };

  // Throws InputError for a component that is not there, or where charge is not conserved.
  DissolvingMineral(const ComponentSet& components, const Mineral& mineral);

  const std::vector<Part>& parts() const { return parts_; }
  double molar_mass() const { return molar_mass_; }  // kg/mol, of what it dissolves to
  double ions() const { return ions_; }              // of a formula unit: positive numbers, without water

  // SI = log10(ion activity product / K) from log_component_activities; T in K.
  template <Scalar S>
  S saturation_index(std::span<const S> ln_a, const S& T) const;

  // s = (ion activity product / K)^(1/nu), nu ions a formula unit: 1 at saturation, and near to proportional to what is dissolved.
  template <Scalar S>
  S saturation_ratio(std::span<const S> ln_a, const S& T) const;

 private:
  std::vector<Part> parts_;
  TemperatureFunction log_K_;
  double molar_mass_ = 0.0, ions_ = 0.0;
};

}  // namespace brineflow
