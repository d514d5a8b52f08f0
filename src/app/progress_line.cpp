#include "app/progress_line.hpp"

#include "solve/diagnosis.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace brineflow {
namespace {

constexpr std::chrono::milliseconds between_updates{200};  // on a terminal
constexpr std::chrono::seconds between_lines{10};          // in a log

}  // namespace

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() { clear(); }

bool ProgressLine::due() {
  const Clock::time_point time = Clock::now();
  if (time - last_ < (terminal_ ? Clock::duration(between_updates) : Clock::duration(between_lines))) return false;
  last_ = time;
  return true;
}

void ProgressLine::put(const std::string& text) {
  fmt::print(stderr, "{}{}{}", terminal_ ? "\r\033[K" : "", text, terminal_ ? "" : "\n");
  std::fflush(stderr);
  shown_ = terminal_;
}

void ProgressLine::show(const RunProgress& now) {
  if (!due()) return;
  const double wall = std::chrono::duration<double>(last_ - start_).count();
  std::string text = fmt::format("t = {}, step '{}', {} solver steps, {:.0f} s", format_time(now.time), now.step, now.solver_steps, wall);
  if (now.cycles > 1) text = fmt::format("cycle {} of at most {}, ", now.cycle, now.cycles) + text;
  if (now.end && now.time > 0.0) text += fmt::format(", about {:.0f} s to go", wall * (*now.end - now.time) / now.time);
  put(text);
}

void ProgressLine::show(const SweepProgress& now) {
  if (!due()) return;
  std::string text = fmt::format("{} of {} cases", now.known + now.ended, now.cases);
  if (now.failed > 0) text += fmt::format(", {} failed", now.failed);
  if (now.ended > 0)
    text += fmt::format(", {:.3g} a second, about {} to go", static_cast<double>(now.ended) / now.elapsed,
                        format_time(now.elapsed / static_cast<double>(now.ended) * static_cast<double>(now.cases - now.known - now.ended)));
  put(text);
}

void ProgressLine::show(const std::string& now) {
  if (due()) put(now);
}

void ProgressLine::print(const std::string& text) {
  clear();
  fmt::print(stderr, "{}\n", text);
}

void ProgressLine::clear() {
  if (shown_) fmt::print(stderr, "\r\033[K");
  shown_ = false;
}

}  // namespace brineflow
