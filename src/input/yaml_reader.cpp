#include "input/yaml_reader.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <sstream>
#include <unordered_map>

namespace brineflow {

namespace {

constexpr std::size_t key_bytes = 200;  // yaml-cpp finds no key beyond 1024

// Thrown through yaml-cpp to leave it; the finding is already written.
struct Stop {};

// Turns yaml-cpp's marks (lines from 0, columns in bytes from 0) into places. Marks mostly move forward, so the
// last conversion is kept: a file of one long line would take quadratic time otherwise.
class Places {
 public:
  Places(std::shared_ptr<const Source> source, int column_offset)
      : source_(std::move(source)), column_offset_(column_offset) {}

  Place at(const YAML::Mark& mark, std::string_view text = "", bool quoted = false) {
    const int last_line = static_cast<int>(source_->lines.size()) - 1;
    const int line = std::clamp(mark.line, 0, last_line);
    const std::string& content = source_->lines[static_cast<std::size_t>(line)];
    const std::size_t offset = line == 0 ? offset_bytes() : 0;
    std::size_t byte = std::min(static_cast<std::size_t>(std::max(mark.column, 0)) + offset, content.size());
    if (mark.line > last_line) byte = content.size();
    return {source_->file, line + 1, column(line, byte), width(content, byte, text, quoted), source_};
  }

 private:
  std::size_t offset_bytes() const {
    const std::string_view first = source_->lines[0];
    return first.size() - skip_characters(first, static_cast<std::size_t>(column_offset_)).size();
  }

  int column(int line, std::size_t byte) {
    const std::string_view content = source_->lines[static_cast<std::size_t>(line)];
    if (line != line_ || byte < byte_) {
      line_ = line;
      byte_ = 0;
      characters_ = 0;
    }
    characters_ += code_points(content.substr(byte_, byte - byte_));
    byte_ = byte;
    return static_cast<int>(characters_) + 1;
  }

  static int width(std::string_view content, std::size_t byte, std::string_view text, bool quoted) {
    if (text.empty()) return 1;
    const std::size_t quote = quoted ? 1 : 0;
    if (content.size() < byte + quote || !content.substr(byte + quote).starts_with(text)) return 1;
    return static_cast<int>(code_points(text) + 2 * quote);
  }

  std::shared_ptr<const Source> source_;
  int column_offset_;
  int line_ = -1;
  std::size_t byte_ = 0;
  std::size_t characters_ = 0;
};

// A subtree with what the limits need to know about it.
struct Part {
  Node node;
  std::size_t nodes = 1;
  std::size_t height = 0;
};

struct Frame {
  Part part;
  YAML::anchor_t anchor = 0;
  bool flow = false;
  bool has_key = false;
  bool key_refused = false;
  std::string key;
  Place key_place;
  std::unordered_map<std::string, Place> seen;
};

class Builder : public YAML::EventHandler {
 public:
  Builder(const std::string& text, Places& places, Diagnostics& diagnostics)
      : text_(text), places_(places), diagnostics_(diagnostics) {}

