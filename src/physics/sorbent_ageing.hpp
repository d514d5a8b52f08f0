// How a sorbent wears out: capacity lost by its cycles, metal lost to acid (docs/equations/sorption.md).
#pragma once

#include "physics/sorption_point.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace brineflow {

// What is not asked for costs nothing: no state, no parameter.
struct SorbentAgeing {
  // (A1) df/dt = -loss sum_j max(-dq_j/dt, 0) / q_max,j, f the share of the capacity that is left, 1 at
  // first. The law then has f q_max in place of q_max, and one full load and elution leaves (1 - loss) of
  // what it found.
  std::optional<double> capacity_loss;

  // (A2) dM/dt = k_M a_H (M_0 - M), M metal dissolved from a m3 of solid that held M_0 of it.
  struct Metal {
    double content;  // [mol/m3] M_0
    double rate;     // [1/s] k_M, at a_H = 1 (molal)
  };
  std::optional<Metal> metal;

  std::size_t states() const { return (capacity_loss ? 1U : 0U) + (metal ? 1U : 0U); }
};

// A state at every point of the solid, beside its loadings.
struct AgeingState {
  std::string_view name;
  std::string_view unit;
  std::string_view meaning;
  double start;
  double nominal;
};

// Capacity first, then metal; only what is asked for.
std::vector<AgeingState> ageing_states(const SorbentAgeing& ageing);

// Its numbers: capacity_loss, then metal_content and metal_loss_rate.
std::vector<SorptionParameter> ageing_parameters(const SorbentAgeing& ageing);
std::vector<double> ageing_values(const SorbentAgeing& ageing);  // SI, in the same order

// Whether a number of a law is a capacity, which (A1) lessens.
constexpr bool is_capacity(std::string_view parameter) {
  return parameter.starts_with("q_max") || parameter == "ionic_capacity";
}

}  // namespace brineflow
