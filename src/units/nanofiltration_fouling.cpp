// Deposits on the membrane of a module (docs/equations/fouling.md): what they add to its equations, its variables and its start.
#include "units/nanofiltration.hpp"

#include <cmath>
#include <limits>

namespace brineflow::nanofiltration {
namespace {

constexpr double usual_deposit = 1e-2;  // kg/m2, scales tolerances: some micrometres of a mineral

}  // namespace

void Nanofiltration::add_fouling_variables(std::vector<Variable>& variables, double flux) const {
  const Fouling& deposits = *settings_.fouling;
  const auto add = [&](const std::string& name, const char* unit, const std::string& long_name, std::vector<Axis> axes, double nominal) -> Variable& {
    variables.push_back({.name = name, .unit = unit, .long_name = long_name, .axes = std::move(axes), .nominal = {nominal}});
    return variables.back();
  };
  add("deposited", "kg/m2", "deposit on the membrane", along("deposit", "deposit on the membrane", deposits.names()), usual_deposit).kind = VariableKind::differential;
  if (deposits.scales() > 0)
    add("saturation_ratio", "1", "(ion activity product over solubility constant)^(1/ions) at the membrane", along("mineral", "mineral", deposits.scale_names()), 1.6).lower = 0.0;
  for (const std::string& name : deposits.names())
    add(name + "_mass", "kg", name + " on the whole membrane", {}, usual_deposit * settings_.area);
  add("mean_flux", "m/s", "volume flux through the membrane, mean over its area", {}, flux);
  add("normalised_permeability", "1", "water permeability of membrane and deposits over that of the clean membrane, mean over the area", {}, 1.0);
  for (const std::string& name : deposits.scale_names())
    add(name + "_saturation", "1", "saturation ratio of " + name + " at the membrane in the last cell", {}, 2.0).lower = 0.0;
}

template <Scalar S>
auto Nanofiltration::fouling_now(const Local<S>& here, const Arriving<S>& in, const S& water_permeability) const -> FoulingNow<S> {
  return {settings_.fouling->numbers(here.p), in.temperature, brine().viscosity(std::span<const S>(in.molar_flow), in.temperature), water_permeability};
}

template <Scalar S>
Fouling::Each<S> Nanofiltration::deposits_at(std::span<const S> y, std::size_t k) const {
  Fouling::Each<S> result;
  for (std::size_t d = 0; d < result.size(); ++d) result[d] = d < settings_.fouling->size() ? y[deposited(d, k)] : S(0.0);
  return result;
}

// (F1)
template <Scalar S>
S Nanofiltration::added_resistance(const FoulingNow<S>& now, std::span<const S> y, std::size_t k) const {
  const Fouling::Each<S> m = deposits_at(y, k);
  return now.water_permeability * now.viscosity * settings_.fouling->resistance(now.numbers, std::span<const S>(m));
}

template <Scalar S>
void Nanofiltration::deposit_equations(const Local<S>& here, const FoulingNow<S>& now, const MembraneCell<S>& cell, std::span<const S> k_film,
                                       std::size_t k, std::span<S> residual) const {
  const Fouling& deposits = *settings_.fouling;
  const Fouling::Each<S> m = deposits_at(here.y, k);
  const std::span<const S> mass(m);
  // (F1) J_v (1 + A_w mu R) = A_w (p_feed - p_perm - pi(c_m) + pi(c_p))
  residual[volume_flux(k)] += here.y[volume_flux(k)] * added_resistance(now, here.y, k);
  Fouling::Each<S> ratio{}, growth{};
  if (deposits.scales() > 0) {
    for (std::size_t s = 0; s < deposits.scales(); ++s) ratio[s] = here.y[saturation(s, k)];
    growth = deposits.growth(now.numbers, std::span<const S>(ratio), mass);
    const Fouling::Each<S> found = deposits.saturation(brine(), now.temperature, std::span<const S>(cell.face).first(component_count()), k_film, cell.J, growth);
    for (std::size_t s = 0; s < deposits.scales(); ++s) residual[saturation(s, k)] = ratio[s] - found[s];
  }
  Fouling::Each<S> rates = deposits.rates(now.numbers, growth, cell.J, mass);
  for (std::size_t d = 0; d < deposits.size(); ++d) {
    residual[deposited(d, k)] = here.ydot[deposited(d, k)] - rates[d];
    rates[d] *= cell_area();
  }
  // (F7) what settles is missing in the channel
  std::array<S, ComponentSet::max_size> settling;
  std::fill(settling.begin(), settling.end(), S(0.0));
  deposits.add_components(std::span<const S>(rates), std::span<S>(settling));
  for (std::size_t i = 0; i < component_count(); ++i) residual[amount(i, k)] += settling[i];
}

// (F9), (F10)
template <Scalar S>
void Nanofiltration::what_lies_there(const Local<S>& here, const FoulingNow<S>& now, std::span<S> residual) const {
  for (std::size_t d = 0; d < settings_.fouling->size(); ++d) {
    S sum(0.0);
    for (std::size_t k = 0; k < cells(); ++k) sum += here.y[deposited(d, k)];
    residual[mass_of_deposit(d)] = here.y[mass_of_deposit(d)] - cell_area() * sum;
  }
  S left(0.0);
  for (std::size_t k = 0; k < cells(); ++k) left += 1.0 / (1.0 + added_resistance(now, here.y, k));
  residual[normalised_permeability()] = here.y[normalised_permeability()] - left / static_cast<double>(cells());
}

// (F11)
template <Scalar S>
void Nanofiltration::fouling_summary(const Local<S>& here, const FoulingNow<S>& now, std::span<S> residual) const {
  what_lies_there(here, now, residual);
  S flux(0.0);
  for (std::size_t k = 0; k < cells(); ++k) flux += here.y[volume_flux(k)];
  residual[mean_volume_flux()] = here.y[mean_volume_flux()] - flux / static_cast<double>(cells());
  for (std::size_t d = 0; d < settings_.fouling->scales(); ++d)
    residual[end_saturation(d)] = here.y[end_saturation(d)] - here.y[saturation(d, cells() - 1)];
}

// Deposits stay. Nothing permeates, and what would is taken for the contents of the first cell at 25 degC.
template <Scalar S>
void Nanofiltration::fouling_at_rest(const Local<S>& here, std::span<S> residual) const {
  for (std::size_t row = deposited(0, 0); row < saturation(0, 0); ++row) residual[row] = here.ydot[row];
  what_lies_there(here, now_at_rest(here), residual);
}

template <Scalar S>
auto Nanofiltration::now_at_rest(const Local<S>& here) const -> FoulingNow<S> {
  const S T(reference_temperature);
  const auto amounts = at_cell(here.y, amount(0, 0), component_count(), 0);
  return {settings_.fouling->numbers(here.p), T, brine().viscosity(std::span<const S>(amounts).first(component_count()), T),
          membrane_.numbers<S>(here.p, T).water_permeability};
}

void Nanofiltration::guess_deposits(const FoulingNow<double>& now, const MembraneCell<double>& cell, std::span<const double> k_film, std::size_t k,
                                    std::span<double> y) const {
  if (settings_.fouling->scales() == 0) return;
  const auto m = deposits_at<double>(y, k);
  const auto ratio = settings_.fouling->steady_saturation(brine(), now.temperature, std::span<const double>(cell.face).first(component_count()), k_film,
                                                          cell.J, now.numbers, m);
  for (std::size_t s = 0; s < settings_.fouling->scales(); ++s) y[saturation(s, k)] = ratio[s];
}

// The scalars of fouling are formulas of the rest: their rows, at zero, say them.
void Nanofiltration::guess_fouling_summary(const Local<double>& here, const FoulingNow<double>& now, std::span<double> y) const {
  const std::size_t first = mass_of_deposit(0);
  std::fill(y.begin() + static_cast<std::ptrdiff_t>(first), y.end(), 0.0);
  Local<double> improved = here;
  improved.y = y;
  std::vector<double> rows(y.size(), 0.0);
  if (here.flowing(0)) fouling_summary<double>(improved, now, rows);
  else what_lies_there<double>(improved, now, rows);
  for (std::size_t row = first; row < y.size(); ++row) y[row] = 0.0 - rows[row];
}

#define BRINEFLOW_INSTANTIATE(S)                                                                                                                      \
  template auto Nanofiltration::fouling_now<S>(const Local<S>&, const Arriving<S>&, const S&) const->FoulingNow<S>;                                   \
  template auto Nanofiltration::now_at_rest<S>(const Local<S>&) const->FoulingNow<S>;                                                                 \
  template Fouling::Each<S> Nanofiltration::deposits_at<S>(std::span<const S>, std::size_t) const;                                                    \
  template S Nanofiltration::added_resistance<S>(const FoulingNow<S>&, std::span<const S>, std::size_t) const;                                        \
  template void Nanofiltration::deposit_equations<S>(const Local<S>&, const FoulingNow<S>&, const MembraneCell<S>&, std::span<const S>, std::size_t,  \
                                                     std::span<S>) const;                                                                             \
  template void Nanofiltration::fouling_summary<S>(const Local<S>&, const FoulingNow<S>&, std::span<S>) const;                                        \
  template void Nanofiltration::fouling_at_rest<S>(const Local<S>&, std::span<S>) const;
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

}  // namespace brineflow::nanofiltration
