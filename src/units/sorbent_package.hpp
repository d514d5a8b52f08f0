// Sorbents as users write them: packages of models/sorbents, or a map in the case.
#pragma once

#include "base/diagnostics.hpp"
#include "input/parameters.hpp"
#include "physics/sorption.hpp"
#include "units/models.hpp"
#include "units/unit.hpp"

#include <optional>
#include <string>
#include <vector>

namespace brineflow {

struct Sorbent {
  std::string name;  // of the package; "sorbent" where the case gives the numbers itself
  Sorption sorption;
};

// The keys of a sorbent: law, kinetics, species, solid_density, ageing, and title, source, note.
const ParameterTable& sorbent_parameters();

// The keys of one of its species under the given law and kinetics.
ParameterTable sorbed_species_parameters(const SorptionLaw& law, SorptionKinetics kinetics);

// The sorbent that `node` names (text) or describes (map). Nothing when there was a finding, among them: a component
// the case does not carry, a species with net charge, a package without a source.
std::optional<Sorbent> load_sorbent(const Node& node, const ComponentSet& components, const ModelLibrary& models,
                                    Diagnostics& diagnostics);

// Its numbers as parameters of a unit, in the order of all_parameters(): "li_al_ldh.q_max" where there is one
// species, "sorbent.Na.q_max" where there are several.
std::vector<TunableParameter> tunable_parameters(const Sorbent& sorbent);

}  // namespace brineflow
