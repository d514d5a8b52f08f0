#include "base/diagnostics.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace brineflow {

namespace {

constexpr std::size_t findings_kept = 1000;
constexpr std::size_t findings_shown = 50;
constexpr std::size_t columns_shown = 120;

// One character as a terminal shows it. Tabs become one blank, so that the caret stands right at any tab width;
// control characters, which could drive the terminal, become '?'.
struct Cell {
  std::string text;
  std::size_t width = 1;
};

char32_t code_point(std::string_view bytes) {
  if (bytes.size() == 1) return static_cast<unsigned char>(bytes[0]);
  char32_t value = static_cast<unsigned char>(bytes[0]) & (0xFFU >> (bytes.size() + 1));
  for (const char c : bytes.substr(1)) value = (value << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
  return value;
}

// Columns on a terminal: the main blocks of East Asian wide (UAX #11) and combining characters.
std::size_t terminal_width(char32_t c) {
  const auto in = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  if (in(0x300, 0x36F) || in(0x200B, 0x200F) || in(0xFE00, 0xFE0F)) return 0;
  const bool wide = in(0x1100, 0x115F) || in(0x2E80, 0xA4CF) || in(0xAC00, 0xD7A3) || in(0xF900, 0xFAFF) ||
                    in(0xFE30, 0xFE6F) || in(0xFF00, 0xFF60) || in(0xFFE0, 0xFFE6) || in(0x1F300, 0x1FAFF) ||
                    in(0x20000, 0x3FFFD);
  return wide ? 2 : 1;
}

Cell cell_of(const Character& character) {
  if (!character.valid) return {"?", 1};
  const char32_t c = code_point(character.bytes);
  if (c == '\t') return {" ", 1};
  const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
  const bool reorders = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);  // bidirectional overrides
  if (control || reorders) return {"?", 1};
  return {std::string(character.bytes), terminal_width(c)};
}

// The part of a line around the caret, with what was cut marked, and the caret under it.
struct Excerpt {
  std::string line;
  std::string caret;
};

Excerpt excerpt(const std::string& line, int column, int width) {
  const std::size_t at = static_cast<std::size_t>(std::max(column, 1)) - 1;
  const bool short_line = line.size() <= columns_shown;
  const std::size_t start = short_line || at < columns_shown / 2 ? 0 : at - columns_shown / 2;
  const std::size_t last = at + static_cast<std::size_t>(std::max(width, 1));

  Excerpt shown;
  if (start > 0) shown.line = "...";
  std::size_t before = shown.line.size();
  std::size_t under = 0;
  std::string_view rest = skip_characters(line, start);
  for (std::size_t k = start; !rest.empty() && k < start + columns_shown; ++k) {
    const Character character = first_character(rest);
    rest.remove_prefix(character.bytes.size());
    const Cell cell = cell_of(character);
    shown.line += cell.text;
    if (k < at) before += cell.width;
    if (k >= at && k < last) under += cell.width;
  }
  if (!rest.empty()) shown.line += "...";
  shown.caret = std::string(before, ' ') + '^' + std::string(under > 1 ? under - 1 : 0, '~');
  return shown;
}

std::string place_text(const Place& place) {
  if (place.line <= 0) return place.file.empty() ? "" : place.file + ": ";
  return fmt::format("{}:{}:{}: ", place.file, place.line, place.column);
}

std::string printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const Character character = first_character(text);
    text.remove_prefix(character.bytes.size());
    shown += cell_of(character).text;
  }
  return shown;
}

std::string entry_text(const Place& place, const std::string& message, const std::string& hint) {
  std::string text = place_text(place) + printable(message) + '\n';
  const bool has_line = place.source && place.line > 0 &&
                        static_cast<std::size_t>(place.line) <= place.source->lines.size();
  if (!has_line) {
    if (!hint.empty()) text += fmt::format("     | {}\n", printable(hint));
    return text;
  }
  const Excerpt shown = excerpt(place.source->lines[static_cast<std::size_t>(place.line) - 1], place.column, place.width);
  text += fmt::format("{:4} | {}\n", place.line, shown.line);
  const std::size_t gutter = std::max<std::size_t>(4, std::to_string(place.line).size());
  text += fmt::format("{:{}} | {}{}{}\n", "", gutter, shown.caret, hint.empty() ? "" : " ", printable(hint));
  return text;
}

}  // namespace

std::shared_ptr<const Source> Source::from_text(std::string file, std::string_view text) {
  auto source = std::make_shared<Source>();
  source->file = std::move(file);
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    std::string_view line = text.substr(start, end - start);
    if (line.ends_with('\r')) line.remove_suffix(1);
    source->lines.emplace_back(line);
    start = end + 1;
  }
  return source;
}

void Diagnostics::error(const Place& place, std::string message, std::string hint) {
  add({place, std::move(message), std::move(hint)});
}

void Diagnostics::error_with_other(const Place& place, std::string message, const Place& other,
                                   std::string other_message) {
  add({place, std::move(message), "", true, other, std::move(other_message)});
}

void Diagnostics::add(Finding finding) {
  ++count_;
  if (findings_.size() < findings_kept) findings_.push_back(std::move(finding));
}

std::vector<const Diagnostics::Finding*> Diagnostics::in_order() const {
  std::vector<std::string> files;
  std::vector<std::tuple<std::size_t, int, int, const Finding*>> order;
  for (const Finding& f : findings_) {
    const auto file = std::find(files.begin(), files.end(), f.place.file);
    order.emplace_back(static_cast<std::size_t>(file - files.begin()), f.place.line, f.place.column, &f);
    if (file == files.end()) files.push_back(f.place.file);
  }
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return std::tie(std::get<0>(a), std::get<1>(a), std::get<2>(a)) <
           std::tie(std::get<0>(b), std::get<1>(b), std::get<2>(b));
  });
  std::vector<const Finding*> shown;
  for (std::size_t k = 0; k < order.size() && k < findings_shown; ++k) shown.push_back(std::get<3>(order[k]));
  return shown;
}

std::string Diagnostics::text() const {
  std::string all;
  for (const Finding* f : in_order()) {
    all += entry_text(f->place, f->message, f->hint);
    if (f->has_other) all += entry_text(f->other, f->other_message, "");
  }
  if (count_ > findings_shown) all += fmt::format("and {} more\n", count_ - findings_shown);
  return all;
}

std::vector<InputFinding> Diagnostics::findings() const {
  std::vector<InputFinding> all;
  for (const Finding* f : in_order()) all.push_back({f->place.file, f->place.line, f->place.column, f->message, f->hint});
  return all;
}

void Diagnostics::throw_if_any() const {
  if (!empty()) throw InputError(text(), findings());
}

}  // namespace brineflow
