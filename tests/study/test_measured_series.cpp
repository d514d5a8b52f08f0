// Measured columns out of CSV: what is read as what, and what is refused at which place.
#include "base/error.hpp"
#include "study/measured_series.hpp"
#include "study/tank_case.hpp"
#include "study/time_stamp.hpp"

#include <boost/test/unit_test.hpp>

using namespace brineflow;
using brineflow::test::CaseFolder;

namespace {

struct Read {
  MeasuredTable table;
  std::string findings;
};

Read read(const std::string& text, const MeasuredFormat& format = {}) {
  const CaseFolder folder;
  folder.write("d.csv", text);
  Diagnostics diagnostics;
  Read result{read_measured(folder / "d.csv", format, diagnostics), ""};
  result.findings = diagnostics.text();
  return result;
}

using Numbers = std::vector<double>;

// The findings hold the place and the words; the file's folder differs from run to run.
void check_refused(const std::string& text, const std::string& place, const std::string& words,
                   const MeasuredFormat& format = {}) {
  const std::string findings = read(text, format).findings;
  BOOST_TEST(findings.find("d.csv" + place) != std::string::npos, "place " << place << " in: " << findings);
  BOOST_TEST(findings.find(words) != std::string::npos, "words '" << words << "' in: " << findings);
}

double seconds(const char* text) { return parse_time_stamp(text).value().seconds; }

}  // namespace

BOOST_AUTO_TEST_SUITE(TimeStamps)

BOOST_AUTO_TEST_CASE(iso_8601_in_its_forms) {
  BOOST_TEST(seconds("1970-01-02") == 86400.0);
  const double at = seconds("2026-03-01T08:00:00");
  BOOST_TEST(at == 1772352000.0);  // date -u -d 2026-03-01T08:00:00 +%s
  for (const char* same :
       {"2026-03-01 08:00:00", "2026-03-01T08:00", "2026-03-01T08:00:00.0", " 2026-03-01T08:00:00 ",
        "2026-03-01T08:00:00Z", "2026-03-01T16:00:00+08:00", "2026-03-01T16:00:00 +0800",
        "2026-03-01T02:30:00-05:30", "2026-03-01T09:00:00+01"})
    BOOST_TEST(seconds(same) == at, same);
  BOOST_TEST(seconds("2026-03-01T08:00:00.25") == at + 0.25);
  BOOST_TEST(seconds("2026-03-01T08:00:00,5") == at + 0.5);
  BOOST_TEST(parse_time_stamp("2026-03-01T08:00:00Z")->zoned);
  BOOST_TEST(!parse_time_stamp("2026-03-01T08:00:00")->zoned);
}

BOOST_AUTO_TEST_CASE(other_texts_are_none) {
  for (const char* text :
       {"", "8", "01.03.2026", "03/01/2026 08:00", "2026-13-01", "2026-02-29", "2026-03-01T24:00:00",
        "2026-03-01T08:60:00", "2026-03-01T08:00:60", "2026-03-01T08", "2026-03-01T08:00:00X",
        "2026-03-01T08:00:00+15:00", "2026-03-01T08:00:00Zz", "2026-3-1", "2026-03-01T08:00:00."})
    BOOST_TEST(!parse_time_stamp(text), text);
  BOOST_TEST(parse_time_stamp("2028-02-29").has_value());  // a leap year
}

