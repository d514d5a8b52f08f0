// One cell pair ion by ion: against integrations of the same layers, its limiting current, its selectivity.
#include "physics/water.hpp"
#include "support/tolerance.hpp"
#include "units/stack_pair.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

using namespace brineflow;
using test::check_close;

namespace {

constexpr double T = 298.15;

struct Ions {
  std::vector<std::string> names;
  std::vector<double> in_water, in_membrane, partition;
};

const Ions four_ions = {{"H2O", "Li+", "Na+", "Mg+2", "Cl-"},
                        {1.03e-9, 1.334e-9, 0.706e-9, 2.032e-9},
                        {3e-11, 4e-11, 5e-12, 6e-11},
                        {1.0, 1.0, 0.3, 1.0}};
const Ions salt = {{"H2O", "Na+", "Cl-"}, {1.33e-9, 2.03e-9}, {1e-10, 1e-10}, {1.0, 1.0}};

class Pair {
 public:
  Pair(const Ions& ions, double fixed_charge, std::vector<double> diluate, std::vector<double> concentrate)
      : ions_(ions), fixed_charge_(fixed_charge), brine_(std::make_shared<const Brine>(Brine::ideal(ComponentSet::from_names(ions.names)))) {
    StackSettings settings;
    settings.solution = std::make_shared<const StackSolution>(
        brine_, ConstantSolution{.density = 1000.0, .viscosity = 1e-3, .equivalent_conductivity = 0.01, .diffusivity = ions.in_water}, std::nullopt);
    for (std::size_t m = 0; m < 2; ++m) {
      StackMembrane membrane;
      membrane.name = m == 0 ? "cem" : "aem";
      membrane.kind = m == 0 ? stack::MembraneKind::cation_exchange : stack::MembraneKind::anion_exchange;
      membrane.law = MembraneLaw::nernst_planck;
      membrane.thickness = thickness;
      membrane.fixed_charge = fixed_charge;
      membrane.diffusivity = ions.in_membrane;
      membrane.partition = ions.partition;
      settings.membranes[m] = membrane;
    }
    settings.film_thickness = film;
    settings.overlimiting_conductance = 2.0;
    pair_.emplace(settings);
    for (const TunableParameter& parameter : pair_->parameters()) p_.push_back(parameter.value);
    point_ = {at(*settings.solution, std::move(diluate)), at(*settings.solution, std::move(concentrate)), 1.0, T};
  }

  PairOperation operate(double voltage) const {
    PairOperation found = pair_->operate(p_, point_, 0.0, voltage, {});
    BOOST_REQUIRE(found.found);
    return found;
  }
  PairResult<double> result(const PairOperation& operation) const { return pair_->at<double>(p_, point_, operation.unknowns, operation.i); }
  // Through membrane m alone.
  stack::MembraneResult<double> through(std::size_t m, const PairOperation& operation) const {
    const std::size_t n = ions_.in_water.size();
    std::vector<double> permeability;
    std::vector<int> charge;
    for (std::size_t i = 0; i < n; ++i) {
      permeability.push_back(ions_.in_membrane[i] / thickness);
      charge.push_back(brine_->components()[i + 1].charge);
    }
    const auto film_at = [&](const stack::ChannelPoint<double>& point) { return stack::Film<double>{point.share, point.sum, point.diffusivity, film}; };
    const stack::IonMembrane<double> membrane{m == 0 ? stack::MembraneKind::cation_exchange : stack::MembraneKind::anion_exchange, fixed_charge_, permeability, ions_.partition};
    const std::size_t size = stack::MembraneUnknowns{n}.size();
    return stack::membrane_with_films<double>(charge, membrane, {film_at(point_.diluate), film_at(point_.concentrate)}, 2.0,
                                              std::span<const double>(operation.unknowns).subspan(m * size, size), m == 0 ? operation.i : -operation.i, T);
  }
  double ohmic(double i) const {
    double sum = 0.0;
    for (const auto* channel : {&point_.diluate, &point_.concentrate}) sum += i * (height - 2.0 * film) / channel->conductivity;
    return sum;
  }

  static constexpr double film = 5e-5, height = 5e-4, thickness = 0.13e-3;  // m

 private:
  // mol/m3 of the solutes, beside as much water as makes 1 m3 of 1000 kg.
  stack::ChannelPoint<double> at(const StackSolution& solution, std::vector<double> c) const {
    c.insert(c.begin(), 0.0);
    c[0] = (1000.0 - brine_->mass(std::span<const double>(c))) / water_molar_mass;
    return solution.point<double>(c, T, height);
  }

