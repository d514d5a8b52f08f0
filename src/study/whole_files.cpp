#include "study/whole_files.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include <unistd.h>

namespace brineflow {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& path, const std::string& why) {
  throw StorageError(fmt::format("cannot write {}: {}", path.string(), why));
}

// Written files that are removed again unless they became what they were for.
class Pending {
 public:
  Pending() = default;
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  ~Pending() {
    std::error_code ignored;
    for (const auto& [from, to] : files_) fs::remove(from, ignored);
  }

  void write(const fs::path& path, const std::string& text) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) refuse(path, "it is a folder");
    if (fs::exists(status) && !fs::is_regular_file(status)) refuse(path, "it is a device");
    const fs::path target = fs::exists(status) ? fs::canonical(path, error) : path;  // a link stays one
    fs::path beside = target;
    beside += fmt::format(".{}.part", ::getpid());
    errno = 0;
    std::ofstream file(beside, std::ios::binary | std::ios::trunc);
    if (!file) refuse(path, errno != 0 ? std::strerror(errno) : "it cannot be opened");
    files_.emplace_back(beside, target);
    file << text;
    file.close();
    if (!file) refuse(path, errno != 0 ? std::strerror(errno) : "the device is full");
  }

  void publish() {
    for (const auto& [from, to] : files_) {
      std::error_code error;
      fs::rename(from, to, error);
      if (error) refuse(to, error.message());
    }
    files_.clear();
  }

 private:
  std::vector<std::pair<fs::path, fs::path>> files_;
};

}  // namespace

void write_whole_files(const std::vector<std::pair<fs::path, std::string>>& files) {
  Pending pending;
  for (const auto& [path, text] : files) pending.write(path, text);
  pending.publish();
}

}  // namespace brineflow
