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

// What `sweep` is asked to do beside running what is missing.
struct SweepRequest {
  std::string folder;        // empty: the study's name with .sweep
  std::size_t workers = 0;   // 0: one a core
  bool retry_failed = false, plan = false, merge = false, json = false;
  bool status = false, wait = false;
  std::string expected;      // fingerprint of the study; empty: any
  std::optional<std::string> shard, case_number;
  std::size_t submit = 0;    // shards for Slurm; 0: none
  std::string partition, time;
  std::size_t cpus = 1;      // of a shard
  std::vector<std::string> sbatch;  // its arguments, as they are
};
int command_sweep(const std::string& file, const std::vector<Override>& overrides, const SweepRequest& request);

struct OptimizeRequest {
  std::string folder;       // empty: the study's name with .optimum
  std::size_t workers = 0;  // 0: one a core
  bool json = false;
};
int command_optimize(const std::string& file, const std::vector<Override>& overrides, const OptimizeRequest& request);

struct FitRequest {
  std::size_t workers = 0;  // 0: one a core
  std::string plot;         // an SVG file; empty: none
  bool json = false;
};
int command_fit(const std::string& file, const std::vector<Override>& overrides, const FitRequest& request);

}  // namespace brineflow
