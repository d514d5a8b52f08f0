// Transport through the pores of a nanofiltration membrane: closed forms, limits, order, derivatives, and a peer's numbers.
#include "model_files.hpp"
#include "peer_module.hpp"
#include "physics/hindered_transport.hpp"
#include "physics/membrane_barrier.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

using namespace brineflow;
using test::check_close;
using test::Tolerance;

namespace {

struct Ion {
  std::string name;
  int z;
  double diffusion, stokes_radius;  // m2/s, m
};

// The ions of the peer's tests.
const std::vector<Ion> five_ions = {{"Ca+2", 2, 9.2e-10, 3.09e-10},
                                    {"SO4-2", -2, 1.06e-9, 2.3e-10},
                                    {"Mg+2", 2, 7.06e-10, 3.47e-10},
                                    {"Na+", 1, 1.33e-9, 1.84e-10},
                                    {"Cl-", -1, 2.03e-9, 1.21e-10}};

struct Membrane {
  double pore_radius = 5e-10, thickness = 1.33e-6, charge = -27.0, dielectric = 41.3, bulk_dielectric = 80.4, temperature = 298.15;
};

// A pore with its numbers.
struct PoreOf {
  std::vector<int> z;
  std::vector<double> feed_partition, permeate_partition, resistance, convection;
  double charge;
  dspm_de::Profile profile = dspm_de::Profile::resolved;
  int steps = dspm_de::pore_steps;

  PoreOf(const std::vector<Ion>& ions, const Membrane& membrane) : charge(membrane.charge) {
    for (const Ion& ion : ions) {
      const double lambda = relative_size(ion.stokes_radius, membrane.pore_radius);
      z.push_back(ion.z);
      feed_partition.push_back(steric_partition(lambda) *
                               born_partition(ion.z, ion.stokes_radius, membrane.dielectric, membrane.bulk_dielectric, membrane.temperature));
      resistance.push_back(membrane.thickness / (hindered_diffusion(lambda) * ion.diffusion));
      convection.push_back(hindered_convection(lambda));
    }
    permeate_partition = feed_partition;
  }

  dspm_de::Pore<double> pore() const { return {z, feed_partition, permeate_partition, resistance, convection, charge, profile, steps}; }

  // Concentrations at the feed face from those of the permeate.
  std::vector<double> face(double J_v, const std::vector<double>& c_p) const {
    std::vector<double> result(z.size());
    dspm_de::face_over_permeate<double>(pore(), J_v, c_p, result);
    for (std::size_t i = 0; i < result.size(); ++i) result[i] *= c_p[i];
    return result;
  }

  // Rejections against the face, without a film.
  std::vector<double> rejections(double J_v, const std::vector<double>& c_face) const {
    const std::vector<double> no_film(z.size(), 1e9);  // m/s
    std::vector<double> result = transmissions({z, pore(), no_film, c_face}, J_v);
    for (double& T : result) T = 1.0 - T;
    return result;
  }
};

const std::vector<double> lake = {24.0, 55.0, 148.0, 1310.0, 1544.0};  // mol/m3 of five_ions, neutral

}  // namespace

BOOST_AUTO_TEST_SUITE(dspm_de_pore)

// H and W of Dechadilok and Deen as functions: small spheres are not hindered, large ones are kept out.
BOOST_AUTO_TEST_CASE(hindrance_has_its_limits) {
  check_close(hindered_diffusion(1e-6), 1.0, {2e-5, 0.0, "9/8 lambda ln lambda"});
  check_close(hindered_convection(1e-6), 1.0, {3e-6, 0.0, "2 lambda"});
  check_close(steric_partition(relative_size(6e-10, 5e-10)), 1e-6, {1e-9, 0.0, "rounding of 1 - 0.999"});
  BOOST_TEST(hindered_diffusion(0.9) < hindered_diffusion(0.8));
  BOOST_TEST(hindered_diffusion(0.97) > 0.0);
  check_close(hindered_diffusion(0.98), 5.855e-5, {1e-3, 0.0, "0.984 (1/49)^(5/2)"});
  BOOST_TEST(hindered_diffusion(largest_ion) == hindered_diffusion(slowest_ion));
  check_close(hindered_convection(1.0), 2.126 / 2.126, {1e-12, 0.0, "rounding"});
  check_close(born_partition(1, 1.84e-10, 80.4, 80.4, 298.15), 1.0, {1e-15, 0.0, "no step"});
  // Na+ from water into a pore of 41.3 by hand: 8.355047e-6/(1.84e-10 298.15) (1/41.3 - 1/80.4) = 1.79335
  check_close(born_partition(1, 1.84e-10, 41.3, 80.4, 298.15), std::exp(-1.79335), {1e-5, 0.0, "digits of the hand calculation"});
}

