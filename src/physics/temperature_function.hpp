// Parameters that depend on temperature, in the form geochemical data are published in.
#pragma once

#include "physics/water.hpp"

#include <array>
#include <cmath>
#include <cstddef>

namespace brineflow {

inline constexpr double parameter_temperature = 298.15;  // K, to which parameters are anchored

// The five functions of temperature that stand beside the value at the reference temperature, with their
// slopes: 1/T, ln T, T, T^2, 1/T^2, each minus its value at the reference. T in K.
struct TemperatureTerms {
  std::array<double, 5> value, slope;

  explicit TemperatureTerms(double T) {
    constexpr double R = parameter_temperature;
    value = {1.0 / T - 1.0 / R, std::log(T / R), T - R, T * T - R * R, 1.0 / (T * T) - 1.0 / (R * R)};
    slope = {-1.0 / (T * T), 1.0 / T, 1.0, 2.0 * T, -2.0 / (T * T * T)};
  }
};

// p + c1 (1/T - 1/Tr) + c2 ln(T/Tr) + c3 (T - Tr) + c4 (T^2 - Tr^2) + c5 (1/T^2 - 1/Tr^2), Tr = 298.15 K:
// the form in which PHREEQC and the compilations of Pitzer parameters give theirs.
struct TemperatureFunction {
  double at_reference = 0.0;
  std::array<double, 5> terms{};

  TemperatureFunction() = default;
  TemperatureFunction(double constant)
      : at_reference(constant) {}  // NOLINT: a number is a function that does not vary

  bool varies() const { return terms != std::array<double, 5>{}; }
  double at(const TemperatureTerms& T) const { return at_reference + sum(T.value); }
  double slope(const TemperatureTerms& T) const { return sum(T.slope); }

  friend TemperatureFunction operator*(double factor, TemperatureFunction f) {
    f.at_reference *= factor;
    for (double& c : f.terms) c *= factor;
    return f;
  }

 private:
  double sum(const std::array<double, 5>& functions) const {
    double result = 0.0;
    for (std::size_t k = 0; k < functions.size(); ++k) result += terms[k] * functions[k];
    return result;
  }
};

}  // namespace brineflow
