#include "study/brine_report.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace brineflow {
namespace {

constexpr double ln_10 = 2.302585092994046;
constexpr double none = std::numeric_limits<double>::quiet_NaN();

using Vector = std::vector<double>;

// A brine with everything that several rows are made from.
struct State {
  const ResolvedBrine& brine;
  const Solution& solution;
  double T;                                    // K
  Vector amounts;                              // mol of every species, in the measure of brine.totals
  Vector ln_gamma;                             // [0]: ln a_w
  double water = 0.0;                          // kg that is not bound in species
  double mass = 0.0;                           // kg
  double volume = 0.0;                         // m3
  double ionic_strength = 0.0;                 // mol/kg
  std::optional<double> shift = std::nullopt;  // ln: MacInnes less unscaled, per unit of charge  (6)

  double molality(std::size_t species) const { return amounts[species] / water; }
};

double mass_of(const ComponentSet& set, const Vector& amounts) {
  double mass = 0.0;
  for (std::size_t i = 0; i < set.size(); ++i) mass += amounts[i] * set[i].molar_mass;
  return mass;
}

// Beyond the data a number with a warning may still help; at twice the ionic strength it says nothing.
void refuse_the_absurd(const State& state) {
  const PitzerParameters& set = state.solution.chemistry().activities.activities;
  constexpr double far_beyond = 2.0;
  if (set.ionic_strength_up_to <= 0.0 || state.ionic_strength <= far_beyond * set.ionic_strength_up_to)
    return;
  throw InputError(
      fmt::format("the composition makes a brine of ionic strength {:.4g} mol/kg; the activities ({}) hold "
                  "up to {:.3g} mol/kg "
                  "and mean nothing that far beyond. Is there a slip in a unit?",
                  state.ionic_strength, set.name, set.ionic_strength_up_to));
}

State evaluate(const ResolvedBrine& brine) {
  const Solution& solution = *brine.solution;
  const ComponentSet& species = solution.species();
  State state{brine, solution, brine.temperature, Vector(species.size()), Vector(species.size())};
  solution.speciation().speciate(std::span<const double>(brine.totals), state.T,
                                 std::span<double>(state.amounts));
  solution.speciation().activities().log_activity(std::span<const double>(state.amounts), state.T,
                                                  std::span<double>(state.ln_gamma));
  state.water = state.amounts[0] * species[0].molar_mass;
  state.mass = mass_of(solution.components(), brine.totals);
  state.volume = solution.brine().volume(std::span<const double>(state.amounts), state.T);
  for (std::size_t i = 1; i < species.size(); ++i)
    state.ionic_strength += 0.5 * species[i].charge * species[i].charge * state.molality(i);
  refuse_the_absurd(state);
  const auto chloride = species.find("Cl-");
  if (!chloride || !(state.amounts[*chloride] > 0.0)) return state;
  if (const auto log_gamma = log_gamma_potassium_chloride(solution.chemistry().activities.activities,
                                                          state.ionic_strength, state.T))
    state.shift = state.ln_gamma[*chloride] - ln_10 * *log_gamma;
  return state;
}

// Totals of what was put in; those of water and H+ follow from the rest and say nothing to a reader.
std::vector<BrineReport::ComponentRow> component_rows(const State& state) {
  std::vector<BrineReport::ComponentRow> rows;
  const ComponentSet& components = state.solution.components();
  for (std::size_t i = 1; i < components.size(); ++i) {
    const double n = state.brine.totals[i];
    if (n == 0.0 || components[i].name == "H+") continue;
    const double mass = n * components[i].molar_mass;
    rows.push_back(
        {components[i].name, n / state.water, n / state.volume, mass / state.volume, mass / state.mass});
  }
  return rows;
}

double osmotic_coefficient(const State& state) {
  double solutes = 0.0;
  for (std::size_t i = 1; i < state.amounts.size(); ++i) solutes += state.molality(i);
  return solutes > 0.0 ? -state.ln_gamma[0] / (water_molar_mass * solutes) : none;
}

double osmotic_pressure(const State& state) {
  if (!(state.ionic_strength > 0.0) && state.mass == state.water)
    return 0.0;  // not the rounding of ln a_w in pure water
  return -gas_constant * state.T * state.ln_gamma[0] * water_density(state.T) / water_molar_mass;
}

double pH(const State& state) {
  return state.solution.speciation().pH(state.amounts, state.T).value_or(none);
}

double total(const State& state, const char* component) {
  const auto at = state.solution.components().find(component);
  return at ? state.brine.totals[*at] * state.solution.components()[*at].molar_mass : 0.0;
}

double ratio_to_lithium(const State& state, const char* component) {
  const double lithium = total(state, "Li+");
  return lithium > 0.0 ? total(state, component) / lithium : none;
}

// One line a row: key, name, unit of the value, unit it is shown in, value.
std::vector<BrineReport::Property> properties(const State& state) {
  const Brine& brine = state.solution.brine();
  const std::span<const double> n = state.amounts;
  const double solids = state.mass - state.water;
  return {
      {"density", "density", "kg/m3", "kg/L", state.mass / state.volume},
      {"viscosity", "viscosity", "Pa s", "cP", brine.viscosity(n, state.T)},
      {"conductivity", "electrical conductivity", "S/m", "S/m", brine.conductivity(n, state.T)},
      {"heat_capacity", "heat capacity", "J/(kg K)", "kJ/(kg K)", brine.heat_capacity(n, state.T)},
      {"boiling_point_rise", "boiling point rise at 1 atm", "K", "K",
       brine.boiling_point_rise(n, standard_atmosphere)},
      {"total_dissolved_solids", "total dissolved solids", "kg/m3", "g/L", solids / state.volume},
      {"dissolved_mass_fraction", "dissolved, by mass of solution", "1", "wt%", solids / state.mass},
      {"ionic_strength", "ionic strength", "mol/kg", "mol/kg", state.ionic_strength},
      {"water_activity", "water activity", "1", "1", std::exp(state.ln_gamma[0])},
      {"osmotic_coefficient", "osmotic coefficient", "1", "1", osmotic_coefficient(state)},
      {"osmotic_pressure", "osmotic pressure", "Pa", "bar", osmotic_pressure(state)},
      {"pH_unscaled", "pH, unscaled (Pitzer)", "1", "1", pH(state)},
      {"pH_macinnes", "pH, MacInnes", "1", "1", state.shift ? pH(state) - *state.shift / ln_10 : none},
      {"mg_li_mass_ratio", "Mg/Li by mass", "1", "1", ratio_to_lithium(state, "Mg+2")},
  };
}

std::vector<BrineReport::SpeciesRow> species_rows(const State& state) {
  std::vector<BrineReport::SpeciesRow> rows;
  const ComponentSet& species = state.solution.species();
  for (std::size_t i = 1; i < species.size(); ++i) {
    if (!(state.amounts[i] > 0.0)) continue;
    const double log_gamma = state.ln_gamma[i] / ln_10;
    rows.push_back(
        {species[i].name, species[i].charge, state.molality(i), log_gamma,
         state.shift ? std::optional(log_gamma + species[i].charge * *state.shift / ln_10) : std::nullopt});
  }
  return rows;
}

// Those all of whose components are there.
std::vector<BrineReport::MineralRow> mineral_rows(const State& state) {
  std::vector<BrineReport::MineralRow> rows;
  if (!state.solution.chemistry().minerals) return rows;
  const MineralEquilibrium minerals(state.solution.speciation(), *state.solution.chemistry().minerals);
  Vector indices(minerals.minerals().size());
  minerals.saturation_indices(std::span<const double>(state.amounts), state.T, std::span<double>(indices));
  const auto present = [&](const auto& part) {
    return part.first == "H+" ||
           state.brine.totals[state.solution.components().find(part.first).value()] > 0.0;
  };
  for (std::size_t k = 0; k < indices.size(); ++k) {
    const Mineral& mineral = minerals.minerals()[k];
    if (std::all_of(mineral.dissolves_to.begin(), mineral.dissolves_to.end(), present))
      rows.push_back({mineral.name, mineral.formula, indices[k], mineral.precipitates});
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.saturation_index > b.saturation_index; });
  return rows;
}

