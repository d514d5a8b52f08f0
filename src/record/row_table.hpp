// The rows along one growing axis: its coordinate and all series over it, buffered in memory and
// written in blocks, so that they always have the same length in the file.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record/hdf5.hpp"

namespace brineflow {

class RowTable {
 public:
  // The axis dataset with as many rows as it already holds.
  RowTable(hdf5::Dataset axis, std::string path, std::string unit);

  // A chunk of roughly 4 to 32 kB that whole blocks fill.
  static std::size_t chunk_rows(std::size_t width);

  // `width` values a row. Returns the column's number. A dataset shorter than the table is filled up.
  std::size_t add_column(hdf5::Dataset dataset, std::size_t width);
  std::size_t add_text_column(hdf5::Dataset dataset);

  void append(double coordinate);
  void put(std::size_t column, std::span<const double> values);  // InternalError on a wrong length
  void put_text(std::size_t column, std::string_view text);

  // Writes what is buffered.
  void store();
  void truncate_to(std::size_t count);

  std::size_t rows() const { return stored_ + buffered_; }
  std::size_t committed() const { return committed_; }
  void commit() { committed_ = rows(); }
  double last_coordinate() const { return last_coordinate_; }
  const std::string& path() const { return path_; }
  const std::string& unit() const { return unit_; }

 private:
  struct Column {
    hdf5::Dataset dataset;
    bool text;
    std::size_t width;
    std::vector<double> numbers;
    std::vector<std::string> texts;
  };
  std::size_t add(Column column);
  std::size_t block_rows() const;

  std::string path_;
  std::string unit_;
  std::vector<Column> columns_;  // [0] is the axis
  std::size_t row_width_ = 1;
  std::size_t stored_ = 0;
  std::size_t buffered_ = 0;
  std::size_t committed_ = 0;
  double last_coordinate_ = 0;
};

}  // namespace brineflow
