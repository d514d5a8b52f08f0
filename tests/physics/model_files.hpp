// Reads the data packages in models/ as they stand, so that tests use the numbers that users get. Tests run in the
// root of the project.
#pragma once

#include "physics/brine.hpp"
#include "units/activity_package.hpp"

#include <array>
#include <map>
#include <string>
#include <vector>

namespace brineflow::test {

ActivityPackage read_activities(const std::string& file);
MineralSet read_minerals(const std::string& file);
LaliberteParameters read_laliberte(const std::string& file);
IonTransportParameters read_mobilities(const std::string& file);

// The shipped sets.
const PitzerParameters& hmw84();
const LaliberteParameters& laliberte();
const IonTransportParameters& ion_mobilities();

// H2O Li+ Na+ K+ Mg+2 Ca+2 Cl- SO4-2
const ComponentSet& all_components();
const Brine& pitzer_brine();

// Amounts per kg of water from molalities [mol/kg].
std::vector<double> amounts_of(const ComponentSet& components, const std::map<std::string, double>& molality);

// The columns of a CSV file by header; lines that start with # are skipped. Empty cells are 0.
using Table = std::vector<std::map<std::string, std::string>>;
Table read_csv(const std::string& file);
double number(const std::map<std::string, std::string>& row, const std::string& column);

// The molalities of a row with columns Li Na K Mg Ca Cl SO4 [mol/kg].
std::map<std::string, double> molalities_of(const std::map<std::string, std::string>& row);

}  // namespace brineflow::test
