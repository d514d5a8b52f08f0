// A study of many cases: each run once, in processes side by side; what has ended stays, whatever happens to the rest.
#pragma once

#include "study/rank_pool.hpp"
#include "study/sweep_journal.hpp"
#include "study/sweep_lock.hpp"
#include "study/sweep_study.hpp"

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace brineflow {

struct SweepProgress {
  std::size_t cases = 0;   // of this shard
  std::size_t known = 0;   // of these, what was there before
  std::size_t ended = 0;   // in this call
  std::size_t failed = 0;  // of all that are there
  double elapsed = 0.0;    // [s] of this call
};

struct SweepOptions {
  std::filesystem::path folder;       // empty: the study's name with .sweep in the current folder
  std::size_t workers = 0;            // 0: as many as the machine has cores
  bool retry_failed = false;
  Shard shard;
  bool wait = false;                  // while another process works on this shard, rather than give up
  std::string expected;               // a fingerprint: InputError where the study has another; empty: any
  RankPool* ranks = nullptr;          // who runs the cases; nullptr: processes of this machine
  std::function<void(const SweepProgress&)> progress;                                    // may be empty
  std::function<void(std::size_t, const std::string&, const std::string&)> failed;        // case, status, reason; may be empty
  const std::atomic<bool>* stop = nullptr;
};

// Everything known of a sweep: where the entry of each case stands, if there is one.
class SweepState {
 public:
  SweepState(const SweepStudy& study, const std::filesystem::path& folder);

  const std::string& key(std::size_t index) const { return keys_[index]; }
  const JournalPlace* find(std::size_t index) const;
  bool failed(std::size_t index) const { return failed_.contains(keys_[index]); }
  std::size_t size() const { return keys_.size(); }
  // Of all cases together: another one when anything of what a sweep runs has changed.
  const std::string& fingerprint() const { return fingerprint_; }
  std::size_t strangers() const { return strangers_; }  // entries in the journals that belong to none of the cases
  void reread();  // the journals

 private:
  std::filesystem::path folder_;
  std::vector<std::string> keys_;  // by case
  std::string fingerprint_;
  std::size_t strangers_ = 0;
  std::map<std::string, JournalPlace> known_;
  std::map<std::string, bool> failed_;
};

struct SweepSummary {
  std::filesystem::path folder, table;
  std::size_t cases = 0, complete = 0, failed = 0, missing = 0;
  std::size_t known = 0;  // of what is complete or failed: not run by this call
  bool interrupted = false;
  double elapsed = 0.0;   // [s]
};

// See case_key; the quantities that are followed count too, and whether results are kept.
std::string sweep_key(const SweepStudy& study, std::size_t index, const std::string& packages);

std::filesystem::path default_sweep_folder(const std::filesystem::path& study_file);

std::filesystem::path journal_folder(const std::filesystem::path& folder);

// Runs what is missing and writes the table. Throws InputError and StorageError; cases that fail do not throw.
SweepSummary run_sweep(const SweepStudy& study, const SweepOptions& options);
// At another rank than 0: runs cases for run_sweep() at rank 0, with journals of its own, until it is dismissed. Of the options counts
// what concerns workers.
void serve_sweep(const SweepStudy& study, const SweepOptions& options, Ranks& ranks);
// Writes the table of what is there.
SweepSummary merge_sweep(const SweepStudy& study, const std::filesystem::path& folder);

}  // namespace brineflow
