#include "app/launch.hpp"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>

namespace brineflow {
namespace {

std::optional<int> number_in_environment(const char* name) {
  const char* text = std::getenv(name);
  if (text == nullptr) return std::nullopt;
  int number = 0;
  const char* end = text + std::strlen(text);
  const auto [rest, bad] = std::from_chars(text, end, number);
  if (bad != std::errc() || rest != end) return std::nullopt;
  return number;
}

struct Launcher {
  const char* rank;
  const char* size;
  const char* name;
};

// Open MPI; MPICH, Intel MPI and srun with PMI; MVAPICH; srun. Not SLURM_NTASKS: a batch script has it too, and is one process.
constexpr Launcher launchers[] = {
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "mpirun"},
    {"PMI_RANK", "PMI_SIZE", "mpirun"},
    {"MV2_COMM_WORLD_RANK", "MV2_COMM_WORLD_SIZE", "mpirun"},
    {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "srun"},
};

}  // namespace

Launch find_launch() {
  for (const Launcher& launcher : launchers) {
    const auto rank = number_in_environment(launcher.rank), size = number_in_environment(launcher.size);
    if (rank && size && *size > 1 && *rank >= 0 && *rank < *size) return {*rank, *size, launcher.name};
  }
  return {};
}

}  // namespace brineflow
