// SHA-256, to tell two cases apart.
#pragma once

#include <string>
#include <string_view>

namespace brineflow {

// Lower-case hexadecimal digest. FIPS 180-4.
std::string sha256(std::string_view data);

}  // namespace brineflow
