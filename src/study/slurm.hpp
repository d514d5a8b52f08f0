// Shards of a sweep as jobs of Slurm: the scripts, sbatch and squeue.
#pragma once

#include "flowsheet/case.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace brineflow {

// What is to be submitted. Paths are absolute.
struct SlurmOrder {
  std::filesystem::path program, study, folder;
  std::vector<Override> overrides;  // of the study
  std::string fingerprint;          // SweepState::fingerprint: a shard that finds another study runs nothing
  std::size_t shards = 1;           // of the division
  std::vector<std::size_t> open;    // those that have something to run
  std::string partition, time;      // in the words of sbatch; empty: its default
  std::size_t cpus = 1;             // of a shard, each with one worker
  std::vector<std::string> extra;   // arguments of sbatch, as they are
};

// What was submitted; kept in the folder.
struct Submission {
  std::size_t shards = 1;
  std::string fingerprint;
  std::string job, merge_job;  // numbers of Slurm
  double time = 0.0;           // [s] since 1970
  std::string trouble;         // why there is no merge_job; not kept
};

// The script of the array, and that of the job after it.
std::string shard_script(const SlurmOrder& order);
std::string merge_script(const SlurmOrder& order);
// "brineflow sweep STUDY -o FOLDER …" as one types it.
std::string command_line(const SlurmOrder& order);

// Writes the scripts into the folder and gives them to sbatch. Throws InputError where there is none, or it refuses; StorageError.
Submission submit(const SlurmOrder& order);
std::optional<Submission> read_submission(const std::filesystem::path& folder);

// What squeue says of the tasks of an array that have not ended, "RUNNING on node3" by shard. Nothing where there is no squeue or it does not answer.
std::optional<std::map<std::size_t, std::string>> ask_squeue(const std::string& job);

}  // namespace brineflow
