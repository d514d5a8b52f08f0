// Killed processes, full disks, impossible outputs: what is on disk stays good.
#include <boost/test/unit_test.hpp>

#include <fmt/core.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "record/result_file.hpp"
#include "sample_check.hpp"
#include "sample_run.hpp"
#include "scratch_folder.hpp"

using namespace brineflow;
using namespace brineflow::test;

namespace {

namespace fs = std::filesystem;

// Runs `work` in a child process, which ends with its result as exit status.
pid_t start_child(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::alarm(60);  // a hang ends the child by a signal, which the test then sees
  int status = 99;
  try {
    status = work();
  } catch (const std::exception& e) {
    fmt::print(stderr, "child: {}\n", e.what());
  }
  // Not exit(): the static objects of Boost.Test belong to the parent. What HDF5 does in exit() after
  // a full disk is test_result_file.py's to see.
  ::_exit(status);
}

int wait_for(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

// Records until stopped or until it has failed; returns 0 if an error said all of `parts`.
int record_until_full(const fs::path& path, const std::vector<std::string>& parts, double interval) {
  auto file = ResultFile::create(path, {.interval = interval, .largest_share = 1.0});
  try {
    const SampleRun run(file);
    for (std::size_t row = 0;; ++row) {
      run.record(file, row);
      // By rows and not by the clock alone: how full the disk is when a snapshot is made must not depend on the machine.
      file.commit(row % 200 == 0 ? Snapshot::now : Snapshot::if_due);
      if (row == 3'000'000) return 2;
    }
  } catch (const StorageError& e) {
    const std::string text = e.what();
    for (const std::string& part : parts)
      if (text.find(part) == std::string::npos) {
        fmt::print(stderr, "the error says: {}\n", text);
        return 3;
      }
  }
  try {
    file.commit();
    return 4;  // the error must not be forgotten
  } catch (const StorageError&) {
  }
  return 0;
}

void limit_file_size(std::size_t bytes) {
  ::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit limit = {bytes, bytes};
  ::setrlimit(RLIMIT_FSIZE, &limit);
}

auto names(const fs::path& path) {
  return [path](const StorageError& e) { return std::string(e.what()).find(path.string()) != std::string::npos; };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(storage_failure)

BOOST_AUTO_TEST_CASE(impossible_outputs_are_refused_at_once) {
  const ScratchFolder folder;
  BOOST_CHECK_EXCEPTION(ResultFile::create(folder / "no/such/run.h5"), StorageError, names(folder / "no/such"));
  BOOST_CHECK_EXCEPTION(ResultFile::create(folder.path()), StorageError, names(folder.path()));
  std::ofstream(folder / "file") << "x";
  BOOST_CHECK_EXCEPTION(ResultFile::create(folder / "file/run.h5"), StorageError, names(folder / "file"));
  BOOST_CHECK_THROW(ResultFile::create("/dev/null"), StorageError);
  BOOST_CHECK_THROW(ResultFile::create("/proc/run.h5"), StorageError);  // not writable, even for root
}

BOOST_AUTO_TEST_CASE(a_folder_without_write_permission_is_refused) {
  const ScratchFolder folder;
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_exec);
  const pid_t child = start_child([&] {
    if (::getuid() == 0 && ::setuid(65534) != 0) return 0;  // root may write everywhere
    try {
      ResultFile::create(folder / "run.h5");
    } catch (const StorageError& e) {
      return std::string(e.what()).find("Permission denied") == std::string::npos ? 1 : 0;
    }
    return 2;
  });
  BOOST_CHECK_EQUAL(wait_for(child), 0);
  fs::permissions(folder.path(), fs::perms::owner_all);
}

BOOST_AUTO_TEST_CASE(killed_at_any_moment_the_target_is_a_prefix) {
  std::mt19937 random(20240607);
  std::uniform_int_distribution<int> moment(2, 120);  // ms
  std::size_t found = 0;
  const ScratchFolder folder;
  const fs::path path = folder / "run.h5";
  // On a busy machine more of them die before their first row.
  for (int repeat = 0; repeat < 30 || (found < 15 && repeat < 300); ++repeat) {
    fs::remove(path);
    const pid_t child = start_child([&] {
      // The .part of the previous victim is in the way each time.
      auto file = ResultFile::create(path, {.interval = 0.002, .largest_share = 1.0});
      const SampleRun run(file);
      for (std::size_t row = 0;; ++row) {
        run.record(file, row);
        file.commit();
      }
      return 0;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(moment(random)));
    ::kill(child, SIGKILL);
    BOOST_REQUIRE(WIFSIGNALED(wait_for(child)));
    if (!fs::exists(path)) continue;  // killed before the first row
    BOOST_CHECK_GE(check_sample(path), 1u);
    ++found;
  }
  BOOST_TEST_MESSAGE(found << " killed runs had a result");
  BOOST_CHECK_GE(found, 15u);
}

BOOST_AUTO_TEST_CASE(a_full_disk_ends_the_run_and_keeps_the_last_snapshot) {
  // Small limits meet the layout or the first snapshot, larger ones blocks of rows.
  const std::vector<std::size_t> limits{1'000, 5'000, 12'000, 20'000, 60'000, 200'000, 400'000, 1'000'000};
  for (const std::size_t limit : limits) {
    const ScratchFolder folder;
    const fs::path path = folder / "run.h5";
    const pid_t child = start_child([&] {
      limit_file_size(limit);
      try {
        return record_until_full(path, {path.string(), "ulimit -f"}, 0.02);
      } catch (const StorageError&) {
        return 0;  // even the empty file was too large
      }
    });
    const int status = wait_for(child);
    BOOST_CHECK_MESSAGE(status == 0, "limit " << limit << " bytes: child status " << status);
    BOOST_CHECK(!fs::exists(path.string() + ".part") && !fs::exists(path.string() + ".part.copy"));
    const std::size_t rows = fs::exists(path) ? check_sample(path) : 0;
    BOOST_TEST_MESSAGE("limit " << limit << ": " << rows << " rows kept");
    if (limit >= 200'000) BOOST_CHECK_GE(rows, 100u);
  }
}

BOOST_AUTO_TEST_CASE(after_a_full_disk_the_same_process_can_write_again) {
  const ScratchFolder folder;
  const fs::path path = folder / "run.h5";
  const pid_t child = start_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    for (int repeat = 0; repeat < 3; ++repeat) {
      struct rlimit limit = {100'000, RLIM_INFINITY};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      if (const int status = record_until_full(path, {"ulimit -f"}, 0.02); status != 0) return status;
      limit.rlim_cur = RLIM_INFINITY;
      ::setrlimit(RLIMIT_FSIZE, &limit);
      auto file = ResultFile::create(path);
      const SampleRun run(file);
      for (std::size_t row = 0; row < 5000; ++row) run.record(file, row);
      file.commit();
      file.finish("complete");
    }
    return 0;
  });
  BOOST_CHECK_EQUAL(wait_for(child), 0);
  BOOST_CHECK_EQUAL(check_sample(path), 5000u);
}

BOOST_AUTO_TEST_CASE(a_full_file_system_is_called_so) {
  const ScratchFolder folder;
  if (::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=2m") != 0) {
    BOOST_TEST_MESSAGE("skipped: mounting a small file system needs root");
    return;
  }
  for (const double interval : {0.02, 1000.0}) {  // no room for the copy; no room for the rows
    const fs::path path = folder / fmt::format("run{}.h5", interval);
    const pid_t child = start_child([&] { return record_until_full(path, {"the disk is full", "the result up to t = "}, interval); });
    BOOST_CHECK_EQUAL(wait_for(child), 0);
    const std::size_t rows = check_sample(path);
    BOOST_TEST_MESSAGE("interval " << interval << " s: " << rows << " rows kept");
    BOOST_CHECK_GE(rows, 1u);
    BOOST_CHECK(!fs::exists(path.string() + ".part"));
    fs::remove(path);
  }
  ::umount(folder.path().c_str());
}

BOOST_AUTO_TEST_SUITE_END()
