#include "python/properties.hpp"

#include "python/running.hpp"
#include "study/brine_report.hpp"

#include <fmt/format.h>
#include <pybind11/stl.h>

#include <map>
#include <string>

namespace brineflow::python {
namespace {

using Settings = std::map<std::string, std::string>;

py::dict components(const BrineReport& report) {
  py::dict dict;
  for (const BrineReport::ComponentRow& row : report.components) {
    py::dict measures;
    measures["molality"] = row.molality;
    measures["concentration"] = row.concentration;
    measures["mass_concentration"] = row.mass_concentration;
    measures["mass_fraction"] = row.mass_fraction;
    dict[py::str(row.name)] = measures;
  }
  return dict;
}

py::dict species(const BrineReport& report) {
  py::dict dict;
  for (const BrineReport::SpeciesRow& row : report.species) {
    py::dict one;
    one["charge"] = row.charge;
    one["molality"] = row.molality;
    one["log10_gamma"] = row.log_gamma;
    one["log10_gamma_macinnes"] = row.log_gamma_macinnes ? py::object(py::float_(*row.log_gamma_macinnes)) : py::none();
    dict[py::str(row.name)] = one;
  }
  return dict;
}

py::dict minerals(const BrineReport& report) {
  py::dict dict;
  for (const BrineReport::MineralRow& row : report.minerals) dict[py::str(row.name)] = row.saturation_index;
  return dict;
}

template <class Field>
py::dict by_key(const BrineReport& report, Field BrineReport::Property::*field) {
  py::dict dict;
  for (const BrineReport::Property& row : report.properties) dict[py::str(row.key)] = row.*field;
  return dict;
}

std::vector<std::string> warnings(const BrineReport& report) {
  std::vector<std::string> texts;
  for (const RangeCheck& check : report.warnings) texts.push_back(check.text);
  return texts;
}

double property(const BrineReport& report, const std::string& key) {
  for (const BrineReport::Property& row : report.properties)
    if (row.key == key) return row.value;
  throw py::key_error(fmt::format("{}: no such property; there is {}", key, [&] {
    std::string names;
    for (const BrineReport::Property& row : report.properties) names += (names.empty() ? "" : ", ") + row.key;
    return names;
  }()));
}

// A pH may come as a number.
std::optional<std::string> text_of(const py::object& value) { return value.is_none() ? std::nullopt : std::optional<std::string>(py::str(value)); }

BrineReport report(const std::string& brine, std::optional<std::string> temperature, const py::object& pH, std::optional<std::string> chemistry,
                   std::optional<std::string> balance, const Settings& settings) {
  BrineRequest request{brine, std::move(temperature), text_of(pH), std::move(chemistry), std::move(balance), {}};
  for (const auto& [path, value] : settings) request.overrides.push_back({path, value});
  return unlocked([&] { return report_brine(request); });
}

}  // namespace

void bind_properties(py::module_& module) {
  py::class_<BrineReport>(module, "BrineProperties", "What a brine is like, in SI: docs/properties.md says what each number means.")
      .def_readonly("title", &BrineReport::title)
      .def_readonly("source", &BrineReport::source)
      .def_readonly("chemistry", &BrineReport::chemistry)
      .def_readonly("temperature", &BrineReport::temperature, "K")
      .def("__getitem__", &property, py::arg("key"), "one of `values`")
      .def_property_readonly("values", [](const BrineReport& r) { return by_key(r, &BrineReport::Property::value); }, "by key; NaN where one has no meaning")
      .def_property_readonly("units", [](const BrineReport& r) { return by_key(r, &BrineReport::Property::unit); })
      .def_property_readonly("meanings", [](const BrineReport& r) { return by_key(r, &BrineReport::Property::name); })
      .def_property_readonly("components", &components, "molality [mol/kg of water], concentration [mol/m3], mass_concentration [kg/m3], mass_fraction")
      .def_property_readonly("species", &species, "charge, molality [mol/kg of water], log10_gamma (unscaled), log10_gamma_macinnes (None without chloride)")
      .def_property_readonly("saturation_indices", &minerals, "log10(ion activity product / K) by mineral, most supersaturated first")
      .def_property_readonly("warnings", &warnings, "fitted ranges it leaves");
  module.def("properties", &report, py::arg("brine"), py::kw_only(), py::arg("temperature") = py::none(), py::arg("pH") = py::none(),
             py::arg("chemistry") = py::none(), py::arg("balance") = py::none(), py::arg("settings") = Settings(),
             "Properties of a package of models/brines, a file, CASE.yaml:UNIT or \"{Li+: 0.26 g/L, balance: Cl-}\". temperature: \"25 degC\" where nothing is said.\n"
             "settings: other values of the file, by path. Raises InputError and SolverError.");
}

}  // namespace brineflow::python
