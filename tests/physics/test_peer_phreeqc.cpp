// The same parameters in two programs: our package against PHREEQC with that package written out as its database.
#include "physics/minerals.hpp"
#include "physics/model_files.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace brineflow::test {
namespace {

constexpr double room = 298.15;
constexpr double ln_10 = 2.302585092994046;

const ActivityPackage& package() {
  static const ActivityPackage result = read_activities("models/pitzer/hmw84_lithium_25C.yaml");
  return result;
}

// All species of the package, water with the molar mass that the peer uses.
ComponentSet all_species() {
  std::vector<Component> components;
  for (const char* name : {"H2O", "H+", "Li+", "Na+", "K+", "Mg+2", "Ca+2", "Cl-", "Br-", "SO4-2", "HCO3-", "B(OH)3"})
    components.push_back(*known_component(name));
  components[0].molar_mass = 1.0 / 55.50837;
  for (const Formation& formation : package().species) components.push_back(*known_component(formation.name));
  return ComponentSet(std::move(components));
}

// The model with the Debye-Hueckel slope of a row.
PitzerModel model_of(const std::map<std::string, std::string>& row) {
  PitzerParameters parameters = package().activities;
  parameters.A_phi = number(row, "A_phi");
  return PitzerModel(all_species(), parameters);
}

struct Worst {
  double difference = 0.0;
  std::string what = {};
  void take(double ours, double theirs, const std::string& text) {
    if (const double d = std::abs(ours - theirs); d > difference) *this = {d, text};
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(peer_phreeqc)

namespace {

struct Comparison {
  Worst gamma, water, index;
  std::size_t rows = 0, coefficients = 0, indices = 0;
};

Comparison compare(const std::string& file) {
  const ComponentSet species = all_species();
  const MineralSet minerals = read_minerals("models/minerals/hmw84_25C.yaml");
  Comparison result;
  Worst &gamma = result.gamma, &water = result.water, &index = result.index;
  std::size_t &rows = result.rows, &coefficients = result.coefficients, &indices = result.indices;
  for (const auto& row : read_csv(file)) {
    const std::string name = "brine " + std::to_string(++rows);
    std::vector<double> amounts(species.size(), 0.0), ln_gamma(species.size());
    amounts[0] = 1.0 / species[0].molar_mass;
    for (std::size_t i = 1; i < species.size(); ++i)
      if (row.count("m_" + species[i].name) != 0) amounts[i] = number(row, "m_" + species[i].name);
    model_of(row).log_activity(std::span<const double>(amounts), room, std::span<double>(ln_gamma));
    for (std::size_t i = 1; i < species.size(); ++i)
      if (const auto column = row.find("log10_gamma_" + species[i].name); column != row.end() && !column->second.empty()) {
        gamma.take(ln_gamma[i] / ln_10, number(row, column->first), name + " " + species[i].name);
        ++coefficients;
      }
    water.take(ln_gamma[0], number(row, "ln_aw"), name);
    for (const Mineral& mineral : minerals.minerals) {
      const auto column = row.find("SI_" + mineral.name);
      if (column == row.end() || column->second.empty()) continue;
      double sum = -mineral.log_K.at_reference;
      for (const auto& [part, nu] : mineral.dissolves_to) {
        const std::size_t i = species.find(part).value();
        sum += nu * (ln_gamma[i] + (i == 0 ? 0.0 : std::log(amounts[i]))) / ln_10;
      }
      index.take(sum, number(row, column->first), name + " " + mineral.name);
      ++indices;
    }
  }
  const char* reason = "what was asked for; two programs, one set of numbers, measured below 1e-7";
  BOOST_TEST_CONTEXT(gamma.what) check_close(gamma.difference, 0.0, {.absolute = 1e-5, .reason = reason});
  BOOST_TEST_CONTEXT(water.what) check_close(water.difference, 0.0, {.absolute = 1e-5, .reason = reason});
  BOOST_TEST_CONTEXT(index.what) check_close(index.difference, 0.0, {.absolute = 1e-5, .reason = reason});
  return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(five_hundred_brines_have_the_activities_that_phreeqc_computes) {
  const Comparison result = compare("tests/reference/brine/phreeqc_same_parameters_25C.csv");
  BOOST_CHECK_EQUAL(result.rows, 500u);
  BOOST_CHECK_GT(result.coefficients, 5000u);
  BOOST_CHECK_GT(result.indices, 7000u);
  report_figure("peer_log10_gamma", result.gamma.difference);
  report_figure("peer_ln_water_activity", result.water.difference);
  report_figure("peer_saturation_index", result.index.difference);
}

BOOST_AUTO_TEST_CASE(ten_named_brines_have_the_activities_that_phreeqc_computes) {
  // Lakes, salars, seawater, a bittern, permeate and eluate: tests/reference/brine/named_brines.csv.
  const Comparison result = compare("tests/reference/brine/phreeqc_named_brines_25C.csv");
  BOOST_CHECK_EQUAL(result.rows, 10u);
  report_figure("peer_named_brines_log10_gamma", result.gamma.difference);
}

BOOST_AUTO_TEST_CASE(the_species_are_those_that_phreeqc_finds) {
  // From the totals alone: what the peer distributed is collected and distributed again.
  const ComponentSet species = all_species();
  std::vector<Component> basis(species.begin(), species.begin() + 12);
  Worst worst;
  std::size_t rows = 0;
  for (const auto& row : read_csv("tests/reference/brine/phreeqc_same_parameters_25C.csv")) {
    if (row.at("m_H+").empty()) continue;  // without acid-base equilibria
    std::vector<Component> present = {basis[0]};
    for (std::size_t i = 1; i < basis.size(); ++i)
      if (!row.at("m_" + basis[i].name).empty()) present.push_back(basis[i]);
    PitzerParameters parameters = package().activities;
    parameters.A_phi = number(row, "A_phi");
    const Speciation speciation(ComponentSet(present), parameters, package().species);
    std::vector<double> totals(present.size(), 0.0), found(speciation.species().size());
    totals[0] = 1.0 / basis[0].molar_mass;
    for (std::size_t b = 1; b < present.size(); ++b) totals[b] = number(row, "m_" + present[b].name);
    for (const Formation& formation : package().species)
      if (const auto at = speciation.species().find(formation.name); at && *at >= present.size())
        for (const auto& [part, nu] : formation.from)
          totals[speciation.components().find(part).value()] += nu * number(row, "m_" + formation.name);
    speciation.speciate(std::span<const double>(totals), room, std::span<double>(found));
    const std::string name = "brine " + std::to_string(++rows);
    for (std::size_t i = 1; i < found.size(); ++i) {
      const double theirs = number(row, "m_" + speciation.species()[i].name);
      if (theirs > 1e-12) worst.take(std::log(found[i]), std::log(theirs), name + " " + speciation.species()[i].name);
    }
  }
  BOOST_CHECK_GT(rows, 100u);
  report_figure("peer_ln_molality_of_species", worst.difference);
  BOOST_TEST_CONTEXT(worst.what)
  check_close(worst.difference, 0.0, {.absolute = 1e-4, .reason = "pH from a difference of totals, with the digits that the peer prints"});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace brineflow::test
