// Where the variables of an adsorption column stand in its block.
#pragma once

#include <cstddef>

namespace brineflow {

// Positions run z slow, r fast; `radial` is 1 where particles have no inside.
struct ColumnLayout {
  std::size_t streams = 0;  // entries of the outlet streams, which come first
  std::size_t components = 0, species = 0;
  std::size_t nodes = 0, radial = 1;
  bool pores = false;

  std::size_t points() const { return nodes * radial; }  // where there is solid

  std::size_t velocity() const { return streams; }
  std::size_t concentration_at(std::size_t component) const { return velocity() + 1 + component * nodes; }
  // Liquid that the solid sees: that of the pores, or without them that of the bed.
  std::size_t beside_solid_at(std::size_t component) const {
    return pores ? concentration_at(components) + component * points() : concentration_at(component);
  }
  std::size_t loading_at(std::size_t j) const {
    return (pores ? beside_solid_at(components) : concentration_at(components)) + j * points();
  }
  // The states of (A1) and (A2) beside the loadings; most sorbents have none.
  std::size_t ageing_at(std::size_t n) const { return loading_at(species + n); }
};

}  // namespace brineflow
