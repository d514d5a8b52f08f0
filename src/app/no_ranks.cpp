// In place of mpi_ranks.cpp where MPI is not built in.
#include "app/launch.hpp"

#include "base/error.hpp"

namespace brineflow {

bool mpi_is_built_in() { return false; }

std::unique_ptr<Ranks> join_ranks() { throw InternalError("MPI is not built in"); }

}  // namespace brineflow
