// The nanofiltration unit on a peer's diafiltration of lithium and cobalt, beside the equations of that module on the product's laws: cases/verification.
#include "physics/peer_diafiltration.hpp"
#include "solve/running.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sstream>
#include <string>

using namespace brineflow;
using test::check_close;
using test::Diafiltration;

namespace {

std::string with_cells(const std::string& file, int cells) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  std::string result = text.str();
  const std::string key = "cells: 20";
  const auto at = result.find(key);
  BOOST_REQUIRE(at != std::string::npos);
  return result.replace(at, key.size(), "cells: " + std::to_string(cells));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(diafiltration)

// Cells in series of the unit are the conserving form of the module's equations; the ideal brine has van 't Hoff's osmotic pressure.
BOOST_AUTO_TEST_CASE(the_unit_is_the_module_of_the_peer_with_its_own_balances) {
  Diafiltration module = test::diafiltration_of(test::diafiltration_cases().at("Li_Co_noBL"));
  module.layers = Diafiltration::Layers::product;
  module.conserving = true;
  for (test::PartitionedIon& ion : module.ions) ion.osmotic = 1.0;
  for (const int cells : {10, 20}) {
    module.cells = cells;
    const test::DiafiltrationResult expected = solve(module);
    BOOST_TEST_REQUIRE(expected.converged);
    const test::Run found = test::run(test::case_from_text(with_cells("cases/verification/diafiltration_lithium_cobalt.yaml", cells)), 600.0, {.relative_tolerance = 1e-9});
    const std::size_t nf = *found.flowsheet->find_unit("nf"), last = static_cast<std::size_t>(cells) - 1;
    const double left = found.value("nf", "flow", last);
    for (const StreamSlice& stream : found.system.layout().streams()) {
      if (stream.unit != nf) continue;
      const bool retentate = stream.name == "nf.retentate";
      const double flow = retentate ? left : module.flow - left;
      check_close(flow, retentate ? expected.retentate_flow : expected.permeate_flow, {.relative = 1e-6, .reason = "tolerance of the integration; pores of 1 m"});
      for (std::size_t i = 0; i < 3; ++i)
        check_close(found.last().state.y[stream.start + 1 + i] / flow, (retentate ? expected.retentate : expected.permeate)[i], {.relative = 1e-6, .reason = "as above"});
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
