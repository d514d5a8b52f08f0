// Time stamps as historians export them: ISO 8601, `2026-03-01T08:00:00`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace brineflow {

struct TimeStamp {
  double seconds =
      0.0;  // [s] since 1970-01-01, of UTC where the text names an offset, else of the clock it was read from
  bool zoned = false;  // the text ends in Z or an offset
};

// `2026-03-01T08:00:00`, also with a blank for the T, without seconds or without a time of day, with a
// fraction after
// '.' or ',' and with Z or an offset such as +08:00. Nothing for any other text, for dates that are in no
// calendar and for the 60th second.
std::optional<TimeStamp> parse_time_stamp(std::string_view text);

// `2026-03-01T08:00:00`, to the nearest second, with a Z where the stamp is zoned.
std::string format_time_stamp(const TimeStamp& stamp);

}  // namespace brineflow
