// Where a brine leaves the range its models were fitted on. Used by Brine::out_of_range.
#pragma once

#include "physics/brine.hpp"

#include <span>
#include <vector>

namespace brineflow {

// Temperature, ionic strength, and the molality of every salt when ions are paired in proportion to equivalents.
void check_activity_range(const ComponentSet& components, const PitzerParameters& parameters,
                          std::span<const double> amounts, double T, std::vector<RangeCheck>& findings);

// Temperature and salt content against the fits of the salts that hold a tenth or more of the salt mass: the widest
// of them counts, since the density of a mixture leans on its main salts.
void check_transport_range(const std::vector<LaliberteModel::SaltMass>& salts, double total_mass, double T,
                           std::vector<RangeCheck>& findings);

// The same for the heat capacity.
void check_heat_capacity_range(const std::vector<LaliberteModel::SaltMass>& salts, double total_mass, double T,
                               std::vector<RangeCheck>& findings);

// Ions that count as water for want of coefficients, when they are more than 1 % of the mass.
void check_uncounted_mass(double mass_fraction, std::vector<RangeCheck>& findings);

}  // namespace brineflow
