// The engine as a program that embeds it sees it: nothing but its public header.
#include "brineflow/engine.hpp"
#include "study/tank_case.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <thread>

using namespace brineflow;
using brineflow::test::CaseFolder;

namespace {

engine::Options options(const std::filesystem::path& output) {
  engine::Options result;
  result.output = output;
  return result;
}

double indicator(const engine::Result& result, const std::string& name) {
  const auto found = std::find_if(result.indicators.begin(), result.indicators.end(), [&](const engine::Indicator& i) { return i.name == name; });
  BOOST_REQUIRE(found != result.indicators.end());
  return found->value;
}

// Status and text of what `work` throws.
template <class Work>
std::pair<int, std::string> failure(Work work) {
  try {
    work();
  } catch (const engine::Failure& caught) {
    return {caught.status(), caught.what()};
  }
  return {0, ""};
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(Engine)

BOOST_AUTO_TEST_CASE(a_sound_case_passes_check) {
  const CaseFolder folder;
  BOOST_CHECK_NO_THROW(engine::check(folder / "tank.yaml"));
  BOOST_CHECK_NO_THROW(engine::check(folder / "tank.yaml", {{"units.pond.volume", "80 m3"}}));
}

BOOST_AUTO_TEST_CASE(bad_input_is_a_failure_with_every_finding) {
  const CaseFolder folder;
  const auto [status, text] = failure([&] { engine::check(folder / "tank.yaml", {{"units.pond.volume", "80 kg"}, {"units.lake.flow", "-1 m3/h"}}); });
  BOOST_TEST(status == 2);
  BOOST_TEST(contains(text, "'80 kg' is a mass"), text);
  BOOST_TEST(contains(text, "flow -1 m3/h"), text);
}

BOOST_AUTO_TEST_CASE(a_missing_case_is_bad_input_for_run_too) {
  const CaseFolder folder;
  const auto [status, text] = failure([&] { engine::run(folder / "none.yaml", options(folder / "r.h5")); });
  BOOST_TEST(status == 2);
  BOOST_TEST(contains(text, "there is no such file"), text);
  BOOST_TEST(!std::filesystem::exists(folder / "r.h5"));
}

BOOST_AUTO_TEST_CASE(an_output_that_cannot_be_is_a_failure_of_storage) {
  const CaseFolder folder;
  BOOST_TEST(failure([&] { engine::run(folder / "tank.yaml", options(folder / "none/r.h5")); }).first == 4);
}

BOOST_AUTO_TEST_CASE(a_solver_that_gives_up_is_a_failure_that_leaves_its_file) {
  const CaseFolder folder;
  engine::Options settings = options(folder / "r.h5");
  settings.settings = {{"units.pond.volume", "10 m3"}};
  const auto [status, text] = failure([&] { engine::run(folder / "tank.yaml", settings); });
  BOOST_TEST(status == 3);
  BOOST_TEST(contains(text, "tank 'pond' is full"), text);
  BOOST_TEST(std::filesystem::exists(folder / "r.h5"));
}

BOOST_AUTO_TEST_CASE(a_run_answers_what_came_out) {
  const CaseFolder folder;
  const engine::Result result = engine::run(folder / "tank.yaml", options(folder / "r.h5"));
  BOOST_TEST(result.status == "complete");
  BOOST_TEST(result.file == folder / "r.h5");
  BOOST_TEST(std::filesystem::exists(result.file));
  BOOST_TEST(result.cycles == 4);
  // Fill from the heel of 0.6 m3 to 20 m3, drain 12 m3; then three times fill 12 m3 at 5 m3/h: 3.88 h + 3 * 2.4 h + 4 * 3 h.
  BOOST_TEST(result.end_time == (3.88 + 3 * 2.4 + 4 * 3) * 3600.0, boost::test_tools::tolerance(2e-3));  // volumes of mixing
  BOOST_TEST(result.wall_time > 0.0);
  BOOST_TEST(!result.closures.empty());
  for (const engine::Closure& closure : result.closures) BOOST_TEST(std::abs(closure.value) < 1e-8, closure.name);
  // 48 m3 of 0.97 to 1 g/L have left for the product.
  BOOST_TEST(indicator(result, "li_product") > 45.0);
  BOOST_TEST(indicator(result, "li_product") < 48.0);
}

BOOST_AUTO_TEST_CASE(settings_change_the_run) {
  const CaseFolder folder;
  engine::Options twice = options(folder / "twice.h5");
  twice.settings = {{"schedule.repeat.times", "2"}};
  const engine::Result result = engine::run(folder / "tank.yaml", twice);
  BOOST_TEST(result.cycles == 2);
  BOOST_TEST(result.end_time < engine::run(folder / "tank.yaml", options(folder / "r.h5")).end_time);
}

BOOST_AUTO_TEST_CASE(progress_goes_forward_to_the_end) {
  const CaseFolder folder;
  std::vector<double> times;
  engine::Options settings = options(folder / "r.h5");
  settings.progress = [&times](double t) { times.push_back(t); };
  const engine::Result result = engine::run(folder / "tank.yaml", settings);
  BOOST_REQUIRE(times.size() > 10U);
  BOOST_TEST(std::is_sorted(times.begin(), times.end()));
  BOOST_TEST(times.back() == result.end_time);
}

// No global state: the second run of a process is the first, to the last bit.
BOOST_AUTO_TEST_CASE(two_runs_in_one_process_give_identical_results) {
  const CaseFolder folder;
  const engine::Result first = engine::run(folder / "tank.yaml", options(folder / "first.h5"));
  engine::Options other = options(folder / "other.h5");  // something else in between
  other.settings = {{"units.lake.flow", "7 m3/h"}};
  BOOST_TEST(engine::run(folder / "tank.yaml", other).end_time != first.end_time);
  const engine::Result second = engine::run(folder / "tank.yaml", options(folder / "second.h5"));
  BOOST_TEST(second.end_time == first.end_time);
  BOOST_TEST(indicator(second, "li_product") == indicator(first, "li_product"));
  BOOST_REQUIRE(second.closures.size() == first.closures.size());
  for (std::size_t k = 0; k < first.closures.size(); ++k) BOOST_TEST(second.closures[k].value == first.closures[k].value);
}

BOOST_AUTO_TEST_CASE(a_failed_run_does_not_spoil_the_next) {
  const CaseFolder folder;
  engine::Options full = options(folder / "r.h5");
  full.settings = {{"units.pond.volume", "10 m3"}};
  BOOST_TEST(failure([&] { engine::run(folder / "tank.yaml", full); }).first == 3);
  BOOST_TEST(engine::run(folder / "tank.yaml", options(folder / "r.h5")).status == "complete");
}

BOOST_AUTO_TEST_CASE(a_brine_has_properties_without_a_case) {
  engine::BrineOptions at;
  at.pH = "8";
  const engine::BrineProperties brine = engine::properties("{Na+: 1 mol/kg, Ca+2: 0.1 mol/kg, HCO3-: 2 mmol/kg, balance: Cl-}", at);
  const auto pH = std::find_if(brine.properties.begin(), brine.properties.end(), [](const auto& row) { return row.name == "pH_unscaled"; });
  BOOST_REQUIRE(pH != brine.properties.end());
  BOOST_TEST(std::abs(pH->value - 8.0) < 1e-8);  // the tolerance of Newton's method
  BOOST_TEST(brine.saturation_indices.front().value > brine.saturation_indices.back().value);
  BOOST_TEST(!brine.log10_activity_coefficients.empty());
  BOOST_TEST(brine.warnings.empty());
  at.temperature = "70 degC";  // beyond the range of the default set
  BOOST_TEST(!engine::properties("{Na+: 1 mol/kg, balance: Cl-}", at).warnings.empty());
  const auto [status, text] = failure([] { engine::properties("{Na+: 1 mol/kg, Cl-: 2 mol/kg}"); });
  BOOST_TEST(status == 2);
  BOOST_TEST(contains(text, "does not close"), text);
}

BOOST_AUTO_TEST_SUITE_END()
