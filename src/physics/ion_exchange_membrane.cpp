#include "physics/ion_exchange_membrane.hpp"

#include "physics/water.hpp"

#include <cmath>

namespace brineflow::stack {
namespace {

// mol/m3: what water has of its own ions, so that an empty channel still has a composition and a potential.
constexpr double trace = 1e-4;

// (2) Shares of the ions of one sign in what crosses a membrane: t_i / sum t = S_i |z_i| c_i / sum_j S_j |z_j| c_j.
// Adds their fluxes and returns the mean of 1 / |z_i| by these shares.
template <Scalar S>
S add_shares(std::span<const int> z, std::span<const double> selectivity, const ChannelPoint<S>& source, bool cations,
                const S& number, const S& moles_of_charge, std::span<S> flux) {
  S total(0.0), inverse_valence(0.0);
  std::array<S, ComponentSet::max_size> weight{};
  for (std::size_t i = 0; i < z.size(); ++i) {
    if (z[i] == 0 || (z[i] > 0) != cations) continue;
    weight[i] = selectivity[i] * std::abs(z[i]) * smooth_positive(source.c[i], trace);
    total += weight[i];
  }
  for (std::size_t i = 0; i < z.size(); ++i) {
    if (z[i] == 0 || (z[i] > 0) != cations) continue;
    const S share = weight[i] / total;
    flux[i + 1] += number * share * moles_of_charge / static_cast<double>(z[i]);
    inverse_valence += share / static_cast<double>(std::abs(z[i]));
  }
  return inverse_valence;
}

// Both faces of a membrane over their bulks, as logarithms.
template <Scalar S>
struct Faces {
  S depleted;  // ln(c_bulk / c_face) of the diluate
  S enriched;  // ln(c_face / c_bulk) of the concentrate
};

}  // namespace

template <Scalar S>
S depletion(const S& r) {
  constexpr double last = 0.999;
  const double x = value_of(r);
  return x < last ? chain(r, -std::log1p(-x), 1.0 / (1.0 - x)) : chain(r, -std::log1p(-last) + (x - last) / (1.0 - last), 1.0 / (1.0 - last));
}

template <Scalar S>
void add_membrane(const SelectiveMembrane<S>& membrane, const LayerSwitches& layers, const ChannelPoint<S>& diluate,
                  const ChannelPoint<S>& concentrate, const S& current, const S& limiting_current, const S& T, std::span<S> flux,
                  MembraneVoltage<S> part) {
  const std::span<const int> z = membrane.charge;
  const MembraneNumbers<S>& numbers = membrane.numbers;
  const S thermal_voltage = gas_constant / faraday_constant * T;
  const S moles_of_charge = current / faraday_constant;
  const bool cation_exchange = membrane.kind == MembraneKind::cation_exchange;
  const S counter = numbers.counter_ion_number, co = 1.0 - counter;

  // (1) migration; ions of the other sign come from the concentrate
  const S of_cations =
      add_shares<S>(z, membrane.selectivity, cation_exchange ? diluate : concentrate, true, cation_exchange ? counter : S(-co), moles_of_charge, flux);
  const S of_anions =
      add_shares<S>(z, membrane.selectivity, cation_exchange ? concentrate : diluate, false, cation_exchange ? co : S(-counter), moles_of_charge, flux);
  const S& of_counter = cation_exchange ? of_cations : of_anions;
  const S& of_co = cation_exchange ? of_anions : of_cations;

  // (5) concentrations at the faces: c (1 - i/i_lim) in the diluate, c (1 + i/i_lim) in the concentrate
  Faces<S> faces{S(0.0), S(0.0)};
  if (layers.polarisation) {
    const S r = current / limiting_current;
    faces = {depletion(r), S(-depletion(S(-r)))};
    for (const ChannelPoint<S>* channel : {&diluate, &concentrate}) {
      const S in_solution = cation_exchange ? channel->cation_number : S(1.0 - channel->cation_number);
      const S excess = counter - in_solution;
      const S& over = channel == &diluate ? faces.depleted : faces.enriched;
      // (6) the layer's own resistance, i int dx / kappa(c), and its thickness F D c / ((t_m - t_s) i_lim)
      const S equivalent_conductivity = channel->conductivity / (channel->equivalents + trace);
      part.voltage += faraday_constant * channel->salt_diffusivity / (equivalent_conductivity * excess) * over;
      (channel == &diluate ? part.diluate_height : part.concentrate_height) -=
          faraday_constant * channel->salt_diffusivity * channel->equivalents / (excess * limiting_current);
      if (layers.concentration_potential) part.voltage += thermal_voltage * (in_solution * of_counter - (1.0 - in_solution) * of_co) * over;
    }
  }
  // (8) E = RT/F (t_counter / z - t_co / z) ln(c_conc / c_dil) at the faces
  const S ratio = log((concentrate.equivalents + trace) / (diluate.equivalents + trace)) + faces.depleted + faces.enriched;
  if (layers.concentration_potential) part.voltage += thermal_voltage * (counter * of_counter - co * of_co) * ratio;
  part.voltage += current * numbers.areal_resistance;

  // (3) leakage: one permeability for every ion, so that it carries no current
  const S of_diluate = exp(-faces.depleted), of_concentrate = exp(faces.enriched);
  for (std::size_t i = 0; i < z.size(); ++i)
    flux[i + 1] -= numbers.salt_permeability * (concentrate.c[i] * of_concentrate - diluate.c[i] * of_diluate);
  // (4) electro-osmosis and osmosis
  const S osmotic = concentrate.osmotic_pressure * of_concentrate - diluate.osmotic_pressure * of_diluate;
  flux[0] += numbers.water_number * moles_of_charge + numbers.water_permeability * osmotic * water_density(T) / water_molar_mass;
}

#define BRINEFLOW_INSTANTIATE(S)                                                                                                \
  template S depletion<S>(const S&);                                                                                            \
  template void add_membrane<S>(const SelectiveMembrane<S>&, const LayerSwitches&, const ChannelPoint<S>&, const ChannelPoint<S>&, \
                                const S&, const S&, const S&, std::span<S>, MembraneVoltage<S>);
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

}  // namespace brineflow::stack
