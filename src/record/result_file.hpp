// The result file while a run writes it (docs/result_file.md describes what a reader finds).
//
// Rows go to a working file `NAME.part` beside the target. The target itself is only ever replaced
// by renaming a complete, closed file over it (a "snapshot"). A process that is killed at any moment
// thus leaves a target that opens and lacks at most what came after the last snapshot, and a reader
// that holds the target open neither blocks the run nor sees it change.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace brineflow {

// What every dataset says about itself. Units are UDUNITS-style text; time is "s" and never
// "seconds", which xarray would turn into a timedelta; a pure number is "1".
struct Label {
  std::string unit;
  std::string long_name;
};

// Handles; valid for the ResultFile that returned them.
struct FileAxis {
  std::size_t index;
};
struct Series {
  std::size_t index;
};
struct TextSeries {
  std::size_t index;
};
struct Fixed {
  std::size_t index;
};

// When the target is brought up to date.
struct SnapshotPolicy {
  double interval = 2.0;      // s of wall time between two snapshots, at least
  double largest_share = 0.05;  // of the wall time that snapshots may take
};

enum class Snapshot { if_due, now };

// Enough of the solver's state to go on from. Stored under /checkpoint together with the row count
// of every growing axis at that moment.
struct Checkpoint {
  struct Vector {
    std::string name;  // becomes /checkpoint/NAME
    std::string unit;
    std::string long_name;
    std::vector<double> values;
  };
  std::vector<Vector> vectors;
  std::vector<Vector> scalars;  // one value each; not named like a root axis ("t", not "time")
};

// Every function throws StorageError when the file cannot be written (full disk, quota, ...), saying
// what is kept and where; from then on the object only repeats that error. Wrong use (unknown
// handle, wrong number of values) is an InternalError.
class ResultFile {
 public:
  // Creates the working file and its lock. StorageError names the path if the folder is missing or
  // not writable, the target is not a regular file, or another run is writing it. A working file
  // left behind by a killed process is replaced. An existing target stays until the first snapshot.
  static ResultFile create(const std::filesystem::path& path, SnapshotPolicy policy = {});

  // Goes on writing an existing result: copies the target to the working file and opens that. The
  // add_ functions then find what is there by its path and check that it has the same shape, unit
  // and coordinates; StorageError if not.
  static ResultFile reopen(const std::filesystem::path& path, SnapshotPolicy policy = {});

  ResultFile(ResultFile&&) noexcept;
  ResultFile& operator=(ResultFile&&) noexcept;
  // Without finish(): makes a last snapshot if anything was ever committed; never throws.
  ~ResultFile();

  // --- layout. Paths are absolute ("/streams/column.outlet/flow"); missing groups are made.
  // A dataset's axes live in its own group or in one above it (the netCDF rule).

  FileAxis add_axis(const std::string& path, std::span<const double> coordinates, const Label& label);
  FileAxis add_text_axis(const std::string& path, const std::vector<std::string>& names, const Label& label);
  // A length without coordinates.
  FileAxis add_dimension(const std::string& path, std::size_t size);
  // Grows by one with every append(). The first one added is the axis that errors quote as time.
  FileAxis add_growing_axis(const std::string& path, const Label& label);

  // axes[0] must be growing, the others fixed.
  Series add_series(const std::string& path, const std::vector<FileAxis>& axes, const Label& label);
  TextSeries add_text_series(const std::string& path, FileAxis growing, const Label& label);
  // No growing axis; no axes at all makes a scalar (whose name must not be that of an axis in its
  // group or above: h5netcdf would take it for the axis). Holds NaN until written.
  Fixed add_fixed(const std::string& path, const std::vector<FileAxis>& axes, const Label& label);

  // --- values

  // Begins a row of every series along the axis; what is not put() before the next append() is NaN
  // (or the empty text).
  void append(FileAxis axis, double coordinate);
  // The value of the row begun last, row-major over the fixed axes.
  void put(Series series, std::span<const double> values);
  void put(Series series, double value);
  void put(TextSeries series, std::string_view text);

  // May be repeated; the last value counts.
  void write(Fixed fixed, std::span<const double> values);
  void write(Fixed fixed, double value);
  void write_text(const std::string& path, const std::string& text, const std::string& long_name);
  // On the root "/", a group (made if missing) or a dataset.
  void set_attribute(const std::string& object, const std::string& name, const std::string& text);
  void set_attribute(const std::string& object, const std::string& name, double number);

  // A row of /events: time [s], the unit operation, what happened. The table exists from the first
  // call of either function.
  void add_event_table();
  void add_event(double time, std::string_view unit, std::string_view message);

  // Replaces /checkpoint at the next snapshot. `make` is called when a snapshot is made, which most rows do not see: what
  // it captures must stand for the state as it is now.
  void checkpoint(Checkpoint state);
  void checkpoint(std::function<Checkpoint()> make);

  // --- progress

  // States that all rows begun are complete; snapshots show what was committed and nothing else.
  // Makes a snapshot if one is due (always at the first commit with a row) and says whether it did.
  bool commit(Snapshot when = Snapshot::if_due);

  // Sets the root attribute `status`, closes the working file and renames it to the target.
  void finish(const std::string& status);

  // --- resuming

  std::size_t rows(FileAxis growing) const;
  // Drops the rows from `count` on, of the axis and all its series.
  void truncate_to(FileAxis growing, std::size_t count);
  // Drops what came after the stored checkpoint, along every growing axis (/events too).
  void truncate_to_checkpoint();

  const std::filesystem::path& path() const;

 private:
  class Implementation;
  explicit ResultFile(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> self_;
};

}  // namespace brineflow
