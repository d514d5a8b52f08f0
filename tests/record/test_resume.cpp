// A run that stopped goes on in its own file.
#include <boost/test/unit_test.hpp>

#include <array>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "record/result_file.hpp"
#include "record/result_reader.hpp"
#include "sample_check.hpp"
#include "sample_run.hpp"
#include "scratch_folder.hpp"

using namespace brineflow;
using namespace brineflow::test;

namespace {

// Rows 0..124, with a checkpoint at `checkpoint` rows.
void write_part(const std::filesystem::path& path, std::size_t checkpoint) {
  auto file = ResultFile::create(path);
  const SampleRun run(file);
  for (std::size_t row = 0; row < 125; ++row) {
    if (row == checkpoint) file.checkpoint(sample_checkpoint(row));
    run.record(file, row);
    file.commit();
  }
  file.finish("interrupted");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(resume)

BOOST_AUTO_TEST_CASE(goes_on_after_truncation_to_the_checkpoint) {
  const ScratchFolder folder;
  const auto path = folder / "run.h5";
  write_part(path, 101);
  BOOST_CHECK(ResultReader(path).read_vector("/checkpoint/y") == (std::vector{101.0, 1.0, 2.0}));
  BOOST_CHECK_EQUAL(ResultReader(path).read_number("/checkpoint/t"), sample_time(101));
  auto file = ResultFile::reopen(path);
  const SampleRun run(file);
  BOOST_CHECK_EQUAL(file.rows(run.time), 125u);
  file.truncate_to_checkpoint();
  BOOST_CHECK_EQUAL(file.rows(run.time), 101u);
  BOOST_CHECK_EQUAL(file.rows(run.profile_time), 11u);
  for (std::size_t row = 101; row < 300; ++row) {
    run.record(file, row);
    if (row == 200) file.checkpoint(sample_checkpoint(row));
    file.commit();
  }
  BOOST_CHECK_EQUAL(ResultReader(path).attribute("/", "status"), "running");
  file.finish("complete");
  BOOST_CHECK_EQUAL(check_sample(path), 300u);
  BOOST_CHECK_EQUAL(ResultReader(path).attribute("/", "status"), "complete");
  BOOST_CHECK_EQUAL(ResultReader(path).read_vector("/checkpoint/y").at(0), 200.0);
}

BOOST_AUTO_TEST_CASE(truncation_of_one_axis_takes_its_series_and_no_others) {
  const ScratchFolder folder;
  const auto path = folder / "run.h5";
  write_part(path, 101);
  auto file = ResultFile::reopen(path);
  // The other series are not even added again: rows stay aligned all the same.
  const FileAxis time = file.add_growing_axis("/time", {"s", "time"});
  file.truncate_to(time, 7);
  BOOST_CHECK_THROW(file.truncate_to(time, 8), StorageError);
  file.append(time, 99.0);
  file.commit();
  file.finish("complete");
  const ResultReader reader(path);
  BOOST_CHECK(reader.shape("/streams/column.outlet/molar_flow") == (std::vector<std::size_t>{8, 3}));
  BOOST_CHECK(reader.shape("/units/column/c_li") == (std::vector<std::size_t>{13, 4}));
  BOOST_CHECK_EQUAL(reader.read_vector("/time").back(), 99.0);
}

BOOST_AUTO_TEST_CASE(a_checkpoint_is_as_old_as_its_rows_in_every_snapshot) {
  const ScratchFolder folder;
  const auto path = folder / "run.h5";
  auto file = ResultFile::create(path, {.interval = 0.0, .largest_share = 1.0});
  const SampleRun run(file);
  for (std::size_t row = 0; row < 60; ++row) {
    run.record(file, row);
    if (row % 7 == 0) file.checkpoint(sample_checkpoint(row + 1));
    file.commit();
    const ResultReader reader(path);
    const double rows = reader.read_vector("/checkpoint/rows").at(0);
    BOOST_CHECK_EQUAL(rows, reader.read_vector("/checkpoint/y").at(0));
    BOOST_CHECK_LE(rows, static_cast<double>(reader.read_vector("/time").size()));
  }
}

BOOST_AUTO_TEST_CASE(a_checkpoint_may_change_its_form) {
  const ScratchFolder folder;
  auto file = ResultFile::create(folder / "run.h5");
  const SampleRun run(file);
  run.record(file, 0);
  file.checkpoint(sample_checkpoint(1));
  file.commit();
  Checkpoint other;
  other.vectors.push_back({"states", "1", "other", {1.0, 2.0, 3.0, 4.0}});
  file.checkpoint(other);
  file.commit(Snapshot::now);
  const ResultReader reader(folder / "run.h5");
  BOOST_CHECK(!reader.has("/checkpoint/y"));
  BOOST_CHECK_EQUAL(reader.read_vector("/checkpoint/states").size(), 4u);
}

BOOST_AUTO_TEST_CASE(another_case_is_refused_and_leaves_the_result_alone) {
  const ScratchFolder folder;
  const auto path = folder / "run.h5";
  write_part(path, 101);
  {
    auto file = ResultFile::reopen(path);
    BOOST_CHECK_THROW(file.add_growing_axis("/time", {"h", "time"}), StorageError);
    BOOST_CHECK_THROW(file.add_text_axis("/component", {"H2O", "Na+"}, {"1", "component"}), StorageError);
    BOOST_CHECK_THROW(file.add_axis("/units/column/z", std::array{0.0, 1.0}, {"m", "z"}), StorageError);
    const FileAxis profile_time = file.add_growing_axis("/units/column/profile_time", {"s", "time"});
    BOOST_CHECK_THROW(file.add_series("/units/column/c_li", {profile_time}, {"mol/m3", "x"}), StorageError);
  }
  BOOST_CHECK_EQUAL(ResultReader(path).attribute("/", "status"), "interrupted");
  BOOST_CHECK_EQUAL(check_sample(path), 125u);
  BOOST_CHECK(!std::filesystem::exists(path.string() + ".part"));
}

BOOST_AUTO_TEST_CASE(nothing_to_go_on_with) {
  const ScratchFolder folder;
  BOOST_CHECK_THROW(ResultFile::reopen(folder / "none.h5"), StorageError);
  std::ofstream(folder / "text.h5") << "not HDF5\n";
  BOOST_CHECK_THROW(ResultFile::reopen(folder / "text.h5"), StorageError);
  BOOST_CHECK(!std::filesystem::exists(folder / "text.h5.part"));
  auto file = ResultFile::create(folder / "run.h5");
  BOOST_CHECK_THROW(file.truncate_to_checkpoint(), StorageError);
}

BOOST_AUTO_TEST_SUITE_END()
