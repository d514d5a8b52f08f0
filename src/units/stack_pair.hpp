// One cell pair of an electrodialysis stack at one place along the channels, by either law of its membranes; or a triplet,
// where a bipolar membrane parts the concentrate into base, behind the cation-exchange membrane, and acid, behind the other.
#pragma once

#include "physics/nernst_planck_membrane.hpp"
#include "units/electrodialysis_settings.hpp"
#include "units/unit.hpp"

#include <array>
#include <span>
#include <vector>

namespace brineflow {

template <Scalar S>
struct PairResult {
  std::array<S, ComponentSet::max_size> flux{};  // mol/(m2 s) from the diluate to the concentrate, of components, water first
  std::array<S, ComponentSet::max_size> to_acid{};  // of triplets: what the acid gains; the base gains the rest of `flux`
  S voltage{};                                   // V
  std::array<S, 2 * stack::MembraneUnknowns::max_size> mismatch{};  // one for each unknown of the law
};

// What the pair sees besides its own unknowns.
template <Scalar S>
struct PairPoint {
  stack::ChannelPoint<S> diluate, concentrate;
  S limiting_current{};  // A/m2, of law transport_numbers
  S T{};                 // K
  stack::ChannelPoint<S> acid{};  // of triplets; `concentrate` is the base then
};

// Where a pair works: its current density and the unknowns of its law.
struct PairOperation {
  double i = 0.0;  // A/m2
  std::vector<double> unknowns;
  bool found = true;
};

class StackPair {
 public:
  explicit StackPair(const StackSettings& settings);

  bool ion_by_ion() const { return ion_by_ion_; }
  // Rows of Unit::parameters() for both membranes; `p` below is their part of here.p.
  std::vector<TunableParameter> parameters() const;
  std::size_t parameter_count() const { return 2 * parameters_of_membrane() + parameters_of_bipolar(); }
  std::size_t solutes() const { return charge_.size(); }
  std::size_t unknowns() const { return ion_by_ion_ ? 2 * stack::MembraneUnknowns{solutes()}.size() : 0; }

  template <Scalar S>
  PairResult<S> at(std::span<const S> p, const PairPoint<S>& point, std::span<const S> unknowns, const S& i) const;

  // Solves for the current density at which a pair, and `resistance` [ohm m2] in series, take `voltage` [V]. Begins where
  // `start` is if that has unknowns; `found` is false where it gave up, at the nearest it has.
  PairOperation operate(std::span<const double> p, const PairPoint<double>& point, double resistance, double voltage, PairOperation start) const;

 private:
  std::size_t parameters_of_membrane() const { return ion_by_ion_ ? 3 + 2 * solutes() : 5; }
  std::size_t parameters_of_bipolar() const { return !bipolar_ ? 0 : bipolar_->layers.fixed_charge > 0.0 ? 6 : 5; }
  stack::BipolarSolutes bipolar_solutes() const {
    return {charge_, solution_->acid_base()->hydrogen() - 1, solution_->acid_base()->hydroxide() - 1};
  }
  // What is behind membrane m, seen from the diluate.
  template <Scalar S>
  const stack::ChannelPoint<S>& behind(const PairPoint<S>& point, std::size_t m) const {
    return bipolar_ && m == 1 ? point.acid : point.concentrate;
  }
  template <Scalar S>
  std::array<S, ComponentSet::max_size>& flux_through(PairResult<S>& result, std::size_t m) const {
    return bipolar_ && m == 1 ? result.to_acid : result.flux;
  }
  // The bipolar membrane, and from species to components.
  template <Scalar S>
  void complete_triplet(std::span<const S> p, const PairPoint<S>& point, const S& i, PairResult<S>& result) const;
  template <Scalar S>
  PairResult<S> by_numbers(std::span<const S> p, const PairPoint<S>& point, const S& i) const;
  template <Scalar S>
  PairResult<S> by_ions(std::span<const S> p, const PairPoint<S>& point, std::span<const S> unknowns, const S& i) const;
  template <Scalar S>
  stack::IonMembrane<S> ion_membrane(std::span<const S> p, std::size_t m, std::span<S> permeability) const;
  template <Scalar S>
  stack::Film<S> film(const stack::ChannelPoint<S>& point) const;

  PairOperation operate_numbers(std::span<const double> p, const PairPoint<double>& point, double resistance, double voltage) const;
  enum class Given { current, voltage };
  bool without_current(std::span<const double> p, const PairPoint<double>& point, PairOperation& state) const;
  bool newton(std::span<const double> p, const PairPoint<double>& point, double resistance, Given given, double target, PairOperation& state) const;

  bool ion_by_ion_ = false;
  std::array<StackMembrane, 2> membranes_;
  std::optional<BipolarMembrane> bipolar_;
  std::shared_ptr<const StackSolution> solution_;
  std::vector<int> charge_;  // of the solutes
  std::vector<std::string> names_;
  stack::LayerSwitches layers_;
  double film_thickness_ = 0.0;
  double overlimiting_conductance_ = 1.0;
};

}  // namespace brineflow
