// The nanofiltration module on its own: steady states, start from pure water, conservation, derivatives, events.
#include "base/error.hpp"
#include "physics/membrane_barrier.hpp"
#include "physics/water.hpp"
#include "support/tolerance.hpp"
#include "units/builders.hpp"
#include "units/membrane_package.hpp"

#include <Eigen/Dense>
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <random>
#include <vector>

using namespace brineflow;
using test::check_close;

namespace {

constexpr double lmh = 1e-3 / 3600.0;
constexpr double bar = 1e5;

// A module fed with one stream, with what the solver would hold for it.
struct Module {
  Diagnostics diagnostics;
  ModelLibrary models{{"models"}};
  std::shared_ptr<const Brine> brine;
  std::unique_ptr<Unit> unit;
  std::vector<double> feed, y, ydot, p;
  std::size_t N = 0, cells = 0;
  Wiring wiring{{1}, {true, true}, {true, true}, 0};

  Module(const std::string& components, const std::string& composition, double flow, const std::string& settings,
         std::size_t cell_number = 10, const std::string& chemistry = "{chemistry: ideal}")
      : cells(cell_number) {
    const auto set = read_components(parse_document(components, "components", diagnostics).root, diagnostics);
    BOOST_REQUIRE_MESSAGE(set, diagnostics.text());
    brine = load_brine_model(parse_document(chemistry, "brine", diagnostics).root, *set, models, diagnostics);
    BOOST_REQUIRE_MESSAGE(brine, diagnostics.text());
    const auto document = parse_document(settings, "unit", diagnostics);
    const UnitType type = nanofiltration_type();
    const Values values = read_values(document.root, type.parameters, "units.nf (nanofiltration)", diagnostics);
    unit = type.build("nf", values, {brine, models, diagnostics});
    BOOST_REQUIRE_MESSAGE(unit, diagnostics.text());
    N = brine->components().size();
    const auto c = read_brine_composition(parse_document(composition, "feed", diagnostics).root, *brine, 298.15, models, "feed", diagnostics);
    BOOST_REQUIRE_MESSAGE(c, diagnostics.text());
    for (const double value : *c) feed.push_back(value * flow);
    feed.push_back(298.15);
    feed.push_back(reference_pressure);
    std::size_t size = unit->outlet_block();
    Scales scales{std::vector<double>(c->begin(), c->end()), std::vector<double>(feed.begin(), feed.end() - 2), flow};
    for (double& value : scales.concentration) value = std::max(value, 1e-6);
    for (double& value : scales.molar_flow) value = std::max(value, 1e-12);
    for (const Variable& variable : unit->variables(scales)) size += variable.size();
    y.assign(size, 0.0);
    ydot.assign(size, 0.0);
    for (const TunableParameter& parameter : unit->parameters()) p.push_back(parameter.value);
    unit->initial_state(y);
  }

  std::size_t amount(std::size_t i, std::size_t k) const { return unit->outlet_block() + i * cells + k; }
  std::size_t permeate_flow(std::size_t i, std::size_t k) const { return amount(N + i, k); }
  std::size_t transmission(std::size_t i, std::size_t k) const { return permeate_flow(N + i - 1, k); }
  std::size_t flux(std::size_t k) const { return transmission(N, k); }
  std::size_t flow(std::size_t k) const { return flux(cells + k); }
  std::size_t pressure() const { return flow(cells); }
  std::size_t recovery() const { return pressure() + 1; }
  double retentate(std::size_t i) const { return y[i]; }
  double permeate(std::size_t i) const { return y[stream_size(N) + i]; }

  template <class Visit>
  void visit_local(Visit visit) {
    const std::span<const double> stream(feed);
    Local<double> here;
    here.components = N;
    here.y = y;
    here.ydot = ydot;
    here.p = p;
    here.wiring = &wiring;
    here.inlets = std::span(&stream, wiring.connections[0]);
    visit(here);
  }

  void guess() {
    visit_local([this](const Local<double>& here) { unit->guess(here, y); });
  }

  Eigen::VectorXd residual() {
    std::vector<double> r(y.size());
    visit_local([&](const Local<double>& here) { unit->residual(here, std::span<double>(r)); });
    return Eigen::Map<Eigen::VectorXd>(r.data(), static_cast<Eigen::Index>(r.size()));
  }

