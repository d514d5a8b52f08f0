// Why a solver cannot go on, in the names of the flowsheet.
#pragma once

#include "flowsheet/system.hpp"

#include <span>
#include <string>
#include <vector>

namespace brineflow {

// The first entry that is not a finite number, or size().
std::size_t first_not_finite(std::span<const double> values);

// "column.concentration of Mg+2 at z = 2.36 m (58 of 60), …": the entries of largest magnitude.
std::string name_largest(const StateLayout& layout, std::span<const double> size, std::size_t count = 3);

// Every row's residual over the size of its terms (row sums of |dF/dy| times nominal sizes), as the consistent
// start sees them.
std::vector<double> scaled_residuals(const System& system, double t, std::span<const double> y, std::span<const double> ydot);

// What units of which the run cannot go on in this state say of it, in sentences; empty where there are none.
std::string what_stops(const System& system, double t, std::span<const double> y, std::span<const double> ydot);

// "12.5 s", "3.20 h", "1.4 d": a time for people.
std::string format_time(double seconds);

}  // namespace brineflow
