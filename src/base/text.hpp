// Small helpers for text: everything here takes and gives UTF-8.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace brineflow {

// Without blanks, tabs and line ends at either end.
std::string_view trim(std::string_view text);

// The pieces between separators, trimmed; n separators give n + 1 pieces, some perhaps empty.
std::vector<std::string> split(std::string_view text, char separator);

std::string join(std::span<const std::string> pieces, std::string_view separator);

// "a", "b" and "c" as `a, b or c`.
std::string join_with_or(std::span<const std::string> pieces);

// "volume flow" as "a volume flow", "area" as "an area"; "dimensionless" stays.
std::string with_article(std::string_view noun);

// The candidate that `word` was probably meant to be: the nearest by Damerau-Levenshtein distance (optimal string
// alignment, upper and lower case alike) if at most max(1, length / 3) edits away. The first of equals wins.
std::optional<std::string> closest(std::string_view word, std::span<const std::string> candidates);

// Byte offset of the first byte that is not UTF-8 (RFC 3629: no overlong forms, no surrogates).
std::optional<std::size_t> first_bad_utf8(std::string_view text);

// One code point, or one byte that belongs to none.
struct Character {
  std::string_view bytes;
  bool valid = true;
};
Character first_character(std::string_view text);  // of a text that is not empty
std::string_view skip_characters(std::string_view text, std::size_t count);

// As the text or a quoted attribute of XML; control characters, which XML has none of, become blanks.
std::string xml_escaped(std::string_view text);

// Number of code points; bytes that are not UTF-8 count one each.
std::size_t code_points(std::string_view text);

}  // namespace brineflow
