#include "physics/brine.hpp"

#include "base/error.hpp"
#include "physics/brine_range.hpp"
#include "physics/water.hpp"

#include <optional>
#include <utility>

namespace brineflow {

struct Brine::Tables {
  ComponentSet components;
  std::vector<double> molar_mass;
  // Both or neither: neither is the ideal brine.
  std::optional<PitzerModel> activities;
  std::optional<LaliberteModel> transport;
  std::optional<IonTransport> ions;
  PitzerParameters activity_parameters;  // for the fitted ranges
  // As they were given, to make the same brine over other components.
  LaliberteParameters transport_parameters;
  std::optional<IonTransportParameters> ion_parameters;

  explicit Tables(ComponentSet set) : components(std::move(set)) {
    for (const Component& component : components) molar_mass.push_back(component.molar_mass);
  }

  const IonTransport& moving_ions() const {
    if (!ions) throw InputError("this brine has no diffusivities of its solutes");
    return *ions;
  }
};

Brine Brine::ideal(ComponentSet components, const std::optional<IonTransportParameters>& ions) {
  auto tables = std::make_shared<Tables>(std::move(components));
  if (ions) tables->ions.emplace(tables->components, *ions);
  tables->ion_parameters = ions;
  return Brine(std::move(tables));
}

Brine Brine::pitzer(ComponentSet components, const PitzerParameters& activities, const LaliberteParameters& transport,
                    const std::optional<IonTransportParameters>& ions) {
  auto tables = std::make_shared<Tables>(std::move(components));
  tables->activities.emplace(tables->components, activities);
  tables->transport.emplace(tables->components, transport);
  tables->activity_parameters = activities;
  tables->transport_parameters = transport;
  if (ions) tables->ions.emplace(tables->components, *ions);
  tables->ion_parameters = ions;
  return Brine(std::move(tables));
}

Brine Brine::over(ComponentSet components) const {
  const Brine same = is_ideal() ? ideal(std::move(components), tables_->ion_parameters)
                                : pitzer(std::move(components), tables_->activity_parameters, tables_->transport_parameters, tables_->ion_parameters);
  return same.with_mineral_set(mineral_set_);
}

Brine Brine::with_speciation(std::shared_ptr<const Speciation> speciation) const {
  Brine result = *this;
  result.speciation_ = std::move(speciation);
  return result;
}

Brine Brine::with_mineral_set(std::string name) const {
  Brine result = *this;
  result.mineral_set_ = std::move(name);
  return result;
}

const ComponentSet& Brine::components() const { return tables_->components; }

bool Brine::is_ideal() const { return !tables_->activities; }

template <Scalar S>
S Brine::mass(std::span<const S> amounts) const {
  S result = amounts[0] * S(tables_->molar_mass[0]);
  for (std::size_t i = 1; i < amounts.size(); ++i) result += amounts[i] * S(tables_->molar_mass[i]);
  return result;
}

template <Scalar S>
S Brine::volume(std::span<const S> amounts, const S& T) const {
  if (tables_->transport) return tables_->transport->volume(amounts, T);
  return amounts[0] * S(tables_->molar_mass[0]) / water_density(T);
}

template <Scalar S>
S Brine::density(std::span<const S> amounts, const S& T) const {
  return mass(amounts) / volume(amounts, T);
}

template <Scalar S>
S Brine::viscosity(std::span<const S> amounts, const S& T) const {
  if (tables_->transport) return tables_->transport->viscosity(amounts, T);
  return water_viscosity(T);
}

template <Scalar S>
S Brine::log_water_activity(std::span<const S> amounts, const S& T) const {
  if (tables_->activities) return tables_->activities->log_water_activity(amounts, T);
  // ln a_w = -M_w sum m_i = -sum n_i / n_w
  S solutes = S(0.0);
  for (std::size_t i = 1; i < amounts.size(); ++i) solutes += amounts[i];
  return -solutes / amounts[0];
}

template <Scalar S>
void Brine::log_activity_coefficients(std::span<const S> amounts, const S& T, std::span<S> ln_gamma) const {
  if (tables_->activities) return tables_->activities->log_activity(amounts, T, ln_gamma);
  ln_gamma[0] = log_water_activity(amounts, T);
  for (std::size_t i = 1; i < amounts.size(); ++i) ln_gamma[i] = S(0.0);
}

template <Scalar S>
S Brine::log_mean_product(std::span<const S> amounts, const S& T, std::span<const int> stoichiometry) const {
  if (tables_->activities) return tables_->activities->log_mean_product(amounts, T, stoichiometry);
  return S(static_cast<double>(stoichiometry[0])) * log_water_activity(amounts, T);
}

template <Scalar S>
S Brine::osmotic_pressure(std::span<const S> amounts, const S& T) const {
  const S molar_volume_inverse = water_density(T) / S(tables_->molar_mass[0]);
  return S(-gas_constant) * T * log_water_activity(amounts, T) * molar_volume_inverse;
}

template <Scalar S>
S Brine::heat_capacity(std::span<const S> amounts, const S& T) const {
  if (tables_->transport) return tables_->transport->heat_capacity(amounts, T) / mass(amounts);
  return amounts[0] * S(tables_->molar_mass[0]) * water_heat_capacity(T) / mass(amounts);
}

bool Brine::has_ion_transport() const { return tables_->ions.has_value(); }

template <Scalar S>
S Brine::diffusivity(std::size_t i, std::span<const S> amounts, const S& T) const {
  return tables_->moving_ions().diffusivity(i, T, viscosity(amounts, T));
}

template <Scalar S>
S Brine::conductivity(std::span<const S> amounts, const S& T) const {
  const IonTransport& ions = tables_->moving_ions();
  if (is_ideal()) return ions.ideal_conductivity(amounts, volume(amounts, T), T);
  return ions.conductivity(amounts, volume(amounts, T), T, viscosity(amounts, T));
}

template <Scalar S>
S Brine::vapour_pressure(std::span<const S> amounts, const S& T) const {
  return exp(log_water_activity(amounts, T) + log_saturation_pressure(T));
}

template <Scalar S>
S Brine::boiling_temperature(std::span<const S> amounts, const S& pressure) const {
  return brineflow::boiling_temperature(pressure, [&](const S& T) { return log_water_activity(amounts, T); });
}

template <Scalar S>
S Brine::boiling_point_rise(std::span<const S> amounts, const S& pressure) const {
  return boiling_temperature(amounts, pressure) - brineflow::boiling_temperature(pressure, [](const S&) { return S(0.0); });
}

std::vector<RangeCheck> Brine::out_of_range(std::span<const double> amounts, double T) const {
  std::vector<RangeCheck> findings;
  if (is_ideal()) return findings;
  check_activity_range(tables_->components, tables_->activity_parameters, amounts, T, findings);
  const double total = mass(amounts);
  check_transport_range(tables_->transport->salt_masses(amounts), total, T, findings);
  check_uncounted_mass(tables_->transport->uncounted_mass(amounts) / total, findings);
  return findings;
}

std::vector<RangeCheck> Brine::heat_capacity_out_of_range(std::span<const double> amounts, double T) const {
  std::vector<RangeCheck> findings;
  if (!is_ideal()) check_heat_capacity_range(tables_->transport->salt_masses(amounts), mass(amounts), T, findings);
  return findings;
}

#define BRINEFLOW_INSTANTIATE(S)                                                                              \
  template S Brine::mass<S>(std::span<const S>) const;                                                        \
  template S Brine::density<S>(std::span<const S>, const S&) const;                                           \
  template S Brine::volume<S>(std::span<const S>, const S&) const;                                            \
  template S Brine::viscosity<S>(std::span<const S>, const S&) const;                                         \
  template S Brine::log_water_activity<S>(std::span<const S>, const S&) const;                                \
  template void Brine::log_activity_coefficients<S>(std::span<const S>, const S&, std::span<S>) const;        \
  template S Brine::log_mean_product<S>(std::span<const S>, const S&, std::span<const int>) const;            \
  template S Brine::osmotic_pressure<S>(std::span<const S>, const S&) const;                                  \
  template S Brine::heat_capacity<S>(std::span<const S>, const S&) const;                                     \
  template S Brine::diffusivity<S>(std::size_t, std::span<const S>, const S&) const;                          \
  template S Brine::conductivity<S>(std::span<const S>, const S&) const;                                      \
  template S Brine::vapour_pressure<S>(std::span<const S>, const S&) const;                                   \
  template S Brine::boiling_temperature<S>(std::span<const S>, const S&) const;                               \
  template S Brine::boiling_point_rise<S>(std::span<const S>, const S&) const;
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

}  // namespace brineflow
