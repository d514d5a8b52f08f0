#include "units/fouling.hpp"

#include <algorithm>
#include <cmath>

namespace brineflow {

Fouling::Fouling(std::vector<Deposit> deposits) : deposits_(std::move(deposits)) {
  std::stable_partition(deposits_.begin(), deposits_.end(), [](const Deposit& deposit) { return deposit.mineral.has_value(); });
  for (const Deposit& deposit : deposits_) scales_ += deposit.mineral ? 1 : 0;
}

std::vector<std::string> Fouling::names() const {
  std::vector<std::string> result;
  for (const Deposit& deposit : deposits_) result.push_back(deposit.name);
  return result;
}

std::vector<std::string> Fouling::scale_names() const {
  std::vector<std::string> result = names();
  result.resize(scales_);
  return result;
}

void Fouling::add_to(std::vector<TunableParameter>& parameters) {
  start_ = parameters.size();
  for (const Deposit& deposit : deposits_) {
    const auto add = [&](const char* key, const char* unit, double value) {
      parameters.push_back({deposit.name + "." + key, unit, value, true, 0.0});
    };
    add("specific_resistance", "m/kg", deposit.specific_resistance);
    add("cleaning_rate", "1/h", deposit.cleaning_rate);
    if (deposit.mineral) {
      add("growth_rate", "mol/m2/s", deposit.kinetics.growth);
      add("dissolution_rate", "mol/m2/s", deposit.kinetics.dissolution);
    } else {
      add("foulant", "mg/L", deposit.foulant);
      add("removal_rate", "1/h", deposit.removal_rate);
    }
  }
}

template <Scalar S>
auto Fouling::numbers(std::span<const S> p) const -> Each<DepositNumbers<S>> {
  Each<DepositNumbers<S>> result;
  for (std::size_t d = 0; d < size(); ++d) {
    const std::span<const S> own = p.subspan(start_ + 4 * d, 4);
    result[d].specific_resistance = own[0];
    result[d].cleaning_rate = own[1];
    (d < scales_ ? result[d].growth : result[d].foulant) = own[2];
    (d < scales_ ? result[d].dissolution : result[d].removal_rate) = own[3];
  }
  return result;
}

template <Scalar S>
S Fouling::resistance(const Each<DepositNumbers<S>>& numbers, std::span<const S> deposited) const {
  S sum(0.0);
  for (std::size_t d = 0; d < size(); ++d) sum += numbers[d].specific_resistance * deposited[d];
  return sum;
}

template <Scalar S>
auto Fouling::growth(const Each<DepositNumbers<S>>& numbers, std::span<const S> saturation, std::span<const S> deposited) const -> Each<S> {
  Each<S> result;
  for (std::size_t d = 0; d < scales_; ++d) {
    const CrystalKinetics<double>& of = deposits_[d].kinetics;
    const CrystalKinetics<S> kinetics{numbers[d].growth, numbers[d].dissolution, of.growth_order, of.dissolution_order, of.full_coverage};
    result[d] = crystal_growth(kinetics, saturation[d], deposited[d]);
  }
  return result;
}

// (F5) c_w,i = c_m,i - (exp(J / k_i) - 1) / J sum_d nu_di r_d, its corner at zero rounded by a ten-thousandth of c_m,i: Newton's
// trials find their way back from beyond.
template <Scalar S>
auto Fouling::saturation(const Brine& brine, const S& T, std::span<const S> face, std::span<const S> film, const S& J, const Each<S>& growth) const
    -> Each<S> {
  std::array<S, ComponentSet::max_size> taken, wall, ln_a;
  std::fill(taken.begin(), taken.end(), S(0.0));
  for (std::size_t d = 0; d < scales_; ++d)
    for (const auto& part : deposits_[d].mineral->parts()) taken[part.component] += part.nu * growth[d];
  constexpr double rounded = 1e-4;  // of c_m,i, beside which stands as much in mol/m3
  for (std::size_t i = 0; i < face.size(); ++i) {
    wall[i] = face[i];
    if (i == 0) continue;
    const S left = face[i] - film_reach(J, film[i - 1]) * taken[i];
    const S width = rounded * (face[i] + 1.0);
    const bool any_sign = brine.components()[i].name == "H+";  // of a speciated brine the total
    wall[i] = any_sign ? left : S(0.5 * (left + sqrt(left * left + width * width)));
  }
  log_component_activities(brine, std::span<const S>(wall).first(face.size()), T, std::span<S>(ln_a).first(face.size()));
  Each<S> result;
  for (std::size_t d = 0; d < scales_; ++d) result[d] = deposits_[d].mineral->saturation_ratio(std::span<const S>(ln_a).first(face.size()), T);
  return result;
}

// One scale after the other, a few sweeps: growth brings a ratio nearer to one, never past it, so that it lies between one and that
// without growth.
auto Fouling::steady_saturation(const Brine& brine, double T, std::span<const double> face, std::span<const double> film, double J,
                                           const Each<DepositNumbers<double>>& numbers, std::span<const double> deposited) const -> Each<double> {
  Each<double> rates{};
  Each<double> found = saturation<double>(brine, T, face, film, J, rates);
  const int sweeps = scales_ > 1 ? 4 : 1;
  for (int sweep = 0; sweep < sweeps; ++sweep)
    for (std::size_t d = 0; d < scales_; ++d) {
      rates[d] = 0.0;
      const double free = saturation<double>(brine, T, face, film, J, rates)[d];
      double near = 1.0, far = free;
      for (int pass = 0; pass < 50; ++pass) {
        found[d] = 0.5 * (near + far);
        rates[d] = growth<double>(numbers, found, deposited)[d];
        const double left = saturation<double>(brine, T, face, film, J, rates)[d];
        ((free > 1.0 ? left > found[d] : left < found[d]) ? near : far) = found[d];
      }
    }
  return found;
}

// (F6) dm/dt = M r - k_c m of scale, (F8) of a cake.
template <Scalar S>
auto Fouling::rates(const Each<DepositNumbers<S>>& numbers, const Each<S>& growth, const S& J, std::span<const S> deposited) const -> Each<S> {
  Each<S> result;
  for (std::size_t d = 0; d < size(); ++d) {
    result[d] = d < scales_ ? S(deposits_[d].mineral->molar_mass() * growth[d]) : cake_growth(numbers[d].foulant, J, numbers[d].removal_rate, deposited[d]);
    result[d] -= numbers[d].cleaning_rate * deposited[d];
  }
  return result;
}

template <Scalar S>
void Fouling::add_components(std::span<const S> deposited, std::span<S> held) const {
  for (std::size_t d = 0; d < scales_; ++d) {
    const DissolvingMineral& mineral = *deposits_[d].mineral;
    for (const auto& part : mineral.parts()) held[part.component] += (part.nu / mineral.molar_mass()) * deposited[d];
  }
}

#define BRINEFLOW_INSTANTIATE(S)                                                                                                               \
  template auto Fouling::numbers<S>(std::span<const S>) const->Each<DepositNumbers<S>>;                                                        \
  template S Fouling::resistance<S>(const Each<DepositNumbers<S>>&, std::span<const S>) const;                                                 \
  template auto Fouling::growth<S>(const Each<DepositNumbers<S>>&, std::span<const S>, std::span<const S>) const->Each<S>;                     \
  template auto Fouling::saturation<S>(const Brine&, const S&, std::span<const S>, std::span<const S>, const S&, const Each<S>&) const         \
      ->Each<S>;                                                                                                                               \
  template auto Fouling::rates<S>(const Each<DepositNumbers<S>>&, const Each<S>&, const S&, std::span<const S>) const->Each<S>;                \
  template void Fouling::add_components<S>(std::span<const S>, std::span<S>) const;
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

}  // namespace brineflow
