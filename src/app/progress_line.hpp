// One line on a terminal that says how far a run is; elsewhere a line now and then.
#pragma once

#include "study/run.hpp"

#include <chrono>
#include <string>

namespace brineflow {

class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();

  void show(const RunProgress& now);
  // A line that stays, above the progress line.
  void print(const std::string& text);
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point start_ = Clock::now(), last_ = Clock::now();
};

}  // namespace brineflow
