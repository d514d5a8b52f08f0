// What a fit asks: which values of cases are sought, and the measured data that are to say them.
//
//   experiments:
//     9 mL/min: {case: jiang.yaml, data: jiang.csv, map: jiang.map.yaml}
//   parameters:
//     capacity: {path: units.column.sorbent.species.Li.q_max, from: 500 mol/m3, to: 5000 mol/m3}
#pragma once

#include "flowsheet/case.hpp"
#include "input/parameters.hpp"
#include "study/least_squares.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace brineflow {

struct FitExperiment {
  std::string name;
  Place place;
  std::filesystem::path case_file, data, map;
  Document base;  // the case with what is `set`
};

// A value that is sought: it stands at `paths` in the cases of `experiments`, or shifts the model of a tag.
struct FitParameter {
  Unknown unknown;
  Place place;
  std::vector<std::string> paths;
  std::string offset;                     // the tag; empty: none
  std::vector<std::size_t> experiments;   // in which it counts

  bool counts_in(std::size_t experiment) const;
};

class FitStudy {
 public:
  std::string title;
  std::filesystem::path file;
  std::vector<FitExperiment> experiments;
  std::vector<FitParameter> parameters;
  LeastSquaresOptions options;
  bool sensitivities = true;  // make the derivatives, where they can be had; else differences do
  double time_limit = 0.0;    // [s] wall time of one run

  // The text of an experiment's case with these values, one for each parameter.
  Document document(std::size_t experiment, const std::vector<double>& values, Diagnostics& diagnostics) const;
};

// Reads and checks a study; the cases at their starting values too. overrides: of the study itself. Throws InputError with all findings.
FitStudy read_fit(const std::filesystem::path& file, const std::vector<Override>& overrides);

const ParameterTable& fit_parameters();
const ParameterTable& fit_experiment_parameters();
const ParameterTable& fit_unknown_parameters();

}  // namespace brineflow
