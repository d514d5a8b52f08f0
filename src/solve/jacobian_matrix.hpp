// The Jacobian of a system in SUNDIALS' sparse format, and the factorisation that goes with it.
#pragma once

#include "flowsheet/system.hpp"
#include "solve/sundials.hpp"

namespace brineflow {

// Writes the Jacobian of the present mode into `matrix`, which must have been made by make_matrix in that mode.
void fill_matrix(const System& system, double t, std::span<const double> y, std::span<const double> ydot,
                 const SeedWeights& weights, SUNMatrix matrix);

// An empty matrix with that pattern.
sundials::Matrix make_matrix(const SparsePattern& pattern, const sundials::Context& context);
sundials::Matrix make_matrix(const System& system, const sundials::Context& context);
// KLU.
sundials::LinearSolver make_solver(const sundials::Context& context, N_Vector like, SUNMatrix matrix);

}  // namespace brineflow
