// The model between its recorded rows.
#include "study/comparison.hpp"

#include <algorithm>
#include <cmath>

namespace brineflow {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Keeps the value nearest to y of those it is shown.
class Nearest {
 public:
  explicit Nearest(double y) : y_(y) {}

  void value(double v) {
    if (!std::isnan(v) && !(std::abs(best_ - y_) <= std::abs(v - y_)))
      best_ = v;  // NaN is farther than anything
  }
  // Everything between two values.
  void span(double a, double b) {
    if (!std::isnan(a) && !std::isnan(b)) value(std::clamp(y_, std::min(a, b), std::max(a, b)));
  }
  double best() const { return best_; }

 private:
  double y_, best_ = nan;
};

double between(double t, double t0, double t1, double v0, double v1) {
  if (t <= t0) return v0;
  if (t >= t1) return v1;
  return v0 + (v1 - v0) * (t - t0) / (t1 - t0);
}

}  // namespace

ModelAt model_at(const ResultSeries& model, double t, double y, double tolerance) {
  const std::vector<double>&time = model.time, &value = model.value;
  if (!model.has_time()) return {value.front(), value.front()};
  const auto index = [&time](auto found) { return static_cast<std::size_t>(found - time.begin()); };

  // At the time itself: the row or, at a jump, those of its rows that is nearer; else the line between two
  // rows.
  Nearest here(y);
  const std::size_t first = index(std::lower_bound(time.begin(), time.end(), t));
  std::size_t after = first;
  for (; after < time.size() && time[after] == t; ++after) here.value(value[after]);
  if (after == first && first > 0 && first < time.size())
    here.value(between(t, time[first - 1], time[first], value[first - 1], value[first]));
  if (!(tolerance > 0.0) || std::isnan(here.best())) return {here.best(), here.best()};

  Nearest within(y);
  within.value(here.best());
  const double from = t - tolerance, to = t + tolerance;
  std::size_t k = index(std::lower_bound(time.begin(), time.end(), from));
  if (k > 0) --k;
  for (; k < time.size() && time[k] <= to && within.best() != y; ++k) {
    if (time[k] >= from) within.value(value[k]);
    if (k + 1 == time.size() || time[k + 1] == time[k] || time[k + 1] < from) continue;
    within.span(between(from, time[k], time[k + 1], value[k], value[k + 1]),
                between(to, time[k], time[k + 1], value[k], value[k + 1]));
  }
  return {here.best(), within.best()};
}

}  // namespace brineflow
