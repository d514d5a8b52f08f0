#include "input/schema.hpp"

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "input/wording.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace brineflow {

namespace {

constexpr const char* number_pattern = R"([+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)";

void add_bounds(nlohmann::json& schema, const Range& range) {
  if (std::isfinite(range.lower)) schema[range.lower_open ? "exclusiveMinimum" : "minimum"] = range.lower;
  if (std::isfinite(range.upper)) schema[range.upper_open ? "exclusiveMaximum" : "maximum"] = range.upper;
}

nlohmann::json quantity_schema(const Parameter& parameter) {
  const bool dimensionless = parse_unit(parameter.unit).dimension.dimensionless();
  if (!dimensionless)
    return {{"type", "string"}, {"pattern", fmt::format(R"(^\s*{}\s+\S.*$)", number_pattern)}};
  nlohmann::json bare{{"type", "number"}};
  add_bounds(bare, parameter.range);
  const nlohmann::json with_unit{{"type", "string"}, {"pattern", fmt::format(R"(^\s*{}(\s+\S.*)?$)", number_pattern)}};
  return {{"anyOf", {bare, with_unit}}};
}

nlohmann::json value_schema(const Parameter& parameter) {
  nlohmann::json schema = nlohmann::json::object();
  switch (parameter.kind) {
    case ValueKind::quantity:
      return quantity_schema(parameter);
    case ValueKind::number:
    case ValueKind::integer:
      schema["type"] = parameter.kind == ValueKind::number ? "number" : "integer";
      add_bounds(schema, parameter.range);
      break;
    case ValueKind::text:
      // A name such as 2024 is a number to YAML and a text here.
      schema["type"] = {"string", "number"};
      break;
    case ValueKind::choice:
      schema["enum"] = parameter.choices;
      break;
    case ValueKind::boolean:
      schema["type"] = "boolean";
      break;
    case ValueKind::any:
      break;
  }
  return schema;
}

// The default as JSON has it: numbers and truth values as such.
nlohmann::json default_value(const Parameter& parameter) {
  const std::string& text = *parameter.default_text;
  const bool number = parameter.kind == ValueKind::number || parameter.kind == ValueKind::integer;
  if (parameter.kind == ValueKind::integer) return static_cast<long>(parse_number(text));
  if (number) return parse_number(text);
  if (parameter.kind == ValueKind::boolean) return text == "true";
  return text;
}

std::string description(const Parameter& parameter) {
  std::vector<std::string> parts;
  const std::string unit = unit_text(parameter);
  parts.push_back(unit.empty() ? parameter.meaning : fmt::format("{} {}", parameter.meaning, unit));
  if (const std::string range = range_text(parameter); !range.empty()) parts.push_back(range);
  return std::string(trim(join(parts, "; ")));
}

// A bar would end the cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '|') result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result;
}

std::string default_cell(const Parameter& parameter) {
  if (parameter.default_text) return fmt::format("`{}`", cell(*parameter.default_text));
  return parameter.optional ? "may be absent" : "required";
}

std::string range_cell(const Parameter& parameter) {
  if (parameter.kind == ValueKind::choice || parameter.kind == ValueKind::boolean) return wanted_text(parameter);
  return range_text(parameter);
}

std::string unit_cell(const Parameter& parameter) {
  switch (parameter.kind) {
    case ValueKind::quantity: return parameter.unit == "1" || parameter.unit.empty() ? "-" : parameter.unit;
    case ValueKind::number: return "number";
    case ValueKind::integer: return "whole number";
    case ValueKind::text: return "text";
    case ValueKind::choice: return "choice";
    case ValueKind::boolean: return "truth value";
    case ValueKind::any: break;
  }
  return "structure";
}

}  // namespace

nlohmann::json schema_of(const ParameterTable& table) {
  nlohmann::json properties = nlohmann::json::object();
  nlohmann::json required = nlohmann::json::array();
  for (const Parameter& parameter : table) {
    nlohmann::json schema = value_schema(parameter);
    schema["description"] = description(parameter);
    if (parameter.default_text) schema["default"] = default_value(parameter);
    const bool numeric = parameter.kind == ValueKind::quantity;
    if (numeric) schema["examples"] = nlohmann::json::array({example_text(parameter)});
    properties[parameter.name] = schema;
    if (parameter.required()) required.push_back(parameter.name);
  }
  return {{"type", "object"}, {"properties", properties}, {"required", required}, {"additionalProperties", false}};
}

std::string reference_of(const ParameterTable& table) {
  std::string text = "| key | unit | range | default | meaning |\n|---|---|---|---|---|\n";
  for (const Parameter& parameter : table)
    text += fmt::format("| `{}` | {} | {} | {} | {} |\n", parameter.name, cell(unit_cell(parameter)),
                        cell(range_cell(parameter)), default_cell(parameter), cell(parameter.meaning));
  return text;
}

}  // namespace brineflow
