// What the solution in a channel of an electrodialysis stack is like: of the brine model, or constants of the case.
#pragma once

#include "physics/brine.hpp"
#include "physics/ion_exchange_membrane.hpp"
#include "units/catalogue.hpp"
#include "units/stack_acid_base.hpp"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace brineflow {

// Constants in place of the brine's properties, to repeat models that use such; van 't Hoff's osmotic pressure goes with them.
struct ConstantSolution {
  double density = 0.0;                 // kg/m3
  double viscosity = 0.0;               // Pa s
  double equivalent_conductivity = 0.0; // S m2/mol of charge
  std::vector<double> diffusivity;      // m2/s, one a solute
};

class StackSolution {
 public:
  // `ions` where the brine has none of its own; with `acid_base` OH- is a solute, and constants and ions are over it too.
  StackSolution(std::shared_ptr<const Brine> brine, std::optional<ConstantSolution> constants, std::optional<IonTransport> ions,
                std::optional<AcidBase> acid_base = std::nullopt);

  // `amounts` are of the components of streams, fluxes and solutes of the species: the same but for acid and base.

  // m3 per the unit of amounts.
  template <Scalar S>
  S volume(std::span<const S> amounts, const S& T) const;

  // m3 that what crosses a membrane takes along, of `flux` [mol, over anything]: that of its water; ions count by mass
  // where the density is a constant, else not at all.
  template <Scalar S>
  S volume_of_flux(std::span<const S> flux, const S& T) const;

  // kg/m3, Pa s.
  template <Scalar S>
  S density(std::span<const S> amounts, const S& T) const;
  template <Scalar S>
  S viscosity(std::span<const S> amounts, const S& T) const;

  // The channel at contents `amounts` (any factor), `height` [m] apart.
  template <Scalar S>
  stack::ChannelPoint<S> point(std::span<const S> amounts, const S& T, double height) const;

  const std::vector<int>& charge() const { return charge_; }  // of the solutes
  const ComponentSet& species() const { return brine().components(); }

  // What passes in terms of components, where `flux` is that of the species.
  template <Scalar S>
  void to_components(std::span<S> flux) const {
    if (acid_base_) acid_base_->to_components(flux);
  }
  const std::optional<AcidBase>& acid_base() const { return acid_base_; }

 private:
  const Brine& brine() const { return acid_base_ ? acid_base_->brine() : *brine_; }
  template <Scalar S>
  AcidBase::Amounts<S> species_of(std::span<const S> amounts, const S& T) const;
  template <Scalar S>
  void fill_shares(stack::ChannelPoint<S>& at) const;
  template <Scalar S>
  void fill_salt(stack::ChannelPoint<S>& at) const;

  std::shared_ptr<const Brine> brine_;
  std::optional<ConstantSolution> constants_;
  std::optional<IonTransport> ions_;
  std::optional<AcidBase> acid_base_;
  std::vector<int> charge_;
};

// The keys of `solution`: {density: 1000 kg/m3, viscosity: 1 cP, equivalent_conductivity: 126 S cm2/mol, diffusivity: {...}}.
// `node` may be nullptr. Nothing when there was a finding.
std::optional<StackSolution> read_stack_solution(const Node* node, const Place& place, const UnitContext& context,
                                                 const std::string& of, std::optional<AcidBase> acid_base = std::nullopt);

}  // namespace brineflow
