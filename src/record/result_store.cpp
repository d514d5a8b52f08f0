#include "record/result_store.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"

namespace brineflow {

namespace {

std::string group_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

bool is_in_or_above(const std::string& axis, const std::string& dataset) {
  const std::string group = group_of(axis);
  return group == "/" || group_of(dataset) == group || dataset.starts_with(group + "/");
}

hdf5::File open_working(WorkingFile& working, ResultStore::Origin origin) {
  try {
    if (origin == ResultStore::Origin::fresh) return hdf5::File::create(working.path().string());
    working.copy_from_target();
    return hdf5::File::open_to_extend(working.path().string());
  } catch (...) {
    working.discard();
    throw;
  }
}

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw StorageError(fmt::format("the result to go on with does not belong to this case: {} {}", path, why));
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

ResultStore::ResultStore(const std::filesystem::path& path, SnapshotPolicy policy, Origin origin)
    : policy_(policy), working_(path), file_(open_working(working_, origin)) {
  if (origin == Origin::fresh) return;
  try {
    adopt_growing();
  } catch (...) {
    working_.discard();
    throw;
  }
}

// Opens every growing dataset of a result that is to go on, so that rows stay aligned even in those
// that nobody adds again.
void ResultStore::adopt_growing() {
  std::vector<std::string> columns;
  for (const std::string& path : file_.all_datasets()) {
    if (path.starts_with("/checkpoint/")) continue;
    hdf5::Dataset dataset = file_.dataset(path);
    const auto scales = file_.scales(path);
    for (unsigned k = 0; k < scales.size(); ++k)
      if (!scales[k].empty()) uses_[scales[k]].push_back({path, k});
    if (!dataset.is_growing()) continue;
    if (!file_.is_scale(path)) {
      columns.push_back(path);
      continue;
    }
    adopted_tables_[path] = tables_.size();
    tables_.emplace_back(std::move(dataset), path, file_.text_attribute(path, "units"));
  }
  for (const std::string& path : columns) {
    hdf5::Dataset dataset = file_.dataset(path);
    const auto shape = dataset.shape();
    const auto found = adopted_tables_.find(file_.scales(path).at(0));
    if (found == adopted_tables_.end() || tables_[found->second].rows() != shape[0])
      refuse(path, "has other rows than its axis");
    std::size_t width = 1;
    for (std::size_t k = 1; k < shape.size(); ++k) width *= shape[k];
    RowTable& table = tables_[found->second];
    const std::size_t column =
        dataset.is_text() ? table.add_text_column(std::move(dataset)) : table.add_column(std::move(dataset), width);
    adopted_columns_[path] = {found->second, column};
  }
}

bool ResultStore::claim(const std::string& path) {
  if (path.size() < 2 || path.front() != '/' || path.back() == '/' || path.find("//") != std::string::npos)
    throw InternalError(fmt::format("'{}' is not the path of a dataset", path));
  if (!claimed_.insert(path).second) throw InternalError(fmt::format("{} was added to the result twice", path));
  return file_.has(path);
}

void ResultStore::expect_no_axis_named_like(const std::string& scalar) const {
  for (const AxisEntry& axis : axes_)
    if (name_of(axis.path) == name_of(scalar) && is_in_or_above(axis.path, scalar))
      throw InternalError(fmt::format("the scalar {} needs a name other than that of the axis {}", scalar, axis.path));
}

void ResultStore::label(const std::string& path, const Label& label) {
  file_.set_attribute(path, "units", label.unit);
  file_.set_attribute(path, "long_name", label.long_name);
}

void ResultStore::expect_unit(const std::string& path, const Label& label) const {
  if (!file_.has_attribute(path, "units")) refuse(path, "has no unit");
  const std::string unit = file_.text_attribute(path, "units");
  if (unit != label.unit) refuse(path, fmt::format("is in '{}', not in '{}'", unit, label.unit));
}

FileAxis ResultStore::make_axis(const std::string& path, std::size_t size, std::optional<std::size_t> table) {
  axes_.push_back({path, size, table});
  return FileAxis{axes_.size() - 1};
}

FileAxis ResultStore::add_axis(const std::string& path, std::span<const double> coordinates, const Label& label) {
  if (!claim(path)) {
    create(path, {.text = false, .shape = {coordinates.size()}, .growing = false, .chunk_rows = 1}, {}, label).write(coordinates);
    file_.make_scale(path, name_of(path));
    return make_axis(path, coordinates.size(), {});
  }
  expect_unit(path, label);
  if (const auto stored = file_.dataset(path).read();
      !std::equal(stored.begin(), stored.end(), coordinates.begin(), coordinates.end(), same))
    refuse(path, "has other coordinates");
  return make_axis(path, coordinates.size(), {});
}

FileAxis ResultStore::add_text_axis(const std::string& path, const std::vector<std::string>& names, const Label& label) {
  if (!claim(path)) {
    create(path, {.text = true, .shape = {names.size()}, .growing = false, .chunk_rows = 1}, {}, label).write(names);
    file_.make_scale(path, name_of(path));
  } else if (const auto stored = file_.dataset(path).read_texts(); stored != names) {
    refuse(path, fmt::format("is [{}], not [{}]", fmt::join(stored, ", "), fmt::join(names, ", ")));
  }
  return make_axis(path, names.size(), {});
}

FileAxis ResultStore::add_dimension(const std::string& path, std::size_t size) {
  if (!claim(path)) {
    create(path, {.text = false, .shape = {size}, .growing = false, .chunk_rows = 1}, {}, {"1", "index"});
    // This very text (netCDF-4 format specification) marks a dimension that has no coordinates.
    file_.make_scale(path, fmt::format("This is a netCDF dimension but not a netCDF variable.{:10}", size));
  } else if (file_.dataset(path).shape() != std::vector<std::size_t>{size}) {
    refuse(path, "has another length");
  }
  return make_axis(path, size, {});
}

FileAxis ResultStore::add_growing_axis(const std::string& path, const Label& label) {
  if (claim(path)) {
    expect_unit(path, label);
    const auto found = adopted_tables_.find(path);
    if (found == adopted_tables_.end()) refuse(path, "does not grow");
    return make_axis(path, 0, found->second);
  }
  hdf5::Dataset dataset =
      create(path, {.text = false, .shape = {0}, .growing = true, .chunk_rows = RowTable::chunk_rows(1)}, {}, label);
  file_.make_scale(path, name_of(path));
  tables_.emplace_back(std::move(dataset), path, label.unit);
  return make_axis(path, 0, tables_.size() - 1);
}

std::vector<std::size_t> ResultStore::shape_of(const std::string& path, const std::vector<FileAxis>& axes,
                                               bool growing) const {
  std::vector<std::size_t> shape;
  for (const FileAxis axis : axes) {
    const AxisEntry& entry = axes_.at(axis.index);
    if (!is_in_or_above(entry.path, path))
      throw InternalError(fmt::format("{} cannot use the axis {} of another group", path, entry.path));
    if (entry.table.has_value() != (growing && shape.empty()))
      throw InternalError(fmt::format("{}: the first axis of a series grows, all others are fixed", path));
    shape.push_back(entry.size);
  }
  return shape;
}

hdf5::Dataset ResultStore::create(const std::string& path, const hdf5::Layout& layout, const std::vector<FileAxis>& axes,
                                  const Label& text) {
  hdf5::Dataset dataset = file_.create_dataset(path, layout);
  label(path, text);
  std::vector<std::string> scales;
  for (const FileAxis axis : axes) {
    scales.push_back(axes_.at(axis.index).path);
    uses_[scales.back()].push_back({path, static_cast<unsigned>(scales.size() - 1)});
  }
  file_.set_scales(path, scales);
  uses_changed_ = true;
  return dataset;
}

void ResultStore::expect_axes(const std::string& path, const std::vector<FileAxis>& axes, const Label& label) const {
  expect_unit(path, label);
  std::vector<std::string> wanted;
  for (const FileAxis axis : axes) wanted.push_back(axes_.at(axis.index).path);
  if (const auto stored = file_.scales(path); stored != wanted)
    refuse(path, fmt::format("lies over [{}], not [{}]", fmt::join(stored, ", "), fmt::join(wanted, ", ")));
}

std::size_t ResultStore::add_series(const std::string& path, const std::vector<FileAxis>& axes, const Label& label,
                                    bool text) {
  if (axes.empty()) throw InternalError(fmt::format("{} is a series without a growing axis", path));
  auto shape = shape_of(path, axes, true);
  std::size_t width = 1;
  for (std::size_t k = 1; k < shape.size(); ++k) width *= shape[k];
  if (claim(path)) {
    expect_axes(path, axes, label);
    const auto found = adopted_columns_.find(path);
    if (found == adopted_columns_.end() || file_.dataset(path).is_text() != text) refuse(path, "is of another kind");
    series_.push_back({path, found->second.first, found->second.second});
    return series_.size() - 1;
  }
  const std::size_t number = axes_.at(axes[0].index).table.value();
  hdf5::Dataset dataset = create(
      path, {.text = text, .shape = shape, .growing = true, .chunk_rows = RowTable::chunk_rows(text ? 8 : width)}, axes, label);
  RowTable& table = tables_[number];
  const std::size_t column =
      text ? table.add_text_column(std::move(dataset)) : table.add_column(std::move(dataset), width);
  series_.push_back({path, number, column});
  return series_.size() - 1;
}

std::size_t ResultStore::add_fixed(const std::string& path, const std::vector<FileAxis>& axes, const Label& label) {
  const auto shape = shape_of(path, axes, false);
  if (axes.empty()) expect_no_axis_named_like(path);
  std::size_t size = 1;
  for (const std::size_t n : shape) size *= n;
  if (claim(path)) expect_axes(path, axes, label);
  else create(path, {.text = false, .shape = shape, .growing = false, .chunk_rows = 1}, axes, label);
  fixed_.push_back({path, size});
  return fixed_.size() - 1;
}

RowTable& ResultStore::table(FileAxis growing) {
  const AxisEntry& entry = axes_.at(growing.index);
  if (!entry.table) throw InternalError(fmt::format("{} does not grow", entry.path));
  return tables_[*entry.table];
}

void ResultStore::write(std::size_t fixed, std::span<const double> values) {
  const FixedEntry& entry = fixed_.at(fixed);
  if (values.size() != entry.size)
    throw InternalError(fmt::format("{} got {} values instead of {}", entry.path, values.size(), entry.size));
  file_.dataset(entry.path).write(values);
}

void ResultStore::write_text(const std::string& path, const std::string& text, const std::string& long_name) {
  const bool known = claimed_.contains(path);
  if (!known) expect_no_axis_named_like(path);
  if (!known && !claim(path))
    create(path, {.text = true, .shape = {}, .growing = false, .chunk_rows = 1}, {}, {"1", long_name});
  file_.dataset(path).write(std::vector<std::string>{text});
}

void ResultStore::add_event_table() {
  if (events_) return;
  const FileAxis axis = add_growing_axis("/events/event", {"1", "number of the event"});
  events_ = EventTable{axis,
                       add_series("/events/time", {axis}, {"s", "time of the event"}, false),
                       add_series("/events/unit", {axis}, {"1", "unit operation concerned"}, true),
                       add_series("/events/message", {axis}, {"1", "what happened"}, true)};
}

void ResultStore::add_event(double time, std::string_view unit, std::string_view message) {
  add_event_table();
  RowTable& rows = table(events_->axis);
  rows.append(static_cast<double>(rows.rows()));
  rows.put(column_of(events_->time), std::span<const double>(&time, 1));
  rows.put_text(column_of(events_->unit), unit);
  rows.put_text(column_of(events_->message), message);
}

}  // namespace brineflow
