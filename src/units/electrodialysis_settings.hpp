// What a case says of an electrodialysis stack, checked.
#pragma once

#include "physics/nernst_planck_membrane.hpp"
#include "units/stack_membrane_package.hpp"
#include "units/stack_solution.hpp"
#include "units/unit.hpp"

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace brineflow {

// The largest current density that the diffusion layers pass: i_lim = at_inlet c_d / c_d(inlet), or
// i_lim = coefficient v^exponent c_d, with c_d the equivalents and v the velocity of the diluate.
struct LimitingCurrent {
  std::optional<double> at_inlet;  // A/m2
  double coefficient = 0.0;        // A/m2 per mol/m3 at 1 m/s
  double exponent = 0.0;
};

enum class Friction { none, gradient, constant, gurreri, kuroda };

struct StackSettings {
  std::array<std::optional<StackMembrane>, 2> membranes;  // cation exchange, anion exchange
  std::optional<BipolarMembrane> bipolar;  // with it triplets of salt, base and acid in place of pairs
  std::shared_ptr<const StackSolution> solution;
  double cell_pairs = 0.0;
  double width = 0.0, length = 0.0;  // m, of the path through one channel
  double channel_height = 0.0;       // m
  double spacer_porosity = 1.0;
  std::size_t cells = 0;
  std::optional<double> current;     // A, what the supply keeps to
  double voltage = 0.0;              // V, what it keeps to, or its limit where there is a current
  double electrode_resistance = 0.0; // ohm m2
  bool uniform_current = false;
  bool concentration_potential = true;
  std::optional<LimitingCurrent> limiting_current;
  // Of law nernst_planck.
  double film_thickness = 0.0;       // m
  double overlimiting_conductance = 1.0;  // 1/V
  Friction friction = Friction::none;
  double pressure_gradient = 0.0;    // Pa/m
  double friction_factor = 0.0;
  double hydraulic_diameter = 0.0;   // m
  std::array<std::vector<double>, 3> initial;  // mol/m3 of every channel
};

std::unique_ptr<Unit> make_electrodialysis(const std::string& name, std::shared_ptr<const Brine> brine, StackSettings settings);

}  // namespace brineflow
