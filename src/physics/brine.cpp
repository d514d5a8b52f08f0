#include "physics/brine.hpp"

#include "physics/brine_range.hpp"
#include "physics/water.hpp"

#include <optional>

namespace brineflow {

struct Brine::Tables {
  ComponentSet components;
  std::vector<double> molar_mass;
  // Both or neither: neither is the ideal brine.
  std::optional<PitzerModel> activities;
  std::optional<LaliberteModel> transport;
  PitzerParameters activity_parameters;  // for the fitted ranges

  explicit Tables(ComponentSet set) : components(std::move(set)) {
    for (const Component& component : components) molar_mass.push_back(component.molar_mass);
  }
};

Brine Brine::ideal(ComponentSet components) { return Brine(std::make_shared<const Tables>(std::move(components))); }

Brine Brine::pitzer(ComponentSet components, const PitzerParameters& activities, const LaliberteParameters& transport) {
  auto tables = std::make_shared<Tables>(std::move(components));
  tables->activities.emplace(tables->components, activities);
  tables->transport.emplace(tables->components, transport);
  tables->activity_parameters = activities;
  return Brine(std::move(tables));
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

std::vector<RangeCheck> Brine::out_of_range(std::span<const double> amounts, double T) const {
  std::vector<RangeCheck> findings;
  if (is_ideal()) return findings;
  check_activity_range(tables_->components, tables_->activity_parameters, amounts, T, findings);
  check_transport_range(tables_->transport->salt_masses(amounts), mass(amounts), T, findings);
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
  template S Brine::osmotic_pressure<S>(std::span<const S>, const S&) const;
BRINEFLOW_INSTANTIATE(double)
BRINEFLOW_INSTANTIATE(Dual)
BRINEFLOW_INSTANTIATE(Trace)
#undef BRINEFLOW_INSTANTIATE

}  // namespace brineflow
