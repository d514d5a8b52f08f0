// Every row of every parameter table is documented, and read: changing its value changes the unit.
#include "contract/unit_under_test.hpp"

#include "base/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace brineflow;
using namespace brineflow::test;

namespace {

// What can be seen of a unit from outside, as numbers: residuals in its situations at fixed random numbers, starts,
// variables, events, totals. Two units that differ anywhere differ here.
class Fingerprint {
 public:
  static std::vector<double> of(std::shared_ptr<const Unit> unit) {
    Fingerprint print;
    for (const char c : unit->role()) print.values_.push_back(c);
    for (const TunableParameter& parameter : unit->parameters()) print.values_.push_back(parameter.value);
    for (const Situation& situation : situations_of(unit, "")) print.add_situation(UnderTest(situation));
    return print.values_;
  }

  // With the p-th tunable parameter changed where the equations see it, and those that are zero set to `zeros` (SI).
  static std::vector<double> with_parameter(std::shared_ptr<const Unit> unit, std::size_t index, double factor, double zeros) {
    Fingerprint print;
    print.zeros_ = zeros;
    print.index_ = index;
    print.factor_ = factor;
    for (const Situation& situation : situations_of(unit, "")) print.add_situation(UnderTest(situation));
    return print.values_;
  }

 private:
  void add(const std::vector<double>& more) { values_.insert(values_.end(), more.begin(), more.end()); }

  void add_situation(const UnderTest& test) {
    const Unit& unit = test.unit();
    for (const bool flows : test.wiring().outlet_flowing) values_.push_back(flows);
    add(test.nominal());
    for (const Variable& variable : unit.variables(test.scales()))
      for (const Axis& axis : variable.axes) add(axis.coordinates);
    std::vector<double> start(test.size(), 0.0);
    unit.initial_state(start);
    add(start);
    values_.push_back(unit.initial_mode(start));
    Random random(41);
    State at_start = test.random_state(random);
    for (double& value : at_start.p)
      if (value == 0.0) value = zeros_;
    if (index_ < at_start.p.size()) at_start.p[index_] *= factor_;
    State elsewhere = at_start;
    at_start.y = start;
    for (const State& state : {at_start, elsewhere}) {
      add(test.residual(state));
      add(test.holdup(state.y));
      std::vector<double> events(unit.event_count(), 0.0), totals(16 * unit.component_count(), 0.0);
      test.with_local(state, [&](const Local<double>& here) {
        unit.events(here, events);
        unit.total_rates(here, totals);
      });
      add(events);
      add(totals);
    }
  }

  std::vector<double> values_;
  std::size_t index_ = std::string::npos;
  double factor_ = 1.0;
  double zeros_ = 0.0;
};

// NaN (a residual at a start without flow) equals NaN.
bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) {
           return x == y || (std::isnan(x) && std::isnan(y));
         });
}

Node example_of(const std::string& text) {
  Diagnostics diagnostics;
  const Document document = parse_document(text, "example", diagnostics);
  diagnostics.throw_if_any();
  return document.root;
}

std::shared_ptr<const Unit> try_to_build(const Node& node) {
  Diagnostics diagnostics;
  std::shared_ptr<const Unit> unit = build_unit(node, brine_for(*find_unit_type(node.find("type")->text()), false), diagnostics);
  return diagnostics.empty() ? unit : nullptr;
}

