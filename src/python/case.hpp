// A case in Python: a text that is changed by path, checked and run.
#pragma once

#include "input/document.hpp"
#include "python/result.hpp"
#include "python/running.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace brineflow::python {

class PythonCase {
 public:
  // file: how it is called; packages are looked for beside it.
  PythonCase(Document document, std::filesystem::path file) : document_(std::move(document)), file_(std::move(file)) {}
  static PythonCase load(const std::filesystem::path& file);
  // shown: how findings call the text.
  static PythonCase parse(const std::string& text, const std::filesystem::path& file, const std::string& shown);

  // text: as YAML, "2 m" or "[lake -> column]". Throws InputError where the path leads nowhere or the text is no YAML.
  void set(const std::string& path, const std::string& text);
  void set(const std::string& path, Node value);
  const Node& get(const std::string& path) const;  // throws py::key_error
  bool has(const std::string& path) const;

  void check() const;
  std::string to_yaml() const { return write_yaml(document_.root); }
  const std::filesystem::path& file() const { return file_; }

  struct Order {
    std::optional<std::filesystem::path> output;
    bool resume = false;
    std::map<std::string, std::string> follow;  // name and quantity
  };
  Result run(const Order& order, Watch& watch) const;

 private:
  Case checked() const;

  Document document_;
  std::filesystem::path file_;
};

void bind_case(py::module_& module);

}  // namespace brineflow::python
