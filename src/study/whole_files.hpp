// Files that appear as a whole or not at all.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace brineflow {

// Writes every text to its path: first all of them beside their targets under other names, then each is
// renamed. Throws StorageError, and leaves no target half-written; one that cannot be written keeps all from
// being renamed.
void write_whole_files(const std::vector<std::pair<std::filesystem::path, std::string>>& files);

}  // namespace brineflow
