#include "units/membrane_cell.hpp"

#include "numerics/false_position.hpp"
#include "physics/membrane_barrier.hpp"
#include "physics/water.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace brineflow {
namespace {

template <Scalar S>
using Entries = typename MembraneCell<S>::Entries;

// (5) c_i = n_i / V(n, T): concentrations that the membrane sees follow from the composition, not from the cell's volume.
template <Scalar S>
void fill_bulk(const Brine& brine, const S& T, std::span<const S> amounts, Entries<S>& bulk) {
  const S per_volume = 1.0 / brine.volume(amounts, T);
  for (std::size_t i = 0; i < amounts.size(); ++i) bulk[i] = amounts[i] * per_volume;
}

// mol/m3 of water in a solution with these concentrations of solutes; concentration[0] is set to it.
// Fixed point of V(c) = 1 m3 with the volume of pure water for the partial one: each step leaves a few per cent of the
// error, so that three from a near solution leave 1e-6.
template <Scalar S>
void fill_with_water(const Brine& brine, std::span<S> concentration, const S& start, const S& T) {
  const S per_volume = water_density(T) / water_molar_mass;
  concentration[0] = start;
  for (int pass = 0; pass < 3; ++pass) {
    const S excess = brine.volume(std::span<const S>(concentration), T) - 1.0;
    concentration[0] = smooth_positive(S(concentration[0] - excess * per_volume), 10.0);
  }
}

// mol/m3, what pure water has of its own ions at 25 degC.
constexpr double trace = 1e-4;

// (5a) Shares by which the ions carry charge in (1) and (2): those of c_i, and of a neutral trace w_i where the ions are
// scarcer than it; what is returned is their sum [mol/m3]. Without it the composition of pure water would be 0 / 0. It fades with 1 / C^2, so that its share is
// (1e-4 mol/m3 / C)^3 and real brines do not know it.
template <Scalar S>
S fill_composition(std::span<const int> z, const Entries<S>& bulk, Entries<S>& share) {
  double cations = 0.0, anions = 0.0;
  for (const int charge : z) (charge > 0 ? cations : anions) += charge != 0 ? 1.0 : 0.0;
  S C(0.0);
  for (std::size_t i = 0; i < z.size(); ++i) C += bulk[i + 1];
  const S faded = trace * trace * trace / (C * C + trace * trace);
  S total(0.0);
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double w = z[i] == 0 ? 1.0 : 1.0 / std::abs(z[i]) / (z[i] > 0 ? cations : anions);
    share[i] = bulk[i + 1] + w * faded;
    total += share[i];
  }
  const S per_total = 1.0 / total;
  for (std::size_t i = 0; i < z.size(); ++i) share[i] *= per_total;
  return total;
}

template <Scalar S>
std::span<S> first(Entries<S>& entries, std::size_t count) {
  return std::span<S>(entries).first(count);
}

// The barrier in numbers of one cell, for concentrations of `total` times a composition.
template <Scalar S>
MembraneBarrier<S> barrier_of(const MembraneLayers<S>& layers, std::span<const S> composition, const S& total, std::span<const S> permeate_partition) {
  const MembraneNumbers<S>& membrane = layers.membrane;
  if (membrane.law == MembraneLaw::solution_diffusion) return SolutionDiffusion<S>{membrane.permeability};
  // (P8) X = X_ref (C / C_ref)^m, C = sum |z_i| c_i / 2 of the feed side
  S charges(1e-6);  // mol/m3: pure water has some
  for (std::size_t i = 0; i < layers.charge.size(); ++i) charges += 0.5 * std::abs(layers.charge[i]) * total * composition[i];
  const S charge = membrane.charge * exp(S(membrane.charge_exponent * log(S(charges / membrane.charge_reference))));
  return dspm_de::Pore<S>{layers.charge, membrane.partition, permeate_partition, membrane.resistance, membrane.convection, charge};
}

