// Laws of growth on a surface, and the saturation of a mineral over the components of a case.
#include "base/error.hpp"
#include "physics/mineral_saturation.hpp"
#include "physics/surface_deposit.hpp"
#include "support/tolerance.hpp"
#include "units/activity_package.hpp"
#include "units/models.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <vector>

using namespace brineflow;
using test::check_close;

namespace {

const CrystalKinetics<double> gypsum_like{.growth = 2e-6, .dissolution = 3e-6, .growth_order = 2.0, .dissolution_order = 1.0, .full_coverage = 1e-3};

struct Chemistry {
  Diagnostics diagnostics;
  ModelLibrary models{{"models"}};
  std::shared_ptr<const Brine> brine;
  std::optional<MineralSet> minerals;
  std::optional<ActivityPackage> activities;

  explicit Chemistry(const std::vector<std::string>& components) {
    const CaseComponents set{ComponentSet::from_names(components), {}};
    brine = load_brine_model(parse_document("{chemistry: lithium_brine_0_60C}", "brine", diagnostics).root, set, models, diagnostics);
    BOOST_REQUIRE_MESSAGE(brine, diagnostics.text());
    minerals = read_mineral_set(models.find("minerals", brine->mineral_set(), {}, diagnostics)->root, diagnostics);
    activities = read_activity_package(models.find("pitzer", "lithium_brine_0_60C", {}, diagnostics)->root, diagnostics);
    BOOST_REQUIRE_MESSAGE(minerals && activities, diagnostics.text());
  }

  const Mineral& mineral(const std::string& name) const {
    for (const Mineral& mineral : minerals->minerals)
      if (mineral.name == name) return mineral;
    throw InternalError(name);
  }

  double index(const std::string& name, const std::vector<double>& amounts, double T) const {
    std::vector<double> ln_a(amounts.size());
    log_component_activities<double>(*brine, amounts, T, ln_a);
    return DissolvingMineral(brine->components(), mineral(name)).saturation_index<double>(ln_a, T);
  }

