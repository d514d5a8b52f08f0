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
inline constexpr const char* default_chemistry = "hmw84_lithium_25C";
inline constexpr const char* default_density_viscosity = "laliberte_2009";

// The packages that belong together, as read.
struct Chemistry {
  std::string name;  // of the package of models/pitzer
  ActivityPackage activities;
  std::optional<MineralSet> minerals;
  std::string transport_name;
  LaliberteParameters transport;
};

// nullptr when there was a finding, at `place` where it is that there is no such package.
std::shared_ptr<const Chemistry> load_chemistry(const std::string& name, const std::string& density_viscosity,
                                                const Place& place, const ModelLibrary& models,
                                                Diagnostics& diagnostics);

// The components that a composition needs: H2O, what it names or what those form from, and H+ at the end
// where there is a pH, carbonate, borate or anything that is made with H+. Nothing when a name means nothing.
std::optional<ComponentSet> components_of(const Statement& statement, bool has_pH, const Chemistry& chemistry,
                                          Diagnostics& diagnostics);

// Ions without a tabulated salt among these components get stand-ins: each salt with one is given the
// coefficients of the chloride of its cation or the sodium salt of its anion, of NaCl where neither is
// tabulated. Masses are shared as ever, so such an ion counts as the same mass of Cl- or Na+. Returns their
// names.
std::vector<std::string> add_stand_ins(LaliberteParameters& transport, const ComponentSet& components);

// Everything that can be evaluated. Density and viscosity leave out H+, whose total may be negative and
// weighs nothing: it is the last component, and Brine is over those before it.
class Solution {
 public:
  // Throws InputError when the package cannot be used with these components.
  Solution(std::shared_ptr<const Chemistry> chemistry, const ComponentSet& components);

  const Chemistry& chemistry() const { return *chemistry_; }
  const ComponentSet& components() const { return speciation_.components(); }
  const ComponentSet& species() const { return speciation_.species(); }
  const Speciation& speciation() const { return speciation_; }
  const Brine& brine() const { return brine_; }
  const std::vector<std::string>& stand_ins() const {
    return stand_ins_;
  }  // ions whose density is an estimate

  // The part of `totals` that brine() takes.
  std::span<const double> of_brine(std::span<const double> totals) const {
    return totals.first(brine_.components().size());
  }

  // Every fitted range that is left, by the species for activities and by the components for density and
  // viscosity.
  std::vector<RangeCheck> out_of_range(std::span<const double> totals, std::span<const double> amounts,
                                       double T) const;

 private:
  std::shared_ptr<const Chemistry> chemistry_;
  Speciation speciation_;
  std::vector<std::string> stand_ins_;
  LaliberteParameters transport_;  // with the stand-ins
  Brine brine_;
};

}  // namespace brineflow
