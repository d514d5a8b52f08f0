// What an expression is made of: for the files that parse it and look into it.
#pragma once

#include "flowsheet/expression.hpp"

#include <limits>
#include <memory>
#include <span>
#include <vector>

namespace brineflow {

struct Expression::Node {
  enum class Kind { number, probe, add, subtract, multiply, divide };
  Kind kind = Kind::number;
  double number = 0.0;
  Probe probe = {};
  std::shared_ptr<const Node> left = nullptr, right = nullptr;

  double value(const StateLayout& layout, const Brine& brine, std::span<const double> y) const {
    switch (kind) {
      case Kind::number:
        return number;
      case Kind::probe:
        return evaluate(probe, layout, brine, y);
      case Kind::add:
        return left->value(layout, brine, y) + right->value(layout, brine, y);
      case Kind::subtract:
        return left->value(layout, brine, y) - right->value(layout, brine, y);
      case Kind::multiply:
        return left->value(layout, brine, y) * right->value(layout, brine, y);
      case Kind::divide:
        return left->value(layout, brine, y) / right->value(layout, brine, y);
    }
    return std::numeric_limits<double>::quiet_NaN();
  }

  void collect(std::vector<Probe>& probes) const {
    if (kind == Kind::probe) probes.push_back(probe);
    if (left) left->collect(probes);
    if (right) right->collect(probes);
  }
};

}  // namespace brineflow