BOOST_AUTO_TEST_CASE(at_rest_the_permeate_is_the_feed) {
  const PoreOf pore(five_ions, {});
  for (const double c : pore.face(1e-16, lake)) BOOST_TEST(c > 0.0);
  const std::vector<double> face = pore.face(1e-16, lake);
  for (std::size_t i = 0; i < lake.size(); ++i) check_close(face[i], lake[i], {1e-8, 0.0, "J_v of 1e-16 m/s"});
}

// Neither charged nor dielectric: hindered transport of a neutral solute, c_p = phi K_c c_0 / (1 - (1 - phi K_c) exp(-Pe)), Pe = K_c J dx/(K_d D):
// Deen (1987), AIChE J. 33, 1409.
BOOST_AUTO_TEST_CASE(neutral_solutes_obey_hindered_transport) {
  PoreOf pore({{"glucose", 0, 6.7e-10, 3.65e-10}, {"small", 0, 1.3e-9, 1.5e-10}}, {.charge = 0.0, .dielectric = 80.4});
  for (const double J : {1e-7, 1e-6, 1e-5, 1e-4}) {
    const std::vector<double> R = pore.rejections(J, {10.0, 20.0});
    for (std::size_t i = 0; i < 2; ++i) {
      const double phi_Kc = pore.feed_partition[i] * pore.convection[i], Pe = pore.convection[i] * pore.resistance[i] * J;
      check_close(1.0 - R[i], phi_Kc / (1.0 - (1.0 - phi_Kc) * std::exp(-Pe)), {1e-10, 0.0, "exact profile in every step"});
    }
  }
}

// Ions without a fixed charge and of equal partition: the salt moves as one neutral solute of the mean K_d D and K_c. Here both
// ions are alike, so that no field arises.
BOOST_AUTO_TEST_CASE(alike_ions_move_as_a_neutral_solute) {
  const PoreOf salt({{"+", 1, 1e-9, 2e-10}, {"-", -1, 1e-9, 2e-10}}, {.charge = 0.0, .dielectric = 60.0});
  const double phi_Kc = salt.feed_partition[0] * salt.convection[0], Pe = salt.convection[0] * salt.resistance[0] * 2e-5;
  for (const double R : salt.rejections(2e-5, {50.0, 50.0}))
    check_close(1.0 - R, phi_Kc / (1.0 - (1.0 - phi_Kc) * std::exp(-Pe)), {1e-10, 0.0, "exact profile in every step"});
}

// Much charge, little salt, fast flow. Of equal D and K_c = 1 the counter-ion c+ = X + c- is held back by the field D E = J (1 - c_p/c+), which
// pulls the co-ion as much: J c_p = c- (J + D E), so c_p = 2 c- / (1 + c-/c+), with c- from Donnan equilibrium.
BOOST_AUTO_TEST_CASE(a_single_salt_tends_to_its_limit_by_exclusion) {
  const PoreOf pore({{"Na+", 1, 1e-9, 1e-15}, {"Cl-", -1, 1e-9, 1e-15}}, {.charge = -500.0, .dielectric = 80.4});
  const double c = 20.0, inside = -250.0 + std::sqrt(250.0 * 250.0 + c * c);
  const std::vector<double> R = pore.rejections(0.1, {c, c});
  check_close(1.0 - R[0], 2.0 * inside / (1.0 + inside / (inside + 500.0)) / c, {1e-4, 0.0, "K_c and phi of ions of 1e-15 m"});
}