  // dF/dy + rate_weight dF/dy', dense.
  Eigen::MatrixXd jacobian(double rate_weight) {
    const std::size_t n = y.size();
    const auto size = static_cast<Eigen::Index>(n);
    Eigen::MatrixXd J(size, size);
    const auto duals = [](const std::vector<double>& v) { return std::vector<Dual>(v.begin(), v.end()); };
    const std::vector<Dual> feed_dual = duals(feed), p_dual = duals(p);
    const std::span<const Dual> stream(feed_dual);
    for (std::size_t first = 0; first < n; first += dual_width) {
      std::vector<Dual> v = duals(y), rate = duals(ydot), r(n);
      for (std::size_t j = first; j < std::min(n, first + dual_width); ++j) {
        v[j].v[static_cast<Eigen::Index>(j - first)] = 1.0;
        rate[j].v[static_cast<Eigen::Index>(j - first)] = rate_weight;
      }
      Local<Dual> here;
      here.components = N;
      here.y = v, here.ydot = rate, here.p = p_dual, here.wiring = &wiring;
      here.inlets = std::span(&stream, wiring.connections[0]);
      unit->residual(here, std::span<Dual>(r));
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = first; j < std::min(n, first + dual_width); ++j)
          J(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = r[i].v[static_cast<Eigen::Index>(j - first)];
    }
    return J;
  }

  // One step of implicit Euler from the present amounts; false if Newton's method does not converge.
  bool step(double dt) {
    const std::vector<double> old = y;
    const std::size_t first = amount(0, 0), last = amount(N, 0);
    for (int iteration = 0; iteration < 30; ++iteration) {
      for (std::size_t j = first; j < last; ++j) ydot[j] = (y[j] - old[j]) / dt;
      const Eigen::VectorXd change = jacobian(1.0 / dt).partialPivLu().solve(residual());
      double largest = 0.0;
      for (std::size_t j = 0; j < y.size(); ++j) {
        const double delta = change[static_cast<Eigen::Index>(j)];
        if (!std::isfinite(delta)) {
          y = old;
          return false;
        }
        const bool logarithm = j >= y.size() - (N - 1) * cells;  // of a transmission: its change is a share already
        y[j] -= logarithm ? std::clamp(delta, -2.0, 2.0) : delta;
        largest = std::max(largest, std::abs(delta) / (logarithm ? 1.0 : std::abs(y[j]) + 1e-9));
      }
      if (largest < 1e-9) return true;
    }
    y = old;
    return false;
  }

  // From the present state to one that no longer changes; the length of the steps grows as they succeed.
  void settle() {
    guess();
    double dt = 1.0;
    for (int count = 0; count < 200 && dt < 1e10; ++count) dt *= step(dt) ? 3.0 : 0.2;
    BOOST_REQUIRE_MESSAGE(dt >= 1e10, "no steady state found");
  }
};

const std::string wang_components = "[H2O, Li+, Mg+2, Cl-]";
const std::string wang_feed = "{Li+: 3.3809 mmol/L, Mg+2: 19.3077 mmol/L, balance: Cl-}";
const std::string lake_components = "[H2O, Li+, Na+, K+, Mg+2, Ca+2, Cl-, SO4-2]";
const std::string diluted_lake = "{Li+: 0.05 g/L, Na+: 3 g/L, K+: 0.5 g/L, Mg+2: 1.5 g/L, Ca+2: 0.02 g/L, SO4-2: 0.6 g/L, balance: Cl-}";
const std::string pitzer_25C = "{chemistry: hmw84_lithium_25C}";

std::string nf(const std::string& more) { return "{type: nanofiltration, membrane: lbl_wang2023, " + more + "}"; }

}  // namespace

BOOST_AUTO_TEST_SUITE(nanofiltration)

BOOST_AUTO_TEST_CASE(guess_solves_every_algebraic_row_with_pure_water_inside) {
  Module module(lake_components, diluted_lake, 1e-4, nf("area: 1 m2, feed_pressure: 12 bar"), 10, pitzer_25C);
  module.guess();
  const Eigen::VectorXd r = module.residual();
  for (std::size_t row = 0; row < module.y.size(); ++row)
    if (row < module.amount(0, 0) || row >= module.amount(module.N, 0))
      BOOST_TEST(std::abs(r[static_cast<Eigen::Index>(row)]) < 1e-9 * (1.0 + std::abs(module.y[row])), "row " << row);
  const double pure = 18.4 * lmh / bar * (12.0 * bar - reference_pressure);
  check_close(module.y[module.flux(0)], pure, {1e-9, 0.0, "nothing dissolved: no osmotic pressure"});
}

