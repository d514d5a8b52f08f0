// Species in solution: conservation, mass action, pH there and back, derivatives, and that any composition is answered.
#include "base/error.hpp"
#include "physics/model_files.hpp"
#include "physics/speciation.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <random>

namespace brineflow::test {
namespace {

constexpr double room = 298.15;

const ActivityPackage& package() {
  static const ActivityPackage result = read_activities("models/pitzer/hmw84_lithium_25C.yaml");
  return result;
}

const Speciation& speciation() {
  static const Speciation result(
      ComponentSet::from_names({"H2O", "Li+", "Na+", "K+", "Mg+2", "Ca+2", "Cl-", "SO4-2", "Br-", "H+", "HCO3-", "B(OH)3"}), package().activities, package().species);
  return result;
}

std::size_t at(const char* name) { return speciation().species().find(name).value(); }

// Totals of a neutral brine with carbonate and boron, at the pH given.
std::vector<double> random_totals(std::mt19937& random, double pH) {
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  const auto draw = [&](double most) { return most * std::pow(uniform(random), 3.0); };
  std::vector<double> n = amounts_of(speciation().components(), {{"Li+", draw(1.0)}, {"Na+", draw(5.0)}, {"K+", draw(1.0)}, {"Mg+2", draw(3.0)},
                                                                  {"Ca+2", draw(0.1)}, {"SO4-2", draw(1.0)}, {"Br-", draw(0.1)}, {"HCO3-", draw(0.2)}, {"B(OH)3", draw(0.4)}});
  const std::size_t Cl = at("Cl-"), H = at("H+");
  for (int pass = 0; pass < 5; ++pass) {
    n[Cl] = 0.0;
    double charge = 0.0;
    for (std::size_t i = 0; i < n.size(); ++i) charge += speciation().components()[i].charge * n[i];
    n[Cl] = std::max(charge, 0.0);
    n[at("Na+")] += std::max(-charge, 0.0);
    n[H] = speciation().hydrogen_at_pH(n, room, pH);
  }
  return n;
}

std::vector<double> species_of(const std::vector<double>& totals, double T = room) {
  std::vector<double> result(speciation().species().size());
  speciation().speciate(std::span<const double>(totals), T, std::span<double>(result));
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(speciation_of_brines)

BOOST_AUTO_TEST_CASE(species_conserve_their_components_and_obey_mass_action) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> any_pH(1.0, 12.0);
  const ComponentSet& components = speciation().components();
  for (int trial = 0; trial < 100; ++trial) {
    const std::vector<double> totals = random_totals(random, any_pH(random)), n = species_of(totals);
    std::vector<double> ln_gamma(n.size());
    speciation().activities().log_activity(std::span<const double>(n), room, std::span<double>(ln_gamma));
    const double water = n[0] * components[0].molar_mass;
    const auto ln_a = [&](std::size_t i) { return ln_gamma[i] + (i == 0 ? 0.0 : std::log(n[i] / water)); };
    std::vector<double> sum(n.begin(), n.begin() + static_cast<std::ptrdiff_t>(components.size()));
    for (const Formation& formation : package().species) {
      double balance = ln_a(at(formation.name.c_str())) - std::log(10.0) * formation.log_K.at_reference;
      for (const auto& [part, nu] : formation.from) {
        sum[components.find(part).value()] += nu * n[at(formation.name.c_str())];
        balance -= nu * ln_a(components.find(part).value());
      }
      BOOST_TEST_CONTEXT(formation.name) check_close(balance, 0.0, {.absolute = 1e-8, .reason = "Newton's method stops at steps of 1e-9"});
    }
    for (std::size_t b = 0; b < components.size(); ++b)
      BOOST_TEST_CONTEXT(components[b].name) check_close(sum[b], totals[b], {.relative = 1e-9, .absolute = 1e-9, .reason = "Newton's method stops at steps of 1e-9"});
  }
}

BOOST_AUTO_TEST_CASE(pH_comes_back) {
  std::mt19937 random(2);
  for (const double pH : {0.5, 3.0, 5.0, 7.0, 8.2, 10.0, 13.0})
    for (int trial = 0; trial < 5; ++trial) {
      const std::vector<double> n = species_of(random_totals(random, pH));
      check_close(speciation().pH(n, room).value(), pH, {.absolute = 1e-6, .reason = "the total of H+ is a difference of larger totals"});
    }
}

BOOST_AUTO_TEST_CASE(pure_water_is_neutral) {
  const Speciation water(ComponentSet::from_names({"H2O", "H+"}), package().activities, package().species);
  const std::vector<double> totals = {55.5, 0.0};
  std::vector<double> n(water.species().size());
  water.speciate(std::span<const double>(totals), room, std::span<double>(n));
  BOOST_REQUIRE_EQUAL(n.size(), 3u);
  check_close(n[1], n[2], {.relative = 1e-9, .reason = "charge"});
  check_close(water.pH(n, room).value(), 6.999, {.absolute = 2e-3, .reason = "log Kw -13.998, and the root of zero ionic strength"});
}

BOOST_AUTO_TEST_CASE(derivatives_are_those_of_differences) {
  std::mt19937 random(3);
  for (const double pH : {4.0, 7.5, 9.5}) {
    const std::vector<double> totals = random_totals(random, pH);
    const std::size_t size = totals.size(), species = speciation().species().size();
    std::vector<Dual> seeded(totals.begin(), totals.end()), result(species);
    for (std::size_t first = 0; first < size; first += 8) {
      for (std::size_t b = 0; b < size; ++b)
        seeded[b] = b >= first && b < first + 8 ? Dual(totals[b], static_cast<int>(b - first)) : Dual(totals[b]);
      speciation().speciate(std::span<const Dual>(seeded), Dual(room), std::span<Dual>(result));
      for (std::size_t b = first; b < std::min(size, first + 8); ++b) {
        // Steps that move no species far: H+ decides the pH.
        const double h = 1e-6 * std::max(1e-3, std::abs(totals[b]));
        const auto moved = [&](double step) {
          std::vector<double> n = totals;
          n[b] += step;
          return species_of(n);
        };
        const auto up = moved(h), down = moved(-h), up2 = moved(2.0 * h), down2 = moved(-2.0 * h);
        for (std::size_t i = 0; i < species; ++i) {
          const double slope = (8.0 * (up[i] - down[i]) - up2[i] + down2[i]) / (12.0 * h);
          BOOST_TEST_CONTEXT("pH " << pH << ", d " << speciation().species()[i].name << " / d " << speciation().components()[b].name)
          check_close(result[i].v[static_cast<Eigen::Index>(b - first)], slope,
                      {.relative = 1e-4, .absolute = 1e-6 * std::max(1.0, up[i]), .reason = "rounding of differences over steps of 1e-6"});
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(derivatives_with_temperature_are_those_of_differences) {
  // No set of 25 degC varies; one is made to, in one constant, one interaction and the Debye-Hueckel slope.
  ActivityPackage varying = package();
  varying.activities.temperature_range = {{273.15, 333.15}};
  varying.activities.binary.front().beta0.terms = {0.0, 0.0, 1e-3, 0.0, 0.0};
  varying.species.front().log_K.terms = {-3000.0, 0.0, 0.0, 0.0, 0.0};
  const Speciation warm(speciation().components(), varying.activities, varying.species);
  std::mt19937 random(4);
  const std::vector<double> totals = random_totals(random, 8.0);
  const std::size_t species = warm.species().size();
  const double T = 310.0, h = 0.01;
  const auto at_temperature = [&](double kelvin) {
    std::vector<double> n(species);
    warm.speciate(std::span<const double>(totals), kelvin, std::span<double>(n));
    return n;
  };
  std::vector<Dual> constant(totals.begin(), totals.end()), result(species);
  warm.speciate(std::span<const Dual>(constant), Dual(T, 0), std::span<Dual>(result));
  const auto up = at_temperature(T + h), down = at_temperature(T - h);
  for (std::size_t i = 0; i < species; ++i)
    BOOST_TEST_CONTEXT(warm.species()[i].name)
    check_close(result[i].v[0], (up[i] - down[i]) / (2.0 * h), {.relative = 1e-4, .absolute = 1e-11, .reason = "second-order differences"});
}

BOOST_AUTO_TEST_CASE(any_composition_is_answered) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> exponent(-14.0, 0.6);
  int unanswered = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    std::vector<double> n = amounts_of(speciation().components(), {});
    for (std::size_t i = 1; i < n.size(); ++i) n[i] = trial % 3 == 0 && i % 2 == 0 ? 0.0 : std::pow(10.0, exponent(random));
    const std::size_t H = at("H+"), Cl = at("Cl-"), Na = at("Na+");
    n[H] = (trial % 2 == 0 ? 1.0 : -1.0) * n[H];
    double charge = 0.0;
    for (std::size_t i = 0; i < n.size(); ++i) charge += speciation().components()[i].charge * n[i];
    n[Cl] += std::max(charge, 0.0);
    n[Na] += std::max(-charge, 0.0);
    try {
      species_of(n);
    } catch (const NoEquilibrium& error) {
      if (++unanswered < 4) BOOST_TEST_MESSAGE(error.what());
    }
  }
  BOOST_TEST_MESSAGE(unanswered << " of 2000 without an answer");
  BOOST_CHECK_EQUAL(unanswered, 0);
}

BOOST_AUTO_TEST_CASE(a_formation_that_conserves_nothing_is_refused) {
  std::vector<Formation> formations = package().species;
  formations.front().from.front().second += 1.0;
  BOOST_CHECK_THROW(Speciation(speciation().components(), package().activities, formations), InputError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace brineflow::test
