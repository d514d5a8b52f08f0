#include "contract/unit_under_test.hpp"

#include "numerics/sparsity.hpp"

#include <Eigen/SparseLU>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace brineflow::test {
namespace {

// mol/m3 in the order of all_components(): a dilute mixed brine that column, membrane and tank all take. H+ is last, where it
// is a component.
const std::vector<double> sizes = {54e3, 50.0, 40.0, 10.0, 30.0, 5.0, 150.0, 10.0, 20.0};
constexpr double flow = 12.0 / 3600.0;  // m3/s

CaseComponents all_components(bool hydrogen) {
  std::vector<std::string> names = {"H2O", "Li+", "Na+", "K+", "Mg+2", "Ca+2", "Cl-", "SO4-2"};
  if (hydrogen) names.emplace_back("H+");
  return {ComponentSet::from_names(names), {}};
}

std::shared_ptr<const Brine> brine_of(const std::string& text, bool hydrogen) {
  Diagnostics diagnostics;
  const Document document = parse_document(text, "test", diagnostics);
  auto brine = load_brine_model(document.root, all_components(hydrogen), source_models(), diagnostics);
  diagnostics.throw_if_any();
  return brine;
}

double uniform(Random& random, double lower, double upper) {
  return std::uniform_real_distribution<double>(lower, upper)(random);
}

// Sets the amount of Cl-, or of Na+ where that would be negative, so that the charges add up to zero.
void neutralise(const ComponentSet& components, std::span<double> amounts) {
  double net = 0.0;
  for (std::size_t i = 0; i < components.size(); ++i) net += components[i].charge * amounts[i];
  const std::size_t ion = *components.find(net > 0.0 ? "Cl-" : "Na+");
  amounts[ion] += std::abs(net);
}

// The same at every point of a variable that is laid out over all components or all solutes, along whatever axes.
void neutralise_variable(const ComponentSet& components, const Variable& variable, std::span<double> values) {
  std::vector<std::string> solutes = components.names();
  solutes.erase(solutes.begin());
  std::size_t stride = variable.size();
  for (const Axis& axis : variable.axes) {
    stride /= axis.size();
    const bool all = axis.labels == components.names();
    if (!all && axis.labels != solutes) continue;
    for (std::size_t point = 0; point < variable.size(); ++point) {
      if (point / stride % axis.size() != 0) continue;  // points are counted at the first component
      std::vector<double> amounts(components.size(), 0.0);
      for (std::size_t i = all ? 0 : 1; i < components.size(); ++i) amounts[i] = values[point + (all ? i : i - 1) * stride];
      neutralise(components, amounts);
      for (std::size_t i = all ? 0 : 1; i < components.size(); ++i) values[point + (all ? i : i - 1) * stride] = amounts[i];
    }
  }
}

}  // namespace

const ModelLibrary& source_models() {
  static const ModelLibrary models(ModelLibrary::default_folders());
  return models;
}

std::shared_ptr<const Brine> pitzer_brine() {
  static const auto brine = brine_of("{chemistry: hmw84_lithium_25C}", false);
  return brine;
}

std::shared_ptr<const Brine> ideal_brine() {
  static const auto brine = brine_of("{chemistry: ideal}", false);
  return brine;
}

std::shared_ptr<const Brine> brine_for(const UnitType& type, bool ideal) {
  static const auto acid_pitzer = brine_of("{chemistry: hmw84_lithium_25C}", true), acid_ideal = brine_of("{chemistry: ideal}", true);
  if (type.needs_hydrogen) return ideal ? acid_ideal : acid_pitzer;
  return ideal ? ideal_brine() : pitzer_brine();
}

std::unique_ptr<Unit> build_unit(const Node& node, std::shared_ptr<const Brine> brine, Diagnostics& diagnostics) {
  const UnitType* type = find_unit_type(node.find("type")->text());
  BOOST_REQUIRE(type != nullptr);
  const Values values = read_values(node, type->parameters, "units.test (" + type->name + ")", diagnostics);
  return type->build("test", values, UnitContext{std::move(brine), source_models(), diagnostics});
}

