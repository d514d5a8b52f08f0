// libFuzzer target: any bytes as measured data. What is read without a finding has rows, and times that rise.
#include "base/error.hpp"
#include "study/measured_series.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <unistd.h>

using namespace brineflow;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("fuzz_measured_" + std::to_string(::getpid()));
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  MeasuredFormat format;  // the last bytes choose how to read
  format.decimal_comma = size > 0 && (data[size - 1] & 1U) != 0;
  if (size > 1 && (data[size - 2] & 1U) != 0) format.quality = {"quality", {}};
  Diagnostics diagnostics;
  const MeasuredTable table = read_measured(path, format, diagnostics);
  static_cast<void>(diagnostics.text());
  if (!diagnostics.empty()) return 0;
  if (table.rows == 0) std::abort();
  for (const MeasuredSeries& series : table.series) {
    if (series.time.size() != series.value.size()) std::abort();
    for (std::size_t k = 1; k < series.time.size(); ++k)
      if (!(series.time[k] > series.time[k - 1])) std::abort();
  }
  return 0;
}
