// Solids in equilibrium with a brine: saturation indices, which minerals are there and how much of each.
#pragma once

#include "physics/speciation.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace brineflow {

struct Mineral {
  std::string name, formula;
  std::vector<std::pair<std::string, double>> dissolves_to;  // components with their stoichiometric numbers
  TemperatureFunction log_K;  // log10 of the ion activity product at saturation
  double molar_volume = 0.0;  // m3/mol; 0: not stated
  bool precipitates = true;   // false: its saturation index is all that counts
};

struct MineralSet {
  std::string name;
  std::optional<std::array<double, 2>> temperature_range;  // K
  std::vector<Mineral> minerals;
};

// What a solution and its solids come to. The amounts carry the unit of the totals.
struct SolidEquilibrium {
  std::vector<double> dissolved;  // totals of the components that stay in solution
  std::vector<double> solids;     // by mineral, zero for those that are not there
  int iterations = 0;
};

// The minerals of a set over one Speciation. Immutable.
class MineralEquilibrium {
 public:
  // Minerals with a component that the solution lacks are left out. Throws InputError for one that does not
  // conserve charge. The Speciation must live as long.
  MineralEquilibrium(const Speciation& solution, const MineralSet& set);

  const std::vector<Mineral>& minerals() const { return minerals_; }
  const Speciation& solution() const { return solution_; }

  // log10(ion activity product / K) of every mineral at speciated amounts; T in K. A mineral of an absent
  // component comes out far below zero.
  template <Scalar S>
  void saturation_indices(std::span<const S> species_amounts, const S& T, std::span<S> indices) const;

  // Dissolves and precipitates the minerals that `may_form` marks (all that precipitate by default when
  // empty) until none is supersaturated and those present are saturated. `totals` hold what is dissolved and
  // solid together. Throws NoEquilibrium when there is no such state, as when no brine is left, or none is
  // found.
  SolidEquilibrium equilibrate(std::span<const double> totals, double T,
                               const std::vector<bool>& may_form = {}) const;

 private:
  struct Part {
    std::size_t component;
    double nu;
  };
  struct Problem;

  const Speciation& solution_;
  std::vector<Mineral> minerals_;
  std::vector<std::vector<Part>> parts_;  // by mineral
};

}  // namespace brineflow
