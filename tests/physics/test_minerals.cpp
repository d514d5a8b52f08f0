// Solids: published solubilities and evaporation paths, conservation, complementarity, and that the search ends.
#include "base/error.hpp"
#include "base/text.hpp"
#include "physics/evaporation.hpp"
#include "physics/model_files.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <random>

namespace brineflow::test {
namespace {

constexpr double room = 298.15;

MineralSet hmw84_minerals() { return read_minerals("models/minerals/hmw84_25C.yaml"); }

// The constants of the peer where it departs from HMW84: its file of 2012 lets an analytical expression override them.
MineralSet peer_minerals() {
  MineralSet set = hmw84_minerals();
  for (Mineral& mineral : set.minerals) {
    if (mineral.name == "anhydrite") mineral.log_K = -4.2227;
    if (mineral.name == "mirabilite") mineral.log_K = -1.214;
  }
  return set;
}

const Speciation& salt_solution() {
  static const Speciation result(ComponentSet::from_names({"H2O", "Na+", "K+", "Mg+2", "Ca+2", "Cl-", "SO4-2"}), hmw84(), {});
  return result;
}

// With what magnesium and water make in alkaline brine.
const Speciation& alkaline_solution() {
  static const Speciation result(ComponentSet::from_names({"H2O", "Na+", "K+", "Mg+2", "Ca+2", "Cl-", "SO4-2", "H+"}), hmw84(),
                                 read_activities("models/pitzer/hmw84_lithium_25C.yaml").species);
  return result;
}

double water_activity(const Speciation& solution, const std::vector<double>& dissolved) {
  std::vector<double> species(solution.species().size()), ln_a(solution.components().size());
  solution.speciate(std::span<const double>(dissolved), room, std::span<double>(species));
  solution.log_activities(std::span<const double>(species), room, std::span<double>(ln_a));
  return std::exp(ln_a[0]);
}

std::vector<double> indices_of(const MineralEquilibrium& minerals, const Speciation& solution, const std::vector<double>& dissolved) {
  std::vector<double> species(solution.species().size()), result(minerals.minerals().size());
  solution.speciate(std::span<const double>(dissolved), room, std::span<double>(species));
  minerals.saturation_indices(std::span<const double>(species), room, std::span<double>(result));
  return result;
}

// Seawater of 25 degC, mol per kg of water.
std::vector<double> seawater() {
  std::vector<double> n = amounts_of(salt_solution().components(), {{"Na+", 0.48534}, {"K+", 0.010577}, {"Mg+2", 0.055074}, {"Ca+2", 0.010659}, {"SO4-2", 0.029253}});
  n[5] = n[1] + n[2] + 2.0 * (n[3] + n[4] - n[6]);
  return n;
}

double factor_of(const EvaporationPath& path, const MineralEquilibrium& minerals, const std::string& mineral, bool appears) {
  for (const EvaporationEvent& event : path.events)
    if (minerals.minerals()[event.mineral].name == mineral && event.appears == appears) return path.states[event.state].concentration_factor;
  BOOST_ERROR(mineral << " never " << (appears ? "appears" : "vanishes"));
  return 0.0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(minerals)

BOOST_AUTO_TEST_CASE(solutions_where_minerals_coexist_are_those_of_hmw84) {
  const MineralSet set = peer_minerals();
  double worst = 0.0, worst_activity = 0.0;
  for (const auto& row : read_csv("tests/reference/brine/invariant_points_25C_hmw84.csv")) {
    const auto expected = molalities_of(row);
    double charge = 0.0;
    for (const auto& [ion, m] : expected) charge += known_component(ion)->charge * m;
    // What the table leaves of charge beyond its digits is OH- and MgOH+, which it does not list.
    const bool alkaline = charge > 2e-3;
    const Speciation& solution = alkaline ? alkaline_solution() : salt_solution();
    const MineralEquilibrium minerals(solution, set);
    std::map<std::string, double> m = expected;
    m.erase("Li+");
    if (alkaline) m["H+"] = -charge;
    std::vector<double> totals = amounts_of(solution.components(), m);
    std::vector<bool> may_form(minerals.minerals().size(), false);
    std::string names = row.at("solids");
    std::transform(names.begin(), names.end(), names.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const std::string& name : split(names, '+')) {
      const auto is_it = [&](const Mineral& mineral) { return mineral.name == name; };
      const auto found = std::find_if(minerals.minerals().begin(), minerals.minerals().end(), is_it);
      BOOST_REQUIRE(found != minerals.minerals().end());
      may_form[static_cast<std::size_t>(found - minerals.minerals().begin())] = true;
      for (const auto& [part, nu] : found->dissolves_to) totals[solution.components().find(part).value()] += 0.3 * nu;
    }
    const SolidEquilibrium result = minerals.equilibrate(totals, room, may_form);
    const double water = result.dissolved[0] * solution.components()[0].molar_mass;
    BOOST_TEST_CONTEXT(row.at("system")) {
      const double activity = water_activity(solution, result.dissolved);
      worst_activity = std::max(worst_activity, std::abs(activity - number(row, "aw")));
      check_close(activity, number(row, "aw"), {.absolute = 0.002, .reason = "what was asked for"});
      for (std::size_t i = 1; i < solution.components().size(); ++i) {
        const auto listed = expected.find(solution.components()[i].name);
        if (listed == expected.end() || listed->second == 0.0) continue;
        worst = std::max(worst, std::abs(result.dissolved[i] / water / listed->second - 1.0));
        BOOST_TEST_CONTEXT(listed->first)
        check_close(result.dissolved[i] / water, listed->second, {.relative = 0.01, .reason = "what was asked for; two programs, one set of values"});
      }
    }
  }
  report_figure("invariant_points_concentration", worst);
  report_figure("invariant_points_water_activity", worst_activity);
}

BOOST_AUTO_TEST_CASE(seawater_evaporates_in_the_order_and_at_the_factors_of_the_peer) {
  const MineralEquilibrium minerals(salt_solution(), peer_minerals());
  const EvaporationPath path = evaporate(minerals, seawater(), room);
  std::vector<std::string> order;
  for (const EvaporationEvent& event : path.events)
    if (event.appears) order.push_back(minerals.minerals()[event.mineral].name);
  const std::vector<std::string> expected = {"gypsum", "halite", "glauberite", "polyhalite", "anhydrite", "epsomite", "hexahydrite", "kieserite", "carnallite", "bischofite"};
  BOOST_TEST(order == expected, boost::test_tools::per_element());
  double outside = 0.0;
  for (const auto& row : read_csv("tests/reference/brine/evaporated_seawater_25C_minerals.csv")) {
    const double factor = factor_of(path, minerals, row.at("mineral"), row.at("change") == "appears");
    BOOST_TEST_CONTEXT(row.at("mineral") << " " << row.at("change") << " at " << factor) {
      BOOST_CHECK_GT(factor, 0.98 * number(row, "factor_before"));
      BOOST_CHECK_LT(factor, 1.02 * number(row, "factor_after"));
      outside = std::max({outside, number(row, "factor_before") / factor - 1.0, factor / number(row, "factor_after") - 1.0});
    }
  }
  report_figure("evaporation_factor_outside_the_peers_step", outside);
}

BOOST_AUTO_TEST_CASE(seawater_evaporates_as_eq6_has_it_with_hmw84s_own_anhydrite) {
  // Water activities from EQ6's table, whose solution also holds carbonate.
  const MineralEquilibrium minerals(salt_solution(), hmw84_minerals());
  const EvaporationPath path = evaporate(minerals, seawater(), room);
  const auto activity_at = [&](const std::string& mineral, bool appears) {
    const double factor = factor_of(path, minerals, mineral, appears);
    for (const EvaporationState& state : path.states)
      if (state.concentration_factor == factor) return std::exp(state.log_water_activity);
    return 0.0;
  };
  check_close(activity_at("anhydrite", true), 0.77768, {.absolute = 1e-4, .reason = "a pure difference of constants; digits of the table"});
  check_close(activity_at("gypsum", false), 0.77768, {.absolute = 1e-4, .reason = "as anhydrite"});
  check_close(activity_at("halite", true), 0.74146, {.absolute = 3e-4, .reason = "seawater of another analysis"});
  check_close(activity_at("glauberite", true), 0.73425, {.absolute = 1e-3, .reason = "seawater of another analysis, with carbonate"});
}

BOOST_AUTO_TEST_CASE(what_has_formed_takes_no_further_part_when_it_is_taken_away) {
  const MineralEquilibrium minerals(salt_solution(), hmw84_minerals());
  const EvaporationPath path = evaporate(minerals, seawater(), room, {.until_factor = 200.0, .remove_solids = true});
  BOOST_CHECK_GE(path.states.back().concentration_factor, 200.0);
  for (std::size_t k = 0; k < minerals.minerals().size(); ++k)
    for (std::size_t n = 1; n < path.states.size(); ++n) BOOST_REQUIRE_GE(path.states[n].solids[k], path.states[n - 1].solids[k]);
  // Kainite needs the potassium that polyhalite would have taken back.
  factor_of(path, minerals, "kainite", true);
}

BOOST_AUTO_TEST_CASE(nothing_is_lost_and_nothing_stays_supersaturated) {
  const MineralEquilibrium minerals(salt_solution(), hmw84_minerals());
  const ComponentSet& components = salt_solution().components();
  std::mt19937 random(20261124);
  std::uniform_real_distribution<double> exponent(-4.0, 1.2);
  int refused = 0;
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<double> n = amounts_of(components, {});
    for (const std::size_t i : {1u, 2u, 3u, 4u}) n[i] = std::pow(10.0, exponent(random));
    const double cations = n[1] + n[2] + 2.0 * (n[3] + n[4]);
    const double share = std::pow(10.0, std::min(0.0, exponent(random) - 1.2));
    n[6] = 0.5 * share * cations;
    n[5] = (1.0 - share) * cations;
    try {
      const SolidEquilibrium result = minerals.equilibrate(n, room);
      for (std::size_t b = 0; b < components.size(); ++b) {
        double all = result.dissolved[b];
        for (std::size_t k = 0; k < result.solids.size(); ++k)
          for (const auto& [name, nu] : minerals.minerals()[k].dissolves_to)
            if (name == components[b].name) all += nu * result.solids[k];
        check_close(all, n[b], {.relative = 1e-12, .absolute = 1e-13, .reason = "rounding"});
      }
      const std::vector<double> SI = indices_of(minerals, salt_solution(), result.dissolved);
      for (std::size_t k = 0; k < SI.size(); ++k) {
        if (!minerals.minerals()[k].precipitates) continue;
        BOOST_TEST_CONTEXT(minerals.minerals()[k].name << " in brine " << trial) {
          BOOST_CHECK_LT(SI[k], 1e-5);
          if (result.solids[k] > 1e-5) check_close(SI[k], 0.0, {.absolute = 1e-5, .reason = "n s is brought down to 1e-13"});
        }
      }
    } catch (const NoEquilibrium&) {
      ++refused;  // the salts need more water than there is
    }
  }
  BOOST_TEST_MESSAGE(refused << " of 300 refused");
  BOOST_CHECK_LT(refused, 60);
}

BOOST_AUTO_TEST_CASE(a_brine_without_enough_water_is_refused_and_the_reason_said) {
  const MineralEquilibrium minerals(salt_solution(), hmw84_minerals());
  const ComponentSet& components = salt_solution().components();
  // 1 mol of magnesium chloride with 3 mol of water: bischofite alone would take 6.
  std::vector<double> n(components.size(), 0.0);
  n[0] = 3.0, n[3] = 1.0, n[5] = 2.0;
  try {
    minerals.equilibrate(n, room);
    BOOST_ERROR("an equilibrium was found");
  } catch (const NoEquilibrium& error) {
    BOOST_TEST_MESSAGE(error.what());
    BOOST_CHECK(std::string(error.what()).find("hardly any water is left") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_mineral_that_does_not_close_in_charge_is_refused) {
  MineralSet set{"made up", std::nullopt, {{"halite", "NaCl", {{"Na+", 1.0}, {"Cl-", 2.0}}, 1.57}}};
  BOOST_CHECK_THROW(MineralEquilibrium(salt_solution(), set), InputError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace brineflow::test
