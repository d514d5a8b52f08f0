// Six elements in a vessel on a brine of eight ions, from elements full of the feed to steady state: processor time and steps.
//
//     measure_spiral_wound [CELLS [REPEATS]]
//
// Prints JSON: the best of the repeats, in seconds of processor time, without reading the case and without results. The case is
// illustrative: a lake brine diluted for nanofiltration, 8 m3/h into one vessel of 222 m2 at 25 bar.
#include "flowsheet/case_from_text.hpp"
#include "solve/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

using namespace brineflow;

namespace {

class Last : public Observer {
 public:
  void sample(const System& system, const Progress& progress) override {
    change = 0.0;
    for (std::size_t k = 0; k < before.size(); ++k)
      change = std::max(change, std::abs(progress.state.y[k] - before[k]) / (std::abs(before[k]) + system.layout().nominal()[k]));
    before = progress.state.y;
  }
  void event(double, const std::string&, const std::string&) override {}
  void step_begins(const System&, const Progress&, const Step&) override {}
  void cycle_ends(const System&, const Progress&, std::optional<double>, const std::string&) override {}
  std::vector<double> before;
  double change = 0.0;  // over the second half hour, largest of all variables
};

std::string vessel(int cells) {
  const std::string brine =
      "{Li+: 0.3 g/L, Na+: 8 g/L, K+: 0.8 g/L, Mg+2: 2 g/L, Ca+2: 0.05 g/L, SO4-2: 1.5 g/L, Br-: 0.05 g/L, balance: Cl-}";
  return fmt::format(
      "components: [H2O, Li+, Na+, K+, Mg+2, Ca+2, Cl-, SO4-2, Br-]\nbrine: {{chemistry: hmw84_lithium_25C}}\nunits:\n"
      "  feed: {{type: feed, brine: {0}, flow: 8 m3/h}}\n"
      "  nf: {{type: nanofiltration, feed_pressure: 25 bar, cells: {1}, initial: {0}, spiral_wound: {{element_area: 37 m2, elements: 6}}, "
      "membrane: {{water_permeability: 10 L/m2/h/bar, permeability: {{Li+: 4 um/s, Na+: 6 um/s, K+: 8 um/s, Mg+2: 0.05 um/s, Ca+2: 0.06 um/s, Cl-: 5 um/s, SO4-2: 0.05 um/s, Br-: 5 um/s}}}}}}\n"
      "  retentate: {{type: sink}}\n  permeate: {{type: sink}}\n"
      "schedule: {{for: 1 h, always: [feed -> nf, nf.permeate -> permeate, nf.retentate -> retentate]}}\n",
      brine, cells);
}

}  // namespace

int main(int argc, char** argv) {
  const int cells = argc > 1 ? std::atoi(argv[1]) : 30, repeats = argc > 2 ? std::atoi(argv[2]) : 5;
  const Case input = test::case_from_text(vessel(cells));
  double best = 1e9;
  SolverStatistics counts;
  Last last;
  for (int k = 0; k < repeats; ++k) {
    const std::clock_t begin = std::clock();
    last = {};
    System system(*input.flowsheet);
    const TotalsLayout totals(*input.flowsheet);
    counts = simulate(system, totals, input.schedule, {}, 1800.0, last, nullptr, nullptr).statistics;
    best = std::min(best, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
  }
  fmt::print("{{\"cells\": {}, \"steps\": {}, \"jacobians\": {}, \"residuals\": {}, \"change\": {:.2g}, \"processor_s\": {:.4f}}}\n", cells, counts.steps,
             counts.jacobians, counts.residuals, last.change, best);
}
