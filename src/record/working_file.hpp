// The working file beside the target, its lock, and the ways it becomes the target.
#pragma once

#include <filesystem>

namespace brineflow {

// Holds `TARGET.part`, locked. The lock is an "open file description" lock of Linux: it ends with the
// process however that ends, so a left-over file is known by its lock being free; it does not
// interfere with the flock() that HDF5 programs use on the target.
// The constructor throws StorageError; the other functions std::system_error.
class WorkingFile {
 public:
  // A symbolic link is followed: the file it names is the target.
  explicit WorkingFile(const std::filesystem::path& target);
  WorkingFile(const WorkingFile&) = delete;
  WorkingFile& operator=(const WorkingFile&) = delete;
  ~WorkingFile();  // ends the lock; leaves files alone

  const std::filesystem::path& path() const { return path_; }
  const std::filesystem::path& target() const { return target_; }

  void copy_from_target();
  // Replaces the target by a copy of the working file as it is on disk now.
  void publish_copy();
  void sync();
  // Renames the working file itself.
  void publish_itself();
  // Removes the working file and gives its blocks back even while somebody holds it open.
  void discard() noexcept;

 private:
  void lock();

  std::filesystem::path target_;
  std::filesystem::path path_;
  std::filesystem::path copy_;
  int descriptor_ = -1;
};

}  // namespace brineflow
