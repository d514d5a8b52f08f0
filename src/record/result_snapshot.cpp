// The part of ResultStore that turns a moment of the run into a consistent file.
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "record/result_store.hpp"

namespace brineflow {

namespace {

const std::string checkpoint_group = "/checkpoint";

// Everything about a checkpoint but its values.
std::string form_of(const Checkpoint& state, std::size_t tables) {
  std::string form = fmt::format("{} tables\n", tables);
  for (const auto& v : state.vectors) form += fmt::format("{}[{}] {} {}\n", v.name, v.values.size(), v.unit, v.long_name);
  for (const auto& v : state.scalars) form += fmt::format("{} {} {}\n", v.name, v.unit, v.long_name);
  return form;
}

}  // namespace

void ResultStore::check(const Checkpoint& state) const {
  for (const auto& scalar : state.scalars) {
    const std::string path = fmt::format("{}/{}", checkpoint_group, scalar.name);
    expect_no_axis_named_like(path);
    if (scalar.values.size() != 1) throw InternalError(fmt::format("{} is not one value", path));
  }
}

void ResultStore::set_checkpoint(std::function<Checkpoint()> make) {
  make_checkpoint_ = std::move(make);
  checkpoint_counts_.clear();
  for (const RowTable& table : tables_) checkpoint_counts_.push_back(static_cast<double>(table.rows()));
}

// The group is made anew only when its vectors come, go or change their length: HDF5 does not give
// back the text of removed labels, and a long run takes many checkpoints.
void ResultStore::write_checkpoint() {
  if (!make_checkpoint_) return;
  const Checkpoint state = make_checkpoint_();
  make_checkpoint_ = nullptr;
  const std::string form = form_of(state, checkpoint_counts_.size());
  if (form == checkpoint_form_) {
    for (const auto* list : {&state.vectors, &state.scalars})
      for (const auto& vector : *list) file_.dataset(checkpoint_group + "/" + vector.name).write(vector.values);
    file_.dataset(checkpoint_group + "/rows").write(checkpoint_counts_);
    return;
  }
  check(state);
  if (file_.has(checkpoint_group)) file_.remove(checkpoint_group);
  checkpoint_form_ = form;
  for (const auto& vector : state.vectors) write_vector(vector, false);
  for (const auto& scalar : state.scalars) write_vector(scalar, true);
  write_counts();
}

void ResultStore::write_vector(const Checkpoint::Vector& vector, bool scalar) {
  const std::string path = fmt::format("{}/{}", checkpoint_group, vector.name);
  hdf5::Layout layout;
  if (!scalar) layout.shape = {vector.values.size()};
  hdf5::Dataset dataset = file_.create_dataset(path, layout);
  label(path, {vector.unit, vector.long_name});
  dataset.write(vector.values);
  if (scalar) return;
  const std::string index = path + "_index";
  const std::size_t size = vector.values.size();
  file_.create_dataset(index, layout);
  label(index, {"1", "index"});
  file_.make_scale(index, fmt::format("This is a netCDF dimension but not a netCDF variable.{:10}", size));
  file_.set_scales(path, {index});
  file_.set_scale_uses(index, {{path, 0}});
}

void ResultStore::write_counts() {
  std::vector<std::string> paths;
  for (std::size_t k = 0; k < checkpoint_counts_.size(); ++k) paths.push_back(tables_[k].path());
  const std::string axis = checkpoint_group + "/axis";
  const std::string rows = checkpoint_group + "/rows";
  hdf5::Layout layout;
  layout.shape = {paths.size()};
  file_.create_dataset(rows, layout).write(checkpoint_counts_);
  label(rows, {"1", "rows along each growing axis at the checkpoint"});
  layout.text = true;
  file_.create_dataset(axis, layout).write(paths);
  label(axis, {"1", "growing axis"});
  file_.make_scale(axis, "axis");
  file_.set_scales(rows, {axis});
  file_.set_scale_uses(axis, {{rows, 0}});
}

void ResultStore::truncate_to_checkpoint() {
  if (!file_.has(checkpoint_group + "/rows"))
    throw StorageError(fmt::format("{} holds no checkpoint to go on from", working_.target().string()));
  const auto paths = file_.dataset(checkpoint_group + "/axis").read_texts();
  const auto counts = file_.dataset(checkpoint_group + "/rows").read();
  for (RowTable& table : tables_) {
    const auto found = std::find(paths.begin(), paths.end(), table.path());
    // An axis that the checkpoint does not know came into being after it.
    table.truncate_to(found == paths.end() ? 0 : static_cast<std::size_t>(counts.at(
                                                     static_cast<std::size_t>(found - paths.begin()))));
  }
}

void ResultStore::write_scale_uses() {
  if (!uses_changed_) return;
  for (const auto& [scale, uses] : uses_) file_.set_scale_uses(scale, uses);
  uses_changed_ = false;
}

bool ResultStore::has_rows() const {
  return std::any_of(tables_.begin(), tables_.end(), [](const RowTable& t) { return t.committed() > 0; });
}

void ResultStore::commit() {
  for (RowTable& table : tables_) table.commit();
}

bool ResultStore::is_due() const {
  if (!published_) return has_rows();
  const std::chrono::duration<double> passed = Clock::now() - last_snapshot_;
  const double pause = last_cost_ * (1.0 - policy_.largest_share) / policy_.largest_share;
  return passed.count() >= std::max(policy_.interval, pause);
}

void ResultStore::store() {
  for (RowTable& table : tables_) table.store();
  write_checkpoint();
  write_scale_uses();
  file_.flush();
}

void ResultStore::publish_copy() {
  const Clock::time_point begin = Clock::now();
  store();
  working_.publish_copy();
  last_snapshot_ = Clock::now();
  last_cost_ = std::chrono::duration<double>(last_snapshot_ - begin).count();
  published_ = true;
}

void ResultStore::drop_uncommitted() {
  for (RowTable& table : tables_)
    if (table.rows() > table.committed()) table.truncate_to(table.committed());
}

void ResultStore::close() {
  store();
  tables_.clear();
  file_.close();
  working_.sync();
}

std::string ResultStore::reached() const {
  if (tables_.empty() || tables_[0].rows() == 0) return "";
  return fmt::format("t = {:.6g} {}", tables_[0].last_coordinate(), tables_[0].unit());
}

}  // namespace brineflow
