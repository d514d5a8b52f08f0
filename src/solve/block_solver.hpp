// Linear systems of a flowsheet for IDAS: blocks that repeat first, KLU for the rest.
#pragma once

#include "flowsheet/system.hpp"
#include "solve/sundials.hpp"

namespace brineflow {

// For matrices of make_matrix(system, context) in the present mode. What every node of a bed holds for itself is eliminated for many nodes at once
// (numerics/block_elimination.hpp), and KLU factorises what is left. Where a block has too small a pivot, KLU takes the whole, then and for as long as the
// solver lives. Plain KLU where the mode has no such blocks.
sundials::LinearSolver make_block_solver(const System& system, const sundials::Context& context, N_Vector like, SUNMatrix matrix);

// Solves for several right sides with what SUNLinSolSetup made of the matrix, each replaced by its solution. Of a solver of make_block_solver(). KLU
// takes up to four at once. SUNLS_SUCCESS, or what SUNDIALS would answer.
int solve_together(SUNLinearSolver solver, SUNMatrix matrix, std::span<const N_Vector> b);

}  // namespace brineflow
