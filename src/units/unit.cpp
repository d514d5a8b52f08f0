#include "units/unit.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brineflow {

std::size_t Variable::size() const {
  std::size_t product = 1;
  for (const Axis& axis : axes) product *= axis.size();
  return product;
}

double Variable::nominal_of(std::size_t entry) const {
  if (nominal.size() == 1) return nominal.front();
  return nominal.at(entry / (size() / nominal.size()));
}

void Scales::raise(std::span<const double> concentrations, double volume_flow) {
  flow = std::max(flow, volume_flow);
  concentration.resize(std::max(concentration.size(), concentrations.size()));
  molar_flow.resize(std::max(molar_flow.size(), concentrations.size()));
  for (std::size_t i = 0; i < concentrations.size(); ++i) {
    // The total of H+ is negative in alkaline brine.
    concentration[i] = std::max(concentration[i], std::abs(concentrations[i]));
    molar_flow[i] = std::max(molar_flow[i], volume_flow * std::abs(concentrations[i]));
  }
}

void Unit::guess_outlets(const Local<double>& here, std::span<double> y) const {
  std::vector<double> difference(y.size());
  residual(here, std::span<double>(difference));
  for (std::size_t k = 0; k < outlet_block(); ++k) y[k] -= difference[k];
}

bool Unit::outlet_flows(std::size_t /*outlet*/, const Wiring& wiring, std::span<const double> /*p*/) const {
  return wiring.any_inlet_flowing();
}

Reaction Unit::on_event(std::size_t index, int /*direction*/, const Local<double>& /*here*/) const {
  throw InternalError(fmt::format("unit '{}' ({}) has no reaction to its event {}", name_, type_, index));
}

std::size_t Unit::inlet_index(std::string_view port) const {
  for (std::size_t k = 0; k < inlets_.size(); ++k)
    if (inlets_[k].name == port) return k;
  throw InternalError(fmt::format("unit '{}' ({}) has no inlet '{}'", name_, type_, port));
}

std::size_t Unit::outlet_index(std::string_view port) const {
  for (std::size_t k = 0; k < outlets_.size(); ++k)
    if (outlets_[k].name == port) return k;
  throw InternalError(fmt::format("unit '{}' ({}) has no outlet '{}'", name_, type_, port));
}

}  // namespace brineflow
