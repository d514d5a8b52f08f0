// Running one case from its file to its result.
#pragma once

#include "study/moved_runs.hpp"

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace brineflow {

// Where a run stands, for a progress line.
struct RunProgress {
  double time = 0.0;            // [s] simulated
  std::optional<double> end;    // [s] when it is known beforehand
  long cycle = 0, cycles = 0;   // from 1; at most
  std::string step;
  long solver_steps = 0;
};

struct RunOptions {
  std::vector<Override> overrides;
  std::filesystem::path output;  // empty: the case's name with .h5 in the current folder
  bool resume = false;
  std::function<void(const RunProgress&)> progress;                          // may be empty
  std::function<void(double, const std::string&, const std::string&)> event;  // time, who, what; may be empty
  std::function<void(const System&, const Progress&)> sampled;               // at every output time; may be empty
  const std::vector<MovedCase>* beside = nullptr;  // run with sensitivities, which make these results too; at most dual_width, and not of a resumed run
  const std::atomic<bool>* stop = nullptr;
};

// Reads, checks and runs a case. Throws InputError, SolverError, StorageError; a run that began leaves its file
// with what it has and the reason as its status.
Recording run_case(const std::filesystem::path& file, const RunOptions& options);

// The same for a case that has been read. options.overrides does not count, and the output must be given.
Recording run_case(const Case& input, const RunOptions& options);
// Without a result file: balance, indicators and warnings are all that stays.
Recording run_unrecorded(const Case& input, const RunOptions& options);

// Everything that can be wrong without running. Throws InputError with all findings.
Case check_case(const std::filesystem::path& file, const std::vector<Override>& overrides);

// Where a run of this case writes when nothing else is said.
std::filesystem::path default_output(const std::filesystem::path& case_file);

}  // namespace brineflow
