// What a search for a front says: a progress line while it goes, then its points.
#pragma once

#include "app/commands.hpp"
#include "study/front.hpp"

namespace brineflow {

// Of `brineflow optimize` with several goals. Answers the exit status.
int optimize_front(const OptimizeStudy& study, const OptimizeRequest& request, const std::atomic<bool>& stop);

}  // namespace brineflow
