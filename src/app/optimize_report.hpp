// What `brineflow optimize` prints, whether it looks for one answer or for a front of them.
#pragma once

#include "study/trial.hpp"

#include <vector>

namespace brineflow {

// How near to the limits the trials came, where none kept them.
void print_nearest_to_limits(const OptimizeStudy& study, const std::vector<Trial>& trials);
// How many runs there were, and what failed.
void print_runs(const SearchRecord& record);
// As options of a command; without the end of the line before them, with that after them.
void print_settings(const OptimizeStudy& study, const std::vector<double>& values);

}  // namespace brineflow
