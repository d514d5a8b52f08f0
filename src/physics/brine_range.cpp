#include "physics/brine_range.hpp"

#include "physics/water.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace brineflow {
namespace {

struct Bounds {
  double T_min = 1e9, T_max = -1e9, w_max = 0.0;  // degC, mass fraction
};

void widen(Bounds& bounds, const LaliberteParameters::Fit& fit) {
  bounds.T_min = std::min(bounds.T_min, fit.T_min);
  bounds.T_max = std::max(bounds.T_max, fit.T_max);
  bounds.w_max = std::max(bounds.w_max, fit.w_max);
}

void check_bounds(const char* property, const Bounds& bounds, double w, double T, std::vector<RangeCheck>& findings) {
  const double t = T - ice_point;
  if (t < bounds.T_min || t > bounds.T_max) {
    const double limit = t < bounds.T_min ? bounds.T_min : bounds.T_max;
    findings.push_back({fmt::format("temperature of {}", property), T, limit + ice_point,
                        fmt::format("{} is fitted from {:.4g} to {:.4g} degC and is used at {:.4g} degC", property,
                                    bounds.T_min, bounds.T_max, t)});
  }
  if (w > bounds.w_max)
    findings.push_back({fmt::format("salt content of {}", property), w, bounds.w_max,
                        fmt::format("{} is fitted up to {:.3g} wt% of salt and is used at {:.3g} wt%", property,
                                    100.0 * bounds.w_max, 100.0 * w)});
}

// The widest fit of one property among the salts that hold a tenth or more of the salt mass.
void check_fit(const char* property, LaliberteParameters::Fit LaliberteParameters::Salt::*fit,
               const std::vector<LaliberteModel::SaltMass>& salts, double total_mass, double T, std::vector<RangeCheck>& findings) {
  double salt_mass = 0.0;
  for (const auto& entry : salts) salt_mass += entry.mass;
  const double w = salt_mass / total_mass;
  if (!(w > 1e-6)) return;  // water, whose formulas reach from 0 to 110 degC at least
  Bounds bounds;
  for (const auto& entry : salts)
    if (entry.mass >= 0.1 * salt_mass) widen(bounds, entry.salt->*fit);
  check_bounds(property, bounds, w, T, findings);
}

void check_temperature(const PitzerParameters& parameters, double T, std::vector<RangeCheck>& findings) {
  if (parameters.temperature_range) {
    const auto [low, high] = *parameters.temperature_range;
    if (T < low || T > high)
      findings.push_back({"temperature of activities", T, T < low ? low : high,
                          fmt::format("activities ({}) hold from {:.4g} to {:.4g} degC and are used at {:.4g} degC",
                                      parameters.name, low - ice_point, high - ice_point, T - ice_point)});
    return;
  }
  const double away = T - parameters.temperature;
  if (std::abs(away) <= parameters.temperature_tolerance) return;
  const double limit = parameters.temperature + std::copysign(parameters.temperature_tolerance, away);
  findings.push_back({"temperature of activities", T, limit,
                      fmt::format("activities are those of {:.4g} degC ({}) and are used at {:.4g} degC",
                                  parameters.temperature - ice_point, parameters.name, T - ice_point)});
}

}  // namespace

void check_activity_range(const ComponentSet& components, const PitzerParameters& parameters,
                          std::span<const double> amounts, double T, std::vector<RangeCheck>& findings) {
  check_temperature(parameters, T, findings);
  const double per_kg = 1.0 / (amounts[0] * components[0].molar_mass);
  double I = 0.0, anions = 0.0, cations = 0.0;  // mol/kg, equivalents per kg
  for (std::size_t i = 1; i < components.size(); ++i) {
    const double z = components[i].charge, m = amounts[i] * per_kg;
    I += 0.5 * z * z * m;
    if (m > 0.0) (z > 0.0 ? cations : anions) += std::abs(z) * m;
  }
  const double limit = parameters.ionic_strength_up_to;
  if (limit > 0.0 && I > limit)
    findings.push_back({"ionic strength", I, limit,
                        fmt::format("activities ({}) hold up to an ionic strength of {:.3g} mol/kg and are used at {:.3g} mol/kg",
                                    parameters.name, limit, I)});
  for (const auto& salt : parameters.binary) {
    const auto c = components.find(salt.cation), a = components.find(salt.anion);
    if (!c || !a || salt.up_to <= 0.0 || amounts[*c] <= 0.0 || amounts[*a] <= 0.0) continue;
    // Equivalents of this salt when every cation shares all anions alike; a formula unit holds lcm(z_c, z_a) of them.
    const int z_c = components[*c].charge, z_a = -components[*a].charge;
    const double equivalents = amounts[*c] * z_c * per_kg * amounts[*a] * z_a * per_kg / std::max(cations, anions);
    const double molality = equivalents / std::lcm(z_c, z_a);
    if (molality > salt.up_to)
      findings.push_back({fmt::format("molality of {} {}", salt.cation, salt.anion), molality, salt.up_to,
                          fmt::format("the Pitzer parameters of {} with {} hold up to {:.3g} mol/kg and are used at {:.3g} mol/kg",
                                      salt.cation, salt.anion, salt.up_to, molality)});
  }
}

void check_transport_range(const std::vector<LaliberteModel::SaltMass>& salts, double total_mass, double T,
                           std::vector<RangeCheck>& findings) {
  check_fit("density", &LaliberteParameters::Salt::density_fit, salts, total_mass, T, findings);
  check_fit("viscosity", &LaliberteParameters::Salt::viscosity_fit, salts, total_mass, T, findings);
}

void check_heat_capacity_range(const std::vector<LaliberteModel::SaltMass>& salts, double total_mass, double T,
                               std::vector<RangeCheck>& findings) {
  check_fit("heat capacity", &LaliberteParameters::Salt::heat_capacity_fit, salts, total_mass, T, findings);
}

void check_uncounted_mass(double mass_fraction, std::vector<RangeCheck>& findings) {
  constexpr double limit = 0.01;
  if (mass_fraction > limit)
    findings.push_back({"ions without coefficients", mass_fraction, limit,
                        fmt::format("ions without coefficients of density and viscosity count as water; they are {:.3g} wt%", 100.0 * mass_fraction)});
}

}  // namespace brineflow
