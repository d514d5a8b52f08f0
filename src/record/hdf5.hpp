// The little of HDF5 that the result file needs, behind owners; hdf5.cpp alone includes hdf5.h.
//
// A file whose write failed must not be touched again: HDF5 1.10 cannot close it and would try to at
// exit, or reject every later file. File::abandon() therefore lets go of it and of its datasets
// without a single further call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace brineflow::hdf5 {

// Any call that HDF5 refused: what was tried, the innermost reason, and errno if there was one.
class Failure : public std::runtime_error {
 public:
  Failure(const std::string& text, int error_number) : std::runtime_error(text), error_number_(error_number) {}
  int error_number() const { return error_number_; }

 private:
  int error_number_;
};

struct Layout {
  bool text = false;                // variable-length UTF-8 instead of double
  std::vector<std::size_t> shape;   // {} is a scalar; a growing dataset starts at shape[0] = 0
  bool growing = false;             // along the first dimension, without limit
  std::size_t chunk_rows = 1;       // of a growing dataset
};

struct FileState;

// One open dataset. Values are row-major.
class Dataset {
 public:
  Dataset(std::shared_ptr<FileState> file, std::int64_t id) : file_(std::move(file)), id_(id) {}
  Dataset(Dataset&& other) noexcept : file_(std::move(other.file_)), id_(std::exchange(other.id_, -1)) {}
  Dataset& operator=(Dataset&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(id_, other.id_);
    return *this;
  }
  ~Dataset();

  std::vector<std::size_t> shape() const;
  bool is_growing() const;
  bool is_text() const;

  void resize_rows(std::size_t rows);
  // Rows [first, first + count); the dataset must be long enough.
  void write_rows(std::size_t first, std::size_t count, std::span<const double> values);
  void write_rows(std::size_t first, const std::vector<std::string>& texts);
  void write(std::span<const double> values);
  void write(const std::vector<std::string>& texts);

  std::vector<double> read_rows(std::size_t first, std::size_t count) const;
  std::vector<double> read() const;
  std::vector<std::string> read_texts() const;

 private:
  std::shared_ptr<FileState> file_;
  std::int64_t id_;
};

// One entry of a dimension scale's list of users.
struct ScaleUse {
  std::string dataset;
  unsigned dimension;
};

class File {
 public:
  // Empties an existing file. None of the three takes HDF5's own file locks.
  static File create(const std::string& path);
  static File open_to_read(const std::string& path);
  static File open_to_extend(const std::string& path);

  File(File&&) noexcept = default;
  File& operator=(File&&) noexcept = default;
  ~File();

  void flush();
  // All datasets must be gone. Throws if what is left to write cannot be written.
  void close();
  void abandon() noexcept;

  bool has(const std::string& path) const;
  bool is_group(const std::string& path) const;
  std::vector<std::string> list(const std::string& group) const;   // in order of creation
  std::vector<std::string> all_datasets() const;                   // absolute paths
  void make_group(const std::string& path);                        // and those above it, if missing
  void remove(const std::string& path);

  Dataset create_dataset(const std::string& path, const Layout& layout);
  Dataset dataset(const std::string& path) const;

  void set_attribute(const std::string& object, const std::string& name, const std::string& text);
  void set_attribute(const std::string& object, const std::string& name, double number);
  bool has_attribute(const std::string& object, const std::string& name) const;
  std::string text_attribute(const std::string& object, const std::string& name) const;
  double number_attribute(const std::string& object, const std::string& name) const;

  // Dimension scales as the HDF5 "Dimension Scale Specification" lays them out. Written here rather
  // than through the high-level library, which rewrites the list of users at each attachment.
  void make_scale(const std::string& path, const std::string& name);
  bool is_scale(const std::string& path) const;
  void set_scales(const std::string& dataset, const std::vector<std::string>& scales);
  std::vector<std::string> scales(const std::string& dataset) const;  // "" where there is none
  void set_scale_uses(const std::string& scale, const std::vector<ScaleUse>& uses);

 private:
  explicit File(std::shared_ptr<FileState> state);
  std::shared_ptr<FileState> state_;
};

}  // namespace brineflow::hdf5
