#include "base/error.hpp"
#include "base/text.hpp"
#include "units/activity_package.hpp"
#include "units/fouling.hpp"
#include "units/package_reading.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brineflow {
namespace {

using namespace package_reading;

ParameterTable with_common(ParameterTable table) {
  for (const Parameter& row : {
           quantity("specific_resistance", "m/kg").positive().means("hydraulic resistance of a kilogram on a square metre"),
           quantity("cleaning_rate", "1/h").not_negative().or_default("0 1/h").means("share that cleaning takes off by time; a step sets it"),
           quantity("initial", "g/m2").not_negative().or_default("0 g/m2").means("what lies on the membrane at the start"),
       })
    table.push_back(row);
  return table;
}

const ParameterTable& scale_parameters() {
  static const ParameterTable table = with_common({
      any("mineral").maybe_absent().means("a mineral of the chemistry, or {dissolves_to: {Ca+2: 1, SO4-2: 1, H2O: 2}, log_K: -4.58}; the scale's own name without it"),
      quantity("growth_rate", "mol/m2/s").not_negative().means("rate constant of growth, by area of the membrane"),
      number("growth_order").between(1.0, 4.0).or_default("2").means("order of growth in the relative supersaturation"),
      quantity("dissolution_rate", "mol/m2/s").not_negative().maybe_absent().means("rate constant of dissolution; that of growth without it"),
      number("dissolution_order").between(1.0, 4.0).or_default("1").means("order of dissolution"),
      quantity("full_coverage", "g/m2").positive().or_default("1 g/m2").means("what dissolves as if it covered the membrane; less dissolves more slowly"),
  });
  return table;
}

const ParameterTable& cake_parameters() {
  static const ParameterTable table = with_common({
      quantity("foulant", "mg/L").not_negative().means("what the feed carries of it and the permeating flow leaves on the membrane"),
      quantity("removal_rate", "1/h").not_negative().or_default("0 1/h").means("share that the flow along the membrane takes off by time"),
  });
  return table;
}

std::optional<Mineral> described_mineral(const Node& node, const std::string& name, const std::string& called, Diagnostics& diagnostics) {
  static const ParameterTable table = {
      any("dissolves_to").means("components with their stoichiometric numbers"),
      any("log_K").means("log10 of the ion activity product at saturation"),
      text("source").maybe_absent().means("where the number is from"),
  };
  const std::size_t before = diagnostics.count();
  const Values values = read_values(node, table, "mineral of " + called, diagnostics, {});
  if (!values.complete()) return std::nullopt;
  Mineral mineral{.name = name, .formula = {}, .dissolves_to = stoichiometry_of(values, "dissolves_to", diagnostics),
                  .log_K = function_of_temperature(values, "log_K", diagnostics)};
  return diagnostics.count() == before ? std::optional(std::move(mineral)) : std::nullopt;
}

// `name` among those that belong to the activities of the case.
std::optional<Mineral> known_mineral(const std::string& name, const Place& place, const UnitContext& context, const std::string& called) {
  constexpr const char* instead = "describe it: mineral: {dissolves_to: {Ca+2: 1, SO4-2: 1, H2O: 2}, log_K: -4.58}";
  const std::string& package = context.brine->mineral_set();
  if (package.empty()) {
    context.diagnostics.error(place, fmt::format("the chemistry of the case has no minerals, and so no '{}' for {}", name, called), instead);
    return std::nullopt;
  }
  const auto document = context.models.find("minerals", package, place, context.diagnostics);
  if (!document) return std::nullopt;
  const auto set = read_mineral_set(document->root, context.diagnostics);
  if (!set) return std::nullopt;
  std::vector<std::string> names;
  for (const Mineral& mineral : set->minerals) {
    if (mineral.name == name) return mineral;
    names.push_back(mineral.name);
  }
  const auto meant = closest(name, names);
  context.diagnostics.error(place, fmt::format("'{}' is no mineral of models/minerals/{}, which {} would be of", name, package, called),
                            meant ? fmt::format("did you mean '{}'?", *meant) : instead);
  return std::nullopt;
}

std::optional<DissolvingMineral> read_mineral(const Values& values, const Entry& entry, const UnitContext& context, const std::string& called) {
  const Node* node = values.node("mineral");
  const Place place = node != nullptr ? node->place() : entry.key_place;
  const auto mineral = node != nullptr && node->is_map() ? described_mineral(*node, entry.key, called, context.diagnostics)
                                                         : known_mineral(node != nullptr ? node->text() : entry.key, place, context, called);
  if (!mineral) return std::nullopt;
  std::vector<std::string> missing;
  for (const auto& part : mineral->dissolves_to)
    if (!context.brine->components().find(part.first)) missing.push_back(part.first);
  if (!missing.empty()) {
    context.diagnostics.error(place, fmt::format("{} dissolves to {}, which {} no component of the case", mineral->name, join(missing, " and "),
                                                 missing.size() > 1 ? "are" : "is"),
                              "list it under components");
    return std::nullopt;
  }
  try {
    return DissolvingMineral(context.brine->components(), *mineral);
  } catch (const InputError& error) {
    context.diagnostics.error(place, error.what());
    return std::nullopt;
  }
}

std::optional<Deposit> read_deposit(const Entry& entry, bool scale, const UnitContext& context, const std::string& called) {
  const Values values = read_values(entry.value, scale ? scale_parameters() : cake_parameters(), called, context.diagnostics, {});
  Deposit deposit;
  deposit.name = entry.key;
  if (scale) deposit.mineral = read_mineral(values, entry, context, called);
  if (!values.complete() || (scale && !deposit.mineral)) return std::nullopt;
  deposit.specific_resistance = values.quantity("specific_resistance");
  deposit.cleaning_rate = values.quantity("cleaning_rate");
  deposit.initial = values.quantity("initial");
  if (!scale) {
    deposit.foulant = values.quantity("foulant");
    deposit.removal_rate = values.quantity("removal_rate");
    return deposit;
  }
  const double growth = values.quantity("growth_rate");
  deposit.kinetics = {.growth = growth, .dissolution = values.has("dissolution_rate") ? values.quantity("dissolution_rate") : growth,
                      .growth_order = values.number("growth_order"), .dissolution_order = values.number("dissolution_order"),
                      .full_coverage = values.quantity("full_coverage")};
  return deposit;
}

bool valid_name(const std::string& name) {
  constexpr const char* allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  return !name.empty() && (name[0] < '0' || name[0] > '9') && name.find_first_not_of(allowed) == std::string::npos;
}

}  // namespace

