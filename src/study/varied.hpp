// The case of a study and the values in it that differ from run to run.
#pragma once

#include "input/document.hpp"
#include "input/parameters.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace brineflow {

inline constexpr std::size_t largest_sweep = 1'000'000;  // cases

// One value of the case that takes others.
struct Varied {
  std::string path;   // as of --set
  Place place;
  std::string unit;   // of every value, as the study has it; "" where they are no quantities of one dimension
  // Either values that are listed, as they are written and, where they are quantities, in `unit`, ...
  std::vector<Node> listed;
  std::vector<double> numbers;
  // ... or a range in `unit`.
  double from = 0.0, to = 0.0;
  bool logarithmic = false;
  bool decimals = true;  // false: whole numbers only
  std::optional<std::size_t> count = {};  // of values along it
  std::optional<double> start = {};       // where a search begins, in `unit`

  bool range() const { return listed.empty(); }
  double in_range(double share) const;  // share: 0 at `from`, 1 at `to`
};

// The keys of a map such as {units.column.length: [1 m, 2 m], units.lake.flow: {from: 1 m3/h, to: 5 m3/h}}. Findings go to `diagnostics`.
std::vector<Varied> read_varied(const Node& vary, Diagnostics& diagnostics);
const ParameterTable& sweep_range_parameters();

// The file that a key of a study names, relative to the study; a finding where there is none. what: "case".
std::filesystem::path file_beside(const std::filesystem::path& study, const Values& values, const char* key, const char* what, Diagnostics& diagnostics);

// The text of a case with what the key `set` of `values` has in place of the file's. Findings go to `diagnostics`.
Document read_base_case(const std::filesystem::path& case_file, const Values& values, Diagnostics& diagnostics);

}  // namespace brineflow