std::unique_ptr<Unit> build_unit(const std::string& text, std::shared_ptr<const Brine> brine) {
  Diagnostics diagnostics;
  const Document document = parse_document(text, "test", diagnostics);
  auto unit = build_unit(document.root, std::move(brine), diagnostics);
  BOOST_REQUIRE_MESSAGE(diagnostics.empty() && unit != nullptr, text << "\n" << diagnostics.text());
  return unit;
}

std::vector<double> random_stream(const ComponentSet& components, Random& random) {
  std::vector<double> block;
  for (std::size_t i = 0; i < components.size(); ++i) block.push_back(flow * sizes[i] * uniform(random, 0.5, 1.5));
  block[0] = flow * sizes[0] * uniform(random, 0.9, 1.1);
  if (const auto hydrogen = components.find("H+")) block[*hydrogen] *= uniform(random, -1.0, 1.0) > 0.0 ? 1.0 : -1.0;  // acid or base
  neutralise(components, std::span<double>(block));
  block.push_back(uniform(random, 288.0, 318.0));  // K
  block.push_back(uniform(random, 1.0e5, 5.0e5));  // Pa
  return block;
}

// ---------------------------------------------------------------------------------------------------------------
// Situations

namespace {

std::vector<double> default_parameters(const Unit& unit) {
  std::vector<double> p;
  for (const TunableParameter& parameter : unit.parameters()) p.push_back(parameter.value);
  return p;
}

void settle_outlets(const Unit& unit, Wiring& wiring) {
  const std::vector<double> p = default_parameters(unit);
  wiring.outlet_flowing.assign(unit.outlets().size(), false);
  for (std::size_t outlet = 0; outlet < unit.outlets().size(); ++outlet)
    wiring.outlet_flowing[outlet] = wiring.outlet_connected[outlet] && unit.outlet_flows(outlet, wiring, p);
}

// `arrivals`: streams at a collecting inlet; at others at most one. Where all inlets together are one too many for the unit, it has
// one wiring for each inlet alone.
std::vector<Wiring> wirings_of(const Unit& unit, int mode, std::size_t arrivals, bool open) {
  Wiring all;
  all.mode = mode;
  for (const InletPort& port : unit.inlets()) all.connections.push_back(port.collects ? arrivals : std::min<std::size_t>(arrivals, 1));
  for (const OutletPort& port : unit.outlets()) all.outlet_connected.push_back(open || !port.closable);
  std::vector<Wiring> result = {all};
  if (!unit.objection(all).empty()) {
    result.clear();
    for (std::size_t inlet = 0; inlet < unit.inlets().size(); ++inlet) {
      result.push_back(all);
      for (std::size_t other = 0; other < unit.inlets().size(); ++other)
        if (other != inlet) result.back().connections[other] = 0;
    }
  }
  for (Wiring& wiring : result) settle_outlets(unit, wiring);
  return result;
}

// The modes that events lead to, from the mode of the start on.
std::set<int> reachable_modes(const std::shared_ptr<const Unit>& unit) {
  Random random(1);
  const UnderTest start({"modes", unit, wirings_of(*unit, 0, 1, true).front()});
  const State state = start.random_state(random);
  std::vector<double> y(start.size(), 0.0);
  unit->initial_state(y);
  std::set<int> known = {unit->initial_mode(y)};
  std::vector<int> pending(known.begin(), known.end());
  while (!pending.empty()) {
    const int mode = pending.back();
    pending.pop_back();
    const UnderTest there({"modes", unit, wirings_of(*unit, mode, 1, true).front()});
    there.with_local(state, [&](const Local<double>& here) {
      for (std::size_t event = 0; event < unit->event_count(); ++event)
        for (const int direction : {-1, 1}) {
          const Reaction reaction = unit->on_event(event, direction, here);
          if (!reaction.stop && known.insert(reaction.mode).second) pending.push_back(reaction.mode);
        }
    });
  }
  return known;
}

}  // namespace

