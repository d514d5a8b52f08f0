// A nanofiltration membrane as a case names or describes it.
#pragma once

#include "units/models.hpp"

#include <optional>
#include <string>
#include <vector>

namespace brineflow {

// How the barrier of a membrane is described.
enum class MembraneLaw {
  solution_diffusion,  // solution-diffusion-electromigration (docs/equations/nanofiltration.md)
  dspm_de,             // charged pores with dielectric exclusion (docs/equations/dspm_de.md)
};

// Pores, for MembraneLaw::dspm_de. One entry a solute in the lists.
struct MembranePores {
  double radius = 0.0;               // m
  double thickness = 0.0;            // m, of the membrane over its porosity
  double charge = 0.0;               // mol/m3 of pore, X
  double dielectric_constant = 0.0;  // in the pore
  double charge_exponent = 0.0;      // X grows with the concentration of the feed to this power
  double charge_reference = 0.0;     // mol/m3 of charges where X is `charge`
  std::vector<double> diffusion;      // m2/s, in water
  std::vector<double> stokes_radius;  // m
};

struct Membrane {
  std::string name;                  // of the package; "membrane" where the case describes it
  MembraneLaw law = MembraneLaw::solution_diffusion;
  double water_permeability = 0.0;   // m/(s Pa); 0 for pores that say it themselves, by Hagen and Poiseuille
  std::vector<double> permeability;  // m/s, one entry a solute: the components without water
  MembranePores pores;
};

// `node` is the name of a package of models/membranes or a map with the same keys:
//
//   {water_permeability: 18.4 L/m2/h/bar, permeability: {Li+: 4.5 um/s, Mg+2: 0.04 um/s, Cl-: 4.5 um/s}}
//
// or for pores
//
//   {law: dspm_de, pore_radius: 0.5 nm, effective_thickness: 1.33 um, charge_density: -27 mol/m3, pore_dielectric_constant: 41.3,
//    ions: {Na+: {diffusion: 1.33e-9 m2/s, stokes_radius: 0.184 nm}, Cl-: {diffusion: 2.03e-9 m2/s}}}
//
// where each value may also be {value: ..., source: "..."}. A radius that is not given is that of Stokes and Einstein in water at 25 degC. Nothing when there was a finding: a solute of the case
// without permeability or diffusion, a value that is not positive, keys of the other law, or in a described membrane a species the case does not carry.
std::optional<Membrane> read_membrane(const Node& node, const ComponentSet& components, const ModelLibrary& models,
                                      const std::string& context, Diagnostics& diagnostics);

}  // namespace brineflow
