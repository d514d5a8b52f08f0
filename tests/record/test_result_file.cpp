// What a run writes is what a reader finds, at every moment of the run.
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "record/result_file.hpp"
#include "record/result_reader.hpp"
#include "sample_check.hpp"
#include "sample_run.hpp"
#include "scratch_folder.hpp"

using namespace brineflow;
using namespace brineflow::test;

BOOST_AUTO_TEST_SUITE(result_file)

BOOST_AUTO_TEST_CASE(finished_run_reads_back_exactly) {
  const ScratchFolder folder;
  const auto path = folder / "run.h5";
  auto file = ResultFile::create(path);
  const SampleRun run(file);
  for (std::size_t row = 0; row < 1000; ++row) {
    run.record(file, row);
    file.commit();
  }
  file.write(run.closure, std::vector{1e-12, 2e-12, 3e-12});
  file.write(run.recovery, 0.5);
  file.write(run.recovery, 0.87);
  file.write_text("/case", "title: first\n", "resolved case");
  file.write_text("/case", "title: Zabuyé, a longer one\n", "resolved case");
  file.set_attribute("/", "title", "sample");
  file.set_attribute("/solver", "steps", 42.0);
  file.finish("complete");

  BOOST_CHECK_EQUAL(check_sample(path), 1000u);
  const ResultReader reader(path);
  BOOST_CHECK(reader.read_vector("/balance/closure") == (std::vector{1e-12, 2e-12, 3e-12}));
  BOOST_CHECK_EQUAL(reader.read_number("/kpi/li_recovery"), 0.87);
  BOOST_CHECK_EQUAL(reader.read_text("/case"), "title: Zabuyé, a longer one\n");
  BOOST_CHECK_EQUAL(reader.attribute("/", "title"), "sample");
  BOOST_CHECK_EQUAL(reader.attribute("/", "status"), "complete");
  BOOST_CHECK_EQUAL(reader.number_attribute("/solver", "steps"), 42.0);
  BOOST_CHECK(reader.read_texts("/component") == sample_components);
  BOOST_CHECK(!std::filesystem::exists(path.string() + ".part"));
}

BOOST_AUTO_TEST_CASE(every_dataset_is_labelled_and_knows_its_axes) {
  const ScratchFolder folder;
  auto file = ResultFile::create(folder / "run.h5");
  const SampleRun run(file);
  run.record(file, 0);
  file.commit();
  file.finish("complete");

  const ResultReader reader(folder / "run.h5");
  BOOST_CHECK_EQUAL(reader.attribute("/time", "units"), "s");
  BOOST_CHECK_EQUAL(reader.attribute("/streams/column.outlet/molar_flow", "units"), "mol/s");
  BOOST_CHECK_EQUAL(reader.attribute("/streams/column.outlet/molar_flow", "long_name"), "molar flow");
  BOOST_CHECK(reader.axes("/streams/column.outlet/molar_flow") == (std::vector<std::string>{"/time", "/component"}));
  BOOST_CHECK(reader.axes("/units/column/c_li") ==
              (std::vector<std::string>{"/units/column/profile_time", "/units/column/z"}));
  BOOST_CHECK(reader.shape("/units/column/c_li") == (std::vector<std::size_t>{1, 4}));
  BOOST_CHECK(reader.list("/streams/column.outlet") == (std::vector<std::string>{"flow", "molar_flow"}));
  BOOST_CHECK_EQUAL(reader.attribute("/component", "CLASS"), "DIMENSION_SCALE");
}

BOOST_AUTO_TEST_CASE(a_value_never_put_is_nan) {
  const ScratchFolder folder;
  auto file = ResultFile::create(folder / "run.h5");
  const SampleRun run(file);
  run.record(file, 0);
  file.append(run.time, 60.0);
  // A series that comes late is NaN in the rows before it.
  const Series late = file.add_series("/kpi/late", {run.time}, {"1", "late"});
  file.append(run.time, 120.0);
  file.put(late, 7.0);
  file.commit();
  file.finish("complete");
  const ResultReader reader(folder / "run.h5");
  const auto flow = reader.read_vector("/streams/column.outlet/flow");
  BOOST_REQUIRE_EQUAL(flow.size(), 3u);
  BOOST_CHECK(!std::isnan(flow[0]) && std::isnan(flow[1]) && std::isnan(flow[2]));
  const auto values = reader.read_vector("/kpi/late");
  BOOST_CHECK(std::isnan(values.at(0)) && std::isnan(values.at(1)) && values.at(2) == 7.0);
  BOOST_CHECK(std::isnan(reader.read_number("/kpi/li_recovery")));
}

BOOST_AUTO_TEST_CASE(first_commit_makes_a_snapshot_and_later_ones_wait) {
  const ScratchFolder folder;
  auto file = ResultFile::create(folder / "run.h5", {.interval = 3600.0, .largest_share = 0.05});
  const SampleRun run(file);
  BOOST_CHECK(!file.commit());  // nothing to show yet
  run.record(file, 0);
  BOOST_CHECK(file.commit());
  BOOST_CHECK_EQUAL(check_sample(folder / "run.h5"), 1u);
  BOOST_CHECK_EQUAL(ResultReader(folder / "run.h5").attribute("/", "status"), "running");
  run.record(file, 1);
  BOOST_CHECK(!file.commit());
  BOOST_CHECK_EQUAL(check_sample(folder / "run.h5"), 1u);
  BOOST_CHECK(file.commit(Snapshot::now));
  BOOST_CHECK_EQUAL(check_sample(folder / "run.h5"), 2u);
}