std::optional<Fouling> read_fouling(const Node& node, const UnitContext& context, const std::string& called) {
  static const ParameterTable table = {
      any("scale").maybe_absent().means("minerals that grow on the membrane, by name"),
      any("cake").maybe_absent().means("layers of what the permeating flow carries to it, by name"),
  };
  Diagnostics& diagnostics = context.diagnostics;
  const std::size_t before = diagnostics.count();
  const Values values = read_values(node, table, "fouling of " + called, diagnostics, {});
  std::vector<Deposit> deposits;
  std::vector<const Entry*> entries;
  for (const char* kind : {"scale", "cake"}) {
    const Node* of = values.node(kind);
    if (of == nullptr) continue;
    if (!of->is_map()) {
      diagnostics.error(of->place(), fmt::format("'{}' in fouling of {} wants a map of deposits", kind, called), fmt::format("as in {}: {{NAME: {{specific_resistance: 1e14 m/kg, …}}}}", kind));
      continue;
    }
    for (const Entry& entry : of->entries()) {
      if (!valid_name(entry.key)) {
        diagnostics.error(entry.key_place, fmt::format("'{}' cannot name a deposit", entry.key), "names are letters, digits and _, and begin with a letter");
        continue;
      }
      for (const Entry* other : entries)
        if (other->key == entry.key) diagnostics.error_with_other(entry.key_place, fmt::format("two deposits of {} are called '{}'", called, entry.key), other->key_place, "the first is here");
      entries.push_back(&entry);
      auto deposit = read_deposit(entry, kind == std::string("scale"), context, fmt::format("{} of {}", entry.key, called));
      if (deposit) deposits.push_back(std::move(*deposit));
    }
  }
  if (diagnostics.count() != before) return std::nullopt;
  if (deposits.empty() || deposits.size() > Fouling::max_deposits) {
    diagnostics.error(node.place(), fmt::format("fouling of {} wants one to {} deposits", called, Fouling::max_deposits),
                      "as in {cake: {organic_matter: {foulant: 2 mg/L, specific_resistance: 1e15 m/kg}}}");
    return std::nullopt;
  }
  return Fouling(std::move(deposits));
}

}  // namespace brineflow
