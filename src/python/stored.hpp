// A file of results: its datasets as numpy arrays, by path.
#pragma once

#include <pybind11/pybind11.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace brineflow::python {

namespace py = pybind11;

// Opened anew for every question: what a process holds open cannot be sent to another, and a file that is still written grows.
class Stored {
 public:
  explicit Stored(std::optional<std::filesystem::path> file) : file_(std::move(file)) {}

  const std::optional<std::filesystem::path>& file() const { return file_; }
  // Numbers as an array of doubles, texts as an array of str, scalars as float and str. KeyError where there is nothing.
  py::object get(const std::string& path) const;
  bool has(const std::string& path) const;
  bool is_group(const std::string& path) const;
  std::vector<std::string> list(const std::string& group) const;
  std::vector<std::string> axes(const std::string& path) const;  // without the first slash
  std::string unit(const std::string& path) const { return attribute(path, "units"); }
  std::string meaning(const std::string& path) const { return attribute(path, "long_name"); }
  bool is_axis(const std::string& path) const;
  bool has_coordinates(const std::string& path) const;  // false for an axis that only counts
  std::string attribute(const std::string& path, const std::string& name) const;

 private:
  std::filesystem::path needed() const;

  std::optional<std::filesystem::path> file_;
};

void bind_stored(py::module_& module);

}  // namespace brineflow::python
