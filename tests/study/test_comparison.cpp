// A result beside data: the model between its rows, bands in value and time, paths, units and what is
// refused.
#include "base/error.hpp"
#include "study/comparison.hpp"
#include "study/comparison_plot.hpp"
#include "study/plot_axis.hpp"
#include "study/run.hpp"
#include "study/tank_case.hpp"
#include "study/whole_files.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>

using namespace brineflow;
using brineflow::test::CaseFolder;
using brineflow::test::check_close;
using brineflow::test::Tolerance;

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

ResultSeries series(std::vector<double> time, std::vector<double> value) {
  ResultSeries result;
  result.time = std::move(time);
  result.value = std::move(value);
  return result;
}

// The tank of tank_case.hpp, run once: filled at 5 m3/h to 20 m3, then drained at 4 m3/h for 3 h, four times.
struct Tank {
  Tank() {
    RunOptions options;
    options.output = folder / "r.h5";
    run_case(folder / "tank.yaml", options);
  }
  ComparisonReport compared(const std::string& data, const std::string& map) const {
    folder.write("d.csv", data);
    folder.write("m.yaml", map);
    return compare(folder / "r.h5", folder / "d.csv",
                   map.empty() ? std::filesystem::path() : folder / "m.yaml");
  }
  TagComparison tag(const std::string& data, const std::string& map) const {
    return compared(data, map).tags.at(0);
  }
  std::string refusal(const std::string& data, const std::string& map) const {
    try {
      compared(data, map);
    } catch (const InputError& error) {
      return error.what();
    }
    return "nothing";
  }
  CaseFolder folder;
};

const Tank& tank() {
  static const Tank one;
  return one;
}

void check_refused(const std::string& data, const std::string& map, const std::vector<std::string>& words) {
  const std::string said = tank().refusal(data, map);
  for (const std::string& word : words)
    BOOST_TEST(said.find(word) != std::string::npos, "'" << word << "' in: " << said);
}

const std::string volume_map =
    "tags:\n  V: {path: units/pond/volume, unit: m3, tolerance: {absolute: 0.1 m3}}\n";
const Tolerance recorded{.relative = 1e-6, .reason = "the tolerance of the solver"};

}  // namespace

BOOST_AUTO_TEST_SUITE(ModelBetweenRows)

BOOST_AUTO_TEST_CASE(linear_in_time) {
  const ResultSeries line = series({0, 10, 20}, {0, 10, 0});
  BOOST_TEST(model_at(line, 5, 0, 0).value == 5.0);
  BOOST_TEST(model_at(line, 10, 0, 0).value == 10.0);
  BOOST_TEST(model_at(line, 12, 0, 0).value == 8.0);
}

BOOST_AUTO_TEST_CASE(a_front_may_come_early_or_late) {
  const ResultSeries front = series({0, 10, 11, 20}, {0, 0, 100, 100});
  BOOST_TEST(model_at(front, 9, 100, 0).nearest == 0.0);
  BOOST_TEST(model_at(front, 9, 100, 1.5).nearest == 50.0);  // half-way up at 10.5
  BOOST_TEST(model_at(front, 9, 100, 2).nearest == 100.0);
  BOOST_TEST(model_at(front, 9, 30, 2).nearest == 30.0);  // passed on the way
  BOOST_TEST(model_at(front, 9, 100, 2).value == 0.0);    // at that time itself
  BOOST_TEST(model_at(front, 12.5, 0, 2).nearest == 50.0);
}

BOOST_AUTO_TEST_CASE(at_a_jump_both_limits_hold_and_nothing_between) {
  const ResultSeries jump = series({0, 10, 10, 20}, {1, 1, 5, 5});
  BOOST_TEST(model_at(jump, 9.999, 5, 0).value == 1.0);
  BOOST_TEST(model_at(jump, 10, 1.2, 0).value == 1.0);
  BOOST_TEST(model_at(jump, 10, 4.0, 0).value == 5.0);
  BOOST_TEST(model_at(jump, 10.001, 1, 0).value == 5.0);
  BOOST_TEST(model_at(jump, 9, 2.9, 2).nearest == 1.0);
  BOOST_TEST(model_at(jump, 9, 3.1, 2).nearest == 5.0);
}

