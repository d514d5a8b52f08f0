#include "study/quantity_text.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace brineflow {

std::string unit_in(const std::string& quantity) {
  const std::size_t blank = quantity.find_first_of(" \t");
  if (blank != std::string::npos) return std::string(trim(quantity.substr(blank)));
  const std::size_t end = quantity.find_first_not_of("+-.0123456789eE");
  return end == std::string::npos ? "1" : quantity.substr(end);
}

std::string with_unit(double number, const std::string& unit) {
  return unit == "1" || unit.empty() ? fmt::format("{}", number) : fmt::format("{} {}", number, unit);
}

std::optional<Quantity> written_quantity(const Node& node, const std::string& what, Diagnostics& diagnostics) {
  if (!node.is_scalar()) {
    diagnostics.error(node.place(), fmt::format("'{}' wants a number with its unit here", what));
    return std::nullopt;
  }
  try {
    return parse_quantity(node.text());
  } catch (const QuantityError& error) {
    diagnostics.error(node.place(), fmt::format("'{}': {}", what, error.what()), error.hint());
    return std::nullopt;
  }
}

}  // namespace brineflow
