// A membrane and the film before it at one point: the law of the barrier, and the transmissions that a volume flux brings.
#pragma once

#include "physics/dspm_de.hpp"
#include "physics/sdem.hpp"

#include <functional>
#include <span>
#include <variant>
#include <vector>

namespace brineflow {

// Solution-diffusion-electromigration: ion permeabilities [m/s], one a solute.
template <Scalar S>
struct SolutionDiffusion {
  std::span<const S> permeability;
};

// What lies between the film and the permeate.
template <Scalar S>
using MembraneBarrier = std::variant<SolutionDiffusion<S>, dspm_de::Pore<S>>;

// c_i at the membrane's feed face over c_p,i, by the law of the barrier. The first law takes c_p as a composition, the second as
// concentrations [mol/m3].
template <Scalar S>
void face_over_permeate(const MembraneBarrier<S>& barrier, std::span<const int> z, const S& J_v, std::span<const S> c_p, std::span<S> ratio);

// One point of the membrane: what its transmissions T_i = c_p,i / c_bulk,i follow from besides the volume flux.
struct MembranePoint {
  std::span<const int> z;
  MembraneBarrier<double> barrier;
  std::span<const double> mass_transfer;  // m/s
  std::span<const double> c_bulk;         // mol/m3; for SolutionDiffusion any common factor will do, best a sum of about 1
};

// What transmissions lack at a volume flux: concentrations at the membrane from the film minus from the barrier, over those of the bulk.
struct TransmissionMismatch {
  double face = 1.0;                  // the largest of the film's ratios: the size that `value` has rounding errors of
  std::vector<double> value;          // one a solute
  std::vector<double> jacobian;       // d value_i / d T_j, row by row
};
using MismatchAt = std::function<TransmissionMismatch(double J_v, const std::vector<double>& T)>;

// The transmissions at a given volume flux, by Newton's method with continuation from J_v = 0 (where they are 1) in as
// many stages as it takes. Throws SolverError if even small stages do not converge.
std::vector<double> transmissions(const MembranePoint& point, double J_v);

// Continues from the transmissions `T` at flux J_from to J_to. False, with T unchanged, if that fails.
bool continue_transmissions(const MembranePoint& point, double J_from, double J_to, std::vector<double>& T);
bool continue_transmissions(const MismatchAt& mismatch, double J_from, double J_to, std::vector<double>& T);

}  // namespace brineflow
