// Forward sensitivities beside closed forms, and beside differences of whole runs.
#include "solve/running.hpp"
#include "support/tolerance.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

using namespace brineflow;
using namespace brineflow::test;

namespace {

constexpr double step = 1e-7;
SolverSettings with_tolerance(double relative) {
  SolverSettings settings;
  settings.relative_tolerance = relative;
  settings.absolute_tolerance = 1e-2 * relative;
  return settings;
}
const SolverSettings fine = with_tolerance(1e-8), finest = with_tolerance(1e-10);

// A case whose text depends on parameters, run with the sensitivities to each of them: theta_k moves the k-th by a share.
struct Varied {
  using Text = std::function<Case(const std::vector<double>&)>;

  Varied(const Text& text, const std::vector<double>& values, double interval, const SolverSettings& settings) : run(base(text, values)) {
    std::vector<Case> moved;
    for (std::size_t k = 0; k < values.size(); ++k) {
      std::vector<double> other = values;
      other[k] *= 1.0 + step;
      moved.push_back(text(other));
    }
    std::vector<System> systems;
    for (const Case& one : moved) systems.emplace_back(*one.flowsheet, run.system);
    std::vector<Variation> variations;
    for (std::size_t k = 0; k < moved.size(); ++k) variations.push_back({&systems[k], &moved[k].schedule, step});
    run.outcome = simulate(run.system, run.totals, schedule, settings, interval, run.said, nullptr, nullptr, variations);
  }

  Run base(const Text& text, const std::vector<double>& values) {
    Case input = text(values);
    schedule = input.schedule;
    return Run(std::move(input.flowsheet));
  }

  std::size_t entry(const std::string& unit, const std::string& variable, std::size_t at) const {
    for (const VariableSlice& slice : run.system.layout().unit(run.flowsheet->find_unit(unit).value()).variables)
      if (slice.variable.name == variable) return slice.start + at;
    throw std::logic_error(unit + " has no variable " + variable);
  }

  Schedule schedule;
  Run run;
};

// Washed in from a lake of 1 mol/L and out again with water.
std::string tank(double flow, double volume) {
  return fmt::format("{{lake: {{type: feed, brine: {{Li+: 1 mol/L, balance: Cl-}}, flow: {0:.17g} m3/h}}, well: {{type: feed, brine: fresh_water, flow: {0:.17g} m3/h}},"
                     " tank: {{type: tank, volume: 10 m3, outflow: {0:.17g} m3/h, initial: {{volume: {1:.17g} m3}}}}, out: {{type: sink}}, spent: {{type: sink}}}}",
                     flow, volume);
}
std::string steps(const std::string& load) {
  return "{cycle: [{step: load, route: [lake -> tank, well -> spent], " + load + "}, {step: wash, route: [well -> tank, lake -> spent], for: 5 h}], always: [tank -> out]}";
}

constexpr Tolerance integrated{0.0, 4e-3, "mol: a millionth of the 4000 mol that the tank holds, a hundred times the tolerance of the integrator"};

}  // namespace

BOOST_AUTO_TEST_SUITE(sensitivities)

BOOST_AUTO_TEST_CASE(a_switch_at_a_time_that_is_a_parameter) {
  // n = c_in V (1 - exp(-q T/V)) exp(-q (t - T)/V) in the second step; T is the third parameter.
  const Varied done([](const std::vector<double>& p) { return case_from(tank(p[0], p[1]), steps(fmt::format("for: {:.17g} h", p[2]))); }, {2.0, 4.0, 3.0}, 1800.0, fine);
  const std::size_t li = done.entry("tank", "amount", 1);
  std::size_t compared = 0;
  for (const Progress& sample : done.run.said.samples) {
    const double t = sample.state.t / 3600.0, q = 2.0, v = 4.0, load = 3.0;
    const double a = std::exp(-q * std::min(t, load) / v), b = std::exp(-q * std::max(t - load, 0.0) / v);
    const double n = 4000.0 * (1.0 - a) * b;  // mol
    const double by_volume = n + 4000.0 * (-a * q * std::min(t, load) / v * b + (1.0 - a) * b * q * std::max(t - load, 0.0) / v);
    const double by_flow = n - by_volume;  // both together change nothing but the amount
    const double by_time = t < load ? 0.0 : 4000.0 * q * load / v * b;
    if (std::abs(t - load) < 1e-9) continue;  // the limit from which side
    check_close(sample.state.y[li], n, integrated);
    check_close(sample.sensitivities.at(0)[li], by_flow, integrated);
    check_close(sample.sensitivities.at(1)[li], by_volume, integrated);
    check_close(sample.sensitivities.at(2)[li], by_time, integrated);
    ++compared;
  }
  BOOST_CHECK_GT(compared, 14u);
}