BOOST_AUTO_TEST_CASE(guess_solves_every_algebraic_row_with_brine_inside) {
  Module module(lake_components, diluted_lake, 1e-4, nf("area: 4 m2, feed_pressure: 12 bar"), 10, pitzer_25C);
  for (std::size_t i = 0; i < module.N; ++i)
    for (std::size_t k = 0; k < module.cells; ++k) module.y[module.amount(i, k)] = module.feed[i] / 1e-4 * 4 * 0.35e-3 / 10.0;
  module.guess();
  const Eigen::VectorXd r = module.residual();
  for (std::size_t row = 0; row < module.y.size(); ++row)
    if (row < module.amount(0, 0) || row >= module.amount(module.N, 0))
      BOOST_TEST(std::abs(r[static_cast<Eigen::Index>(row)]) < 1e-7 * (1.0 + std::abs(module.y[row])), "row " << row);
}

BOOST_AUTO_TEST_CASE(small_module_gives_the_rejections_of_its_membrane) {
  // So little area that nothing is enriched along it; flux from 3.07 bar across as in the source (38 L/m2/h).
  Module module(wang_components, wang_feed, 1e-3, nf("area: 0.001 m2, feed_pressure: 4.3 bar, cells: 2"), 2);
  module.settle();
  const double J_v = module.y[module.flux(0)];
  const std::vector<double> bulk{3.3809, 19.3077, 41.9963}, P{4.5411e-6, 0.0413e-6, 4.5411e-6}, k(3, 100.0 * lmh);
  const std::vector<double> T = transmissions({std::vector<int>{1, 2, -1}, SolutionDiffusion<double>{P}, k, bulk}, J_v);
  for (std::size_t i = 1; i < 4; ++i)
    check_close(module.y[module.transmission(i, 0)], T[i - 1], {1e-5, 0.0, "recovery of 1e-5, density of the feed"});
  // van 't Hoff's law closes the flux: c_face - c_p = (c_bulk - c_p) exp(J_v / k)
  double difference = 0.0;
  for (std::size_t i = 0; i < 3; ++i) difference += bulk[i] * (1.0 - T[i]) * std::exp(J_v / k[0]);
  const double expected = 18.4 * lmh / bar * (4.3 * bar - reference_pressure - gas_constant * 298.15 * difference);
  check_close(J_v, expected, {2e-3, 0.0, "ideal solution against van 't Hoff: molality for molarity"});
}

BOOST_AUTO_TEST_CASE(every_component_is_conserved_and_charge_too) {
  Module module(lake_components, diluted_lake, 1e-4, nf("area: 8 m2, feed_pressure: 15 bar"), 10, pitzer_25C);
  module.settle();
  for (std::size_t i = 0; i < module.N; ++i)
    check_close(module.retentate(i) + module.permeate(i), module.feed[i], {1e-10, 0.0, "steady state to Newton's tolerance"});
  double charge = 0.0, size = 0.0;
  for (std::size_t i = 1; i < module.N; ++i) {
    const double z = module.brine->components()[i].charge;
    charge += z * module.permeate(i);
    size += std::abs(z) * module.permeate(i);
  }
  BOOST_TEST(std::abs(charge) < 1e-11 * size);
  BOOST_TEST(module.y[module.recovery()] > 0.2);
  BOOST_TEST(module.permeate(1) / module.feed[1] > module.permeate(4) / module.feed[4] * 10.0);  // Li+ before Mg+2
}

BOOST_AUTO_TEST_CASE(unsteady_steps_conserve_too) {
  Module module(wang_components, wang_feed, 1e-4, nf("area: 8 m2, feed_pressure: 6 bar"), 10, pitzer_25C);
  module.guess();
  for (int count = 0; count < 20; ++count) {
    const double dt = 0.01 * std::pow(1.5, count);
    std::vector<double> before(module.N, 0.0), after(module.N, 0.0);
    module.unit->add_holdup(module.y, before);
    BOOST_REQUIRE(module.step(dt));
    module.unit->add_holdup(module.y, after);
    for (std::size_t i = 0; i < module.N; ++i)
      check_close(after[i] - before[i], dt * (module.feed[i] - module.retentate(i) - module.permeate(i)),
                  {1e-8, 1e-9 * before[i], "Newton's tolerance"});
  }
}

