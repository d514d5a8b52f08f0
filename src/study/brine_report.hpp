// What a brine is like, as numbers: docs/properties.md says what each means.
#pragma once

#include "study/brine_source.hpp"

#include <optional>
#include <string>
#include <vector>

namespace brineflow {

struct BrineReport {
  struct ComponentRow {
    std::string name;
    double molality = 0.0;            // mol/kg of water
    double concentration = 0.0;       // mol/m3
    double mass_concentration = 0.0;  // kg/m3
    double mass_fraction = 0.0;
  };
  struct Property {
    std::string key, name;
    std::string unit;        // SI, of `value`
    std::string shown_unit;  // for people
    double value = 0.0;      // NaN where it has no meaning
  };
  struct SpeciesRow {
    std::string name;
    int charge = 0;
    double molality = 0.0;   // mol/kg of water
    double log_gamma = 0.0;  // log10, unscaled single-ion convention
    std::optional<double>
        log_gamma_macinnes;  // log10, MacInnes convention; without chloride or KCl there is none
  };
  struct MineralRow {
    std::string name, formula;
    double saturation_index = 0.0;  // log10(ion activity product / K)
    bool precipitates = true;       // false: known not to grow within the time of a pond
  };

  std::string title, source, note, chemistry;
  double temperature = 0.0;  // K
  std::optional<double> pH_given;
  std::string balance;        // the ion that made up the charge; empty for none
  double charge_error = 0.0;  // net over all equivalents, before that
  std::vector<std::string> readings, notes;
  std::vector<ComponentRow> components;
  std::vector<Property> properties;
  std::vector<SpeciesRow> species;
  std::vector<MineralRow> minerals;  // most supersaturated first
  std::vector<RangeCheck> warnings;
};

// Throws InputError with every finding, NoEquilibrium where the species are not found.
BrineReport report_brine(const BrineRequest& request);
BrineReport report_brine(const ResolvedBrine& brine);

// log10 of the mean activity coefficient of KCl alone in water at an ionic strength [mol/kg], T [K]; nothing
// for a set without KCl.
std::optional<double> log_gamma_potassium_chloride(const PitzerParameters& parameters, double ionic_strength,
                                                   double T);

}  // namespace brineflow
