// What each command does. All answer the exit status, and throw what main() turns into one.
#pragma once

#include "flowsheet/case.hpp"
#include "study/brine_source.hpp"

#include <optional>
#include <string>
#include <vector>

namespace brineflow {

int command_check(const std::string& file, const std::vector<Override>& overrides, bool json);
int command_run(const std::string& file, const std::vector<Override>& overrides, const std::string& output, bool resume,
                bool json);
int command_describe(const std::string& unit, bool json);
// The reference of the case format as Markdown: docs/case_format.md.
int command_reference();
int command_schema();
// What `compare` sets beside each other, and where it writes; empty: nothing.
struct CompareRequest {
  std::string result, data, map;
  std::string junit, plot;
  bool json = false;
};
int command_compare(const CompareRequest& request);
// What `properties` prints beside the properties themselves.
struct PropertiesOutput {
  bool json = false, evaporate = false;
  std::optional<std::string> csv;  // where the evaporation path goes
};
int command_properties(const BrineRequest& request, const PropertiesOutput& output);

}  // namespace brineflow
