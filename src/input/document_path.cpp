#include "base/text.hpp"
#include "input/document.hpp"
#include "input/yaml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace brineflow {

namespace {

// One key of a path, and where it stands in it.
struct Piece {
  std::string key;
  Place place;
};

// start_place: where the path begins.
std::vector<Piece> pieces_of(std::string_view path, const Place& start_place) {
  std::vector<Piece> pieces;
  int column = start_place.column;
  for (std::size_t start = 0;;) {
    const std::size_t end = std::min(path.find('.', start), path.size());
    const std::string key(path.substr(start, end - start));
    const int width = static_cast<int>(code_points(key));
    pieces.push_back({key, {start_place.file, start_place.line, column, std::max(width, 1), start_place.source}});
    if (end == path.size()) return pieces;
    column += width + 1;
    start = end + 1;
  }
}

// The name of an item of a list: that of a step, or of a phase of a carousel; nullptr where it has none.
const Node* name_of_item(const Node& item) {
  for (const char* key : {"step", "phase"})
    if (const Node* name = item.find(key); name != nullptr && name->is_scalar()) return name;
  return nullptr;
}

// The item of a list that a key names: its `step` or `phase`, or its index.
const Node* find_item(const Node& list, const std::string& key) {
  for (const Node& item : list.items()) {
    const Node* name = name_of_item(item);
    if (name != nullptr && name->text() == key) return &item;
  }
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
  const bool number = error == std::errc() && end == key.data() + key.size();
  return number && index < list.items().size() ? &list.items()[index] : nullptr;
}

Node* find_item(Node& list, const std::string& key) { return const_cast<Node*>(find_item(std::as_const(list), key)); }

std::vector<std::string> names_in(const Node& node) {
  if (node.is_map()) return node.keys();
  std::vector<std::string> names;
  for (const Node& item : node.items()) {
    const Node* name = name_of_item(item);
    names.push_back(name != nullptr ? name->text() : std::to_string(names.size()));
  }
  return names;
}

// "cycle[0]", "cycle['load']": an item as other languages name it. Its pieces in ours, "cycle.0"; nothing for other keys.
std::string with_dots(std::string_view key) {
  const std::size_t open = key.find('[');
  if (open == std::string_view::npos || open == 0 || key.back() != ']') return "";
  std::string dotted;
  for (const char c : key)
    if (c == '[') dotted += '.';
    else if (c != ']' && c != '\'' && c != '"') dotted += c;
  return dotted;
}

// The whole path as it would be right, with every key in brackets behind a dot.
void report_brackets(const std::vector<Piece>& pieces, const Piece& piece, Diagnostics& diagnostics) {
  std::vector<std::string> keys;
  for (const Piece& one : pieces) {
    const std::string dotted = with_dots(one.key);
    keys.push_back(dotted.empty() ? one.key : dotted);
  }
  diagnostics.error(piece.place, "an item of a list is named behind a dot, by its index or its step", fmt::format("did you mean '{}'?", join(keys, ".")));
}

void report_missing(const Node& node, const Piece& piece, std::string_view where, Diagnostics& diagnostics) {
  std::vector<std::string> names = names_in(node);
  const auto near = closest(piece.key, names);
  if (names.size() > 20) names.resize(20);
  std::string hint = near ? fmt::format("did you mean '{}'?", *near) : fmt::format("there is {}", join(names, ", "));
  if (names.empty()) hint = "there is nothing in it";
  diagnostics.error(piece.place, fmt::format("no '{}' in {}", piece.key, where), hint);
}

void set_at(Document& document, const std::vector<Piece>& pieces, Node value, Diagnostics& diagnostics) {
  for (const Piece& piece : pieces)
    if (piece.key.empty()) return diagnostics.error(piece.place, "an empty name in the path", "such as units.column.length=2.4 m");
  Node* node = &document.root;
  std::string where = "the case";
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    const Piece& piece = pieces[k];
    const bool last = k + 1 == pieces.size();
    if (!with_dots(piece.key).empty() && node->find(piece.key) == nullptr) return report_brackets(pieces, piece, diagnostics);
    if (node->is_map() && last) {
      node->set(piece.key, std::move(value), piece.place);
      return;
    }
    // A section of the case that is all defaults need not be there.
    if (node->is_map() && k == 0 && node->find(piece.key) == nullptr && !closest(piece.key, node->keys()))
      node->set(piece.key, Node::map(piece.place), piece.place);
    Node* next = node->is_map() ? node->find(piece.key) : find_item(*node, piece.key);
    if (next == nullptr) return report_missing(*node, piece, where, diagnostics);
    node = next;
    where = k == 0 ? piece.key : where + "." + piece.key;
  }
  *node = std::move(value);
}

}  // namespace

void set_path(Document& document, std::string_view path, const Place& place, Node value, Diagnostics& diagnostics) {
  set_at(document, pieces_of(path, place), std::move(value), diagnostics);
}

void set_path(Document& document, std::string_view path, std::string value_text, Diagnostics& diagnostics, std::string shown) {
  const std::string line = std::string(path) + "=" + value_text;
  const auto source = Source::from_text(std::move(shown), line);
  const std::vector<Piece> pieces = pieces_of(path, {source->file, 1, 1, 1, source});
  if (first_bad_utf8(line)) return diagnostics.error(pieces.front().place, "this is not text in UTF-8");
  for (const char c : line)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n')
      return diagnostics.error(pieces.front().place, "a control character in the text");

  const std::size_t findings = diagnostics.count();
  Node value = read_yaml(value_text, source, static_cast<int>(code_points(path)) + 1, diagnostics);
  if (diagnostics.count() > findings) return;
  if (value.is_null()) return diagnostics.error(pieces.back().place, fmt::format("no value for '{}'", path));
  set_at(document, pieces, std::move(value), diagnostics);
}

const Node* find_path(const Document& document, std::string_view path, Diagnostics& diagnostics, std::string shown) {
  const auto source = Source::from_text(std::move(shown), path);
  const Node* node = &document.root;
  std::string where = "the case";
  for (const Piece& piece : pieces_of(path, {source->file, 1, 1, 1, source})) {
    const Node* next = node->is_map() ? node->find(piece.key) : find_item(*node, piece.key);
    if (next == nullptr) {
      report_missing(*node, piece, where, diagnostics);
      return nullptr;
    }
    where = node == &document.root ? piece.key : where + "." + piece.key;
    node = next;
  }
  return node;
}

}  // namespace brineflow