BOOST_AUTO_TEST_CASE(cells_converge_with_first_order) {
  const auto recovery_of_lithium = [](std::size_t cells) {
    Module module(wang_components, wang_feed, 1e-4, nf("area: 4 m2, feed_pressure: 6 bar, cells: " + std::to_string(cells)), cells);
    module.settle();
    return module.permeate(1) / module.feed[1];
  };
  const double a = recovery_of_lithium(5), b = recovery_of_lithium(10), c = recovery_of_lithium(20);
  BOOST_TEST_MESSAGE("lithium recovery with 5, 10, 20 cells: " << a << " " << b << " " << c);
  BOOST_TEST(std::abs(std::log2((a - b) / (b - c)) - 1.0) < 0.25);
}

// The present state's derivatives against central differences; a row's rounding is that of its largest term.
void check_derivatives(Module& module) {
  const Eigen::MatrixXd J = module.jacobian(0.0);
  const Eigen::VectorXd size = J.cwiseAbs() * Eigen::Map<const Eigen::VectorXd>(module.y.data(), J.cols()).cwiseAbs();
  for (std::size_t j = 0; j < module.y.size(); ++j) {
    const double centre = module.y[j], h = 1e-6 * (std::abs(centre) + 1e-9);
    module.y[j] = centre + h;
    const Eigen::VectorXd up = module.residual();
    module.y[j] = centre - h;
    const Eigen::VectorXd down = module.residual();
    module.y[j] = centre;
    const Eigen::VectorXd difference = (up - down) / (2.0 * h);
    for (Eigen::Index i = 0; i < difference.size(); ++i)
      check_close(J(i, static_cast<Eigen::Index>(j)), difference[i], {1e-5, 1e-13 * (size[i] + 1.0) / h, "central differences"});
  }
}

BOOST_AUTO_TEST_CASE(derivatives_are_central_differences) {
  Module module(lake_components, diluted_lake, 1e-4, nf("area: 4 m2, feed_pressure: 12 bar, cells: 2"), 2, pitzer_25C);
  module.guess();
  for (int count = 0; count < 20; ++count) BOOST_REQUIRE(module.step(1.0));
  check_derivatives(module);
}

BOOST_AUTO_TEST_CASE(derivatives_are_central_differences_anywhere) {
  Module module(lake_components, diluted_lake, 1e-4, nf("area: 4 m2, feed_pressure: 12 bar, cells: 2"), 2, pitzer_25C);
  std::mt19937 random(7);
  std::uniform_real_distribution<double> share(0.2, 1.8);
  for (int state = 0; state < 5; ++state) {
    module.guess();  // what the random contents do not replace
    for (std::size_t k = 0; k < module.cells; ++k)
      for (std::size_t i = 0; i < module.N; ++i) {
        module.y[module.amount(i, k)] = module.feed[i] / 1e-4 * 4 * 0.35e-3 / 2.0 * (i == 0 ? 1.0 : share(random));
        if (i > 0) module.y[module.transmission(i, k)] = share(random);
      }
    for (std::size_t k = 0; k < module.cells; ++k) module.y[module.flux(k)] = 2e-5 * share(random);
    BOOST_TEST_CONTEXT("state " << state) { check_derivatives(module); }
  }
}

BOOST_AUTO_TEST_CASE(the_tracer_sees_every_dependence) {
  Module module(wang_components, wang_feed, 1e-4, nf("area: 4 m2, feed_pressure: 12 bar, cells: 3"), 3, pitzer_25C);
  module.guess();
  std::vector<Trace> y, ydot(module.y.size()), p(module.p.size()), feed(module.feed.size()), r(module.y.size());
  for (std::size_t j = 0; j < module.y.size(); ++j) y.push_back(Trace::variable(j));
  const std::span<const Trace> stream(feed);
  Local<Trace> here;
  here.components = module.N;
  here.y = y, here.ydot = ydot, here.p = p, here.wiring = &module.wiring;
  here.inlets = std::span(&stream, 1);
  module.unit->residual(here, std::span<Trace>(r));
  const Eigen::MatrixXd J = module.jacobian(0.0);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const std::vector<int> seen = r[i].indices();
    BOOST_TEST(seen.size() < 40U);
    for (std::size_t j = 0; j < y.size(); ++j)
      if (J(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) != 0.0)
        BOOST_TEST((std::find(seen.begin(), seen.end(), static_cast<int>(j)) != seen.end()), "row " << i << " column " << j);
  }
}

