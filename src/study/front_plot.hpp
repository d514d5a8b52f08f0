// A front as a picture: one panel for each pair of goals.
#pragma once

#include "study/front.hpp"

#include <string>

namespace brineflow {

// An SVG of plain shapes and text. Axes reach as far as the front does; of the other runs that kept the limits those are drawn that fall within.
std::string front_svg(const OptimizeStudy& study, const FrontResult& result);

}  // namespace brineflow
