// What the readers of data packages share: lists, numbers with a source, functions of temperature.
#pragma once

#include "base/diagnostics.hpp"
#include "input/parameters.hpp"
#include "physics/temperature_function.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace brineflow::package_reading {

// The items of a list; none for an absent or empty key, and a finding for anything that is not a list.
const std::vector<Node>& items_of(const Values& values, const std::string& key, Diagnostics& diagnostics);

// `count` texts, such as the ions of an interaction; a finding for another number of them.
std::vector<std::string> texts_of(const Values& values, const std::string& key, std::size_t count,
                                  Diagnostics& diagnostics);
template <std::size_t count>
std::array<std::string, count> texts_of(const Values& values, const std::string& key,
                                        Diagnostics& diagnostics) {
  const std::vector<std::string> texts = texts_of(values, key, count, diagnostics);
  std::array<std::string, count> result;
  std::copy(texts.begin(), texts.end(), result.begin());
  return result;
}

// `count` quantities of the dimension of `unit`, SI.
std::vector<double> numbers_of(const Values& values, const std::string& key, std::size_t count,
                               const char* unit, Diagnostics& diagnostics);
template <std::size_t count>
std::array<double, count> numbers_of(const Values& values, const std::string& key, const char* unit,
                                     Diagnostics& diagnostics) {
  const std::vector<double> numbers = numbers_of(values, key, count, unit, diagnostics);
  std::array<double, count> result{};
  std::copy(numbers.begin(), numbers.end(), result.begin());
  return result;
}

// The row `source` of a table: where the numbers come from.
Parameter source_row();

// {value: 0.3915, source: "..."}; `without` where the key is absent.
double sourced_number(const Values& values, const std::string& key, const char* unit, double without,
                      Diagnostics& diagnostics);

// A number, or a list of it and up to five coefficients of its dependence on temperature; zero where the key
// is absent.
TemperatureFunction function_of_temperature(const Values& values, const std::string& key,
                                            Diagnostics& diagnostics);

// {Na+: 1, H2O: 10}: names with their stoichiometric numbers.
std::vector<std::pair<std::string, double>> stoichiometry_of(const Values& values, const std::string& key,
                                                             Diagnostics& diagnostics);

}  // namespace brineflow::package_reading
