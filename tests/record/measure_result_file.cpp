// Measures how fast rows are recorded: measure_result_file PATH [ROWS]. 20 series of 8 values.
#include <fmt/core.h>
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "record/result_file.hpp"

namespace {

using namespace brineflow;

long peak_memory() {  // kB
  struct rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return 2;
  const std::size_t rows = count > 2 ? std::strtoul(arguments[2], nullptr, 10) : 100'000;
  const auto begin = std::chrono::steady_clock::now();
  auto file = ResultFile::create(arguments[1]);
  const FileAxis time = file.add_growing_axis("/time", {"s", "time"});
  const FileAxis component = file.add_dimension("/component", 8);
  std::vector<Series> series;
  for (int k = 0; k < 20; ++k)
    series.push_back(file.add_series(fmt::format("/streams/s{}/molar_flow", k), {time, component}, {"mol/s", "flow"}));
  std::vector<double> values(8);
  int snapshots = 0;
  long early_memory = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    file.append(time, static_cast<double>(row));
    for (std::size_t s = 0; s < series.size(); ++s) {
      for (std::size_t k = 0; k < 8; ++k) values[k] = std::sin(1e-3 * static_cast<double>(row + 100 * s + k));
      file.put(series[s], values);
    }
    snapshots += file.commit();
    if (row == rows / 10) early_memory = peak_memory();
  }
  file.finish("complete");
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const double megabytes = static_cast<double>(rows) * 161 * 8 / 1e6;
  fmt::print("{} rows, {:.0f} MB in {:.2f} s: {:.0f} MB/s; {} snapshots; file {:.1f} MB; "
             "peak memory {} kB after a tenth, {} kB at the end\n",
             rows, megabytes, seconds, megabytes / seconds, snapshots,
             static_cast<double>(std::filesystem::file_size(arguments[1])) / 1e6, early_memory, peak_memory());
  return 0;
}
