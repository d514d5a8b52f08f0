#include "units/sorbent_package.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace brineflow {
namespace {

// Reads the species of one sorbent; what is wrong goes to diagnostics.
class SpeciesReader {
 public:
  SpeciesReader(const SorptionLaw& law, SorptionKinetics kinetics, std::optional<double> solid_density, const ComponentSet& components,
                std::string context, Diagnostics& diagnostics)
      : law_(law), kinetics_(kinetics), solid_density_(solid_density), components_(components), context_(std::move(context)), diagnostics_(diagnostics) {}

  void read(const Entry& entry, Sorption& sorption) const {
    const std::string context = fmt::format("{}.species.{}", context_, entry.key);
    if (!entry.value.is_map()) return diagnostics_.error(entry.value.place(), fmt::format("{} must be a map of its numbers", context));
    const Values values = read_values(entry.value, sorbed_species_parameters(law_, kinetics_), context, diagnostics_, keys_of_other_laws(entry.value));
    SorbedSpecies species{entry.key, stoichiometry(entry, values), 0};
    if (!followed(values, entry, species) || !values.complete()) return;
    for (const SorptionParameter& parameter : sorption_parameters(law_, kinetics_))
      sorption.parameters.push_back(parameter.name == "q_max" ? capacity(values, species) : values.quantity(parameter.name));
    sorption.species.push_back(std::move(species));
  }

 private:
  std::optional<std::size_t> component(const std::string& name, const Place& place) const {
    const auto index = components_.find(name);
    if (!index)
      diagnostics_.error(place, fmt::format("{} needs the component '{}', which the case does not carry", context_, name),
                         fmt::format("the case has {}", fmt::join(components_.names(), ", ")));
    return index;
  }

  // Keys that this law does not know and another does: a finding that names both laws, instead of a guess at spelling.
  std::vector<std::string> keys_of_other_laws(const Node& species) const {
    const auto knows = [](const SorptionLaw& law, SorptionKinetics kinetics, const std::string& key) {
      const ParameterTable table = sorbed_species_parameters(law, kinetics);
      return std::any_of(table.begin(), table.end(), [&](const Parameter& row) { return row.name == key; });
    };
    std::vector<std::string> found;
    for (const Entry& entry : species.entries()) {
      if (knows(law_, kinetics_, entry.key)) continue;
      std::vector<std::string> owners;
      for (const std::string& kinetics : sorption_kinetics_names())
        for (const std::string& name : sorption_law_names()) {
          const bool listed = std::find(owners.begin(), owners.end(), name) != owners.end();
          if (!listed && knows(sorption_law(name), sorption_kinetics(kinetics), entry.key)) owners.push_back(name);
        }
      if (owners.empty()) continue;
      if (std::find(owners.begin(), owners.end(), sorption_law_name(law_)) != owners.end())
        owners = {"the other `kinetics`"};
      std::vector<std::string_view> own;
      const auto table = sorption_parameters(law_, kinetics_);
      for (const SorptionParameter& row : table) own.push_back(row.name);
      diagnostics_.error(entry.key_place, fmt::format("'{}' is a number of {}, not of {}", entry.key, fmt::join(owners, " or "), sorption_law_name(law_)),
                         fmt::format("{} has {}", sorption_law_name(law_), fmt::join(own, ", ")));
      found.push_back(entry.key);
    }
    return found;
  }

  // {Li+: 1, Cl-: 1}; without `takes` the species is a component itself.
  std::vector<int> stoichiometry(const Entry& entry, const Values& values) const {
    std::vector<int> result(components_.size(), 0);
    if (!values.given("takes")) {
      if (const auto index = component(entry.key, entry.key_place)) result[*index] = 1;
      return result;
    }
    const Node& takes = *values.node("takes");
    if (!takes.is_map()) diagnostics_.error(takes.place(), "'takes' must be a map such as {Li+: 1, Cl-: 1}");
    for (const Entry& part : takes.entries()) {
      const auto index = component(part.key, part.key_place);
      const auto count = read_quantity(part.value, "1", fmt::format("'{}' of 'takes'", part.key), diagnostics_);
      if (!index || !count) continue;
      if (*count == 0.0 || std::abs(*count) > 10.0 || *count != std::floor(*count))
        diagnostics_.error(part.value.place(), fmt::format("'{}' of 'takes' must be a whole number from 1 to 10, or from -10 to -1 for what is given back", part.key));
      else
        result[*index] = static_cast<int>(*count);
    }
    return result;
  }

