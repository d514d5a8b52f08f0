#include "record/row_table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/error.hpp"

namespace brineflow {

namespace {

constexpr std::size_t block = 64;                           // rows
constexpr std::size_t largest_block = std::size_t{1} << 17;  // values, 1 MB
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

RowTable::RowTable(hdf5::Dataset axis, std::string path, std::string unit)
    : path_(std::move(path)), unit_(std::move(unit)), stored_(axis.shape().at(0)), committed_(stored_) {
  if (stored_ > 0) last_coordinate_ = axis.read_rows(stored_ - 1, 1).front();
  columns_.push_back(Column{std::move(axis), false, 1, {}, {}});
}

std::size_t RowTable::chunk_rows(std::size_t width) {
  std::size_t rows = 8 * block;
  while (rows > 1 && rows * width > 4096) rows /= 2;
  return rows;
}

std::size_t RowTable::add_column(hdf5::Dataset dataset, std::size_t width) {
  row_width_ += width;
  return add(Column{std::move(dataset), false, width, std::vector<double>(buffered_ * width, missing), {}});
}

std::size_t RowTable::add_text_column(hdf5::Dataset dataset) {
  return add(Column{std::move(dataset), true, 1, {}, std::vector<std::string>(buffered_)});
}

std::size_t RowTable::add(Column column) {
  if (column.dataset.shape().at(0) != stored_) column.dataset.resize_rows(stored_);
  columns_.push_back(std::move(column));
  return columns_.size() - 1;
}

std::size_t RowTable::block_rows() const {
  return std::clamp<std::size_t>(largest_block / row_width_, 1, block);
}

void RowTable::append(double coordinate) {
  // Up to the next multiple of the block, so that after a snapshot blocks fill whole chunks again.
  const std::size_t rows = block_rows();
  if (buffered_ >= rows - stored_ % rows) store();
  for (Column& column : columns_) {
    if (column.text) column.texts.emplace_back();
    else column.numbers.insert(column.numbers.end(), column.width, missing);
  }
  ++buffered_;
  columns_[0].numbers.back() = coordinate;
  last_coordinate_ = coordinate;
}

void RowTable::put(std::size_t column, std::span<const double> values) {
  Column& c = columns_.at(column);
  if (c.text || values.size() != c.width)
    throw InternalError(fmt::format("a row along {} got {} values instead of {}", path_, values.size(), c.width));
  if (buffered_ == 0) throw InternalError(fmt::format("a value was put before any row along {} was begun", path_));
  std::copy(values.begin(), values.end(), c.numbers.end() - static_cast<std::ptrdiff_t>(c.width));
}

void RowTable::put_text(std::size_t column, std::string_view text) {
  Column& c = columns_.at(column);
  if (!c.text || buffered_ == 0) throw InternalError(fmt::format("no row along {} takes this text", path_));
  c.texts.back() = text;
}

void RowTable::store() {
  if (buffered_ == 0) return;
  for (Column& column : columns_) {
    column.dataset.resize_rows(stored_ + buffered_);
    if (column.text) column.dataset.write_rows(stored_, column.texts);
    else column.dataset.write_rows(stored_, buffered_, column.numbers);
    column.texts.clear();
    column.numbers.clear();
  }
  stored_ += buffered_;
  buffered_ = 0;
}

void RowTable::truncate_to(std::size_t count) {
  if (count > rows())
    throw StorageError(fmt::format("{} has {} rows, fewer than the {} asked for", path_, rows(), count));
  store();
  for (Column& column : columns_) column.dataset.resize_rows(count);
  stored_ = committed_ = count;
  last_coordinate_ = count > 0 ? columns_[0].dataset.read_rows(count - 1, 1).front() : 0.0;
}

}  // namespace brineflow
