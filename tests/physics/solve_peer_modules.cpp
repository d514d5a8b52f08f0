// Solves the modules of a peer (peer_module.hpp) that stand on standard input, one a line, and prints one line of results each:
//
//     pressure area charge pore_radius thickness dielectric water n   (name charge diffusion stokes_radius molar_mass feed) x n
//     converged water_flux recovery seconds  (flux rejection) x n
//
// SI; feeds in mol/s. Ideal activities. For tests/peers/nf_dspm_de_modules.py.
#include "peer_module.hpp"

#include <chrono>
#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>

int main() {
  using namespace brineflow::test;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream in(line);
    PeerModule module;
    std::size_t n = 0;
    in >> module.pressure >> module.area >> module.membrane.charge >> module.membrane.pore_radius >> module.membrane.thickness >> module.membrane.dielectric >>
        module.feed_water >> n;
    for (std::size_t i = 0; i < n; ++i) {
      PoreIon ion;
      double feed = 0.0;
      in >> ion.name >> ion.z >> ion.diffusion >> ion.stokes_radius >> ion.molar_mass >> feed;
      module.ions.push_back(ion);
      module.feed.push_back(feed);
    }
    if (!in) {
      std::fprintf(stderr, "cannot read: %s\n", line.c_str());
      return 2;
    }
    module.davies = false;
    module.membrane.bulk_dielectric = 78.36;  // of water in WaterTAP 1.8.0; its tests of older versions had 80.4
    const auto begin = std::chrono::steady_clock::now();
    const PeerResult result = solve(module);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::printf("%d %.10g %.10g %.6f", result.converged ? 1 : 0, result.water_flux, result.recovery, seconds);
    for (std::size_t i = 0; i < n; ++i)
      std::printf(" %.10g %.10g", result.converged ? result.flux[i] : 0.0, result.converged ? result.rejection[i] : 0.0);
    std::printf("\n");
  }
}