// Magnesium and lithium behind a film so slow that both have the wall's salt: the observed selectivity is gone.
BOOST_AUTO_TEST_CASE(a_slow_film_leaves_no_selectivity) {
  const PoreOf pore({{"Mg+2", 2, 7.06e-10, 3.47e-10}, {"Li+", 1, 1.03e-9, 2.38e-10}, {"Cl-", -1, 2.03e-9, 1.21e-10}}, {});
  const std::vector<double> bulk = {1.0, 1.0, 3.0};
  const auto selectivity = [&](double k) {
    const std::vector<double> film(3, k), T = transmissions({pore.z, pore.pore(), film, bulk}, 5e-6);
    return T[1] / T[0];
  };
  BOOST_TEST(selectivity(1.0) > 5.0);
  check_close(selectivity(5e-7), 1.0, {1e-2, 0.0, "exp(-10) of the difference is left"});
}

BOOST_AUTO_TEST_CASE(steps_through_the_pore_converge_with_order_two) {
  for (const auto profile : {dspm_de::Profile::resolved, dspm_de::Profile::linear}) {
    PoreOf pore(five_ions, {});
    pore.profile = profile;
    const auto at = [&](int steps) {
      pore.steps = steps;
      return pore.rejections(2e-5, lake);
    };
    const std::vector<double> fine = at(640);
    double last = 0.0;
    for (const int steps : {5, 10, 20, 40}) {
      const std::vector<double> R = at(steps);
      double error = 0.0;
      for (std::size_t i = 0; i < R.size(); ++i) error = std::max(error, std::abs(R[i] - fine[i]));
      BOOST_TEST_MESSAGE((profile == dspm_de::Profile::linear ? "linear " : "resolved ") << steps << " steps: " << error);
      if (last > 0.0) check_close(std::log2(last / error), 2.0, {0.0, 0.15, "asymptotic only"});
      last = error;
    }
    BOOST_TEST(at(20)[2] > 0.0);
  }
}

// Every entry against central differences: concentrations, flux, charge, partition, resistance, convection.
BOOST_AUTO_TEST_CASE(derivatives_are_those_of_differences) {
  for (const auto profile : {dspm_de::Profile::resolved, dspm_de::Profile::linear}) {
    PoreOf pore(five_ions, {});
    pore.profile = profile;
    pore.steps = 4;
    std::vector<double> x = {0.3 * lake[0], 0.25 * lake[1], 0.2 * lake[2], 0.9 * lake[3], 0.0, 1.5e-5, -27.0};
    x[4] = 2 * x[0] - 2 * x[1] + 2 * x[2] + x[3];
    for (const auto* list : {&pore.feed_partition, &pore.permeate_partition, &pore.resistance, &pore.convection}) x.insert(x.end(), list->begin(), list->end());
    const auto value = [&]<class S>(const std::vector<S>& at) {
      const auto part = [&](std::size_t k) { return std::span<const S>(at).subspan(7 + 5 * k, 5); };
      const dspm_de::Pore<S> same{pore.z, part(0), part(1), part(2), part(3), at[6], pore.profile, pore.steps};
      std::vector<S> ratio(5);
      dspm_de::face_over_permeate<S>(same, at[5], std::span<const S>(at).first(5), ratio);
      return ratio;
    };
    for (std::size_t j = 0; j < x.size(); ++j) {
      std::vector<Dual> duals(x.begin(), x.end());
      duals[j].v[0] = 1.0;
      const std::vector<Dual> exact = value(duals);
      std::vector<double> up = x, down = x;
      const double h = 1e-5 * std::abs(x[j]);
      up[j] += h, down[j] -= h;
      const std::vector<double> a = value(up), b = value(down);
      for (std::size_t i = 0; i < 5; ++i) {
        const double scale = std::abs(exact[i].a / x[j]);
        check_close(exact[i].v[0] / scale, (a[i] - b[i]) / (2 * h) / scale, {1e-7, 1e-7, "differences of step 1e-5: h^2, and rounding over h"});
      }
    }
  }
}

// ---- the peer's module

