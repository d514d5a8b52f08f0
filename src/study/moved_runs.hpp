// Runs beside a run, each with one value of the case moved a little: their states follow from its sensitivities, and what they leave is a result
// of the same kind, so that the difference of two results is a derivative of everything a result holds over time.
#pragma once

#include "record/recorder.hpp"
#include "solve/sensitivities.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace brineflow {

struct MovedCase {
  Case input;
  double step = 0.0;             // how far theta is moved: for a value p = p0 (1 + theta) it is (p - p0) / p0
  std::filesystem::path result;  // streams and variables over time. Its totals, and so balance and indicators, are those of the run that was not moved
};

// Why the states of a moved case do not follow from sensitivities of a run of `input`, in words; empty where they do.
std::string why_not_beside(const Case& input, const MovedCase& moved);

class MovedRuns {
 public:
  // cases: nullptr for none. All outlive this. Throws StorageError where a result cannot be written, InternalError where why_not_beside has a reason.
  MovedRuns(const System& system, const std::vector<MovedCase>* cases);
  ~MovedRuns();

  // For simulate().
  const std::vector<Variation>& variations() const { return variations_; }

  // At an output time of the run, whose sensitivities are those to the cases.
  void sample(const Progress& progress);
  void finish(const Outcome& outcome, const std::string& status);

 private:
  struct Beside;
  std::vector<std::unique_ptr<Beside>> beside_;
  std::vector<Variation> variations_;
};

}  // namespace brineflow
