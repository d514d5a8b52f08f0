// Writes the sample run for test_result_file.py: write_sample_result PATH ROWS
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "base/error.hpp"
#include "record/result_file.hpp"
#include "sample_run.hpp"

namespace {

using namespace brineflow;

void write(const char* path, std::size_t rows) {
  auto file = ResultFile::create(path);
  const test::SampleRun run(file);
  for (std::size_t row = 0; row < rows; ++row) {
    run.record(file, row);
    file.commit();
  }
  file.write(run.closure, std::vector{1e-12, 2e-12, 3e-12});
  file.write(run.recovery, 0.87);
  file.write_text("/case", "title: sample\n", "resolved case");
  file.set_attribute("/", "title", "sample");
  file.checkpoint(test::sample_checkpoint(rows));
  file.commit();
  file.finish("complete");
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  try {
    write(arguments[1], std::strtoul(arguments[2], nullptr, 10));
    return 0;
  } catch (const Error& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return static_cast<int>(e.status());
  }
}
