#include "study/varied.hpp"

#include "base/text.hpp"
#include "study/quantity_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace brineflow {
namespace {

std::optional<Quantity> quantity_in(const Node& node) {
  if (!node.is_scalar()) return std::nullopt;
  try {
    return parse_quantity(node.text());
  } catch (const QuantityError&) {
    return std::nullopt;
  }
}

void read_list(const Entry& entry, Varied& one, Diagnostics& diagnostics) {
  one.listed = entry.value.items();
  if (one.listed.empty()) return diagnostics.error(entry.value.place(), fmt::format("'{}' has no values", entry.key));
  const auto first = quantity_in(one.listed.front());
  if (!first) return;
  const std::string unit = unit_in(one.listed.front().text());
  const UnitOfMeasure measure = parse_unit(unit);
  for (const Node& node : one.listed) {
    const auto quantity = quantity_in(node);
    if (!quantity || !(quantity->dimension == first->dimension)) return;  // the case says what is wrong with it
    one.numbers.push_back(to_unit(quantity->value, measure));
  }
  one.unit = unit;
}

void read_range(const Entry& entry, Varied& one, Diagnostics& diagnostics) {
  const Values values = read_values(entry.value, sweep_range_parameters(), fmt::format("vary.{}", entry.key), diagnostics, {});
  if (values.has("count")) one.count = static_cast<std::size_t>(values.integer("count"));
  if (!values.given("from") || !values.given("to")) return;
  one.logarithmic = values.text("spacing") == "logarithmic";
  one.decimals = values.text("numbers") == "decimal";
  const auto from = written_quantity(*values.node("from"), entry.key, diagnostics), to = written_quantity(*values.node("to"), entry.key, diagnostics);
  if (!from || !to) return;
  if (!(from->dimension == to->dimension))
    return diagnostics.error(values.place("to"), fmt::format("'{}' runs from {} to {}", entry.key, with_article(name_of(from->dimension)), with_article(name_of(to->dimension))));
  one.unit = unit_in(values.node("from")->text());
  const UnitOfMeasure measure = parse_unit(one.unit);
  one.from = to_unit(from->value, measure);
  one.to = to_unit(to->value, measure);
  if (one.logarithmic && !(one.from > 0.0 && one.to > 0.0))
    diagnostics.error(values.place("spacing"), fmt::format("logarithmic spacing of '{}' wants a range above zero", entry.key));
  if (!values.given("start")) return;
  const auto start = written_quantity(*values.node("start"), entry.key, diagnostics);
  if (!start) return;
  one.start = to_unit(start->value, measure);
  if (!(start->dimension == from->dimension) || *one.start < std::min(one.from, one.to) || *one.start > std::max(one.from, one.to))
    diagnostics.error(values.place("start"), fmt::format("'start' of '{}' is not between its ends", entry.key));
}

}  // namespace

double Varied::in_range(double share) const {
  const double value = logarithmic ? from * std::pow(to / from, share) : from + share * (to - from);
  return decimals ? value : std::round(value);
}

std::vector<Varied> read_varied(const Node& vary, Diagnostics& diagnostics) {
  std::vector<Varied> result;
  if (!vary.is_map() || vary.entries().empty()) {
    diagnostics.error(vary.place(), "'vary' wants a map of paths and their values", "as in {units.column.length: [1 m, 2 m]}");
    return result;
  }
  for (const Entry& entry : vary.entries()) {
    Varied one;
    one.path = entry.key;
    one.place = entry.key_place;
    if (entry.value.is_map()) read_range(entry, one, diagnostics);
    else if (entry.value.is_sequence()) read_list(entry, one, diagnostics);
    else diagnostics.error(entry.value.place(), fmt::format("'{}' wants values", entry.key), "a list, or a range as {from: 1 m, to: 4 m}");
    result.push_back(std::move(one));
  }
  return result;
}

std::filesystem::path file_beside(const std::filesystem::path& study, const Values& values, const char* key, const char* what, Diagnostics& diagnostics) {
  std::filesystem::path path = values.text(key);
  if (path.is_relative()) path = study.parent_path() / path;
  if (std::error_code unreadable; !std::filesystem::is_regular_file(path, unreadable))
    diagnostics.error(values.place(key), fmt::format("there is no {} {}", what, path.string()), "paths are relative to the study");
  return path;
}

Document read_base_case(const std::filesystem::path& case_file, const Values& values, Diagnostics& diagnostics) {
  Document document = read_document(case_file, diagnostics);
  diagnostics.throw_if_any();  // findings in one file at a time
  if (!values.given("set")) return document;
  const Node& set = *values.node("set");
  if (!set.is_map()) diagnostics.error(set.place(), "'set' wants a map of paths and values", "as in {output.every: 10 min}");
  for (const Entry& change : set.entries()) set_path(document, change.key, change.key_place, change.value, diagnostics);
  return document;
}

const ParameterTable& sweep_range_parameters() {
  static const ParameterTable table = {
      any("from").means("one end, a number with its unit"),
      any("to").means("the other end"),
      integer("count").between(1.0, static_cast<double>(largest_sweep)).maybe_absent().means("how many values on a grid, both ends among them"),
      any("start").maybe_absent().means("where a search begins; the middle where it is not given"),
      choice("spacing", {"linear", "logarithmic"}).or_default("linear").means("equal differences, or equal ratios"),
      choice("numbers", {"decimal", "whole"}).or_default("decimal").means("whole: rounded, for counts"),
  };
  return table;
}

}  // namespace brineflow
