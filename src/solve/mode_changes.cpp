#include "solve/mode_changes.hpp"

#include "base/error.hpp"
#include "solve/diagnosis.hpp"

#include <fmt/format.h>

namespace brineflow {
namespace {

// So many changes of one unit are no accident; said where a step at that rate would have so many.
constexpr int changes_of_restless_unit = 20;
constexpr double many_changes = 1000.0;
// Events at most this share of their step apart happen at once.
constexpr double at_once = 1e-6;

}  // namespace

void ModeChanges::begin_step() {
  of_unit_.assign(of_unit_.size(), {});
  said_ = false;
}

void ModeChanges::begin_anew() {
  last_event_ = -1.0;
  at_once_ = 0;
}

void ModeChanges::event(const Step& step, double t) {
  if (t - last_event_ > at_once * step.at_most) {
    last_event_ = t;
    at_once_ = 0;
  } else if (++at_once_ > most_at_once) {
    throw SolverError(fmt::format("stopped at t = {}: units change their modes back and forth ({} events within {})", format_time(t), most_at_once,
                                  format_time(at_once * step.at_most)));
  }
}

std::optional<std::string> ModeChanges::change(const Step& step, std::size_t unit, double t) {
  Count& of = of_unit_[unit];
  if (of.number++ == 0) of.since = t;
  const double passed = t - of.since, expected = (of.number - 1) / passed * step.at_most;
  if (said_ || of.number != changes_of_restless_unit || !(expected > many_changes)) return std::nullopt;
  said_ = true;
  return fmt::format("changes its mode over and over, {} times within {}: the run begins anew each time, about {:.2g} times in step '{}' if this goes on. "
                     "What arrives there and what it gives do not fit; other flows, a larger volume or limits farther apart would help.",
                     of.number, format_time(passed), expected, step.name);
}

}  // namespace brineflow
