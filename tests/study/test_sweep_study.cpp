// Where the points of a sweep lie, what a journal keeps, and that the page about sweeps names every key.
#include "study/fit_study.hpp"
#include "study/optimize_study.hpp"
#include "study/sampling.hpp"
#include "study/sweep_journal.hpp"
#include "study/sweep_study.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>

using namespace brineflow;

namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sweep_study)

BOOST_AUTO_TEST_CASE(a_latin_hypercube_has_one_point_in_each_slice) {
  const Samples samples = latin_hypercube(37, 5, 11);
  for (std::size_t d = 0; d < 5; ++d) {
    std::set<int> slices;
    for (std::size_t k = 0; k < samples.size(); ++k) slices.insert(static_cast<int>(std::floor(37.0 * samples.at(k, d))));
    BOOST_TEST(slices.size() == 37U);
    BOOST_TEST(*slices.begin() == 0);
    BOOST_TEST(*slices.rbegin() == 36);
  }
  BOOST_TEST(latin_hypercube(37, 5, 11).values == samples.values);
  BOOST_TEST(latin_hypercube(37, 5, 12).values != samples.values);
}

BOOST_AUTO_TEST_CASE(axes_of_a_latin_hypercube_do_not_follow_each_other) {
  // The correlation of independent ranks has a standard deviation of 1/sqrt(n - 1) = 0.032.
  const Samples samples = latin_hypercube(1000, 6, 1);
  for (std::size_t a = 0; a < 6; ++a)
    for (std::size_t b = 0; b < a; ++b) {
      double sum = 0.0;
      for (std::size_t k = 0; k < samples.size(); ++k) sum += (samples.at(k, a) - 0.5) * (samples.at(k, b) - 0.5);
      BOOST_TEST(std::abs(12.0 * sum / 1000.0) < 5.0 * 0.032);
    }
}

BOOST_AUTO_TEST_CASE(the_sobol_sequence_is_the_published_one) {
  // Joe and Kuo's first points behind the origin, in Gray-code order.
  const Samples samples = sobol_sequence(4, 3, 0);
  const std::vector<double> expected = {0.5, 0.5, 0.5, 0.75, 0.25, 0.25, 0.25, 0.75, 0.75, 0.375, 0.375, 0.625};
  BOOST_TEST(samples.values == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_shifted_sobol_sequence_integrates_better_than_chance) {
  // The mean of x y z over the cube is 1/8; 1023 random points miss it by 0.004.
  for (const std::uint64_t seed : {0U, 1U, 2U, 3U}) {
    const Samples samples = sobol_sequence(1023, 3, seed);
    double sum = 0.0;
    for (std::size_t k = 0; k < samples.size(); ++k) sum += samples.at(k, 0) * samples.at(k, 1) * samples.at(k, 2);
    BOOST_TEST(std::abs(sum / 1023.0 - 0.125) < 2e-3);
  }
}

BOOST_AUTO_TEST_CASE(an_entry_comes_back_as_it_was_written) {
  SweepEntry entry;
  entry.key = "ab12";
  entry.status = "complete";
  entry.wall_time = 0.1;
  entry.closure = 1.0 / 3.0;
  entry.warnings = {"a \"quoted\" line\nand another"};
  entry.kpis = {{"recovery", "1", "what is won", 0.1 + 0.2}, {"ratio", "1", "to nothing", std::numeric_limits<double>::quiet_NaN()}};
  entry.times = {0.0, 60.0};
  entry.series = {{1e-300, std::numeric_limits<double>::quiet_NaN()}, {-0.0, 5e20}};
  SweepEntry read;
  const std::string line = to_line(entry);
  BOOST_REQUIRE(from_line(line, read));
  BOOST_TEST(line.find('\n') == std::string::npos);
  BOOST_TEST(read.kpis[0].value == entry.kpis[0].value);
  BOOST_TEST(std::isnan(read.kpis[1].value));
  BOOST_TEST(read.closure == entry.closure);
  BOOST_TEST(read.warnings[0] == entry.warnings[0]);
  BOOST_TEST(read.series[0][0] == 1e-300);
  BOOST_TEST(std::isnan(read.series[0][1]));
  BOOST_TEST(to_line(read) == line);
  // Cut short anywhere, it is no entry.
  for (std::size_t size = 0; size < line.size(); ++size) BOOST_TEST(!from_line(line.substr(0, size), read));
}

BOOST_AUTO_TEST_CASE(lines_that_are_no_entries_are_passed_over) {
  SweepEntry read;
  for (const char* line : {"", "null", "[]", "{}", "{\"key\": 3}", "{\"key\": \"a\", \"status\": \"complete\", \"wall_time\": \"x\"}",
                           "{\"key\": \"a\", \"status\": \"complete\", \"wall_time\": 1, \"kpi\": [[\"x\"]]}"})
    BOOST_TEST(!from_line(line, read), line);
}

BOOST_AUTO_TEST_CASE(notes_and_entries_do_not_take_each_other_for_their_own) {
  const SweepNote note{"begin", "abc", 2, 8, 5, 4, "node3", 1.5e9};
  SweepNote read;
  BOOST_REQUIRE(from_line(to_line(note), read));
  BOOST_TEST((read.event == "begin" && read.study == "abc" && read.shard == 2 && read.shards == 8 && read.known == 5 && read.workers == 4 && read.host == "node3" && read.time == 1.5e9));
  SweepEntry entry;
  BOOST_TEST(!from_line(to_line(note), entry));
  entry.key = entry.status = "x";
  BOOST_TEST(!from_line(to_line(entry), read));
  BOOST_TEST(!from_line(to_line(SweepNote{"begin", "abc", 8, 8, 0, 0, "", 0.0}), read));
}

BOOST_AUTO_TEST_CASE(the_pages_name_every_key) {
  const auto check = [](const char* file, std::initializer_list<const ParameterTable*> tables) {
    const std::string page = text_of(file);
    for (const ParameterTable* table : tables)
      for (const Parameter& parameter : *table) BOOST_TEST(page.find("`" + parameter.name) != std::string::npos, parameter.name << " is not in " << file);
  };
  check("docs/sweep.md", {&sweep_parameters()});
  check("docs/fit.md", {&fit_parameters(), &fit_experiment_parameters(), &fit_unknown_parameters()});
  check("docs/optimize.md", {&optimize_parameters(), &limit_parameters()});
}

BOOST_AUTO_TEST_SUITE_END()