BOOST_AUTO_TEST_CASE(gaps_have_no_value) {
  const ResultSeries gap = series({0, 10, 20, 30, 40}, {1, 2, unknown, 4, 5});
  BOOST_TEST(model_at(gap, 10, 0, 0).value == 2.0);
  BOOST_TEST(std::isnan(model_at(gap, 15, 0, 0).value));
  BOOST_TEST(std::isnan(model_at(gap, 20, 0, 100).value));  // whatever comes before and after
  BOOST_TEST(model_at(gap, 10, 4.5, 25).nearest == 4.5);
  BOOST_TEST(model_at(gap, 10, 3.0, 25).nearest != 3.0);  // not across the gap
}

BOOST_AUTO_TEST_CASE(a_number_holds_at_all_times) {
  BOOST_TEST(model_at(series({}, {7}), 1e9, 0, 0).value == 7.0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(Comparing)

BOOST_AUTO_TEST_CASE(bias_error_share_and_worst_point) {
  // The tank holds 0.6 m3 at first; 1 h later 5.6, then 10.6.
  const TagComparison tag = tank().tag("time [h],V\n0,0.6\n1,5.65\n2,10.3\n", volume_map);
  BOOST_TEST(tag.points.size() == 3U);
  BOOST_TEST(tag.inside == 2U);
  BOOST_TEST(!tag.passed());
  const Tolerance close{
      .absolute = 1e-4,
      .reason = "the solver's 1e-6 of 20 m3, and the volume lost where water and brine mix"};
  check_close(tag.bias, (0.0 - 0.05 + 0.3) / 3.0, close);
  check_close(tag.rmse, std::sqrt((0.05 * 0.05 + 0.3 * 0.3) / 3.0), close);
  check_close(tag.nrmse(), tag.rmse / 9.7, close);
  BOOST_TEST(tag.worst == 2U);
  check_close(tag.points[tag.worst].miss(), 3.0,
              Tolerance{.absolute = 1e-3, .reason = "as above, over 0.1 m3"});
}

BOOST_AUTO_TEST_CASE(bands_add_up_and_the_share_decides) {
  const std::string data = "time [h],V\n0,0.6\n1,5.5\n2,10.3\n";
  const auto passed = [&](const std::string& keys) {
    return tank().tag(data, "tags:\n  V: {path: units/pond/volume, unit: m3, " + keys + "}\n").passed();
  };
  BOOST_TEST(!passed("tolerance: {absolute: 0.1 m3}"));
  BOOST_TEST(!passed("tolerance: {relative: 2 %}"));  // 0.206 m3 at the last
  BOOST_TEST(passed("tolerance: {relative: 2 %, absolute: 100 L}"));
  BOOST_TEST(passed("tolerance: {absolute: 0.31 m3}"));
  BOOST_TEST(passed("tolerance: {absolute: 0.1 m3}, share: 60 %"));
  BOOST_TEST(!passed("tolerance: {absolute: 0.1 m3}, share: 70 %"));
  BOOST_TEST(passed("tolerance: {absolute: 0.1 m3, time: 3 min}"));   // 0.25 m3 in 3 min
  BOOST_TEST(!passed("tolerance: {absolute: 0.1 m3, time: 2 min}"));  // 0.17 m3 in 2 min
  BOOST_TEST(passed("tolerance: {absolute: 0.1 m3}, to: 1.5 h"));
  BOOST_TEST(!passed("tolerance: {absolute: 0.1 m3}, from: 1.5 h"));
}

BOOST_AUTO_TEST_CASE(what_is_said_for_all_holds_where_a_tag_says_nothing) {
  const std::string data = "time [h],V\n1,5.5\n2,10.3\n";
  BOOST_TEST(
      tank()
          .tag(data, "tolerance: {absolute: 0.5 m3}\ntags:\n  V: {path: units/pond/volume, unit: m3}\n")
          .passed());
  BOOST_TEST(!tank()
                  .tag(data,
                       "tolerance: {absolute: 0.5 m3}\ntags:\n  V: {path: units/pond/volume, unit: m3, "
                       "tolerance: {absolute: 0.1 m3}}\n")
                  .passed());
  BOOST_TEST(tank()
                 .tag(data,
                      "tolerance: {time: 3 min}\ntags:\n  V: {path: units/pond/volume, unit: m3, tolerance: "
                      "{absolute: 0.1 m3}}\n")
                 .passed());
  BOOST_TEST(tank().tag(data, "share: 50 %\n" + volume_map).required_share == 0.5);
}

BOOST_AUTO_TEST_CASE(mass_in_place_of_moles_and_other_units) {
  const TagComparison lithium =
      tank().tag("time [h],c [mg/L]\n1,1000\n", "tags: {c: {path: streams/lake.outlet/concentration/Li+}}\n");
  check_close(lithium.points[0].model, 1000.0, recorded);
  check_close(tank()
                  .tag("time [h],c\n1,1000\n",
                       "tags: {c: {path: 'streams/lake.outlet/concentration[Li+]', unit: g/m3}}\n")
                  .points[0]
                  .model,
              1000.0, recorded);
  check_close(
      tank().tag("time [h],T [degC]\n1,25\n", "tags: {T: {path: units/pond/temperature}}\n").points[0].model,
      25.0, recorded);
  check_close(
      tank()
          .tag("time [h],V [%]\n1,28\n", "tags: {V: {path: units/pond/volume, over: units/pond/volume}}\n")
          .points[0]
          .model,
      100.0, recorded);
}

BOOST_AUTO_TEST_CASE(columns_named_like_paths_need_no_mapping) {
  const ComparisonReport report = tank().compared("time [h],units/pond/volume [m3],remark\n1,5.6,x\n", "");
  BOOST_TEST(report.passed());
  BOOST_TEST(report.passed_over == std::vector<std::string>{"remark"}, boost::test_tools::per_element());
  BOOST_TEST(
      !tank().compared("time [h],units/pond/volume [L]\n1,5.6\n", "").passed());  // litres for cubic metres
}

BOOST_AUTO_TEST_CASE(time_stamps_begin_where_the_mapping_says) {
  const std::string data = "time,V\n2026-03-01T09:00:00,5.6\n2026-03-01T10:00:00,10.6\n";
  const ComparisonReport said = tank().compared(data, "start: 2026-03-01T08:00:00\n" + volume_map);
  BOOST_TEST(said.passed());
  BOOST_TEST(!said.start_assumed);
  const ComparisonReport assumed = tank().compared(data, volume_map);  // then 09:00 is the beginning
  BOOST_TEST(assumed.start_assumed);
  BOOST_TEST(!assumed.passed());
  BOOST_TEST(tank().compared("time [h],V\n3,5.6\n", "start: 2 h\n" + volume_map).passed());
  BOOST_TEST(tank()
                 .tag(data, "start: 2026-03-01T08:00:00\nto: 2026-03-01T09:30:00\n" + volume_map)
                 .left_out.outside_window == 1U);
}

BOOST_AUTO_TEST_CASE(points_beyond_the_run_are_left_out_and_counted) {
  const TagComparison tag = tank().tag("time [h],V\n-1,0\n1,5.6\n2,\n3,Bad\n500,7\n501,7\n", volume_map);
  BOOST_TEST(tag.points.size() == 1U);
  BOOST_TEST(tag.left_out.before_run == 1U);
  BOOST_TEST(tag.left_out.after_run == 2U);
  BOOST_TEST(tag.left_out.empty == 1U);
  BOOST_TEST(tag.left_out.bad == 1U);
  BOOST_TEST(tag.passed());
}

BOOST_AUTO_TEST_CASE(a_stream_that_does_not_flow_has_no_concentration) {
  // The pond's outlet is closed while it is filled.
  const TagComparison tag =
      tank().tag("time [h],c [g/L]\n1,1\n4.5,1\n",
                 "tags: {c: {path: streams/pond.outlet/concentration/Li+, tolerance: {relative: 50 %}}}\n");
  BOOST_TEST(tag.left_out.without_model == 1U);
  BOOST_TEST(tag.points.size() == 1U);
}

BOOST_AUTO_TEST_CASE(profiles_indicators_and_cycles) {
  const TagComparison amount = tank().tag(
      "time [h],n [mol]\n0,0\n", "tags: {n: {path: units/pond/amount/Li+, tolerance: {absolute: 1 mol}}}\n");
  BOOST_TEST(amount.passed());
  const TagComparison recovery = tank().tag("time [h],r [%]\n1,50\n10,50\n",
                                            "tags: {r: {kpi: li_recovery, tolerance: {absolute: 60 %}}}\n");
  BOOST_TEST(recovery.points.size() == 2U);
  BOOST_TEST(recovery.points[0].model == recovery.points[1].model);
  BOOST_TEST(tank()
                 .tag("time [h],m [kg]\n10,50\n", "tags: {m: {path: kpi/per_cycle/li_product}}\n")
                 .model.value.size() == 4U);
}

BOOST_AUTO_TEST_CASE(wrong_paths_are_answered_with_what_there_is) {
  const auto wrong = [](const std::string& path, const std::vector<std::string>& words) {
    check_refused("time [h],V\n1,5\n", "tags:\n  V: {path: " + path + ", unit: m3}\n", words);
  };
  wrong("units/pondd/volume", {"m.yaml:2:13:", "no 'pondd' in units", "did you mean 'pond'?"});
  wrong("unit/pond/volume", {"no 'unit' in it", "did you mean 'units'?"});
  wrong("units/pond", {"is a group", "volume"});
  wrong("units/pond/volume/Li+", {"no axis for 'Li+'"});
  wrong("streams/lake.outlet/concentration",
        {"a value for every component", "as in streams/lake.outlet/concentration/H2O"});
  wrong("streams/lake.outlet/concentration/Li", {"no component 'Li'", "did you mean 'Li+'?"});
  check_refused("time [h],V\n1,5\n", "tags: {V: {kpi: li_recover, unit: 1}}\n",
                {"no 'li_recover' in kpi", "did you mean 'li_recovery'?"});
}

BOOST_AUTO_TEST_CASE(wrong_units) {
  check_refused("time [h],V\n1,5\n", "tags: {V: {path: units/pond/volume, unit: g/L}}\n",
                {"m.yaml:1:43:", "density or mass concentration", "is a volume", "recorded in m3"});
  check_refused("time [h],V [bar]\n1,5\n", "tags: {V: units/pond/volume}\n",
                {"d.csv:1:10:", "'bar' is a pressure"});
  check_refused("time [h],V [barrel]\n1,5\n", "tags: {V: units/pond/volume}\n",
                {"d.csv:1:10:", "unknown unit 'barrel'"});
  check_refused("time [h],V\n1,5\n", "tags: {V: units/pond/volume}\n",
                {"m.yaml:1:8:", "the unit of 'V' is missing", "V [m3]"});
  check_refused("time [h],V [L]\n1,5\n", volume_map,
                {"m.yaml:2:38:", "'V' has the unit m3 here", "and L in the header"});
  check_refused("time [h],V\n1,5\n",
                "tags: {V: {path: units/pond/volume, unit: m3, tolerance: {absolute: 3 g/L}}}\n",
                {"m.yaml:1:69:", "absolute tolerance of 'V'"});
  check_refused("time [h],T [degC]\n1,5\n",
                "tags: {T: {path: units/pond/temperature, tolerance: {relative: 5 %}}}\n",
                {"depends on where zero is"});
  check_refused("time [h],T [degC]\n1,5\n",
                "tags: {T: {path: units/pond/temperature, tolerance: {absolute: 5 degC}}}\n", {"is in K"});
}

BOOST_AUTO_TEST_CASE(a_mapping_mends_a_unit_that_is_spelt_in_another_way) {
  BOOST_TEST(tank()
                 .tag("time [h],c [mg/l]\n1,1000\n",
                      "tags: {c: {path: streams/lake.outlet/concentration/Li+, unit: mg/L}}\n")
                 .passed());
  check_refused("time [h],c [mg/l]\n1,5\n", "tags: {c: {path: streams/lake.outlet/concentration/Li+}}\n",
                {"d.csv:1:10:", "write 'L'"});
}

BOOST_AUTO_TEST_CASE(wrong_mappings) {
  check_refused("time [h],V\n1,5\n", "tag: {}\n",
                {"m.yaml:1:1:", "unknown key 'tag'", "did you mean 'tags'?"});
  check_refused("time [h],V\n1,5\n", "tags: {V: {paht: units/pond/volume}}\n",
                {"m.yaml:1:12:", "did you mean 'path'?"});
  check_refused("time [h],V\n1,5\n", "tags: {}\n", {"'tags' is a map"});
  check_refused("time [h],V\n1,5\n", "share: 105 %\n" + volume_map, {"share 105 %"});
  check_refused("time [h],V\n1,5\n", "start: 01.03.2026\n" + volume_map, {"m.yaml:1:8:"});
  check_refused("time [h],V\n1,5\n", "start: 2026-03-01T00:00:00\n" + volume_map,
                {"the data have elapsed times"});
  check_refused("time,V\n2026-03-01T00:00:00,5\n", "start: 2026-03-01T00:00:00Z\n" + volume_map,
                {"m.yaml:1:8:", "no time zone"});
  check_refused("time,V\n2026-03-01T00:00:00,5\n", "to: 2026-03-02T00:00:00Z\n" + volume_map,
                {"m.yaml:1:5:", "no time zone"});
  check_refused("time [h],V\n1,5\n", "from: 2026-03-02T00:00:00\n" + volume_map,
                {"m.yaml:1:7:", "the data have elapsed times"});
  check_refused("time [h],W\n1,5\n", volume_map, {"m.yaml:2:3:", "has no column 'V'"});
  check_refused("time [h],V\n1,5\n", "quality: status\n" + volume_map,
                {"m.yaml:1:10:", "has no column 'status' for qualities"});
  check_refused("time [h],V\n1,5\n", "", {"no column is named like a path", "--map"});
}

BOOST_AUTO_TEST_CASE(nothing_to_compare_is_no_success) {
  check_refused("time [h],V\n1,\n2,Bad\n", volume_map,
                {"m.yaml:2:3:", "is empty: 1 cells without a value, 1 marked bad"});
  check_refused("time [h],V\n500,1\n", volume_map,
                {"no point of 'V' can be compared: 1 after its end", "'start'"});
}

BOOST_AUTO_TEST_CASE(a_picture_does_not_grow_with_the_data) {
  std::string data = "time [s],V\n";
  for (int k = 0; k < 40'000; ++k) data += std::to_string(k) + "," + (k % 2 == 0 ? "1" : "19") + "\n";
  const std::string svg = comparison_svg(tank().compared(data, volume_map));
  BOOST_TEST(svg.size() < 100'000U);
  BOOST_TEST(svg.starts_with("<svg "));
  BOOST_TEST(svg.find("FAILED") != std::string::npos);
  BOOST_TEST(svg.find("[m3]") != std::string::npos);
  BOOST_TEST(svg.find("nan") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(ticks_are_round_numbers) {
  const auto check = [](double low, double high, const std::vector<double>& expected) {
    const std::vector<double> ticks = axis_ticks(low, high, 5);
    BOOST_REQUIRE(ticks.size() == expected.size());
    for (std::size_t k = 0; k < ticks.size(); ++k)
      BOOST_TEST(std::abs(ticks[k] - expected[k]) < 1e-12 * std::max(1.0, std::abs(expected[k])));
  };
  check(0.0, 1.0, {0.0, 0.2, 0.4, 0.6, 0.8, 1.0});
  check(-30.0, 820.0, {0.0, 200.0, 400.0, 600.0, 800.0});
  BOOST_TEST(axis_ticks(1.0, std::nextafter(1.0, 2.0), 5).size() <=
             12U);  // no end of them, if counted without care
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(WholeFiles)

BOOST_AUTO_TEST_CASE(all_or_none) {
  const CaseFolder folder;
  folder.write("a.txt", "before");
  BOOST_CHECK_THROW(write_whole_files({{folder / "a.txt", "after"}, {folder / "none/b.txt", "b"}}),
                    StorageError);
  std::ifstream kept(folder / "a.txt");
  BOOST_TEST(std::string(std::istreambuf_iterator<char>(kept), {}) == "before");
  write_whole_files({{folder / "a.txt", "after"}, {folder / "b.txt", "b"}});
  std::ifstream written(folder / "a.txt");
  BOOST_TEST(std::string(std::istreambuf_iterator<char>(written), {}) == "after");
  std::size_t entries = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / ""))
    entries += entry.is_regular_file() ? 1U : 0U;
  BOOST_TEST(entries == 3U);  // the two and the tank's case: nothing is left over
}

BOOST_AUTO_TEST_SUITE_END()