// (P5) with activity coefficients: those in the pore are taken as those of the feed face, so that the permeate face has the ratio
// of outer ones. They need the water of both solutions.
template <Scalar S>
void fill_permeate_partition(const Brine& brine, const MembraneLayers<S>& layers, const S& T, const MembraneCell<S>& cell, Entries<S>& partition) {
  const std::size_t n = layers.charge.size();
  for (std::size_t i = 0; i < n; ++i) partition[i] = layers.membrane.partition[i];
  if (brine.is_ideal()) return;
  Entries<S> face, permeate;
  brine.log_activity_coefficients(std::span<const S>(cell.face).first(n + 1), T, first<S>(face, n + 1));
  brine.log_activity_coefficients(std::span<const S>(cell.permeate).first(n + 1), T, first<S>(permeate, n + 1));
  for (std::size_t i = 0; i < n; ++i) partition[i] *= exp(S(permeate[i + 1] - face[i + 1]));
}

// c_m,i from the film, waters, and what (3) lacks.
template <Scalar S>
void fill_faces(const Brine& brine, const MembraneLayers<S>& layers, const S& temperature, std::span<const S> T, MembraneCell<S>& cell) {
  const std::size_t n = layers.charge.size();
  Entries<S> composition, permeate, film, barrier, partition;
  const S total = fill_composition<S>(layers.charge, cell.bulk, composition);
  sdem::face_over_bulk<S>(layers.charge, layers.mass_transfer, cell.J, first<S>(composition, n), T, first<S>(film, n));
  for (std::size_t i = 0; i < n; ++i) {
    cell.face[i + 1] = film[i] * cell.bulk[i + 1];
    cell.permeate[i + 1] = T[i] * cell.bulk[i + 1];
  }
  fill_with_water(brine, first<S>(cell.face, n + 1), cell.bulk[0], temperature);
  fill_with_water(brine, first<S>(cell.permeate, n + 1), cell.bulk[0], temperature);
  const bool pores = layers.membrane.law == MembraneLaw::dspm_de;
  if (pores) fill_permeate_partition(brine, layers, temperature, cell, partition);
  for (std::size_t i = 0; i < n; ++i) permeate[i] = pores ? S(total * composition[i] * T[i]) : S(composition[i] * T[i]);
  const MembraneBarrier<S> law = barrier_of<S>(layers, first<S>(composition, n), total, first<S>(partition, n));
  face_over_permeate<S>(law, layers.charge, cell.J, first<S>(permeate, n), first<S>(barrier, n));
  for (std::size_t i = 0; i < n; ++i) cell.mismatch[i] = film[i] - barrier[i] * T[i];
}

}  // namespace

template <Scalar S>
MembraneCell<S> membrane_cell(const Brine& brine, const MembraneLayers<S>& layers, const S& temperature,
                              std::span<const S> amounts, std::span<const S> transmission, const S& J_v) {
  MembraneCell<S> cell;
  cell.J = sdem::forward_flux(J_v);
  fill_bulk(brine, temperature, amounts, cell.bulk);
  fill_faces(brine, layers, temperature, transmission, cell);
  const std::span<S> face = first<S>(cell.face, amounts.size()), permeate = first<S>(cell.permeate, amounts.size());
  cell.osmotic_pressure = brine.osmotic_pressure(std::span<const S>(face), temperature) -
                          brine.osmotic_pressure(std::span<const S>(permeate), temperature);
  return cell;
}

#define BRINEFLOW_INSTANTIATE(S)                                                                                  \
  template MembraneCell<S> membrane_cell<S>(const Brine&, const MembraneLayers<S>&, const S&, std::span<const S>, \
                                            std::span<const S>, const S&);
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

namespace {

// The numbers of a membrane as constants for derivatives.
MembraneNumbers<Dual> constant(const MembraneNumbers<double>& from) {
  const auto list = [](const std::vector<double>& values) { return std::vector<Dual>(values.begin(), values.end()); };
  return {from.law, Dual(from.water_permeability), list(from.permeability), list(from.partition), list(from.resistance), list(from.convection),
          Dual(from.charge), Dual(from.charge_exponent), Dual(from.charge_reference)};
}

// What the transmissions of one cell lack, activity coefficients included: at concentrations of moles per litre they change with the
// permeate faster than the permeate with them, so that an iteration by turns would not end.
class CellMismatch {
 public:
  CellMismatch(const Brine& brine, const MembraneLayers<double>& layers, double temperature, std::span<const double> amounts)
      : brine_(brine), membrane_(constant(layers.membrane)), mass_transfer_(layers.mass_transfer.begin(), layers.mass_transfer.end()),
        amounts_(amounts.begin(), amounts.end()), layers_{layers.charge, membrane_, mass_transfer_}, temperature_(temperature) {}

