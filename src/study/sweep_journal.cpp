#include "study/sweep_journal.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>

namespace brineflow {
namespace {

using nlohmann::json;

// JSON has no NaN: null stands for it.
double number(const json& value) { return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>(); }

std::vector<double> numbers(const json& list) {
  std::vector<double> result;
  for (const json& value : list) result.push_back(number(value));
  return result;
}

}  // namespace

std::string to_line(const SweepEntry& entry) {
  json line = {{"key", entry.key}, {"status", entry.status}, {"wall_time", entry.wall_time}};
  if (!entry.reason.empty()) line["reason"] = entry.reason;
  if (entry.complete()) line["closure"] = entry.closure;
  if (!entry.warnings.empty()) line["warnings"] = entry.warnings;
  for (const Kpi& kpi : entry.kpis) line["kpi"].push_back({kpi.name, kpi.unit, kpi.long_name, kpi.value});
  if (!entry.series.empty()) {
    line["times"] = entry.times;
    line["series"] = entry.series;
  }
  return line.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string to_line(const SweepNote& note) {
  const json line = {{"event", note.event}, {"study", note.study}, {"shard", note.shard}, {"shards", note.shards}, {"known", note.known}, {"workers", note.workers},
                     {"host", note.host}, {"time", note.time}};
  return line.dump(-1, ' ', false, json::error_handler_t::replace);
}

bool from_line(const std::string& line, SweepNote& note) {
  const json read = json::parse(line, nullptr, false);
  if (!read.is_object()) return false;
  try {
    note = {read.at("event"), read.at("study"), read.at("shard"), read.at("shards"), read.at("known"), read.at("workers"), read.at("host"), read.at("time")};
    return note.shards > 0 && note.shard < note.shards;
  } catch (const json::exception&) {
    return false;
  }
}

bool from_line(const std::string& line, SweepEntry& entry) {
  const json read = json::parse(line, nullptr, false);
  if (!read.is_object()) return false;
  try {
    entry = {};
    entry.key = read.at("key").get<std::string>();
    entry.status = read.at("status").get<std::string>();
    entry.wall_time = number(read.at("wall_time"));
    entry.reason = read.value("reason", "");
    if (read.contains("closure")) entry.closure = number(read["closure"]);
    entry.warnings = read.value("warnings", std::vector<std::string>{});
    if (read.contains("kpi"))
      for (const json& kpi : read["kpi"])
        entry.kpis.push_back({kpi.at(0).get<std::string>(), kpi.at(1).get<std::string>(), kpi.at(2).get<std::string>(), number(kpi.at(3))});
    if (read.contains("series")) {
      entry.times = numbers(read.at("times"));
      for (const json& values : read["series"]) entry.series.push_back(numbers(values));
    }
    return true;
  } catch (const json::exception&) {
    return false;
  }
}

SweepJournal::SweepJournal(const std::filesystem::path& path) : path_(path) {
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file_ < 0) throw StorageError(fmt::format("{} cannot be written: {}", path.string(), std::strerror(errno)));
  // A line that was cut short must not swallow the next one.
  const off_t end = ::lseek(file_, 0, SEEK_END);
  char last = '\n';
  if (end > 0 && ::pread(file_, &last, 1, end - 1) == 1 && last != '\n' && ::write(file_, "\n", 1) != 1)
    throw StorageError(fmt::format("{} cannot be written: {}", path.string(), std::strerror(errno)));
}

SweepJournal::~SweepJournal() {
  if (file_ >= 0) ::close(file_);
}

void SweepJournal::append(const std::string& text) {
  const std::string line = text + "\n";
  const ssize_t written = ::write(file_, line.data(), line.size());
  if (written != static_cast<ssize_t>(line.size()))
    throw StorageError(fmt::format("{} cannot be written: {}", path_.string(), written < 0 ? std::strerror(errno) : "the disk is full"));
}

namespace {

// Each line of each journal, alphabetical.
void read_lines(const std::filesystem::path& folder, const std::function<void(const std::string&, const JournalPlace&)>& visit) {
  std::vector<std::filesystem::path> files;
  std::error_code unreadable;
  for (const auto& file : std::filesystem::directory_iterator(folder, unreadable))
    if (file.path().extension() == ".jsonl") files.push_back(file.path());
  std::sort(files.begin(), files.end());
  for (const auto& path : files) {
    std::ifstream stream(path, std::ios::binary);
    std::size_t offset = 0;
    for (std::string line; std::getline(stream, line); offset += line.size() + 1) visit(line, {path, offset});
  }
}

}  // namespace

void read_journals(const std::filesystem::path& folder, const std::function<void(const SweepEntry&, const JournalPlace&)>& visit) {
  SweepEntry entry;
  read_lines(folder, [&](const std::string& line, const JournalPlace& place) {
    if (from_line(line, entry)) visit(entry, place);
  });
}

std::vector<SweepNote> read_notes(const std::filesystem::path& folder) {
  std::vector<SweepNote> notes;
  SweepNote note;
  read_lines(folder, [&](const std::string& line, const JournalPlace&) {
    if (line.starts_with("{\"event\":") && from_line(line, note)) notes.push_back(note);  // json sorts its keys: entries are not parsed for nothing
  });
  return notes;
}

SweepEntry read_entry(const JournalPlace& place) {
  std::ifstream stream(place.file, std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(place.offset));
  std::string line;
  SweepEntry entry;
  if (!std::getline(stream, line) || !from_line(line, entry)) throw StorageError(fmt::format("{} has changed while it was read", place.file.string()));
  return entry;
}

}  // namespace brineflow
