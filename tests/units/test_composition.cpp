// From an analysis to mol of every component in a cubic metre.
#include "contract/unit_under_test.hpp"
#include "support/tolerance.hpp"

using namespace brineflow;
using namespace brineflow::test;

namespace {

constexpr double T = 298.15;
constexpr double M_Li = 6.94e-3, M_Mg = 24.305e-3, M_Na = 22.990e-3, M_Cl = 35.45e-3, M_w = 0.018015;  // kg/mol

struct Answer {
  std::optional<std::vector<double>> amounts;
  std::string findings;
};

Answer read(const std::string& text, const Brine& brine = *pitzer_brine(), double temperature = T) {
  Diagnostics diagnostics;
  const Document document = parse_document("brine: " + text, "case.yaml", diagnostics);
  Answer answer;
  answer.amounts = read_brine_composition(*document.root.find("brine"), brine, temperature, source_models(), "units.lake (feed)", diagnostics);
  answer.findings = diagnostics.text();
  return answer;
}

double amount(const Answer& answer, const char* name) {
  BOOST_REQUIRE_MESSAGE(answer.amounts.has_value(), answer.findings);
  return (*answer.amounts)[*pitzer_brine()->components().find(name)];
}

void check_finding(const std::string& text, const std::string& part) {
  const Answer answer = read(text);
  BOOST_CHECK(!answer.amounts.has_value());
  BOOST_CHECK_MESSAGE(answer.findings.find(part) != std::string::npos, text << " gives\n" << answer.findings << "\nwithout: " << part);
}

constexpr Tolerance rounding{.relative = 1e-12, .absolute = 0.0, .reason = "the same sums in another order"};

}  // namespace

BOOST_AUTO_TEST_SUITE(composition)

BOOST_AUTO_TEST_CASE(per_volume_fills_a_cubic_metre_with_water) {
  const Answer answer = read("{Li+: 0.26 g/L, Mg+2: 15.36 g/L, balance: Cl-}");
  check_close(amount(answer, "Li+"), 0.26 / M_Li, rounding);
  check_close(amount(answer, "Mg+2"), 15.36 / M_Mg, rounding);
  check_close(amount(answer, "Cl-"), 0.26 / M_Li + 2.0 * 15.36 / M_Mg, rounding);
  const double volume = pitzer_brine()->volume(std::span<const double>(*answer.amounts), T);
  check_close(volume, 1.0, {.relative = 1e-11, .absolute = 0.0, .reason = "Newton ends at rounding"});
}

BOOST_AUTO_TEST_CASE(per_mass_of_solution_and_of_water) {
  const Answer fraction = read("{Na+: 3.9340 wt%, balance: Cl-}");
  const double n = 0.039340 / M_Na;
  check_close(amount(fraction, "Na+") / amount(fraction, "H2O"), n / ((1.0 - 0.039340 - n * M_Cl) / M_w), rounding);
  const Answer molal = read("{Na+: 1 mol/kg, Cl-: 1 mol/kg}");
  check_close(amount(molal, "Na+") / amount(molal, "H2O"), M_w, rounding);
}

BOOST_AUTO_TEST_CASE(moles_and_grams_per_volume_mix) {
  const Answer answer = read("{Na+: 0.5 mol/L, Li+: 0.694 g/L, Cl-: 600 mol/m3}");
  check_close(amount(answer, "Li+"), 100.0, rounding);
  check_close(amount(answer, "Cl-"), 600.0, rounding);
}

BOOST_AUTO_TEST_CASE(stated_density_gives_water_by_difference) {
  const Answer answer = read("{Na+: 1 mol/L, Cl-: 1 mol/L, density: 1.04 kg/L}");
  const double salt = 1000.0 * (M_Na + M_Cl);
  check_close(amount(answer, "H2O") / amount(answer, "Na+"), (1040.0 - salt) / M_w / 1000.0, rounding);
  check_finding("{Na+: 1 mol/L, Cl-: 1 mol/L, density: 1.4 kg/L}", "differ by more than 5 %");
  check_finding("{Na+: 1 mol/kg, Cl-: 1 mol/kg, density: 1.04 kg/L}", "only for concentrations per volume");
}

BOOST_AUTO_TEST_CASE(ideal_solutes_take_no_volume) {
  Diagnostics diagnostics;
  const Answer answer = read("{Li+: 1 mol/L, Cl-: 1 mol/L}", *ideal_brine());
  const Answer water = read("fresh_water", *ideal_brine());
  check_close(amount(answer, "H2O"), amount(water, "H2O"), {.relative = 1e-9, .absolute = 0.0, .reason = "Newton against a quotient"});
}

