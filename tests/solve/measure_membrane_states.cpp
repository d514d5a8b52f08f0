// Random nanofiltration modules of charged pores, each run to its steady state: how many are solved, and why the others are not.
//
//     measure_membrane_states [NUMBER [SEED [SLOW]]]
//
// Drawn: 2 to 8 ions, 0.5 mmol/L to 5 mol/L of them, ideal and Pitzer's activities; pores of 0.3 to 1 nm that pass 2 to 30 L/m2/h/bar of pure water, -200 to +100 mol/m3, dielectric
// constant 30 to 78, charge constant or by an isotherm; 5 to 80 bar; a film of 30 L/m2/h to 480; area for up to three times the feed if it were pure water, recovery limited to 90 %.
// Prints the case of every failure and of every module that takes more than SLOW seconds of processor time, then a summary as JSON.
#include "base/error.hpp"
#include "flowsheet/case_from_text.hpp"
#include "solve/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <vector>

using namespace brineflow;

namespace {

struct Ion {
  const char* name;
  int charge;
  double diffusion;  // 1e-9 m2/s
};
const std::vector<Ion> cations = {{"Li+", 1, 1.03}, {"Na+", 1, 1.33}, {"K+", 1, 1.96}, {"Mg+2", 2, 0.706}, {"Ca+2", 2, 0.792}};
const std::vector<Ion> anions = {{"Cl-", -1, 2.03}, {"SO4-2", -2, 1.065}, {"Br-", -1, 2.08}};

class Quiet : public Observer {
 public:
  void sample(const System&, const Progress&) override {}
  void event(double, const std::string&, const std::string&) override {}
  void step_begins(const System&, const Progress&, const Step&) override {}
  void cycle_ends(const System&, const Progress&, std::optional<double>, const std::string&) override {}
};

std::string random_case(std::mt19937& random) {
  const auto uniform = [&](double low, double high) { return std::uniform_real_distribution<double>(low, high)(random); };
  const auto logarithmic = [&](double low, double high) { return std::exp(uniform(std::log(low), std::log(high))); };
  std::vector<Ion> positive = cations, negative(anions.begin() + 1, anions.end());
  std::shuffle(positive.begin(), positive.end(), random);
  std::shuffle(negative.begin(), negative.end(), random);
  positive.resize(1 + random() % 5);
  negative.resize(random() % 3);
  // Half of the charge of cations at most is on the other anions, chloride balances.
  std::vector<double> c;
  double charge = 0.0, sum = 0.0;
  for (const Ion& ion : positive) {
    c.push_back(logarithmic(1e-3, 1.0));
    charge += ion.charge * c.back();
  }
  for (const Ion& ion : negative) c.push_back(charge * uniform(0.0, 0.5) / std::abs(ion.charge) / static_cast<double>(negative.size()));
  double left = charge;
  for (std::size_t k = 0; k < c.size(); ++k) {
    sum += c[k];
    if (k >= positive.size()) left += negative[k - positive.size()].charge * c[k];
  }
  sum += left;
  const double total = logarithmic(0.5, 5000.0);
  // The density model knows no CaSO4: a brine of calcium, sulfate and hardly anything else is left to the ideal one.
  const bool only_gypsum = positive.size() == 1 && std::string(positive[0].name) == "Ca+2";
  std::string components = "H2O, Cl-", brine, ions = "Cl-: {diffusion: 2.03e-9 m2/s}";
  positive.insert(positive.end(), negative.begin(), negative.end());
  for (std::size_t k = 0; k < c.size(); ++k) {
    components += fmt::format(", {}", positive[k].name);
    brine += fmt::format("{}: {} mol/m3, ", positive[k].name, c[k] / sum * total);
    ions += fmt::format(", {}: {{diffusion: {}e-9 m2/s}}", positive[k].name, positive[k].diffusion);
  }
  // Thickness such that pure water permeates at 2 to 30 L/m2/h/bar, as of membranes that are sold.
  const double radius = uniform(0.3, 1.0), permeability = logarithmic(2.0, 30.0) / 3.6e11, pressure = uniform(5.0, 80.0);
  const double thickness = 1e6 * radius * radius * 1e-18 / (8.0 * 0.89e-3 * permeability), pure_flux = permeability * pressure * 1e5;
  // A film slower than a fifth of that polarises by exp(5) and more: no module is run there.
  const double film = std::max(logarithmic(30.0, 300.0), 3.6e6 * pure_flux / 5.0);
  const double area = uniform(0.1, 3.0) * (1.0 / 3600.0) / pure_flux;
  return fmt::format(
      "components: [{}]\nbrine: {{chemistry: {}}}\nunits:\n"
      "  feed: {{type: feed, brine: {{{}balance: Cl-}}, flow: 1 m3/h}}\n"
      "  nf: {{type: nanofiltration, area: {} m2, feed_pressure: {} bar, mass_transfer: {} L/m2/h, cells: 5, initial: {{{}balance: Cl-}}, membrane: {{law: dspm_de, pore_radius: {} nm, "
      "effective_thickness: {} um, charge_density: {} mol/m3, charge_exponent: {}, pore_dielectric_constant: {}, ions: {{{}}}}}}}\n"
      "  retentate: {{type: sink}}\n  permeate: {{type: sink}}\n"
      "schedule: {{for: 1 h, always: [feed -> nf, nf.permeate -> permeate, nf.retentate -> retentate]}}\n",
      components, random() % 2 == 0 || only_gypsum ? "ideal" : "hmw84_lithium_25C", brine, area, pressure, film, brine, radius, thickness, uniform(-200.0, 100.0),
      random() % 2 == 0 ? 0.0 : uniform(0.0, 1.0), uniform(30.0, 78.0), ions);
}

}  // namespace

int main(int argc, char** argv) {
  const int number = argc > 1 ? std::atoi(argv[1]) : 200;
  const int seed = argc > 2 ? std::atoi(argv[2]) : 1;
  const double slow = argc > 3 ? std::atof(argv[3]) : 5.0;
  std::vector<double> seconds;
  int solved = 0;
  for (int k = 0; k < number; ++k) {
    std::mt19937 random(static_cast<unsigned>(seed + k));
    const std::string text = random_case(random);
    const std::clock_t begin = std::clock();
    try {
      const Case input = test::case_from_text(text);
      System system(*input.flowsheet);
      const TotalsLayout totals(*input.flowsheet);
      Quiet quiet;
      const Outcome outcome = simulate(system, totals, input.schedule, {}, 3600.0, quiet, nullptr, nullptr);
      static_cast<void>(outcome);
      ++solved;
    } catch (const std::exception& error) {
      fmt::print("seed {}: {}\n{}\n", seed + k, error.what(), text);
    }
    seconds.push_back(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    if (seconds.back() > slow) fmt::print("seed {}: {:.1f} s\n{}\n", seed + k, seconds.back(), text);
    std::fflush(stdout);
  }
  std::sort(seconds.begin(), seconds.end());
  fmt::print("{{\"modules\": {}, \"solved\": {}, \"median_s\": {:.4f}, \"longest_s\": {:.3f}}}\n", number, solved, seconds[seconds.size() / 2], seconds.back());
  return solved == number ? 0 : 1;
}
