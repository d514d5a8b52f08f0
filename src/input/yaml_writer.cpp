#include "input/document.hpp"

#include <fmt/format.h>

#include <cctype>

namespace brineflow {

namespace {

constexpr std::size_t flow_columns = 100;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

// Whether YAML reads these characters without quotes as this very text, in a flow list too. Only what surely does.
bool plain(std::string_view text) {
  if (text.empty() || text == "null" || text == "Null" || text == "NULL") return false;
  const bool signed_or_point = text.front() == '-' || text.front() == '+' || text.front() == '.';
  if (!is_word(text.front()) && !(signed_or_point && text.size() > 1 && is_word(text[1]))) return false;
  if (text.back() == ' ') return false;
  for (const char c : text)
    if (!is_word(c) && std::string_view(" _-+./><=*^%()").find(c) == std::string_view::npos) return false;
  return true;
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += fmt::format("\\{}", c);
    else if (c == '\n') result += "\\n";
    else if (c == '\t') result += "\\t";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      result += fmt::format("\\x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    else result += c;
  }
  return result + '"';
}

std::string scalar_text(std::string_view text, bool was_quoted) {
  return plain(text) && !was_quoted ? std::string(text) : quoted(text);
}

// Appends the node on one line; false as soon as that is longer than `columns`.
bool append_flow(const Node& node, std::string& line, std::size_t columns) {
  if (node.is_null()) line += "null";
  if (node.is_scalar()) line += scalar_text(node.text(), node.quoted());
  if (node.is_sequence()) {
    line += '[';
    for (const Node& item : node.items()) {
      if (&item != &node.items().front()) line += ", ";
      if (!append_flow(item, line, columns)) return false;
    }
    line += ']';
  }
  if (node.is_map()) {
    line += '{';
    for (const Entry& entry : node.entries()) {
      if (&entry != &node.entries().front()) line += ", ";
      line += scalar_text(entry.key, false) + ": ";
      if (!append_flow(entry.value, line, columns)) return false;
    }
    line += '}';
  }
  return line.size() <= columns;
}

void append_block(const Node& node, std::size_t indent, std::string& text);

// What follows `key:` or `-`: the rest of the line, or lines of its own.
void append_value(const Node& value, std::size_t indent, std::string& text) {
  std::string line;
  const bool collection = !value.items().empty() || !value.entries().empty();
  const bool fits = append_flow(value, line, flow_columns > indent ? flow_columns - indent : 1);
  if (fits || !collection) {
    text += ' ' + line + '\n';
    return;
  }
  text += '\n';
  append_block(value, indent + 2, text);
}

void append_block(const Node& node, std::size_t indent, std::string& text) {
  for (const Entry& entry : node.entries()) {
    text += std::string(indent, ' ') + scalar_text(entry.key, false) + ':';
    append_value(entry.value, indent, text);
  }
  for (const Node& item : node.items()) {
    text += std::string(indent, ' ') + '-';
    append_value(item, indent, text);
  }
}

}  // namespace

std::string write_yaml(const Node& node) {
  std::string text;
  if (node.entries().empty() && node.items().empty()) {
    append_flow(node, text, flow_columns);
    return text + '\n';
  }
  append_block(node, 0, text);
  return text;
}

}  // namespace brineflow
