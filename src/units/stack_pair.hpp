// One cell pair of an electrodialysis stack at one place along the channels, by either law of its membranes.
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
  std::array<S, ComponentSet::max_size> flux{};  // mol/(m2 s) from the diluate to the concentrate, water first
  S voltage{};                                   // V
  std::array<S, 2 * stack::MembraneUnknowns::max_size> mismatch{};  // one for each unknown of the law
};

// What the pair sees besides its own unknowns.
template <Scalar S>
struct PairPoint {
  stack::ChannelPoint<S> diluate, concentrate;
  S limiting_current{};  // A/m2, of law transport_numbers
  S T{};                 // K
};

// Where a pair works: its current density and the unknowns of its law.
struct PairOperation {
  double i = 0.0;  // A/m2
  std::vector<double> unknowns;
  bool found = true;
};

class StackPair {
 public:
  StackPair(const StackSettings& settings, const ComponentSet& components);

  bool ion_by_ion() const { return ion_by_ion_; }
  // Rows of Unit::parameters() for both membranes; `p` below is their part of here.p.
  std::vector<TunableParameter> parameters() const;
  std::size_t parameter_count() const { return 2 * parameters_of_membrane(); }
  std::size_t solutes() const { return charge_.size(); }
  std::size_t unknowns() const { return ion_by_ion_ ? 2 * stack::MembraneUnknowns{solutes()}.size() : 0; }

  template <Scalar S>
  PairResult<S> at(std::span<const S> p, const PairPoint<S>& point, std::span<const S> unknowns, const S& i) const;

  // Solves for the current density at which a pair, and `resistance` [ohm m2] in series, take `voltage` [V]. Begins where
  // `start` is if that has unknowns; `found` is false where it gave up, at the nearest it has.
  PairOperation operate(std::span<const double> p, const PairPoint<double>& point, double resistance, double voltage, PairOperation start) const;

 private:
  std::size_t parameters_of_membrane() const { return ion_by_ion_ ? 3 + 2 * solutes() : 5; }
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
  std::vector<int> charge_;  // of the solutes
  std::vector<std::string> names_;
  stack::LayerSwitches layers_;
  double film_thickness_ = 0.0;
  double overlimiting_conductance_ = 1.0;
};

}  // namespace brineflow
