// What the reader says about files that are not what they should be.
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/error.hpp"
#include "record/result_file.hpp"
#include "record/result_reader.hpp"
#include "sample_run.hpp"
#include "scratch_folder.hpp"

using namespace brineflow;
using namespace brineflow::test;

namespace {

// True if the text of the error contains `part`; prints the text if not.
auto says(std::string part) {
  return [part](const Error& e) {
    const bool found = std::string(e.what()).find(part) != std::string::npos;
    if (!found) BOOST_TEST_MESSAGE("the error says: " << e.what());
    return found;
  };
}

void write_sample(const std::filesystem::path& path) {
  auto file = ResultFile::create(path);
  const SampleRun run(file);
  for (std::size_t row = 0; row < 200; ++row) run.record(file, row);
  file.commit();
  file.finish("complete");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(result_reader)

BOOST_AUTO_TEST_CASE(missing_file_or_folder_is_a_storage_error) {
  const ScratchFolder folder;
  BOOST_CHECK_EXCEPTION(ResultReader(folder / "none.h5"), StorageError, says("none.h5: No such file"));
  BOOST_CHECK_EXCEPTION(ResultReader(folder.path()), StorageError, says("it is a folder"));
}

BOOST_AUTO_TEST_CASE(other_and_cut_files_are_input_errors) {
  const ScratchFolder folder;
  std::ofstream(folder / "text.h5") << "not HDF5 at all\n";
  std::ofstream(folder / "empty.h5") << "";
  BOOST_CHECK_EXCEPTION(ResultReader(folder / "text.h5"), InputError, says("text.h5 is not an HDF5 file"));
  BOOST_CHECK_EXCEPTION(ResultReader(folder / "empty.h5"), InputError, says("is not an HDF5 file"));
  write_sample(folder / "run.h5");
  const auto size = std::filesystem::file_size(folder / "run.h5");
  for (const auto part : {size - 1, size / 2, std::uintmax_t{200}}) {
    std::filesystem::resize_file(folder / "run.h5", part);
    BOOST_CHECK_EXCEPTION(ResultReader(folder / "run.h5"), InputError, says("is cut short"));
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_named) {
  const ScratchFolder folder;
  write_sample(folder / "run.h5");
  const ResultReader reader(folder / "run.h5");
  BOOST_CHECK(reader.has("/streams/column.outlet/flow"));
  BOOST_CHECK(!reader.has("/streams/lake/flow"));
  BOOST_CHECK(!reader.has("/time/flow"));
  BOOST_CHECK_EXCEPTION(reader.read_vector("/streams/lake/flow"), InputError, says("holds no /streams/lake/flow"));
  BOOST_CHECK_EXCEPTION(reader.read_vector("/component"), InputError, says("holds text, not numbers"));
  BOOST_CHECK_EXCEPTION(reader.read_texts("/time"), InputError, says("holds no text"));
  BOOST_CHECK_EXCEPTION(reader.read_vector("/streams"), InputError, says("/streams"));
  BOOST_CHECK_EXCEPTION(reader.read_number("/time"), InputError, says("holds 200 values"));
  BOOST_CHECK_EXCEPTION(reader.attribute("/time", "colour"), InputError, says("has no attribute 'colour'"));
  BOOST_CHECK_EXCEPTION(reader.number_attribute("/time", "units"), InputError, says("holds no single number"));
  BOOST_CHECK(reader.read_rows("/time", 198, 2) == (std::vector{sample_time(198), sample_time(199)}));
  BOOST_CHECK_EXCEPTION(reader.read_rows("/time", 199, 2), InputError, says("rows outside"));
}

BOOST_AUTO_TEST_SUITE_END()
