// Findings about the input, each at its place, all shown at once.
//
//   cases/plants/taijinar.yaml:7:24: unknown key 'volum' in units.eluate (tank)
//      7 |   eluate: {type: tank, volum: 60 m3}
//        |                        ^~~~~ did you mean 'volume'?
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace brineflow {

// A text that was read: its name and lines, kept so that findings can show them.
struct Source {
  std::string file;
  std::vector<std::string> lines;

  static std::shared_ptr<const Source> from_text(std::string file, std::string_view text);
};

// Where something stands. Line and column count from 1, the column in characters, not bytes; line 0: the file
// as a whole. Without `source` the finding is shown without its line.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
  int width = 1;  // characters to underline
  std::shared_ptr<const Source> source = nullptr;
};

class Diagnostics {
 public:
  void error(const Place& place, std::string message, std::string hint = "");

  // For what two places are needed to understand: a duplicate and its first.
  void error_with_other(const Place& place, std::string message, const Place& other, std::string other_message);

  bool empty() const { return count_ == 0; }
  std::size_t count() const { return count_; }

  // All findings, sorted by place (files in the order in which they first appear), at most 50.
  std::string text() const;

  // The same one by one.
  std::vector<InputFinding> findings() const;

  // Throws InputError(text(), findings()) if there is any finding.
  void throw_if_any() const;

 private:
  struct Finding {
    Place place;
    std::string message;
    std::string hint;
    bool has_other = false;
    Place other = {};
    std::string other_message = {};
  };
  void add(Finding finding);
  std::vector<const Finding*> in_order() const;

  std::vector<Finding> findings_;  // the first thousand: nobody reads more, and hostile input has millions
  std::size_t count_ = 0;
};

}  // namespace brineflow