BOOST_AUTO_TEST_CASE(a_reader_keeps_its_snapshot_and_disturbs_nobody) {
  const ScratchFolder folder;
  const auto path = folder / "run.h5";
  auto file = ResultFile::create(path, {.interval = 0.0, .largest_share = 1.0});
  const SampleRun run(file);
  run.record(file, 0);
  file.commit();
  const ResultReader early(path);
  for (std::size_t row = 1; row < 300; ++row) {
    run.record(file, row);
    BOOST_REQUIRE(file.commit());
  }
  BOOST_CHECK_EQUAL(early.read_vector("/time").size(), 1u);
  BOOST_CHECK_EQUAL(check_sample(path), 300u);
  file.finish("complete");
  BOOST_CHECK_EQUAL(early.read_vector("/time").size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_run_that_ends_by_an_exception_keeps_what_it_committed) {
  const ScratchFolder folder;
  try {
    auto file = ResultFile::create(folder / "run.h5", {.interval = 3600.0, .largest_share = 0.05});
    const SampleRun run(file);
    for (std::size_t row = 0; row < 100; ++row) {
      run.record(file, row);
      file.commit();
    }
    file.append(run.time, -1.0);  // a row half written
    throw SolverError("test");
  } catch (const SolverError&) {
  }
  BOOST_CHECK_EQUAL(check_sample(folder / "run.h5"), 100u);
  BOOST_CHECK(!std::filesystem::exists(folder / "run.h5.part"));
}

BOOST_AUTO_TEST_CASE(a_run_without_rows_leaves_the_earlier_result) {
  const ScratchFolder folder;
  const auto path = folder / "run.h5";
  {
    auto file = ResultFile::create(path);
    const SampleRun run(file);
    run.record(file, 0);
    file.commit();
    file.finish("complete");
  }
  {
    auto file = ResultFile::create(path);
    const SampleRun run(file);
  }
  BOOST_CHECK_EQUAL(ResultReader(path).attribute("/", "status"), "complete");
}

BOOST_AUTO_TEST_CASE(wrong_use_is_an_internal_error) {
  const ScratchFolder folder;
  auto file = ResultFile::create(folder / "run.h5");
  const SampleRun run(file);
  BOOST_CHECK_THROW(file.put(run.flow, 1.0), InternalError);  // no row yet
  file.append(run.time, 0.0);
  BOOST_CHECK_THROW(file.put(run.molar_flow, 1.0), InternalError);
  BOOST_CHECK_THROW(file.add_series("/streams/column.outlet/flow", {run.time}, {"1", ""}), InternalError);
  BOOST_CHECK_THROW(file.add_series("/streams/a/x", {run.profile_time}, {"1", ""}), InternalError);
  BOOST_CHECK_THROW(file.add_series("/streams/a/x", {run.component}, {"1", ""}), InternalError);
  BOOST_CHECK_THROW(file.add_fixed("/kpi/x", {run.time}, {"1", ""}), InternalError);
  BOOST_CHECK_THROW(file.add_fixed("kpi/x", {}, {"1", ""}), InternalError);
  BOOST_CHECK_THROW(file.add_fixed("/kpi/time", {}, {"s", "named like an axis above it"}), InternalError);
  BOOST_CHECK_THROW(file.write(run.closure, 1.0), InternalError);
  file.commit();
  file.finish("complete");
  BOOST_CHECK_THROW(file.commit(), InternalError);
}

BOOST_AUTO_TEST_CASE(a_small_run_makes_a_small_file) {
  const ScratchFolder folder;
  auto file = ResultFile::create(folder / "run.h5");
  const FileAxis time = file.add_growing_axis("/time", {"s", "time"});
  const FileAxis component = file.add_text_axis(
      "/component", {"H2O", "Li+", "Na+", "K+", "Mg+2", "Ca+2", "Cl-", "SO4-2"}, {"1", "component"});
  std::vector<Series> series;
  for (int stream = 0; stream < 10; ++stream) {
    const std::string group = "/streams/stream" + std::to_string(stream);
    for (const char* name : {"/flow", "/temperature", "/pressure", "/density"})
      series.push_back(file.add_series(group + name, {time}, {"1", "x"}));
    for (const char* name : {"/molar_flow", "/concentration"})
      series.push_back(file.add_series(group + name, {time, component}, {"1", "x"}));
  }
  for (std::size_t row = 0; row < 50; ++row) {
    file.append(time, static_cast<double>(row));
    for (const Series s : series) {
      const std::vector<double> values(s.index % 6 < 4 ? 1 : 8, std::sin(static_cast<double>(row + s.index)));
      file.put(s, values);
    }
    file.commit(row % 5 == 0 ? Snapshot::now : Snapshot::if_due);
  }
  file.finish("complete");
  const auto size = std::filesystem::file_size(folder / "run.h5");
  BOOST_TEST_MESSAGE("60 series of 50 rows: " << size << " bytes");
  BOOST_CHECK_LT(size, 200'000u);
}

BOOST_AUTO_TEST_SUITE_END()
