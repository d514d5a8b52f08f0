// The numbers of a membrane among the parameters of a unit, and what its law makes of them.
#pragma once

#include "physics/brine.hpp"
#include "physics/membrane_barrier.hpp"
#include "units/membrane_package.hpp"
#include "units/unit.hpp"

#include <optional>
#include <span>
#include <vector>

namespace brineflow {

// In scalar type S, the same for all cells. One entry a solute in the lists.
template <Scalar S>
struct MembraneNumbers {
  MembraneLaw law = MembraneLaw::solution_diffusion;
  S water_permeability{};  // m/(s Pa)
  std::vector<S> permeability;                        // m/s, solution_diffusion
  std::vector<S> partition, resistance, convection;   // dspm_de::Pore without activity coefficients
  S charge{}, charge_exponent{}, charge_reference{};  // mol/m3, 1, mol/m3
};

class MembraneParameters {
 public:
  MembraneParameters(Membrane membrane, const ComponentSet& components);

  const Membrane& membrane() const { return membrane_; }

  // Appends them, "lbl_wang2023.permeability.Li+" and the like, to those of a unit.
  void add_to(std::vector<TunableParameter>& parameters);

  // p: the parameters of the unit; T [K].
  template <Scalar S>
  MembraneNumbers<S> numbers(std::span<const S> p, const S& T) const;

 private:
  Membrane membrane_;
  std::vector<std::string> solutes_;
  std::vector<int> charge_;
  std::size_t start_ = 0;  // where they begin in the unit's parameters
};

}  // namespace brineflow