  // The same by the search for equilibria with minerals.
  double other_index(const std::string& name, const std::vector<double>& amounts, double T) const {
    const Speciation speciation(brine->components(), activities->activities, activities->species);
    const MineralEquilibrium all(speciation, *minerals);
    std::vector<double> species(speciation.species().size()), indices(all.minerals().size());
    speciation.speciate<double>(amounts, T, species);
    all.saturation_indices<double>(species, T, indices);
    for (std::size_t k = 0; k < indices.size(); ++k)
      if (all.minerals()[k].name == name) return indices[k];
    throw InternalError(name);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(deposits)

BOOST_AUTO_TEST_CASE(growth_is_a_power_of_supersaturation_and_zero_below) {
  check_close(crystal_growth(gypsum_like, 1.5, 0.0), 2e-6 * 0.25, {1e-14, 0.0, "rounding"});
  BOOST_TEST(crystal_growth(gypsum_like, 1.0, 0.02) == 0.0);
  BOOST_TEST(crystal_growth(gypsum_like, 0.3, 0.0) == 0.0);
  BOOST_TEST(crystal_growth(gypsum_like, 0.0, 0.0) == 0.0);
}

BOOST_AUTO_TEST_CASE(dissolution_ends_with_what_is_there) {
  check_close(crystal_growth(gypsum_like, 0.4, 1.0), -3e-6 * 0.6, {1e-6, 0.0, "a kilogram covers all within 5e-7"});
  check_close(crystal_growth(gypsum_like, 0.4, 1e-6) / crystal_growth(gypsum_like, 0.4, 1e-7), 10.0, {1e-5, 0.0, "proportional to a trace"});
  BOOST_TEST(crystal_growth(gypsum_like, 0.4, -1e-9) > 0.0);  // what rounding leaves below zero comes back
}

BOOST_AUTO_TEST_CASE(growth_has_its_derivatives_on_both_sides) {
  for (const double s : {0.2, 0.9, 1.1, 3.0})
    for (const double m : {1e-5, 1e-3, 0.1}) {
      const CrystalKinetics<Dual> kinetics{Dual(2e-6), Dual(3e-6), 2.0, 1.0, 1e-3};
      const Dual r = crystal_growth(kinetics, Dual(s, 0), Dual(m, 1));
      const double h = 1e-6;
      check_close(r.v[0], (crystal_growth(gypsum_like, s + h, m) - crystal_growth(gypsum_like, s - h, m)) / (2.0 * h), {1e-7, 1e-15, "differences"});
      check_close(r.v[1], (crystal_growth(gypsum_like, s, m * (1 + h)) - crystal_growth(gypsum_like, s, m * (1 - h))) / (2.0 * h * m), {1e-7, 1e-14, "differences"});
    }
}

BOOST_AUTO_TEST_CASE(a_surface_flux_reaches_through_the_film) {
  const double k = 3e-5;
  check_close(film_reach(1e-10, k), 1.0 / k, {2e-6, 0.0, "half of J / k"});
  check_close(film_reach(3e-5, k), (std::exp(1.0) - 1.0) / 3e-5, {1e-14, 0.0, "rounding"});
  for (const double x : {0.999e-3, 1.001e-3})  // on both sides of where the series takes over
    check_close(film_reach(x * k, k), std::expm1(x) / (x * k), {1e-12, 0.0, "cancellation of three digits"});
}

BOOST_AUTO_TEST_CASE(gypsum_is_as_near_as_the_search_for_equilibria_says) {
  const Chemistry chemistry({"H2O", "Na+", "Mg+2", "Ca+2", "Cl-", "SO4-2"});
  for (const double T : {288.15, 298.15, 313.15}) {
    const std::vector<double> c{54e3, 400.0, 50.0, 20.0, 500.0, 20.0};
    check_close(chemistry.index("gypsum", c, T), chemistry.other_index("gypsum", c, T), {0.0, 1e-12, "the corner at zero is 1e-8 mol/kg"});
  }
}

BOOST_AUTO_TEST_CASE(calcite_is_seen_through_the_speciation) {
  const Chemistry chemistry({"H2O", "Na+", "Ca+2", "Cl-", "HCO3-", "H+"});
  const std::vector<double> c{55e3, 50.0, 5.0, 55.5, 4.0, -0.5};  // H+ lost: alkaline
  const double found = chemistry.index("calcite", c, 298.15);
  check_close(found, chemistry.other_index("calcite", c, 298.15), {0.0, 1e-9, "the corner at zero of free H+, 1e-14 mol/kg"});
  BOOST_TEST(found > 0.0);
}

BOOST_AUTO_TEST_CASE(the_ratio_is_a_power_of_the_index_and_counts_ions) {
  const Chemistry chemistry({"H2O", "Na+", "Ca+2", "Cl-", "SO4-2"});
  const DissolvingMineral gypsum(chemistry.brine->components(), chemistry.mineral("gypsum"));
  BOOST_TEST(gypsum.ions() == 2.0);
  check_close(gypsum.molar_mass(), 0.17217, {1e-4, 0.0, "CaSO4:2H2O, digits of the masses"});
  std::array<double, 5> ln_a{};
  log_component_activities<double>(*chemistry.brine, std::vector<double>{54e3, 100.0, 20.0, 100.0, 20.0}, 298.15, ln_a);
  check_close(gypsum.saturation_ratio<double>(ln_a, 298.15), std::pow(10.0, 0.5 * gypsum.saturation_index<double>(ln_a, 298.15)), {1e-13, 0.0, "rounding"});
}

BOOST_AUTO_TEST_CASE(pure_water_has_a_ratio_too) {
  const Chemistry chemistry({"H2O", "Na+", "Ca+2", "Cl-", "SO4-2"});
  const double index = chemistry.index("gypsum", {55e3, 0.0, 0.0, 0.0, 0.0}, 298.15);
  BOOST_TEST(std::isfinite(index));
  BOOST_TEST(index < -10.0);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_a_mineral_is_refused) {
  const ComponentSet components = ComponentSet::from_names({"H2O", "Ca+2", "SO4-2"});
  const auto mineral = [](std::vector<std::pair<std::string, double>> parts) { return Mineral{.name = "m", .formula = "", .dissolves_to = std::move(parts), .log_K = 0.0}; };
  BOOST_CHECK_THROW(DissolvingMineral(components, mineral({{"Ca+2", 1.0}})), InputError);
  BOOST_CHECK_THROW(DissolvingMineral(components, mineral({{"Na+", 2.0}, {"SO4-2", 1.0}})), InputError);
  BOOST_CHECK_THROW(DissolvingMineral(components, mineral({{"H2O", 1.0}})), InputError);
}

BOOST_AUTO_TEST_SUITE_END()
