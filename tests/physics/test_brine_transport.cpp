// Heat capacity, diffusivities, conductivity and boiling of brines against measured and published numbers.
#include "base/error.hpp"
#include "physics/brine_range.hpp"
#include "physics/model_files.hpp"
#include "physics/water.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>

namespace brineflow::test {
namespace {

constexpr double room = 298.15;

// Every ion for which salts have coefficients.
const ComponentSet& salt_ions() {
  static const ComponentSet components =
      ComponentSet::from_names({"H2O", "Li+", "Na+", "K+", "Mg+2", "Ca+2", "H+", "Cl-", "Br-", "SO4-2", "OH-", "HCO3-", "CO3-2"});
  return components;
}

struct Models {
  LaliberteModel salts{salt_ions(), laliberte()};
  IonTransport ions{salt_ions(), ion_mobilities()};
};
const Models& models() {
  static const Models result;
  return result;
}

double conductivity(const std::vector<double>& n, double T) {
  const std::span<const double> span(n);
  return models().ions.conductivity(span, models().salts.volume(span, T), T, models().salts.viscosity(span, T));
}

double mass(const std::vector<double>& n) {
  double result = 0.0;
  for (std::size_t i = 0; i < n.size(); ++i) result += n[i] * salt_ions()[i].molar_mass;
  return result;
}

double heat_capacity(const std::vector<double>& n, double T) { return models().salts.heat_capacity(std::span<const double>(n), T) / mass(n); }

// The ions of one formula unit.
std::map<std::string, double> formula(const std::string& salt) {
  for (const auto& known : laliberte().salts) {
    if (known.name != salt) continue;
    const int z_c = known_component(known.cation)->charge, z_a = -known_component(known.anion)->charge;
    const double common = z_c == z_a ? z_c : 1.0;
    return {{known.cation, z_a / common}, {known.anion, z_c / common}};
  }
  BOOST_FAIL("no salt " << salt);
  return {};
}

// Amounts with 1 kg of water.
std::vector<double> molal(const std::string& salt, double molality) {
  std::map<std::string, double> ions = formula(salt);
  for (auto& [name, value] : ions) value *= molality;
  return amounts_of(salt_ions(), ions);
}

std::vector<double> by_mass(const std::string& salt, double w) {
  double molar_mass = 0.0;
  for (const auto& [name, number] : formula(salt)) molar_mass += number * known_component(name)->molar_mass;
  return molal(salt, w / (1.0 - w) / molar_mass);
}

// Reference-composition seawater of S_A = 35.165 g/kg (practical salinity 35), mol/kg of water. Millero et al. (2008),
// table 4, times 1/(1 - 0.035165); bicarbonate with the small ions, fluoride and strontium left out, chloride by charge.
std::map<std::string, double> seawater(double factor = 1.0) {
  std::map<std::string, double> m = {{"Na+", 0.4860}, {"K+", 0.01058}, {"Mg+2", 0.05474}, {"Ca+2", 0.01075}, {"SO4-2", 0.02927}, {"HCO3-", 0.00233}, {"Br-", 0.00087}};
  double charge = 0.0;
  for (auto& [name, value] : m) charge += known_component(name)->charge * (value *= factor);
  m["Cl-"] = charge;
  return m;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(brine_transport)

BOOST_AUTO_TEST_CASE(water_has_the_heat_capacity_of_iapws) {
  // IAPWS SR6-08 gives 4.30018 kJ/(kg K) at 260 K; 4219.4, 4181.6 and 4216 J/(kg K) at 0, 25 and 100 degC are tabulated.
  check_close(water_heat_capacity(260.0), 4300.18, {.absolute = 0.01, .reason = "digits of the check value, quoted from memory"});
  const Tolerance table{.absolute = 1.0, .reason = "digits of common tables"};
  check_close(water_heat_capacity(273.15), 4219.4, table);
  check_close(water_heat_capacity(298.15), 4181.6, table);
  check_close(water_heat_capacity(373.15), 4216.0, table);
}

BOOST_AUTO_TEST_CASE(water_boils_where_iapws_says) {
  // IAPWS SR1-86: 611.657 Pa at the triple point; IAPWS-95: 3169.9 Pa at 25 degC, 101.418 kPa at 100 degC.
  check_close(std::exp(log_saturation_pressure(273.16)), 611.657, {.relative = 1e-5, .reason = "printed digits"});
  check_close(std::exp(log_saturation_pressure(room)), 3169.9, {.relative = 1e-4, .reason = "printed digits"});
  check_close(std::exp(log_saturation_pressure(373.15)), 101418.0, {.relative = 1e-5, .reason = "printed digits"});
  const auto water = [](double) { return 0.0; };
  check_close(boiling_temperature(standard_atmosphere, water), 373.124, {.absolute = 1e-3, .reason = "printed digits"});
  for (const double T : {280.0, 330.0, 373.0, 450.0}) {
    check_close(boiling_temperature(std::exp(log_saturation_pressure(T)), water), T, {.absolute = 1e-9, .reason = "Newton's last step"});
    const double slope = (log_saturation_pressure(T + 1e-3) - log_saturation_pressure(T - 1e-3)) / 2e-3;
    check_close(log_saturation_pressure_slope(T), slope, {.relative = 1e-7, .reason = "central difference"});
  }
}

BOOST_AUTO_TEST_CASE(a_brine_boils_where_its_vapour_has_the_pressure) {
  const std::vector<double> n = amounts_of(all_components(), {{"Na+", 6.0}, {"Cl-", 6.0}});
  const std::span<const double> span(n);
  for (const double p : {5e3, 3e4, standard_atmosphere, 4e5}) {
    const double T = pitzer_brine().boiling_temperature(span, p);
    check_close(pitzer_brine().vapour_pressure(span, T), p, {.relative = 1e-10, .reason = "Newton's last step"});
    BOOST_CHECK_GT(pitzer_brine().boiling_point_rise(span, p), 0.0);
  }
  // Saturated NaCl (6.1 mol/kg at 25 degC, 6.9 at its boiling point) boils at 108.7 degC (from memory).
  const std::vector<double> saturated = amounts_of(all_components(), {{"Na+", 6.9}, {"Cl-", 6.9}});
  check_close(pitzer_brine().boiling_temperature(std::span<const double>(saturated), standard_atmosphere), 381.85,
              {.absolute = 1.5, .reason = "water activity of 25 degC used at 108"});
  // Dilute limit: R T^2 / h_vap = 27.8 K per unit of -ln a_w, hence 0.513 K per mol/kg of particles.
  const ComponentSet tracer({*known_component("H2O"), {"tracer", 0.1, 0, {}}});
  const std::vector<double> dilute = amounts_of(tracer, {{"tracer", 0.01}});
  check_close(Brine::ideal(tracer).boiling_point_rise(std::span<const double>(dilute), standard_atmosphere), 0.00513, {.relative = 0.02, .reason = "three digits; vapour not ideal"});
}

BOOST_AUTO_TEST_CASE(heat_capacity_of_seawater_is_that_of_teos_10) {
  // TEOS-10's own example: S_A 34.7118 g/kg, 28.7856 degC, 10 dbar 4002.89; 34.7366, 6.8863, 600 dbar 3973.59 J/(kg K),
  // of which the pressure takes about 2.3e-3 of the slope per dbar: -0.02 and -26.
  const auto n = amounts_of(salt_ions(), seawater(34.7118 / 35.165));
  check_close(heat_capacity(n, 273.15 + 28.7856), 4002.9, {.relative = 2.5e-3, .reason = "accuracy of the sum of salts, measured 0.1 to 0.2 %"});
  const auto whole = amounts_of(salt_ions(), seawater());
  // 3994 at 25 and 3987 at 0 degC for S_A 35.165 (TEOS-10, from memory)
  check_close(heat_capacity(whole, room), 3994.0, {.relative = 2.5e-3, .reason = "accuracy of the sum of salts"});
}

BOOST_AUTO_TEST_CASE(one_salt_has_the_heat_capacity_of_the_published_formula) {
  const double w = 0.15, t = 40.0;
  const auto is_sodium_chloride = [](const auto& salt) { return salt.name == "NaCl"; };
  const auto& a = std::find_if(laliberte().salts.begin(), laliberte().salts.end(), is_sodium_chloride)->heat_capacity;
  const double apparent = 1e3 * (a[0] * std::exp(a[1] * t + a[2] * std::exp(0.01 * t) + a[3] * w) + a[4] * std::pow(w, a[5]));
  check_close(heat_capacity(by_mass("NaCl", w), ice_point + t), (1.0 - w) * water_heat_capacity(ice_point + t) + w * apparent,
              {.relative = 3e-6, .reason = "w and t are held smoothly at the ends of the fit"});
}

BOOST_AUTO_TEST_CASE(heat_capacities_of_salt_solutions) {
  // At 25 degC, J/(kg K), all from memory: NaCl 1 and 6 mol/kg (Pitzer, Peiper & Busey 1984: 3.92 and 3.30 kJ/(kg K)),
  // MgCl2 20 wt% near 3.1, LiCl 20 wt% near 3.25 kJ/(kg K).
  const Tolerance recalled{.relative = 0.03, .reason = "from memory, two to three digits"};
  check_close(heat_capacity(molal("NaCl", 1.0), room), 3920.0, recalled);
  check_close(heat_capacity(molal("NaCl", 6.0), room), 3300.0, recalled);
  check_close(heat_capacity(by_mass("MgCl2", 0.2), room), 3080.0, recalled);
  check_close(heat_capacity(by_mass("LiCl", 0.2), room), 3250.0, recalled);
  // Salts measured at 25 degC only keep their apparent heat capacity.
  const double drop = water_heat_capacity(275.0) - heat_capacity(molal("Li2SO4", 0.5), 275.0);
  BOOST_CHECK_GT(drop, 100.0);
  BOOST_CHECK_LT(drop, 400.0);
}

BOOST_AUTO_TEST_CASE(measured_conductivities) {
  // How far the model may be from a measurement, by source and salt: the fit leaves that much.
  const std::map<std::string, double> within = {{"NIST KCl", 0.010}, {"Mettler NaCl", 0.03}, {"CRC CaCl2", 0.065}, {"CRC LiCl", 0.025}, {"CRC MgCl2", 0.07},
                                                {"CRC MgSO4", 0.17}, {"CRC HCl", 0.09}, {"CRC memory KCl", 0.035}, {"CRC memory NaCl", 0.02},
                                                {"CRC memory Na2SO4", 0.04}, {"CRC memory K2SO4", 0.07}, {"CRC memory NaOH", 0.025}, {"CRC memory KOH", 0.025},
                                                {"CRC memory Na2CO3", 0.065}, {"CRC memory K2CO3", 0.10}, {"CRC memory NaHCO3", 0.04}, {"CRC memory NaBr", 0.02}, {"CRC memory KBr", 0.02}};
  std::map<std::string, std::pair<double, int>> squares;
  for (const auto& row : read_csv("tests/reference/brine/conductivity_measured.csv")) {
    const std::string salt = row.at("salt"), name = row.at("source") + " " + salt;
    const double content = number(row, "content"), T = ice_point + number(row, "temperature_C"), measured = number(row, "conductivity_S_m");
    const double computed = conductivity(row.at("unit") == "wt%" ? by_mass(salt, 0.01 * content) : molal(salt, content), T);
    BOOST_TEST_CONTEXT(name << " " << content << " " << row.at("unit") << " " << row.at("temperature_C"))
    check_close(computed, measured, {.relative = within.at(name), .reason = "what the fit leaves"});
    squares[name].first += std::pow(computed / measured - 1.0, 2);
    ++squares[name].second;
  }
  for (const auto& [name, sum] : squares) BOOST_TEST_MESSAGE(name << ": rms " << 100.0 * std::sqrt(sum.first / sum.second) << " %");
}

BOOST_AUTO_TEST_CASE(mixed_hydroxides_conduct_as_measured_without_having_been_fitted) {
  for (const auto& row : read_csv("tests/reference/brine/conductivity_hydroxides_25C.csv")) {
    const double K = number(row, "K_mol_L"), Na = number(row, "Na_mol_L");
    std::vector<double> n = amounts_of(salt_ions(), {{"K+", K}, {"Na+", Na}, {"OH-", K + Na}});
    for (int k = 0; k < 20; ++k) n[0] += (1e-3 - models().salts.volume(std::span<const double>(n), room)) * water_density(room) / water_molar_mass;
    BOOST_TEST_CONTEXT("K " << K << " Na " << Na)
    check_close(conductivity(n, room), number(row, "conductivity_S_m"), {.relative = 0.025, .reason = "accuracy of the model"});
  }
}

BOOST_AUTO_TEST_CASE(seawater_conducts_as_measured_without_having_been_fitted) {
  // Practical salinity 35: 4.2914 S/m at 15 degC (Culkin & Smith 1980); 2.9048 and 5.3035 at 0 and 25 degC (PSS-78, the latter from memory).
  const auto n = amounts_of(salt_ions(), seawater());
  const Tolerance model{.relative = 0.012, .reason = "accuracy of the model"};
  check_close(conductivity(n, 273.15), 2.9048, model);
  check_close(conductivity(n, 288.15), 4.2914, model);
  check_close(conductivity(n, room), 5.3035, model);
}

BOOST_AUTO_TEST_CASE(dilute_solutions_follow_onsager) {
  // Lambda = Lambda_0 - (0.2289 Lambda_0 + 60.32) c^.5 for 1-1 salts at 25 degC, S cm2/mol, c in mol/L (Robinson & Stokes).
  const double c = 1e-5, limiting = 50.08 + 76.31;
  std::vector<double> n = amounts_of(salt_ions(), {{"Na+", c}, {"Cl-", c}});
  const double molar = conductivity(n, room) / (c / models().salts.volume(std::span<const double>(n), room)) * 1e4;
  check_close(limiting - molar, (0.2289 * limiting + 60.32) * std::sqrt(c), {.relative = 0.02, .reason = "next order in c, constants of nature"});
}

BOOST_AUTO_TEST_CASE(diffusivities_are_those_of_water_corrected_for_viscosity) {
  const std::size_t na = salt_ions().find("Na+").value();
  const auto& ions = models().ions;
  check_close(ions.diffusivity(na, room, water_viscosity(room)), 1.334e-9, {.relative = 1e-3, .reason = "printed digits"});
  check_close(ions.diffusivity(na, room, 2.0 * water_viscosity(room)), 0.667e-9, {.relative = 1e-3, .reason = "printed digits"});
  // lambda of Na+ at 0 and 45 degC: 26.5 and 73.7 S cm2/mol (Robinson & Stokes, from memory).
  for (const auto& [t, lambda] : {std::pair{0.0, 26.5}, std::pair{45.0, 73.7}}) {
    const double T = ice_point + t;
    const double D = lambda * 1e-4 * gas_constant * T / (faraday_constant * faraday_constant);
    check_close(ions.diffusivity(na, T, water_viscosity(T)), D, {.relative = 0.02, .reason = "one exponent for all temperatures"});
  }
}

BOOST_AUTO_TEST_CASE(an_ideal_brine_conducts_without_hindrance_and_stores_heat_in_its_water) {
  const Brine brine = Brine::ideal(all_components(), ion_mobilities());
  const std::vector<double> n = amounts_of(all_components(), {{"Na+", 1.0}, {"Cl-", 1.0}});
  const std::span<const double> span(n);
  check_close(brine.conductivity(span, room), 126.39e-4 * water_density(room), {.relative = 1e-4, .reason = "digits of the diffusivities"});
  check_close(brine.heat_capacity(span, room), water_heat_capacity(room) / brine.mass(span), {.relative = 1e-14, .reason = "rounding"});
  const Brine silent = Brine::ideal(all_components());
  BOOST_CHECK(!silent.has_ion_transport());
  BOOST_CHECK_THROW(silent.conductivity(span, room), InputError);
}

BOOST_AUTO_TEST_CASE(every_known_component_has_a_place_in_the_packages) {
  std::vector<std::string> names;
  for (const std::string& name : known_component_names()) {
    BOOST_TEST_CONTEXT(name) {
      if (name != "H2O") BOOST_CHECK_NO_THROW(IonTransport(ComponentSet::from_names({"H2O", name}), ion_mobilities()));
    }
    names.push_back(name);
  }
  const ComponentSet all = ComponentSet::from_names(names);
  const LaliberteModel model(all, laliberte());
  std::vector<double> n = amounts_of(all, {{"Na+", 2.0}, {"Cl-", 1.0}, {"B(OH)4-", 1.0}});
  double borate = known_component("B(OH)4-")->molar_mass;
  check_close(model.uncounted_mass(std::span<const double>(n)), borate, {.relative = 1e-12, .reason = "rounding"});
  double salts = 0.0;
  for (const auto& salt : model.salt_masses(n)) salts += salt.mass;
  check_close(salts + borate, 2.0 * 22.990e-3 + 35.45e-3 + borate, {.relative = 1e-12, .reason = "rounding"});
  // A carbonate without an alkali ion counts as water rather than being refused.
  BOOST_CHECK_NO_THROW(LaliberteModel(ComponentSet::from_names({"H2O", "Mg+2", "Cl-", "CO3-2", "HCO3-", "OH-"}), laliberte()));
  const ComponentSet rubidium({*known_component("H2O"), {"Rb+", 85.468e-3, 1, {}}});
  BOOST_CHECK_THROW(IonTransport(rubidium, ion_mobilities()), InputError);
}

BOOST_AUTO_TEST_CASE(a_brine_says_when_ions_count_as_water_or_heat_capacity_is_extrapolated) {
  const std::vector<double> n = amounts_of(all_components(), {{"Li+", 6.0}, {"Cl-", 6.0}});
  BOOST_CHECK(pitzer_brine().out_of_range(std::span<const double>(n), room).empty());
  const auto findings = pitzer_brine().heat_capacity_out_of_range(std::span<const double>(n), room);
  BOOST_REQUIRE_EQUAL(findings.size(), 1);
  std::vector<RangeCheck> uncounted;
  check_uncounted_mass(0.0099, uncounted);
  BOOST_CHECK(uncounted.empty());
  check_uncounted_mass(0.025, uncounted);
  BOOST_REQUIRE_EQUAL(uncounted.size(), 1);
  BOOST_CHECK_EQUAL(uncounted[0].text, "ions without coefficients of density and viscosity count as water; they are 2.5 wt%");
  BOOST_CHECK_EQUAL(findings[0].text, "heat capacity is fitted up to 16 wt% of salt and is used at 20.3 wt%");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace brineflow::test
