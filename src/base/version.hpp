// The version that results and --version state.
#pragma once

namespace brineflow {

inline constexpr const char* version = "0.1.0";

}  // namespace brineflow
