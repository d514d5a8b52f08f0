// A run of an optimisation, as its goals and limits see it.
#pragma once

#include "study/optimize_study.hpp"
#include "study/sweep_journal.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace brineflow {

struct Trial {
  std::vector<double> values;  // in the units of the ranges
  bool complete = false, feasible = false;  // complete: the run, with a value of all goals and limits; feasible: with all its limits kept too
  std::vector<double> goals;   // in the order of the study, as they are printed
  std::vector<double> excesses;  // of each limit, as a share of its bound; negative where it is kept
  double excess = 0.0;         // of the limit that is broken most

  double goal() const { return goals.front(); }
};

// What a search leaves behind, whatever it looks for.
struct SearchRecord {
  std::vector<Trial> trials;  // in the order in which they were asked for
  std::size_t runs = 0, known = 0, failed = 0;  // known: taken from the folder
  std::string last_failure;
  double elapsed = 0.0;  // [s]
  std::filesystem::path folder;
};

Trial judged(const OptimizeStudy& study, std::vector<double> values, const SweepEntry& entry);

// The first point, `start` of each range or its middle, and points of a Latin hypercube; in the unit cube of the ranges.
std::vector<std::vector<double>> starting_points(const OptimizeStudy& study, std::size_t count, std::size_t seed);
std::vector<double> in_ranges(const OptimizeStudy& study, const std::vector<double>& point);

}  // namespace brineflow
