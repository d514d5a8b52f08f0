#include "flowsheet/condition_check.hpp"

#include "flowsheet/expression_node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace brineflow {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// The values an expression may have.
struct Interval {
  double lower = -infinity, upper = infinity;

  bool is_zero() const { return lower == 0.0 && upper == 0.0; }
};

// An unbounded factor times zero is zero: the bound stands for a finite number of any size.
double product(double a, double b) { return a == 0.0 || b == 0.0 ? 0.0 : a * b; }

Interval times(const Interval& a, const Interval& b) {
  const std::array<double, 4> corners = {product(a.lower, b.lower), product(a.lower, b.upper),
                                         product(a.upper, b.lower), product(a.upper, b.upper)};
  return {*std::min_element(corners.begin(), corners.end()),
          *std::max_element(corners.begin(), corners.end())};
}

Interval inverse(const Interval& a) {
  if (a.lower > 0.0 || a.upper < 0.0) return {1.0 / a.upper, 1.0 / a.lower};
  if (a.lower == 0.0) return {a.upper == infinity ? 0.0 : 1.0 / a.upper, infinity};
  if (a.upper == 0.0) return {-infinity, a.lower == -infinity ? 0.0 : 1.0 / a.lower};
  return {};
}

class ConditionCheck {
 public:
  ConditionCheck(const Step& step, const Flowsheet& flowsheet, const StateLayout& layout)
      : step_(step),
        flowsheet_(flowsheet),
        layout_(layout),
        parameters_(parameters_in(step, flowsheet)),
        wiring_(wire(flowsheet, step.connections, parameters_, std::vector<int>(flowsheet.units.size(), 0))),
        y_(layout.size(), 0.0) {
    for (std::size_t u = 0; u < flowsheet.units.size(); ++u)
      if (flowsheet.units[u]->inlets().empty()) start(u);
  }

  // The name of a stream without flow that the condition asks for its composition; empty where all flow.
  std::string stream_without_flow() const {
    for (const Expression* side : {&step_.until->left, &step_.until->right})
      for (const Probe& probe : side->probes()) {
        if (probe.kind == Probe::Kind::state) continue;
        const StreamSlice& stream = layout_.streams()[probe.stream];
        if (!wiring_[stream.unit].outlet_flowing[stream.outlet]) return stream.name;
      }
    return "";
  }

  // Left minus right where the condition asks for `>`, else right minus left.
  Interval difference() {
    const Interval left = range(step_.until->left.root()), right = range(step_.until->right.root());
    const Interval& above = step_.until->greater ? left : right;
    const Interval& below = step_.until->greater ? right : left;
    return {above.lower - below.upper, above.upper - below.lower};
  }

  bool divides_by_zero() const { return divides_by_zero_; }

 private:
  // The outlets of a feed: they follow from its parameters alone.
  void start(std::size_t u) {
    const UnitSlice& slice = layout_.unit(u);
    const std::vector<double> still(slice.size, 0.0);
    const std::span<double> y = std::span<double>(y_).subspan(slice.start, slice.size);
    Local<double> here;
    here.components = flowsheet_.components().size();
    here.y = y;
    here.ydot = still;
    here.p = parameters_[u];
    here.wiring = &wiring_[u];
    flowsheet_.units[u]->guess(here, y);
  }

  Interval range(const Probe& probe) const {
    if (probe.kind == Probe::Kind::state) {
      for (const VariableSlice& slice : layout_.unit(layout_.unit_of(probe.index)).variables)
        if (slice.start == probe.index) return {slice.variable.lower, slice.variable.upper};
      return {};
    }
    if (!flowsheet_.units[layout_.streams()[probe.stream].unit]->inlets().empty()) return {0.0, infinity};
    const double value = evaluate(probe, layout_, *flowsheet_.brine, y_);
    return {value, value};
  }

  Interval range(const Expression::Node& node) {
    using Kind = Expression::Node::Kind;
    if (node.kind == Kind::number) return {node.number, node.number};
    if (node.kind == Kind::probe) return range(node.probe);
    const Interval a = range(*node.left), b = range(*node.right);
    switch (node.kind) {
      case Kind::add:
        return {a.lower + b.lower, a.upper + b.upper};
      case Kind::subtract:
        return {a.lower - b.upper, a.upper - b.lower};
      case Kind::multiply:
        return times(a, b);
      default:
        break;
    }
    divides_by_zero_ = divides_by_zero_ || b.is_zero();
    return times(a, inverse(b));
  }

  const Step& step_;
  const Flowsheet& flowsheet_;
  const StateLayout& layout_;
  std::vector<std::vector<double>> parameters_;
  std::vector<Wiring> wiring_;
  std::vector<double> y_;
  bool divides_by_zero_ = false;
};

}  // namespace

void check_condition(const Step& step, const std::string& called, const Flowsheet& flowsheet,
                     const StateLayout& layout, Diagnostics& diagnostics) {
  ConditionCheck check(step, flowsheet, layout);
  const std::string& text = step.until->text;
  if (const std::string stream = check.stream_without_flow(); !stream.empty()) {
    diagnostics.error(step.until->place,
                      fmt::format("{} has no flow in {}, so '{}' cannot be evaluated", stream, called, text),
                      "no route of the step leads away from it, or its flow is zero");
    return;
  }
  const Interval difference = check.difference();
  if (check.divides_by_zero())
    diagnostics.error(step.until->place,
                      fmt::format("'{}' in {} divides by zero, so it never becomes true", text, called),
                      "the feed carries none of what it divides by");
  else if (difference.upper <= 0.0)
    diagnostics.error(step.until->place, fmt::format("'{}' can never become true in {}", text, called),
                      "what a feed brings does not change, and no concentration, flow or volume is negative");
  else if (difference.lower > 0.0)
    diagnostics.error(step.until->place,
                      fmt::format("'{}' is always true in {}: the step would end at once", text, called),
                      "use 'for'");
}

}  // namespace brineflow
