// libFuzzer target: any bytes as a case file, as a quantity, as a path and value of --set.
// A text that is read must come back the same through the writer.
#include "base/diagnostics.hpp"
#include "base/error.hpp"
#include "base/quantity.hpp"
#include "input/document.hpp"
#include "input/parameters.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

using namespace brineflow;

namespace {

bool same(const Node& a, const Node& b) {
  if (a.kind() != b.kind() || a.text() != b.text()) return false;
  if (a.items().size() != b.items().size() || a.entries().size() != b.entries().size()) return false;
  for (std::size_t k = 0; k < a.items().size(); ++k)
    if (!same(a.items()[k], b.items()[k])) return false;
  for (std::size_t k = 0; k < a.entries().size(); ++k)
    if (a.entries()[k].key != b.entries()[k].key || !same(a.entries()[k].value, b.entries()[k].value)) return false;
  return true;
}

void fail(const std::string& what) {
  std::cerr << what << '\n';
  std::abort();
}

void check_document(const std::string& text) {
  Diagnostics diagnostics;
  const Document document = parse_document(text, "fuzz", diagnostics);
  static_cast<void>(diagnostics.text());
  if (document.root.is_null() && diagnostics.empty()) fail("nothing was read and nothing was said");
  if (!diagnostics.empty()) return;
  const std::string written = write_yaml(document.root);
  Diagnostics again;
  const Document back = parse_document(written, "written", again);
  if (!again.empty()) fail("what was written does not read:\n" + written + again.text());
  if (!same(document.root, back.root)) fail("what was written reads differently:\n" + written);

  static const ParameterTable table = {quantity("a", "m").positive(), integer("b").or_default("3"),
                                       choice("c", {"x", "y"}).maybe_absent(), boolean("d").or_default("true")};
  read_values(document.root, table, "fuzz", again);
  static_cast<void>(again.text());
}

void check_quantity(const std::string& text) {
  try {
    parse_quantity(text);
  } catch (const QuantityError&) {
  }
}

void check_path(const std::string& text) {
  Diagnostics diagnostics;
  Document document = parse_document("units: {c: {length: 1 m}}\nschedule: [{step: load}, {step: wash}]", "case", diagnostics);
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) return;
  set_path(document, text.substr(0, equals), text.substr(equals + 1), diagnostics);
  static_cast<void>(diagnostics.text());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_document(text);
  check_quantity(text);
  check_path(text);
  return 0;
}
