// The classical method of order four with a fixed step: small steps make its error vanish beside that of space.
#pragma once

#include <cmath>
#include <vector>

namespace brineflow::test {

// Advances y from `time` by `duration` in equal steps of at most `longest_step`; rates(t, y, dydt).
template <class Rates>
void runge_kutta(std::vector<double>& y, double time, double duration, double longest_step, const Rates& rates) {
  const int steps = static_cast<int>(std::ceil(duration / longest_step - 1e-9));
  const double h = duration / steps;
  std::vector<double> k(y.size()), sum(y.size()), stage(y.size());
  const auto add = [&](double weight, double reach) {
    for (std::size_t i = 0; i < y.size(); ++i) {
      sum[i] += weight * k[i];
      stage[i] = y[i] + reach * k[i];
    }
  };
  for (int n = 0; n < steps; ++n) {
    const double t = time + n * h;
    sum.assign(y.size(), 0.0);
    rates(t, y, k);
    add(h / 6, h / 2);
    rates(t + h / 2, stage, k);
    add(h / 3, h / 2);
    rates(t + h / 2, stage, k);
    add(h / 3, h);
    rates(t + h, stage, k);
    add(h / 6, 0.0);
    for (std::size_t i = 0; i < y.size(); ++i) y[i] += sum[i];
  }
}

}  // namespace brineflow::test
