// The membrane module of a peer's diafiltration tests: a charged membrane with partition coefficients between a retentate that flows along it and
// the permeate made at each place, with or without a boundary layer. On its grid of backward differences, or on the product's own laws.
#pragma once

#include "model_files.hpp"

#include <map>
#include <string>
#include <vector>

namespace brineflow::test {

struct PartitionedIon {
  std::string name;
  int z;
  double diffusion;  // m2/s
  double partition;  // concentration in the membrane over outside, but for the Donnan potential
  double osmotic;    // what its part of the osmotic pressure is multiplied with
  double arriving;   // mol/m3
};

struct Diafiltration {
  std::vector<PartitionedIon> ions;  // the last is the only anion
  double charge, thickness;          // of the membrane: mol/m3, m
  double film;                       // thickness of the boundary layer, m; 0: none
  double water_permeability;         // m/(s Pa)
  double pressure, temperature;      // Pa, K
  double area, flow;                 // m2, m3/s

  enum class Layers {
    backward_differences,  // the peer's: through film and membrane in equal steps
    product,               // dspm_de.hpp and sdem.hpp
  };
  Layers layers = Layers::backward_differences;
  int cells = 10, film_steps = 5, membrane_steps = 5;
  // q dc/dx of the retentate, as the peer discretises it, or d(q c)/dx, which keeps what arrives.
  bool conserving = false;
};

struct DiafiltrationResult {
  bool converged = false;
  double retentate_flow = 0.0, last_volume_flux = 0.0;  // m3/s, m/s
  std::vector<double> retentate, last_permeate;         // mol/m3 at the end of the module
  double permeate_flow = 0.0;                           // m3/s, of the whole module
  std::vector<double> permeate;                         // mol/m3, mixed
};

DiafiltrationResult solve(const Diafiltration& module);

// The cases of tests/reference/membranes/diafiltration_multi_component.csv, one row an ion, and the module of one.
std::map<std::string, Table> diafiltration_cases();
Diafiltration diafiltration_of(const Table& rows);

}  // namespace brineflow::test
