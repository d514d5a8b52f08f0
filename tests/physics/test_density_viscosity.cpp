#include "base/error.hpp"
#include "physics/composition.hpp"
#include "physics/model_files.hpp"
#include "physics/water.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>

namespace brineflow::test {
namespace {

constexpr double room = 298.15;

double density(const std::vector<double>& n, double T) { return pitzer_brine().density(std::span<const double>(n), T); }
double viscosity(const std::vector<double>& n, double T) { return pitzer_brine().viscosity(std::span<const double>(n), T); }

// mol/m3 of all components from g/L of the solutes, with water to make up the volume.
std::vector<double> brine_of(const std::map<std::string, double>& grams_per_litre, double T) {
  const ComponentSet& set = all_components();
  std::vector<double> n(set.size(), 0.0);
  for (const auto& [name, value] : grams_per_litre) {
    const std::size_t i = set.find(name).value();
    n[i] = value / set[i].molar_mass;  // g/L is kg/m3
  }
  return with_water(pitzer_brine(), n, T);
}

// A brine of models/brines with its balance of charge.
std::vector<double> shipped_brine(const std::string& name) {
  const YAML::Node root = YAML::LoadFile("models/brines/" + name + ".yaml");
  const ComponentSet& set = all_components();
  std::vector<double> n(set.size(), 0.0);
  for (const auto& entry : root["concentrations"]) {
    const std::size_t i = set.find(entry.first.as<std::string>()).value();
    n[i] = std::stod(entry.second.as<std::string>()) / set[i].molar_mass;
  }
  if (root["balance"]) {
    const std::size_t ion = set.find(root["balance"].as<std::string>()).value();
    n[ion] = balancing_amount(set, n, ion);
  }
  return with_water(pitzer_brine(), n, 273.15 + std::stod(root["temperature"].as<std::string>()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(density_and_viscosity)

BOOST_AUTO_TEST_CASE(water_has_its_tabulated_density_and_viscosity) {
  const Tolerance table{.relative = 1e-6, .reason = "six digits in the table"};
  check_close(water_density(277.13), 999.972, table);  // Kell (1975), the maximum at 3.98 degC
  check_close(water_density(298.15), 997.045, table);
  check_close(water_density(373.15), 958.364, {.absolute = 0.005, .reason = "fifth digit quoted from memory"});
  // IAPWS 2008: 0.8900 at 25, 0.5465 at 50, 1.0016 at 20 degC, mPa s.
  const Tolerance formula{.relative = 1e-3, .reason = "accuracy of the formula"};
  check_close(water_viscosity(293.15), 1.0016e-3, formula);
  check_close(water_viscosity(298.15), 0.8900e-3, formula);
  check_close(water_viscosity(323.15), 0.5465e-3, formula);
}

BOOST_AUTO_TEST_CASE(concentrated_magnesium_chloride_reproduces_an_independent_evaluation) {
  // 391.8 g/L MgCl2 at 30 degC: 1.2774 kg/L, 4.646 mol/kg, 5.68 mPa s from the same coefficients in another program.
  const double amount = 391.8 / 95.205e-3;
  const ComponentSet& set = all_components();
  std::vector<double> n(set.size(), 0.0);
  n[set.find("Mg+2").value()] = amount;
  n[set.find("Cl-").value()] = 2.0 * amount;
  n = with_water(pitzer_brine(), n, 303.15);
  const Tolerance printed{.relative = 2e-4, .reason = "printed digits, molar mass of MgCl2"};
  check_close(density(n, 303.15), 1277.4, printed);
  check_close(amount / (n[0] * set[0].molar_mass), 4.646, {.relative = 5e-4, .reason = "printed digits"});
  check_close(viscosity(n, 303.15), 5.68e-3, {.relative = 1e-3, .reason = "printed digits"});
}

BOOST_AUTO_TEST_CASE(single_salts_agree_with_a_peer) {
  double worst = 0.0;
  for (const auto& row : read_csv("tests/reference/brine/single_salts_25C_peer.csv")) {
    const std::vector<double> n = amounts_of(all_components(), molalities_of(row));
    BOOST_TEST_CONTEXT(row.at("salt") << " " << row.at("molality")) {
      check_close(density(n, room), 1000.0 * number(row, "density"), {.relative = 0.0055, .reason = "another density model; MgCl2 5.8 mol/kg is the worst"});
      check_close(viscosity(n, room), 1e-3 * number(row, "viscosity"), {.relative = 0.07, .reason = "another viscosity model"});
    }
    worst = std::max(worst, std::abs(density(n, room) / (1000.0 * number(row, "density")) - 1.0));
  }
  BOOST_TEST_MESSAGE("largest difference of density " << worst);
}

BOOST_AUTO_TEST_CASE(measured_densities_of_natural_brines) {
  for (const auto& row : read_csv("tests/reference/brine/natural_brines_density.csv"))
    BOOST_TEST_CONTEXT(row.at("brine"))
    check_close(density(brine_of(molalities_of(row), room), room), 1000.0 * number(row, "density_kg_L"),
                {.relative = number(row, "within"), .reason = "temperature not stated, borate and carbonate left out"});
}

BOOST_AUTO_TEST_CASE(one_salt_is_evaluated_with_its_own_coefficients) {
  // NaCl, 20 wt%, 25 degC, by hand from the published equations, although seven other salts are in the table.
  const double w = 0.2, t = 25.0, total = 1.0;
  const ComponentSet& set = all_components();
  std::vector<double> n(set.size(), 0.0);
  const std::size_t na = set.find("Na+").value(), cl = set.find("Cl-").value();
  n[na] = n[cl] = w * total / (set[na].molar_mass + set[cl].molar_mass);
  n[0] = (1.0 - w) / set[0].molar_mass;
  const auto is_sodium_chloride = [](const auto& salt) { return salt.name == "NaCl"; };
  const auto salt = std::find_if(laliberte().salts.begin(), laliberte().salts.end(), is_sodium_chloride);
  const auto& c = salt->density;
  const auto& v = salt->viscosity;
  const double apparent = (c[0] * w + c[1]) * std::exp(1e-6 * (t + c[4]) * (t + c[4])) / (w + c[2] + c[3] * t);
  const double mu = 1e-3 * std::exp((v[0] * std::pow(w, v[1]) + v[2]) / (v[3] * t + 1.0)) / (v[4] * std::pow(w, v[5]) + 1.0);
  const Tolerance shares{.relative = 1e-8, .reason = "absent ions count as 1e-10 mol per mol of water"};
  check_close(density(n, room), 1.0 / ((1.0 - w) / water_density(room) + w / apparent), shares);
  check_close(viscosity(n, room), std::pow(water_viscosity(room), 1.0 - w) * std::pow(mu, w), shares);
}

BOOST_AUTO_TEST_CASE(salts_hold_the_mass_of_their_ions) {
  // Calcium has no sulfate here, the solution need not be neutral, and an amount may be slightly negative.
  const LaliberteModel model(all_components(), laliberte());
  for (const std::map<std::string, double>& molality :
       {std::map<std::string, double>{{"Ca+2", 0.015}, {"SO4-2", 0.015}}, {{"Na+", 1.0}, {"Mg+2", 2.0}, {"Cl-", 4.5}, {"SO4-2", 0.3}, {"Li+", -1e-6}}}) {
    const std::vector<double> n = amounts_of(all_components(), molality);
    double mass = 0.0;
    for (const auto& salt : model.salt_masses(n)) mass += salt.mass;
    check_close(mass, pitzer_brine().mass(std::span<const double>(n)) - 1.0, {.absolute = 1e-15, .reason = "rounding"});
  }
}

BOOST_AUTO_TEST_CASE(viscosity_stays_finite_beyond_the_fit_of_magnesium_chloride) {
  // The denominator of the published formula has its zero at 46 wt%; the fit ends at 38.6 wt%.
  double last = 0.0;
  for (double m = 1.0; m < 20.0; m += 0.25) {
    const double mu = viscosity(amounts_of(all_components(), {{"Mg+2", m}, {"Cl-", 2.0 * m}}), room);
    BOOST_CHECK(std::isfinite(mu));
    BOOST_CHECK_GT(mu, last);
    last = mu;
  }
}

BOOST_AUTO_TEST_CASE(an_ideal_brine_is_water_with_passengers) {
  const ComponentSet set({*known_component("H2O"), {"tracer", 0.1, 0, {}}});
  const Brine brine = Brine::ideal(set);
  const std::vector<double> n = amounts_of(set, {{"tracer", 2.0}});
  const std::span<const double> span(n);
  const Tolerance rounding{.relative = 1e-14, .reason = "rounding"};
  check_close(brine.volume(span, room), 1.0 / water_density(room), rounding);
  check_close(brine.density(span, room), 1.2 * water_density(room), rounding);
  check_close(brine.viscosity(span, room), water_viscosity(room), rounding);
  check_close(brine.log_water_activity(span, room), -2.0 * set[0].molar_mass, rounding);
  check_close(brine.osmotic_pressure(span, room), gas_constant * room * 2.0 * water_density(room), rounding);
  BOOST_CHECK(brine.out_of_range(span, 400.0).empty());
}

BOOST_AUTO_TEST_CASE(shipped_brines_are_brines) {
  for (const char* name : {"west_taijinar", "east_taijinar", "yiliping", "qarhan_jiang2020", "fresh_water"}) {
    BOOST_TEST_CONTEXT(name) {
      const std::vector<double> n = shipped_brine(name);
      check_close(net_charge(all_components(), n), 0.0, {.absolute = 1e-9, .reason = "rounding of mol/m3"});
      check_close(pitzer_brine().volume(std::span<const double>(n), 273.15 + (std::string(name) == "qarhan_jiang2020" ? 30.0 : 25.0)), 1.0,
                  {.relative = 1e-12, .reason = "Newton's last step"});
      BOOST_TEST_MESSAGE(name << ": density " << density(n, room) << ", viscosity " << viscosity(n, room) << ", a_w "
                              << std::exp(pitzer_brine().log_water_activity(std::span<const double>(n), room)));
    }
  }
}

BOOST_AUTO_TEST_CASE(impossible_analyses_are_refused) {
  const ComponentSet& set = all_components();
  std::vector<double> n(set.size(), 0.0);
  n[1] = 1e6;
  BOOST_CHECK_THROW(with_water(pitzer_brine(), n, room), InputError);
  BOOST_CHECK_THROW(balancing_amount(set, n, 0), InputError);
  BOOST_CHECK_THROW(balancing_amount(set, n, 2), InputError);
}

BOOST_AUTO_TEST_CASE(leaving_the_fitted_range_is_said_in_a_sentence) {
  const auto findings = [](const std::map<std::string, double>& molality, double T) {
    const std::vector<double> n = amounts_of(all_components(), molality);
    return pitzer_brine().out_of_range(std::span<const double>(n), T);
  };
  BOOST_CHECK(findings({}, room).empty());
  BOOST_CHECK(findings({{"Na+", 4.0}, {"Mg+2", 1.0}, {"Cl-", 6.0}}, 301.0).empty());
  BOOST_CHECK_EQUAL(findings({{"Na+", 4.0}, {"Cl-", 4.0}}, 303.65).size(), 1);
  BOOST_CHECK_EQUAL(findings({{"Na+", 4.0}, {"Cl-", 4.0}}, 292.65).size(), 1);
  const auto warm = findings({{"Na+", 4.0}, {"Mg+2", 1.0}, {"Cl-", 6.0}}, 313.15);
  BOOST_REQUIRE_EQUAL(warm.size(), 1);
  BOOST_CHECK_EQUAL(warm[0].text, "activities are those of 25 degC (HMW84 with lithium, 25 degC) and are used at 40 degC");
  check_close(warm[0].limit, 303.15, {.absolute = 1e-9, .reason = "rounding"});
  const auto strong = findings({{"Li+", 15.0}, {"Cl-", 15.0}}, room);
  BOOST_REQUIRE_EQUAL(strong.size(), 1);
  BOOST_CHECK_EQUAL(strong[0].text, "the Pitzer parameters of Li+ with Cl- hold up to 6 mol/kg and are used at 15 mol/kg");
  const auto bischofite = findings({{"Mg+2", 7.5}, {"Cl-", 15.0}}, room);
  BOOST_REQUIRE_EQUAL(bischofite.size(), 4);  // ionic strength, molality, density, viscosity
  BOOST_CHECK_EQUAL(bischofite[2].text, "density is fitted up to 32.4 wt% of salt and is used at 41.7 wt%");
}

BOOST_AUTO_TEST_CASE(an_ion_without_coefficients_is_refused) {
  const ComponentSet set({*known_component("H2O"), *known_component("Cl-"), {"Rb+", 85.468e-3, 1, {}}});
  BOOST_CHECK_THROW(LaliberteModel(set, laliberte()), InputError);
  BOOST_CHECK_THROW(Brine::pitzer(set, hmw84(), laliberte()), InputError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace brineflow::test
