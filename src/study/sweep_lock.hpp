// Who works on which part of a sweep, said by locks on one file of its folder: also between machines, where their file system locks.
#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>

namespace brineflow {

// Part `index` (from 0) of `count`: the cases whose number leaves that remainder.
struct Shard {
  std::size_t index = 0, count = 1;
};

// Held while a shard is worked on; other shards of the same division may be held at the same time, parts of another division overlap with it and
// may not. Processes that are forked inherit it: it is free when the last of them is gone.
class SweepLock {
 public:
  // wait: until it is free, or until *stop (Interrupted). StorageError where it is taken, or the file system does not lock.
  SweepLock(const std::filesystem::path& folder, Shard shard, bool wait, const std::atomic<bool>* stop);
  ~SweepLock();
  SweepLock(const SweepLock&) = delete;
  SweepLock& operator=(const SweepLock&) = delete;

 private:
  int file_ = -1;
};

// Whether somebody holds it. Takes nothing, so that nobody who wants it just then is turned away.
bool is_worked_on(const std::filesystem::path& folder, Shard shard);

}  // namespace brineflow
