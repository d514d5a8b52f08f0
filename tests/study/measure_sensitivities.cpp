// What sensitivities cost: a case is run without and with them, in turns, and the times of the solver compared.
//
//   measure_sensitivities REPETITIONS CASE PATH=VALUE...
//
// Prints one line: solver time without and with sensitivities to these values [s, medians], their ratio, steps and Jacobians of both.
#include "base/error.hpp"
#include "base/quantity.hpp"
#include "study/quantity_text.hpp"
#include "study/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <span>

using namespace brineflow;

namespace {

constexpr double step = 1e-7;

struct Value {
  std::string path, text;
};

Value split(const std::string& argument) {
  const std::size_t at = argument.find('=');
  if (at == std::string::npos) throw InputError(fmt::format("'{}' is no PATH=VALUE", argument));
  return {argument.substr(0, at), argument.substr(at + 1)};
}

std::string moved(const std::string& text) {
  const Quantity quantity = parse_quantity(text);
  const std::string unit = unit_in(text);
  return with_unit(to_unit(quantity.value, parse_unit(unit)) * (1.0 + step), unit);
}

double median(std::vector<double> of) {
  std::sort(of.begin(), of.end());
  return of[of.size() / 2];
}

double solver_time(const Recording& recording) { return recording.outcome.wall_time - recording.outcome.recording_time; }

int measure(int repetitions, const std::filesystem::path& file, const std::vector<Value>& values) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path();
  std::vector<Override> here;
  for (const Value& one : values) here.push_back({one.path, one.text});
  const Case input = check_case(file, here);
  std::vector<MovedCase> beside;
  for (std::size_t k = 0; k < values.size(); ++k) {
    std::vector<Override> there = here;
    there[k].value = moved(values[k].text);
    beside.push_back({check_case(file, there), step, folder / fmt::format("measure_sensitivities_{}.h5", k)});
  }
  std::vector<double> without, with;
  Recording plain, full;
  for (int k = 0; k < repetitions; ++k) {
    RunOptions options;
    options.output = folder / "measure_sensitivities.h5";
    without.push_back(solver_time(plain = run_case(input, options)));
    options.beside = &beside;
    with.push_back(solver_time(full = run_case(input, options)));
  }
  const auto &a = plain.outcome.statistics, &b = full.outcome.statistics;
  std::cout << fmt::format("{:.4f} {:.4f} {:.3f} {} {} {} {}\n", median(without), median(with), median(with) / median(without), a.steps, b.steps, a.jacobians, b.jacobians);
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 4) throw InputError("usage: measure_sensitivities REPETITIONS CASE PATH=VALUE...");
  std::vector<Value> values;
  for (const char* argument : std::span(argv + 3, argv + argc)) values.push_back(split(argument));
  return measure(std::stoi(argv[1]), argv[2], values);
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 2;
}
