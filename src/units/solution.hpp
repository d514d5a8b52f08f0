// The chemistry of one brine on its own: which components it needs, and the models over them.
#pragma once

#include "base/diagnostics.hpp"
#include "physics/brine.hpp"
#include "physics/laliberte.hpp"
#include "physics/minerals.hpp"
#include "physics/speciation.hpp"
#include "units/activity_package.hpp"
#include "units/analysis.hpp"
#include "units/models.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace brineflow {

// What a brine is evaluated with where nothing else is said.
inline constexpr const char* default_chemistry = "lithium_brine_0_60C";
inline constexpr const char* default_density_viscosity = "laliberte_2009";

// The packages that belong together, as read.
struct Chemistry {
  std::string name;  // of the package of models/pitzer
  ActivityPackage activities;
  std::optional<MineralSet> minerals;
  std::string transport_name;
  LaliberteParameters transport;
  IonTransportParameters ions;  // diffusivities and conductivity
};

// nullptr when there was a finding, at `place` where it is that there is no such package.
std::shared_ptr<const Chemistry> load_chemistry(const std::string& name, const std::string& density_viscosity,
                                                const Place& place, const ModelLibrary& models,
                                                Diagnostics& diagnostics);

// The components that a composition needs: H2O, what it names or what those form from, and H+ at the end
// where there is a pH, carbonate, borate or anything that is made with H+. Nothing when a name means nothing.
std::optional<ComponentSet> components_of(const Statement& statement, bool has_pH, const Chemistry& chemistry,
                                          Diagnostics& diagnostics);

// The ions of the set that have no coefficients with any other of it: density and viscosity count them as water.
std::vector<std::string> ions_without_salt(const LaliberteParameters& transport, const ComponentSet& components);

// Everything that can be evaluated: species from totals, and what the solution of these species is like.
class Solution {
 public:
  // Throws InputError when the package cannot be used with these components.
  Solution(std::shared_ptr<const Chemistry> chemistry, const ComponentSet& components);

  const Chemistry& chemistry() const { return *chemistry_; }
  const ComponentSet& components() const { return speciation_.components(); }
  const ComponentSet& species() const { return speciation_.species(); }
  const Speciation& speciation() const { return speciation_; }
  const Brine& brine() const { return brine_; }  // over the species
  const std::vector<std::string>& counted_as_water() const { return counted_as_water_; }  // by density and viscosity

  // Every fitted range that is left; amounts of the species.
  std::vector<RangeCheck> out_of_range(std::span<const double> amounts, double T) const;

 private:
  std::shared_ptr<const Chemistry> chemistry_;
  Speciation speciation_;
  std::vector<std::string> counted_as_water_;
  LaliberteParameters transport_;  // with those excused
  Brine brine_;
};

}  // namespace brineflow