  // Sets species.follows; by default the first component of `takes`.
  bool followed(const Values& values, const Entry& entry, SorbedSpecies& species) const {
    std::string name = entry.key;
    Place place = entry.key_place;
    if (values.given("takes") && !values.node("takes")->entries().empty()) name = values.node("takes")->entries().front().key;
    if (values.has("follows")) {
      name = values.text("follows");
      place = values.place("follows");
    }
    const auto index = values.has("follows") ? component(name, place) : components_.find(name);
    if (index) species.follows = *index;
    return index.has_value();
  }

  // mol per m3 of solid, from q_max, or from the mass of the followed component per mass of solid.
  double capacity(const Values& values, const SorbedSpecies& species) const {
    if (values.has("q_max") == values.has("capacity"))
      diagnostics_.error(values.place("q_max"), fmt::format("{} of {} needs either 'q_max' or 'capacity'", species.name, context_));
    if (values.has("q_max")) return values.quantity("q_max");
    if (!values.has("capacity")) return 0.0;
    if (!solid_density_)
      diagnostics_.error(values.place("capacity"), fmt::format("'capacity' of {} needs 'solid_density'", context_));
    return values.quantity("capacity") * solid_density_.value_or(0.0) / components_[species.follows].molar_mass;
  }

  const SorptionLaw& law_;
  SorptionKinetics kinetics_;
  std::optional<double> solid_density_;
  const ComponentSet& components_;
  std::string context_;
  Diagnostics& diagnostics_;
};

SorbentAgeing read_ageing(const Values& values, Diagnostics& diagnostics) {
  SorbentAgeing ageing;
  if (values.has("capacity_loss")) ageing.capacity_loss = values.quantity("capacity_loss");
  if (values.given("metal_content") != values.given("metal_loss_rate"))
    diagnostics.error(values.place(values.given("metal_content") ? "metal_content" : "metal_loss_rate"),
                      fmt::format("{} needs both 'metal_content' and 'metal_loss_rate', or none of them", values.context()));
  if (values.has("metal_content") && values.has("metal_loss_rate"))
    ageing.metal = SorbentAgeing::Metal{values.quantity("metal_content"), values.quantity("metal_loss_rate")};
  return ageing;
}

std::optional<Sorbent> read_sorbent(const Node& map, const std::string& name, bool packaged, const Place& place,
                                    const ComponentSet& components, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.count();
  const std::string context = packaged ? fmt::format("sorbent {}", name) : name;
  const Values values = read_values(map, sorbent_parameters(), context, diagnostics, {});
  if (packaged && !values.has("source")) diagnostics.error(map.place(), fmt::format("{} states no source", context));
  const SorbentAgeing ageing = read_ageing(values, diagnostics);
  if (!values.has("law") || !values.has("species")) return std::nullopt;

  Sorbent sorbent{name, {sorption_law(values.text("law")), {}, {}}};
  sorbent.sorption.ageing = ageing;
  if (values.has("kinetics")) sorbent.sorption.kinetics = sorption_kinetics(values.text("kinetics"));
  if (values.given("kinetics") && has_own_kinetics(sorbent.sorption.law))
    diagnostics.error(values.place("kinetics"), fmt::format("{}: the law {} states its own rates and takes no 'kinetics'", context, values.text("law")));
  const auto density = values.has("solid_density") ? std::optional(values.quantity("solid_density")) : std::nullopt;
  const SpeciesReader reader(sorbent.sorption.law, sorbent.sorption.kinetics, density, components, context, diagnostics);
  const Node& species = *values.node("species");
  if (!species.is_map()) diagnostics.error(species.place(), "'species' must be a map of species");
  for (const Entry& entry : species.entries()) reader.read(entry, sorbent.sorption);
  if (diagnostics.count() != before) {
    // The findings of a package stand in its file: say also where the case asks for it.
    if (packaged) diagnostics.error(place, fmt::format("the sorbent '{}' cannot be used here", name));
    return std::nullopt;
  }
  if (const std::string objection = objection_to(sorbent.sorption, components); !objection.empty()) {
    diagnostics.error(species.place(), fmt::format("{}: {}", context, objection));
    return std::nullopt;
  }
  return sorbent;
}

}  // namespace

