// The nanofiltration module of a peer's tests, for comparison with its numbers: both ends of a channel, the mean of their
// fluxes, one straight step through the pore, a linear film with electromigration, van 't Hoff's osmotic pressure.
#pragma once

#include "physics/dspm_de.hpp"

#include <string>
#include <vector>

namespace brineflow::test {

struct PoreIon {
  std::string name;
  int z;
  double diffusion, stokes_radius, molar_mass;  // m2/s, m, kg/mol
};

struct PoreMembrane {
  double pore_radius = 5e-10, thickness = 1.33e-6;  // m
  double charge = -27.0;                            // mol/m3
  double dielectric = 41.3, bulk_dielectric = 80.4;
};

struct PeerModule {
  std::vector<PoreIon> ions;
  PoreMembrane membrane;
  std::vector<double> feed;  // mol/s, ions
  double feed_water = 0.0;   // mol/s
  double pressure = 4e5;     // Pa
  double area = 50.0;        // m2
  bool polarisation = true;
  double fixed_mass_transfer = 0.0;  // m/s; 0: by the spacer's correlation
  bool davies = true;                // its activity coefficients, A = 0.01555; else 1
  dspm_de::Profile profile = dspm_de::Profile::linear;
  int steps = 1;
};

struct PeerResult {
  bool converged = false;
  std::vector<double> flux;       // mol/m2/s, mean
  double water_flux = 0.0;        // mol/m2/s
  std::vector<double> rejection;  // 1 - c(mixed permeate)/c(interface at the inlet)
  double recovery = 0.0;          // of volume
};

PeerResult solve(const PeerModule& module);

}  // namespace brineflow::test
