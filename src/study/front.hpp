// The answers of a case for several goals that no other beats in each of them, by many runs side by side, generation by generation.
#pragma once

#include "study/trial.hpp"

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace brineflow {

struct FrontProgress {
  std::size_t generation = 0, generations = 0;  // 0: the first
  std::size_t runs = 0, failed = 0;
  std::size_t front = 0;  // points on it before this generation
  double volume = 0.0;
};

struct FrontOptions {
  std::filesystem::path folder;  // where runs are written down, and taken from if they are there: NAME.optimum in the current folder if empty
  std::size_t workers = 0;       // 0: as many as the machine has cores
  std::function<void(const FrontProgress&)> progress = {};
  const std::atomic<bool>* stop = nullptr;
};

// Trials are those that differ.
struct FrontResult : SearchRecord {
  std::vector<std::size_t> front;  // into trials, from the best to the worst of the first goal
  std::vector<std::vector<Kpi>> indicators;        // of each point of the front
  std::vector<std::pair<double, double>> extents;  // of each goal on the front: best and worst
  std::size_t nearest = 0;         // into front: nearest to the best of all goals, in shares of their extents
  // After each generation, the first among them: hypervolume in shares of the box from the best to the worst of each goal on the last front, which reaches
  // beyond the worst by a tenth so that the ends of the front count (Ishibuchi, Imada, Setoguchi and Nojima 2018, Evol. Comput. 26, 411).
  std::vector<double> volumes;

  bool found() const { return !front.empty(); }
};

// For a study with several goals: NSGA-II. The front is that of all runs that were complete and kept all limits, not of the last generation alone; a run that
// fails is never on it. The answer depends on study and seed, not on the number of workers. Writes front.csv and front.svg into the folder when all
// generations have been run; they are taken away when the search begins and where nothing is found. Throws InputError, StorageError; Interrupted when stopped,
// with every run kept in the folder.
FrontResult run_front(const OptimizeStudy& study, const FrontOptions& options);

// A line for each point of the front: its values and all indicators of its run, with a header that has the units.
std::string front_csv(const OptimizeStudy& study, const FrontResult& result);

}  // namespace brineflow
