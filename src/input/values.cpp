#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "input/parameters.hpp"
#include "input/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace brineflow {

namespace {

// A refused value: the message, and the hint at the caret. Caught where the place is known.
struct Refusal {
  std::string message;
  std::string hint = {};
};

// "'length' in units.c (column)"
std::string called(const Parameter& parameter, const std::string& context) {
  return fmt::format("'{}' in {}", parameter.name, context);
}

// Scalar text, or what is wrong with the node.
const std::string& scalar_text(const Node& node, const std::string& what, const Parameter& parameter) {
  if (node.is_null()) throw Refusal{fmt::format("{} has no value", what), fmt::format("wanted: {}", wanted_text(parameter))};
  if (!node.is_scalar())
    throw Refusal{fmt::format("{} is {}; wanted: {}", what, kind_text(node), wanted_text(parameter))};
  return node.text();
}

Quantity quantity_of(const std::string& text, const std::string& what) {
  try {
    return parse_quantity(text);
  } catch (const QuantityError& error) {
    throw Refusal{fmt::format("{}: {}", what, error.what()), error.hint()};
  }
}

double read_si(const Node& node, const Parameter& parameter, const std::string& what) {
  const std::string& text = scalar_text(node, what, parameter);
  const Quantity quantity = quantity_of(text, what);
  const Dimension wanted = parse_unit(parameter.unit).dimension;
  if (quantity.dimension == wanted) return quantity.value;
  if (!quantity.has_unit) throw Refusal{fmt::format("{} needs a unit: {}", what, wanted_text(parameter))};
  const std::string noun = name_of(quantity.dimension);
  throw Refusal{fmt::format("'{}' is {}; {} wants {}", text, with_article(noun), what, wanted_text(parameter))};
}

double read_number(const Node& node, const Parameter& parameter, const std::string& what) {
  const std::string& text = scalar_text(node, what, parameter);
  try {
    return parse_number(text);
  } catch (const QuantityError& error) {
    throw Refusal{fmt::format("{}: {}", what, error.what()), error.hint()};
  }
}

double read_integer(const Node& node, const Parameter& parameter, const std::string& what) {
  const double value = read_number(node, parameter, what);
  if (value != std::floor(value) || std::abs(value) > 1e15)
    throw Refusal{fmt::format("{} wants {}, not '{}'", what, wanted_text(parameter), node.text())};
  return value;
}

bool read_boolean(const Node& node, const Parameter& parameter, const std::string& what) {
  const std::string& text = scalar_text(node, what, parameter);
  if (text != "true" && text != "false") throw Refusal{fmt::format("{} wants true or false, not '{}'", what, text)};
  return text == "true";
}

std::string read_text(const Node& node, const Parameter& parameter, const std::string& what) {
  const std::string& text = scalar_text(node, what, parameter);
  if (trim(text).empty()) throw Refusal{fmt::format("{} is an empty text", what)};
  return text;
}

std::string read_choice(const Node& node, const Parameter& parameter, const std::string& what) {
  const std::string& text = scalar_text(node, what, parameter);
  if (std::find(parameter.choices.begin(), parameter.choices.end(), text) != parameter.choices.end()) return text;
  const auto near = closest(text, parameter.choices);
  throw Refusal{fmt::format("{} cannot be '{}'", what, text),
                near ? fmt::format("did you mean '{}'?", *near) : fmt::format("one of {}", wanted_text(parameter))};
}

// "length -1 m in units.c (column) must be above 0 m"
void check_range(double value, const Node& node, const Parameter& parameter, const std::string& context) {
  if (parameter.range.contains(value)) return;
  throw Refusal{fmt::format("{} {} in {} must be {}", parameter.name, node.text(), context, range_text(parameter))};
}

bool is_numeric(ValueKind kind) {
  return kind == ValueKind::quantity || kind == ValueKind::number || kind == ValueKind::integer;
}

std::string_view name_of(ValueKind kind) {
  switch (kind) {
    case ValueKind::quantity: return "quantity";
    case ValueKind::number: return "number";
    case ValueKind::integer: return "integer";
    case ValueKind::text: return "text";
    case ValueKind::choice: return "choice";
    case ValueKind::boolean: return "boolean";
    case ValueKind::any: break;
  }
  return "any";
}

}  // namespace

