// How long brine chemistry takes, printed as JSON; tools/bench_brine puts a peer beside it.
//   measure_brine          times, in microseconds (medians)
//   measure_brine --brine  the brine that is measured, molalities as JSON
#include "physics/brine.hpp"
#include "physics/minerals.hpp"
#include "units/activity_package.hpp"
#include "units/chemistry_packages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace brineflow;

constexpr double room = 298.15;
volatile double sink = 0.0;  // so that nothing is optimised away

// Median microseconds of one call over bursts long enough for the clock; `work` takes the number of the call.
template <class Work>
double microseconds(Work work, int calls) {
  std::vector<double> times;
  for (int burst = 0; burst < 41; ++burst) {
    const auto begin = std::chrono::steady_clock::now();
    for (int k = 0; k < calls; ++k) work(k);
    times.push_back(1e6 * std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() / calls);
  }
  std::nth_element(times.begin(), times.begin() + 20, times.end());
  return times[20];
}

template <class F>
auto package(const char* file, F read) {
  Diagnostics diagnostics;
  const Document document = read_document(std::string(BRINEFLOW_SOURCE) + "/models/" + file, diagnostics);
  auto result = read(document.root, diagnostics);
  diagnostics.throw_if_any();
  return *result;
}

// A salt-lake brine of eight ions, mol/kg; near halite and carnallite saturation. Illustrative.
const std::map<std::string, double> brine = {{"Li+", 0.1}, {"Na+", 1.5}, {"K+", 0.4}, {"Mg+2", 3.0}, {"Ca+2", 0.01}, {"Cl-", 7.2}, {"Br-", 0.02}, {"SO4-2", 0.4}};

std::vector<double> amounts(const ComponentSet& set, double bicarbonate = 0.0) {
  std::vector<double> n(set.size(), 0.0);
  n[0] = 1.0 / set[0].molar_mass;
  for (const auto& [name, m] : brine) n[set.find(name).value()] = m;
  if (const auto at = set.find("HCO3-")) n[*at] = bicarbonate, n[set.find("Na+").value()] += bicarbonate;
  return n;
}

struct Times {
  std::map<std::string, double> us;
};

void measure_activities(const std::string& name, const ComponentSet& set, const PitzerModel& model, std::vector<double> n, Times& times) {
  std::vector<double> ln_gamma(set.size());
  times.us[name] = microseconds(
      [&](int k) {
        n[1] = 0.1 + 1e-6 * k;
        model.log_activity(std::span<const double>(n), room, std::span<double>(ln_gamma));
        sink = sink + ln_gamma[0];
      }, 1000);
  std::vector<Dual> dual(n.begin(), n.end()), result(set.size());
  times.us[name + "_with_derivatives"] = microseconds(  // by all amounts and temperature: two passes of eight directions
      [&](int k) {
        n[1] = 0.1 + 1e-6 * k;
        for (std::size_t pass = 0; pass < 2; ++pass) {
          for (std::size_t i = 0; i < set.size(); ++i) dual[i] = i / 8 == pass ? Dual(n[i], static_cast<int>(i % 8)) : Dual(n[i]);
          const Dual T = pass == 1 ? Dual(room, 7) : Dual(room);
          model.log_activity(std::span<const Dual>(dual), T, std::span<Dual>(result));
          sink = sink + result[0].v[0];
        }
      }, 300);
}

void measure_all(const char* name, const Speciation& speciation, const Brine& species_brine, const MineralEquilibrium& minerals,
                 std::vector<double> totals, Times& times) {
  std::vector<double> n(speciation.species().size()), indices(minerals.minerals().size());
  times.us[name] = microseconds(
      [&](int k) {
        totals[1] = 0.1 + 1e-6 * k;
        speciation.speciate(std::span<const double>(totals), room, std::span<double>(n));
        minerals.saturation_indices(std::span<const double>(n), room, std::span<double>(indices));
        const std::span<const double> amounts(n);
        sink = sink + indices[0] + species_brine.density(amounts, room) + species_brine.viscosity(amounts, room) +
               species_brine.osmotic_pressure(amounts, room);
      }, 300);
}

void run() {
  const ActivityPackage fixed = package("pitzer/hmw84_lithium_25C.yaml", read_activity_package);
  const LaliberteParameters transport = package("density_viscosity/laliberte_2009.yaml", read_laliberte_parameters);
  const MineralSet minerals = package("minerals/hmw84_25C.yaml", read_mineral_set);
  const ComponentSet set = ComponentSet::from_names({"H2O", "Li+", "Na+", "K+", "Mg+2", "Ca+2", "Cl-", "Br-", "SO4-2"});
  Times times;
  measure_activities("activities", set, PitzerModel(set, fixed.activities), amounts(set), times);
  const ActivityPackage varying = package("pitzer/lithium_brine_0_60C.yaml", read_activity_package);
  measure_activities("activities_0_60C", set, PitzerModel(set, varying.activities), amounts(set), times);

  const Speciation plain(set, fixed.activities, fixed.species);
  const MineralEquilibrium plain_minerals(plain, minerals);
  measure_all("properties", plain, Brine::pitzer(plain.species(), fixed.activities, transport), plain_minerals, amounts(set), times);
  times.us["saturation_indices_in_properties"] = static_cast<double>(plain_minerals.minerals().size());

  std::vector<std::string> names = set.names();
  names.insert(names.end(), {"H+", "HCO3-"});
  const Speciation carbonate(ComponentSet::from_names(names), fixed.activities, fixed.species);
  const MineralEquilibrium carbonate_minerals(carbonate, minerals);
  std::vector<double> n(carbonate.species().size());
  const std::vector<double> totals = amounts(carbonate.components(), 0.01);
  times.us["speciation"] = microseconds([&](int) { carbonate.speciate(std::span<const double>(totals), room, std::span<double>(n)); sink = sink + n[1]; }, 100);

  std::string text;
  for (const auto& [name, us] : times.us) text += fmt::format("{}\"{}\": {:.3f}", text.empty() ? "" : ", ", name, us);
  fmt::print("{{{}}}\n", text);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--brine") == 0) {
    std::string text;
    for (const auto& [name, m] : brine) text += fmt::format("{}\"{}\": {}", text.empty() ? "" : ", ", name, m);
    fmt::print("{{{}}}\n", text);
    return 0;
  }
  run();
}
