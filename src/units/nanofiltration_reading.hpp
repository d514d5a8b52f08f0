// What a nanofiltration module reads from its part of a case.
#pragma once

#include "units/catalogue.hpp"
#include "units/fouling.hpp"
#include "units/membrane_package.hpp"
#include "units/spiral_wound.hpp"

#include <optional>
#include <string>
#include <vector>

namespace brineflow {

struct NanofiltrationSettings {
  double area = 0.0;               // m2
  double channel_height = 0.0;     // m
  std::optional<double> feed_pressure;  // Pa
  double permeate_pressure = 0.0;  // Pa
  double pump_efficiency = 0.0;
  double maximum_recovery = 0.0;   // of the arriving volume
  double mass_transfer = 0.0;      // m/s
  std::vector<double> mass_transfer_ratio;  // per solute
  std::optional<SpiralWound> spiral;        // where there are elements; else `area` is all there is
  std::optional<Fouling> fouling;           // nothing: the membrane stays clean, and there are no variables for it
  std::size_t cells = 0;
  std::vector<double> initial;     // mol/m3 of every component on the feed side at the start
};

struct NanofiltrationReading {
  NanofiltrationSettings settings;
  Membrane membrane;
};

// The keys of a module.
ParameterTable nanofiltration_parameters();

// Modules of every kind, for the contract tests.
std::vector<std::string> nanofiltration_examples();

// Nothing when there was a finding.
std::optional<NanofiltrationReading> read_nanofiltration(const Values& values, const UnitContext& context);

}  // namespace brineflow
