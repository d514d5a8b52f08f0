#include "physics/composition.hpp"

#include "base/error.hpp"
#include "physics/water.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace brineflow {

double net_charge(const ComponentSet& components, std::span<const double> amounts) {
  double result = 0.0;
  for (std::size_t i = 0; i < components.size(); ++i) result += components[i].charge * amounts[i];
  return result;
}

double balancing_amount(const ComponentSet& components, std::span<const double> amounts, std::size_t ion) {
  const Component& component = components[ion];
  if (component.charge == 0) throw InputError(fmt::format("{} carries no charge and cannot balance it", component.name));
  const double amount = amounts[ion] - net_charge(components, amounts) / component.charge;
  if (amount < 0.0)
    throw InputError(fmt::format("{} cannot balance the charge: the other ions already carry more of its sign", component.name));
  return amount;
}

std::vector<double> with_water(const Brine& brine, std::span<const double> concentrations, double T) {
  std::vector<double> amounts(concentrations.begin(), concentrations.end());
  const double pure = water_density(T) / brine.components()[0].molar_mass;
  std::vector<Dual> dual(amounts.begin(), amounts.end());
  // Newton on the volume, which is nearly linear in the water; a step takes away four fifths of it at most.
  double water = pure;
  for (int iteration = 0; iteration < 50; ++iteration) {
    dual[0] = Dual(water, 0);
    const Dual volume = brine.volume(std::span<const Dual>(dual), Dual(T));
    const double step = (1.0 - volume.a) / volume.v[0];
    water = std::max(water + step, 0.2 * water);
    if (std::abs(step) < 1e-13 * water) {
      amounts[0] = water;
      return amounts;
    }
    if (!(water > 1e-3 * pure)) break;
  }
  throw InputError("the concentrations leave no room for water");
}

}  // namespace brineflow