BOOST_AUTO_TEST_CASE(a_module_at_rest_keeps_its_contents) {
  Module module(wang_components, wang_feed, 1e-4, nf("area: 4 m2, feed_pressure: 6 bar"));
  module.wiring = {{0}, {true, true}, {false, false}, 0};
  module.guess();
  BOOST_TEST(module.residual().norm() == 0.0);
  BOOST_TEST(module.y[module.flux(3)] == 0.0);
}

BOOST_AUTO_TEST_CASE(too_much_area_lowers_the_pressure_and_says_so) {
  Module module(wang_components, wang_feed, 1e-5, nf("area: 4 m2, feed_pressure: 6 bar, maximum_recovery: 80 %"));
  module.guess();
  std::vector<double> value(module.unit->event_count());
  module.visit_local([&](const Local<double>& here) {
    module.unit->events(here, value);
    BOOST_TEST(value[1] < 0.0);
    const Reaction reaction = module.unit->on_event(1, -1, here);
    BOOST_TEST(!reaction.stop);
    BOOST_TEST(reaction.mode == 2);
    BOOST_TEST(reaction.message.find("more than 80 % of the feed would permeate") != std::string::npos, reaction.message);
  });
  BOOST_REQUIRE(module.step(1e-3));
  check_close(module.y[module.flow(9)], 0.2e-5, {1e-5, 0.0, "the corner of the limit is rounded by 1e-4, whose square shows"});
  // pure water still: the flux of all cells is that of the pressure
  check_close(4.0 * 18.4 * lmh / bar * (module.y[module.pressure()] - reference_pressure), 0.8e-5, {1e-3, 0.0, "a millisecond of brine"});
}

BOOST_AUTO_TEST_CASE(too_much_area_settles_at_its_maximum_recovery_or_below) {
  Module module(wang_components, wang_feed, 2e-5, nf("area: 8 m2, feed_pressure: 12 bar, maximum_recovery: 80 %"), 10, pitzer_25C);
  module.settle();
  check_close(module.y[module.flow(9)], 0.2 * 2e-5, {1e-3, 0.0, "volume of the arriving stream; the limit's corner"});
  BOOST_TEST(module.y[module.pressure()] < 11.9 * bar);
  for (std::size_t i = 0; i < module.N; ++i)
    check_close(module.retentate(i) + module.permeate(i), module.feed[i], {1e-10, 0.0, "steady state to Newton's tolerance"});
}

BOOST_AUTO_TEST_CASE(concentrated_brine_at_low_pressure_hardly_permeates_and_says_so) {
  Module module(lake_components, "west_taijinar", 1e-4, nf("area: 4 m2, feed_pressure: 6 bar, cells: 3"), 3, pitzer_25C);
  module.settle();
  std::vector<double> value(module.unit->event_count());
  module.visit_local([&](const Local<double>& here) {
    module.unit->events(here, value);
    BOOST_TEST(module.y[module.flux(0)] > 0.0);
    BOOST_TEST(value[0] < 0.0);
    const Reaction reaction = module.unit->on_event(0, -1, here);
    BOOST_TEST(!reaction.stop);
    BOOST_TEST(reaction.mode == 1);
    BOOST_TEST(reaction.message.find("osmotic pressure") != std::string::npos);
  });
}

BOOST_AUTO_TEST_CASE(no_pressure_is_refused_with_a_sentence) {
  Module module(wang_components, wang_feed, 1e-4, nf("area: 4 m2"));
  BOOST_CHECK_EXCEPTION(module.guess(), SolverError, [](const SolverError& error) {
    return std::string(error.what()).find("nothing can permeate") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(ions_without_permeability_are_named) {
  Diagnostics diagnostics;
  const ModelLibrary models({"models"});
  const ComponentSet components = ComponentSet::from_names({"H2O", "Li+", "Mg+2", "Cl-"});
  const auto document = parse_document("{water_permeability: 5 L/m2/h/bar, permeability: {Li+: 4 um/s, Cl-: 4 um/s}}", "m", diagnostics);
  BOOST_TEST(!read_membrane(document.root, components, models, "units.nf", diagnostics));
  BOOST_TEST(diagnostics.text().find("no permeability for Mg+2") != std::string::npos, diagnostics.text());
}

BOOST_AUTO_TEST_SUITE_END()
