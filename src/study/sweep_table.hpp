// The table of a sweep: one HDF5 file with a row for each case, which xarray opens as one dataset.
#pragma once

#include "study/sweep.hpp"

#include <filesystem>

namespace brineflow {

// Rows in the order of the cases; one that has not run has the status "missing". Memory does not grow with their number. Replaces `path` when it
// is complete. Throws StorageError.
void write_sweep_table(const SweepStudy& study, const SweepState& state, const std::filesystem::path& path);

}  // namespace brineflow
