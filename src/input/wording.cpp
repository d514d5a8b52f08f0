#include "input/wording.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace brineflow {

namespace {

std::string bound_text(const Parameter& parameter, double value) {
  return parameter.kind == ValueKind::quantity ? format_quantity(value, parameter.unit) : fmt::format("{:.6g}", value);
}

bool fits(const Parameter& parameter, double value) {
  return parameter.range.contains(value) && (parameter.kind != ValueKind::integer || value == std::floor(value));
}

}  // namespace

std::string range_text(const Parameter& parameter) {
  const Range& range = parameter.range;
  const bool has_lower = std::isfinite(range.lower);
  const bool has_upper = std::isfinite(range.upper);
  if (!has_lower && !has_upper) return "";
  const std::string lower = has_lower ? bound_text(parameter, range.lower) : "";
  const std::string upper = has_upper ? bound_text(parameter, range.upper) : "";
  const std::string from = fmt::format("{} {}", range.lower_open ? "above" : "at least", lower);
  const std::string to = fmt::format("{} {}", range.upper_open ? "below" : "at most", upper);
  if (!has_upper) return from;
  if (!has_lower) return to;
  if (!range.lower_open && !range.upper_open) return fmt::format("between {} and {}", lower, upper);
  return from + " and " + to;
}

double typical_value(const Parameter& parameter) {
  const UnitOfMeasure unit = parameter.kind == ValueKind::quantity ? parse_unit(parameter.unit) : UnitOfMeasure{};
  const bool celsius = unit.offset != 0.0;
  for (const double value : {celsius ? 25.0 : 2.4, 1.0, 0.4, 10.0, 25.0, 100.0, 300.0, 0.01, 0.0})
    if (fits(parameter, from_unit(value, unit))) return from_unit(value, unit);
  const Range& range = parameter.range;
  const double middle = 0.5 * (range.lower + range.upper);
  for (const double value : {middle, std::floor(middle), range.lower, range.upper, range.lower + 1.0, range.upper - 1.0})
    if (std::isfinite(value) && fits(parameter, value)) return value;
  return 0.0;
}

std::string example_text(const Parameter& parameter) {
  if (parameter.default_text) return *parameter.default_text;
  switch (parameter.kind) {
    case ValueKind::quantity:
    case ValueKind::number:
    case ValueKind::integer:
      return bound_text(parameter, typical_value(parameter));
    case ValueKind::choice:
      return parameter.choices.empty() ? "" : parameter.choices.front();
    case ValueKind::boolean:
      return "true";
    case ValueKind::text:
    case ValueKind::any:
      break;
  }
  return "";
}

std::string wanted_text(const Parameter& parameter) {
  switch (parameter.kind) {
    case ValueKind::quantity: {
      const Dimension dimension = parse_unit(parameter.unit).dimension;
      const std::string noun = dimension.dimensionless() ? "a dimensionless number" : with_article(name_of(dimension));
      return fmt::format("{}, such as '{}'", noun, example_text(parameter));
    }
    case ValueKind::number:
      return fmt::format("a number, such as {}", example_text(parameter));
    case ValueKind::integer:
      return fmt::format("a whole number, such as {}", example_text(parameter));
    case ValueKind::text:
      return "a text";
    case ValueKind::choice:
      return join_with_or(parameter.choices);
    case ValueKind::boolean:
      return "true or false";
    case ValueKind::any:
      break;
  }
  return "a value";
}

std::string unit_text(const Parameter& parameter) {
  if (parameter.kind != ValueKind::quantity) return "";
  return parameter.unit == "1" || parameter.unit.empty() ? "[-]" : fmt::format("[{}]", parameter.unit);
}

std::string summary_text(const Parameter& parameter) {
  std::string text = parameter.name;
  if (parameter.kind == ValueKind::quantity) text += " " + unit_text(parameter);
  if (parameter.kind == ValueKind::choice || parameter.kind == ValueKind::boolean)
    text += fmt::format(" ({})", wanted_text(parameter));
  if (!parameter.meaning.empty()) text += ", " + parameter.meaning;
  return text;
}

std::string kind_text(const Node& node) {
  switch (node.kind()) {
    case NodeKind::null:
      return "empty";
    case NodeKind::sequence:
      return "a list";
    case NodeKind::map:
      return "a map";
    case NodeKind::scalar:
      break;
  }
  return fmt::format("'{}'", node.text());
}

}  // namespace brineflow
