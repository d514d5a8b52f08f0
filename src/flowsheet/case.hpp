// A case: what a YAML file says, checked, as objects the engine runs.
#pragma once

#include "flowsheet/schedule.hpp"
#include "input/document.hpp"
#include "units/models.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace brineflow {

struct OutputSettings {
  double every = 60.0;           // [s] between rows of the series
  double profiles_every = 600.0;  // [s] between rows of what is laid out along an axis
};

// `--set path=value`
struct Override {
  std::string path, value;
};

// Movable; the flowsheet stays where it is, because systems refer to it.
struct Case {
  std::string title;
  std::filesystem::path file;
  std::string resolved;  // the case with overrides applied, as YAML: enough to run it again
  std::string hash;      // SHA-256 of `resolved`
  std::unique_ptr<Flowsheet> flowsheet;
  Schedule schedule;
  OutputSettings output;
  std::unique_ptr<Document> document;  // what Values below refer to
  Values solver;                       // the keys of `solver`, for the layer that knows them
};

// Reads and checks everything that can be wrong without running. solver_table: the keys of `solver`.
// Throws InputError with all findings.
Case read_case(const std::filesystem::path& file, const std::vector<Override>& overrides, const ParameterTable& solver_table);
// The same for a text that is read already, with packages that several cases share. file: how the case is called.
Case read_case(Document document, const std::filesystem::path& file, const ModelLibrary& models, const ParameterTable& solver_table);

const ParameterTable& case_parameters();
const ParameterTable& count_parameters();  // of every unit, besides the keys of its type
const ParameterTable& output_parameters();

}  // namespace brineflow
