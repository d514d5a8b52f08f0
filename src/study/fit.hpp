// Parameters out of measured data: runs of the experiments' cases, compared with their data point by point.
#pragma once

#include "study/comparison.hpp"
#include "study/fit_study.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace brineflow {

struct FitOptions {
  std::size_t workers = 0;  // 0: as many as the machine has cores
  std::function<void(std::size_t start, std::size_t iteration, double chi_squared, std::size_t runs)> progress = {};
  std::function<void()> idle = {};  // called every now and then while runs go on
  const std::atomic<bool>* stop = nullptr;
};

struct FitResult {
  LeastSquaresResult found;
  std::vector<ComparisonReport> reports;  // of each experiment at the best fit, without offsets
  std::size_t runs = 0;                   // of cases
  std::size_t failed_runs = 0;
  std::string differences_because;        // why derivatives are differences of whole runs; empty where they are sensitivities
  std::string last_failure;               // why, of the last of them
  double elapsed = 0.0;                   // [s]
};

// Runs go side by side, in processes of their own; result files lie in a folder that goes away. Throws InputError (data and mapping are checked against
// a first run), SolverError where no start has an answer, and Interrupted.
FitResult run_fit(const FitStudy& study, const FitOptions& options);

}  // namespace brineflow
