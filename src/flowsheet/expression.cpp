#include "flowsheet/expression.hpp"

#include "base/text.hpp"
#include "flowsheet/expression_node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

namespace brineflow {

namespace {

using Node = Expression::Node;

// Something is wrong at `offset` characters into the text.
struct SyntaxError {
  std::size_t offset, width;
  std::string message, hint;
};

std::string with_name(const Dimension& dimension) {
  return dimension.dimensionless() ? "a dimensionless number" : with_article(name_of(dimension));
}

Dimension combined(const Dimension& a, const Dimension& b, int sign) {
  Dimension result = a;
  for (std::size_t k = 0; k < result.exponents.size(); ++k) result.exponents[k] += sign * b.exponents[k];
  return result;
}

// sum := product {(+|-) product};  product := factor {(*|/) factor};  factor := number [unit] | path | ( sum )
class Parser {
 public:
  Parser(const std::string& text, const Flowsheet& flowsheet, const StateLayout& layout, Zones zones)
      : text_(text), flowsheet_(flowsheet), layout_(layout), zones_(zones) {}

  struct Part {
    std::shared_ptr<const Node> node;
    Dimension dimension;
    std::size_t begin, end;
  };

  Part sum() {
    Part left = product();
    while (peek() == '+' || peek() == '-') {
      const char sign = take();
      const Part right = product();
      if (!(left.dimension == right.dimension))
        throw SyntaxError{left.begin, right.end - left.begin,
                          fmt::format("{} and {} cannot be {}", with_name(left.dimension), with_name(right.dimension),
                                      sign == '+' ? "added" : "subtracted"), ""};
      left = combine(sign == '+' ? Node::Kind::add : Node::Kind::subtract, left, right, left.dimension);
    }
    return left;
  }

  char peek() {
    while (position_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[position_]))) ++position_;
    return position_ < text_.size() ? text_[position_] : '\0';
  }
  char take() { peek(); return text_[position_++]; }
  std::size_t position() const { return position_; }

  // What names of positions mean, "load.last: column_3", each once.
  const std::vector<std::string>& meanings() const { return meanings_; }

 private:
  static Part combine(Node::Kind kind, const Part& left, const Part& right, const Dimension& dimension) {
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->left = left.node;
    node->right = right.node;
    return {node, dimension, left.begin, right.end};
  }

  Part product() {
    Part left = factor();
    while (peek() == '*' || peek() == '/') {
      const bool times = take() == '*';
      const Part right = factor();
      left = combine(times ? Node::Kind::multiply : Node::Kind::divide, left, right,
                     combined(left.dimension, right.dimension, times ? 1 : -1));
    }
    return left;
  }

  Part factor() {
    const char next = peek();
    const std::size_t begin = position_;
    if (next == '(') {
      take();
      Part inside = sum();
      if (peek() != ')') throw SyntaxError{position_, 1, "a ')' is missing here", ""};
      take();
      return inside;
    }
    if (std::isdigit(static_cast<unsigned char>(next)) || next == '.') return quantity(begin);
    if (std::isalpha(static_cast<unsigned char>(next)) || next == '_') return path(begin);
    throw SyntaxError{begin, 1, next == '\0' ? "it ends where a quantity should follow"
                                             : fmt::format("'{}' cannot stand here", next),
                      "quantities look like 'column.outlet.Li+' or '5 m3'"};
  }

  static bool in_unit(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '/' || c == '%' || c == '^' || c == '-';
  }

