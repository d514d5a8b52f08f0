// What every test of the input layer needs.
#pragma once

#include "input/document.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace brineflow::test {

// The tree of a text that must be good.
inline Document good(const std::string& text) {
  Diagnostics diagnostics;
  Document document = parse_document(text, "case.yaml", diagnostics);
  BOOST_REQUIRE_MESSAGE(diagnostics.empty(), diagnostics.text());
  return document;
}

// All findings about a text.
inline std::string findings(const std::string& text) {
  Diagnostics diagnostics;
  parse_document(text, "case.yaml", diagnostics);
  return diagnostics.text();
}

inline void check_contains(const std::string& text, const std::string& part) {
  BOOST_CHECK_MESSAGE(text.find(part) != std::string::npos, "\"" << part << "\" is not in:\n" << text);
}

}  // namespace brineflow::test
