// Exchange laws (S10) to (S12) and ageing (A1), (A2): by hand, limits, thermodynamic consistency, pH, cycles.
#include "physics/model_files.hpp"
#include "physics/sorption.hpp"
#include "physics/speciation.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

namespace brineflow::test {
namespace {

constexpr double T25 = 298.15;
const Tolerance rounding{1e-12, 0.0, "the same formula, rounding only"};

// H2O Li+ Na+ Cl- H+, gamma = 1
const Brine& ideal() {
  static const Brine brine = Brine::ideal(ComponentSet::from_names({"H2O", "Li+", "Na+", "Cl-", "H+"}));
  return brine;
}
constexpr std::size_t Li = 1, Na = 2, H = 4;

std::vector<double> c_of(double lithium, double sodium, double hydrogen) {
  const double M = ideal().components()[0].molar_mass;
  return {1000.0 / M, lithium, sodium, lithium + sodium + hydrogen, hydrogen};
}

SorbedSpecies exchanging(const std::string& name, std::size_t taken, int given, std::size_t back) {
  SorbedSpecies species{name, std::vector<int>(5, 0), taken};
  species.stoichiometry[taken] = 1;
  species.stoichiometry[back] = given;
  return species;
}

Sorption exchanger(std::string_view law, std::vector<double> parameters, int count = 2) {
  Sorption sorption{sorption_law(law), {exchanging("Li", Li, -1, H)}, std::move(parameters)};
  if (count == 2) sorption.species.push_back(exchanging("Na", Na, -1, H));
  return sorption;
}

template <Scalar S>
std::vector<S> equilibrium(const Sorption& sorption, const Brine& brine, const std::vector<S>& c,
                           double T = T25) {
  const std::vector<S> p(sorption.parameters.begin(), sorption.parameters.end());
  std::vector<S> q(sorption.species.size());
  equilibrium_loading<S>(sorption, brine, p, c, S(T), q);
  return q;
}

std::vector<double> rates(const Sorption& sorption, const Brine& brine, const std::vector<double>& c,
                          const std::vector<double>& q) {
  std::vector<double> result(q.size());
  sorption_rates<double>(sorption, brine, sorption.parameters, c, T25, q, result);
  return result;
}

// q_max, K, n, enthalpy, reference, k and without n
const std::vector<double> two_sieves = {3000, 1e-3, 0.6, 0, T25, 0.01, 3000, 1e-6, 0.6, 0, T25, 0.02};
const std::vector<double> two_reactions = {3000, 1e-3, 0, T25, 0.5, 3000, 1e-6, 0, T25, 0.2};

// Sodium as the salt; lithium as the ion that replaces two of it, which charge would forbid, so neutral
// tracers here.
Sorption steric() {
  Sorption sorption{
      sorption_law("steric_mass_action"), {exchanging("A", Li, -2, Na), exchanging("B", H, -3, Na)}, {}};
  sorption.parameters = {1200, 1.5, 0.4, 0.002, 300, 1200, 4.0, 0.3, 0.001, 300};
  return sorption;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ion_exchange)

// theta = K a_Li / (a_H + K a_Li), with two ions and heterogeneous sites too.
BOOST_AUTO_TEST_CASE(loadings_by_hand) {
  const auto one =
      equilibrium(exchanger("ion_exchange", {3000, 1e-3, 1, 0, T25, 1}, 1), ideal(), c_of(100, 0, 0.2));
  const double a_H = 2e-4 + std::pow(10.0, -13.9967) / 2e-4;
  check_close(one[0], 3000 * 1e-3 * 0.1 / (a_H + 1e-3 * 0.1),
              {1e-10, 0.0, "K_w / m_H^2 = 3e-7 of m_H, squared"});
  const auto two = equilibrium(exchanger("ion_exchange", two_sieves), ideal(), c_of(100, 1000, 0.2));
  const double y = std::pow(1e-3 * 0.1 / 2e-4, 0.6), z = std::pow(1e-6 * 1.0 / 2e-4, 0.6);
  check_close(two[0], 3000 * y / (1 + y + z), {1e-6, 0.0, "(P1) at x = 5e-3: 8e-7"});
  check_close(two[1], 3000 * z / (1 + y + z), {1e-6, 0.0, "(P1) at x = 5e-3: 8e-7"});
}

// (E1): neutral water has pH 7, base and acid are each other's mirror.
BOOST_AUTO_TEST_CASE(strong_acid_and_base_in_ideal_water) {
  std::vector<double> a(5);
  const auto hydrogen = [&](double total) {
    ion_activities<double>(ideal(), c_of(10, 10, total), T25, a);
    return a[H];
  };
  const double neutral = hydrogen(0.0);
  check_close(neutral, std::pow(10.0, -0.5 * 13.9967), {1e-8, 0.0, "nine digits of K_w"});
  check_close(hydrogen(1e-2) * hydrogen(-1e-2), neutral * neutral, rounding);
  check_close(hydrogen(100.0), 0.1, {2e-12, 0.0, "K_w / m_H^2 = 1e-12"});
}

BOOST_AUTO_TEST_CASE(dilute_and_saturated_limits) {
  for (const char* law : {"ion_exchange", "mass_action_ion_exchange"}) BOOST_TEST_CONTEXT(law) {
      const bool heterogeneous = std::string(law) == "ion_exchange";
      const std::vector<double> p = heterogeneous ? std::vector<double>{3000, 1e-3, 1, 0, T25, 1}
                                                  : std::vector<double>{3000, 1e-3, 0, T25, 1};
      const Sorption sorption = exchanger(law, p, 1);
      const double henry = 3000 * 1e-3 / 0.1 * 1e-3;  // q_max K / a_H, per mol/m3
      check_close(equilibrium(sorption, ideal(), c_of(1e-2, 0, 100))[0], henry * 1e-2,
                  {1e-6, 0.0, "K a_Li / a_H = 1e-7"});
      check_close(equilibrium(sorption, ideal(), c_of(1e3, 0, -10))[0], 3000,
                  {1e-6, 0.0, "a_H / (K a_Li) = 1e-9"});
      BOOST_TEST(equilibrium(sorption, ideal(), c_of(0, 0, 0))[0] == 0.0);
      BOOST_TEST(equilibrium(sorption, ideal(), c_of(-1e-3, 0, 1))[0] < 0.0);
    }
  Sorption sorption = steric();
  const std::vector<double> dilute = {55000, 1e-6, 200, 0, 1e-6}, full = {55000, 1e9, 200, 0, 0};
  const auto q = equilibrium(sorption, ideal(), dilute);
  check_close(q[0], 0.4 / 0.002 * 1e-6 * std::pow(300.0 / 200, 2), {3e-5, 0.0, "s = 1 - 7e-6, squared"});
  check_close(q[1], 0.3 / 0.001 * 1e-6 * std::pow(300.0 / 200, 3), {3e-5, 0.0, "s = 1 - 7e-6, cubed"});
  check_close(equilibrium(sorption, ideal(), full)[0], 1200 / 3.5, {1e-3, 0.0, "s = 5e-5"});
}

BOOST_AUTO_TEST_CASE(nothing_moves_at_equilibrium) {
  const std::vector<double> c = c_of(100, 1000, 0.2), salt = {55000, 3, 200, 0, 5};
  struct Case {
    Sorption sorption;
    std::vector<double> c;
  };
  for (const Case& one :
       {Case{exchanger("ion_exchange", two_sieves), c},
        Case{exchanger("mass_action_ion_exchange", two_reactions), c}, Case{steric(), salt}})
    BOOST_TEST_CONTEXT(sorption_law_name(one.sorption.law)) {
      const auto q = equilibrium(one.sorption, ideal(), one.c);
      for (const double rate : rates(one.sorption, ideal(), one.c, q))
        check_close(rate, 0.0, {0.0, 1e-10, "rounding of terms of order 1"});
      const auto away = rates(one.sorption, ideal(), one.c, std::vector<double>{0.9 * q[0], 0.9 * q[1]});
      BOOST_TEST((away[0] > 1e-6 && away[1] > 0.0));
    }
}

BOOST_AUTO_TEST_CASE(both_exchange_laws_share_their_equilibrium) {
  std::vector<double> sieves = two_sieves;
  sieves[2] = sieves[8] = 1.0;
  const auto c = c_of(100, 1000, 0.2);
  const auto a = equilibrium(exchanger("ion_exchange", sieves), ideal(), c),
             b = equilibrium(exchanger("mass_action_ion_exchange", two_reactions), ideal(), c);
  for (std::size_t j = 0; j < 2; ++j) check_close(b[j], a[j], rounding);
}

// d q_i / d ln c_j = d q_j / d ln c_i (Rao and Sircar 1999) where q_max and n are shared, in (S12) for the
// ratio of K c with shared nu + sigma; and seen to fail where they are not.
BOOST_AUTO_TEST_CASE(thermodynamic_consistency) {
  const auto asymmetry = [](const Sorption& sorption, std::vector<double> c, std::size_t i, std::size_t j) {
    std::vector<Dual> dual(c.begin(), c.end());
    dual[i] = Dual(c[i], 0);
    dual[j] = Dual(c[j], 1);
    const auto q = equilibrium<Dual>(sorption, ideal(), dual);
    return q[0].v[1] * c[j] / (q[1].v[0] * c[i]) - 1.0;
  };
  const auto c = c_of(100, 1000, 0.2);
  check_close(asymmetry(exchanger("ion_exchange", two_sieves), c, Li, Na), 0.0,
              {0.0, 3e-6, "(P1): (1 - n)/n (d/x)^2 = 2.7e-6 of the slope at x = 5e-3"});
  check_close(asymmetry(exchanger("mass_action_ion_exchange", two_reactions), c, Li, Na), 0.0,
              {0.0, 1e-12, "rounding"});
  Sorption resin = steric();
  const std::vector<double> salt = {55000, 3, 200, 0, 5};
  BOOST_TEST(std::abs(asymmetry(resin, salt, Li, H)) > 0.1);
  resin.species[1].stoichiometry[Na] = -2;
  resin.parameters[6] = 1.5;
  check_close(asymmetry(resin, salt, Li, H), 0.0, {0.0, 1e-10, "rounding"});
}

BOOST_AUTO_TEST_CASE(dual_equilibria_match_differences) {
  struct Case {
    Sorption sorption;
    std::vector<double> c;
  };
  for (const Case& one : {Case{exchanger("ion_exchange", two_sieves), c_of(100, 1000, 0.2)},
                          Case{exchanger("ion_exchange", two_sieves), c_of(100, 1000, -3)},
                          Case{exchanger("mass_action_ion_exchange", two_reactions), c_of(100, 1000, 0.2)},
                          Case{steric(), {55000, 3, 200, 0, 5}}})
    for (const std::size_t i : {std::size_t{1}, std::size_t{2}, std::size_t{4}}) {
      std::vector<Dual> dual(one.c.begin(), one.c.end());
      dual[i] = Dual(one.c[i], 0);
      const auto exact = equilibrium<Dual>(one.sorption, ideal(), dual);
      std::vector<double> up = one.c, down = one.c;
      const double h = 1e-5 * std::abs(one.c[i]);
      up[i] += h;
      down[i] -= h;
      for (std::size_t j = 0; j < 2; ++j)
        check_close(
            exact[j].v[0],
            (equilibrium(one.sorption, ideal(), up)[j] - equilibrium(one.sorption, ideal(), down)[j]) /
                (2 * h),
            {1e-6, 1e-9, "central differences of step 1e-5"});
    }
}

// In a brine whose species are known the solid sees the pH that speciation gives, whatever the sign of the
// total of H+.
BOOST_AUTO_TEST_CASE(exchange_sees_the_pH_of_the_brine) {
  const ActivityPackage package = read_activities("models/pitzer/hmw84_lithium_25C.yaml");
  const ComponentSet set = ComponentSet::from_names({"H2O", "Li+", "Na+", "Cl-", "H+", "HCO3-"});
  const auto speciation = std::make_shared<const Speciation>(set, package.activities, package.species);
  const Brine brine =
      Brine::pitzer(set, package.activities, laliberte(), ion_mobilities()).with_speciation(speciation);
  Sorption sieve{sorption_law("ion_exchange"), {{"Li", {0, 1, 0, 0, -1, 0}, 1}}, {3000, 1e-8, 1, 0, T25, 1}};
  double last = 0.0;
  for (const double pH : {2.0, 5.0, 7.0, 9.0, 11.0}) {
    std::vector<double> c = {52000, 100, 1500, 1580, 0, 60};
    c[4] = speciation->hydrogen_at_pH(c, T25, pH);
    BOOST_TEST((pH < 7.5 || c[4] < 0.0));
    std::vector<double> a(6);
    ion_activities<double>(brine, c, T25, a);
    check_close(-std::log10(a[4]), pH, {1e-9, 0.0, "Newton's method of the speciation"});
    const double q = equilibrium(sieve, brine, c)[0];
    check_close(q, 3000 * 1e-8 * a[1] / (a[4] + 1e-8 * a[1]),
                {1e-8, 0.0, "(P1) at x = 1e-7 is linear for n = 1"});
    BOOST_TEST(q > last);
    last = q;
  }
}

BOOST_AUTO_TEST_CASE(van_t_hoff) {
  std::vector<double> p = {3000, 1e-3, 1, 20e3, T25, 1};
  const Sorption sorption = exchanger("ion_exchange", p, 1);
  const auto c = c_of(1e-3, 0, 100);
  const double ratio =
      equilibrium(sorption, ideal(), c, 318.15)[0] / equilibrium(sorption, ideal(), c, T25)[0];
  check_close(ratio, std::exp(-20e3 / 8.31446261815324 * (1 / 318.15 - 1 / T25)),
              {1e-6, 0.0, "K a_Li / a_H = 1e-8"});
}

BOOST_AUTO_TEST_CASE(what_is_no_exchange_is_refused) {
  const auto says = [](const Sorption& sorption, const char* text) {
    const std::string found = objection_to(sorption, ideal().components());
    BOOST_TEST(found.find(text) != std::string::npos, found << " lacks: " << text);
  };
  Sorption sieve = exchanger("ion_exchange", two_sieves);
  BOOST_TEST(objection_to(sieve, ideal().components()) == "");
  sieve.species[1] = exchanging("Na", Na, -1, Li);
  says(sieve, "Na gives back Li+ where Li gives back H+");
  sieve.species[1].stoichiometry[Li] = 0;
  says(sieve, "carries charge +1");
  Sorption salt = exchanger("ion_exchange", two_sieves);
  salt.species[0].stoichiometry = {0, 1, 0, 1, 0};
  says(salt, "gives nothing back");
  Sorption langmuir{sorption_law("langmuir"), {exchanging("Li", Li, -1, H)}, {1, 1, 1}};
  BOOST_TEST(objection_to(langmuir, ideal().components()) == "");
  langmuir.species[0].stoichiometry = {0, -1, 0, 0, 1};
  BOOST_TEST(objection_to(langmuir, ideal().components()) == "");  // the other way round is one too
  langmuir.species[0].stoichiometry = {0, -1, 0, -1, 0};
  says(langmuir, "takes up nothing");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(ageing_of_sorbents)

namespace {

struct Aged {
  std::vector<double> dqdt, dstate;
};

Aged aged(const Sorption& sorption, const Brine& brine, const std::vector<double>& c,
          const std::vector<double>& q, const std::vector<double>& state) {
  Aged result{std::vector<double>(q.size()), std::vector<double>(state.size())};
  ageing_sorption_rates<double>(sorption, brine, all_parameters(sorption), c, T25, q, state, result.dqdt,
                                result.dstate);
  return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(without_ageing_the_rates_are_the_same_to_the_last_bit) {
  const Sorption sorption = exchanger("ion_exchange", two_sieves);
  const std::vector<double> c = c_of(100, 1000, 0.2), q = {100, 50};
  BOOST_TEST(aged(sorption, ideal(), c, q, {}).dqdt == rates(sorption, ideal(), c, q));
  BOOST_TEST(ageing_states(sorption.ageing).empty());
}

// Every law with a capacity: it falls to f q_max, and f falls by loss times what is released over the first
// capacity.
BOOST_AUTO_TEST_CASE(every_capacity_fades) {
  struct Example {
    const char* law;
    std::vector<double> fresh, worn;
    double capacity;
  };
  const std::vector<double> c = c_of(100, 0, 10);
  for (const Example& one :
       {Example{"langmuir", {3000, 0.02, 1}, {2400, 0.02, 1}, 3000},
        {"mass_action_langmuir", {3000, 0.02, 1}, {2400, 0.02, 1}, 3000},
        {"ldh_licl", {3000, 0.3, 1, 0, T25, 1}, {2400, 0.3, 1, 0, T25, 1}, 3000},
        {"sips", {3000, 0.02, 0.7, 1}, {2400, 0.02, 0.7, 1}, 3000},
        {"toth", {3000, 0.02, 0.7, 1}, {2400, 0.02, 0.7, 1}, 3000},
        {"dual_site_langmuir", {2000, 0.02, 1000, 0.2, 1}, {1600, 0.02, 800, 0.2, 1}, 3000},
        {"ion_exchange", {3000, 0.3, 1, 0, T25, 1}, {2400, 0.3, 1, 0, T25, 1}, 3000},
        {"mass_action_ion_exchange", {3000, 0.3, 0, T25, 1}, {2400, 0.3, 0, T25, 1}, 3000},
        {"steric_mass_action", {3000, 0.5, 0.1, 1, 100}, {2400, 0.5, 0.1, 1, 100}, 2000}})
    BOOST_TEST_CONTEXT(one.law) {
      Sorption sorption{sorption_law(one.law), {exchanging("Li", Li, -1, H)}, one.fresh};
      if (std::string(one.law) == "ldh_licl") sorption.species[0].stoichiometry = {0, 1, 0, 1, 0};
      const double out = rates({sorption.law, sorption.species, one.worn}, ideal(), c, {2990})[0];
      BOOST_TEST(out < 0.0);
      sorption.ageing.capacity_loss = 0.05;
      BOOST_TEST(objection_to(sorption, ideal().components()) == "");
      const Aged now = aged(sorption, ideal(), c, {2990}, {0.8});
      check_close(now.dqdt[0], out, rounding);
      check_close(now.dstate[0], 0.05 * out / one.capacity, rounding);
    }
  Sorption henry{sorption_law("linear"), {exchanging("Li", Li, -1, H)}, {1, 1}};
  henry.ageing.capacity_loss = 0.05;
  BOOST_TEST(objection_to(henry, ideal().components()).find("linear has not") != std::string::npos);
}

// Load to the full and empty, five times, at a loss of 5 %: 0.95^5 of the capacity is left.
BOOST_AUTO_TEST_CASE(five_percent_a_cycle) {
  Sorption sorption{sorption_law("langmuir"), {exchanging("Li", Li, -1, H)}, {3000, 0.02, 0.01}};
  sorption.ageing.capacity_loss = 0.05;
  std::vector<double> q = {0.0}, f = {1.0};
  const double h = 2.0;  // s, of classical Runge-Kutta
  for (int cycle = 0; cycle < 5; ++cycle)
    for (int step = 0; step < 4000; ++step) {
      const auto c = c_of(step < 2000 ? 1e12 : 0.0, 0, 0);
      const auto rate = [&](double dq, double df) {
        return aged(sorption, ideal(), c, {q[0] + dq}, {f[0] + df});
      };
      const Aged k1 = rate(0, 0), k2 = rate(h / 2 * k1.dqdt[0], h / 2 * k1.dstate[0]),
                 k3 = rate(h / 2 * k2.dqdt[0], h / 2 * k2.dstate[0]),
                 k4 = rate(h * k3.dqdt[0], h * k3.dstate[0]);
      q[0] += h / 6 * (k1.dqdt[0] + 2 * k2.dqdt[0] + 2 * k3.dqdt[0] + k4.dqdt[0]);
      f[0] += h / 6 * (k1.dstate[0] + 2 * k2.dstate[0] + 2 * k3.dstate[0] + k4.dstate[0]);
    }
  check_close(f[0], std::pow(0.95, 5), {1e-8, 0.0, "1 / (K c) = 5e-11, the rest of the load exp(-40)"});
}

// (A2) in acid of constant strength: M = M_0 (1 - exp(-k a_H t)).
BOOST_AUTO_TEST_CASE(metal_dissolves_in_proportion_to_acid) {
  Sorption sorption = exchanger("ion_exchange", two_sieves);
  sorption.ageing.metal = SorbentAgeing::Metal{12000, 1e-6};
  BOOST_TEST(objection_to(sorption, ideal().components()) == "");
  const Aged at_start = aged(sorption, ideal(), c_of(0, 0, 500), {0, 0}, {0.0}),
             later = aged(sorption, ideal(), c_of(0, 0, 100), {0, 0}, {3000.0});
  check_close(at_start.dstate[0], 1e-6 * 0.5 * 12000, rounding);
  check_close(later.dstate[0], 1e-6 * 0.1 * 9000, {2e-12, 0.0, "K_w / m_H^2 = 1e-12"});
  sorption.ageing.capacity_loss = 0.02;
  BOOST_TEST(ageing_states(sorption.ageing).size() == 2);
  check_close(aged(sorption, ideal(), c_of(0, 0, 100), {0, 0}, {0.9, 3000.0}).dstate[1], 1e-6 * 0.1 * 9000,
              {2e-12, 0.0, "K_w / m_H^2 = 1e-12"});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace brineflow::test