  Part quantity(std::size_t begin) {
    while (position_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[position_])) || text_[position_] == '.' ||
                                        ((text_[position_] == '-' || text_[position_] == '+') && position_ > begin &&
                                         (text_[position_ - 1] == 'e' || text_[position_ - 1] == 'E'))))
      ++position_;
    std::size_t end = position_;
    std::size_t unit = position_;
    while (unit < text_.size() && text_[unit] == ' ') ++unit;
    if (unit < text_.size() && (std::isalpha(static_cast<unsigned char>(text_[unit])) || text_[unit] == '%')) {
      while (unit < text_.size() && in_unit(text_[unit])) ++unit;
      position_ = end = unit;
    }
    try {
      const Quantity read = parse_quantity(text_.substr(begin, end - begin));
      auto node = std::make_shared<Node>();
      node->number = read.value;
      return {node, read.dimension, begin, end};
    } catch (const QuantityError& error) {
      throw SyntaxError{begin, end - begin, error.what(), error.hint()};
    }
  }

  // A name, or a component (whose name may hold + and -).
  std::string segment(bool component_possible) {
    std::string best;
    if (component_possible)
      for (const std::string& name : flowsheet_.components().names())
        if (name.size() > best.size() && text_.compare(position_, name.size(), name) == 0) best = name;
    std::size_t end = position_;
    while (end < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[end])) || text_[end] == '_')) ++end;
    if (best.size() < end - position_) best = text_.substr(position_, end - position_);
    position_ += best.size();
    return best;
  }

  Part path(std::size_t begin) {
    std::vector<std::string> segments{segment(false)};
    while (position_ < text_.size() && text_[position_] == '.') {
      ++position_;
      segments.push_back(segment(true));
    }
    auto node = std::make_shared<Node>();
    node->kind = Node::Kind::probe;
    node->probe = resolve(segments, begin);
    return {node, node->probe.dimension, begin, position_};
  }

  // The unit and the rest of the path in place of a zone or position; nothing where the path names neither.
  std::optional<std::vector<std::string>> without_zone(const std::vector<std::string>& segments, std::size_t begin) {
    const Zone* zone = find_zone(zones_, segments[0]);
    if (zone == nullptr) return std::nullopt;
    const auto named = resolve_zone(zones_, segments[0] + "." + (segments.size() > 1 ? segments[1] : ""));
    if (!named->fault.empty()) throw SyntaxError{begin, position_ - begin, named->fault, ""};
    const std::size_t unit = named->column.value_or(zone->leaving_unit());
    const std::string& name = flowsheet_.units[unit]->name();
    std::vector<std::string> result{name};
    const bool through_outlet = !named->column && (segments.size() == 2 || (segments.size() == 3 && segments[1] == "outlet"));
    if (through_outlet) {
      result.push_back(flowsheet_.units[unit]->outlets()[zone->leaving_outlet()].name);
      result.push_back(segments.back());
    } else {
      result.insert(result.end(), segments.begin() + (named->column ? 2 : 1), segments.end());
    }
    const std::string meaning = fmt::format("{}: {}", named->shown, name);
    if (std::find(meanings_.begin(), meanings_.end(), meaning) == meanings_.end()) meanings_.push_back(meaning);
    return result;
  }

  Probe resolve(const std::vector<std::string>& written, std::size_t begin) {
    const std::vector<std::string> segments = without_zone(written, begin).value_or(written);
    const auto fail = [&](const std::string& message, const std::string& wrong, const std::vector<std::string>& valid) {
      const auto meant = closest(wrong, valid);
      throw SyntaxError{begin, position_ - begin, message,
                        meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("valid: {}", join(valid, ", "))};
    };
    const std::optional<std::size_t> unit_number = flowsheet_.find_unit(segments[0]);
    if (!unit_number) fail_unit(segments[0], begin);
    const Unit& unit = *flowsheet_.units[*unit_number];

    std::vector<std::string> ports, properties{"flow", "temperature", "pressure"};
    for (const OutletPort& port : unit.outlets()) ports.push_back(port.name);
    for (const std::string& name : flowsheet_.components().names()) properties.push_back(name);

    if (segments.size() == 3) {
      for (std::size_t outlet = 0; outlet < ports.size(); ++outlet)
        if (ports[outlet] == segments[1]) return stream_probe(*unit_number, outlet, segments[2], properties, fail);
      fail(fmt::format("{} ({}) has no outlet '{}'", unit.name(), unit.type(), segments[1]), segments[1], ports);
    }
    if (segments.size() == 2) {
      for (const VariableSlice& slice : layout_.unit(*unit_number).variables)
        if (slice.variable.name == segments[1] && slice.variable.size() == 1)
          return {Probe::Kind::state, 0, 0, slice.start, parse_unit(slice.variable.unit).dimension};
      if (!ports.empty()) return stream_probe(*unit_number, 0, segments[1], scalars(*unit_number, properties), fail);
    }
    fail(fmt::format("'{}' names no quantity", join(segments, ".")), segments.back(), scalars(*unit_number, properties));
    throw InternalError("unreachable");
  }

  [[noreturn]] void fail_unit(const std::string& name, std::size_t begin) const {
    const auto zone = closest(name, zone_names(zones_));
    throw SyntaxError{begin, position_ - begin, fmt::format("there is no unit '{}'", name),
                      zone ? fmt::format("did you mean '{}'?", *zone) : flowsheet_.unit_hint(name)};
  }

  std::vector<std::string> scalars(std::size_t unit, std::vector<std::string> names) const {
    for (const VariableSlice& slice : layout_.unit(unit).variables)
      if (slice.variable.size() == 1) names.push_back(slice.variable.name);
    return names;
  }

  template <class Fail>
  Probe stream_probe(std::size_t unit, std::size_t outlet, const std::string& property, const std::vector<std::string>& valid,
                     const Fail& fail) const {
    Probe probe;
    for (std::size_t s = 0; s < layout_.streams().size(); ++s)
      if (layout_.streams()[s].unit == unit && layout_.streams()[s].outlet == outlet) probe.stream = s;
    if (const auto component = flowsheet_.components().find(property)) {
      probe.kind = Probe::Kind::concentration;
      probe.component = *component;
      probe.dimension = parse_unit("mol/m3").dimension;
    } else if (property == "flow") {
      probe.kind = Probe::Kind::volume_flow;
      probe.dimension = parse_unit("m3/s").dimension;
    } else if (property == "temperature") {
      probe.kind = Probe::Kind::temperature;
      probe.dimension = parse_unit("K").dimension;
    } else if (property == "pressure") {
      probe.kind = Probe::Kind::pressure;
      probe.dimension = parse_unit("Pa").dimension;
    } else {
      fail(fmt::format("{} has no property '{}'", layout_.streams()[probe.stream].name, property), property, valid);
    }
    return probe;
  }

  const std::string& text_;
  const Flowsheet& flowsheet_;
  const StateLayout& layout_;
  Zones zones_;
  std::size_t position_ = 0;
  std::vector<std::string> meanings_;
};

