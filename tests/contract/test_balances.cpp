// Every unit conserves every component and charge, and keeps its variables within their bounds.
#include "contract/unit_under_test.hpp"

#include <algorithm>
#include <cmath>

using namespace brineflow;
using namespace brineflow::test;

namespace {

// Rounding of sums over cells and of the Newton solve; scaled by what goes through.
constexpr double closure = 1e-10;

struct Flows {
  std::vector<double> in, out, held_rate;
};

std::size_t total_size(TotalKind kind, std::size_t components) { return kind == TotalKind::energy ? 1 : components; }

std::vector<double> total_rates(const UnderTest& test, const State& state) {
  std::size_t count = 0;
  for (const TotalKind kind : test.unit().totals()) count += total_size(kind, test.unit().component_count());
  std::vector<double> rates(count, std::numeric_limits<double>::quiet_NaN());
  test.with_local(state, [&](const Local<double>& here) { test.unit().total_rates(here, rates); });
  return rates;
}

// The holdup is a sum of moles, so linear in the state: a difference of any length is exact up to rounding.
std::vector<double> holdup_rate(const UnderTest& test, const State& state) {
  double largest = 0.0;
  for (std::size_t k = 0; k < test.size(); ++k)
    if (test.differential()[k]) largest = std::max(largest, std::abs(state.ydot[k]) / test.nominal()[k]);
  // As long as the contents allow: a short one would leave the rounding of what is held, over h.
  const double h = largest > 0.0 ? 1.0 / largest : 1.0;
  std::vector<double> later = state.y, earlier = state.y;
  for (std::size_t k = 0; k < test.size(); ++k) {
    if (!test.differential()[k]) continue;
    later[k] += h * state.ydot[k];
    earlier[k] -= h * state.ydot[k];
  }
  std::vector<double> rate = test.holdup(later);
  const std::vector<double> before = test.holdup(earlier);
  for (std::size_t i = 0; i < rate.size(); ++i) rate[i] = (rate[i] - before[i]) / (2.0 * h);
  return rate;
}

Flows flows_of(const UnderTest& test, const State& state) {
  const std::size_t n = test.unit().component_count();
  Flows flows{std::vector<double>(n, 0.0), std::vector<double>(n, 0.0), holdup_rate(test, state)};
  for (const auto& stream : state.arriving)
    for (std::size_t i = 0; i < n; ++i) flows.in[i] += stream[i];
  for (std::size_t outlet = 0; outlet < test.unit().outlets().size(); ++outlet)
    for (std::size_t i = 0; i < n; ++i) flows.out[i] += state.y[outlet * stream_size(n) + i];
  const std::vector<double> rates = total_rates(test, state);
  std::size_t position = 0;
  for (const TotalKind kind : test.unit().totals()) {
    for (std::size_t i = 0; kind != TotalKind::energy && i < n; ++i)
      (kind == TotalKind::fed ? flows.in : flows.out)[i] += rates[position + i];
    position += total_size(kind, n);
  }
  return flows;
}

// Whether water or anything else passes: flows of components that a unit sees are compared with this.
double through(const Flows& flows, std::size_t i) {
  return std::abs(flows.in[i]) + std::abs(flows.out[i]) + std::abs(flows.held_rate[i]);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(balances_of_every_unit)

BOOST_AUTO_TEST_CASE(every_component_is_conserved) {
  for (const Situation& situation : situations()) {
    const UnderTest test(situation);
    const State& state = test.consistent_state();
    const Flows flows = flows_of(test, state);
    const std::vector<double> held = test.holdup(state.y);
    for (std::size_t i = 0; i < held.size(); ++i) {
      const double gap = flows.in[i] - flows.out[i] - flows.held_rate[i];
      // Beside the throughput, the rounding of the contents themselves within a second.
      BOOST_CHECK_MESSAGE(std::abs(gap) <= closure * through(flows, i) + 1e-14 * std::abs(held[i]),
                          situation.name << ": " << test.unit().components()[i].name << " in " << flows.in[i] << ", out "
                                         << flows.out[i] << ", accumulating " << flows.held_rate[i] << " mol/s: lost " << gap);
    }
  }
}

BOOST_AUTO_TEST_CASE(charge_is_conserved) {
  for (const Situation& situation : situations()) {
    const UnderTest test(situation);
    const State& state = test.consistent_state();
    const Flows flows = flows_of(test, state);
    const std::vector<double> held = test.holdup(state.y);
    double gap = 0.0, size = 0.0, contents = 0.0;
    for (std::size_t i = 0; i < flows.in.size(); ++i) {
      const int z = test.unit().components()[i].charge;
      gap += z * (flows.in[i] - flows.out[i] - flows.held_rate[i]);
      size += std::abs(z) * through(flows, i);
      contents += std::abs(z * held[i]);
    }
    // Beside the throughput, which is itself rounding where nothing flows, the rounding of the contents.
    BOOST_CHECK_MESSAGE(std::abs(gap) <= closure * size + 1e-14 * contents, situation.name << ": " << gap << " of " << size << " eq/s appear or vanish");
  }
}

BOOST_AUTO_TEST_CASE(units_without_contents_give_neutral_streams) {
  for (const Situation& situation : situations()) {
    const UnderTest test(situation);
    const bool holds = std::any_of(test.differential().begin(), test.differential().end(), [](bool d) { return d; });
    if (holds) continue;  // contents are perturbed ion by ion: what leaves them is as charged as they are
    const State& state = test.consistent_state();
    const std::size_t n = test.unit().component_count();
    for (std::size_t outlet = 0; outlet < test.unit().outlets().size(); ++outlet) {
      double net = 0.0, size = 0.0;
      for (std::size_t i = 0; i < n; ++i) {
        const double equivalents = test.unit().components()[i].charge * state.y[outlet * stream_size(n) + i];
        net += equivalents;
        size += std::abs(equivalents);
      }
      BOOST_CHECK_MESSAGE(std::abs(net) <= 1e-9 * size, situation.name << ": outlet " << test.unit().outlets()[outlet].name
                                                                       << " carries " << net << " of " << size << " eq/s net charge");
    }
  }
}

BOOST_AUTO_TEST_CASE(closed_outlets_carry_nothing) {
  for (const Situation& situation : situations()) {
    const UnderTest test(situation);
    const State& state = test.consistent_state();
    const std::size_t n = test.unit().component_count();
    for (std::size_t outlet = 0; outlet < test.unit().outlets().size(); ++outlet)
      for (std::size_t i = 0; i < n && !test.wiring().outlet_flowing[outlet]; ++i)
        BOOST_CHECK_MESSAGE(state.y[outlet * stream_size(n) + i] == 0.0, situation.name << ": closed outlet " << outlet << " flows");
  }
}

BOOST_AUTO_TEST_CASE(bounds_are_respected) {
  for (const Situation& situation : situations()) {
    const UnderTest test(situation);
    const State& state = test.consistent_state();
    const std::size_t first = test.unit().outlet_block();
    for (std::size_t k = 0; k < test.size(); ++k) {
      const double slack = 1e-9 * test.nominal()[k];
      const bool inside = k < first ? std::isfinite(state.y[k])
                                    : state.y[k] >= test.lower(k) - slack && state.y[k] <= test.upper(k) + slack;
      BOOST_CHECK_MESSAGE(inside, situation.name << ": " << test.describe(k) << " is " << state.y[k]);
    }
  }
}

BOOST_AUTO_TEST_CASE(totals_are_complete) {
  for (const Situation& situation : situations()) {
    const UnderTest test(situation);
    for (const double rate : total_rates(test, test.consistent_state()))
      BOOST_CHECK_MESSAGE(std::isfinite(rate), situation.name << ": a total was not filled in");
  }
}

BOOST_AUTO_TEST_SUITE_END()
