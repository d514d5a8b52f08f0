// A bracket of a root, and where to look in it next.
#pragma once

namespace brineflow {

// The method of false position with Illinois' remedy (Dowell and Jarratt 1971, BIT 11, 168): an end that stays twice running counts half, so that both ends move. Order 1.44;
// an end that is halved every time makes it a bisection. The values at the ends have different signs.
struct FalsePosition {
  double low, at_low, high, at_high;
  int last = 0;  // which end the last trial replaced: -1 the low one, +1 the high one

  double trial() const { return (low * at_high - high * at_low) / (at_high - at_low); }

  void take(double x, double value) {
    const int side = (value < 0.0) == (at_low < 0.0) ? -1 : 1;
    if (side < 0) {
      low = x, at_low = value;
      if (last == side) at_high *= 0.5;
    } else {
      high = x, at_high = value;
      if (last == side) at_low *= 0.5;
    }
    last = side;
  }
};

}  // namespace brineflow
