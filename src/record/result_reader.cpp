#include "record/result_reader.hpp"

#include <fmt/core.h>

#include <cstring>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "record/hdf5.hpp"

namespace brineflow {

namespace {

hdf5::File open_result(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path))
    throw StorageError(fmt::format("cannot read the result {}: it is a folder", path.string()));
  try {
    return hdf5::File::open_to_read(path.string());
  } catch (const hdf5::Failure& e) {
    if (e.error_number() != 0)
      throw StorageError(fmt::format("cannot read the result {}: {}", path.string(), std::strerror(e.error_number())));
    const std::string_view what = e.what();
    if (what.find("file signature not found") != std::string_view::npos)
      throw InputError(fmt::format("{} is not an HDF5 file", path.string()));
    if (what.find("truncated file") != std::string_view::npos)
      throw InputError(fmt::format("{} is cut short: copy it again or run the case again", path.string()));
    throw InputError(fmt::format("{} cannot be read as HDF5 ({})", path.string(), what));
  }
}

}  // namespace

class ResultReader::Implementation {
 public:
  explicit Implementation(const std::filesystem::path& path) : path_(path), file_(open_result(path)) {}

  // Runs `read`; what HDF5 refuses becomes a sentence with the file's and the dataset's name.
  template <class Read>
  auto guarded(const std::string& object, const Read& read) const {
    if (!file_.has(object)) throw InputError(fmt::format("{} holds no {}", path_.string(), object));
    try {
      return read(file_);
    } catch (const hdf5::Failure& e) {
      throw InputError(fmt::format("cannot read {} in {}: {}", object, path_.string(), e.what()));
    }
  }

  template <class Read>
  auto attribute(const std::string& object, const std::string& name, const Read& read) const {
    return guarded(object, [&](const hdf5::File& file) {
      if (!file.has_attribute(object, name))
        throw InputError(fmt::format("{} in {} has no attribute '{}'", object, path_.string(), name));
      return read(file);
    });
  }

  const std::filesystem::path& path() const { return path_; }
  const hdf5::File& file() const { return file_; }

 private:
  std::filesystem::path path_;
  hdf5::File file_;
};

ResultReader::ResultReader(const std::filesystem::path& path) : self_(std::make_unique<Implementation>(path)) {}
ResultReader::ResultReader(ResultReader&&) noexcept = default;
ResultReader& ResultReader::operator=(ResultReader&&) noexcept = default;
ResultReader::~ResultReader() = default;

bool ResultReader::has(const std::string& path) const { return self_->file().has(path); }

bool ResultReader::is_group(const std::string& path) const { return has(path) && self_->file().is_group(path); }

std::vector<std::string> ResultReader::list(const std::string& group) const {
  return self_->guarded(group, [&](const hdf5::File& file) { return file.list(group); });
}

std::vector<std::size_t> ResultReader::shape(const std::string& path) const {
  return self_->guarded(path, [&](const hdf5::File& file) { return file.dataset(path).shape(); });
}

std::vector<std::string> ResultReader::axes(const std::string& path) const {
  return self_->guarded(path, [&](const hdf5::File& file) { return file.scales(path); });
}

std::vector<double> ResultReader::read_vector(const std::string& path) const {
  return self_->guarded(path, [&](const hdf5::File& file) { return file.dataset(path).read(); });
}

std::vector<double> ResultReader::read_rows(const std::string& path, std::size_t first, std::size_t count) const {
  return self_->guarded(path, [&](const hdf5::File& file) { return file.dataset(path).read_rows(first, count); });
}

double ResultReader::read_number(const std::string& path) const {
  const auto values = read_vector(path);
  if (values.size() == 1) return values.front();
  throw InputError(fmt::format("{} in {} holds {} values, not one", path, self_->path().string(), values.size()));
}

std::string ResultReader::read_text(const std::string& path) const {
  const auto texts = read_texts(path);
  if (texts.size() == 1) return texts.front();
  throw InputError(fmt::format("{} in {} holds {} texts, not one", path, self_->path().string(), texts.size()));
}

std::vector<std::string> ResultReader::read_texts(const std::string& path) const {
  return self_->guarded(path, [&](const hdf5::File& file) { return file.dataset(path).read_texts(); });
}

bool ResultReader::has_attribute(const std::string& object, const std::string& name) const {
  return self_->file().has_attribute(object, name);
}

std::string ResultReader::attribute(const std::string& object, const std::string& name) const {
  return self_->attribute(object, name, [&](const hdf5::File& file) { return file.text_attribute(object, name); });
}

double ResultReader::number_attribute(const std::string& object, const std::string& name) const {
  return self_->attribute(object, name, [&](const hdf5::File& file) { return file.number_attribute(object, name); });
}

const std::filesystem::path& ResultReader::path() const { return self_->path(); }

}  // namespace brineflow
