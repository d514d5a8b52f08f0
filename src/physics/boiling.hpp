// At what temperature a solution boils.
#pragma once

#include "base/scalar.hpp"
#include "physics/water.hpp"

namespace brineflow {

inline constexpr double standard_atmosphere = 101325.0;  // Pa

// The temperature [K] at which ln a_w(T) + ln p_sat(T) = ln p; p in Pa, 1e3 to 1e6. `log_activity` is a function of T [K]:
// ln a_w of the solution; [](const S&) { return S(0.0); } gives the boiling point of water.
//
// Newton with the slope of ln p_sat over 1/T, in which it is nearly straight. That of ln a_w, some hundredths of it, is
// left out: each step wins one to two digits. The number of steps is fixed, so that derivatives converge with values.
template <Scalar S, class LogActivity>
S boiling_temperature(const S& pressure, LogActivity log_activity) {
  constexpr int steps = 12;
  const S log_pressure = log(pressure);
  S T = S(373.124);
  for (int k = 0; k < steps; ++k) {
    const S miss = log_activity(T) + log_saturation_pressure(T) - log_pressure;
    // d ln p / d(1/T) = -T^2 d ln p / dT
    T = T / (S(1.0) + miss / (T * log_saturation_pressure_slope(T)));
  }
  return T;
}

}  // namespace brineflow
