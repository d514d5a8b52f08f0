// What a column reads from its part of a case: keys, mesh, particle model, contents at the start.
#pragma once

#include "numerics/axial_scheme.hpp"
#include "numerics/sphere_element.hpp"
#include "physics/surface_diffusion.hpp"
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

// Columns of every kind, for the contract tests.
std::vector<std::string> column_examples();

// The model; what its particles lack, or have too much, goes to diagnostics.
ColumnModel read_column_model(const Values& column, Diagnostics& diagnostics);

// What correlations of a packed bed take the place of numbers (src/physics/packed_bed.hpp).
struct ColumnCorrelations {
  bool pressure_drop = false;  // Ergun; else none
  bool dispersion = false;     // Chung and Wen; else axial_dispersion or peclet_number
  bool film = false;           // Wilson and Geankoplis; else film_coefficient

  bool need_radius() const { return pressure_drop || dispersion; }  // even where particles have no pores
};

ColumnCorrelations read_correlations(const Values& column);

// Numbers beside a correlation that takes their place, and numbers that only a correlation wants.
void check_correlations(const Values& column, Diagnostics& diagnostics);

// From `surface_diffusion_law`; nothing where the case gives no `surface_diffusion`.
std::optional<SurfaceDiffusionLaw> read_surface_diffusion(const Values& column);

// Numbers that a law of surface diffusion lacks, and those that it has no use for.
void check_surface_diffusion(const Values& column, Diagnostics& diagnostics);

// From `discretisation`. Nothing when there was a finding.
std::optional<ColumnMesh> read_column_mesh(const Values& column, ColumnModel model, Diagnostics& diagnostics);

// From `initial`; pure water and an unloaded solid without it.
BedContents read_initial_contents(const Values& column, const Sorption& sorption, const UnitContext& context);

}  // namespace brineflow
