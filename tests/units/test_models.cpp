// Data packages, the components and the chemistry of a case.
#include "contract/unit_under_test.hpp"

#include "base/error.hpp"
#include "support/tolerance.hpp"

#include <cstdlib>
#include <fstream>

using namespace brineflow;
using namespace brineflow::test;

namespace {

struct Parsed {
  Diagnostics diagnostics;
  Document document;
  explicit Parsed(const std::string& text) : document(parse_document(text, "case.yaml", diagnostics)) {}
  bool says(const std::string& part) const { return diagnostics.text().find(part) != std::string::npos; }
};

// A folder that goes away with the test.
struct Folder {
  std::filesystem::path path;
  Folder() {
    path = std::filesystem::temp_directory_path() / ("brineflow_models_" + std::to_string(std::random_device{}()));
    std::filesystem::create_directories(path / "brines");
  }
  ~Folder() { std::filesystem::remove_all(path); }
  void write(const std::string& file, const std::string& text) const { std::ofstream(path / file) << text; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(models)

BOOST_AUTO_TEST_CASE(first_folder_wins_and_files_are_read_once) {
  const Folder own;
  own.write("brines/west_taijinar.yaml", "{concentrations: {Li+: 1 g/L}, balance: Cl-}");
  const ModelLibrary library({own.path, ModelLibrary::default_folders().back()});
  Diagnostics diagnostics;
  const auto first = library.find("brines", "west_taijinar", {}, diagnostics);
  BOOST_REQUIRE(first != nullptr);
  BOOST_CHECK_EQUAL(first->root.find("concentrations")->entries().size(), 1);
  own.write("brines/west_taijinar.yaml", "changed: 1");
  BOOST_CHECK_EQUAL(library.find("brines", "west_taijinar", {}, diagnostics).get(), first.get());
  BOOST_CHECK(library.find("brines", "yiliping", {}, diagnostics) != nullptr);
  BOOST_CHECK(diagnostics.empty());
}

BOOST_AUTO_TEST_CASE(findings_call_packages_as_one_finds_them) {
  const Folder own, elsewhere;
  own.write("brines/mine.yaml", "{concentrations: {Li+: 1 g/L}, balance: Cl-}");
  const std::filesystem::path shipped = ModelLibrary::default_folders().back(), before = std::filesystem::current_path();
  const auto name = [](const std::filesystem::path& folder, const std::string& package) {
    Diagnostics diagnostics;
    const auto document = ModelLibrary({folder}).find("brines", package, {}, diagnostics);
    return document == nullptr ? diagnostics.text() : document->source->file;
  };
  std::filesystem::current_path(elsewhere.path);
  BOOST_CHECK_EQUAL(name(shipped, "west_taijinar"), "models/brines/west_taijinar.yaml");  // came with the program
  BOOST_CHECK_EQUAL(name(own.path, "mine"), (own.path / "brines/mine.yaml").string());    // nowhere near: the whole path
  std::filesystem::current_path(own.path);
  BOOST_CHECK_EQUAL(name(own.path, "mine"), "brines/mine.yaml");
  std::filesystem::current_path(shipped.parent_path());
  BOOST_CHECK_EQUAL(name(shipped, "west_taijinar"), "models/brines/west_taijinar.yaml");
  std::filesystem::current_path(before);
}

BOOST_AUTO_TEST_CASE(unknown_package_is_reported_where_it_is_named) {
  Diagnostics diagnostics;
  const Place place{.file = "case.yaml", .line = 3, .column = 7};
  BOOST_CHECK(source_models().find("brines", "west_taijinarr", place, diagnostics) == nullptr);
  BOOST_CHECK(source_models().find("brines", "zzzzzzzzzz", place, diagnostics) == nullptr);
  BOOST_CHECK(source_models().find("brines", "../brines/fresh_water", place, diagnostics) == nullptr);
  const std::string text = diagnostics.text();
  BOOST_CHECK(text.find("case.yaml:3:7: there is no brine 'west_taijinarr'") != std::string::npos);
  BOOST_CHECK(text.find("did you mean 'west_taijinar'?") != std::string::npos);
  BOOST_CHECK(text.find("there are east_taijinar, east_taijinar_pond, fresh_water") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(broken_package_leaves_its_own_findings) {
  const Folder own;
  own.write("brines/broken.yaml", "{a: 1");
  own.write("brines/list.yaml", "[1, 2]");
  const ModelLibrary library({own.path});
  Diagnostics diagnostics;
  BOOST_CHECK(library.find("brines", "broken", {}, diagnostics) == nullptr);
  BOOST_CHECK(library.find("brines", "list", {}, diagnostics) == nullptr);
  BOOST_CHECK(diagnostics.text().find("broken.yaml") != std::string::npos);
  BOOST_CHECK(diagnostics.text().find("must be a map") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(folders_are_the_case_then_the_environment_then_the_program) {
  const char* before = std::getenv("BRINEFLOW_MODELS");
  const std::string kept = before != nullptr ? before : "";
  setenv("BRINEFLOW_MODELS", "/one:/two", 1);
  const auto folders = ModelLibrary::default_folders("plants/case.yaml");
  if (before != nullptr) setenv("BRINEFLOW_MODELS", kept.c_str(), 1);
  else unsetenv("BRINEFLOW_MODELS");
  BOOST_REQUIRE_EQUAL(folders.size(), 4);
  BOOST_CHECK_EQUAL(folders[0], std::filesystem::path("plants/models"));
  BOOST_CHECK_EQUAL(folders[1], std::filesystem::path("/one"));
  BOOST_CHECK_EQUAL(folders[2], std::filesystem::path("/two"));
}

BOOST_AUTO_TEST_CASE(components_of_a_case) {
  Parsed good("[H2O, Li+, {name: tracer, molar_mass: 50 g/mol}, Cl-]");
  const auto components = read_components(good.document.root, good.diagnostics);
  BOOST_REQUIRE_MESSAGE(components.has_value(), good.diagnostics.text());
  BOOST_CHECK_EQUAL(components->set.size(), 4);
  BOOST_CHECK_EQUAL(components->custom.size(), 1);
  check_close(components->set[2].molar_mass, 0.05, {.relative = 1e-15, .absolute = 0.0, .reason = "unit conversion"});

  Parsed bad("[Li+, Mg+, Li+, {name: Na+, molar_mass: 23 g/mol}]");
  BOOST_CHECK(!read_components(bad.document.root, bad.diagnostics));
  BOOST_CHECK(bad.says("unknown component 'Mg+'") && bad.says("did you mean"));
  BOOST_CHECK(bad.says("listed twice") && bad.says("first here"));
  BOOST_CHECK(bad.says("'Na+' is a component the program knows"));

  Parsed dry("[Li+, Cl-]");
  BOOST_CHECK(!read_components(dry.document.root, dry.diagnostics));
  BOOST_CHECK(dry.says("the first component must be H2O"));
}

BOOST_AUTO_TEST_CASE(chemistry_of_a_case) {
  BOOST_CHECK(!pitzer_brine()->is_ideal());
  BOOST_CHECK(ideal_brine()->is_ideal());
  Parsed list("[H2O, Na+, {name: tracer, molar_mass: 50 g/mol}, Cl-]");
  const auto components = read_components(list.document.root, list.diagnostics);
  Parsed ideal("{chemistry: ideal}"), pitzer("{chemistry: hmw84_lithium_25C}"), unknown("{chemistry: hmw84_litium_25C}");
  BOOST_CHECK(load_brine_model(ideal.document.root, *components, source_models(), ideal.diagnostics) != nullptr);
  BOOST_CHECK(load_brine_model(pitzer.document.root, *components, source_models(), pitzer.diagnostics) == nullptr);
  BOOST_CHECK(pitzer.says("knows nothing of tracer"));
  const CaseComponents known{ComponentSet::from_names({"H2O", "Na+", "Cl-"}), {}};
  BOOST_CHECK(load_brine_model(unknown.document.root, known, source_models(), unknown.diagnostics) == nullptr);
  BOOST_CHECK(unknown.says("did you mean 'hmw84_lithium_25C'?"));
}

BOOST_AUTO_TEST_CASE(packages_reach_the_brine_as_they_stand) {
  // Halite saturates at 6.094 mol/kg with a water activity of .7548: HMW84 at 25 degC, computed by two other programs.
  const ComponentSet& components = pitzer_brine()->components();
  std::vector<double> n(components.size(), 0.0);
  n[0] = 1.0 / components[0].molar_mass;
  n[*components.find("Na+")] = n[*components.find("Cl-")] = 6.094;
  const double activity = std::exp(pitzer_brine()->log_water_activity(std::span<const double>(n), 298.15));
  check_close(activity, 0.7548, {.relative = 0.0, .absolute = 1e-4, .reason = "four digits in print"});
  // Laliberte's fit reproduces the density of the same brine, 1197 kg/m3 (CRC Handbook, 26 wt% NaCl at 20 degC).
  const double density = pitzer_brine()->density(std::span<const double>(n), 293.15);
  check_close(density, 1197.0, {.relative = 5e-3, .absolute = 0.0, .reason = "26 against 26.3 wt%; value from memory"});
}

BOOST_AUTO_TEST_SUITE_END()
