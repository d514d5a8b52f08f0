#include "units/solution.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "physics/brine_range.hpp"
#include "units/chemistry_packages.hpp"
#include "units/constituents.hpp"
#include "units/transport_package.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace brineflow {
namespace {

constexpr const char* default_ion_transport = "ion_mobilities";  // a package of models/transport

bool makes_hydrogen(const std::vector<Formation>& formations) {
  return std::any_of(formations.begin(), formations.end(), [](const Formation& formation) {
    return std::any_of(formation.from.begin(), formation.from.end(),
                       [](const auto& part) { return part.first == "H+"; });
  });
}

void report_unknown(const Entry& entry, const Statement& statement, const std::vector<Formation>& formations,
                    Diagnostics& diagnostics) {
  const std::vector<std::string> names = constituent_names(formations);
  const std::optional<std::string> meant = closest(entry.key, names);
  diagnostics.error(
      entry.key_place, fmt::format("unknown ion or element '{}' in {}", entry.key, statement.context),
      meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("known are {}", join(names, ", ")));
}

// In the order in which the program lists them, H+ last. A solution of H+ and ions of one sign gets the other
// sign: density models need both.
ComponentSet in_order(std::set<std::string> names) {
  std::vector<std::string> ordered{"H2O"};
  int cations = 0, anions = 0;
  for (const std::string& name : names) {
    if (name == "H+") continue;
    const int charge = known_component(name)->charge;
    cations += charge > 0 ? 1 : 0;
    anions += charge < 0 ? 1 : 0;
  }
  if (cations > 0 && anions == 0) names.insert("Cl-");
  if (anions > 0 && cations == 0) names.insert("Na+");
  for (const std::string& name : known_component_names())
    if (name != "H2O" && name != "H+" && names.count(name) > 0) ordered.push_back(name);
  if (names.count("H+") > 0) ordered.emplace_back("H+");
  return ComponentSet::from_names(ordered);
}

bool has_salt(const LaliberteParameters& set, std::string_view cation, std::string_view anion) {
  return std::any_of(set.salts.begin(), set.salts.end(),
                     [&](const auto& salt) { return salt.cation == cation && salt.anion == anion; });
}

// With `ions` among those that count as water.
LaliberteParameters excusing(LaliberteParameters transport, const std::vector<std::string>& ions) {
  transport.without_coefficients.insert(transport.without_coefficients.end(), ions.begin(), ions.end());
  return transport;
}

}  // namespace

std::shared_ptr<const Chemistry> load_chemistry(const std::string& name, const std::string& density_viscosity,
                                                const Place& place, const ModelLibrary& models,
                                                Diagnostics& diagnostics) {
  const auto pitzer = models.find("pitzer", name, place, diagnostics);
  const auto transport = models.find("density_viscosity", density_viscosity, place, diagnostics);
  const auto mobilities = models.find("transport", default_ion_transport, place, diagnostics);
  if (!pitzer || !transport || !mobilities) return nullptr;
  auto ions = read_ion_transport(mobilities->root, diagnostics);
  auto activities = read_activity_package(pitzer->root, diagnostics);
  auto coefficients = read_laliberte_parameters(transport->root, diagnostics);
  if (!activities || !coefficients || !ions) return nullptr;
  std::optional<MineralSet> minerals;
  if (!activities->minerals.empty()) {
    const auto document = models.find("minerals", activities->minerals, place, diagnostics);
    if (document) minerals = read_mineral_set(document->root, diagnostics);
    if (!minerals) return nullptr;
  }
  return std::make_shared<const Chemistry>(Chemistry{name, std::move(*activities), std::move(minerals),
                                                     density_viscosity, std::move(*coefficients),
                                                     std::move(*ions)});
}

std::optional<ComponentSet> components_of(const Statement& statement, bool has_pH, const Chemistry& chemistry,
                                          Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.count();
  const std::vector<Formation>& formations = chemistry.activities.species;
  std::set<std::string> names;
  for (const Entry& entry : *statement.concentrations) {
    if (entry.key == "balance" || entry.key == "density" || entry.key == "H2O") continue;
    const std::optional<Constituent> what = find_constituent(entry.key, formations);
    if (!what) report_unknown(entry, statement, formations, diagnostics);
    else
      for (const auto& part : what->parts) names.insert(part.first);
  }
  const auto forms = [&](const Formation& formation) { return formation.name == statement.balance; };
  if (known_component(statement.balance) != nullptr &&
      std::none_of(formations.begin(), formations.end(), forms))
    names.insert(statement.balance);
  names.erase("H2O");
  const bool can_react = makes_hydrogen(formations);
  if (has_pH && !can_react)
    diagnostics.error(statement.place,
                      fmt::format("chemistry '{}' has no acid or base: it cannot take a pH", chemistry.name));
  if (has_pH || (can_react && (names.count("HCO3-") > 0 || names.count("B(OH)3") > 0))) names.insert("H+");
  if (diagnostics.count() != before) return std::nullopt;
  return in_order(std::move(names));
}

std::vector<std::string> ions_without_salt(const LaliberteParameters& transport,
                                           const ComponentSet& components) {
  std::vector<std::string> ions;
  for (const Component& ion : components) {
    const auto forms_salt = [&](const Component& other) {
      return has_salt(transport, ion.name, other.name) || has_salt(transport, other.name, ion.name);
    };
    if (ion.charge != 0 && std::none_of(components.begin(), components.end(), forms_salt))
      ions.push_back(ion.name);
  }
  return ions;
}

Solution::Solution(std::shared_ptr<const Chemistry> chemistry, const ComponentSet& components)
    : chemistry_(std::move(chemistry)),
      speciation_(components, chemistry_->activities.activities, chemistry_->activities.species),
      counted_as_water_(ions_without_salt(chemistry_->transport, speciation_.species())),
      transport_(excusing(chemistry_->transport, counted_as_water_)),
      brine_(Brine::pitzer(speciation_.species(), chemistry_->activities.activities, transport_,
                           chemistry_->ions)) {}

std::vector<RangeCheck> Solution::out_of_range(std::span<const double> amounts, double T) const {
  std::vector<RangeCheck> findings;
  check_activity_range(species(), chemistry_->activities.activities, amounts, T, findings);
  const LaliberteModel model(species(), transport_);
  check_transport_range(model.salt_masses(amounts), brine_.mass(amounts), T, findings);
  return findings;
}

}  // namespace brineflow
