// From an analysis as laboratories state it to mol of every component in a cubic metre.
#include "units/composition.hpp"

#include <fmt/format.h>

namespace brineflow {
namespace {

const ParameterTable& package_parameters() {
  static const ParameterTable table = [] {
    ParameterTable rows = {
        text("title").maybe_absent().means("what the brine is"),
        text("source").maybe_absent().means("where the numbers come from"),
        text("note").maybe_absent().means("what to know before using them"),
        quantity("temperature", "degC")
            .between("0 degC", "150 degC")
            .maybe_absent()
            .means("temperature at which concentrations per volume are stated; without it that of the feed "
                   "or tank"),
        any("concentrations").means("concentration of every solute"),
    };
    rows.insert(rows.end(), composition_parameters().begin(), composition_parameters().end());
    return rows;
  }();
  return table;
}

void take_shared_keys(const Values& values, Statement& statement) {
  if (values.has("balance")) statement.balance = values.text("balance");
  statement.balance_place = values.place("balance");
  if (values.has("density")) statement.density = values.quantity("density");
  statement.density_place = values.place("density");
}

// {concentrations: {Li+: 0.26 g/L}, balance: Cl-, temperature: 25 degC}
bool read_package(const Node& map, StatedComposition& stated, Diagnostics& diagnostics) {
  Statement& statement = stated.statement;
  const Values values = read_values(map, package_parameters(), statement.context, diagnostics, {});
  if (!values.complete()) return false;
  const Node* concentrations = values.node("concentrations");
  statement.place = concentrations->place();
  if (!concentrations->is_map()) {
    diagnostics.error(
        concentrations->place(),
        fmt::format("`concentrations` of {} must be a map such as {{Li+: 0.26 g/L}}", statement.context));
    return false;
  }
  statement.concentrations = &concentrations->entries();
  if (values.has("temperature")) statement.temperature = values.quantity("temperature");
  for (const auto& [key, text] :
       {std::pair{"title", &stated.title}, {"source", &stated.source}, {"note", &stated.note}})
    if (values.has(key)) *text = values.text(key);
  take_shared_keys(values, statement);
  return true;
}

// Keys of a package among the ions, each with one finding instead of two about a component of that name.
bool only_ions(const Node& map, const std::string& context, Diagnostics& diagnostics) {
  bool good = true;
  for (const Parameter& row : package_parameters()) {
    const Entry* entry = row.name == "balance" || row.name == "density" ? nullptr : map.find_entry(row.name);
    if (entry == nullptr) continue;
    good = false;
    const bool temperature = row.name == "temperature";
    diagnostics.error(
        entry->key_place,
        fmt::format("'{}' does not go among the ions of {}", row.name, context),
        temperature ? "a feed or tank has a `temperature` of its own; that of the concentrations goes into the form "
                      "{concentrations: {Li+: 0.26 g/L}, temperature: 25 degC, balance: Cl-}"
                    : "it belongs to the form {concentrations: {Li+: 0.26 g/L}, title: ..., source: ..., note: ...}");
  }
  return good;
}

// {Li+: 0.26 g/L, balance: Cl-}
bool read_inline(const Node& map, Statement& statement, Diagnostics& diagnostics) {
  if (!only_ions(map, statement.context, diagnostics)) return false;
  Node shared = Node::map(map.place());
  for (const Parameter& row : composition_parameters())
    if (const Entry* entry = map.find_entry(row.name)) shared.set(row.name, entry->value, entry->key_place);
  const Values values = read_values(shared, composition_parameters(), statement.context, diagnostics, {});
  statement.place = map.place();
  statement.concentrations = &map.entries();
  take_shared_keys(values, statement);
  return values.complete();
}

}  // namespace

const ParameterTable& composition_parameters() {
  static const ParameterTable table = {
      text("balance").maybe_absent().means("the ion whose amount is set so that the charges add up to zero"),
      quantity("density", "kg/L")
          .positive()
          .maybe_absent()
          .means("measured density: water is then found by difference instead of from the density model; for "
                 "concentrations per volume"),
  };
  return table;
}

std::vector<double> concentrations(const Brine& brine, const std::vector<double>& amounts,
                                   double temperature) {
  const double volume = brine.volume(std::span<const double>(amounts), temperature);
  std::vector<double> c = amounts;
  for (double& value : c) value /= volume;
  return c;
}

bool read_statement(const Node& node, double temperature, const ModelLibrary& models,
                    const std::string& context, StatedComposition& stated, Diagnostics& diagnostics) {
  Statement& statement = stated.statement;
  statement.temperature = temperature;
  statement.context = context;
  if (node.is_scalar()) {
    stated.package = models.find("brines", node.text(), node.place(), diagnostics);
    if (!stated.package) return false;
    statement.context = fmt::format("brine '{}'", node.text());
    return read_package(stated.package->root, stated, diagnostics);
  }
  if (node.is_map())
    return node.find("concentrations") ? read_package(node, stated, diagnostics)
                                       : read_inline(node, statement, diagnostics);
  diagnostics.error(
      node.place(),
      fmt::format(
          "{} needs a brine: the name of a package, or a composition such as {{Li+: 0.26 g/L, balance: Cl-}}",
          context));
  return false;
}

std::optional<std::vector<double>> read_brine_composition(const Node& node, const Brine& brine,
                                                          double temperature, const ModelLibrary& models,
                                                          const std::string& context,
                                                          Diagnostics& diagnostics) {
  StatedComposition stated;
  if (!read_statement(node, temperature, models, context, stated, diagnostics)) return std::nullopt;
  const std::optional<AnalysisResult> analysis = analyse(brine, stated.statement, diagnostics);
  if (!analysis) return std::nullopt;
  return concentrations(brine, analysis->amounts, temperature);
}

}  // namespace brineflow
