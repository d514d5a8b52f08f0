// Nanofiltration modules that found no state, or did not get through: some of the random ones of measure_membrane_states.
#include "solve/running.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <string>

using namespace brineflow;

namespace {

// Runs a module that starts full of its feed for an hour; the pressure it ends at, bar.
double pressure_after_an_hour(const std::string& components, const std::string& brine, const std::string& module, const std::string& membrane,
                              const std::string& chemistry = "ideal") {
  const auto run = test::run(test::case_from_text(fmt::format(
      "components: [{0}]\nbrine: {{chemistry: {4}}}\nunits:\n  feed: {{type: feed, brine: {{{1}, balance: Cl-}}, flow: 1 m3/h}}\n"
      "  nf: {{type: nanofiltration, {2}, cells: 5, initial: {{{1}, balance: Cl-}}, membrane: {{law: dspm_de, {3}}}}}\n  retentate: {{type: sink}}\n  permeate: {{type: sink}}\n"
      "schedule: {{for: 1 h, always: [feed -> nf, nf.permeate -> permeate, nf.retentate -> retentate]}}\n",
      components, brine, module, membrane, chemistry)));
  BOOST_TEST(run.last().state.t == 3600.0);
  return run.value("nf", "pressure") / 1e5;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(membrane_states)

// Mg+2 has a radius of 0.347 nm; the charge of these pores draws it in from a dilute feed.
BOOST_AUTO_TEST_CASE(pores_narrower_than_an_ion_that_their_charge_draws_in) {
  const double p = pressure_after_an_hour(
      "H2O, Cl-, Na+, Mg+2, Br-, SO4-2", "Na+: 0.9025 mol/m3, Mg+2: 0.9809 mol/m3, Br-: 0.4694 mol/m3, SO4-2: 0.0677 mol/m3", "area: 12.47 m2, feed_pressure: 12.49 bar, mass_transfer: 212.2 L/m2/h",
      "pore_radius: 0.3404 nm, effective_thickness: 0.305 um, charge_density: -175.3 mol/m3, charge_exponent: 0.031, pore_dielectric_constant: 50.32, ions: {Cl-: {diffusion: 2.03e-9 m2/s}, "
      "Na+: {diffusion: 1.33e-9 m2/s}, Mg+2: {diffusion: 0.706e-9 m2/s}, Br-: {diffusion: 2.08e-9 m2/s}, SO4-2: {diffusion: 1.065e-9 m2/s}}");
  BOOST_TEST(p == 5.307, boost::test_tools::tolerance(1e-3));  // that of its recovery limit, as this program found it
}

// It starts at the pressure that its recovery allows, and comes to its full one.
BOOST_AUTO_TEST_CASE(the_pressure_passes_the_corner_of_the_recovery_limit) {
  const double p = pressure_after_an_hour(
      "H2O, Cl-, Ca+2, SO4-2, Br-", "Ca+2: 1252.613185353692 mol/m3, SO4-2: 209.5456551577783 mol/m3, Br-: 27.729489290375707 mol/m3",
      "area: 3.1461040851536763 m2, feed_pressure: 31.922483165447428 bar, mass_transfer: 132.1336341841242 L/m2/h",
      "pore_radius: 0.7799512781413735 nm, effective_thickness: 1.5324045314417585 um, charge_density: -147.9178242308284 mol/m3, pore_dielectric_constant: 74.7625474027308, ions: {Cl-: {diffusion: "
      "2.03e-9 m2/s}, Ca+2: {diffusion: 0.792e-9 m2/s}, SO4-2: {diffusion: 1.065e-9 m2/s}, Br-: {diffusion: 2.08e-9 m2/s}}");
  BOOST_TEST(p > 31.92);
}

// Its osmotic pressure holds all back; at rest, whose flux is never quite zero, the membrane selects already.
BOOST_AUTO_TEST_CASE(a_tight_membrane_that_is_held_back) {
  pressure_after_an_hour("H2O, Cl-, Li+, Mg+2, Ca+2, Na+, K+, Br-",
                         "Li+: 4.292443502413686 mol/m3, Mg+2: 663.8098538545032 mol/m3, Ca+2: 62.56952984164192 mol/m3, Na+: 6.175145963640592 mol/m3, K+: 2.7156449469165187 mol/m3, Br-: 130.83970686746986 mol/m3",
                         "area: 83.4914096910574 m2, feed_pressure: 12.95081096565863 bar, mass_transfer: 174.06948758845374 L/m2/h",
                         "pore_radius: 0.3304123247500753 nm, effective_thickness: 2.3045608620663107 um, charge_density: 92.96827714173509 mol/m3, pore_dielectric_constant: 48.85031598761013, ions: {Cl-: "
                         "{diffusion: 2.03e-9 m2/s}, Li+: {diffusion: 1.03e-9 m2/s}, Mg+2: {diffusion: 0.706e-9 m2/s}, Ca+2: {diffusion: 0.792e-9 m2/s}, Na+: {diffusion: 1.33e-9 m2/s}, K+: {diffusion: 1.96e-9 "
                         "m2/s}, Br-: {diffusion: 2.08e-9 m2/s}}",
                         "hmw84_lithium_25C");
}

// The exclusion of lithium, four thousandths of which passes, was accepted far from its equation at 22 s.
BOOST_AUTO_TEST_CASE(no_step_is_accepted_far_from_an_equation) {
  const double p = pressure_after_an_hour("H2O, Cl-, Li+, Br-", "Li+: 0.4244049001817834 mol/m3, Br-: 0.09094072670882779 mol/m3", "area: 15.241678330103392 m2, feed_pressure: 14.971462820151928 bar, mass_transfer: 102.46373396257495 L/m2/h",
                                          "pore_radius: 0.9475052055095521 nm, effective_thickness: 3.8243382722230934 um, charge_density: -176.79496048738912 mol/m3, pore_dielectric_constant: 41.9215181416721, "
                                          "ions: {Cl-: {diffusion: 2.03e-9 m2/s}, Li+: {diffusion: 1.03e-9 m2/s}, Br-: {diffusion: 2.08e-9 m2/s}}", "hmw84_lithium_25C");
  BOOST_TEST(p < 14.97);
}

BOOST_AUTO_TEST_SUITE_END()
