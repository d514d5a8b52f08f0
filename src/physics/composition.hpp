// From an analysis to amounts: what a feed needs before its brine can be evaluated.
#pragma once

#include "physics/brine.hpp"

#include <span>
#include <vector>

namespace brineflow {

// Net charge of `amounts` [mol of e per the unit of amounts]; 0 for a solution that exists.
double net_charge(const ComponentSet& components, std::span<const double> amounts);

// The amount of `ion` that makes `amounts` neutral, replacing what is there. Throws InputError for a neutral
// component, or when the charge asks for a negative amount.
double balancing_amount(const ComponentSet& components, std::span<const double> amounts, std::size_t ion);

// Concentrations [mol per m3 of solution] with water filled in: entry [0] is replaced by the water that, together
// with the solutes, makes up one m3 at T [K]. Throws InputError when the solutes leave no room for water.
std::vector<double> with_water(const Brine& brine, std::span<const double> concentrations, double T);

}  // namespace brineflow
