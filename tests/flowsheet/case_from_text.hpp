// Small cases as text: read as `brineflow run` reads them, from a file that is gone afterwards.
#pragma once

#include "flowsheet/case.hpp"
#include "flowsheet/system.hpp"

#include <string>
#include <vector>

namespace brineflow::test {

// A case with the components H2O, Li+, Mg+2 and Cl- and chemistry `ideal`: solutes take no volume, so tank levels and
// concentrations have closed solutions. `units` and `schedule` are YAML flow maps, `more` further lines of the case.
// Throws InputError with the findings; the units stand on line 5, the schedule on line 6.
Case case_from(const std::string& units, const std::string& schedule, const std::string& more = "");

// The same without a wrapper: the whole text of the case.
Case case_from_text(const std::string& text);

// Every type of the catalogue with the chemistry of a real brine, in three steps: load, elute, rest.
Case case_of_every_unit();

// The same for those that need H+ among the components, which the packages of the others do not all know.
Case case_of_acid_and_base();

// What reading the case complains of; empty when it reads.
std::string findings(const std::string& units, const std::string& schedule);

// Every unit's parameters as the case gives them, changed by the settings of a step.
std::vector<std::vector<double>> parameters_of(const Flowsheet& flowsheet, const Step* step = nullptr);

// The mode of one step of a case, all units in the modes of their start.
void enter(System& system, const Step& step);

}  // namespace brineflow::test
