#include "record/working_file.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include "base/error.hpp"

namespace brineflow {

namespace fs = std::filesystem;

namespace {

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : value_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (value_ < 0) throw std::system_error(errno, std::generic_category(), path.string());
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { ::close(value_); }
  int get() const { return value_; }

 private:
  int value_;
};

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

// copy_file_range shares blocks where the file system can; sendfile works on all of them.
ssize_t copy_some(int from, int to, std::size_t count) {
  const ssize_t done = ::copy_file_range(from, nullptr, to, nullptr, count, 0);
  if (done > 0 || (done < 0 && errno != EXDEV && errno != ENOSYS && errno != EOPNOTSUPP && errno != EINVAL)) return done;
  return ::sendfile(to, from, nullptr, count);
}

void copy_all(const fs::path& from, const fs::path& to) {
  const Descriptor source(from, O_RDONLY);
  const Descriptor sink(to, O_WRONLY | O_CREAT | O_TRUNC);
  for (;;) {
    const ssize_t done = copy_some(source.get(), sink.get(), std::size_t{1} << 24);
    if (done == 0) break;
    if (done < 0 && errno != EINTR) fail("cannot copy");
  }
  if (::fsync(sink.get()) != 0) fail("cannot write through");
}

void rename_over(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) fail("cannot rename");
}

fs::path checked_target(const fs::path& given) {
  std::error_code code;
  fs::path target = fs::absolute(given);
  if (fs::is_symlink(target, code)) {
    const fs::path meant = fs::weakly_canonical(target, code);
    if (!code) target = meant;
  }
  const fs::path folder = target.parent_path();
  if (!target.has_filename() || fs::is_directory(target, code))
    throw StorageError(fmt::format("cannot write the result to {}: it is a folder", given.string()));
  if (!fs::is_directory(folder, code))
    throw StorageError(fmt::format("cannot write the result to {}: there is no folder {}", given.string(), folder.string()));
  if (fs::exists(target, code) && !fs::is_regular_file(target, code))
    throw StorageError(fmt::format("cannot write the result to {}: it is not a regular file", given.string()));
  return target;
}

bool same_file(int descriptor, const fs::path& path) {
  struct stat held = {};
  struct stat named = {};
  return ::fstat(descriptor, &held) == 0 && ::stat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
         held.st_dev == named.st_dev;
}

bool try_lock(int descriptor) {
  struct flock whole = {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  return ::fcntl(descriptor, F_OFD_SETLK, &whole) == 0;
}

}  // namespace

WorkingFile::WorkingFile(const fs::path& target)
    : target_(checked_target(target)), path_(target_.string() + ".part"), copy_(target_.string() + ".part.copy") {
  lock();
  ::unlink(copy_.c_str());  // of a run that was killed while it copied
}

WorkingFile::~WorkingFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void WorkingFile::lock() {
  for (;;) {
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0)
      throw StorageError(fmt::format("cannot write the result to {}: {}", target_.string(), std::strerror(errno)));
    const bool locked = try_lock(descriptor_);
    const int reason = errno;
    // Its owner may have renamed it between our open and our lock: then it is the target by now.
    if (locked && same_file(descriptor_, path_)) return;
    ::close(descriptor_);
    descriptor_ = -1;
    if (locked) continue;
    if (reason == EAGAIN || reason == EACCES)
      throw StorageError(fmt::format("cannot write the result to {0}: another run is writing it ({1} is locked); "
                                     "wait for it or choose another output", target_.string(), path_.string()));
    throw StorageError(fmt::format("cannot lock {}: {}", path_.string(), std::strerror(reason)));
  }
}

void WorkingFile::copy_from_target() { copy_all(target_, path_); }

void WorkingFile::publish_copy() {
  try {
    copy_all(path_, copy_);
    rename_over(copy_, target_);
  } catch (...) {
    ::unlink(copy_.c_str());
    throw;
  }
}

void WorkingFile::sync() {
  if (::fsync(descriptor_) != 0) fail("cannot write through");
}

void WorkingFile::publish_itself() {
  rename_over(path_, target_);
  const int folder = ::open(target_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  ::fsync(folder);  // makes the rename itself survive a power cut; not every file system can
  ::close(folder);
}

void WorkingFile::discard() noexcept {
  if (descriptor_ < 0 || !same_file(descriptor_, path_)) return;
  // HDF5 may hold the file open for good after a failure (see hdf5.hpp): emptied, it costs no disk.
  [[maybe_unused]] const int ignored = ::ftruncate(descriptor_, 0);
  ::unlink(path_.c_str());
}

}  // namespace brineflow
