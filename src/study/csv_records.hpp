// The records of a CSV file, one after the other, each field with its place: RFC 4180 with a comma, a
// semicolon or a tab between fields, `#` comments and blank lines between records. The file is read as a
// stream, whatever its size.
#pragma once

#include "base/diagnostics.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace brineflow {

struct CsvField {
  std::string text;  // without quotes; trimmed where it had none
  int column = 1;    // of its first character, counted from 1 in characters
};

class CsvRecords {
 public:
  // Opens the file. A file that is missing, is a folder or cannot be read is a finding, and has no records. A
  // byte-order mark of UTF-8 is passed over.
  CsvRecords(const std::filesystem::path& path, Diagnostics& diagnostics);
  CsvRecords(const CsvRecords&) = delete;
  CsvRecords& operator=(const CsvRecords&) = delete;
  ~CsvRecords();

  // The next record; false at the end of the file, and after a finding that makes the rest unreadable:
  // UTF-16, a NUL byte, what is not UTF-8, a quote that is not closed, a line longer than a megabyte. The
  // first record decides on the separator; one with several of them is such a finding too.
  bool next();
  const std::vector<CsvField>& fields() const;
  int line() const;        // in which the record begins
  char separator() const;  // ',' while the first record has none

  // Of this record; a finding shows the line as it stands.
  Place place(const CsvField& field) const;
  Place place_of_record() const;
  // How many fields this record would have with another separator; 1 where it is not in it.
  std::size_t fields_with(char separator) const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> self_;
};

// "a comma", "a semicolon", "a tab".
std::string separator_name(char separator);

}  // namespace brineflow
