// What a sweep has found so far: one line of JSON a case, appended when the case has ended.
//
// A text that only grows survives what a sweep must survive. A process that is killed at any moment leaves whole lines and
// at most one that is cut short, which a reader passes over; an HDF5 file killed in the middle of a write may not open at all.
#pragma once

#include "record/kpi.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace brineflow {

// How a case ended.
struct SweepEntry {
  std::string key;      // hash of everything the answer depends on
  std::string status;   // "complete", "failed", "stopped" (by its time limit), "crashed"
  std::string reason;   // of all but "complete"
  double wall_time = 0.0;     // [s]
  double closure = 0.0;       // largest share of a component that is missing
  std::vector<std::string> warnings;
  std::vector<Kpi> kpis;
  std::vector<double> times;  // [s] of the series
  std::vector<std::vector<double>> series;  // SI, in the order of the study

  bool complete() const { return status == "complete"; }
};

// What a process that hands out the cases of a shard says of itself, when it begins and when it ends. None of the readers of entries sees it.
struct SweepNote {
  std::string event;                 // "begin", "end" or "interrupted"
  std::string study;                 // SweepState::fingerprint
  std::size_t shard = 0, shards = 1;
  std::size_t known = 0;             // cases of the shard that were there before
  std::size_t workers = 0;
  std::string host;
  double time = 0.0;                 // [s] since 1970, by the clock of that machine
};

std::string to_line(const SweepEntry& entry);  // without its end
std::string to_line(const SweepNote& note);
// False for a line that is cut short or none of ours.
bool from_line(const std::string& line, SweepEntry& entry);
bool from_line(const std::string& line, SweepNote& note);

class SweepJournal {
 public:
  // Opens for appending. StorageError when it cannot be written.
  explicit SweepJournal(const std::filesystem::path& path);
  ~SweepJournal();
  SweepJournal(const SweepJournal&) = delete;
  SweepJournal& operator=(const SweepJournal&) = delete;

  // In one write: what was appended before stays whatever happens. StorageError when it does not fit.
  void append(const SweepEntry& entry) { append(to_line(entry)); }
  void append(const SweepNote& note) { append(to_line(note)); }

 private:
  void append(const std::string& line);

  std::filesystem::path path_;
  int file_ = -1;
};

// Where a line stands.
struct JournalPlace {
  std::filesystem::path file;
  std::size_t offset = 0;
};

// The journals of a folder, alphabetical. For each entry the visitor is told its place; lines that are no entries are passed over.
void read_journals(const std::filesystem::path& folder, const std::function<void(const SweepEntry&, const JournalPlace&)>& visit);
// All that processes have said of themselves, each file in its order.
std::vector<SweepNote> read_notes(const std::filesystem::path& folder);
SweepEntry read_entry(const JournalPlace& place);  // StorageError where it is gone

}  // namespace brineflow
