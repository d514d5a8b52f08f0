// How far a sweep is, from its journals and locks alone: while it runs, and wherever it runs.
#pragma once

#include "study/sweep.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace brineflow {

struct ShardStatus {
  enum class Stand {
    waiting,  // nobody has begun it
    running,
    failed,   // it was begun and nobody works on it any more, but not all of its cases have ended
    done,     // all of its cases have ended, well or not
  };
  Shard shard;
  Stand stand = Stand::waiting;
  std::size_t cases = 0, complete = 0, failed = 0;
  std::string host;             // where it was begun last
  std::string reason;           // of `failed`
  std::optional<double> to_go;  // [s] while it runs and has ended a case, at the pace so far

  std::size_t missing() const { return cases - complete - failed; }
};

struct SweepStatus {
  std::vector<ShardStatus> shards;
  std::string fingerprint;    // of the study as it is now
  std::size_t strangers = 0;  // entries of cases the study does not have, or not any more

  std::size_t complete() const;
  std::size_t failed() const;
  std::size_t missing() const;
  std::optional<double> to_go() const;  // of the slowest shard; nothing while any of them does not run
};

const char* name_of(ShardStatus::Stand stand);

// Of a division into so many shards.
SweepStatus sweep_status(const SweepStudy& study, const std::filesystem::path& folder, std::size_t shards);

// Into how many shards the latest who began divided the sweep, and when that was [s since 1970].
struct Division {
  std::size_t shards = 1;
  double time = 0.0;
};
std::optional<Division> latest_division(const std::filesystem::path& folder);

}  // namespace brineflow
