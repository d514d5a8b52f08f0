#include "solve/running.hpp"

#include "base/error.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>

namespace brineflow::test {

void Listener::sample(const System& /*system*/, const Progress& progress) {
  samples.push_back(progress);
  if (at_sample) at_sample(progress);
}

double Listener::time_of(const std::string& text) const {
  std::vector<double> times;
  for (const Said& said : events)
    if (said.message.find(text) != std::string::npos) times.push_back(said.t);
  BOOST_CHECK_MESSAGE(times.size() == 1, times.size() << " events say '" << text << "'");
  return times.empty() ? std::numeric_limits<double>::quiet_NaN() : times.front();
}

double Run::value(const std::string& unit, const std::string& variable, std::size_t entry) const {
  const auto number = system.flowsheet().find_unit(unit);
  BOOST_REQUIRE(number.has_value());
  for (const VariableSlice& slice : system.layout().unit(*number).variables)
    if (slice.variable.name == variable) return last().state.y[slice.start + entry];
  BOOST_FAIL(unit << " has no variable " << variable);
  return 0.0;
}

Run run(std::shared_ptr<const Flowsheet> flowsheet, const Schedule& schedule, double interval, const SolverSettings& settings, const Progress* resume) {
  Run result(std::move(flowsheet));
  result.outcome = simulate(result.system, result.totals, schedule, settings, interval, result.said, nullptr, resume);
  return result;
}

Run run(Case input, double interval, const SolverSettings& settings, const Progress* resume) {
  return run(std::move(input.flowsheet), input.schedule, interval, settings, resume);
}

std::string failure(std::shared_ptr<const Flowsheet> flowsheet, const Schedule& schedule, const SolverSettings& settings) {
  try {
    run(std::move(flowsheet), schedule, 1.0, settings);
  } catch (const SolverError& error) {
    return error.what();
  }
  BOOST_ERROR("the run ends without a SolverError");
  return "";
}

}  // namespace brineflow::test
