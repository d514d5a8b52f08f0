#include "study/sweep_lock.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <string>
#include <thread>

namespace brineflow {
namespace {

// Shard i of N is byte N * room + i of the file: one lock a shard, and all of a division in one piece.
constexpr off_t room = 1 << 21;  // more than a sweep has cases

off_t begin_of(std::size_t count) { return static_cast<off_t>(count) * room; }

std::filesystem::path lock_file(const std::filesystem::path& folder) { return folder / "lock"; }

// Locks of the open file, not of the process: children keep them. length 0: to the end.
struct flock range(short type, off_t begin, off_t length) {
  struct flock lock = {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = begin;
  lock.l_len = length;
  return lock;
}

// Where in this range somebody else has a lock.
std::optional<off_t> held(int file, off_t begin, off_t length) {
  struct flock lock = range(F_WRLCK, begin, length);
  if (::fcntl(file, F_OFD_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return std::nullopt;
  return lock.l_start;
}

// Why it is not ours; empty: it is.
std::string take(int file, const std::filesystem::path& path, Shard shard) {
  struct flock own = range(F_WRLCK, begin_of(shard.count) + static_cast<off_t>(shard.index), 1);
  if (::fcntl(file, F_OFD_SETLK, &own) != 0) {
    if (errno != EAGAIN && errno != EACCES)
      throw StorageError(fmt::format("{} cannot be locked: {}; a sweep wants a file system that locks files", path.string(), std::strerror(errno)));
    return fmt::format("another process is working on this {} ({} is locked)", shard.count > 1 ? "shard" : "sweep", path.string());
  }
  auto other = held(file, 0, begin_of(shard.count));
  if (!other) other = held(file, begin_of(shard.count + 1), 0);
  if (!other) return "";
  own.l_type = F_UNLCK;
  ::fcntl(file, F_OFD_SETLK, &own);
  const auto parts = *other / room;
  return fmt::format("another process is working on this sweep, {}: cases would run twice ({} is locked)",
                     parts == 1 ? "on the whole of it" : fmt::format("divided into {} shards", parts), path.string());
}

}  // namespace

SweepLock::SweepLock(const std::filesystem::path& folder, Shard shard, bool wait, const std::atomic<bool>* stop) {
  const std::filesystem::path path = lock_file(folder);
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file_ < 0) throw StorageError(fmt::format("{} cannot be written: {}", path.string(), std::strerror(errno)));
  try {
    while (true) {
      const std::string taken = take(file_, path, shard);
      if (taken.empty()) return;
      if (!wait) throw StorageError(taken);
      if (stop != nullptr && stop->load()) throw Interrupted("interrupted while " + taken);
      std::this_thread::sleep_for(std::chrono::milliseconds(200 + ::getpid() % 50));  // not in step with others that wait
    }
  } catch (...) {
    ::close(file_);
    throw;
  }
}

SweepLock::~SweepLock() { ::close(file_); }

bool is_worked_on(const std::filesystem::path& folder, Shard shard) {
  const int file = ::open(lock_file(folder).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool taken = held(file, begin_of(shard.count) + static_cast<off_t>(shard.index), 1).has_value();
  ::close(file);
  return taken;
}

}  // namespace brineflow
