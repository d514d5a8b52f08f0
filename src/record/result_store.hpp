// What a ResultFile is made of: the catalogue of datasets in the working file, and the rules by which
// it becomes the target. Knows nothing of failure: that is result_file.cpp.
#pragma once

#include <chrono>
#include <functional>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/hdf5.hpp"
#include "record/result_file.hpp"
#include "record/row_table.hpp"
#include "record/working_file.hpp"

namespace brineflow {

class ResultStore {
 public:
  enum class Origin { fresh, from_target };
  ResultStore(const std::filesystem::path& path, SnapshotPolicy policy, Origin origin);

  FileAxis add_axis(const std::string& path, std::span<const double> coordinates, const Label& label);
  FileAxis add_text_axis(const std::string& path, const std::vector<std::string>& names, const Label& label);
  FileAxis add_dimension(const std::string& path, std::size_t size);
  FileAxis add_growing_axis(const std::string& path, const Label& label);
  // The number among all series; `width` values a row come from the axes.
  std::size_t add_series(const std::string& path, const std::vector<FileAxis>& axes, const Label& label, bool text);
  std::size_t add_fixed(const std::string& path, const std::vector<FileAxis>& axes, const Label& label);

  RowTable& table(FileAxis growing);
  RowTable& table_of(std::size_t series) { return tables_.at(series_.at(series).table); }
  std::size_t column_of(std::size_t series) const { return series_.at(series).column; }

  void write(std::size_t fixed, std::span<const double> values);
  void write_text(const std::string& path, const std::string& text, const std::string& long_name);
  // make: called when the next snapshot is written; the rows it goes with are those of now.
  void set_checkpoint(std::function<Checkpoint()> make);
  void check(const Checkpoint& state) const;  // throws InternalError for what cannot be stored
  void truncate_to_checkpoint();

  void add_event_table();  // may be repeated
  void add_event(double time, std::string_view unit, std::string_view message);

  // All rows begun so far are complete.
  void commit();
  // True if a snapshot is due now.
  bool is_due() const;
  // Brings the target up to date by a copy of the working file.
  void publish_copy();
  // Closes the working file; the store can then only be published.
  void close();
  // Forgets rows begun and not committed.
  void drop_uncommitted();
  bool has_rows() const;
  // "t = 3600 s", or "" without a row.
  std::string reached() const;

  hdf5::File& file() { return file_; }
  WorkingFile& working() { return working_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct AxisEntry {
    std::string path;
    std::size_t size;
    std::optional<std::size_t> table;  // of a growing axis
  };
  struct SeriesEntry {
    std::string path;
    std::size_t table;
    std::size_t column;
  };
  struct EventTable {
    FileAxis axis;
    std::size_t time;
    std::size_t unit;
    std::size_t message;
  };
  struct FixedEntry {
    std::string path;
    std::size_t size;
  };

  void store();  // brings the working file on disk up to date
  void adopt_growing();
  // True if the path is in the file already (after a reopen); InternalError if it was added before.
  bool claim(const std::string& path);
  // h5netcdf takes such a scalar for the axis and cannot read the group: InternalError.
  void expect_no_axis_named_like(const std::string& scalar) const;
  void label(const std::string& path, const Label& label);
  void expect_unit(const std::string& path, const Label& label) const;
  hdf5::Dataset create(const std::string& path, const hdf5::Layout& layout, const std::vector<FileAxis>& axes,
                       const Label& label);
  void expect_axes(const std::string& path, const std::vector<FileAxis>& axes, const Label& label) const;
  FileAxis make_axis(const std::string& path, std::size_t size, std::optional<std::size_t> table);
  std::vector<std::size_t> shape_of(const std::string& path, const std::vector<FileAxis>& axes, bool growing) const;
  void write_scale_uses();
  void write_checkpoint();
  void write_vector(const Checkpoint::Vector& vector, bool scalar);
  void write_counts();

  SnapshotPolicy policy_;
  WorkingFile working_;
  hdf5::File file_;
  std::vector<AxisEntry> axes_;
  std::vector<RowTable> tables_;
  std::vector<SeriesEntry> series_;
  std::vector<FixedEntry> fixed_;
  std::set<std::string> claimed_;
  std::map<std::string, std::size_t> adopted_tables_;                         // axis path to table
  std::map<std::string, std::pair<std::size_t, std::size_t>> adopted_columns_;  // path to table, column
  std::map<std::string, std::vector<hdf5::ScaleUse>> uses_;
  bool uses_changed_ = false;
  std::function<Checkpoint()> make_checkpoint_;
  std::vector<double> checkpoint_counts_;
  std::optional<EventTable> events_;
  std::string checkpoint_form_;
  Clock::time_point last_snapshot_{};
  double last_cost_ = 0;  // s
  bool published_ = false;
};

}  // namespace brineflow
