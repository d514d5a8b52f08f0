// One function a unit operation: its entry in the catalogue. Each stands at the end of the unit's own file.
#pragma once

#include "units/catalogue.hpp"

namespace brineflow {

UnitType adsorption_column_type();
UnitType bipolar_electrodialysis_type();
UnitType electrodialysis_type();
UnitType feed_type();
UnitType mixer_type();
UnitType nanofiltration_type();
UnitType pressure_exchanger_type();
UnitType pump_type();
UnitType reverse_osmosis_type();
UnitType sink_type();
UnitType splitter_type();
UnitType tank_type();

}  // namespace brineflow