BOOST_AUTO_TEST_CASE(a_switch_when_a_condition_is_met) {
  // At tau = V ln 2 / q; after it n = c_in V / 2 exp(-q (t - tau)/V) = c_in V exp(-q t/V).
  const Varied done([](const std::vector<double>& p) { return case_from(tank(p[0], p[1]), steps("until: tank.outlet.Li+ / lake.Li+ > 0.5, at_most: 9 h")); }, {2.0, 4.0}, 1800.0, fine);
  const std::size_t li = done.entry("tank", "amount", 1);
  const double tau = 2.0 * std::log(2.0);
  std::size_t after = 0;
  for (const Progress& sample : done.run.said.samples) {
    const double t = sample.state.t / 3600.0;
    if (t < tau) continue;
    const double n = 4000.0 * std::exp(-0.5 * t);
    check_close(sample.state.y[li], n, integrated);
    check_close(sample.sensitivities.at(0)[li], -n * 0.5 * t, integrated);
    check_close(sample.sensitivities.at(1)[li], n * (1.0 + 0.5 * t), integrated);
    ++after;
  }
  BOOST_CHECK_GT(after, 8u);
}

BOOST_AUTO_TEST_CASE(a_column_as_differences_of_runs_have_it) {
  // Through three steps, the first of which ends by a condition on the outlet; what is varied is geometry, sorption, a feed and a switch.
  const Varied::Text text = [](const std::vector<double>& p) {
    const std::string units = fmt::format(
        "{{lake: {{type: feed, brine: {{Li+: 0.05 mol/L, Mg+2: 1 mol/L, balance: Cl-}}, flow: {0:.17g} m3/h}}, water: {{type: feed, brine: fresh_water, flow: 6 m3/h}},"
        " column: {{type: adsorption_column, length: {1:.17g} m, diameter: 2 m, void_fraction: 0.4, axial_dispersion: 1e-5 m2/s,"
        " sorbent: {{law: langmuir, species: {{LiCl: {{takes: {{Li+: 1, Cl-: 1}}, q_max: {2:.17g} mol/m3, K: 2 L/mol, k: 1e-3 1/s}}}}}},"
        " discretisation: {{scheme: discontinuous_galerkin, degree: 3, elements: 6}}}}, spent: {{type: sink}}, eluate: {{type: sink}}}}", p[0], p[1], p[2]);
    return case_from(units, fmt::format("{{cycle: [{{step: load, route: [lake -> column -> spent, water -> eluate], until: column.outlet.Li+ / lake.Li+ > 0.3, at_most: 20 h}},"
                                        " {{step: elute, route: [water -> column -> eluate, lake -> spent], for: {:.17g} h}},"
                                        " {{step: load_again, route: [lake -> column -> spent, water -> eluate], for: 1 h}}]}}", p[3]));
  };
  const std::vector<double> values{6.0, 3.0, 400.0, 1.5};
  const Varied done(text, values, 900.0, fine);
  std::size_t compared = 0;
  for (std::size_t k = 0; k < values.size(); ++k) {
    constexpr double apart = 3e-5;  // a switch moves by a sixth of a second
    const auto moved = [&](double sign) {
      std::vector<double> other = values;
      other[k] *= 1.0 + sign * apart;
      return run(text(other), 900.0, finest);
    };
    const Run up = moved(1.0), down = moved(-1.0);
    // A sample between the switches of the two runs stands in another step in each of them.
    const auto near_switch = [&](double t) {
      for (std::size_t i = 0; i < up.said.steps.size(); ++i)
        if (std::abs(t - up.said.steps[i].t) < 60.0 || std::abs(t - down.said.steps[i].t) < 60.0) return true;
      return false;
    };
    std::vector<double> largest = done.run.system.layout().nominal();  // what is smaller moves nothing
    for (const Progress& sample : done.run.said.samples)
      for (std::size_t j = 0; j < largest.size(); ++j) largest[j] = std::max(largest[j], std::abs(sample.sensitivities.at(k)[j]));
    double worst = 0.0;
    for (std::size_t i = 0; i < done.run.said.samples.size() && i < std::min(up.said.samples.size(), down.said.samples.size()); ++i) {
      const Progress& sample = done.run.said.samples[i];
      if (near_switch(sample.state.t) || up.said.samples[i].state.t != sample.state.t || down.said.samples[i].state.t != sample.state.t) continue;
      for (std::size_t j = 0; j < largest.size(); ++j) {
        const double difference = (up.said.samples[i].state.y[j] - down.said.samples[i].state.y[j]) / (2.0 * apart);
        worst = std::max(worst, std::abs(sample.sensitivities[k][j] - difference) / largest[j]);
      }
      ++compared;
    }
    report_figure(fmt::format("sensitivity_{}", k).c_str(), worst);
    BOOST_CHECK_MESSAGE(worst < 1e-5, "the sensitivity to parameter " << k << " differs by " << worst << " of its largest value from a difference of two runs");
  }
  BOOST_CHECK_GT(compared, 40u);
}

BOOST_AUTO_TEST_SUITE_END()
