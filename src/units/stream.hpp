// A stream: molar flow of every component including water, temperature, pressure.
#pragma once

#include "base/scalar.hpp"

#include <cstddef>
#include <span>

namespace brineflow {

inline constexpr double reference_temperature = 298.15;  // K, what a stream without flow reports
inline constexpr double reference_pressure = 101325.0;   // Pa

// Where a stream's values stand in a block of size stream_size(components).
inline constexpr std::size_t stream_size(std::size_t components) { return components + 2; }

template <Scalar S>
struct StreamView {
  std::span<const S> molar_flow;  // [mol/s], one entry a component, water first
  const S& temperature;           // [K]
  const S& pressure;              // [Pa], absolute

  static StreamView over(std::span<const S> block) {
    const std::size_t components = block.size() - 2;
    return {block.first(components), block[components], block[components + 1]};
  }
};

}  // namespace brineflow
