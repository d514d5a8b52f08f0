// The processes that were started together with this one, by mpirun or the like.
#pragma once

#include "study/rank_pool.hpp"

#include <memory>
#include <string>

namespace brineflow {

struct Launch {
  int rank = 0, size = 1;
  std::string by;  // "mpirun", "srun"
};

// From what launchers leave in the environment: known before MPI is, and without it.
Launch find_launch();

bool mpi_is_built_in();
// Begins MPI, and ends it with the object. InternalError where it is not built in.
std::unique_ptr<Ranks> join_ranks();

}  // namespace brineflow
