// One line on a terminal that says how far a run is; elsewhere a line now and then.
#pragma once

#include "study/run.hpp"
#include "study/sweep.hpp"

#include <chrono>
#include <string>

namespace brineflow {

class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();

  void show(const RunProgress& now);
  void show(const SweepProgress& now);
  void show(const std::string& now);
  // A line that stays, above the progress line.
  void print(const std::string& text);
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  bool due();
  void put(const std::string& text);

  bool terminal_;
  bool shown_ = false;
  Clock::time_point start_ = Clock::now(), last_ = Clock::now();
};

}  // namespace brineflow
