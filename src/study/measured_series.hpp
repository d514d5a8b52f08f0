// What a plant or a laboratory measured: columns over time from a CSV file as historians export it.
//
//   # comments
//   time,Li out [mg/L],flow [m3/h],flow quality
//   2026-03-01T08:00:00,251.3,5.02,Good
//   2026-03-01T08:10:00,,5.01,Good
//
// Columns may be sampled at different rates: a cell that is empty or NaN is no point. So is one that is
// marked bad, by its text or in a column of qualities.
#pragma once

#include "base/diagnostics.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace brineflow {

// A column that somebody named, with the place where he did; an empty name: none.
struct NamedColumn {
  std::string name = {};
  Place place = {};
};

// How a file is to be read. The defaults hold where there is no mapping file.
struct MeasuredFormat {
  NamedColumn time = {"time"};  // upper and lower case alike
  std::string time_unit = {};   // of elapsed time, where the header has none
  bool decimal_comma = false;
  std::vector<std::string> bad_marks = {"Bad"};  // texts in place of a number; upper and lower case alike
  std::vector<std::string> good_marks = {"Good", "192"};  // in a column of qualities; 192 is "good" of OPC
  NamedColumn quality = {};                               // one for every tag, unless the tag has its own
  std::map<std::string, NamedColumn> quality_of = {};     // by tag
  std::function<bool(const std::string&)> wanted = {};    // which tags to read; empty: all
};

struct MeasuredSeries {
  std::string tag;                 // the header without its unit
  std::string unit;                // of the header, as written; empty: none
  Place place;                     // of the header
  std::vector<double> time;        // [s], see MeasuredTable::stamped; rises
  std::vector<double> value;       // in `unit`
  std::size_t empty = 0, bad = 0;  // cells left out: nothing there; marked bad
};

struct MeasuredTable {
  std::string file;
  bool stamped = false;     // times are seconds since 1970 (TimeStamp), else of an elapsed time
  bool zoned = false;       // they are UTC
  double first_time = 0.0;  // [s] of the first row
  std::size_t rows = 0;
  std::vector<MeasuredSeries> series;
  std::vector<std::string> passed_over;   // tags that were not wanted, in the order of the file
  std::vector<std::string> tags() const;  // those of `series`
  const MeasuredSeries* find(const std::string& tag) const;
};

// Reads the file as a stream; what it keeps grows with the points. Every finding goes to `diagnostics`: the
// file cannot be read, the columns do not fit the header, text stands where numbers belong, time does not go
// forward or is mixed, a named column is missing, there is no row. A column without a point is none: who
// wants to use it says so.
MeasuredTable read_measured(const std::filesystem::path& path, const MeasuredFormat& format,
                            Diagnostics& diagnostics);

}  // namespace brineflow
