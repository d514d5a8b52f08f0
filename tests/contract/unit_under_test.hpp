// Every unit of the catalogue, built from its example and put into random admissible states, alone.
//
// A new unit is covered without being asked: the tests loop over situations(), which loops over the catalogue.
#pragma once

#include "units/catalogue.hpp"

#include <Eigen/Dense>
#include <boost/test/unit_test.hpp>

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace brineflow::test {

using Random = std::mt19937_64;

// All eight components: with Pitzer's and Laliberte's models, and ideal.
std::shared_ptr<const Brine> pitzer_brine();
std::shared_ptr<const Brine> ideal_brine();
// The one of the two that the examples of a unit take: with H+ among the components where they need it.
std::shared_ptr<const Brine> brine_for(const UnitType& type, bool ideal);

const ModelLibrary& source_models();

// Builds a unit from YAML flow text; fails the test with the findings when there are any.
std::unique_ptr<Unit> build_unit(const std::string& text, std::shared_ptr<const Brine> brine);
std::unique_ptr<Unit> build_unit(const Node& node, std::shared_ptr<const Brine> brine, Diagnostics& diagnostics);

// A unit, how it is wired, and a name for messages: "tank (pitzer), mode 2, inlets flowing".
struct Situation {
  std::string name;
  std::shared_ptr<const Unit> unit;
  Wiring wiring;
};

// Every unit of the catalogue with either brine in every mode it can reach and in every wiring: inlets with and
// without flow, closable outlets open and closed.
const std::vector<Situation>& situations();
std::vector<Situation> situations_of(std::shared_ptr<const Unit> unit, const std::string& name);

// One state of one situation.
struct State {
  std::vector<double> y, ydot, p;
  std::vector<std::vector<double>> arriving;  // stream blocks, in the order of Local::inlets
};

// Which columns of the derivatives can be taken together, as no row has two of one colour.
struct Colouring {
  std::vector<std::vector<int>> rows_of_column;
  std::vector<int> colour;  // of each column; -1 where it has no rows
  std::vector<std::vector<std::size_t>> columns_of_colour;
};

class UnderTest {
 public:
  explicit UnderTest(const Situation& situation);

  const Unit& unit() const { return *situation_.unit; }
  const Wiring& wiring() const { return situation_.wiring; }
  const std::string& name() const { return situation_.name; }
  std::size_t size() const { return nominal_.size(); }
  std::size_t columns() const { return size() + streams() * block(); }
  const std::vector<double>& nominal() const { return nominal_; }
  const Scales& scales() const { return scales_; }
  const std::vector<bool>& differential() const { return differential_; }
  const std::vector<double>& lower() const { return lower_; }
  double lower(std::size_t index) const { return lower_[index]; }  // bounds of a variable
  double upper(std::size_t index) const { return upper_[index]; }
  double nominal_of_column(std::size_t column) const;
  std::string describe(std::size_t index) const;  // a variable of the block, or of an arriving stream

  // Variables anywhere within their bounds, streams electroneutral: for derivatives.
  State random_state(Random& random) const;
  // Near the unit's own start, with its differential variables moved by up to a fifth or, where they are zero, to a
  // part of their nominal size, compositions without net charge, random inlets, and derivatives and algebraic variables
  // that satisfy the equations. Found once for each situation. Fails the test where Newton does not converge.
  const State& consistent_state() const;

  void with_local(const State& state, const std::function<void(const Local<double>&)>& visit) const;
  std::vector<double> residual(const State& state) const;
  std::vector<double> residual_through_duals(const State& state) const;
  // dF/dy + cj dF/dy' on the block, dF/d(arriving) behind it; every column on its own.
  Eigen::MatrixXd dense_jacobian(const State& state, double differential_value, double differential_rate) const;
  // The same by colours of the pattern: what the flowsheet does. Entries outside the pattern are zero.
  Eigen::MatrixXd coloured_jacobian(const State& state, double differential_value, double differential_rate) const;
  Colouring coloured(const State& state) const;
  // Rows in which each column enters.
  std::vector<std::vector<int>> pattern(const State& state, bool differential_values = true, bool differential_rates = true) const;

  std::vector<double> holdup(std::span<const double> y) const;

 private:
  std::size_t block() const { return stream_size(unit().component_count()); }
  std::size_t streams() const;
  void sweep(const State& state, const std::vector<std::vector<std::size_t>>& directions, double differential_value,
             double differential_rate, const std::function<void(std::size_t direction, std::size_t row, double)>& take) const;
  Eigen::MatrixXd swept_by_colours(const State& state, const Colouring& colouring, double differential_value, double differential_rate) const;
  State new_consistent_state(Random& random) const;
  bool newton_step(State& state, const Colouring& colouring) const;

  Situation situation_;
  Scales scales_;
  std::vector<Variable> variables_;
  std::vector<double> nominal_, lower_, upper_;
  std::vector<bool> differential_;
};

// A stream block with every component, without net charge.
std::vector<double> random_stream(const ComponentSet& components, Random& random);

}  // namespace brineflow::test
