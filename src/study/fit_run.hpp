// One experiment of a fit at one set of values: its run beside its data, and how what the model says of each point depends on the values.
#pragma once

#include "study/fit_study.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace brineflow {

// The points of one tag of one experiment.
struct TagPoints {
  std::string tag, unit;
  std::vector<double> model, measured, error;
  std::vector<std::vector<double>> slopes;  // d model / d value, by parameter of the study, in its unit: zero for those not asked for; empty where none were, or not to be had
};

struct FitAnswer {
  std::vector<TagPoints> tags;  // none: it failed
  std::string reason;           // why it failed
  bool our_input = false;       // the reason is one of data and mapping, and the same at every point
  std::string no_slopes;        // why there are none, where they were asked for
  bool never_slopes = false;    // and it is the same at every point
};

struct FitRun {
  std::size_t experiment = 0;
  std::vector<double> values;  // by parameter of the study
  std::optional<std::vector<std::size_t>> slopes = {};  // to which parameters, by sensitivities; at most dual_width
  bool anyway = true;          // without slopes where they cannot be had, else not at all
};

// results: what files of results begin with; none outlives the call. Throws nothing: a failure is an answer.
FitAnswer answer(const FitStudy& study, const FitRun& run, const ModelLibrary& models, const std::string& results);

// Adds the slopes of another run at the same values, or takes all away where it has none for the same points.
void add_slopes(FitAnswer& answer, const FitAnswer& other);

std::string to_text(const FitAnswer& answer);
FitAnswer answer_from_text(const std::string& text);

}  // namespace brineflow