// Solubility constants without a range are those of the temperature of the Pitzer set they belong to.
void check_minerals_range(const State& state, std::vector<RangeCheck>& findings) {
  const Chemistry& chemistry = state.solution.chemistry();
  if (!chemistry.minerals) return;
  const PitzerParameters& set = chemistry.activities.activities;
  const auto [low, high] = chemistry.minerals->temperature_range.value_or(
      std::array{set.temperature - set.temperature_tolerance, set.temperature + set.temperature_tolerance});
  if (state.T >= low && state.T <= high) return;
  const std::string hold =
      chemistry.minerals->temperature_range
          ? fmt::format("hold from {:.4g} to {:.4g} degC", low - ice_point, high - ice_point)
          : fmt::format("are those of {:.4g} degC", set.temperature - ice_point);
  findings.push_back({"temperature of minerals", state.T, state.T < low ? low : high,
                      fmt::format("solubility constants of minerals ({}) {} and are used at {:.4g} degC",
                                  chemistry.minerals->name, hold, state.T - ice_point)});
}

// Ions that density and viscosity count as water.
std::optional<std::string> note_on_coefficients(const State& state) {
  std::vector<std::string> ions;
  double mass = 0.0;
  for (const std::string& name : state.solution.counted_as_water())
    if (const double m = total(state, name.c_str()); m > 0.0) {
      ions.push_back(name);
      mass += m;
    }
  if (ions.empty()) return std::nullopt;
  return fmt::format(
      "density and viscosity have no coefficients for {} in this brine, {:.3g} % of the dissolved mass: they "
      "count as water",
      join(ions, ", "), 100.0 * mass / (state.mass - state.water));
}