namespace {

test::PeerModule peer_module(const std::string& name) {
  test::PeerModule module;
  module.ions = {{"Ca+2", 2, 9.2e-10, 3.09e-10, 0.04}, {"SO4-2", -2, 1.06e-9, 2.3e-10, 0.096}, {"Mg+2", 2, 7.06e-10, 3.47e-10, 0.024},
                 {"Na+", 1, 1.33e-9, 1.84e-10, 0.023}, {"Cl-", -1, 2.03e-9, 1.21e-10, 0.035}};
  module.feed = {0.00955, 0.02225, 0.058083333333333334, 0.48356521739130437, 0.574331884057971};
  module.feed_water = 53.60357777777778;
  module.polarisation = name.starts_with("with_");
  if (name.ends_with("2ions")) {
    module.ions.erase(module.ions.begin(), module.ions.begin() + 3);
    module.feed = {0.48356521739130437, 0.48356521739130437};
    module.feed_water = 53.820911111111116;
  }
  return module;
}

// The largest relative difference of a flux.
double compare_with_peer(const std::string& kind, const Tolerance& flux_tolerance, const Tolerance& rejection_tolerance, dspm_de::Profile profile, int steps) {
  double largest = 0.0;
  for (const auto& row : test::read_csv("tests/reference/membranes/nf_dspmde_0d.csv")) {
    test::PeerModule module = peer_module(row.at("case"));
    module.profile = profile;
    module.steps = steps;
    const test::PeerResult found = test::solve(module);
    BOOST_REQUIRE_MESSAGE(found.converged, row.at("case"));
    const auto named = std::find_if(module.ions.begin(), module.ions.end(), [&](const auto& ion) { return ion.name == row.at("solute"); });
    const auto at = static_cast<std::size_t>(named - module.ions.begin());
    BOOST_TEST_CONTEXT(row.at("case") << " " << row.at("solute")) {
      const double flux = at < module.ions.size() ? found.flux[at] : found.water_flux, expected = test::number(row, "flux_" + kind);
      check_close(flux, expected, flux_tolerance);
      largest = std::max(largest, std::abs(flux / expected - 1.0));
      if (at < module.ions.size()) check_close(found.rejection[at], test::number(row, "rejection_" + kind), rejection_tolerance);
    }
  }
  return largest;
}

}  // namespace

// As the peer has it, in one straight step: against its own test's numbers, which it states to 1e-3, and against the same equations
// solved by others to more digits.
BOOST_AUTO_TEST_CASE(a_peers_module_in_one_straight_step) {
  const auto profile = dspm_de::Profile::linear;
  const double beside_peer = compare_with_peer("peer", {1e-3, 0.0, "the peer's own tolerance"}, {1e-3, 1e-4, "the peer's own tolerance"}, profile, 1);
  const double beside_others =
      compare_with_peer("resolved_independently", {2e-5, 0.0, "two solutions of the same equations"}, {2e-5, 2e-6, "two solutions of the same equations"}, profile, 1);
  test::report_figure("dspm_de_beside_peer", beside_peer);
  test::report_figure("dspm_de_beside_independent_solution", beside_others);
}

// The profile resolved: what the straight step costs stands between the two columns of the reference.
BOOST_AUTO_TEST_CASE(the_module_with_a_resolved_pore) {
  const double beside_integration = compare_with_peer("pore_integrated", {2e-5, 0.0, "10 steps; the reference has 60 of fourth order"}, {2e-5, 2e-6, "10 steps"}, dspm_de::Profile::resolved, dspm_de::pore_steps);
  test::report_figure("dspm_de_resolved_beside_integration", beside_integration);
}

BOOST_AUTO_TEST_CASE(a_module_over_a_range_of_pressures) {
  for (const auto& row : test::read_csv("tests/reference/membranes/nf_dspmde_pressure_sweep.csv")) {
    test::PeerModule module = peer_module("with_CP_2ions");
    module.feed = {0.429868, 0.429868};
    module.feed_water = 47.356;
    module.pressure = test::number(row, "pressure");
    const test::PeerResult found = test::solve(module);
    BOOST_REQUIRE_MESSAGE(found.converged, module.pressure);
    check_close(found.recovery, test::number(row, "recovery"), {2e-5, 0.0, "two solutions of the same equations"});
    check_close(found.rejection[0], test::number(row, "rejection"), {2e-5, 0.0, "two solutions of the same equations"});
    check_close(found.water_flux, test::number(row, "water_flux"), {2e-5, 0.0, "two solutions of the same equations"});
  }
}

BOOST_AUTO_TEST_SUITE_END()
