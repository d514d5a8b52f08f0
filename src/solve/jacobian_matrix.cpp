#include "solve/jacobian_matrix.hpp"

#include <algorithm>

namespace brineflow {

sundials::Matrix make_matrix(const System& system, const sundials::Context& context) { return make_matrix(system.plan().pattern, context); }

sundials::Matrix make_matrix(const SparsePattern& pattern, const sundials::Context& context) {
  sundials::Matrix matrix(SUNSparseMatrix(pattern.rows, pattern.columns, pattern.nnz(), CSC_MAT, context));
  if (!matrix) throw InternalError("SUNDIALS gives no matrix");
  std::copy(pattern.column_starts.begin(), pattern.column_starts.end(), SM_INDEXPTRS_S(matrix.get()));
  std::copy(pattern.row_indices.begin(), pattern.row_indices.end(), SM_INDEXVALS_S(matrix.get()));
  // IDAS empties the matrix, pattern and all, before it asks for values. The pattern of a mode is fixed and every value
  // written anew, so there is nothing to empty.
  matrix->ops->zero = [](SUNMatrix) { return 0; };
  return matrix;
}

sundials::LinearSolver make_solver(const sundials::Context& context, N_Vector like, SUNMatrix matrix) {
  sundials::LinearSolver solver(SUNLinSol_KLU(like, matrix, context));
  if (!solver) throw InternalError("SUNDIALS gives no KLU solver");
  // Minimum degree on the pattern of A + A': balances couple neighbours both ways, so A is nearly symmetric, and
  // COLAMD, the default, fills in more (docs/numerics.md).
  SUNLinSol_KLUSetOrdering(solver.get(), 0);
  return solver;
}

void fill_matrix(const System& system, double t, std::span<const double> y, std::span<const double> ydot,
                 const SeedWeights& weights, SUNMatrix matrix) {
  system.jacobian(t, y, ydot, weights, {SM_DATA_S(matrix), static_cast<std::size_t>(system.plan().pattern.nnz())});
}

}  // namespace brineflow