  Ions ions_;
  double fixed_charge_;
  std::shared_ptr<const Brine> brine_;
  std::optional<StackPair> pair_;
  std::vector<double> p_;
  PairPoint<double> point_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(stack_pair)

// The same layers with the field of the membrane resolved instead of constant: shooting from the diluate with adaptive steps
// (scipy's DOP853, 1e-11), Donnan equilibrium by bisection; fluxes found to 1e-13.
BOOST_AUTO_TEST_CASE(agrees_with_layers_that_are_integrated) {
  struct Resolved {
    double voltage;
    std::size_t membrane;
    std::vector<double> flux;  // Li+, Na+, Mg+2, Cl-
    double drop;               // V
  };
  const std::vector<Resolved> cases = {
      {0.2, 0, {1.3436698316e-04, 4.2495421348e-04, 1.9701366091e-04, -4.4816695422e-05}, 0.1071539638089555},
      {0.2, 1, {-4.9993672413e-08, -7.0003610580e-06, -2.4857869527e-09, 9.9110988757e-04}, -0.04364087357564498},
      {0.4, 0, {2.568099e-04, 8.425107e-04, 4.094413e-04, -1.108444e-04}, 0.21484196264731065},
      {0.4, 1, {-2.6469671450e-07, -1.2560605922e-05, -6.4421042167e-09, 2.0162094635e-03}, -0.0812946222267308},
  };
  const Pair pair(four_ions, 2000.0, {20.0, 50.0, 30.0, 130.0}, {5.0, 150.0, 10.0, 175.0});
  for (const Resolved& expected : cases) {
    const PairOperation found = pair.operate(expected.voltage);
    const auto result = pair.through(expected.membrane, found);
    for (std::size_t i = 0; i < 4; ++i) {
      const bool counter_ion = (i < 3) == (expected.membrane == 0);
      check_close(result.flux[i], expected.flux[i],
                  {.relative = counter_ion ? 0.008 : 0.08, .reason = "constant field in the membrane, measured: 0.76 % of a counter-ion, 7.7 % of a co-ion"});
    }
    check_close(result.drop, expected.drop, {.relative = 0.025, .reason = "constant field in the membrane, measured: 2.3 %"});
  }
}

BOOST_AUTO_TEST_CASE(a_depleted_film_passes_its_limiting_current) {
  const double c = 10.0, limiting = 2.0 * faraday_constant * salt.in_water[0] * c / Pair::film;
  const Pair pair(salt, 4000.0, {c, c}, {c, c});
  const PairOperation found = pair.operate(0.8);
  const double lambda = found.unknowns[2];
  BOOST_TEST(lambda > 4.0);
  const double thinner = 1.0 + 0.5 * std::log1p(std::exp((lambda - 6.0) / 0.5));
  check_close(found.i, limiting * (1.0 - std::exp(-lambda)) * thinner,
              {.relative = 2e-3, .reason = "co-ions carry about c/X = 0.25 % of the current at most"});
}

BOOST_AUTO_TEST_CASE(every_voltage_has_a_current_beyond_the_limit_too) {
  const Pair pair(salt, 2000.0, {10.0, 10.0}, {10.0, 10.0});
  double last = 0.0, slope_below = 0.0, slope_above = 0.0;
  for (double U = 0.1; U < 3.05; U += 0.1) {
    const double i = pair.operate(U).i;
    BOOST_TEST(i > last);
    if (U < 0.15) slope_below = i / U;
    if (U > 0.75 && U < 0.85) slope_above = (i - last) / 0.1;
    last = i;
  }
  BOOST_TEST(slope_above < 0.5 * slope_below);  // the plateau
}

BOOST_AUTO_TEST_CASE(monovalent_ions_pass_before_divalent_ones) {
  // Donnan's potential draws divalent ions into a membrane; one that prefers monovalent ones must keep them out otherwise.
  Ions ions = four_ions;
  ions.partition[2] = 0.03;
  const Pair pair(ions, 2000.0, {20.0, 50.0, 30.0, 130.0}, {20.0, 50.0, 30.0, 130.0});
  const auto selectivity = [&](double U) {
    const auto flux = pair.result(pair.operate(U)).flux;
    return flux[1] / flux[3] / (20.0 / 30.0);
  };
  BOOST_TEST(selectivity(0.1) > 2.0);
  // What the film lets through is not selective: towards the limit the membrane's selectivity is lost.
  BOOST_TEST(selectivity(1.5) < 0.8 * selectivity(0.1));
}

BOOST_AUTO_TEST_CASE(charge_and_nothing_else_is_what_the_current_carries) {
  const Pair pair(four_ions, 2000.0, {20.0, 50.0, 30.0, 130.0}, {5.0, 150.0, 10.0, 175.0});
  const PairOperation found = pair.operate(0.4);
  for (const std::size_t m : {std::size_t{0}, std::size_t{1}}) {
    const auto flux = pair.through(m, found).flux;
    check_close(faraday_constant * (flux[0] + flux[1] + 2.0 * flux[2] - flux[3]), m == 0 ? found.i : -found.i,
                {.relative = 1e-9, .reason = "Newton's method to rounding"});
  }
}

BOOST_AUTO_TEST_SUITE_END()
