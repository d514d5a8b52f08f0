#include "study/time_stamp.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

namespace brineflow {
namespace {

// Takes pieces from the front of a text; after the first that does not fit, ok() is false.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool ok() const { return ok_; }
  bool at_end() const { return text_.empty(); }

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t k = 0; k < count; ++k) {
      if (text_.empty() || !is_digit(text_.front())) return fail();
      value = 10 * value + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    return value;
  }

  bool take(std::string_view any_of) {
    if (text_.empty() || any_of.find(text_.front()) == std::string_view::npos) return false;
    taken_ = text_.front();
    text_.remove_prefix(1);
    return true;
  }
  void need(std::string_view any_of) {
    if (!take(any_of)) fail();
  }
  char taken() const { return taken_; }

  double fraction() {
    double value = 0.0, digit = 0.1;
    if (text_.empty() || !is_digit(text_.front())) return fail();
    for (; !text_.empty() && is_digit(text_.front()); text_.remove_prefix(1), digit /= 10.0)
      value += digit * (text_.front() - '0');
    return value;
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  int fail() {
    ok_ = false;
    return 0;
  }

  std::string_view text_;
  bool ok_ = true;
  char taken_ = ' ';
};

std::optional<double> read_date(Cursor& cursor) {
  const int year = cursor.digits(4);
  cursor.need("-");
  const int month = cursor.digits(2);
  cursor.need("-");
  const int day = cursor.digits(2);
  if (!cursor.ok()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return 86400.0 * static_cast<double>(std::chrono::sys_days{date}.time_since_epoch().count());
}

std::optional<double> read_clock(Cursor& cursor) {
  const int hour = cursor.digits(2);
  cursor.need(":");
  const int minute = cursor.digits(2);
  double second = 0.0;
  if (cursor.take(":")) {
    second = cursor.digits(2);
    if (second < 60.0 && cursor.take(".,")) second += cursor.fraction();
  }
  if (!cursor.ok() || hour > 23 || minute > 59 || second >= 60.0) return std::nullopt;
  return 3600.0 * hour + 60.0 * minute + second;
}

// Seconds that the clock is ahead of UTC.
std::optional<double> read_offset(Cursor& cursor) {
  if (cursor.taken() == 'Z') return 0.0;
  const double sign = cursor.taken() == '-' ? -1.0 : 1.0;
  const int hour = cursor.digits(2);
  int minute = 0;
  if (!cursor.at_end()) {
    cursor.take(":");
    minute = cursor.digits(2);
  }
  if (!cursor.ok() || hour > 14 || minute > 59) return std::nullopt;
  return sign * (3600.0 * hour + 60.0 * minute);
}

}  // namespace

std::optional<TimeStamp> parse_time_stamp(std::string_view text) {
  Cursor cursor(trim(text));
  const std::optional<double> date = read_date(cursor);
  if (!date) return std::nullopt;
  TimeStamp stamp{*date, false};
  if (cursor.at_end()) return stamp;
  if (!cursor.take("T ")) return std::nullopt;
  const std::optional<double> clock = read_clock(cursor);
  if (!clock) return std::nullopt;
  stamp.seconds += *clock;
  cursor.take(" ");
  if (cursor.at_end()) return stamp;
  if (!cursor.take("Z+-")) return std::nullopt;
  const std::optional<double> offset = read_offset(cursor);
  if (!offset || !cursor.at_end()) return std::nullopt;
  return TimeStamp{stamp.seconds - *offset, true};
}

std::string format_time_stamp(const TimeStamp& stamp) {
  const long long seconds = std::llround(stamp.seconds);
  const long long days = seconds >= 0 ? seconds / 86400 : -((86399 - seconds) / 86400);
  const long long rest = seconds - days * 86400;
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), rest / 3600,
                     rest / 60 % 60, rest % 60, stamp.zoned ? "Z" : "");
}

}  // namespace brineflow
