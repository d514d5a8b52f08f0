// A bipolar membrane between acid and base: its potential without current, what it passes, the junction's overpotential.
#include "contract/unit_under_test.hpp"
#include "physics/bipolar_membrane.hpp"
#include "physics/water.hpp"
#include "support/tolerance.hpp"
#include "units/stack_solution.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

using namespace brineflow;
using namespace brineflow::test;

namespace {

constexpr double T = 298.15;
constexpr Tolerance rounding{1e-12, 0.0, "rounding"};
constexpr double water = 1.0 / water_molar_mass;  // mol in a kg

const ComponentSet& components() {
  static const ComponentSet set = ComponentSet::from_names({"H2O", "Li+", "Cl-", "H+"});
  return set;
}

// mol of components beside a kg of water as such: LiOH is Li+ and H2O less H+.
std::vector<double> solution(double lithium_chloride, double base, double acid) {
  return {water + base, lithium_chloride + base, lithium_chloride + acid, acid - base};
}

class Channels {
 public:
  explicit Channels(const Brine& brine) : solution_(std::make_shared<const Brine>(brine), ions(), std::nullopt, AcidBase(brine)) {}
  stack::ChannelPoint<double> at(const std::vector<double>& amounts) const { return solution_.point<double>(amounts, T, 5e-4); }
  const StackSolution& operator*() const { return solution_; }

 private:
  static ConstantSolution ions() {
    return {.density = 1000.0, .viscosity = 1e-3, .equivalent_conductivity = 0.01, .diffusivity = {1e-9, 2e-9, 9e-9, 5e-9}};
  }
  StackSolution solution_;
};

// Solutes: Li+, Cl-, H+, OH-.
const std::vector<int> charge = {1, -1, 1, -1};
const stack::BipolarSolutes solutes{charge, 2, 3};

}  // namespace

BOOST_AUTO_TEST_SUITE(bipolar_membrane)

BOOST_AUTO_TEST_CASE(ion_product_of_water) {
  // The table of Marshall & Franck (1981), as remembered: pK_w at 0, 25, 50 degC. Measured ones (Harned & Owen) are 14.94, 14.00, 13.26.
  constexpr Tolerance table{0.0, 5e-3, "three decimals, remembered"};
  check_close(-log_water_ion_product(273.15) / std::log(10.0), 14.938, table);
  check_close(-log_water_ion_product(298.15) / std::log(10.0), 13.995, table);
  check_close(-log_water_ion_product(323.15) / std::log(10.0), 13.275, table);
}

BOOST_AUTO_TEST_CASE(acid_and_base_neutralise_each_other) {
  const AcidBase acid_base(Brine::ideal(components()));
  std::vector<double> mixed = solution(0.0, 0.7, 0.0);
  const std::vector<double> acid = solution(0.0, 0.0, 0.7);
  for (std::size_t i = 0; i < mixed.size(); ++i) mixed[i] += acid[i];
  const auto salty = acid_base.species_of<double>(mixed, T);
  const double neutral = std::exp(0.5 * log_water_ion_product(T)) * mixed[0] * water_molar_mass;  // 1e-7 mol/kg
  check_close(salty[3], neutral, rounding);
  check_close(salty[4], neutral, rounding);
  // 1 mol/kg of either, the other by the ion product
  const auto basic = acid_base.species_of<double>(solution(0.0, 1.0, 0.0), T);
  check_close(basic[4], 1.0, {1e-12, 0.0, "H+ is nothing beside it"});
  check_close(basic[3], std::exp(log_water_ion_product(T)), {0.04, 0.0, "the ion product counts 1.018 kg of water, squared"});
  check_close(basic[0], water, rounding);
}

BOOST_AUTO_TEST_CASE(reversible_potential_is_that_of_the_ion_product) {
  const Channels ideal(Brine::ideal(components()));
  for (const double m : {0.01, 1.0, 3.0}) {
    const double E = stack::reversible_potential(ideal.at(solution(0.0, m, 0.0)), ideal.at(solution(0.0, 0.0, m)), T);
    // ln a_w of the ideal brine is -2 m M_w
    check_close(E, gas_constant * T / faraday_constant * (2.0 * std::log(m) - log_water_ion_product(T) + 2.0 * m * water_molar_mass),
                {1e-9, 0.0, "floors of absent ions"});
  }
  // No acid, no base, no potential.
  check_close(stack::reversible_potential(ideal.at(solution(1.0, 0.0, 0.0)), ideal.at(solution(1.0, 0.0, 0.0)), T), 0.0, {0.0, 1e-3, "a_w of 1 mol/kg"});
}

BOOST_AUTO_TEST_CASE(reversible_potential_takes_mean_activities) {
  const Document document = [] {
    Diagnostics diagnostics;
    return parse_document("{chemistry: hmw84_lithium_25C}", "test", diagnostics);
  }();
  Diagnostics diagnostics;
  const auto brine = load_brine_model(document.root, {components(), {}}, source_models(), diagnostics);
  const Channels pitzer(*brine);
  const double E = stack::reversible_potential(pitzer.at(solution(0.0, 1.0, 0.0)), pitzer.at(solution(0.0, 0.0, 1.0)), T);
  const Brine species = AcidBase(*brine).brine();  // H2O, Li+, Cl-, H+, OH-
  const std::vector<double> acid = {water, 0.0, 1.0, 1.0, 0.0}, base = {water, 1.0, 0.0, 0.0, 1.0};
  const std::vector<int> hydrochloric = {0, 0, 1, 1, 0}, hydroxide = {0, 1, 0, 0, 1};
  const double ln_gamma = 0.5 * (species.log_mean_product<double>(acid, T, hydrochloric) + species.log_mean_product<double>(base, T, hydroxide));
  check_close(E, gas_constant * T / faraday_constant * (ln_gamma - log_water_ion_product(T) - species.log_water_activity<double>(base, T)),
              {1e-5, 0.0, "constants of the channel are per volume, traces"});
  BOOST_TEST(E < 0.83);  // both coefficients are below 1
  BOOST_TEST(E > 0.80);
}

