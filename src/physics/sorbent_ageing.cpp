#include "physics/sorbent_ageing.hpp"

namespace brineflow {

std::vector<AgeingState> ageing_states(const SorbentAgeing& ageing) {
  std::vector<AgeingState> states;
  if (ageing.capacity_loss)
    states.push_back({"capacity_share", "1", "share of the first capacity that is left", 1.0, 1.0});
  if (ageing.metal)
    states.push_back({"metal_lost", "mol/m3", "metal dissolved from a volume of solid", 0.0,
                      1e-2 * ageing.metal->content});
  return states;
}

std::vector<SorptionParameter> ageing_parameters(const SorbentAgeing& ageing) {
  std::vector<SorptionParameter> table;
  if (ageing.capacity_loss)
    table.push_back({"capacity_loss", "1", "share of the capacity that one full load and elution costs"});
  if (ageing.metal) {
    table.push_back({"metal_content", "mol/m3", "metal in a volume of solid", Admissible::positive});
    table.push_back(
        {"metal_loss_rate", "1/s", "rate constant of its dissolution where H+ has activity 1 (molal)"});
  }
  return table;
}

std::vector<double> ageing_values(const SorbentAgeing& ageing) {
  std::vector<double> values;
  if (ageing.capacity_loss) values.push_back(*ageing.capacity_loss);
  if (ageing.metal) values.insert(values.end(), {ageing.metal->content, ageing.metal->rate});
  return values;
}

}  // namespace brineflow
