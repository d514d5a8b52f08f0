#include "units/models.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "units/activity_package.hpp"
#include "units/chemistry_packages.hpp"
#include "units/transport_package.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace brineflow {
namespace {

namespace fs = std::filesystem;

// "brines" in words.
std::string in_words(std::string_view kind) {
  if (kind == "density_viscosity") return "set of density and viscosity coefficients";
  if (kind == "transport") return "set of ion mobilities";
  if (kind == "pitzer") return "Pitzer set";
  return std::string(kind.substr(0, kind.size() - 1));
}

// A name is a file name without a way out of its folder.
bool plain_name(std::string_view name) {
  return !name.empty() && name.find_first_of("/\\") == std::string_view::npos && name.front() != '.';
}

// How findings call a package: from the working directory where it lies below it, models/KIND/NAME.yaml where it came
// with the program, else where it is.
std::string shown_name(const fs::path& path, const fs::path& folder) {
  std::error_code unknown;
  const fs::path here = fs::current_path(unknown);
  const fs::path near = unknown ? fs::path() : fs::absolute(path, unknown).lexically_normal().lexically_relative(here);
  if (!near.empty() && *near.begin() != "..") return near.string();
  if (folder == fs::path(BRINEFLOW_MODELS_FOLDER)) return (folder.filename() / path.lexically_relative(folder)).string();
  return path.string();
}

}  // namespace

ModelLibrary::ModelLibrary(std::vector<fs::path> folders) : folders_(std::move(folders)) {}

std::vector<fs::path> ModelLibrary::default_folders(const fs::path& case_file) {
  std::vector<fs::path> folders;
  if (!case_file.empty()) folders.push_back(case_file.parent_path() / "models");
  if (const char* variable = std::getenv("BRINEFLOW_MODELS"))
    for (const std::string& folder : split(variable, ':'))
      if (!folder.empty()) folders.emplace_back(folder);
  folders.emplace_back(BRINEFLOW_MODELS_FOLDER);
  return folders;
}

