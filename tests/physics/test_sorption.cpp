// Laws of uptake against hand-worked numbers, their limits, and the calibration of the shipped LDH package.
#include "physics/model_files.hpp"
#include "physics/sorption.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>
#include <yaml-cpp/yaml.h>

#include <array>
#include <cmath>

namespace brineflow::test {
namespace {

constexpr double T25 = 298.15;
const Tolerance rounding{1e-13, 0.0, "the same formula, rounding only"};

ComponentSet tracers(std::size_t count) {
  std::vector<Component> components = {*known_component("H2O")};
  for (std::size_t i = 0; i < count; ++i) components.push_back({"tracer" + std::to_string(i), 0.04, 0, {}});
  return ComponentSet(std::move(components));
}

// One species a tracer, with these parameters species by species.
Sorption of_tracers(std::string_view law, std::size_t count, std::vector<double> parameters) {
  Sorption sorption{sorption_law(law), {}, std::move(parameters)};
  for (std::size_t i = 1; i <= count; ++i) {
    SorbedSpecies species{"tracer", std::vector<int>(count + 1, 0), i};
    species.stoichiometry[i] = 1;
    sorption.species.push_back(species);
  }
  return sorption;
}

std::vector<double> rates(const Sorption& sorption, const Brine& brine, const std::vector<double>& c, const std::vector<double>& q) {
  std::vector<double> result(q.size());
  sorption_rates<double>(sorption, brine, sorption.parameters, c, T25, q, result);
  return result;
}

std::vector<double> equilibrium(const Sorption& sorption, const Brine& brine, const std::vector<double>& c) {
  std::vector<double> result(sorption.species.size());
  equilibrium_loading<double>(sorption, brine, sorption.parameters, c, T25, result);
  return result;
}

// The shipped package, read without the loader of the next layer.
struct Package {
  Sorption sorption;
  double capacity;  // mg of lithium per g
};

const Package& ldh() {
  static const Package package = [] {
    const YAML::Node root = YAML::LoadFile("models/sorbents/li_al_ldh.yaml");
    const YAML::Node licl = root["species"]["LiCl"];
    const auto number_of = [](const YAML::Node& node) { return std::stod(node.as<std::string>()); };
    const ComponentSet& set = all_components();
    SorbedSpecies species{"LiCl", std::vector<int>(set.size(), 0), *set.find("Li+")};
    species.stoichiometry[*set.find("Li+")] = species.stoichiometry[*set.find("Cl-")] = 1;
    const double capacity = number_of(licl["capacity"]);
    const double q_max = 1e-3 * capacity * number_of(root["solid_density"]) / set[*set.find("Li+")].molar_mass;
    return Package{{sorption_law(root["law"].as<std::string>()), {species}, {q_max, number_of(licl["K"]), 1.0, 0.0, T25, number_of(licl["k"])}}, capacity};
  }();
  return package;
}

// [mol/m3] of cations at these g/L with chloride as the only anion, at temperature T.
std::vector<double> chloride_brine(const std::map<std::string, double>& g_per_L, double T) {
  const ComponentSet& set = all_components();
  std::vector<double> c(set.size(), 0.0);
  const std::size_t chloride = *set.find("Cl-");
  for (const auto& [name, content] : g_per_L) {
    const std::size_t i = *set.find(name);
    c[i] = content / set[i].molar_mass;
    c[chloride] += c[i] * set[i].charge;
  }
  double low = 1e3, high = 6e4;  // water that fills 1 m3, by bisection
  for (int step = 0; step < 100; ++step) {
    c[0] = 0.5 * (low + high);
    (pitzer_brine().volume<double>(c, T) > 1.0 ? high : low) = c[0];
  }
  return c;
}

double activity(const std::vector<double>& c) {
  return salt_activity<double>(pitzer_brine(), ldh().sorption.species[0], c, T25);
}

// mg/g that the package predicts.
double uptake(const std::vector<double>& c) {
  return equilibrium(ldh().sorption, pitzer_brine(), c)[0] / ldh().sorption.parameters[0] * ldh().capacity;
}

constexpr double jiang_temperature = 303.15;  // volumes; the activities are those of 25 degC
std::vector<double> jiang_brine(double Li_mg_per_L) { return chloride_brine({{"Li+", 1e-3 * Li_mg_per_L}, {"Mg+2", 100.0}}, jiang_temperature); }

// Jiang et al. (2020), Sep. Purif. Technol. 241, 116682: Langmuir constants and digitised isotherm, 303 K,
// MgCl2 with 100 g/L Mg. From a public transcription.
constexpr double q0 = 5.9522;    // mg/g
constexpr double b = 0.03439;    // L/mg
constexpr std::array<std::array<double, 2>, 7> isotherm = {{
    {18.27957, 2.23838}, {35.48387, 3.38182}, {112.90323, 4.76768}, {325.80645, 5.47071},
    {539.78495, 5.72525}, {1068.8172, 5.76162}, {1523.65591, 5.76162}}};  // mg/L, mg/g
double langmuir(double C) { return q0 * b * C / (1.0 + b * C); }

}  // namespace

BOOST_AUTO_TEST_SUITE(sorption)

BOOST_AUTO_TEST_CASE(rates_by_hand) {
  const Brine brine = Brine::ideal(tracers(2));
  const std::vector<double> c = {55000.0, 2.0, 5.0}, q = {3.0, 7.0};
  const auto linear = rates(of_tracers("linear", 2, {0.2, 0.02, 0.1, 0.5}), brine, c, q);
  check_close(linear[0], 0.2 * 2 - 0.02 * 3, rounding);
  check_close(linear[1], 0.1 * 5 - 0.5 * 7, rounding);
  const auto langmuir_ldf = rates(of_tracers("langmuir", 2, {10, 0.5, 0.1, 20, 0.2, 0.3}), brine, c, q);
  check_close(langmuir_ldf[0], 0.1 * (10 * 0.5 * 2 / (1 + 1 + 1) - 3), rounding);
  check_close(langmuir_ldf[1], 0.3 * (20 * 0.2 * 5 / (1 + 1 + 1) - 7), rounding);
  const auto mass_action = rates(of_tracers("mass_action_langmuir", 2, {10, 0.5, 0.1, 20, 0.2, 0.3}), brine, c, q);
  const double free = 1 - 3.0 / 10 - 7.0 / 20;
  check_close(mass_action[0], 0.5 * 2 * 10 * free - 0.1 * 3, rounding);
  check_close(mass_action[1], 0.2 * 5 * 20 * free - 0.3 * 7, rounding);
}

BOOST_AUTO_TEST_CASE(nothing_moves_at_equilibrium) {
  const Brine brine = Brine::ideal(tracers(2));
  const std::vector<double> c = {55000.0, 2.0, 5.0};
  for (const Sorption& sorption : {of_tracers("linear", 2, {0.2, 0.02, 0.1, 0.5}), of_tracers("langmuir", 2, {10, 0.5, 0.1, 20, 0.2, 0.3}),
                                   of_tracers("mass_action_langmuir", 2, {10, 0.5, 0.1, 20, 0.2, 0.3})})
    for (const double rate : rates(sorption, brine, c, equilibrium(sorption, brine, c)))
      check_close(rate, 0.0, {0.0, 1e-14, "rounding of terms of order 1"});
  const auto brine_303 = jiang_brine(350.0);
  check_close(rates(ldh().sorption, pitzer_brine(), brine_303, equilibrium(ldh().sorption, pitzer_brine(), brine_303))[0], 0.0,
              {0.0, 1e-14, "rounding"});
}

BOOST_AUTO_TEST_CASE(both_langmuir_laws_share_their_equilibrium) {
  const Brine brine = Brine::ideal(tracers(2));
  const std::vector<double> c = {55000.0, 2.0, 5.0};
  const auto ldf = equilibrium(of_tracers("langmuir", 2, {10, 5.0, 1, 20, 0.4, 1}), brine, c);
  const auto mass_action = equilibrium(of_tracers("mass_action_langmuir", 2, {10, 0.5, 0.1, 20, 0.2, 0.5}), brine, c);
  for (std::size_t j = 0; j < 2; ++j) check_close(mass_action[j], ldf[j], rounding);
}

BOOST_AUTO_TEST_CASE(dual_rates_match_differences) {
  const Sorption& sorption = ldh().sorption;
  const std::vector<double> c = jiang_brine(350.0), q = {500.0};
  std::vector<Dual> c_dual(c.begin(), c.end());
  for (std::size_t i = 0; i < c.size(); ++i) c_dual[i] = Dual(c[i], static_cast<int>(i));
  const std::vector<Dual> p(sorption.parameters.begin(), sorption.parameters.end()), q_dual = {Dual(q[0])};
  std::vector<Dual> result(1);
  sorption_rates<Dual>(sorption, pitzer_brine(), p, c_dual, Dual(T25), q_dual, result);
  for (std::size_t i = 0; i < c.size(); ++i) {
    const double h = std::max(1e-5 * c[i], 1e-3);
    std::vector<double> up = c, down = c;
    up[i] += h;
    down[i] -= h;
    const double difference = (rates(sorption, pitzer_brine(), up, q)[0] - rates(sorption, pitzer_brine(), down, q)[0]) / (2 * h);
    BOOST_TEST_CONTEXT(all_components()[i].name)
    check_close(result[0].v[static_cast<Eigen::Index>(i)], difference, {2e-5, 1e-12, "central differences of step 1e-5"});
  }
}

// Rounding and undershoot leave concentrations slightly negative: the law stays finite and does not invent lithium.
BOOST_AUTO_TEST_CASE(ldh_is_finite_at_and_below_zero) {
  const std::size_t lithium = *all_components().find("Li+");
  std::vector<double> c = jiang_brine(350.0);
  const double at_feed = uptake(c);
  c[lithium] = 0.0;
  BOOST_TEST(uptake(c) == 0.0);
  double last = at_feed;
  for (const double relative : {1e-3, 1e-6, -1e-6, -1e-3, -0.1, -1.0}) {
    c[lithium] = relative * 50.0;
    BOOST_TEST(std::isfinite(uptake(c)));
    BOOST_TEST(uptake(c) < last);  // monotone through zero
    last = uptake(c);
  }
  BOOST_TEST(last > -ldh().capacity);
  std::vector<double> water(all_components().size(), 0.0);
  water[0] = 55345.0;
  BOOST_TEST(uptake(water) == 0.0);
}

BOOST_AUTO_TEST_CASE(a_species_with_charge_is_refused) {
  Sorption sorption = ldh().sorption;
  BOOST_TEST(objection_to(sorption, all_components()) == "");
  sorption.species[0].stoichiometry[*all_components().find("Cl-")] = 0;
  BOOST_TEST(objection_to(sorption, all_components()).find("charge +1") != std::string::npos);
}

// K of the package follows from b of the paper: K a -> b C for C -> 0 in MgCl2 with 100 g/L Mg.
BOOST_AUTO_TEST_CASE(ldh_affinity_follows_from_the_isotherm) {
  const double C = 1e-3;  // mg/L
  const double K = b * C / activity(jiang_brine(C));
  BOOST_TEST_MESSAGE("K from b: " << K << ", package " << ldh().sorption.parameters[1] << ", a at 350 mg/L " << activity(jiang_brine(350.0)));
  check_close(ldh().sorption.parameters[1], K, {1e-3, 0.0, "four digits in the package"});
}

BOOST_AUTO_TEST_CASE(ldh_meets_the_isotherm_of_its_calibration) {
  double worst = 0.0, worst_langmuir = 0.0, squares = 0.0, squares_langmuir = 0.0;
  for (const auto& [C, measured] : isotherm) {
    const double error = uptake(jiang_brine(C)) - measured, error_langmuir = langmuir(C) - measured;
    BOOST_TEST_MESSAGE(C << " mg/L: measured " << measured << ", Langmuir " << langmuir(C) << ", ldh_licl " << measured + error << " mg/g");
    worst = std::max(worst, std::abs(error));
    worst_langmuir = std::max(worst_langmuir, std::abs(error_langmuir));
    squares += error * error;
    squares_langmuir += error_langmuir * error_langmuir;
  }
  BOOST_TEST_MESSAGE("worst " << worst << " against " << worst_langmuir << ", sum of squares " << squares << " against " << squares_langmuir);
  BOOST_TEST(worst <= worst_langmuir);                  // the paper's own fit
  BOOST_TEST(squares <= 1.1 * squares_langmuir);        // K a rises slightly faster than C: salting out
}

// One set of numbers loads from brine and gives lithium back to water. The numbers are our own predictions (golden),
// kept so that docs/equations/sorption.md stays true.
BOOST_AUTO_TEST_CASE(ldh_loads_from_brine_and_empties_into_water) {
  const Tolerance documented{5e-3, 0.0, "three digits in the documentation"};
  check_close(uptake(jiang_brine(350.0)), 5.517, documented);
  const auto west = chloride_brine({{"Li+", 0.26}, {"Na+", 102.4}, {"K+", 8.44}, {"Mg+2", 15.36}, {"Ca+2", 0.19}}, T25);
  check_close(uptake(west), 1.750, documented);
  const double eluate = uptake(chloride_brine({{"Li+", 0.05 * 6.94}}, T25));  // 0.05 mol/L LiCl
  check_close(eluate, 0.00327, documented);
  BOOST_TEST(eluate < 1e-3 * uptake(jiang_brine(350.0)));
}

// The abstract of Jiang et al. (2020), Adsorption, article 10450-020-00208-5, has 5.02 mg/g at 200 g/L chloride
// and 5.69 at 350: the law agrees at 350 and falls much too low at 200. Fails when that changes.
BOOST_AUTO_TEST_CASE(known_misfit_of_chloride_dependence) {
  const auto at = [](double Cl_g_per_L, double Li_g_per_L) {
    const double Mg = 0.5 * (Cl_g_per_L / 35.453 - Li_g_per_L / 6.94) * 24.305;
    return uptake(chloride_brine({{"Li+", Li_g_per_L}, {"Mg+2", Mg}}, jiang_temperature));
  };
  for (const double Li : {0.2, 0.35, 0.5})
    BOOST_TEST_MESSAGE("Li " << Li << " g/L: " << at(200, Li) << " mg/g at 200 g/L Cl, " << at(350, Li) << " at 350; published 5.02 and 5.69");
  check_close(at(350, 0.35), 5.69, {0.04, 0.0, "within 4 % at the chloride of the calibration or above"});
  BOOST_TEST(at(200, 0.35) < 0.6 * 5.02);
}

// The numbers that a package without them has leave (S4) as it was, to the last bit: x / (1 + x) with x = K a.
BOOST_AUTO_TEST_CASE(ldh_without_exponent_and_enthalpy_is_unchanged) {
  const auto c = jiang_brine(350.0);
  const std::vector<double>& p = ldh().sorption.parameters;
  const double x = p[1] * activity(c);
  BOOST_TEST(equilibrium(ldh().sorption, pitzer_brine(), c)[0] == p[0] * x / (1.0 + std::abs(x)));
}

BOOST_AUTO_TEST_CASE(ldh_limits_and_temperature) {
  Sorption sorption = ldh().sorption;
  const std::vector<double> p = sorption.parameters;
  const auto dilute = jiang_brine(1e-3), strong = chloride_brine({{"Li+", 40.0}}, T25);
  check_close(equilibrium(sorption, pitzer_brine(), dilute)[0], p[0] * p[1] * activity(dilute), {1e-4, 0.0, "K a = 3e-5"});
  sorption.parameters[1] = 1e6;
  check_close(equilibrium(sorption, pitzer_brine(), strong)[0], p[0], {1e-6, 0.0, "1 / (K a)"});
  sorption.parameters = p;
  sorption.parameters[3] = 9e3;   // J/mol
  sorption.parameters[4] = 288.15;  // activities stay those of 25 degC
  const double warmer = std::exp(-9e3 / 8.31446261815324 * (1 / T25 - 1 / 288.15));
  check_close(equilibrium(sorption, pitzer_brine(), dilute)[0], p[0] * p[1] * warmer * activity(dilute), {1e-4, 0.0, "K a = 3e-5"});
}

// Which chloride exponent would meet the 5.02 mg/g of known_misfit, K being set anew for each so that the brine of the
// calibration (350 mg/L Li, 100 g/L Mg) keeps its uptake. docs/equations/sorption.md says what it means.
BOOST_AUTO_TEST_CASE(chloride_exponent_that_meets_the_published_rise) {
  const double kept = uptake(jiang_brine(350.0)) / ldh().capacity;
  const auto predicted = [&](double n, double Cl_g_per_L) {
    Sorption sorption = ldh().sorption;
    sorption.parameters[2] = n;
    const double theta = equilibrium(sorption, pitzer_brine(), jiang_brine(350.0))[0] / sorption.parameters[0];
    sorption.parameters[1] *= kept / (1.0 - kept) / (theta / (1.0 - theta));
    const double Mg = 0.5 * (Cl_g_per_L / 35.453 - 0.35 / 6.94) * 24.305;
    return equilibrium(sorption, pitzer_brine(), chloride_brine({{"Li+", 0.35}, {"Mg+2", Mg}}, jiang_temperature))[0] / sorption.parameters[0] * ldh().capacity;
  };
  double low = -2.0, high = 1.0;
  for (int k = 0; k < 50; ++k) (predicted(0.5 * (low + high), 200) > 5.02 ? low : high) = 0.5 * (low + high);
  const double n = 0.5 * (low + high);
  for (const double m : {1.0, 0.5, 0.0, n}) BOOST_TEST_MESSAGE("n " << m << ": " << predicted(m, 200) << " at 200 g/L Cl, " << predicted(m, 350) << " at 350");
  check_close(predicted(n, 200), 5.02, {1e-6, 0.0, "bisection"});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace brineflow::test
