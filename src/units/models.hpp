// The data packages of models/ and what a case says about its brine: found, read and checked.
#pragma once

#include "base/diagnostics.hpp"
#include "input/document.hpp"
#include "input/parameters.hpp"
#include "physics/brine.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace brineflow {

// Folders of data packages, searched in order: KIND/NAME.yaml, where KIND is one of
// brines, sorbents, membranes, pitzer, density_viscosity, transport. Files are read once; any thread may ask.
class ModelLibrary {
 public:
  explicit ModelLibrary(std::vector<std::filesystem::path> folders);

  // Where packages are looked for when a case is read, first found first taken: the folder `models` beside the
  // case, the folders of the environment variable BRINEFLOW_MODELS (separated by ':'), those that came with the
  // program.
  static std::vector<std::filesystem::path> default_folders(const std::filesystem::path& case_file = {});

  // The package, or nullptr and a finding at `place`, where the case names it: did you mean, and which there are.
  // A package that cannot be read leaves its own findings.
  std::shared_ptr<const Document> find(std::string_view kind, const std::string& name, const Place& place,
                                       Diagnostics& diagnostics) const;

  // The names of all packages of a kind, alphabetical.
  std::vector<std::string> available(std::string_view kind) const;

  // SHA-256 over the names and texts of all packages: changes with any of them. StorageError where one cannot be read.
  std::string fingerprint() const;

 private:
  std::vector<std::filesystem::path> folders_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<const Document>> read_;  // by path
};

// The components of a case: a list of names, or of maps {name, molar_mass, charge} for species of one's own.
// Nothing when there was a finding.
struct CaseComponents {
  ComponentSet set;
  std::vector<std::string> custom;  // the names of those the program does not know: only chemistry `ideal` takes them
};
std::optional<CaseComponents> read_components(const Node& node, Diagnostics& diagnostics);

// The keys of `brine:` in a case.
const ParameterTable& brine_parameters();

// The chemistry that `brine:` of a case asks for; nullptr when there was a finding.
std::shared_ptr<const Brine> load_brine_model(const Node& node, const CaseComponents& components,
                                              const ModelLibrary& models, Diagnostics& diagnostics);

// The keys beside the components in a composition; `balance` and `density`.
const ParameterTable& composition_parameters();

// A composition: the name of a package of models/brines, or a map such as {Li+: 0.26 g/L, Cl-: 0.5 mol/L, balance: Cl-}.
//
// Concentrations stand per volume of solution (g/L, mol/L; at `temperature` [K]), per mass of solution (g/kg, wt%) or
// per mass of water (mol/kg), all of one composition in the same way. The answer is mol of every component in 1 m3
// of solution at `temperature`, water included and without net charge. Per volume, water follows from the brine's
// density model, or by difference where `density` is stated. Nothing when there was a finding: a component the case
// does not carry, charge that does not close and no `balance`, no room left for water.
std::optional<std::vector<double>> read_brine_composition(const Node& node, const Brine& brine, double temperature,
                                                          const ModelLibrary& models, const std::string& context,
                                                          Diagnostics& diagnostics);

// mol/m3 of every component: `amounts` in any measure, at temperature [K].
std::vector<double> concentrations(const Brine& brine, const std::vector<double>& amounts, double temperature);

}  // namespace brineflow
