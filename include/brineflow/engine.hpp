// The engine for programs that embed it: check a case, run it, read what came out, ask what a brine is like. Link brineflow_study.
//
//   brineflow::engine::Options options;
//   options.settings = {{"units.lake.flow", "10 m3/h"}};
//   const auto result = brineflow::engine::run("plant.yaml", options);
//
// No global state: any number of runs may go on in one process, each in its own thread, as long as their result
// files differ and HDF5 is called by one thread at a time (Debian's library is not thread-safe).
#pragma once

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace brineflow::engine {

// What went wrong, as the command line would print it. status: its exit status (2 bad input, 3 the solver gave up,
// 4 interrupted or the file could not be written, 70 a fault of ours).
class Failure : public std::runtime_error {
 public:
  Failure(int status, const std::string& text) : std::runtime_error(text), status_(status) {}
  int status() const { return status_; }

 private:
  int status_;
};

struct Indicator {
  std::string name, unit, meaning;
  double value = 0.0;  // in `unit`; NaN where it has no meaning
};

struct Closure {
  std::string name;    // component or element
  double value = 0.0;  // share of its amount that is missing
};

struct Options {
  std::vector<std::pair<std::string, std::string>> settings;  // path and value, as with --set
  std::filesystem::path output;                               // empty: the case's name with .h5 in the current folder
  bool resume = false;
  std::function<void(double)> progress;                       // simulated time [s], after every solver step; may be empty
};

struct Result {
  std::filesystem::path file;
  std::string status;  // "complete", or why not
  std::vector<Indicator> indicators;
  std::vector<Closure> closures;
  std::vector<std::string> warnings;
  double end_time = 0.0;   // [s] simulated
  double wall_time = 0.0;  // [s]
  long cycles = 0;
};

// Throws Failure with every finding when the case is not sound.
void check(const std::filesystem::path& case_file, const std::vector<std::pair<std::string, std::string>>& settings = {});

// Runs a case and writes its result file. Throws Failure; a run that began keeps what it has in its file.
Result run(const std::filesystem::path& case_file, const Options& options = {});

// What a brine is to be evaluated at, as texts with units; empty: as `brineflow properties` has it by default.
struct BrineOptions {
  std::string temperature, pH, chemistry, balance;
  std::vector<std::pair<std::string, std::string>> settings;  // of the file, the case or the composition
};

// Rows of docs/properties.md. Values in SI.
struct BrineProperties {
  std::vector<Indicator> properties;
  std::vector<Indicator> log10_activity_coefficients;  // by species, unscaled single-ion convention
  std::vector<Indicator> saturation_indices;           // by mineral, most supersaturated first
  std::vector<std::string> warnings;                   // which fitted ranges it leaves
};

// brine: a package of models/brines, a file, CASE.yaml:UNIT or "{Li+: 0.26 g/L, balance: Cl-}". Throws Failure.
BrineProperties properties(const std::string& brine, const BrineOptions& options = {});

}  // namespace brineflow::engine
