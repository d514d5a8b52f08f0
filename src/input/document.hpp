// A YAML text as a tree in which every part knows its place.
//
// Stricter than YAML: no duplicate keys, no `<<`, no tags, one document, keys are text. Nothing is resolved: 010, yes
// and 1e3 stay the text they are until someone who knows the key reads them. Aliases are expanded.
#pragma once

#include "base/diagnostics.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace brineflow {

enum class NodeKind { null, scalar, sequence, map };

struct Entry;

class Node {
 public:
  Node() = default;
  static Node scalar(std::string text, const Place& place = {}, bool quoted = false);
  static Node sequence(const Place& place = {});
  static Node map(const Place& place = {});
  static Node null(const Place& place = {});

  NodeKind kind() const { return kind_; }
  bool is_null() const { return kind_ == NodeKind::null; }
  bool is_scalar() const { return kind_ == NodeKind::scalar; }
  bool is_sequence() const { return kind_ == NodeKind::sequence; }
  bool is_map() const { return kind_ == NodeKind::map; }

  const std::string& text() const { return text_; }  // of a scalar; else empty
  bool quoted() const { return quoted_; }
  Place place() const;

  const std::vector<Node>& items() const { return items_; }      // of a sequence; else empty
  const std::vector<Entry>& entries() const { return entries_; }  // of a map; else empty
  const Node* find(std::string_view key) const;                   // the value in a map, or nullptr
  const Entry* find_entry(std::string_view key) const;            // with the place of its key
  std::vector<std::string> keys() const;

  // For building and changing; each throws InternalError on another kind of node.
  Node& append(Node item);
  Node& set(std::string key, Node value, const Place& key_place = {});  // adds, or replaces the value
  Node& add(std::string key, Node value, const Place& key_place = {});  // adds, without looking for the key
  Node* find(std::string_view key);
  std::vector<Node>& items() { return items_; }

 private:
  Node(NodeKind kind, const Place& place);

  NodeKind kind_ = NodeKind::null;
  bool quoted_ = false;
  int line_ = 0;
  int column_ = 0;
  int width_ = 1;
  std::shared_ptr<const Source> source_;
  std::string text_;
  std::vector<Node> items_;
  std::vector<Entry> entries_;
};

struct Entry {
  std::string key;
  Place key_place;
  Node value;
};

struct Document {
  std::shared_ptr<const Source> source;
  Node root;  // null where the text could not be read: there is a finding then
};

// What is read at most; beyond it a finding says so.
namespace input_limits {
inline constexpr std::size_t file_bytes = 16U << 20U;
inline constexpr std::size_t depth = 64;              // of nesting, aliases expanded
inline constexpr std::size_t alias_nodes = 100'000;   // that aliases add in total
inline constexpr std::size_t nodes = 200'000;         // in total
inline constexpr std::size_t signs = 600'000;         // lines, brackets, commas, colons: what makes a text YAML
}  // namespace input_limits

// Everything wrong goes to `diagnostics`; neither throws for bad input.
Document read_document(const std::filesystem::path& path, Diagnostics& diagnostics);
Document read_document(const std::filesystem::path& path, std::string shown, Diagnostics& diagnostics);  // `shown`: its name in findings
Document parse_document(std::string text, std::string file_name, Diagnostics& diagnostics);

// `--set path=value`. A path is keys joined by dots; an item of a list is named by its index from 0 or, where the items
// are maps with a key `step` or `phase`, by that name: schedule.cycle.load.until. The last key may be new.
// The value is YAML ("2.4 m", "[lake -> column]"); findings point into the text `path=value`, file `shown`.
void set_path(Document& document, std::string_view path, std::string value_text, Diagnostics& diagnostics, std::string shown = "--set");
// The same with a value from elsewhere; `place`: where the path is written.
void set_path(Document& document, std::string_view path, const Place& place, Node value, Diagnostics& diagnostics);

// What stands at a path; nullptr and a finding (file `shown`) where there is nothing.
const Node* find_path(const Document& document, std::string_view path, Diagnostics& diagnostics, std::string shown = "--set");

// YAML that parses to the same tree.
std::string write_yaml(const Node& node);

}  // namespace brineflow
