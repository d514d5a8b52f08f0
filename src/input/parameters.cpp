#include "input/parameters.hpp"

#include "base/error.hpp"
#include "base/quantity.hpp"

#include <fmt/format.h>

namespace brineflow {

bool Range::contains(double value) const {
  const bool above_lower = lower_open ? value > lower : value >= lower;
  const bool below_upper = upper_open ? value < upper : value <= upper;
  return above_lower && below_upper;
}

namespace {

// Each narrows: a bound that is already tighter stays.
Parameter with_lower(Parameter parameter, double lower, bool open) {
  Range& range = parameter.range;
  if (lower > range.lower) range.lower_open = open;
  if (lower == range.lower) range.lower_open = range.lower_open || open;
  range.lower = lower > range.lower ? lower : range.lower;
  return parameter;
}

Parameter with_upper(Parameter parameter, double upper, bool open) {
  Range& range = parameter.range;
  if (upper < range.upper) range.upper_open = open;
  if (upper == range.upper) range.upper_open = range.upper_open || open;
  range.upper = upper < range.upper ? upper : range.upper;
  return parameter;
}

Parameter make(std::string name, ValueKind kind) {
  Parameter parameter;
  parameter.name = std::move(name);
  parameter.kind = kind;
  return parameter;
}

}  // namespace

// A bound that does not parse is a mistake in a table of ours.
double Parameter::bound(std::string_view bound_text) const {
  try {
    return kind == ValueKind::quantity ? parse_quantity_as(bound_text, unit) : parse_number(bound_text);
  } catch (const QuantityError& error) {
    throw InternalError(fmt::format("bound of parameter '{}': {}", name, error.what()));
  }
}

Parameter Parameter::positive() const { return with_lower(*this, 0.0, true); }
Parameter Parameter::not_negative() const { return with_lower(*this, 0.0, false); }
Parameter Parameter::between(std::string_view lower, std::string_view upper) const {
  return between(bound(lower), bound(upper));
}
Parameter Parameter::between(double lower, double upper) const {
  return with_upper(with_lower(*this, lower, false), upper, false);
}
Parameter Parameter::at_least(std::string_view lower) const { return at_least(bound(lower)); }
Parameter Parameter::at_least(double lower) const { return with_lower(*this, lower, false); }
Parameter Parameter::at_most(std::string_view upper) const { return at_most(bound(upper)); }
Parameter Parameter::at_most(double upper) const { return with_upper(*this, upper, false); }
Parameter Parameter::above(std::string_view lower) const { return above(bound(lower)); }
Parameter Parameter::above(double lower) const { return with_lower(*this, lower, true); }
Parameter Parameter::below(std::string_view upper) const { return below(bound(upper)); }
Parameter Parameter::below(double upper) const { return with_upper(*this, upper, true); }

Parameter Parameter::or_default(std::string default_value) const {
  Parameter parameter = *this;
  parameter.default_text = std::move(default_value);
  return parameter;
}

Parameter Parameter::maybe_absent() const {
  Parameter parameter = *this;
  parameter.optional = true;
  return parameter;
}

Parameter Parameter::means(std::string meaning_text) const {
  Parameter parameter = *this;
  parameter.meaning = std::move(meaning_text);
  return parameter;
}

Parameter quantity(std::string name, std::string unit) {
  Parameter parameter = make(std::move(name), ValueKind::quantity);
  parameter.unit = std::move(unit);
  return parameter;
}

Parameter number(std::string name) { return make(std::move(name), ValueKind::number); }
Parameter integer(std::string name) { return make(std::move(name), ValueKind::integer); }
Parameter text(std::string name) { return make(std::move(name), ValueKind::text); }
Parameter boolean(std::string name) { return make(std::move(name), ValueKind::boolean); }
Parameter any(std::string name) { return make(std::move(name), ValueKind::any); }

Parameter choice(std::string name, std::vector<std::string> choices) {
  Parameter parameter = make(std::move(name), ValueKind::choice);
  parameter.choices = std::move(choices);
  return parameter;
}

}  // namespace brineflow