std::vector<std::string> notes(const State& state) {
  const std::optional<std::string> note = note_on_coefficients(state);
  return note ? std::vector<std::string>{*note} : std::vector<std::string>{};
}

}  // namespace

std::optional<double> log_gamma_potassium_chloride(const PitzerParameters& parameters, double ionic_strength,
                                                   double T) {
  const bool has_salt = std::any_of(parameters.binary.begin(), parameters.binary.end(), [](const auto& salt) {
    return salt.cation == "K+" && salt.anion == "Cl-";
  });
  if (!has_salt) return std::nullopt;
  const PitzerModel model(ComponentSet::from_names({"H2O", "K+", "Cl-"}), parameters);
  const std::array<double, 3> amounts{1.0 / water_molar_mass, ionic_strength, ionic_strength};
  std::array<double, 3> ln_gamma{};
  model.log_activity(std::span<const double>(amounts), T, std::span<double>(ln_gamma));
  return 0.5 * (ln_gamma[1] + ln_gamma[2]) / ln_10;
}

BrineReport report_brine(const ResolvedBrine& brine) {
  const State state = evaluate(brine);
  BrineReport report;
  report.title = brine.title;
  report.source = brine.source;
  report.note = brine.note;
  report.chemistry = brine.solution->chemistry().name;
  report.temperature = brine.temperature;
  report.pH_given = brine.pH;
  report.balance = brine.balance;
  report.charge_error = brine.charge_error;
  report.readings = brine.readings;
  report.notes = notes(state);
  report.components = component_rows(state);
  report.properties = properties(state);
  report.species = species_rows(state);
  report.minerals = mineral_rows(state);
  report.warnings = brine.solution->out_of_range(state.amounts, state.T);
  check_minerals_range(state, report.warnings);
  return report;
}

BrineReport report_brine(const BrineRequest& request) { return report_brine(resolve_brine(request)); }

}  // namespace brineflow