// Other values for a key, as the case would write them; none for texts and structures, which name packages.
std::vector<std::string> other_values(const Parameter& row, const Values& values) {
  std::vector<std::string> texts;
  switch (row.kind) {
    case ValueKind::quantity: {
      // Without a value at first: anything of moderate size.
      const double present = values.has(row.name) ? values.quantity(row.name) : 1.0;
      const UnitOfMeasure unit = parse_unit(row.unit);
      for (const double factor : {1.1, 0.9, 1.5, 0.5, 0.1, 10.0})
        texts.push_back(fmt::format("{} {}", to_unit(unit.offset + (present - unit.offset) * factor, unit), row.unit == "1" ? "" : row.unit));
      for (const char* other : {"0.5", "1", "20"}) texts.push_back(fmt::format("{} {}", other, row.unit == "1" ? "" : row.unit));
      break;
    }
    case ValueKind::number:
      for (const double factor : {1.1, 0.9, 2.0}) texts.push_back(fmt::format("{}", (values.has(row.name) ? values.number(row.name) : 1.0) * factor));
      break;
    case ValueKind::integer:
      for (const long shift : {1L, -1L, 2L, -2L}) texts.push_back(fmt::format("{}", (values.has(row.name) ? values.integer(row.name) : 1L) + shift));
      break;
    case ValueKind::boolean:
      texts = {"true", "false"};
      break;
    case ValueKind::choice:
      texts = row.choices;
      break;
    case ValueKind::text:
    case ValueKind::any:
      break;
  }
  return texts;
}

Node without(const Node& map, const std::string& key) {
  Node rest = Node::map();
  for (const Entry& entry : map.entries())
    if (entry.key != key) rest.set(entry.key, entry.value);
  return rest;
}

// The examples, and the first with every other value of every choice: a key may count for only one of them.
std::vector<Node> variants(const UnitType& type) {
  std::vector<Node> nodes = {example_of(type.example)};
  for (const std::string& example : type.further_examples) nodes.push_back(example_of(example));
  for (const Parameter& row : type.parameters)
    for (const std::string& choice : row.choices) {
      Node node = example_of(type.example);
      node.set(row.name, Node::scalar(choice));
      nodes.push_back(std::move(node));
    }
  return nodes;
}

// Whether a key that the unit refuses beside the others is one it takes in place of one of them (a cross-section
// instead of a diameter).
bool instead_of_another(const Node& changed, const Parameter& row) {
  for (const Entry& entry : changed.entries())
    if (entry.key != "type" && entry.key != row.name && try_to_build(without(changed, entry.key)) != nullptr &&
        try_to_build(without(without(changed, entry.key), row.name)) == nullptr)
      return true;
  return false;
}

// Whether another choice is accepted once a key is gone that only the present one takes.
bool without_one_key(const Node& changed, const Parameter& row) {
  for (const Entry& entry : changed.entries())
    if (entry.key != "type" && entry.key != row.name && try_to_build(without(changed, entry.key)) != nullptr) return true;
  return false;
}

// Whether another choice is accepted once a number that only the present one takes has made room for one that it wants.
bool with_another_number(const UnitType& type, const Node& changed, const Parameter& row) {
  Diagnostics diagnostics;
  const Values values = read_values(changed, type.parameters, "example", diagnostics);
  for (const Entry& entry : changed.entries()) {
    if (entry.key == "type" || entry.key == row.name) continue;
    for (const Parameter& wanted : type.parameters) {
      if (!wanted.optional || changed.find(wanted.name) != nullptr) continue;
      for (const std::string& text : other_values(wanted, values)) {
        Node swapped = without(changed, entry.key);
        swapped.set(wanted.name, Node::scalar(text));
        if (try_to_build(swapped) != nullptr) return true;
      }
    }
  }
  return false;
}