std::vector<Situation> situations_of(std::shared_ptr<const Unit> unit, const std::string& name) {
  std::vector<Situation> result;
  for (const int mode : reachable_modes(unit))
    for (const std::size_t arrivals : {std::size_t{0}, std::size_t{1}, std::size_t{2}})
      for (const bool open : {true, false})
        for (Wiring& wiring : wirings_of(*unit, mode, arrivals, open)) {
          const bool known = std::any_of(result.begin(), result.end(), [&](const Situation& other) {
            return other.wiring.mode == mode && other.wiring.connections == wiring.connections &&
                   other.wiring.outlet_connected == wiring.outlet_connected;
          });
          if (known) continue;
          const bool alone = std::count(wiring.connections.begin(), wiring.connections.end(), 0) > 0 && arrivals > 0;
          const auto used = std::find_if(wiring.connections.begin(), wiring.connections.end(), [](std::size_t count) { return count > 0; });
          const std::string port = alone && used != wiring.connections.end() ? " at " + unit->inlets()[static_cast<std::size_t>(used - wiring.connections.begin())].name : "";
          result.push_back({fmt::format("{}, mode {}, {} arriving{}, closable outlets {}", name, mode, arrivals, port, open ? "open" : "closed"),
                            unit, std::move(wiring)});
        }
  return result;
}

const std::vector<Situation>& situations() {
  static const std::vector<Situation> all = [] {
    std::vector<Situation> result;
    for (const UnitType& type : unit_catalogue())
      for (const bool ideal : {false, true}) {
        for (std::size_t k = 0; k <= type.further_examples.size(); ++k) {
          const std::string& example = k == 0 ? type.example : type.further_examples[k - 1];
          std::shared_ptr<const Unit> unit = build_unit(example, brine_for(type, ideal));
          const std::string name = k == 0 ? type.name : fmt::format("{} {}", type.name, k + 1);
          for (Situation& situation : situations_of(unit, name + (ideal ? " (ideal)" : " (pitzer)"))) result.push_back(std::move(situation));
        }
      }
    return result;
  }();
  return all;
}

// ---------------------------------------------------------------------------------------------------------------
// States

UnderTest::UnderTest(const Situation& situation) : situation_(situation) {
  scales_.concentration.assign(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(unit().component_count()));
  scales_.flow = flow;
  for (const double c : scales_.concentration) scales_.molar_flow.push_back(flow * c);
  unit().add_scales(scales_);
  for (std::size_t outlet = 0; outlet < unit().outlets().size(); ++outlet) {
    nominal_.insert(nominal_.end(), scales_.molar_flow.begin(), scales_.molar_flow.end());
    nominal_.push_back(reference_temperature);
    nominal_.push_back(reference_pressure);
  }
  lower_.assign(nominal_.size(), -std::numeric_limits<double>::infinity());
  upper_.assign(nominal_.size(), std::numeric_limits<double>::infinity());
  differential_.assign(nominal_.size(), false);
  variables_ = unit().variables(scales_);
  for (const Variable& variable : variables_)
    for (std::size_t entry = 0; entry < variable.size(); ++entry) {
      nominal_.push_back(variable.nominal_of(entry));
      lower_.push_back(variable.lower);
      upper_.push_back(variable.upper);
      differential_.push_back(variable.kind == VariableKind::differential);
    }
}

std::size_t UnderTest::streams() const {
  std::size_t sum = 0;
  for (const std::size_t count : wiring().connections) sum += count;
  return sum;
}

double UnderTest::nominal_of_column(std::size_t column) const {
  if (column < size()) return nominal_[column];
  const std::size_t entry = (column - size()) % block();
  const std::size_t n = unit().component_count();
  return entry < n ? scales_.molar_flow[entry] : entry == n ? reference_temperature : reference_pressure;
}

std::string UnderTest::describe(std::size_t index) const {
  if (index >= size()) return fmt::format("arriving stream {}, entry {}", (index - size()) / block(), (index - size()) % block());
  if (index < unit().outlet_block()) return fmt::format("outlet {}, entry {}", index / block(), index % block());
  std::size_t start = unit().outlet_block();
  for (const Variable& variable : variables_) {
    if (index < start + variable.size()) return fmt::format("{} [{}]", variable.name, index - start);
    start += variable.size();
  }
  return "?";
}

