#include "units/package_reading.hpp"

#include <fmt/format.h>

namespace brineflow::package_reading {

const std::vector<Node>& items_of(const Values& values, const std::string& key, Diagnostics& diagnostics) {
  static const std::vector<Node> none;
  const Node* node = values.node(key);
  if (node == nullptr || node->is_null()) return none;
  if (node->is_sequence()) return node->items();
  diagnostics.error(node->place(), fmt::format("'{}' in {} must be a list", key, values.context()));
  return none;
}

std::vector<std::string> texts_of(const Values& values, const std::string& key, std::size_t count,
                                  Diagnostics& diagnostics) {
  std::vector<std::string> result(count);
  const Node* node = values.node(key);
  if (node == nullptr) return result;  // reported as missing
  bool good = node->is_sequence() && node->items().size() == count;
  for (std::size_t k = 0; good && k < count; ++k) {
    good = node->items()[k].is_scalar();
    result[k] = node->items()[k].text();
  }
  if (!good)
    diagnostics.error(node->place(),
                      fmt::format("'{}' in {} must be a list of {}", key, values.context(), count));
  return result;
}

std::vector<double> numbers_of(const Values& values, const std::string& key, std::size_t count,
                               const char* unit, Diagnostics& diagnostics) {
  std::vector<double> result(count);
  const std::vector<std::string> texts = texts_of(values, key, count, diagnostics);
  if (texts[0].empty()) return result;
  const std::string what = fmt::format("'{}' in {}", key, values.context());
  for (std::size_t k = 0; k < count; ++k)
    result[k] = read_quantity(values.node(key)->items()[k], unit, what, diagnostics).value_or(0.0);
  return result;
}

Parameter source_row() { return text("source").means("where the numbers come from"); }

double sourced_number(const Values& values, const std::string& key, const char* unit, double without,
                      Diagnostics& diagnostics) {
  const Node* node = values.node(key);
  if (node == nullptr) return without;
  const ParameterTable table = {quantity("value", unit).means("the value"), source_row()};
  const Values inner = read_values(*node, table, key + " of " + values.context(), diagnostics, {});
  return inner.has("value") ? inner.quantity("value") : without;
}

TemperatureFunction function_of_temperature(const Values& values, const std::string& key,
                                            Diagnostics& diagnostics) {
  TemperatureFunction result;
  const Node* node = values.node(key);
  if (node == nullptr) return result;
  const std::string what = fmt::format("'{}' in {}", key, values.context());
  if (!node->is_sequence()) {
    result.at_reference = read_quantity(*node, "1", what, diagnostics).value_or(0.0);
    return result;
  }
  const std::vector<Node>& items = node->items();
  if (items.empty() || items.size() > 1 + result.terms.size()) {
    diagnostics.error(node->place(),
                      what +
                          " must be a number, or a list of the number at 25 degC and up to five "
                          "coefficients, of 1/T, ln T, T, T^2 and 1/T^2");
    return result;
  }
  result.at_reference = read_quantity(items[0], "1", what, diagnostics).value_or(0.0);
  for (std::size_t k = 1; k < items.size(); ++k)
    result.terms[k - 1] = read_quantity(items[k], "1", what, diagnostics).value_or(0.0);
  return result;
}

std::vector<std::pair<std::string, double>> stoichiometry_of(const Values& values, const std::string& key,
                                                             Diagnostics& diagnostics) {
  std::vector<std::pair<std::string, double>> result;
  const Node* node = values.node(key);
  if (node == nullptr) return result;
  const std::string what = fmt::format("'{}' in {}", key, values.context());
  if (!node->is_map() || node->entries().empty()) {
    diagnostics.error(node->place(),
                      what + " must be a map of species and numbers, such as {Na+: 1, Cl-: 1}");
    return result;
  }
  for (const Entry& entry : node->entries())
    result.emplace_back(entry.key, read_quantity(entry.value, "1", what, diagnostics).value_or(0.0));
  return result;
}

}  // namespace brineflow::package_reading
