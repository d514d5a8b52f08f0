// A comparison as a picture: one panel a tag, with the measured points, their bands and the line of the
// model.
#pragma once

#include "study/comparison.hpp"

#include <string>

namespace brineflow {

// An SVG of plain shapes and text. Where there are more points than can be told apart, those with the
// smallest and the largest value of every column of the picture are drawn, and every one outside its band
// that differs from them; the lines likewise. Its size hence does not grow with the data.
std::string comparison_svg(const ComparisonReport& report);

}  // namespace brineflow
