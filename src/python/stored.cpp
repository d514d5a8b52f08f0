#include "python/stored.hpp"

#include "base/error.hpp"
#include "python/running.hpp"
#include "record/result_reader.hpp"

#include <fmt/format.h>
#include <pybind11/numpy.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <string_view>

namespace brineflow::python {
namespace {

// What this is in the file: "streams/x" and "/streams/x/" are the same.
std::string absolute(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  return "/" + std::string(path);
}

struct Data {
  std::vector<std::size_t> shape;
  std::vector<double> numbers;
  std::vector<std::string> texts;
  bool is_text = false;
};

Data read(const ResultReader& reader, const std::string& path) {
  if (!reader.has(path)) throw py::key_error(fmt::format("{} holds no {}", reader.path().string(), path));
  if (reader.is_group(path)) throw py::key_error(fmt::format("{} is a group, which holds {}", path, fmt::join(reader.list(path), ", ")));
  Data data{reader.shape(path), {}, {}, false};
  try {
    data.numbers = reader.read_vector(path);
  } catch (const InputError&) {
    data.texts = reader.read_texts(path);
    data.is_text = true;
  }
  return data;
}

py::object to_python(const Data& data) {
  if (data.is_text) return data.shape.empty() ? py::object(py::str(data.texts.at(0))) : py::module_::import("numpy").attr("array")(data.texts, "object");
  if (data.shape.empty()) return py::float_(data.numbers.at(0));
  return py::array_t<double>(std::vector<py::ssize_t>(data.shape.begin(), data.shape.end()), data.numbers.data());
}

template <class Question>
auto ask(const std::filesystem::path& file, const Question& question) {
  return unlocked_in_hdf5([&] { return question(ResultReader(file)); });
}

}  // namespace

std::filesystem::path Stored::needed() const {
  if (!file_) throw py::key_error("this run kept no file: name one, as in case.run(output=\"plant.h5\"), or follow quantities, as in case.run(follow={\"lithium\": \"column.outlet.Li+\"})");
  return *file_;
}

py::object Stored::get(const std::string& path) const {
  return to_python(ask(needed(), [&](const ResultReader& reader) { return read(reader, absolute(path)); }));
}

bool Stored::has(const std::string& path) const {
  return file_ && ask(*file_, [&](const ResultReader& reader) { return reader.has(absolute(path)); });
}

bool Stored::is_group(const std::string& path) const {
  return ask(needed(), [&](const ResultReader& reader) { return reader.is_group(absolute(path)); });
}

std::vector<std::string> Stored::list(const std::string& group) const {
  return ask(needed(), [&](const ResultReader& reader) {
    if (!reader.is_group(absolute(group))) throw py::key_error(fmt::format("{} holds no group {}", reader.path().string(), absolute(group)));
    return reader.list(absolute(group));
  });
}

std::vector<std::string> Stored::axes(const std::string& path) const {
  std::vector<std::string> axes = ask(needed(), [&](const ResultReader& reader) { return reader.axes(absolute(path)); });
  for (std::string& axis : axes)
    if (axis.starts_with('/')) axis.erase(0, 1);
  return axes;
}

bool Stored::is_axis(const std::string& path) const { return attribute(path, "CLASS") == "DIMENSION_SCALE"; }

bool Stored::has_coordinates(const std::string& path) const {
  return is_axis(path) && !attribute(path, "NAME").starts_with("This is a netCDF dimension but not a netCDF variable");
}

std::string Stored::attribute(const std::string& path, const std::string& name) const {
  return ask(needed(), [&](const ResultReader& reader) {
    if (!reader.has(absolute(path))) throw py::key_error(fmt::format("{} holds no {}", reader.path().string(), absolute(path)));
    return reader.has_attribute(absolute(path), name) ? reader.attribute(absolute(path), name) : std::string();
  });
}

void bind_stored(py::module_& module) {
  py::class_<Stored>(module, "Stored", "A file of results: stored[\"group/name\"] is a numpy array, in SI.")
      .def_property_readonly("file", &Stored::file, "the file; None where none was kept")
      .def("__getitem__", &Stored::get, py::arg("path"), "numbers or texts as an array, a scalar as float or str; KeyError where there is nothing")
      .def("__contains__", &Stored::has, py::arg("path"))
      .def("list", &Stored::list, py::arg("group") = "", "the names directly below a group")
      .def("is_group", &Stored::is_group, py::arg("path"))
      .def("is_axis", &Stored::is_axis, py::arg("path"))
      .def("has_coordinates", &Stored::has_coordinates, py::arg("path"), "false for an axis that only counts")
      .def("axes", &Stored::axes, py::arg("path"), "the paths of the axes of a dataset, first dimension first")
      .def("unit", &Stored::unit, py::arg("path"))
      .def("meaning", &Stored::meaning, py::arg("path"))
      .def("xarray", [](const py::object& self, const std::string& group) { return py::module_::import("brineflow._xarray").attr("dataset")(self, group); },
           py::arg("group") = "", "the datasets of a group as an xarray.Dataset; needs xarray and nothing else");
}

}  // namespace brineflow::python