BOOST_AUTO_TEST_CASE(packages_are_read_at_their_own_temperature) {
  for (const std::string& name : source_models().available("brines")) {
    const Answer answer = read(name);
    BOOST_REQUIRE_MESSAGE(answer.amounts.has_value(), answer.findings);
    double net = 0.0, size = 1e-300;
    for (std::size_t i = 0; i < answer.amounts->size(); ++i) {
      net += pitzer_brine()->components()[i].charge * (*answer.amounts)[i];
      size += std::abs(pitzer_brine()->components()[i].charge * (*answer.amounts)[i]);
    }
    check_close(net / size, 0.0, {.relative = 0.0, .absolute = 1e-15, .reason = "one ion is set to balance"});
    const double volume = pitzer_brine()->volume(std::span<const double>(*answer.amounts), T);
    check_close(volume, 1.0, {.relative = 1e-11, .absolute = 0.0, .reason = "stated per m3 at the temperature asked for"});
  }
  // Stated at 25 degC, used at 45 degC: the same ratios, less in a cubic metre.
  const Answer cold = read("west_taijinar"), warm = read("west_taijinar", *pitzer_brine(), 318.15);
  check_close(amount(warm, "Li+") / amount(warm, "H2O"), amount(cold, "Li+") / amount(cold, "H2O"), rounding);
  BOOST_CHECK_LT(amount(warm, "Li+"), amount(cold, "Li+"));
}

BOOST_AUTO_TEST_CASE(a_temperature_among_the_ions_gets_one_finding) {
  const Answer answer = read("{Li+: 1 g/L, temperature: 25 degC, balance: Cl-}");
  BOOST_CHECK(!answer.amounts.has_value());
  BOOST_CHECK_EQUAL(answer.findings,
                    "case.yaml:1:21: 'temperature' does not go among the ions of units.lake (feed)\n"
                    "   1 | brine: {Li+: 1 g/L, temperature: 25 degC, balance: Cl-}\n"
                    "     |                     ^~~~~~~~~~~ a feed or tank has a `temperature` of its own; that of the concentrations goes into "
                    "the form {concentrations: {Li+: 0.26 g/L}, temperature: 25 degC, balance: Cl-}\n");
  check_finding("{Li+: 1 g/L, source: analysis, balance: Cl-}", "'source' does not go among the ions");
  BOOST_CHECK(read("{concentrations: {Li+: 1 g/L}, temperature: 30 degC, balance: Cl-}").amounts.has_value());
}

BOOST_AUTO_TEST_CASE(charge_must_close) {
  check_finding("{Na+: 1.2 mol/L, Cl-: 1 mol/L}", "does not close: 200 eq/m3 too positive (9.1 % of all)");
  check_finding("{Na+: 1.2 mol/L, Cl-: 1 mol/L}", "balance: Cl-");
  check_finding("{Na+: 1 mol/L, Cl-: 1.2 mol/L, balance: SO4-2}", "would have to be negative");
  check_finding("{Na+: 1 mol/L, balance: Cl}", "did you mean 'Cl-'?");
  check_finding("{Na+: 1 mol/L, balance: H2O}", "is no ion of the case");
  BOOST_CHECK(read("{Na+: 1 mol/L, Cl-: 1.0000001 mol/L}").amounts.has_value());
  BOOST_CHECK(!read("{Na+: 1 mol/L, Cl-: 1.00001 mol/L}").amounts.has_value());
}

BOOST_AUTO_TEST_CASE(components_must_be_in_the_case) {
  const Brine small = Brine::ideal(ComponentSet::from_names({"H2O", "Li+", "Cl-"}));
  const Answer answer = read("{Li+: 1 g/L, Ca+2: 1 g/L, balance: Cl-}", small);
  BOOST_CHECK(answer.findings.find("has 'Ca+2', which is not among the components of the case") != std::string::npos);
  BOOST_CHECK(read("{Li+: 1 g/L, Ca+2: 0 g/L, balance: Cl-}", small).amounts.has_value());
  BOOST_CHECK(read("west_taijinar", small).findings.find("Mg+2") != std::string::npos);
  check_finding("{Li: 1 g/L, balance: Cl-}", "did you mean 'Li+'?");
  check_finding("{H2O: 900 g/L, Li+: 1 g/L, balance: Cl-}", "water is not stated");
}

BOOST_AUTO_TEST_CASE(values_must_be_concentrations) {
  check_finding("{Li+: 0.26, balance: Cl-}", "is not a concentration");
  check_finding("{Li+: 0.26 m, balance: Cl-}", "is not a concentration");
  check_finding("{Li+: -0.26 g/L, balance: Cl-}", "is negative");
  check_finding("{Li+: 0.26 g/Lx, balance: Cl-}", "'Li+' in units.lake (feed)");
  check_finding("{Li+: [1, 2], balance: Cl-}", "needs a concentration");
  check_finding("{Li+: 1 g/L, Na+: 1 mol/kg, balance: Cl-}", "all alike");
  check_finding("{Li+: 5000 g/L, balance: Cl-}", "no room for water");
  check_finding("{Li+: 60 wt%, balance: Cl-}", "no room for water");
  check_finding("west_tajinar", "did you mean 'west_taijinar'?");
  check_finding("[1, 2]", "needs a brine");
}

BOOST_AUTO_TEST_SUITE_END()