bool matters(const UnitType& type, const Parameter& row) {
  for (const Node& node : variants(type)) {
    const auto unit = try_to_build(node);
    if (unit == nullptr) continue;
    const std::vector<double> before = Fingerprint::of(unit);
    Diagnostics diagnostics;
    const Values values = read_values(node, type.parameters, "example", diagnostics);
    for (const std::string& text : other_values(row, values)) {
      Node changed = node;
      changed.set(row.name, Node::scalar(text));
      const auto other = try_to_build(changed);
      if (other != nullptr && !same(Fingerprint::of(other), before)) return true;
      if (other == nullptr && row.kind == ValueKind::choice && (without_one_key(changed, row) || with_another_number(type, changed, row))) return true;
      if (other == nullptr && row.optional && instead_of_another(changed, row)) return true;
    }
  }
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(parameters_of_every_unit)

BOOST_AUTO_TEST_CASE(catalogue_is_alphabetical_and_documented) {
  const std::span<const UnitType> types = unit_catalogue();
  for (std::size_t k = 0; k < types.size(); ++k) {
    BOOST_CHECK_MESSAGE(!types[k].summary.empty() && types[k].summary.back() == '.', types[k].name << ": the summary is no sentence");
    if (k > 0) BOOST_CHECK_LT(types[k - 1].name, types[k].name);
    BOOST_CHECK_EQUAL(find_unit_type(types[k].name), &types[k]);
    BOOST_CHECK_EQUAL(build_unit(types[k].example, brine_for(types[k], true))->type(), types[k].name);
  }
  BOOST_CHECK(find_unit_type("no_such_unit") == nullptr);
}

BOOST_AUTO_TEST_CASE(every_key_has_a_meaning) {
  for (const UnitType& type : unit_catalogue())
    for (const Parameter& row : type.parameters) {
      BOOST_CHECK_MESSAGE(row.meaning.size() > 5, type.name << "." << row.name << " says not what it means");
      BOOST_CHECK_NO_THROW(parse_unit(row.unit));
      BOOST_CHECK_MESSAGE(row.kind != ValueKind::choice || row.choices.size() > 1, type.name << "." << row.name << " leaves no choice");
      const auto same_name = [&](const Parameter& other) { return other.name == row.name; };
      BOOST_CHECK_EQUAL(std::count_if(type.parameters.begin(), type.parameters.end(), same_name), 1);
    }
}

BOOST_AUTO_TEST_CASE(every_key_is_read) {
  for (const UnitType& type : unit_catalogue())
    for (const Parameter& row : type.parameters) {
      if (row.kind == ValueKind::text || row.kind == ValueKind::any) continue;  // they name packages: tests of their own
      BOOST_CHECK_MESSAGE(matters(type, row), type.name << "." << row.name << " changes nothing");
    }
}

BOOST_AUTO_TEST_CASE(every_tunable_parameter_reaches_the_equations) {
  for (const UnitType& type : unit_catalogue()) {
    std::vector<std::string> examples = type.further_examples;
    examples.push_back(type.example);
    for (const std::string& example : examples) {
      const std::shared_ptr<const Unit> unit = build_unit(example, brine_for(type, false));
      for (std::size_t k = 0; k < unit->parameters().size(); ++k) {
        const TunableParameter& parameter = unit->parameters()[k];
        BOOST_CHECK_NO_THROW(parse_unit(parameter.unit));
        if (parameter.value == 0.0) continue;  // a factor would not move it
        // One may count only where another is not zero: a reference temperature where there is an enthalpy.
        const auto reaches_with = [&](double zeros) {
          return !same(Fingerprint::with_parameter(unit, k, 1.0, zeros), Fingerprint::with_parameter(unit, k, 1.05, zeros));
        };
        const bool reaches = reaches_with(0.0) || reaches_with(1.0);
        BOOST_CHECK_MESSAGE(reaches, type.name << ": the equations do not see `" << parameter.name << "`");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(ports_and_variables_are_named) {
  for (const Situation& situation : situations()) {
    const UnderTest test(situation);
    for (const Variable& variable : test.unit().variables(test.scales())) {
      BOOST_CHECK_MESSAGE(!variable.long_name.empty(), situation.name << ": " << variable.name << " has no long name");
      BOOST_CHECK_MESSAGE(variable.lower < variable.upper, situation.name << ": bounds of " << variable.name);
      BOOST_CHECK_NO_THROW(parse_unit(variable.unit));
      for (std::size_t k = 0; k < variable.size(); ++k) BOOST_CHECK_GT(variable.nominal_of(k), 0.0);
    }
    BOOST_CHECK_EQUAL(test.wiring().connections.size(), test.unit().inlets().size());
  }
}

BOOST_AUTO_TEST_SUITE_END()