  Node take_root() { return std::move(root_); }
  const Frame* innermost_flow() const {
    const auto found = std::find_if(frames_.rbegin(), frames_.rend(), [](const Frame& f) { return f.flow; });
    return found == frames_.rend() ? nullptr : &*found;
  }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    // yaml-cpp marks an empty value where the next thing begins: its key is the better place.
    const bool value = !frames_.empty() && frames_.back().has_key;
    finish({Node::null(value ? frames_.back().key_place : places_.at(mark))}, anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const bool quoted = tag == "!";
    const YAML::Mark start = past_properties(mark);
    const Place place = places_.at(start, value, quoted);
    check_tag(place, tag);
    if (quoted && !is_closed(static_cast<std::size_t>(start.pos)))
      stop(place, "unexpected end of the text: a quote is not closed", "the quote opens here");
    if (wants_key()) return take_key(place, value, quoted);
    finish({Node::scalar(value, place, quoted)}, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Place place = places_.at(mark);
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) stop(place, "an alias to the very part that it stands in");
    const Part& part = found->second;
    if (frames_.size() + part.height > input_limits::depth) too_deep(place);
    alias_nodes_ += part.nodes;
    if (alias_nodes_ > input_limits::alias_nodes)
      stop(place, fmt::format("aliases add more than {} values", input_limits::alias_nodes));
    finish(Part(part), 0);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(Node::sequence(places_.at(mark)), tag, anchor, style);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(Node::map(places_.at(mark)), tag, anchor, style);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  [[noreturn]] void stop(const Place& place, const std::string& message, const std::string& hint = "") {
    diagnostics_.error(place, message, hint);
    throw Stop{};
  }

  [[noreturn]] void too_deep(const Place& place) {
    stop(place, fmt::format("nested more than {} levels deep", input_limits::depth));
  }

  void check_tag(const Place& place, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    diagnostics_.error(place, fmt::format("the tag '{}' is not supported", tag), "leave it out: the key decides the type");
  }

  // yaml-cpp marks `&name 'text'` at the anchor; this is where the text begins.
  YAML::Mark past_properties(YAML::Mark mark) const {
    const auto at = [&] { return static_cast<std::size_t>(mark.pos); };
    const auto step = [&] {
      const bool line_end = text_[at()] == '\n';
      mark.line += line_end ? 1 : 0;
      mark.column = line_end ? 0 : mark.column + 1;
      ++mark.pos;
    };
    const auto is_blank = [&] { return text_[at()] == ' ' || text_[at()] == '\t' || text_[at()] == '\n'; };
    while (mark.pos >= 0 && at() < text_.size() && (text_[at()] == '&' || text_[at()] == '!')) {
      while (at() < text_.size() && !is_blank()) step();
      while (at() < text_.size() && is_blank()) step();
    }
    return mark;
  }

  // Whether the quote that opens at `start` is closed: yaml-cpp takes the end of the text for it.
  bool is_closed(std::size_t start) const {
    if (start >= text_.size()) return true;
    const char quote = text_[start];
    if (quote != '\'' && quote != '"') return true;
    for (std::size_t k = start + 1; k < text_.size(); ++k) {
      const bool doubled = quote == '\'' && text_[k] == quote && k + 1 < text_.size() && text_[k + 1] == quote;
      if (doubled || (quote == '"' && text_[k] == '\\')) ++k;
      else if (text_[k] == quote) return true;
    }
    return false;
  }

  bool wants_key() const {
    return !frames_.empty() && frames_.back().part.node.is_map() && !frames_.back().has_key;
  }

  void take_key(const Place& place, const std::string& key, bool quoted) {
    Frame& frame = frames_.back();
    frame.has_key = true;
    frame.key = key;
    frame.key_place = place;
    frame.key_refused = true;
    if (key == "<<" && !quoted) {
      diagnostics_.error(place, "merge keys '<<' are not supported", "write the keys out, or use an alias for a whole value");
    } else if (key.size() > key_bytes) {
      diagnostics_.error(place, fmt::format("a key of {} characters", code_points(key)));
    } else if (const auto [first, added] = frame.seen.emplace(key, place); !added) {
      diagnostics_.error_with_other(place, fmt::format("duplicate key '{}'", key), first->second, "it stands here already");
    } else {
      frame.key_refused = false;
    }
  }

  void open(Node node, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value style) {
    const Place place = node.place();
    if (frames_.size() >= input_limits::depth) too_deep(place);
    check_tag(place, tag);
    Frame frame;
    frame.part.node = std::move(node);
    frame.anchor = anchor;
    frame.flow = style == YAML::EmitterStyle::Flow;
    frames_.push_back(std::move(frame));
  }

  void close() {
    Part part = std::move(frames_.back().part);
    const YAML::anchor_t anchor = frames_.back().anchor;
    frames_.pop_back();
    ++part.height;
    finish(std::move(part), anchor);
  }

  // A node is complete: remember it for aliases and hand it to what contains it.
  void finish(Part part, YAML::anchor_t anchor) {
    if (++finished_ + alias_nodes_ > input_limits::nodes)
      stop(part.node.place(), fmt::format("more than {} values", input_limits::nodes), "long tables belong in a CSV file");
    if (anchor != 0) remember(part, anchor);
    if (frames_.empty()) {
      root_ = std::move(part.node);
      return;
    }
    Frame& frame = frames_.back();
    frame.part.nodes += part.nodes;
    frame.part.height = std::max(frame.part.height, part.height);
    if (frame.part.node.is_sequence()) {
      frame.part.node.append(std::move(part.node));
    } else if (!frame.has_key) {
      diagnostics_.error(part.node.place(), "a key must be a word or a text");
      frame.has_key = true;
      frame.key_refused = true;
      frame.key_place = part.node.place();
    } else {
      if (!frame.key_refused) frame.part.node.add(std::move(frame.key), std::move(part.node), frame.key_place);
      frame.has_key = false;
    }
  }

  // Anchored parts are copied, and one may contain the next: their sum is bounded too.
  void remember(const Part& part, YAML::anchor_t anchor) {
    anchored_nodes_ += part.nodes;
    if (anchored_nodes_ > input_limits::nodes)
      stop(part.node.place(), fmt::format("anchors hold more than {} values", input_limits::nodes));
    anchors_[anchor] = part;
  }

  const std::string& text_;
  Places& places_;
  Diagnostics& diagnostics_;
  Node root_;
  std::vector<Frame> frames_;
  std::unordered_map<YAML::anchor_t, Part> anchors_;
  std::size_t finished_ = 0;
  std::size_t alias_nodes_ = 0;
  std::size_t anchored_nodes_ = 0;
};

// Notes where a second document begins, and goes no further.
class SecondDocument : public YAML::EventHandler {
 public:
  SecondDocument(Places& places, Diagnostics& diagnostics) : places_(places), diagnostics_(diagnostics) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    const Place place = places_.at(mark);
    const std::string& line = place.source->lines[static_cast<std::size_t>(place.line) - 1];
    if (line.starts_with("---"))
      diagnostics_.error(place, "a second document starts here", "one file holds one document");
    else
      diagnostics_.error(place, "this stands after the end of the data", "a bracket or quote may close too early before it");
    throw Stop{};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  Places& places_;
  Diagnostics& diagnostics_;
};

struct Translation {
  std::string_view theirs;
  std::string_view message;
  std::string_view hint;
};

constexpr Translation translations[] = {
    {"end of map flow not found", "'{' is not closed, or a comma is missing", ""},
    {"end of sequence flow not found", "'[' is not closed, or a comma is missing", ""},
    {"end of map not found", "this does not continue the map above it", "check the indentation, and the blank after ':'"},
    {"end of sequence not found", "this does not continue the list above it", "check the indentation"},
    {"illegal map value", "a second ':' where a value is expected", "quote a text that contains ': '"},
    {"illegal map key", "a key cannot stand here", "check the indentation"},
    {"illegal block entry", "a list item '- ' cannot stand here", "check the indentation"},
    {"illegal flow end", "a closing bracket without an opening one", ""},
    {"illegal EOF in scalar", "unexpected end of the text: a quote is not closed", ""},
    {"the referenced anchor is not defined", "an alias '*' to an anchor that is not defined before it", "quote a text that starts with '*'"},
    {"alias not found after *", "a '*' without the name of an anchor", "quote a text that starts with '*'"},
    {"anchor not found after &", "an '&' without a name", "quote a text that starts with '&'"},
    {"illegal tab when looking for indentation", "a tab cannot indent", "use blanks"},
    {"unknown escape character", "unknown escape in a text between double quotes", "use single quotes, or double the backslash"},
    {"unknown token", "this character cannot start a value", "quote it"},
    {"document indicator in scalar", "a text between quotes runs into '---' or '...'", "a quote is not closed"},
};

void report_syntax(const YAML::Exception& error, const Builder& builder, Places& places, Diagnostics& diagnostics) {
  const Place place = places.at(error.mark);
  const std::string& line = place.source->lines[static_cast<std::size_t>(place.line) - 1];
  std::string message = fmt::format("this is not YAML: {}", error.msg);
  std::string hint;
  for (const Translation& t : translations) {
    if (error.msg.find(t.theirs) == std::string::npos) continue;
    message = t.message;
    hint = t.hint;
  }
  const bool at_end = static_cast<std::size_t>(place.line) == place.source->lines.size() &&
                      static_cast<std::size_t>(place.column) > code_points(line);
  const Frame* flow = builder.innermost_flow();
  if (flow != nullptr) {
    if (at_end) message = "unexpected end of the text: a bracket is not closed";
    diagnostics.error_with_other(place, message, flow->part.node.place(), "the bracket opens here");
    return;
  }
  if (at_end && hint.empty()) message = "unexpected end of the text: " + message;
  const bool tab = line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string::npos;
  diagnostics.error(place, message, tab ? "the line is indented with a tab: use blanks" : hint);
}

}  // namespace

Node read_yaml(const std::string& text, std::shared_ptr<const Source> source, int column_offset,
               Diagnostics& diagnostics) {
  Places places(source, column_offset);
  Builder builder(text, places, diagnostics);
  const Place whole{source->file, 0, 0, 1, source};
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    if (parser.HandleNextDocument(builder)) {
      SecondDocument second(places, diagnostics);
      parser.HandleNextDocument(second);
      return builder.take_root();
    }
  } catch (const Stop&) {
  } catch (const YAML::Exception& error) {
    report_syntax(error, builder, places, diagnostics);
  } catch (const std::exception& error) {
    diagnostics.error(whole, fmt::format("cannot be read as YAML: {}", error.what()));
  }
  return {};
}

}  // namespace brineflow
