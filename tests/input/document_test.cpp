#include "reading.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace brineflow;
using test::check_contains;
using test::findings;
using test::good;

namespace {

// A file that is gone after the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content) {
    path_ = std::filesystem::temp_directory_path() / ("brineflow_document_" + std::to_string(::getpid()) + ".yaml");
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string file_findings(const std::filesystem::path& path) {
  Diagnostics diagnostics;
  const Document document = read_document(path, diagnostics);
  BOOST_TEST(document.root.is_null());
  return diagnostics.text();
}

template <class Function>
double seconds(Function&& function) {
  const auto start = std::chrono::steady_clock::now();
  function();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int k = 0; k < times; ++k) all += text;
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(document)

BOOST_AUTO_TEST_CASE(tree_and_places) {
  const Document document = good("title: West Taijinar\nunits:\n  column: {length: \"2.4 m\", flow: 010}\n  list: [a -> b, ~]\n");
  const Node& root = document.root;
  BOOST_TEST(root.find("title")->text() == "West Taijinar");
  const Node& column = *root.find("units")->find("column");
  BOOST_TEST(column.find("length")->quoted());
  BOOST_TEST(!column.find("flow")->quoted());
  BOOST_TEST(column.find("flow")->text() == "010");  // nothing is resolved
  BOOST_TEST(root.find("units")->find("list")->items().at(1).is_null());
  BOOST_TEST(root.find("nothing") == nullptr);
  const Place place = column.find("length")->place();
  BOOST_TEST(place.file == "case.yaml");
  BOOST_TEST(place.line == 3);
  BOOST_TEST(place.column == 20);
  BOOST_TEST(place.width == 7);
  BOOST_TEST(column.find_entry("flow")->key_place.column == 29);
  BOOST_TEST(column.find_entry("flow")->key_place.width == 4);
}

BOOST_AUTO_TEST_CASE(columns_count_characters) {
  const Document document = good("{\u897f\u53f0: 1, b: x}");
  BOOST_TEST(document.root.find_entry("b")->key_place.column == 9);
}

BOOST_AUTO_TEST_CASE(line_ends_and_byte_order_mark) {
  const Document document = good("\xEF\xBB\xBF" "a: 1\r\nb: 2\r\n");
  BOOST_TEST(document.root.find("a")->text() == "1");
  BOOST_TEST(document.root.find("b")->place().line == 2);
  BOOST_TEST(document.root.find("b")->place().column == 4);
}

BOOST_AUTO_TEST_CASE(an_empty_value_is_placed_at_its_key) {
  const Document document = good("a:\n\n\nb: 1\n");
  BOOST_TEST(document.root.find("a")->is_null());
  BOOST_TEST(document.root.find("a")->place().line == 1);
}

BOOST_AUTO_TEST_CASE(duplicate_keys_show_both_places) {
  BOOST_TEST(findings("a: 1\nb: 2\na: 3\n") ==
             "case.yaml:3:1: duplicate key 'a'\n   3 | a: 3\n     | ^\n"
             "case.yaml:1:1: it stands here already\n   1 | a: 1\n     | ^\n");
}

BOOST_AUTO_TEST_CASE(several_findings_at_once) {
  const std::string text = findings("a: 1\na: 2\nb: !!str 3\n<<: {c: 1}\n[x]: 2\n");
  check_contains(text, "2:1: duplicate key 'a'");
  check_contains(text, "the tag 'tag:yaml.org,2002:str' is not supported");
  check_contains(text, "4:1: merge keys '<<' are not supported");
  check_contains(text, "5:1: a key must be a word or a text");
}

BOOST_AUTO_TEST_CASE(a_quoted_merge_key_is_a_key) { BOOST_TEST(good("'<<': 1").root.find("<<")->text() == "1"); }

BOOST_AUTO_TEST_CASE(syntax_errors_have_a_place_and_a_sentence) {
  check_contains(findings("a: {b: 1, c: 2\n"), "unexpected end of the text: a bracket is not closed");
  check_contains(findings("a: {b: 1, c: 2\n"), "case.yaml:1:4: the bracket opens here");
  check_contains(findings("a: [b, c\nd: 1\n"), "case.yaml:1:4: the bracket opens here");
  check_contains(findings("a: 1\n b: 2\n"), "case.yaml:2:");
  check_contains(findings("a: b: c\n"), "case.yaml:1:5: a second ':' where a value is expected");
  check_contains(findings("a: 'open\n"), "a quote is not closed");
  check_contains(findings("a: 'open\nb: 1\n"), "case.yaml:1:4: unexpected end of the text");
  check_contains(findings("a: &x \"open \\\"\n"), "case.yaml:1:7: unexpected end of the text");
  BOOST_TEST(good("a: 'it''s'").root.find("a")->text() == "it's");
  check_contains(findings("a: *nowhere\n"), "case.yaml:1:4: an alias '*' to an anchor");
  check_contains(findings("a: @x\n"), "case.yaml:1:4:");
  check_contains(findings("a: \"\\q\"\n"), "unknown escape");
  check_contains(findings("a:\n\tb: 1\n"), "case.yaml:2:");
  check_contains(findings("a:\n\tb: 1\n"), "tab");
  check_contains(findings("a: ]\n"), "case.yaml:1:4:");
}

BOOST_AUTO_TEST_CASE(one_document) {
  check_contains(findings("a: 1\n---\nb: 2\n"), "case.yaml:2:1: a second document starts here");
  check_contains(findings("{a: 1} b\n"), "case.yaml:1:8: this stands after the end of the data");
  BOOST_TEST(good("---\na: 1\n...\n").root.find("a")->text() == "1");
}

BOOST_AUTO_TEST_CASE(nothing_in_it) {
  for (const std::string text : {"", "\n\n", "# a comment\n", "---\n", "~", "\xEF\xBB\xBF"})
    BOOST_TEST(findings(text) == "case.yaml: the file is empty\n");
}

BOOST_AUTO_TEST_CASE(not_text) {
  check_contains(findings("a: 1\nb: \xE9t\xE9\n"), "case.yaml:2:4: this is not text: byte 0xe9 is not UTF-8");
  check_contains(findings(std::string("a: \0b", 5)), "case.yaml:1:4: this is not text: byte 0x00 is a control character");
  check_contains(findings("\x89HDF\r\n\x1a\n"), "case.yaml:1:1: this is not text");
  check_contains(findings("\xFF\xFE" "a"), "case.yaml:1:1: this is not text");
}

BOOST_AUTO_TEST_CASE(nesting_is_bounded) {
  BOOST_TEST(good(repeated("[", 64) + repeated("]", 64)).root.is_sequence());
  check_contains(findings(repeated("[", 65) + repeated("]", 65)), "case.yaml:1:65: nested more than 64 levels deep");
  for (const std::string part : {"[", "{", "- ", "? ", "{a: ", "[a: ", "&a [", "! [", "- - ", "-\n", "*", "&a ", "'a", "\"a", "? - ", "{? "}) {
    const std::string text = repeated(part, 300'000);
    BOOST_TEST_CONTEXT(part) {
      const double time = seconds([&] { BOOST_TEST(!findings(text).empty()); });
      BOOST_TEST(time < 10.0);
    }
  }
  check_contains(findings(repeated("[", 1'000'000)), "1000000 lines, brackets, commas, colons and the like");
  std::string stairs;
  for (int k = 0; k < 2000; ++k) stairs += std::string(static_cast<std::size_t>(k), ' ') + "a:\n";
  check_contains(findings(stairs), "nested more than 64 levels deep");
}

BOOST_AUTO_TEST_CASE(aliases_are_expanded_within_bounds) {
  const Document document = good("a: &x {length: 1 m}\nb: *x\n");
  BOOST_TEST(document.root.find("b")->find("length")->text() == "1 m");

  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int k = 1; k < 12; ++k) {
    const std::string before = "*a" + std::to_string(k - 1);
    bomb += "a" + std::to_string(k) + ": &a" + std::to_string(k) + " [" + before;
    for (int j = 1; j < 10; ++j) bomb += ", " + before;
    bomb += "]\n";
  }
  check_contains(findings(bomb), "aliases add more than 100000 values");
  check_contains(findings("a: &x [*x]\n"), "an alias to the very part that it stands in");

  std::string tower = "a0: &a0 [x]\n";
  for (int k = 1; k < 100; ++k)
    tower += "a" + std::to_string(k) + ": &a" + std::to_string(k) + " [*a" + std::to_string(k - 1) + "]\n";
  check_contains(findings(tower), "nested more than 64 levels deep");
}

BOOST_AUTO_TEST_CASE(the_number_of_values_is_bounded) {
  const std::string text = "[" + repeated("a, ", 300'000) + "]";
  const double time = seconds([&] { check_contains(findings(text), "more than 200000 values"); });
  BOOST_TEST(time < 20.0);
}

BOOST_AUTO_TEST_CASE(many_keys_do_not_take_quadratic_time) {
  std::string text = "{";
  for (int k = 0; k < 100'000; ++k) text += "\u00e9" + std::to_string(k) + ": 1, ";
  const double time = seconds([&] { BOOST_TEST(good(text + "}").root.entries().size() == 100'000U); });
  BOOST_TEST(time < 20.0);
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_read) {
  check_contains(file_findings("no/such/case.yaml"), "no/such/case.yaml: there is no such file");
  check_contains(file_findings("/"), "this is a directory");
  check_contains(file_findings("/dev/zero"), "this is not a regular file");
  if (::geteuid() != 0) {  // root reads everything
    const TemporaryFile file("a: 1\n");
    std::filesystem::permissions(file.path(), std::filesystem::perms::none);
    check_contains(file_findings(file.path()), "cannot be read: Permission denied");
  }
}

BOOST_AUTO_TEST_CASE(large_files_are_refused_unread) {
  const TemporaryFile file("a: 1\n");
  std::filesystem::resize_file(file.path(), 100U << 20U);
  const double time = seconds([&] { check_contains(file_findings(file.path()), "the file has 100.0 MiB, the limit is 16.0 MiB"); });
  BOOST_TEST(time < 0.05);
}

BOOST_AUTO_TEST_CASE(a_file_is_read) {
  const TemporaryFile file("a: 1\nb: {\n");
  const std::string text = file_findings(file.path());
  check_contains(text, file.path().string() + ":");
  check_contains(text, ":2:4: the bracket opens here");
}

BOOST_AUTO_TEST_SUITE_END()