BOOST_AUTO_TEST_CASE(fluxes_carry_the_current_and_nothing_else) {
  const Channels channels(Brine::ideal(components()));
  const auto base = channels.at(solution(0.2, 1.5, 0.0)), acid = channels.at(solution(0.1, 0.0, 1.2));
  const stack::BipolarNumbers<double> leaky{.salt_leakage = 0.07, .areal_resistance = 4e-4, .water_number = 3.0, .water_permeability = 2e-14,
                                            .salt_permeability = 1e-8, .layer_diffusivity = 0.0};
  const double i = 600.0;
  std::vector<double> flux(5, 0.0);
  stack::add_bipolar_fluxes<double>(solutes, leaky, {}, base, acid, i, T, flux);
  const Brine& species = (*channels).acid_base()->brine();
  const double mass = species.mass(std::span<const double>(flux));
  BOOST_TEST(flux[4] != 0.0);  // OH- diffuses
  (*channels).to_components(std::span<double>(flux));
  check_close(species.mass(std::span<const double>(flux)), mass, {1e-9, 0.0, "OH- is H2O less H+"});
  double current = 0.0;
  for (std::size_t k = 1; k < 4; ++k) current += components()[k].charge * flux[k];
  check_close(faraday_constant * current, i, rounding);
  BOOST_TEST(flux[4] == 0.0);
  // Without leakage: one H+ an electron, half a water against it.
  std::vector<double> tight(5, 0.0);
  stack::add_bipolar_fluxes<double>(solutes, {.salt_leakage = 0.0, .areal_resistance = 4e-4, .water_number = 0.0, .water_permeability = 0.0,
                                              .salt_permeability = 0.0, .layer_diffusivity = 0.0}, {}, base, acid, i, T, tight);
  check_close(tight[3], i / faraday_constant, rounding);
  check_close(tight[0], -0.5 * i / faraday_constant, rounding);
  BOOST_TEST(tight[1] == 0.0);
  BOOST_TEST(tight[2] == 0.0);
}

BOOST_AUTO_TEST_CASE(salt_carries_no_more_than_its_limiting_current) {
  const Channels channels(Brine::ideal(components()));
  const auto base = channels.at(solution(0.2, 1.0, 0.0)), acid = channels.at(solution(0.3, 0.0, 1.0));
  const stack::BipolarNumbers<double> numbers{.salt_leakage = 0.0, .areal_resistance = 4e-4, .water_number = 0.0, .water_permeability = 0.0,
                                              .salt_permeability = 0.0, .layer_diffusivity = 1e-10};
  const stack::BipolarLayers layers{.thickness = 0.2e-3, .fixed_charge = 2000.0};
  const double c = acid.c[0] + base.c[1];
  const double limit = faraday_constant * 1e-10 * c * c / (2000.0 * 0.2e-3);
  BOOST_TEST(limit > 3.0);
  constexpr Tolerance corner{2e-3, 0.0, "the corner is rounded by a thousandth"};
  check_close(stack::salt_current<double>(solutes, numbers, layers, base, acid, 100.0 * limit), limit, corner);
  check_close(stack::salt_current<double>(solutes, numbers, layers, base, acid, 0.5 * limit), 0.5 * limit, corner);
}

BOOST_AUTO_TEST_CASE(junction_splits_water_by_the_second_wien_effect) {
  const stack::BipolarJunction junction{.fixed_charge = 5000.0, .permittivity = 30.0, .rate = 1.13};
  constexpr double e = 1.602176634e-19, k = 1.380649e-23, eps = 30.0 * 8.8541878128e-12, pi = 3.14159265358979324;
  for (const double i : {1e-3, 10.0, 1000.0}) {
    const double U = stack::junction_potential<double>(junction, i, T);
    // Back from the voltage to the current, with Onsager's function from the library's Bessel function.
    const double E = std::sqrt(U * faraday_constant * 5000.0 / eps);
    const double b = e * e * e * E / (8.0 * pi * eps * k * k * T * T);
    const double f = std::cyl_bessel_i(1.0, std::sqrt(8.0 * b)) / std::sqrt(2.0 * b);
    check_close(1.13 * f * eps * E / 5000.0, i, {2e-6, 0.0, "zero current is rounded by 1e-6 A/m2"});
  }
  const double i = 150.0, h = 1e-4;
  Dual current(i), temperature(T);
  current.v[0] = 1.0, temperature.v[1] = 1.0;
  const Dual U = stack::junction_potential<Dual>(junction, current, temperature);
  const auto at = [&](double j, double t) { return stack::junction_potential<double>(junction, j, t); };
  check_close(U.v[0], (at(i + h, T) - at(i - h, T)) / (2.0 * h), {1e-6, 0.0, "central difference"});
  check_close(U.v[1], (at(i, T + h) - at(i, T - h)) / (2.0 * h), {1e-6, 0.0, "central difference"});
}

BOOST_AUTO_TEST_SUITE_END()
