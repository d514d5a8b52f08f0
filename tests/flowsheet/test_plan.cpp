// The sparse Jacobian of a whole plant against difference quotients, and when plans are made anew.
#include "flowsheet/case_from_text.hpp"
#include "units/catalogue.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

using namespace brineflow;
using namespace brineflow::test;

namespace {

struct Plant {
  explicit Plant(Case given) : input(std::move(given)) {}
  Case input;
  System system{*input.flowsheet};
  std::vector<double> y, ydot;

  // A state near the start at which no smoothed corner is met: what is zero gets a part of its nominal size.
  void make_state(const Step& step) {
    enter(system, step);
    y = system.initial_state();
    system.guess(0.0, y);
    std::mt19937_64 random(5);
    std::uniform_real_distribution<double> moved(0.9, 1.1), slight(0.999, 1.001), part(0.1, 0.9);
    ydot.assign(y.size(), 0.0);
    for (std::size_t k = 0; k < y.size(); ++k) {
      const double nominal = system.layout().nominal()[k];
      const bool temperature = nominal == 298.15;
      y[k] = std::abs(y[k]) > 1e-3 * nominal ? y[k] * (temperature ? slight(random) : moved(random)) : nominal * part(random);
      if (system.layout().differential()[k]) ydot[k] = 1e-4 * nominal * part(random);
    }
  }
};

struct Fixture : Plant {
  Fixture() : Plant(case_of_every_unit()) {}
};

struct AcidAndBase : Plant {
  AcidAndBase() : Plant(case_of_acid_and_base()) {}
};

// The combined derivative of all rows along variable k: what a seed asks for.
std::vector<double> difference_quotient(const System& system, const std::vector<double>& y, const std::vector<double>& ydot,
                                        const SeedWeights& weights, std::size_t k) {
  const bool differential = system.layout().differential()[k];
  const double size = std::max(std::abs(y[k]), 1e-2 * system.layout().nominal()[k]);
  const double h = 6e-6 * size;
  std::vector<double> above(y.size()), below(y.size());
  const auto at = [&](double shift, std::vector<double>& result) {
    std::vector<double> shifted = y, shifted_rate = ydot;
    shifted[k] += shift * (differential ? weights.differential_value : weights.algebraic_value);
    if (differential) shifted_rate[k] += shift * weights.differential_rate;
    system.residual(0.0, shifted, shifted_rate, result);
  };
  at(h, above);
  at(-h, below);
  for (std::size_t row = 0; row < above.size(); ++row) above[row] = (above[row] - below[row]) / (2.0 * h);
  return above;
}

// The worst entry, over the largest of its row (columns scaled by nominal sizes). Both matrices column by column.
void check_jacobian(const System& system, const std::vector<double>& y, const std::vector<double>& ydot, const SeedWeights& weights) {
  const SparsePattern& pattern = system.plan().pattern;
  const std::size_t n = system.size();
  std::vector<double> values(static_cast<std::size_t>(pattern.nnz()));
  system.jacobian(0.0, y, ydot, weights, values);
  std::vector<std::vector<double>> expected, assembled(n, std::vector<double>(n, 0.0));
  std::vector<double> row_size(n, 0.0);
  for (std::size_t column = 0; column < n; ++column) {
    const double nominal = system.layout().nominal()[column];
    expected.push_back(difference_quotient(system, y, ydot, weights, column));
    for (auto k = pattern.column_starts[column]; k < pattern.column_starts[column + 1]; ++k)
      assembled[column][static_cast<std::size_t>(pattern.row_indices[static_cast<std::size_t>(k)])] = values[static_cast<std::size_t>(k)] * nominal;
    for (std::size_t row = 0; row < n; ++row) {
      expected[column][row] *= nominal;
      row_size[row] = std::max(row_size[row], std::abs(expected[column][row]));
    }
  }
  // As in the contract test: differences lose about 1e-10 of the row, sharp but smooth limiters need the rest. A
  // dependency that the pattern lacks shows here as well, because `assembled` is zero there.
  double worst = 0.0;
  std::string where;
  for (std::size_t column = 0; column < n; ++column)
    for (std::size_t row = 0; row < n; ++row) {
      const double off = std::abs(assembled[column][row] - expected[column][row]) / row_size[row];
      if (off <= worst) continue;
      worst = off;
      where = system.layout().describe(row) + " by " + system.layout().describe(column) + ": " +
              std::to_string(assembled[column][row]) + " against " + std::to_string(expected[column][row]);
    }
  BOOST_CHECK_MESSAGE(worst <= 2e-6, "worst entry " << worst << " of its row: " << where);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(plan, Fixture)

BOOST_AUTO_TEST_CASE(the_plants_have_every_type_of_unit) {
  std::set<std::string> types;
  for (const auto& unit : input.flowsheet->units) types.insert(unit->type());
  const AcidAndBase other;
  for (const auto& unit : other.input.flowsheet->units) types.insert(unit->type());
  for (const UnitType& type : unit_catalogue()) BOOST_CHECK_MESSAGE(types.count(type.name) == 1, type.name << " is missing");
}

BOOST_AUTO_TEST_CASE(jacobian_equals_difference_quotients_in_every_step) {
  for (const Step& step : input.schedule.steps) {
    BOOST_TEST_CONTEXT("step " << step.name) {
      make_state(step);
      for (const SeedWeights weights : {SeedWeights{1.0, 0.37, 1.0}, SeedWeights{0.0, 1.0, 1.0}}) check_jacobian(system, y, ydot, weights);
    }
  }
}

BOOST_FIXTURE_TEST_CASE(jacobian_of_acid_and_base_equals_difference_quotients, AcidAndBase) {
  make_state(input.schedule.steps[0]);
  for (const SeedWeights weights : {SeedWeights{1.0, 0.37, 1.0}, SeedWeights{0.0, 1.0, 1.0}}) check_jacobian(system, y, ydot, weights);
}

BOOST_AUTO_TEST_CASE(colours_of_a_unit_share_no_row) {
  enter(system, input.schedule.steps[0]);
  for (const UnitPlan& unit : system.plan().units)
    for (const UnitPlan::Sweep& sweep : unit.sweeps) {
      std::set<std::pair<std::uint32_t, std::uint32_t>> places;
      for (const UnitPlan::Entry& entry : sweep.entries) BOOST_CHECK(places.emplace(entry.row, entry.direction).second);
    }
}

BOOST_AUTO_TEST_CASE(the_pattern_can_be_inverted) {
  for (const Step& step : input.schedule.steps) {
    enter(system, step);
    BOOST_CHECK_EQUAL(structural_rank(system.plan().pattern).rank, static_cast<int>(system.size()));
  }
}

BOOST_AUTO_TEST_CASE(the_same_mode_has_the_same_plan) {
  const auto& steps = input.schedule.steps;
  enter(system, steps[0]);
  const ModePlan* load = &system.plan();
  enter(system, steps[1]);
  const ModePlan* elute = &system.plan();
  BOOST_CHECK(load != elute);
  enter(system, steps[0]);
  BOOST_CHECK_EQUAL(&system.plan(), load);
  // Other values of a parameter change no wiring; a flow of zero does, and so does a unit's own mode.
  auto parameters = parameters_of(*input.flowsheet);
  const std::vector<int> modes = system.unit_modes();
  parameters[0][0] *= 2.0;
  system.set_mode(steps[0].connections, parameters, modes);
  BOOST_CHECK_EQUAL(&system.plan(), load);
  parameters[0][0] = 0.0;
  system.set_mode(steps[0].connections, parameters, modes);
  BOOST_CHECK(&system.plan() != load);
  const std::size_t tank = *input.flowsheet->find_unit("tank");
  for (const int mode : {1, 2}) {  // dry: its outlet is closed; full, without a way from its overflow: the same flows
    std::vector<int> other = modes;
    other[tank] = mode;
    system.set_mode(steps[0].connections, parameters_of(*input.flowsheet), other);
    BOOST_CHECK(&system.plan() != load);
    BOOST_CHECK_EQUAL(system.wiring()[tank].mode, mode);
  }
}

BOOST_AUTO_TEST_CASE(units_are_guessed_after_what_feeds_them) {
  enter(system, input.schedule.steps[0]);
  const auto& order = system.plan().order;
  const auto position = [&](const std::string& name) {
    return std::find(order.begin(), order.end(), *input.flowsheet->find_unit(name)) - order.begin();
  };
  BOOST_CHECK_EQUAL(order.size(), input.flowsheet->units.size());
  BOOST_CHECK_LT(position("dilute"), position("halve"));
  BOOST_CHECK_LT(position("halve"), position("press"));
  BOOST_CHECK_LT(position("press"), position("column"));
}

// What comes back to a tank is guessed after the tank, wherever the case names it: an empty guess divides by nothing.
BOOST_AUTO_TEST_CASE(a_loop_is_guessed_from_its_tank_on) {
  const Case loop = case_from("{press: {type: pump, pressure: 2 bar}, tank: {type: tank, volume: 10 m3, outflow: 1 m3/h, initial: {volume: 4 m3}}}",
                              "{for: 1 h, always: [tank -> press -> tank]}");
  System round(*loop.flowsheet);
  enter(round, loop.schedule.steps[0]);
  const std::vector<std::size_t> expected = {1, 0};
  BOOST_CHECK_EQUAL_COLLECTIONS(round.plan().order.begin(), round.plan().order.end(), expected.begin(), expected.end());
}

BOOST_AUTO_TEST_SUITE_END()