State UnderTest::random_state(Random& random) const {
  const ComponentSet& components = unit().components();
  State state;
  state.p = default_parameters(unit());
  for (std::size_t k = 0; k < streams(); ++k) state.arriving.push_back(random_stream(components, random));
  for (std::size_t outlet = 0; outlet < unit().outlets().size(); ++outlet) {
    const std::vector<double> stream = random_stream(components, random);
    state.y.insert(state.y.end(), stream.begin(), stream.end());
  }
  for (const Variable& variable : variables_) {
    const std::size_t start = state.y.size();
    for (std::size_t entry = 0; entry < variable.size(); ++entry) {
      const double value = variable.unit == "K" ? uniform(random, 288.0, 318.0) : variable.nominal_of(entry) * uniform(random, 0.2, 0.9);
      state.y.push_back(std::clamp(value, variable.lower, variable.upper));
    }
    neutralise_variable(components, variable, std::span<double>(state.y).subspan(start));
  }
  for (std::size_t k = 0; k < size(); ++k) state.ydot.push_back(differential_[k] ? 1e-3 * nominal_[k] * uniform(random, -1.0, 1.0) : 0.0);
  return state;
}

const State& UnderTest::consistent_state() const {
  static std::map<std::string, State> found;
  const auto known = found.find(name());
  if (known != found.end()) return known->second;
  Random random(std::hash<std::string>{}(name()));
  return found.emplace(name(), new_consistent_state(random)).first->second;
}

State UnderTest::new_consistent_state(Random& random) const {
  State state = random_state(random);
  std::fill(state.y.begin(), state.y.end(), 0.0);
  for (std::size_t outlet = 0; outlet < unit().outlets().size(); ++outlet) {
    state.y[outlet * block() + unit().component_count()] = reference_temperature;
    state.y[outlet * block() + unit().component_count() + 1] = reference_pressure;
  }
  unit().initial_state(state.y);
  std::size_t start = unit().outlet_block();
  for (const Variable& variable : variables_) {
    for (std::size_t k = start; k < start + variable.size(); ++k) {
      if (!differential_[k]) continue;
      const double spread = variable.unit == "K" ? 0.02 : 0.2;
      // What starts at zero is given some: at zero a rounded corner (sqrt(x^2 + tiny)) is too sharp for differences.
      const double moved = state.y[k] == 0.0 ? nominal_[k] * uniform(random, 0.1, 0.9)
                                             : state.y[k] * (1.0 + spread * uniform(random, -1.0, 1.0));
      state.y[k] = std::clamp(moved, lower_[k], upper_[k]);
    }
    if (variable.kind == VariableKind::differential)
      neutralise_variable(unit().components(), variable, std::span<double>(state.y).subspan(start));
    start += variable.size();
  }
  std::fill(state.ydot.begin(), state.ydot.end(), 0.0);
  with_local(state, [&](const Local<double>& here) { unit().guess(here, state.y); });
  const Colouring colouring = coloured(state);
  for (int iteration = 0; iteration < 60; ++iteration)
    if (newton_step(state, colouring)) return state;
  BOOST_ERROR(name() << ": no consistent state found");
  return state;
}

