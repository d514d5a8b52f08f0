// Conditions of a schedule: comparisons of quantities of the running flowsheet, as in
// `column.outlet.Li+ / lake.Li+ > 0.10`, checked for names and dimensions when the case is read.
#pragma once

#include "base/diagnostics.hpp"
#include "base/quantity.hpp"
#include "flowsheet/layout.hpp"
#include "flowsheet/zones.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace brineflow {

// A quantity that can be read from the state: a property of an outlet's stream or a scalar variable of a unit.
struct Probe {
  enum class Kind { concentration, volume_flow, temperature, pressure, state };
  Kind kind = Kind::state;
  std::size_t stream = 0;     // index into StateLayout::streams(), for all kinds but `state`
  std::size_t component = 0;  // for `concentration`
  std::size_t index = 0;      // into the state, for `state`
  Dimension dimension;
};

// Value in SI. A concentration in a stream without flow is NaN.
double evaluate(const Probe& probe, const StateLayout& layout, const Brine& brine, std::span<const double> y);

class Expression {
 public:
  struct Node;  // number, probe, or operation (expression_node.hpp)
  explicit Expression(std::shared_ptr<const Node> root, Dimension dimension) : root_(std::move(root)), dimension_(dimension) {}

  double value(const StateLayout& layout, const Brine& brine, std::span<const double> y) const;
  const Dimension& dimension() const { return dimension_; }
  // Every probe in the expression: what must carry flow while it is evaluated.
  std::vector<Probe> probes() const;
  const Node& root() const { return *root_; }

 private:
  std::shared_ptr<const Node> root_;
  Dimension dimension_;
};

// left > right (or left < right); `difference` changes sign where it becomes true. It is not finite, and the condition
// does not hold, where a stream without flow is asked for its composition or something is divided by nothing.
struct Condition {
  std::string text;  // as the case has it, with what the names of positions mean: "… (load.last: column_3)"
  Place place;
  Expression left, right;
  bool greater = true;

  double difference(const StateLayout& layout, const Brine& brine, std::span<const double> y) const;
  bool holds(const StateLayout& layout, const Brine& brine, std::span<const double> y) const;
};

// Parses `text`, reporting unknown names, wrong dimensions and syntax at `place`; nothing when it reported.
// Paths: unit.port.component (concentration), unit.port.flow|temperature|pressure, unit.variable; the port may
// be left out where the unit has one outlet. Instead of the unit a zone (`load.outlet` is where its liquid leaves it) or
// a position in one (`load.first`).
std::optional<Condition> parse_condition(const std::string& text, const Place& place, const Flowsheet& flowsheet,
                                         const StateLayout& layout, Diagnostics& diagnostics, Zones zones = {});

// A quantity alone, as in `column.outlet.Li+ / lake.Li+`: what a study follows.
std::optional<Expression> parse_expression(const std::string& text, const Place& place, const Flowsheet& flowsheet,
                                           const StateLayout& layout, Diagnostics& diagnostics, Zones zones = {});

}  // namespace brineflow