const ParameterTable& sorbent_parameters() {
  static const ParameterTable table = {
      choice("law", sorption_law_names()).means("sorption law (docs/equations/sorption.md)"),
      choice("kinetics", sorption_kinetics_names()).or_default("linear_driving_force").means("how fast a law that states only an equilibrium gets there"),
      any("species").means("what is taken up: a map of species with their numbers"),
      quantity("solid_density", "kg/m3").positive().maybe_absent().means("mass per volume of all that void_fraction does not count; for `capacity`"),
      quantity("capacity_loss", "1").not_negative().below(1.0).maybe_absent().means("share of its capacity that one full load and elution costs; none without it"),
      quantity("metal_content", "mol/m3").positive().maybe_absent().means("metal in a volume of solid, where its loss to acid is followed"),
      quantity("metal_loss_rate", "1/s").not_negative().maybe_absent().means("rate constant of the metal's dissolution where H+ has activity 1 (molal)"),
      text("title").maybe_absent().means("what the sorbent is"),
      text("source").maybe_absent().means("where the numbers come from; a package must say"),
      text("note").maybe_absent().means("how far to trust them"),
  };
  return table;
}

ParameterTable sorbed_species_parameters(const SorptionLaw& law, SorptionKinetics kinetics) {
  ParameterTable table = {
      any("takes").maybe_absent().means("components that move together, {Li+: 1, Cl-: 1}; without it the species is a component"),
      text("follows").maybe_absent().means("component whose concentration drives the uptake and whose mass `capacity` counts; the first of `takes`"),
  };
  for (const SorptionParameter& parameter : sorption_parameters(law, kinetics)) {
    Parameter row = quantity(std::string(parameter.name), std::string(parameter.unit)).means(std::string(parameter.meaning));
    if (!parameter.default_text.empty()) row = row.or_default(std::string(parameter.default_text));
    if (parameter.name == "q_max") {
      table.push_back(row.positive().maybe_absent());
      table.push_back(quantity("capacity", "mg/g").positive().maybe_absent().means("capacity as mass per mass of solid, instead of q_max"));
    } else {
      table.push_back(parameter.sign == Admissible::positive       ? row.positive()
                      : parameter.sign == Admissible::not_negative ? row.not_negative()
                                                                   : row);
    }
  }
  return table;
}

std::optional<Sorbent> load_sorbent(const Node& node, const ComponentSet& components, const ModelLibrary& models,
                                    Diagnostics& diagnostics) {
  if (node.is_map()) return read_sorbent(node, "sorbent", false, node.place(), components, diagnostics);
  if (!node.is_scalar()) {
    diagnostics.error(node.place(), "'sorbent' must be the name of a package or a map");
    return std::nullopt;
  }
  const auto package = models.find("sorbents", node.text(), node.place(), diagnostics);
  if (!package) return std::nullopt;
  return read_sorbent(package->root, node.text(), true, node.place(), components, diagnostics);
}

std::vector<TunableParameter> tunable_parameters(const Sorbent& sorbent) {
  const Sorption& sorption = sorbent.sorption;
  const auto table = sorption_parameters(sorption.law, sorption.kinetics);
  std::vector<TunableParameter> result;
  for (std::size_t k = 0; k < sorption.parameters.size(); ++k) {
    const SorptionParameter& row = table[k % table.size()];
    const std::string species = sorption.species.size() > 1 ? sorption.species[k / table.size()].name + "." : "";
    result.push_back({fmt::format("{}.{}{}", sorbent.name, species, row.name), std::string(row.unit), sorption.parameters[k]});
  }
  const std::vector<SorptionParameter> ageing = ageing_parameters(sorption.ageing);
  const std::vector<double> values = ageing_values(sorption.ageing);
  for (std::size_t k = 0; k < ageing.size(); ++k)
    result.push_back({fmt::format("{}.{}", sorbent.name, ageing[k].name), std::string(ageing[k].unit), values[k]});
  return result;
}

}  // namespace brineflow
