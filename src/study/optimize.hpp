// The best values of a case within bounds and limits, by many runs side by side.
#pragma once

#include "study/trial.hpp"

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace brineflow {

struct OptimizeOptions {
  std::filesystem::path folder;  // where runs are written down, and taken from if they are there: NAME.optimum in the current folder if empty
  std::size_t workers = 0;       // 0: as many as the machine has cores
  std::function<void(std::size_t runs, std::size_t failed)> progress = {};
  const std::atomic<bool>* stop = nullptr;
};

struct StartResult {
  std::size_t best = std::numeric_limits<std::size_t>::max();  // into trials; the maximum of size_t where the start found nothing feasible
  std::size_t runs = 0;
  std::string ending;
};

// Trials stand start by start.
struct OptimizeResult : SearchRecord {
  std::vector<StartResult> starts;
  std::size_t best = std::numeric_limits<std::size_t>::max();  // into trials
  std::map<std::string, Kpi> indicators;  // of the best run
  std::vector<std::string> at_bound;      // paths whose best value lies at an end of its range

  bool found() const { return best != std::numeric_limits<std::size_t>::max(); }
};

// For a study with one goal. Each start follows COBYLA (Powell 1994) of NLopt, which takes limits and needs no derivatives; starts run side by side and know nothing of each other, so the
// answer does not depend on the number of workers. A run that fails is infeasible and never the best. Throws InputError, StorageError; Interrupted when
// stopped, with every run kept in the folder.
OptimizeResult run_optimize(const OptimizeStudy& study, const OptimizeOptions& options);

}  // namespace brineflow
