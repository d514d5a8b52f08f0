// What a column reads from its part of a case: keys, mesh, particle model, contents at the start.
#pragma once

#include "numerics/axial_scheme.hpp"
#include "numerics/sphere_element.hpp"
#include "units/catalogue.hpp"
#include "units/sorbent_package.hpp"

#include <optional>
#include <vector>

namespace brineflow {

// How the particles of a bed are described (docs/equations/adsorption_column.md).
enum class ColumnModel {
  lumped,             // no pores: the solid is beside the liquid of the bed
  lumped_with_pores,  // pores behind a film, well mixed: a sphere of one node
  general_rate,       // film and diffusion along the radius
};

struct ColumnMesh {
  AxialGrid axial;
  SphereElement sphere;  // of the particles; one node unless the model is general_rate
};

// What the bed holds at the start, the same everywhere in it.
struct BedContents {
  std::vector<double> concentration;  // [mol/m3] of every component in the liquid, that of the pores too
  std::vector<double> loading;        // [mol/m3] of every sorbed species in the solid
};

// The keys of a column.
ParameterTable column_parameters();

// The model; what its particles lack, or have too much, goes to diagnostics.
ColumnModel read_column_model(const Values& column, Diagnostics& diagnostics);

// From `discretisation`. Nothing when there was a finding.
std::optional<ColumnMesh> read_column_mesh(const Values& column, ColumnModel model, Diagnostics& diagnostics);

// From `initial`; pure water and an unloaded solid without it.
BedContents read_initial_contents(const Values& column, const Sorption& sorption, const UnitContext& context);

}  // namespace brineflow