class ValueReader {
 public:
  ValueReader(const Node& map, const ParameterTable& table, const std::string& context, Diagnostics& diagnostics)
      : map_(map), table_(table), diagnostics_(diagnostics) {
    values_.context_ = context;
  }

  Values read(std::span<const std::string> ignored_keys) {
    const std::size_t findings = diagnostics_.count();
    const bool usable = map_.is_map() || map_.is_null();
    if (!usable)
      diagnostics_.error(map_.place(), fmt::format("{} is {}; wanted: keys with values", values_.context_, kind_text(map_)));
    else
      report_unknown(ignored_keys);
    for (const Parameter& parameter : table_) read_one(parameter, usable);
    values_.complete_ = diagnostics_.count() == findings;
    return std::move(values_);
  }

 private:
  void report_unknown(std::span<const std::string> ignored_keys) {
    std::vector<std::string> valid;
    for (const Parameter& parameter : table_) valid.push_back(parameter.name);
    const auto is_in = [](const auto& names, const std::string& name) {
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    for (const Entry& entry : map_.entries())
      if (!is_in(valid, entry.key) && !is_in(ignored_keys, entry.key))
        report_unknown_key(entry, valid, values_.context_, diagnostics_);
  }

  void read_one(const Parameter& parameter, bool usable) {
    Values::Value value;
    value.kind = parameter.kind;
    value.node = map_.find(parameter.name);
    value.place = value.node != nullptr ? value.node->place() : map_.place();
    if (value.node != nullptr) {
      try_convert(*value.node, parameter, value);
    } else if (parameter.default_text) {
      take_default(parameter, value);
    } else if (!parameter.optional) {
      stand_in(parameter, value);
      if (usable)
        diagnostics_.error(map_.place(), fmt::format("missing key '{}' in {}", parameter.name, values_.context_),
                           summary_text(parameter));
    }
    values_.values_.emplace(parameter.name, std::move(value));
  }

  void try_convert(const Node& node, const Parameter& parameter, Values::Value& value) {
    try {
      convert(node, parameter, value);
    } catch (const Refusal& refusal) {
      diagnostics_.error(node.place(), refusal.message, refusal.hint);
      stand_in(parameter, value);
    }
  }

  void take_default(const Parameter& parameter, Values::Value& value) const {
    try {
      value.default_node = default_node(parameter);
      convert(*value.default_node, parameter, value);
    } catch (const Refusal& refusal) {
      throw InternalError(fmt::format("default of a parameter: {}", refusal.message));
    }
  }

  static std::shared_ptr<const Node> default_node(const Parameter& parameter) {
    if (parameter.kind != ValueKind::any) return std::make_shared<Node>(Node::scalar(*parameter.default_text));
    Diagnostics ours;
    Document document = parse_document(*parameter.default_text, "default of " + parameter.name, ours);
    if (!ours.empty()) throw Refusal{ours.text()};
    return std::make_shared<Node>(std::move(document.root));
  }

  void convert(const Node& node, const Parameter& parameter, Values::Value& value) const {
    const std::string what = called(parameter, values_.context_);
    switch (parameter.kind) {
      case ValueKind::quantity: value.number = read_si(node, parameter, what); break;
      case ValueKind::number: value.number = read_number(node, parameter, what); break;
      case ValueKind::integer: value.number = read_integer(node, parameter, what); break;
      case ValueKind::boolean: value.number = read_boolean(node, parameter, what) ? 1.0 : 0.0; break;
      case ValueKind::text: value.text = read_text(node, parameter, what); break;
      case ValueKind::choice: value.text = read_choice(node, parameter, what); break;
      case ValueKind::any:
        if (node.is_null()) throw Refusal{fmt::format("{} has no value", what)};
        break;
    }
    if (is_numeric(parameter.kind)) check_range(value.number, node, parameter, values_.context_);
    value.valid = true;
  }

  // Something admissible, so that an owner who goes on finds what else is wrong and nothing that is not.
  void stand_in(const Parameter& parameter, Values::Value& value) const {
    value = {parameter.kind, false, true, 0.0, "", value.node, nullptr, value.place};
    if (parameter.default_text) {
      take_default(parameter, value);
      value.valid = false;
    } else if (is_numeric(parameter.kind)) {
      value.number = typical_value(parameter);
    } else if (parameter.kind == ValueKind::choice) {
      value.text = example_text(parameter);
    }
  }

  const Node& map_;
  const ParameterTable& table_;
  Diagnostics& diagnostics_;
  Values values_;
};

const Values::Value& Values::value(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end())
    throw InternalError(fmt::format("the table of {} has no parameter '{}'", context_, name));
  return found->second;
}

