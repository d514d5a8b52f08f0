// Reads a result file back: for resuming, comparing, reporting and testing.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace brineflow {

// Paths are absolute ("/time"). A reader never locks the file and sees one snapshot, whatever a
// running simulation does meanwhile.
class ResultReader {
 public:
  // StorageError if the file is missing or cannot be read; InputError if it is not an HDF5 file or
  // is cut short.
  explicit ResultReader(const std::filesystem::path& path);
  ResultReader(ResultReader&&) noexcept;
  ResultReader& operator=(ResultReader&&) noexcept;
  ~ResultReader();

  bool has(const std::string& path) const;
  bool is_group(const std::string& path) const;  // false for what is missing too
  // The names directly below a group, in the order they were created.
  std::vector<std::string> list(const std::string& group) const;

  // The functions below throw InputError if the path or attribute is missing or of another kind.

  // {} for a scalar.
  std::vector<std::size_t> shape(const std::string& path) const;
  // The paths of the axes of a dataset, first dimension first; "" for a dimension without one.
  std::vector<std::string> axes(const std::string& path) const;
  // All values, row-major.
  std::vector<double> read_vector(const std::string& path) const;
  // Rows [first, first + count) of the first dimension, row-major: for files larger than memory.
  std::vector<double> read_rows(const std::string& path, std::size_t first, std::size_t count) const;
  double read_number(const std::string& path) const;
  std::string read_text(const std::string& path) const;
  std::vector<std::string> read_texts(const std::string& path) const;

  bool has_attribute(const std::string& object, const std::string& name) const;
  std::string attribute(const std::string& object, const std::string& name) const;
  double number_attribute(const std::string& object, const std::string& name) const;

  const std::filesystem::path& path() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> self_;
};

}  // namespace brineflow
