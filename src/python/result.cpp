#include "python/result.hpp"

#include "base/text.hpp"
#include "python/running.hpp"
#include "record/result_reader.hpp"

#include <fmt/format.h>
#include <pybind11/numpy.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <utility>

namespace brineflow::python {
namespace {

std::optional<std::filesystem::path> file_of(const Recording& recording) {
  return recording.path.empty() ? std::nullopt : std::optional(recording.path);
}

py::dict row_to_python(const BalanceRow& row) {
  py::dict dict;
  dict["in"] = row.in;
  dict["out"] = row.out;
  dict["held_at_start"] = row.held_at_start;
  dict["held"] = row.held;
  dict["closure"] = row.closure;
  return dict;
}

py::dict balance_to_python(const Result& result) {
  py::dict dict;
  for (const BalanceRow& row : result.balance.components) dict[py::str(row.name)] = row_to_python(row);
  return dict;
}

template <class Field>
py::dict by_name(const std::vector<Kpi>& kpis, Field Kpi::*field) {
  py::dict dict;
  for (const Kpi& kpi : kpis) dict[py::str(kpi.name)] = kpi.*field;
  return dict;
}

py::array_t<double> array(const std::vector<double>& values) { return py::array_t<double>(static_cast<py::ssize_t>(values.size()), values.data()); }

py::dict series_to_python(const Result& result) {
  py::dict dict;
  for (std::size_t k = 0; k < result.followed.size(); ++k) dict[py::str(result.followed[k].name)] = array(result.series[k]);
  return dict;
}

py::dict units_to_python(const Result& result) {
  py::dict dict = by_name(result.kpis, &Kpi::unit);
  for (const FollowedSeries& one : result.followed) dict[py::str(one.name)] = one.unit;
  return dict;
}

std::vector<Kpi> read_kpis(const ResultReader& reader) {
  std::vector<Kpi> kpis;
  if (!reader.is_group("/kpi")) return kpis;
  for (const std::string& name : reader.list("/kpi")) {
    const std::string path = "/kpi/" + name;
    if (!reader.is_group(path)) kpis.push_back({name, reader.attribute(path, "units"), reader.attribute(path, "long_name"), reader.read_number(path)});
  }
  return kpis;
}

Balance read_balance(const ResultReader& reader) {
  Balance balance;
  const std::vector<std::string> components = reader.read_texts("/component");
  const auto column = [&](const char* name) { return reader.read_vector(std::string("/balance/") + name); };
  const auto in = column("in"), out = column("out"), start = column("held_at_start"), held = column("held"), closure = column("closure");
  for (std::size_t k = 0; k < components.size(); ++k) balance.components.push_back({components[k], in[k], out[k], start[k], held[k], closure[k]});
  if (!reader.has("/balance/element_closure")) return balance;
  const std::vector<std::string> elements = reader.read_texts("/balance/element");
  const auto element_closure = column("element_closure");
  for (std::size_t k = 0; k < elements.size(); ++k) balance.elements.push_back({elements[k], 0.0, 0.0, 0.0, 0.0, element_closure[k]});
  return balance;
}

double solver_number(const ResultReader& reader, const std::string& name) {
  return reader.has_attribute("/solver", name) ? reader.number_attribute("/solver", name) : 0.0;  // not there yet while the run goes on
}

std::string describe(const Result& result) { return fmt::format("<brineflow.Result: {}, {:.6g} s simulated in {:.3g} s>", result.status, result.end_time, result.wall_time); }

}  // namespace

Result::Result(Recording recording, std::vector<FollowedSeries> followed_series, std::vector<double> sampled, std::vector<std::vector<double>> values)
    : Stored(file_of(recording)), status(std::move(recording.status)), kpis(std::move(recording.kpis)), balance(std::move(recording.balance)),
      warnings(std::move(recording.warnings)), end_time(recording.outcome.end_time), wall_time(recording.outcome.wall_time),
      steps(recording.outcome.statistics.steps), cycles(recording.outcome.cycles), followed(std::move(followed_series)), times(std::move(sampled)),
      series(std::move(values)) {
  if (balance.worst() > closure_limit)
    warnings.push_back(fmt::format("the balance of {} does not close: {:.2e} is missing, {:.0e} is allowed", balance.worst_row().name, balance.worst(), closure_limit));
}

Result Result::open(const std::filesystem::path& file) {
  const ResultReader reader(file);
  if (!reader.has_attribute("/", "status") || !reader.is_group("/balance")) throw InputError(fmt::format("{} is not the result of a run", file.string()));
  Result result(file);
  result.status = reader.attribute("/", "status");
  result.kpis = read_kpis(reader);
  result.balance = read_balance(reader);
  if (reader.has_attribute("/", "warnings"))
    for (const std::string& warning : split(reader.attribute("/", "warnings"), '\n'))
      if (!warning.empty()) result.warnings.push_back(warning);
  result.end_time = solver_number(reader, "simulated_time");
  result.wall_time = solver_number(reader, "wall_time");
  result.steps = static_cast<long>(solver_number(reader, "steps"));
  result.cycles = solver_number(reader, "cycles");
  return result;
}

void bind_result(py::module_& module) {
  py::class_<Result, Stored>(module, "Result", "What a run answered.")
      .def_readonly("status", &Result::status, "\"complete\", or why not")
      .def_property_readonly("kpi", [](const Result& r) { return by_name(r.kpis, &Kpi::value); }, "indicators by name; NaN where one has no meaning")
      .def_property_readonly("units", &units_to_python, "the unit of each indicator and of each quantity that was followed")
      .def_property_readonly("meanings", [](const Result& r) { return by_name(r.kpis, &Kpi::long_name); }, "what each indicator is")
      .def_property_readonly("balance", &balance_to_python, "of each component: in, out, held_at_start, held [mol] and closure, the share that is missing")
      .def_property_readonly("closure", [](const Result& r) { return r.balance.worst(); }, "the largest share of a component or element that is missing")
      .def_readonly("warnings", &Result::warnings, "fitted ranges that were left, and a balance that does not close")
      .def_readonly("end_time", &Result::end_time, "s simulated")
      .def_readonly("wall_time", &Result::wall_time, "s")
      .def_readonly("steps", &Result::steps, "of the solver")
      .def_readonly("cycles", &Result::cycles)
      .def_property_readonly("time", [](const Result& r) { return array(r.times); }, "s, of what was followed")
      .def_property_readonly("series", &series_to_python, "what was followed, by name, in SI")
      .def("__repr__", &describe);
  module.def("open", [](const std::filesystem::path& file) { return unlocked_in_hdf5([&] { return Result::open(file); }); }, py::arg("file"),
             "The result of a run that is there as a file. Raises InputError and StorageError.");
}

}  // namespace brineflow::python
