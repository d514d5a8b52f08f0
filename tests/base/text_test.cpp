#include "base/text.hpp"

#include <boost/test/unit_test.hpp>

using namespace brineflow;
using Strings = std::vector<std::string>;

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(split_keeps_empty_pieces_and_trims) {
  BOOST_TEST(split("a, b ,,c", ',') == (Strings{"a", "b", "", "c"}), boost::test_tools::per_element());
  BOOST_TEST(split("", ',') == Strings{""}, boost::test_tools::per_element());
  BOOST_TEST(split(",", ',').size() == 2U);
}

BOOST_AUTO_TEST_CASE(trim_and_join) {
  BOOST_TEST(trim(" \t a b\r\n") == "a b");
  BOOST_TEST(trim("  ") == "");
  BOOST_TEST(join(Strings{"a", "b", "c"}, " -> ") == "a -> b -> c");
  BOOST_TEST(join_with_or(Strings{"a", "b", "c"}) == "a, b or c");
  BOOST_TEST(join_with_or(Strings{"a"}) == "a");
  BOOST_TEST(with_article("area") == "an area");
  BOOST_TEST(with_article("mass") == "a mass");
}

BOOST_AUTO_TEST_CASE(closest_finds_what_was_meant) {
  const Strings keys{"length", "volume", "area", "diameter", "void_fraction"};
  BOOST_TEST(closest("volum", keys).value_or("") == "volume");
  BOOST_TEST(closest("lenght", keys).value_or("") == "length");     // a swap is one edit
  BOOST_TEST(closest("void_fracton", keys).value_or("") == "void_fraction");
  BOOST_TEST(closest("VOLUME", keys).value_or("") == "volume");
  BOOST_TEST(!closest("pressure", keys).has_value());
  BOOST_TEST(!closest("", keys).has_value());
  BOOST_TEST(!closest("x", Strings{"y"}).has_value());             // nothing in common
  BOOST_TEST(!closest(std::string(100000, 'a'), keys).has_value());
}

BOOST_AUTO_TEST_CASE(closest_allows_a_third_of_the_length) {
  BOOST_TEST(closest("abcdxy", Strings{"abcdef"}).has_value());   // 2 of 6
  BOOST_TEST(!closest("abcxyz", Strings{"abcdef"}).has_value());  // 3 of 6
}

BOOST_AUTO_TEST_CASE(utf8) {
  BOOST_TEST(!first_bad_utf8("Li\u2082CO\u2083 \u897f\u53f0 \U0001F9C2").has_value());
  BOOST_TEST(first_bad_utf8("ab\xFF").value() == 2U);
  BOOST_TEST(first_bad_utf8("a\xC3").value() == 1U);              // cut off
  BOOST_TEST(first_bad_utf8("\xC0\x80").value() == 0U);           // overlong
  BOOST_TEST(first_bad_utf8("\xE0\x80\x80").value() == 0U);       // overlong
  BOOST_TEST(first_bad_utf8("\xED\xA0\x80").value() == 0U);       // surrogate
  BOOST_TEST(first_bad_utf8("\xF4\x90\x80\x80").value() == 0U);   // beyond U+10FFFF
  BOOST_TEST(code_points("\u897f\u53f0 ab") == 5U);
  BOOST_TEST(skip_characters("\u897f\u53f0x", 2) == "x");
}

BOOST_AUTO_TEST_CASE(text_of_xml) { BOOST_TEST(xml_escaped("a<b> & \"c\"\n\u00e9") == "a&lt;b&gt; &amp; &quot;c&quot; \u00e9"); }

BOOST_AUTO_TEST_SUITE_END()