BOOST_AUTO_TEST_CASE(written_as_read) {
  for (const char* text : {"2026-03-01T08:00:00", "1969-12-31T23:59:59", "2024-02-29T00:00:00Z"})
    BOOST_TEST(format_time_stamp(parse_time_stamp(text).value()) == text);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(Measured)

BOOST_AUTO_TEST_CASE(elapsed_time_and_several_rates) {
  const Read r = read(
      "# from the laboratory\ntime [h],Li out [mg/L],flow[m3/h]\n0,1,5\n\n# a remark\n0.5,,5.1\n1,3,NaN\n");
  BOOST_TEST(r.findings == "");
  BOOST_REQUIRE(r.table.series.size() == 2U);
  BOOST_TEST(!r.table.stamped);
  BOOST_TEST(r.table.rows == 3U);
  const MeasuredSeries& lithium = *r.table.find("Li out");
  BOOST_TEST(lithium.unit == "mg/L");
  BOOST_TEST(lithium.time == (Numbers{0.0, 3600.0}), boost::test_tools::per_element());
  BOOST_TEST(lithium.value == (Numbers{1.0, 3.0}), boost::test_tools::per_element());
  BOOST_TEST(lithium.empty == 1U);
  BOOST_TEST(r.table.find("flow")->value == (Numbers{5.0, 5.1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(time_stamps_count_from_1970) {
  const Read r = read("time,p [bar]\n2026-03-01T08:00:00Z,1\n2026-03-01T16:30:00+08:00,2\n");
  BOOST_TEST(r.findings == "");
  BOOST_TEST(r.table.stamped);
  BOOST_TEST(r.table.zoned);
  BOOST_TEST(r.table.first_time == 1772352000.0);
  BOOST_TEST(r.table.series[0].time == (Numbers{1772352000.0, 1772353800.0}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(separators_quotes_line_ends_and_the_byte_order_mark) {
  for (const char* text : {"time [s];\"a;b\";c\n1;2;3\n", "time [s]\t\"a;b\"\tc\r\n1\t2\t3\r\n",
                           "\xEF\xBB\xBFtime [s],\"a;b\",c\n1, \"2\" ,3"}) {
    const Read r = read(text);
    BOOST_TEST(r.findings == "", text);
    BOOST_REQUIRE(r.table.series.size() == 2U);
    BOOST_TEST(r.table.series[0].tag == "a;b");
    BOOST_TEST(r.table.series[0].value == Numbers{2.0}, boost::test_tools::per_element());
    BOOST_TEST(r.table.series[1].value == Numbers{3.0}, boost::test_tools::per_element());
  }
  BOOST_TEST(read("time [s],\"a \"\"x\"\"\nb\"\n1,2\n").table.series[0].tag == "a \"x\"\nb");
}

BOOST_AUTO_TEST_CASE(names_that_are_paths_keep_their_brackets) {
  const Read r =
      read("time [s],streams/c.outlet/concentration[Li+],streams/c.outlet/concentration[Na+] [g/L]\n1,2,3\n");
  BOOST_TEST(r.table.series[0].tag == "streams/c.outlet/concentration[Li+]");
  BOOST_TEST(r.table.series[0].unit == "");
  BOOST_TEST(r.table.series[1].tag == "streams/c.outlet/concentration[Na+]");
  BOOST_TEST(r.table.series[1].unit == "g/L");
}

BOOST_AUTO_TEST_CASE(bad_values_by_their_text_or_a_column_of_qualities) {
  MeasuredFormat format;
  format.bad_marks.emplace_back("I/O Timeout");
  format.bad_marks.emplace_back("-9999");
  format.quality_of["b"] = {"b status", {}};
  const Read r = read(
      "time [s],a,b,b status\n1,bad,1,Good\n2,I/O timeout,2,Bad\n3,-9999,3,192\n4,4,4,\n5,5,,Good\n", format);
  BOOST_TEST(r.findings == "");
  BOOST_REQUIRE(r.table.series.size() == 2U);  // qualities are no numbers
  BOOST_TEST(r.table.find("a")->value == (Numbers{4.0, 5.0}), boost::test_tools::per_element());
  BOOST_TEST(r.table.find("a")->bad == 3U);
  BOOST_TEST(r.table.find("b")->value == (Numbers{1.0, 3.0}), boost::test_tools::per_element());
  BOOST_TEST(r.table.find("b")->bad == 2U);
  BOOST_TEST(r.table.find("b")->empty == 1U);
}

BOOST_AUTO_TEST_CASE(one_column_of_qualities_for_all_rows) {
  MeasuredFormat format;
  format.quality = {"Quality", {}};
  const Read r = read("time [s],a,quality\n1,1,Good\n2,2,Uncertain\n", format);
  BOOST_TEST(r.table.find("a")->value == Numbers{1.0}, boost::test_tools::per_element());
  BOOST_TEST(r.table.series.size() == 1U);
}

BOOST_AUTO_TEST_CASE(decimal_commas_only_where_they_are_expected) {
  MeasuredFormat format;
  format.decimal_comma = true;
  const std::string text = "time [h];a\n0,5;1,25\n";
  const Read r = read(text, format);
  BOOST_TEST(r.findings == "");
  BOOST_TEST(r.table.series[0].time == Numbers{1800.0}, boost::test_tools::per_element());
  BOOST_TEST(r.table.series[0].value == Numbers{1.25}, boost::test_tools::per_element());
  check_refused(text, ":2:1:", "`decimal: comma`");
  check_refused("time [h],a\n1,2\n", ":1:1:", "so is the decimal mark", format);
}

BOOST_AUTO_TEST_CASE(columns_that_nobody_wants_may_hold_any_text) {
  MeasuredFormat format;
  format.wanted = [](const std::string& tag) { return tag == "a"; };
  const Read r = read("time [s],operator,a\n1,night shift,1\n", format);
  BOOST_TEST(r.findings == "");
  BOOST_TEST(r.table.passed_over == std::vector<std::string>{"operator"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_row_below_the_other_is_told_from_its_separator) {
  check_refused("time [s],a\n1,2\n2;3\n",
                ":3:1:", "mixed separators: a semicolon here, a comma in the header");
  check_refused("time [s],a;b\n1,2;3\n",
                ":1:1:", "several separators in the header: a comma and a semicolon");
  check_refused("time [s],a\n1,2,3\n", ":2:5:", "3 fields, the header has 2");
  check_refused("time [s],a\n1\n", ":2:1:", "1 fields, the header has 2");
}

BOOST_AUTO_TEST_CASE(time_goes_forward) {
  check_refused("time [s],a\n1,2\n1,3\n", ":3:1:", "repeats: '1' is also that of line 2");
  check_refused("time [s],a\n2,2\n1,3\n3,4\n", ":3:1:", "goes back: '1' is before that of line 2");
  check_refused("time,a\n2026-10-25 02:30:00,2\n2026-10-25 02:00:00,3\n", ":3:1:", "export UTC");
  check_refused("time,a\n2026-10-25 02:30:00,2\n2026-10-25 02:40:00Z,3\n", ":3:1:", "time zone");
}

BOOST_AUTO_TEST_CASE(what_time_is_made_of) {
  check_refused("time,a\n1,2\n", ":1:1:", "its unit is missing");
  check_refused("time [m],a\n1,2\n", ":1:1:", "a length, not a unit of time");
  check_refused("time,a\n2026-03-01T00:00:00,2\n03/01/2026,2\n", ":3:1:", "'03/01/2026' is not a time stamp");
  check_refused("time [h],a\n2026-03-01T00:00:00,2\n", ":2:1:", "is a time stamp");
  check_refused("time,a\n2026-03-01T00:00:00,2\n,2\n", ":3:1:", "a time is missing");
  check_refused("stamp,a\n1,2\n", ":1:1:", "no column 'time'");
}

BOOST_AUTO_TEST_CASE(text_in_numbers_has_line_and_column) {
  check_refused("time [s],a,b\n1,2,3\n2,2,x7\n", ":3:5:", "'b': 'x7' is not a number");
  check_refused("time [s],a,b\n1,2,3\n2,\"2\"x,7\n", ":3:6:", "text after a closing quote");
  check_refused("time [s],a\n1,\"2\n2,3\n", ":2:3:", "this quote is not closed");
}

BOOST_AUTO_TEST_CASE(headers) {
  check_refused("time [s],a,a\n1,2,3\n", ":1:12:", "a second column 'a'");
  check_refused("time [s],a,\n1,2,3\n", ":2:5:", "no name in the header");
  BOOST_TEST(read("time [s],a,\n1,2,\n").findings == "");  // a separator too many, in every line
  check_refused("time [s]\n1\n", ":1:1:", "one column only");
  check_refused("time [s],a\n", ":1:1:", "no row of data");
  check_refused("# nothing\n", ": ", "no header");
  check_refused("", ": ", "empty");
}

BOOST_AUTO_TEST_CASE(texts_that_are_no_utf_8) {
  check_refused(std::string("time [s],a\n1,\0\n", 14), ":2:3:", "NUL byte");
  check_refused(std::string("\xFF\xFEt\0i\0m\0e\0", 10), ":1:1:", "UTF-16");
  check_refused("time [s],a [\xB5S/cm]\n1,2\n", ":1:13:", "not UTF-8");
  check_refused("time [s],a\n1,2\n" + std::string(2'000'000, '7'), ":3:1:", "more than a megabyte");
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_read) {
  const CaseFolder folder;
  for (const auto& [name, words] : {std::pair{"none.csv", "No such file"}, std::pair{"", "it is a folder"}}) {
    Diagnostics diagnostics;
    read_measured(folder / name, {}, diagnostics);
    BOOST_TEST(diagnostics.text().find(words) != std::string::npos, diagnostics.text());
  }
}

BOOST_AUTO_TEST_CASE(a_long_file) {
  std::string text = "time [s],a,b\n";
  for (int k = 0; k < 300'000; ++k) text += std::to_string(k) + ",1.5,\n";
  const Read r = read(text);
  BOOST_TEST(r.table.rows == 300'000U);
  BOOST_TEST(r.table.find("a")->value.size() == 300'000U);
}

BOOST_AUTO_TEST_SUITE_END()