  TransmissionMismatch operator()(double J_v, const std::vector<double>& at) const {
    const std::size_t n = at.size();
    TransmissionMismatch result{1.0, std::vector<double>(n), std::vector<double>(n * n)};
    for (std::size_t begin = 0; begin < n; begin += dual_width) {
      std::vector<Dual> T(at.begin(), at.end());
      const std::size_t end = std::min<std::size_t>(n, begin + dual_width);
      for (std::size_t j = begin; j < end; ++j) T[j].v[static_cast<Eigen::Index>(j - begin)] = 1.0;
      const MembraneCell<Dual> cell = membrane_cell<Dual>(brine_, layers_, Dual(temperature_), amounts_, T, Dual(J_v));
      for (std::size_t i = 0; i < n; ++i) {
        result.value[i] = cell.mismatch[i].a;
        if (cell.bulk[i + 1].a > 0.0) result.face = std::max(result.face, std::abs(cell.face[i + 1].a / cell.bulk[i + 1].a));
        for (std::size_t j = begin; j < end; ++j) result.jacobian[i * n + j] = cell.mismatch[i].v[static_cast<Eigen::Index>(j - begin)];
      }
    }
    return result;
  }

 private:
  const Brine& brine_;
  MembraneNumbers<Dual> membrane_;
  std::vector<Dual> mass_transfer_, amounts_;
  MembraneLayers<Dual> layers_;
  double temperature_;
};

}  // namespace

// The flux is bracketed from below, by doubling: far above the solution the film's concentrations have left every model
// behind. Then the method of false position (Illinois); the transmissions by continuation in the flux from T = 1 at rest.
MembraneOperation operate_membrane(const Brine& brine, const MembraneLayers<double>& layers, double temperature,
                                   std::span<const double> amounts, double pressure) {
  const CellMismatch mismatch(brine, layers, temperature, amounts);
  MembraneOperation found{0.0, std::vector<double>(layers.charge.size(), 1.0)};
  const double water_permeability = layers.membrane.water_permeability, pure = water_permeability * pressure;
  const auto excess = [&](double trial) {
    if (continue_transmissions(std::cref(mismatch), found.J_v, trial, found.transmission)) found.J_v = trial;
    const MembraneCell<double> cell = membrane_cell<double>(brine, layers, temperature, amounts, found.transmission, found.J_v);
    return std::max(water_permeability * (pressure - cell.osmotic_pressure) - found.J_v, -pure);
  };
  // The forward flux is never quite zero, and a tight membrane selects even then: where rest is not found from T = 1, from far below it.
  if (!continue_transmissions(std::cref(mismatch), 0.0, 0.0, found.transmission) && continue_transmissions(std::cref(mismatch), -pure, -pure, found.transmission)) found.J_v = -pure;
  // Osmotic pressure holds all back, even where solutes hardly pass: the flux is below zero by what the forward flux, never quite zero,
  // lets through. Halves its logarithm.
  if (excess(0.0) < 0.0) {
    double least = 1e-18, most = pure;
    for (int pass = 0; pass < 60; ++pass) {
      const double trial = std::sqrt(least * most);
      (excess(-trial) < 0.0 ? least : most) = trial;
    }
    excess(-most);
    return found;
  }
  double low = 0.0, high = pure / 64.0, at_low = pure, at_high = excess(high);
  for (; at_high > 0.0 && high < pure; high *= 2.0, at_high = excess(high)) low = high, at_low = at_high;
  if (!(at_high < 0.0)) return found;
  FalsePosition bracket{low, at_low, high, at_high};
  for (int pass = 0; pass < 60 && bracket.high - bracket.low > 1e-12 * bracket.high; ++pass) {
    const double trial = bracket.trial(), value = excess(trial);
    if (std::abs(value) <= 1e-13 * pure) break;
    bracket.take(trial, value);
  }
  return found;
}

}  // namespace brineflow