// Solves for the derivatives of differential and the values of algebraic variables; true when the step was rounding.
bool UnderTest::newton_step(State& state, const Colouring& colouring) const {
  const auto n = static_cast<Eigen::Index>(size());
  if (n == 0) return true;
  const std::vector<double> f = residual(state);
  const Eigen::MatrixXd by_colour = swept_by_colours(state, colouring, 0.0, 1.0);
  std::vector<Eigen::Triplet<double>> entries;
  Eigen::VectorXd row_size = Eigen::VectorXd::Zero(n), right(n);
  for (Eigen::Index column = 0; column < n; ++column)
    for (const int row : colouring.rows_of_column[static_cast<std::size_t>(column)]) {
      const double value = by_colour(row, colouring.colour[static_cast<std::size_t>(column)]) * nominal_[static_cast<std::size_t>(column)];
      entries.emplace_back(row, column, value);
      row_size[row] = std::max(row_size[row], std::abs(value));
    }
  for (Eigen::Triplet<double>& entry : entries) entry = {entry.row(), entry.col(), entry.value() / row_size[entry.row()]};
  for (Eigen::Index i = 0; i < n; ++i) right[i] = -f[static_cast<std::size_t>(i)] / row_size[i];
  Eigen::SparseMatrix<double> matrix(n, n);
  matrix.setFromTriplets(entries.begin(), entries.end());
  const Eigen::SparseLU<Eigen::SparseMatrix<double>> factors(matrix);
  if (factors.info() != Eigen::Success) return false;
  const Eigen::VectorXd step = factors.solve(right);
  double change = 0.0;
  for (Eigen::Index k = 0; k < n; ++k) {
    const auto index = static_cast<std::size_t>(k);
    (differential_[index] ? state.ydot : state.y)[index] += step[k] * nominal_[index];
    const double present = std::abs((differential_[index] ? state.ydot : state.y)[index]) / nominal_[index];
    change = std::max(change, std::abs(step[k]) / (1.0 + present));
  }
  return change < 1e-13;
}

// ---------------------------------------------------------------------------------------------------------------
// Evaluation

namespace {

template <Scalar S>
struct Copies {
  std::vector<S> y, ydot, p, arriving;
  std::vector<std::span<const S>> inlets;
};

template <Scalar S>
Local<S> local_over(const Copies<S>& copies, const UnderTest& test) {
  Local<S> here;
  here.time = 0.0;
  here.components = test.unit().component_count();
  here.y = copies.y;
  here.ydot = copies.ydot;
  here.p = copies.p;
  here.wiring = &test.wiring();
  here.inlets = copies.inlets;
  return here;
}

template <Scalar S>
Copies<S> copies_of(const State& state) {
  Copies<S> copies;
  copies.y = std::vector<S>(state.y.begin(), state.y.end());
  copies.ydot = std::vector<S>(state.ydot.begin(), state.ydot.end());
  copies.p = std::vector<S>(state.p.begin(), state.p.end());
  for (const std::vector<double>& stream : state.arriving)
    for (const double value : stream) copies.arriving.emplace_back(value);
  const std::size_t block = state.arriving.empty() ? 0 : state.arriving[0].size();
  for (std::size_t k = 0; k < state.arriving.size(); ++k) copies.inlets.emplace_back(copies.arriving.data() + k * block, block);
  return copies;
}

}  // namespace

void UnderTest::with_local(const State& state, const std::function<void(const Local<double>&)>& visit) const {
  Copies<double> copies = copies_of<double>(state);
  Local<double> here = local_over(copies, *this);
  here.y = state.y;  // so that a guess sees what it has written
  visit(here);
}

std::vector<double> UnderTest::residual(const State& state) const {
  std::vector<double> result(size(), std::numeric_limits<double>::quiet_NaN());
  with_local(state, [&](const Local<double>& here) { unit().residual(here, std::span<double>(result)); });
  return result;
}

std::vector<double> UnderTest::holdup(std::span<const double> y) const {
  std::vector<double> held(unit().component_count(), 0.0);
  unit().add_holdup(y, held);
  return held;
}

// Runs the equations once for every eight directions; a direction is a set of columns differentiated together.
void UnderTest::sweep(const State& state, const std::vector<std::vector<std::size_t>>& directions, double differential_value,
                      double differential_rate, const std::function<void(std::size_t, std::size_t, double)>& take) const {
  Copies<Dual> copies = copies_of<Dual>(state);
  std::vector<Dual> result(size());
  const auto seed = [&](std::size_t column, int slot, double on) {
    if (column >= size()) {
      copies.arriving[column - size()].v[slot] = on;
      return;
    }
    copies.y[column].v[slot] = on * (differential_[column] ? differential_value : 1.0);
    copies.ydot[column].v[slot] = on * (differential_[column] ? differential_rate : 0.0);
  };
  for (std::size_t first = 0; first < directions.size(); first += dual_width) {
    const std::size_t last = std::min<std::size_t>(first + dual_width, directions.size());
    for (std::size_t d = first; d < last; ++d)
      for (const std::size_t column : directions[d]) seed(column, static_cast<int>(d - first), 1.0);
    unit().residual(local_over(copies, *this), std::span<Dual>(result));
    for (std::size_t d = first; d < last; ++d) {
      for (std::size_t row = 0; row < size(); ++row) take(d, row, result[row].v[static_cast<Eigen::Index>(d - first)]);
      for (const std::size_t column : directions[d]) seed(column, static_cast<int>(d - first), 0.0);
    }
  }
}

