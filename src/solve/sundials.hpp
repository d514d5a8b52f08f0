// Owners for what SUNDIALS hands out. Only the solve layer includes this.
#pragma once

#include "base/error.hpp"
#include "solve/vector_operations.hpp"

#include <idas/idas.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_context.h>
#include <sunnonlinsol/sunnonlinsol_newton.h>
#include <sunlinsol/sunlinsol_klu.h>
#include <sunmatrix/sunmatrix_sparse.h>

#include <memory>
#include <span>
#include <vector>

namespace brineflow::sundials {

struct FreeVector { void operator()(N_Vector v) const { N_VDestroy(v); } };
struct FreeVectors {
  int count = 0;
  void operator()(N_Vector* v) const { N_VDestroyVectorArray(v, count); }
};
struct FreeMatrix { void operator()(SUNMatrix m) const { SUNMatDestroy(m); } };
struct FreeSolver { void operator()(SUNLinearSolver s) const { SUNLinSolFree(s); } };
struct FreeNonlinearSolver { void operator()(SUNNonlinearSolver s) const { SUNNonlinSolFree(s); } };
struct FreeIda { void operator()(void* memory) const { IDAFree(&memory); } };

using Vector = std::unique_ptr<_generic_N_Vector, FreeVector>;
using Vectors = std::unique_ptr<N_Vector[], FreeVectors>;
using Matrix = std::unique_ptr<_generic_SUNMatrix, FreeMatrix>;
using LinearSolver = std::unique_ptr<_generic_SUNLinearSolver, FreeSolver>;
using NonlinearSolver = std::unique_ptr<_generic_SUNNonlinearSolver, FreeNonlinearSolver>;
using Ida = std::unique_ptr<void, FreeIda>;

class Context {
 public:
  Context() {
    if (SUNContext_Create(nullptr, &context_) != 0) throw InternalError("SUNDIALS gives no context");
  }
  ~Context() { SUNContext_Free(&context_); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  operator SUNContext() const { return context_; }  // NOLINT: every SUNDIALS call wants it

 private:
  SUNContext context_ = nullptr;
};

inline std::span<double> values(N_Vector v) {
  return {N_VGetArrayPointer(v), static_cast<std::size_t>(N_VGetLength(v))};
}

// A vector with these values.
inline Vector make_vector(const Context& context, std::span<const double> from) {
  Vector v(N_VNew_Serial(static_cast<sunindextype>(from.size()), context));
  if (!v) throw InternalError("SUNDIALS gives no vector");
  speed_up(v.get());
  std::copy(from.begin(), from.end(), values(v.get()).begin());
  return v;
}

// So many vectors as long as `like`, with its operations.
inline Vectors make_vectors(std::size_t count, N_Vector like) {
  Vectors v(N_VCloneVectorArray(static_cast<int>(count), like), FreeVectors{static_cast<int>(count)});
  if (!v) throw InternalError("SUNDIALS gives no vectors");
  return v;
}

}  // namespace brineflow::sundials
