// Does what came in equal what went out and what stayed? Per component and per element.
#pragma once

#include "physics/components.hpp"

#include <string>
#include <vector>

namespace brineflow {

// Closures above this are said loudly.
inline constexpr double closure_limit = 1e-8;

struct BalanceRow {
  std::string name;           // component or element
  double in = 0.0;            // mol fed since the start
  double out = 0.0;           // mol received by sinks since the start
  double held_at_start = 0.0; // mol in all units
  double held = 0.0;
  // (in - out - change of holdup) over the largest of in, out and the two holdups; 0 where all are zero.
  double closure = 0.0;
};

struct Balance {
  std::vector<BalanceRow> components, elements;

  double worst() const;                // largest |closure| of components and elements; infinite where one is no number
  const BalanceRow& worst_row() const;
};

Balance make_balance(const ComponentSet& components, const std::vector<double>& in, const std::vector<double>& out,
                     const std::vector<double>& held_at_start, const std::vector<double>& held);

}  // namespace brineflow
