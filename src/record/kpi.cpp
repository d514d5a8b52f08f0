#include "record/kpi.hpp"

#include <limits>

namespace brineflow {
namespace {

constexpr double joule_per_kilowatt_hour = 3.6e6;
constexpr double kilogram_per_tonne = 1000.0;
constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

double ratio(double above, double below) { return below > 0.0 ? above / below : undefined; }

// Moles of every component that went through the units with a role.
std::vector<double> moles(const Flowsheet& flowsheet, const TotalsLayout& layout, std::span<const double> totals,
                          TotalKind kind, const std::string& role) {
  std::vector<double> sum(flowsheet.components().size(), 0.0);
  for (const TotalSlice& slice : layout.slices()) {
    if (slice.kind != kind || flowsheet.units[slice.unit]->role() != role) continue;
    for (std::size_t i = 0; i < slice.size; ++i) sum[i] += totals[slice.start + i];
  }
  return sum;
}

double volume(const Flowsheet& flowsheet, const std::vector<double>& amounts) {
  return amounts[0] > 0.0 ? flowsheet.brine->volume<double>(amounts, reference_temperature) : 0.0;
}

}  // namespace

std::vector<Kpi> make_kpis(const Flowsheet& flowsheet, const TotalsLayout& layout, std::span<const double> totals) {
  const ComponentSet& components = flowsheet.components();
  const auto li = components.find("Li+");
  if (!li) return {};
  const auto mass = [&](const std::vector<double>& amounts, std::size_t i) { return amounts[i] * components[i].molar_mass; };

  const auto brine = moles(flowsheet, layout, totals, TotalKind::fed, "brine");
  const auto water = moles(flowsheet, layout, totals, TotalKind::fed, "fresh_water");
  const auto product = moles(flowsheet, layout, totals, TotalKind::received, "product");
  const double energy = layout.sum(TotalKind::energy, totals, components.size())[0];
  const double lithium = mass(product, *li);
  const double tonnes = lithium * lce_per_lithium / kilogram_per_tonne;

  std::vector<Kpi> kpis{
      {"li_recovery", "1", "lithium in the product over lithium in the brine fed", ratio(product[*li], brine[*li])},
      {"li_product", "kg", "lithium in the product", lithium},
      {"lce_product", "kg", "lithium carbonate equivalent of the product", lithium * lce_per_lithium},
      {"product_li_concentration", "kg/m3", "lithium in the product, all of it mixed, at 25 degC", ratio(lithium, volume(flowsheet, product))},
  };
  if (const auto mg = components.find("Mg+2")) {
    kpis.push_back({"brine_mg_li_ratio", "1", "mass of magnesium over mass of lithium in the brine fed", ratio(mass(brine, *mg), mass(brine, *li))});
    kpis.push_back({"product_mg_li_ratio", "1", "mass of magnesium over mass of lithium in the product", ratio(mass(product, *mg), lithium)});
  }
  kpis.push_back({"brine_per_t_lce", "m3/t", "brine fed per tonne of lithium carbonate equivalent", ratio(volume(flowsheet, brine), tonnes)});
  kpis.push_back({"fresh_water_per_t_lce", "m3/t", "fresh water fed per tonne of lithium carbonate equivalent", ratio(volume(flowsheet, water), tonnes)});
  kpis.push_back({"energy_per_t_lce", "kWh/t", "electrical energy of pumps and stacks per tonne of lithium carbonate equivalent",
                  ratio(energy / joule_per_kilowatt_hour, tonnes)});
  return kpis;
}

}  // namespace brineflow