Place within(const Place& place, std::size_t offset, std::size_t width) {
  Place result = place;
  result.column += static_cast<int>(offset);
  result.width = static_cast<int>(std::max<std::size_t>(width, 1));
  return result;
}

Condition parse(const std::string& text, const Place& place, const Flowsheet& flowsheet, const StateLayout& layout, Zones zones) {
  Parser parser(text, flowsheet, layout, zones);
  const Parser::Part left = parser.sum();
  const char comparison = parser.peek();
  if (comparison != '<' && comparison != '>')
    throw SyntaxError{parser.position(), 1, "a condition compares two quantities with < or >", "as in 'tank.volume > 5 m3'"};
  parser.take();
  if (parser.peek() == '=') parser.take();
  const Parser::Part right = parser.sum();
  if (parser.peek() != '\0')
    throw SyntaxError{parser.position(), text.size() - parser.position(), "the condition should end here", ""};
  if (!(left.dimension == right.dimension))
    throw SyntaxError{left.begin, right.end - left.begin,
                      fmt::format("{} is compared with {}", with_name(left.dimension), with_name(right.dimension)),
                      left.dimension.dimensionless() || right.dimension.dimensionless() ? "a number carries its unit, as in '5 mol/m3'" : ""};
  Condition condition{text, place, Expression(left.node, left.dimension), Expression(right.node, right.dimension), comparison == '>'};
  if (condition.left.probes().empty() && condition.right.probes().empty())
    throw SyntaxError{left.begin, right.end - left.begin, "this never changes: the condition names no quantity of the plant",
                      "quantities look like 'column.outlet.Li+' or 'pond.volume'"};
  if (!parser.meanings().empty()) condition.text += fmt::format(" ({})", join(parser.meanings(), ", "));
  return condition;
}

}  // namespace

double evaluate(const Probe& probe, const StateLayout& layout, const Brine& brine, std::span<const double> y) {
  if (probe.kind == Probe::Kind::state) return y[probe.index];
  const std::size_t start = layout.streams()[probe.stream].start;
  const std::size_t n = brine.components().size();
  const std::span<const double> molar_flow = y.subspan(start, n);
  if (probe.kind == Probe::Kind::temperature) return y[start + n];
  if (probe.kind == Probe::Kind::pressure) return y[start + n + 1];
  if (!(molar_flow[0] > 0.0))
    return probe.kind == Probe::Kind::volume_flow ? 0.0 : std::numeric_limits<double>::quiet_NaN();
  const double flow = brine.volume<double>(molar_flow, y[start + n]);
  return probe.kind == Probe::Kind::volume_flow ? flow : molar_flow[probe.component] / flow;
}

double Expression::value(const StateLayout& layout, const Brine& brine, std::span<const double> y) const {
  return root_->value(layout, brine, y);
}

std::vector<Probe> Expression::probes() const {
  std::vector<Probe> probes;
  root_->collect(probes);
  return probes;
}

double Condition::difference(const StateLayout& layout, const Brine& brine, std::span<const double> y) const {
  const double excess = left.value(layout, brine, y) - right.value(layout, brine, y);
  return greater ? excess : -excess;
}

bool Condition::holds(const StateLayout& layout, const Brine& brine, std::span<const double> y) const {
  const double excess = difference(layout, brine, y);
  return std::isfinite(excess) && excess > 0.0;
}

std::optional<Expression> parse_expression(const std::string& text, const Place& place, const Flowsheet& flowsheet,
                                           const StateLayout& layout, Diagnostics& diagnostics, Zones zones) {
  try {
    Parser parser(text, flowsheet, layout, zones);
    const Parser::Part whole = parser.sum();
    if (parser.peek() != '\0') throw SyntaxError{parser.position(), text.size() - parser.position(), "the expression should end here", ""};
    return Expression(whole.node, whole.dimension);
  } catch (const SyntaxError& error) {
    diagnostics.error(within(place, error.offset, error.width), error.message, error.hint);
    return std::nullopt;
  }
}

std::optional<Condition> parse_condition(const std::string& text, const Place& place, const Flowsheet& flowsheet,
                                         const StateLayout& layout, Diagnostics& diagnostics, Zones zones) {
  try {
    return parse(text, place, flowsheet, layout, zones);
  } catch (const SyntaxError& error) {
    diagnostics.error(within(place, error.offset, error.width), error.message, error.hint);
    return std::nullopt;
  }
}

}  // namespace brineflow