std::vector<std::string> ModelLibrary::available(std::string_view kind) const {
  std::vector<std::string> names;
  for (const fs::path& folder : folders_) {
    std::error_code unreadable;
    for (const fs::directory_entry& file : fs::directory_iterator(folder / kind, unreadable))
      if (file.path().extension() == ".yaml") names.push_back(file.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string ModelLibrary::fingerprint() const {
  std::string all;
  for (const fs::path& folder : folders_) {
    std::vector<fs::path> files;
    std::error_code unreadable;
    for (const fs::directory_entry& file : fs::recursive_directory_iterator(folder, unreadable))
      if (file.path().extension() == ".yaml") files.push_back(file.path());
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
      std::ifstream stream(file, std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(stream), {}};
      if (!stream) throw StorageError(fmt::format("{} cannot be read", file.string()));
      all += fmt::format("{} {}\n{}\n", file.lexically_relative(folder).string(), text.size(), text);
    }
  }
  return sha256(all);
}

std::shared_ptr<const Document> ModelLibrary::find(std::string_view kind, const std::string& name, const Place& place,
                                                   Diagnostics& diagnostics) const {
  for (const fs::path& folder : folders_) {
    const fs::path path = folder / kind / (name + ".yaml");
    std::error_code unreadable;
    if (!plain_name(name) || !fs::is_regular_file(path, unreadable)) continue;
    const std::lock_guard lock(mutex_);
    if (const auto known = read_.find(path.string()); known != read_.end()) return known->second;
    const std::size_t before = diagnostics.count();
    auto document = std::make_shared<const Document>(read_document(path, shown_name(path, folder), diagnostics));
    if (diagnostics.count() == before && !document->root.is_map())
      diagnostics.error(document->root.place(), fmt::format("{} '{}' must be a map of keys and values", in_words(kind), name));
    if (diagnostics.count() != before) return nullptr;
    return read_[path.string()] = std::move(document);
  }
  const std::vector<std::string> names = available(kind);
  const std::optional<std::string> meant = closest(name, names);
  diagnostics.error(place, fmt::format("there is no {} '{}'", in_words(kind), name),
                    meant           ? fmt::format("did you mean '{}'?", *meant)
                    : names.empty() ? fmt::format("no folder of models has a folder '{}'", kind)
                                    : fmt::format("there are {}", join(names, ", ")));
  return nullptr;
}

namespace {

const ParameterTable& component_parameters() {
  static const ParameterTable table = {
      text("name").means("name of the species, as the case uses it"),
      quantity("molar_mass", "g/mol").positive().means("molar mass"),
      integer("charge").between(-4, 4).or_default("0").means("charge in units of the elementary charge"),
  };
  return table;
}

std::optional<Component> read_component(const Node& node, std::vector<std::string>& custom, Diagnostics& diagnostics) {
  if (node.is_map()) {
    const Values values = read_values(node, component_parameters(), "component", diagnostics, {});
    if (!values.complete()) return std::nullopt;
    if (known_component(values.text("name")) != nullptr) {
      diagnostics.error(values.place("name"), fmt::format("'{}' is a component the program knows", values.text("name")),
                        "give its name alone, or call this one otherwise");
      return std::nullopt;
    }
    custom.push_back(values.text("name"));
    return Component{values.text("name"), values.quantity("molar_mass"), static_cast<int>(values.integer("charge")), {}};
  }
  if (node.is_scalar())
    if (const Component* known = known_component(node.text())) return *known;
  const std::vector<std::string> names = known_component_names();
  const std::optional<std::string> meant = closest(node.text(), names);
  diagnostics.error(node.place(), fmt::format("unknown component '{}'", node.text()),
                    meant ? fmt::format("did you mean '{}'?", *meant)
                          : fmt::format("known are {}; others as {{name: X, molar_mass: 50 g/mol, charge: 0}}", join(names, ", ")));
  return std::nullopt;
}

}  // namespace

std::optional<CaseComponents> read_components(const Node& node, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.count();
  if (!node.is_sequence() || node.items().empty()) {
    diagnostics.error(node.place(), "`components` must be a list such as [H2O, Li+, Mg+2, Cl-]");
    return std::nullopt;
  }
  std::vector<Component> components;
  std::vector<std::string> custom;
  std::vector<const Node*> nodes;
  for (const Node& item : node.items()) {
    std::optional<Component> component = read_component(item, custom, diagnostics);
    if (!component) continue;
    for (std::size_t k = 0; k < components.size(); ++k)
      if (components[k].name == component->name)
        diagnostics.error_with_other(item.place(), fmt::format("component '{}' is listed twice", component->name), nodes[k]->place(), "first here");
    components.push_back(std::move(*component));
    nodes.push_back(&item);
  }
  if (diagnostics.count() == before && components.front().name != "H2O")
    diagnostics.error(node.items().front().place(), "the first component must be H2O");
  if (components.size() > ComponentSet::max_size)
    diagnostics.error(node.place(), fmt::format("{} components: at most {} are possible", components.size(), ComponentSet::max_size));
  if (diagnostics.count() != before) return std::nullopt;
  return CaseComponents{ComponentSet(std::move(components)), std::move(custom)};
}

const ParameterTable& brine_parameters() {
  static const ParameterTable table = {
      text("chemistry").means("activities: a package of models/pitzer, or `ideal` (solutes without volume, activity 1)"),
      text("density_viscosity").or_default("laliberte_2009").means(
          "density, viscosity and heat capacity: a package of models/density_viscosity; not used with `ideal`"),
      text("transport").or_default("ion_mobilities").means("diffusivities and electrical conductivity: a package of models/transport; not used with `ideal`"),
  };
  return table;
}

std::shared_ptr<const Brine> load_brine_model(const Node& node, const CaseComponents& components,
                                              const ModelLibrary& models, Diagnostics& diagnostics) {
  const Values values = read_values(node, brine_parameters(), "brine", diagnostics, {});
  if (!values.complete()) return nullptr;
  const std::string& chemistry = values.text("chemistry");
  if (chemistry == "ideal") return std::make_shared<const Brine>(Brine::ideal(components.set));
  if (!components.custom.empty()) {
    diagnostics.error(values.place("chemistry"),
                      fmt::format("chemistry '{}' knows nothing of {}", chemistry, join_with_or(components.custom)),
                      "species of one's own need `chemistry: ideal`");
    return nullptr;
  }
  const auto pitzer = models.find("pitzer", chemistry, values.place("chemistry"), diagnostics);
  const auto transport = models.find("density_viscosity", values.text("density_viscosity"), values.place("density_viscosity"), diagnostics);
  const auto mobilities = models.find("transport", values.text("transport"), values.place("transport"), diagnostics);
  if (!pitzer || !transport || !mobilities) return nullptr;
  const auto activities = read_activity_package(pitzer->root, diagnostics);
  const auto coefficients = read_laliberte_parameters(transport->root, diagnostics);
  const auto ions = read_ion_transport(mobilities->root, diagnostics);
  if (!activities || !coefficients || !ions) return nullptr;
  try {
    const Brine brine = Brine::pitzer(components.set, activities->activities, *coefficients, ions).with_mineral_set(activities->minerals);
    if (!components.set.find("H+") || activities->species.empty()) return std::make_shared<const Brine>(brine);
    return std::make_shared<const Brine>(
        brine.with_speciation(std::make_shared<const Speciation>(components.set, activities->activities, activities->species)));
  } catch (const InputError& error) {  // an ion of the case that the set lacks
    diagnostics.error(values.place("chemistry"), error.what());
    return nullptr;
  }
}

}  // namespace brineflow
