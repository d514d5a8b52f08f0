#include "input/document.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "input/yaml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

namespace brineflow {

Node::Node(NodeKind kind, const Place& place)
    : kind_(kind), line_(place.line), column_(place.column), width_(place.width), source_(place.source) {}

Node Node::scalar(std::string text, const Place& place, bool quoted) {
  Node node(NodeKind::scalar, place);
  node.text_ = std::move(text);
  node.quoted_ = quoted;
  return node;
}

Node Node::sequence(const Place& place) { return {NodeKind::sequence, place}; }
Node Node::map(const Place& place) { return {NodeKind::map, place}; }
Node Node::null(const Place& place) { return {NodeKind::null, place}; }

Place Node::place() const {
  return {source_ ? source_->file : "", line_, column_, width_, source_};
}

const Entry* Node::find_entry(std::string_view key) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.key == key; });
  return found == entries_.end() ? nullptr : &*found;
}

const Node* Node::find(std::string_view key) const {
  const Entry* entry = find_entry(key);
  return entry == nullptr ? nullptr : &entry->value;
}

Node* Node::find(std::string_view key) { return const_cast<Node*>(std::as_const(*this).find(key)); }

std::vector<std::string> Node::keys() const {
  std::vector<std::string> all;
  for (const Entry& entry : entries_) all.push_back(entry.key);
  return all;
}

Node& Node::append(Node item) {
  if (!is_sequence()) throw InternalError("an item is appended to what is not a list");
  return items_.emplace_back(std::move(item));
}

Node& Node::add(std::string key, Node value, const Place& key_place) {
  if (!is_map()) throw InternalError(fmt::format("key '{}' is set in what is not a map", key));
  return entries_.emplace_back(Entry{std::move(key), key_place, std::move(value)}).value;
}

Node& Node::set(std::string key, Node value, const Place& key_place) {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.key == key; });
  if (found == entries_.end()) return add(std::move(key), std::move(value), key_place);
  found->value = std::move(value);
  if (key_place.line > 0) found->key_place = key_place;
  return found->value;
}

namespace {

std::string size_text(std::size_t bytes) { return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1U << 20U)); }

// One line end, no byte order mark.
std::string normalised(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::string result;
  result.reserve(text.size());
  for (std::size_t k = 0; k < text.size(); ++k) {
    if (text[k] != '\r') result += text[k];
    else if (k + 1 == text.size() || text[k + 1] != '\n') result += '\n';
  }
  return result;
}

std::optional<std::size_t> first_control_character(std::string_view text) {
  const auto found = std::find_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
  });
  if (found == text.end()) return std::nullopt;
  return static_cast<std::size_t>(found - text.begin());
}

Place place_of_byte(const std::shared_ptr<const Source>& source, std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, byte);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {source->file, static_cast<int>(line), static_cast<int>(code_points(before.substr(start))) + 1, 1, source};
}

// Reports what makes a text unreadable before its YAML is looked at.
bool is_text(std::string_view text, const std::shared_ptr<const Source>& source, Diagnostics& diagnostics) {
  const auto bad = first_bad_utf8(text);
  const auto control = first_control_character(text.substr(0, bad.value_or(text.size())));
  if (!bad && !control) return true;
  const std::size_t at = control.value_or(bad.value_or(0));
  const auto byte = static_cast<unsigned>(static_cast<unsigned char>(text[at]));
  diagnostics.error(place_of_byte(source, text, at),
                    fmt::format("this is not text: byte 0x{:02x} {}", byte, control ? "is a control character" : "is not UTF-8"),
                    "save the file as UTF-8");
  return false;
}

// yaml-cpp holds every token of a bracket until it closes, about 300 bytes each: 16 MiB of brackets took 4.8 GB and
// 51 s. Hence a bound on what can be a token, wherever it stands.
bool has_few_signs(std::string_view text, const std::string& file_name, Diagnostics& diagnostics) {
  constexpr std::string_view always = "[]{},:?&*!'\"\n";
  std::size_t signs = 0;
  for (std::size_t k = 0; k < text.size(); ++k) {
    const bool item = text[k] == '-' && (k + 1 == text.size() || text[k + 1] == ' ' || text[k + 1] == '\n' || text[k + 1] == '\t');
    if (item || always.find(text[k]) != std::string_view::npos) ++signs;
  }
  if (signs <= input_limits::signs) return true;
  diagnostics.error({file_name},
                    fmt::format("{} lines, brackets, commas, colons and the like; the limit is {}", signs, input_limits::signs),
                    "long tables belong in a CSV file");
  return false;
}

// The bytes of a file, or a finding.
std::optional<std::string> file_bytes(const std::filesystem::path& path, const Place& whole, Diagnostics& diagnostics) {
  const auto fail = [&](const std::string& why, const std::string& hint = "") -> std::optional<std::string> {
    diagnostics.error(whole, why, hint);
    return std::nullopt;
  };
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) return fail("there is no such file");
  if (error) return fail("cannot be read: " + error.message());
  if (std::filesystem::is_directory(status)) return fail("this is a directory, not a file");
  if (!std::filesystem::is_regular_file(status)) return fail("this is not a regular file");
  const auto size = std::filesystem::file_size(path, error);
  if (error) return fail("cannot be read: " + error.message());
  if (size > input_limits::file_bytes)
    return fail(fmt::format("the file has {}, the limit is {}", size_text(size), size_text(input_limits::file_bytes)),
                "long tables belong in a CSV file");
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  std::string bytes(size, '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(size));
  if (!stream.is_open() || stream.bad())
    return fail(fmt::format("cannot be read: {}", errno != 0 ? std::strerror(errno) : "input error"));
  bytes.resize(static_cast<std::size_t>(stream.gcount()));  // it may have shrunk since
  return bytes;
}

}  // namespace

Document parse_document(std::string text, std::string file_name, Diagnostics& diagnostics) {
  Document document;
  if (text.size() > input_limits::file_bytes) {
    diagnostics.error({file_name}, fmt::format("the text has {}, the limit is {}", size_text(text.size()),
                                               size_text(input_limits::file_bytes)));
    return document;
  }
  text = normalised(text);
  if (!has_few_signs(text, file_name, diagnostics)) return document;
  document.source = Source::from_text(std::move(file_name), text);
  if (!is_text(text, document.source, diagnostics)) return document;
  const std::size_t findings = diagnostics.count();
  document.root = read_yaml(text, document.source, 0, diagnostics);
  if (document.root.is_null() && diagnostics.count() == findings)
    diagnostics.error({document.source->file, 0, 0, 1, document.source}, "the file is empty");
  return document;
}

Document read_document(const std::filesystem::path& path, std::string shown, Diagnostics& diagnostics) {
  auto bytes = file_bytes(path, Place{shown}, diagnostics);
  if (!bytes) return {};
  return parse_document(std::move(*bytes), std::move(shown), diagnostics);
}

Document read_document(const std::filesystem::path& path, Diagnostics& diagnostics) {
  return read_document(path, path.string(), diagnostics);
}

}  // namespace brineflow
