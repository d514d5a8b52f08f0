#include "units/catalogue.hpp"

#include "units/builders.hpp"

#include <vector>

namespace brineflow {

std::span<const UnitType> unit_catalogue() {
  static const std::vector<UnitType> types = {
      adsorption_column_type(),
      bipolar_electrodialysis_type(),
      electrodialysis_type(),
      feed_type(),
      mixer_type(),
      nanofiltration_type(),
      pressure_exchanger_type(),
      pump_type(),
      reverse_osmosis_type(),
      sink_type(),
      splitter_type(),
      tank_type(),
  };
  return types;
}

const UnitType* find_unit_type(std::string_view name) {
  for (const UnitType& type : unit_catalogue())
    if (type.name == name) return &type;
  return nullptr;
}

}  // namespace brineflow
