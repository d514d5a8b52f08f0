#include "physics/model_files.hpp"

#include "units/chemistry_packages.hpp"
#include "units/transport_package.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sstream>

namespace brineflow::test {
namespace {

// The contents of a file, read by `read` as the program reads it.
template <class F>
auto read_package(const std::string& file, F read) {
  Diagnostics diagnostics;
  const Document document = read_document(file, diagnostics);
  auto package = read(document.root, diagnostics);
  BOOST_REQUIRE_MESSAGE(package.has_value(), file << " cannot be read: " << diagnostics.text());
  return *package;
}

}  // namespace

ActivityPackage read_activities(const std::string& file) { return read_package(file, read_activity_package); }
MineralSet read_minerals(const std::string& file) { return read_package(file, read_mineral_set); }
LaliberteParameters read_laliberte(const std::string& file) { return read_package(file, read_laliberte_parameters); }

IonTransportParameters read_mobilities(const std::string& file) { return read_package(file, read_ion_transport); }

const IonTransportParameters& ion_mobilities() {
  static const IonTransportParameters parameters = read_mobilities("models/transport/ion_mobilities.yaml");
  return parameters;
}

const PitzerParameters& hmw84() {
  static const PitzerParameters parameters = read_activities("models/pitzer/hmw84_lithium_25C.yaml").activities;
  return parameters;
}

const LaliberteParameters& laliberte() {
  static const LaliberteParameters parameters = read_laliberte("models/density_viscosity/laliberte_2009.yaml");
  return parameters;
}

const ComponentSet& all_components() {
  static const ComponentSet components = ComponentSet::from_names({"H2O", "Li+", "Na+", "K+", "Mg+2", "Ca+2", "Cl-", "SO4-2"});
  return components;
}

const Brine& pitzer_brine() {
  static const Brine brine = Brine::pitzer(all_components(), hmw84(), laliberte(), ion_mobilities());
  return brine;
}

std::vector<double> amounts_of(const ComponentSet& components, const std::map<std::string, double>& molality) {
  std::vector<double> amounts(components.size(), 0.0);
  amounts[0] = 1.0 / components[0].molar_mass;
  for (const auto& [name, m] : molality)
    if (m != 0.0) amounts[components.find(name).value()] = m;
  return amounts;
}

Table read_csv(const std::string& file) {
  std::ifstream in(file);
  BOOST_REQUIRE_MESSAGE(in.good(), "cannot read " << file);
  const auto cells = [](const std::string& line) {
    std::vector<std::string> result;
    std::istringstream stream(line);
    for (std::string cell; std::getline(stream, cell, ',');) result.push_back(cell);
    return result;
  };
  Table table;
  std::vector<std::string> header;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    if (header.empty()) {
      header = cells(line);
      continue;
    }
    std::vector<std::string> values = cells(line);
    values.resize(header.size());
    std::map<std::string, std::string> row;
    for (std::size_t k = 0; k < header.size(); ++k) row[header[k]] = values[k];
    table.push_back(row);
  }
  BOOST_REQUIRE_MESSAGE(!table.empty(), file << " is empty");
  return table;
}

double number(const std::map<std::string, std::string>& row, const std::string& column) {
  const std::string& text = row.at(column);
  return text.empty() ? 0.0 : std::stod(text);
}

std::map<std::string, double> molalities_of(const std::map<std::string, std::string>& row) {
  std::map<std::string, double> result;
  const std::map<std::string, std::string> columns = {{"Li", "Li+"},   {"Na", "Na+"}, {"K", "K+"},    {"Mg", "Mg+2"},
                                                      {"Ca", "Ca+2"}, {"Cl", "Cl-"}, {"SO4", "SO4-2"}};
  for (const auto& [column, ion] : columns)
    if (row.count(column) != 0) result[ion] = number(row, column);
  return result;
}

}  // namespace brineflow::test
