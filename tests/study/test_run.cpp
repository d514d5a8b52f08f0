// run_case: interruption, resumption and what is told on the way.
#include "study/run.hpp"
#include "study/tank_case.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>

using namespace brineflow;
using brineflow::test::CaseFolder;

BOOST_AUTO_TEST_SUITE(Run)

BOOST_AUTO_TEST_CASE(the_default_output_is_named_after_the_case) {
  BOOST_TEST(default_output("cases/plants/column_only.yaml") == std::filesystem::path("column_only.h5"));
}

BOOST_AUTO_TEST_CASE(steps_that_end_are_told_as_events) {
  const CaseFolder folder;
  std::vector<std::string> messages;
  RunOptions options;
  options.output = folder / "r.h5";
  options.event = [&messages](double, const std::string& who, const std::string& what) { messages.push_back(who + ": " + what); };
  run_case(folder / "tank.yaml", options);
  BOOST_REQUIRE(messages.size() == 4U);
  for (const std::string& message : messages) BOOST_TEST(message == "schedule: step 'fill' ends: pond.volume > 20 m3");
}

BOOST_AUTO_TEST_CASE(progress_names_step_and_cycle) {
  const CaseFolder folder;
  RunProgress last;
  RunOptions options;
  options.output = folder / "r.h5";
  options.progress = [&last](const RunProgress& now) { last = now; };
  run_case(folder / "tank.yaml", options);
  BOOST_TEST(last.step == "drain");
  BOOST_TEST(last.cycle == 4);
  BOOST_TEST(last.cycles == 4);
  BOOST_TEST(!last.end.has_value());  // a condition decides
}

BOOST_AUTO_TEST_CASE(an_interrupted_run_is_resumed_to_the_same_end) {
  const CaseFolder folder;
  RunOptions options;
  options.output = folder / "whole.h5";
  const Recording whole = run_case(folder / "tank.yaml", options);

  std::atomic<bool> stop{false};
  options.output = folder / "r.h5";
  options.stop = &stop;
  options.progress = [&stop](const RunProgress& now) { stop = now.cycle == 2 && now.step == "drain"; };
  const Recording part = run_case(folder / "tank.yaml", options);
  BOOST_TEST(part.status == "interrupted");
  BOOST_TEST(part.outcome.end_time < whole.outcome.end_time);

  options.stop = nullptr;
  options.progress = nullptr;
  options.resume = true;
  const Recording rest = run_case(folder / "tank.yaml", options);
  BOOST_TEST(rest.status == "complete");
  BOOST_TEST(rest.outcome.cycles == 4);
  const test::Tolerance restarted{.relative = 1e-5, .reason = "the integrator starts anew: other steps, within ten times its tolerance of 1e-6"};
  test::check_close(rest.outcome.end_time, whole.outcome.end_time, restarted);
  for (std::size_t k = 0; k < whole.kpis.size(); ++k)
    if (std::isfinite(whole.kpis[k].value)) test::check_close(rest.kpis[k].value, whole.kpis[k].value, restarted);
  for (std::size_t k = 0; k < whole.balance.components.size(); ++k)
    test::check_close(rest.balance.components[k].out, whole.balance.components[k].out, restarted);

  BOOST_CHECK_THROW(run_case(folder / "tank.yaml", options), InputError);  // complete: nothing to resume
}

BOOST_AUTO_TEST_CASE(a_run_that_fails_leaves_the_reason_as_its_status) {
  const CaseFolder folder;
  RunOptions options;
  options.output = folder / "r.h5";
  options.overrides = {{"units.pond.volume", "10 m3"}};
  std::string said;
  try {
    run_case(folder / "tank.yaml", options);
  } catch (const SolverError& error) {
    said = error.what();
  }
  BOOST_REQUIRE(!said.empty());
  BOOST_TEST(ResultReader(folder / "r.h5").attribute("/", "status") == said);
}

BOOST_AUTO_TEST_SUITE_END()
