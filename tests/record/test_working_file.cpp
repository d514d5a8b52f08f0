// One output, one run.
#include <boost/test/unit_test.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/error.hpp"
#include "record/result_file.hpp"
#include "record/working_file.hpp"
#include "sample_check.hpp"
#include "sample_run.hpp"
#include "scratch_folder.hpp"

using namespace brineflow;
using namespace brineflow::test;

BOOST_AUTO_TEST_SUITE(working_file)

BOOST_AUTO_TEST_CASE(a_second_run_on_the_same_output_is_refused) {
  const ScratchFolder folder;
  const auto path = folder / "run.h5";
  auto first = ResultFile::create(path);
  const SampleRun run(first);
  run.record(first, 0);
  const auto says_so = [](const StorageError& e) {
    return std::string(e.what()).find("another run is writing it") != std::string::npos;
  };
  BOOST_CHECK_EXCEPTION(ResultFile::create(path), StorageError, says_so);
  const pid_t child = ::fork();
  if (child == 0) {
    int status = 1;
    try {
      ResultFile::create(path);
    } catch (const StorageError&) {
      status = 0;
    }
    ::_exit(status);
  }
  int status = 1;
  ::waitpid(child, &status, 0);
  BOOST_CHECK_EQUAL(status, 0);
  first.commit();
  BOOST_CHECK_THROW(ResultFile::reopen(path), StorageError);
  first.finish("complete");
  BOOST_CHECK_EQUAL(check_sample(path), 1u);
  BOOST_CHECK_NO_THROW(ResultFile::create(path));
  BOOST_CHECK_EQUAL(check_sample(path), 1u);
}

BOOST_AUTO_TEST_CASE(a_left_over_working_file_is_replaced) {
  const ScratchFolder folder;
  std::ofstream(folder / "run.h5.part") << "of a killed run";
  std::ofstream(folder / "run.h5.part.copy") << "of a killed run";
  auto file = ResultFile::create(folder / "run.h5");
  const SampleRun run(file);
  run.record(file, 0);
  file.commit();
  file.finish("complete");
  BOOST_CHECK_EQUAL(check_sample(folder / "run.h5"), 1u);
  BOOST_CHECK(!std::filesystem::exists(folder / "run.h5.part.copy"));
}

BOOST_AUTO_TEST_CASE(a_link_is_followed) {
  const ScratchFolder folder;
  std::filesystem::create_directory(folder / "data");
  std::ofstream(folder / "data/run.h5") << "old";
  std::filesystem::create_symlink("data/run.h5", folder / "link.h5");
  const WorkingFile file(folder / "link.h5");
  BOOST_CHECK_EQUAL(file.target(), std::filesystem::canonical(folder / "data/run.h5"));
}

BOOST_AUTO_TEST_SUITE_END()
