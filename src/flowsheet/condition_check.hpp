// What can be known of a condition before the plant runs: that it cannot be evaluated, cannot become true, or
// is true from the start.
#pragma once

#include "flowsheet/schedule.hpp"

#include <string>

namespace brineflow {

// Checks the condition of `step`, called so in messages. What a feed brings is known, everything else bounded
// only by what is physical (no concentration, flow or volume is negative), so what passes may still never
// happen: the run says so then.
void check_condition(const Step& step, const std::string& called, const Flowsheet& flowsheet,
                     const StateLayout& layout, Diagnostics& diagnostics);

}  // namespace brineflow