std::vector<double> UnderTest::residual_through_duals(const State& state) const {
  const Copies<Dual> copies = copies_of<Dual>(state);
  std::vector<Dual> duals(size());
  unit().residual(local_over(copies, *this), std::span<Dual>(duals));
  std::vector<double> result;
  for (const Dual& dual : duals) result.push_back(dual.a);
  return result;
}

Eigen::MatrixXd UnderTest::dense_jacobian(const State& state, double differential_value, double differential_rate) const {
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(size()), static_cast<Eigen::Index>(columns()));
  std::vector<std::vector<std::size_t>> directions;
  for (std::size_t column = 0; column < columns(); ++column) directions.push_back({column});
  sweep(state, directions, differential_value, differential_rate, [&](std::size_t direction, std::size_t row, double value) {
    matrix(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(direction)) = value;
  });
  return matrix;
}

std::vector<std::vector<int>> UnderTest::pattern(const State& state, bool differential_values, bool differential_rates) const {
  Copies<Trace> copies = copies_of<Trace>(state);
  for (std::size_t k = 0; k < size(); ++k) {
    if (!differential_[k] || differential_values) copies.y[k] = Trace::variable(k);
    if (!differential_[k] || differential_rates) copies.ydot[k] = Trace::variable(k);
  }
  for (std::size_t k = 0; k < copies.arriving.size(); ++k) copies.arriving[k] = Trace::variable(size() + k);
  std::vector<Trace> result(size());
  unit().residual(local_over(copies, *this), std::span<Trace>(result));
  std::vector<std::vector<int>> rows_of_column(columns());
  for (std::size_t row = 0; row < size(); ++row)
    for (const int column : result[row].indices()) rows_of_column[static_cast<std::size_t>(column)].push_back(static_cast<int>(row));
  return rows_of_column;
}

Colouring UnderTest::coloured(const State& state) const {
  Colouring result;
  result.rows_of_column = pattern(state);
  std::vector<Triplet> entries;
  for (std::size_t column = 0; column < columns(); ++column)
    for (const int row : result.rows_of_column[column]) entries.push_back({row, static_cast<int>(column)});
  int colours = 0;
  result.colour = colour_columns(SparsePattern::from_triplets(static_cast<int>(size()), static_cast<int>(columns()), entries), colours);
  result.columns_of_colour.resize(static_cast<std::size_t>(colours));
  for (std::size_t column = 0; column < columns(); ++column)
    if (!result.rows_of_column[column].empty()) result.columns_of_colour[static_cast<std::size_t>(result.colour[column])].push_back(column);
  return result;
}

// One column for each colour.
Eigen::MatrixXd UnderTest::swept_by_colours(const State& state, const Colouring& colouring, double differential_value,
                                            double differential_rate) const {
  Eigen::MatrixXd by_colour = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(size()), static_cast<Eigen::Index>(colouring.columns_of_colour.size()));
  sweep(state, colouring.columns_of_colour, differential_value, differential_rate, [&](std::size_t direction, std::size_t row, double value) {
    by_colour(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(direction)) = value;
  });
  return by_colour;
}

Eigen::MatrixXd UnderTest::coloured_jacobian(const State& state, double differential_value, double differential_rate) const {
  const Colouring colouring = coloured(state);
  const Eigen::MatrixXd by_colour = swept_by_colours(state, colouring, differential_value, differential_rate);
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(size()), static_cast<Eigen::Index>(columns()));
  for (std::size_t column = 0; column < columns(); ++column)
    for (const int row : colouring.rows_of_column[column]) matrix(row, static_cast<Eigen::Index>(column)) = by_colour(row, colouring.colour[column]);
  return matrix;
}

}  // namespace brineflow::test
