#include "solve/block_solver.hpp"

#include "numerics/block_elimination.hpp"
#include "solve/jacobian_matrix.hpp"

#include <algorithm>
#include <vector>

namespace brineflow {
namespace {

struct BlockSolver {
  BlockSolver(const System& system, const sundials::Context& own_context, N_Vector whole, SUNMatrix matrix)
      : context(own_context), like(whole), blocks(system.plan().blocks), rest_matrix(make_matrix(blocks.plan().rest_pattern(), context)),
        right_side(sundials::make_vector(context, std::vector<double>(blocks.plan().rest().size()))), solution(N_VClone(right_side.get())),
        rest_solver(make_solver(context, right_side.get(), rest_matrix.get())), entries(static_cast<std::size_t>(SM_NNZ_S(matrix))) {}

  std::span<const double> values(SUNMatrix matrix) const { return {SM_DATA_S(matrix), entries}; }
  std::span<double> rest_values() const { return {SM_DATA_S(rest_matrix.get()), static_cast<std::size_t>(blocks.plan().rest_pattern().nnz())}; }

  int initialize() { return SUNLinSolInitialize(rest_solver.get()); }

  int setup(SUNMatrix matrix) {
    if (!whole_solver) {
      if (blocks.factorise(values(matrix), rest_values())) return SUNLinSolSetup(rest_solver.get(), rest_matrix.get());
      whole_solver = make_solver(context, like, matrix);
      if (const int flag = SUNLinSolInitialize(whole_solver.get()); flag != SUNLS_SUCCESS) return flag;
    }
    return SUNLinSolSetup(whole_solver.get(), matrix);
  }

  int solve(SUNMatrix matrix, N_Vector x, N_Vector b, double tolerance) {
    if (whole_solver) return SUNLinSolSolve(whole_solver.get(), matrix, x, b, tolerance);
    blocks.reduce(sundials::values(b), sundials::values(right_side.get()));
    const int flag = SUNLinSolSolve(rest_solver.get(), rest_matrix.get(), solution.get(), right_side.get(), tolerance);
    if (flag == SUNLS_SUCCESS) blocks.expand(sundials::values(solution.get()), sundials::values(x));
    return flag;
  }

  const sundials::Context& context;
  N_Vector like;
  BlockElimination blocks;
  sundials::Matrix rest_matrix;
  sundials::Vector right_side, solution;
  sundials::LinearSolver rest_solver;
  sundials::LinearSolver whole_solver;  // once a pivot was too small
  std::size_t entries;
};

BlockSolver& solver_of(SUNLinearSolver s) { return *static_cast<BlockSolver*>(s->content); }

// No exception may cross SUNDIALS' C code.
template <class Work>
int guarded(Work work) noexcept {
  try {
    return work();
  } catch (...) {
    return SUNLS_MEM_FAIL;
  }
}

}  // namespace

sundials::LinearSolver make_block_solver(const System& system, const sundials::Context& context, N_Vector like, SUNMatrix matrix) {
  if (system.plan().blocks->eliminated() == 0) return make_solver(context, like, matrix);
  auto own = std::make_unique<BlockSolver>(system, context, like, matrix);
  sundials::LinearSolver solver(SUNLinSolNewEmpty(context));
  if (!solver) throw InternalError("SUNDIALS gives no linear solver");
  solver->ops->gettype = [](SUNLinearSolver) { return SUNLINEARSOLVER_DIRECT; };
  solver->ops->getid = [](SUNLinearSolver) { return SUNLINEARSOLVER_CUSTOM; };
  solver->ops->initialize = [](SUNLinearSolver s) { return solver_of(s).initialize(); };
  solver->ops->setup = [](SUNLinearSolver s, SUNMatrix a) { return guarded([&] { return solver_of(s).setup(a); }); };
  solver->ops->solve = [](SUNLinearSolver s, SUNMatrix a, N_Vector x, N_Vector b, realtype tolerance) {
    return solver_of(s).solve(a, x, b, tolerance);
  };
  solver->ops->free = [](SUNLinearSolver s) {
    delete static_cast<BlockSolver*>(s->content);
    s->content = nullptr;
    SUNLinSolFreeEmpty(s);
    return static_cast<int>(SUNLS_SUCCESS);
  };
  solver->content = own.release();
  return solver;
}

int solve_together(SUNLinearSolver solver, SUNMatrix matrix, std::span<const N_Vector> b) {
  return guarded([&] {
    if (SUNLinSolGetID(solver) == SUNLINEARSOLVER_CUSTOM) {
      for (N_Vector one : b)
        if (const int flag = SUNLinSolSolve(solver, matrix, one, one, 0.0); flag != SUNLS_SUCCESS) return flag;
      return static_cast<int>(SUNLS_SUCCESS);
    }
    const auto size = static_cast<std::size_t>(SM_COLUMNS_S(matrix));
    std::vector<double> all;
    all.reserve(size * b.size());
    for (N_Vector one : b) all.insert(all.end(), sundials::values(one).begin(), sundials::values(one).end());
    if (klu_l_solve(SUNLinSol_KLUGetSymbolic(solver), SUNLinSol_KLUGetNumeric(solver), SM_COLUMNS_S(matrix), static_cast<sunindextype>(b.size()), all.data(),
                    SUNLinSol_KLUGetCommon(solver)) == 0)
      return static_cast<int>(SUNLS_PACKAGE_FAIL_REC);
    for (std::size_t k = 0; k < b.size(); ++k) std::copy_n(all.data() + k * size, size, sundials::values(b[k]).begin());
    return static_cast<int>(SUNLS_SUCCESS);
  });
}

}  // namespace brineflow
