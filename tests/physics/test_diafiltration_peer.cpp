// Diafiltration of lithium, cobalt and aluminium chloride beside a peer's tests: its equations on its grid and on a finer one, on the product's laws, and what it does not
// keep. docs/validation/membranes_diafiltration.md has what is printed here.
#include "peer_diafiltration.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

using namespace brineflow;
using test::check_close;
using test::Diafiltration;
using test::DiafiltrationResult;
using test::number;

namespace {

using Values = std::vector<double>;

DiafiltrationResult solved(const Diafiltration& module) {
  DiafiltrationResult result = solve(module);
  BOOST_TEST_REQUIRE(result.converged);
  return result;
}

// What leaves the module, and what permeates at its end: flow, concentrations, flow at the flux of the end, concentrations.
Values ends(const Diafiltration& module) {
  const DiafiltrationResult result = solved(module);
  Values all = {result.retentate_flow};
  all.insert(all.end(), result.retentate.begin(), result.retentate.end());
  all.push_back(result.last_volume_flux * module.area);
  all.insert(all.end(), result.last_permeate.begin(), result.last_permeate.end());
  return all;
}

// The same for ever finer cells along the module: it is of first order.
Values converged(Diafiltration module, int cells) {
  module.cells = cells;
  const Values coarse = ends(module);
  module.cells = 2 * cells;
  Values fine = ends(module);
  for (std::size_t k = 0; k < fine.size(); ++k) fine[k] = 2.0 * fine[k] - coarse[k];
  return fine;
}

Diafiltration on_our_laws(Diafiltration module) {
  module.layers = Diafiltration::Layers::product;
  module.film_steps = 8;
  module.membrane_steps = 20;
  return module;
}

Diafiltration van_t_hoff(Diafiltration module) {
  for (test::PartitionedIon& ion : module.ions) ion.osmotic = 1.0;
  return module;
}

double largest_difference(const Values& a, const Values& b) {
  double largest = 0.0;
  for (std::size_t k = 0; k < a.size(); ++k) largest = std::max(largest, std::abs(a[k] / b[k] - 1.0));
  return largest;
}

// The share of what arrives that neither leaves nor permeates, of the ion that fares worst.
double lost(const Diafiltration& module) {
  const DiafiltrationResult r = solved(module);
  double largest = 0.0;
  for (std::size_t i = 0; i < module.ions.size(); ++i) {
    const double arrived = module.flow * module.ions[i].arriving;
    const double share = (arrived - r.retentate_flow * r.retentate[i] - r.permeate_flow * r.permeate[i]) / arrived;
    if (std::abs(share) > std::abs(largest)) largest = share;
  }
  return largest;
}

void for_every_case(const std::function<void(const std::string&, const test::Table&, const Diafiltration&)>& visit) {
  const auto cases = test::diafiltration_cases();
  BOOST_TEST(cases.size() == 11U);
  for (const auto& entry : cases) {
    BOOST_TEST_CONTEXT(entry.first) { visit(entry.first, entry.second, test::diafiltration_of(entry.second)); }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(diafiltration_peer)

BOOST_AUTO_TEST_CASE(on_its_grid_the_values_of_the_peer) {
  double largest = 0.0;
  for_every_case([&](const std::string&, const test::Table& rows, const Diafiltration& module) {
    const Values found = ends(module);
    Values expected = {number(rows[0], "retentate_flow_peer")};
    for (const auto& row : rows) expected.push_back(number(row, "retentate_peer"));
    expected.push_back(number(rows[0], "permeate_flow_peer"));
    for (const auto& row : rows) expected.push_back(number(row, "permeate_peer"));
    for (std::size_t k = 0; k < found.size(); ++k) check_close(found[k], expected[k], {.relative = 1e-4, .reason = "the tolerance of the peer's own tests"});
    largest = std::max(largest, largest_difference(found, expected));
  });
  test::report_figure("diafiltration_beside_peer", largest);
}

BOOST_AUTO_TEST_CASE(on_a_finer_grid_an_independent_solution) {
  double largest = 0.0;
  for_every_case([&](const std::string&, const test::Table& rows, Diafiltration module) {
    module.cells = 80;
    module.film_steps = 40;
    module.membrane_steps = 20;
    const DiafiltrationResult found = solved(module);
    const auto check = [&](double actual, double expected) {
      check_close(actual, expected, {.relative = 1e-9, .reason = "both solve the same algebraic equations"});
      largest = std::max(largest, std::abs(actual / expected - 1.0));
    };
    check(found.retentate_flow, number(rows[0], "retentate_flow_fine"));
    check(found.permeate_flow, number(rows[0], "permeate_flow_balance_fine"));
    for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
      check(found.retentate[i], number(rows[i], "retentate_fine"));
      check(found.last_permeate[i], number(rows[i], "permeate_fine"));
      const double passed = (module.flow * module.ions[i].arriving - found.retentate_flow * found.retentate[i]) / found.permeate_flow;
      check(passed, number(rows[i], "permeate_balance_fine"));
    }
  });
  test::report_figure("diafiltration_beside_independent_solution", largest);
}

// The peer's equations on ever finer steps, and the product's pore and film, meet.
BOOST_AUTO_TEST_CASE(refined_it_meets_the_laws_of_the_product) {
  double largest = 0.0;
  for_every_case([&](const std::string& name, const test::Table&, const Diafiltration& module) {
    const auto refined = [&](int by) {
      Diafiltration fine = module;
      fine.film_steps = 5 * by;
      fine.membrane_steps = 5 * by;
      return converged(fine, 20);
    };
    Values limit = refined(64);
    const Values coarse = refined(32);
    for (std::size_t k = 0; k < limit.size(); ++k) limit[k] = 2.0 * limit[k] - coarse[k];
    Diafiltration ours = on_our_laws(module);
    const Values of_ours = converged(ours, 20);
    const Values along = converged(ours, 80);
    ours.conserving = true;
    const Values conserving = converged(ours, 80);
    const double difference = largest_difference(of_ours, limit);
    BOOST_TEST_MESSAGE(name << ": the laws of the product from the refined peer " << difference << ", in conserving form " << largest_difference(conserving, along));
    for (std::size_t k = 0; k < limit.size(); ++k) {
      check_close(of_ours[k], limit[k], {.relative = 1e-6, .reason = "steps of 1/64, extrapolated; on the same cells along the module"});
      check_close(conserving[k], along[k], {.relative = 1e-4, .reason = "of second order in 160 cells; the tolerance of the peer"});
    }
    largest = std::max(largest, difference);
  });
  test::report_figure("diafiltration_converged", largest);
}

BOOST_AUTO_TEST_CASE(what_the_peer_does_not_keep_ours_keeps) {
  for_every_case([&](const std::string& name, const test::Table&, const Diafiltration& module) {
    const DiafiltrationResult peer = solved(module);
    Diafiltration ours = on_our_laws(module);
    ours.conserving = true;
    const Values limit = converged(ours, 80);
    const Values right = converged(van_t_hoff(ours), 80);
    const double water = (module.flow - peer.retentate_flow - peer.last_volume_flux * module.area) / module.flow;
    const auto by_balance = solved(ours);
    const double grid = largest_difference(ends(module), limit), ion = lost(module);
    BOOST_TEST_MESSAGE(fmt::format("{}: its grid {:.2f} %, water {:+.3f} %, worst ion {:+.2f} %; osmotic pressure: retentate {:+.1f} %, largest {:.1f} %; permeate {:.6g} m3/s at the end, {:.6g} in all", name, 100.0 * grid,
                                   100.0 * water, 100.0 * ion, 100.0 * (right[0] / limit[0] - 1.0), 100.0 * largest_difference(right, limit), peer.last_volume_flux * module.area, peer.permeate_flow));
    BOOST_TEST(std::abs(lost(ours)) < 1e-13);
    BOOST_TEST(std::abs(module.flow - by_balance.retentate_flow - by_balance.permeate_flow) < 1e-13 * module.flow);
    BOOST_TEST(std::abs(water) > 1e-5);
  });
}

BOOST_AUTO_TEST_SUITE_END()
