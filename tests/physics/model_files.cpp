#include "physics/model_files.hpp"

#include <boost/test/unit_test.hpp>
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <sstream>

namespace brineflow::test {
namespace {

// The number in "6 mol/kg", "0.35 g/L" or "12".
double leading_number(const YAML::Node& node) { return std::stod(node.as<std::string>()); }

double value_or_zero(const YAML::Node& entry, const char* key) { return entry[key] ? leading_number(entry[key]) : 0.0; }

LaliberteParameters::Fit read_fit(const YAML::Node& node) {
  return {leading_number(node["temperature"][0]), leading_number(node["temperature"][1]), 0.01 * leading_number(node["salt_up_to"])};
}

}  // namespace

PitzerParameters read_pitzer(const std::string& file) {
  const YAML::Node root = YAML::LoadFile(file);
  PitzerParameters result;
  result.name = root["name"].as<std::string>();
  result.temperature = 273.15 + leading_number(root["temperature"]);
  result.temperature_tolerance = leading_number(root["temperature_tolerance"]);
  result.A_phi = leading_number(root["A_phi"]["value"]);
  result.b = leading_number(root["b"]["value"]);
  result.ionic_strength_up_to = leading_number(root["ionic_strength_up_to"]["value"]);
  for (const YAML::Node& entry : root["binary"]) {
    PitzerParameters::Binary binary;
    binary.cation = entry["cation"].as<std::string>();
    binary.anion = entry["anion"].as<std::string>();
    binary.beta0 = value_or_zero(entry, "beta0");
    binary.beta1 = value_or_zero(entry, "beta1");
    binary.beta2 = value_or_zero(entry, "beta2");
    binary.C_phi = value_or_zero(entry, "C_phi");
    binary.up_to = value_or_zero(entry, "up_to");
    result.binary.push_back(binary);
  }
  for (const YAML::Node& entry : root["theta"])
    result.theta.push_back({entry["ions"].as<std::array<std::string, 2>>(), leading_number(entry["value"])});
  for (const YAML::Node& entry : root["psi"])
    result.psi.push_back({entry["ions"].as<std::array<std::string, 3>>(), leading_number(entry["value"])});
  return result;
}

LaliberteParameters read_laliberte(const std::string& file) {
  const YAML::Node root = YAML::LoadFile(file);
  LaliberteParameters result;
  result.name = root["name"].as<std::string>();
  for (const YAML::Node& entry : root["salts"]) {
    LaliberteParameters::Salt salt;
    salt.name = entry["name"].as<std::string>();
    salt.cation = entry["cation"].as<std::string>();
    salt.anion = entry["anion"].as<std::string>();
    salt.density = entry["density"]["c"].as<std::array<double, 5>>();
    salt.viscosity = entry["viscosity"]["v"].as<std::array<double, 6>>();
    salt.density_fit = read_fit(entry["density"]);
    salt.viscosity_fit = read_fit(entry["viscosity"]);
    result.salts.push_back(salt);
  }
  return result;
}

const PitzerParameters& hmw84() {
  static const PitzerParameters parameters = read_pitzer("models/pitzer/hmw84_lithium_25C.yaml");
  return parameters;
}

const LaliberteParameters& laliberte() {
  static const LaliberteParameters parameters = read_laliberte("models/density_viscosity/laliberte_2009.yaml");
  return parameters;
}

const ComponentSet& all_components() {
  static const ComponentSet components = ComponentSet::from_names(known_component_names());
  return components;
}

const Brine& pitzer_brine() {
  static const Brine brine = Brine::pitzer(all_components(), hmw84(), laliberte());
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
