// Microseconds of one point of a nanofiltration membrane with charged pores, five ions, printed as JSON: the transmissions at a volume flux from nothing
// and from those at a flux 5 % less, and one evaluation of the pore. tools/verification may put it on its page.
#include "physics/hindered_transport.hpp"
#include "physics/membrane_barrier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <vector>

using namespace brineflow;

namespace {

template <class Work>
double median_time(Work work) {
  std::vector<double> times;
  for (int burst = 0; burst < 31; ++burst) {
    const auto begin = std::chrono::steady_clock::now();
    for (int k = 0; k < 20; ++k) work();
    times.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() / 20.0);
  }
  std::nth_element(times.begin(), times.begin() + 15, times.end());
  return times[15];
}

}  // namespace

int main() {
  // Ca+2 SO4-2 Mg+2 Na+ Cl- of the peer's five-ion module (tests/reference/membranes/nf_dspmde_0d.csv)
  const std::vector<int> z = {2, -2, 2, 1, -1};
  const std::vector<double> diffusion = {9.2e-10, 1.06e-9, 7.06e-10, 1.33e-9, 2.03e-9}, radius = {3.09e-10, 2.3e-10, 3.47e-10, 1.84e-10, 1.21e-10};
  const std::vector<double> film(5, 1e-5), bulk = {9.8, 22.8, 59.5, 495.5, 588.5};
  std::vector<double> partition, resistance, convection;
  for (std::size_t i = 0; i < 5; ++i) {
    const double lambda = relative_size(radius[i], 5e-10);
    partition.push_back(steric_partition(lambda) * born_partition(z[i], radius[i], 41.3, 80.4, 298.15));
    resistance.push_back(1.33e-6 / (hindered_diffusion(lambda) * diffusion[i]));
    convection.push_back(hindered_convection(lambda));
  }
  const dspm_de::Pore<double> pore{z, partition, partition, resistance, convection, -27.0};
  const MembranePoint point{z, pore, film, bulk};
  const double J = 8e-6;
  const std::vector<double> near = transmissions(point, 0.95 * J);
  std::vector<double> ratio(5), permeate = near;
  for (std::size_t i = 0; i < 5; ++i) permeate[i] *= bulk[i];
  const double scratch = median_time([&] { transmissions(point, J); });
  const double again = median_time([&] {
    std::vector<double> T = near;
    continue_transmissions(point, 0.95 * J, J, T);
  });
  const double once = median_time([&] { dspm_de::face_over_permeate<double>(pore, J, permeate, ratio); });
  fmt::print("{{\"ions\": 5, \"solve_us\": {:.1f}, \"solve_again_us\": {:.1f}, \"pore_us\": {:.2f}}}\n", 1e6 * scratch, 1e6 * again, 1e6 * once);
}