const Values::Value& Values::value(std::string_view name, ValueKind kind) const {
  const Value& found = value(name);
  const bool same = found.kind == kind || (kind == ValueKind::text && found.kind == ValueKind::choice);
  if (!same)
    throw InternalError(fmt::format("parameter '{}' of {} is a {}, asked for as a {}", name, context_,
                                    name_of(found.kind), name_of(kind)));
  if (!found.valid && !found.refused)
    throw InternalError(fmt::format("parameter '{}' of {} is absent: ask has() first", name, context_));
  return found;
}

bool Values::has(std::string_view name) const { return value(name).valid; }
bool Values::given(std::string_view name) const { return value(name).node != nullptr; }
double Values::quantity(std::string_view name) const { return value(name, ValueKind::quantity).number; }
double Values::number(std::string_view name) const { return value(name, ValueKind::number).number; }
long Values::integer(std::string_view name) const { return static_cast<long>(value(name, ValueKind::integer).number); }
bool Values::flag(std::string_view name) const { return value(name, ValueKind::boolean).number != 0.0; }
const std::string& Values::text(std::string_view name) const { return value(name, ValueKind::text).text; }
Place Values::place(std::string_view name) const { return value(name).place; }

const Node* Values::node(std::string_view name) const {
  const Value& found = value(name);
  return found.node != nullptr ? found.node : found.default_node.get();
}

Values read_values(const Node& map, const ParameterTable& table, const std::string& context, Diagnostics& diagnostics,
                   std::span<const std::string> ignored_keys) {
  return ValueReader(map, table, context, diagnostics).read(ignored_keys);
}

Values read_values(const Node& map, const ParameterTable& table, const std::string& context, Diagnostics& diagnostics,
                   std::initializer_list<std::string> ignored_keys) {
  return read_values(map, table, context, diagnostics, std::span(ignored_keys.begin(), ignored_keys.size()));
}

std::optional<double> read_quantity(const Node& node, std::string_view unit, std::string_view what,
                                    Diagnostics& diagnostics) {
  try {
    return read_si(node, quantity(std::string(what), std::string(unit)), std::string(what));
  } catch (const Refusal& refusal) {
    diagnostics.error(node.place(), refusal.message, refusal.hint);
    return std::nullopt;
  }
}

void report_unknown_key(const Entry& entry, std::span<const std::string> valid, const std::string& context,
                        Diagnostics& diagnostics) {
  const auto near = closest(entry.key, valid);
  std::string hint = "no key is expected here";
  if (!valid.empty()) hint = fmt::format("valid keys: {}", join(valid, ", "));
  if (near) hint = fmt::format("did you mean '{}'?", *near);
  diagnostics.error(entry.key_place, fmt::format("unknown key '{}' in {}", entry.key, context), hint);
}

}  // namespace brineflow
