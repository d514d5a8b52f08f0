// Where every variable of every unit stands in the state vector, and what it is called.
#pragma once

#include "flowsheet/flowsheet.hpp"

#include <string>
#include <vector>

namespace brineflow {

// One variable array of a unit within the whole state.
struct VariableSlice {
  Variable variable;
  std::size_t start = 0;  // in the whole state
};

// One unit's block: outlet streams first, then its own variables.
struct UnitSlice {
  std::size_t start = 0;
  std::size_t size = 0;
  std::vector<VariableSlice> variables;
};

// The stream of an outlet: `start` is its first entry in the state.
struct StreamSlice {
  std::string name;  // "column.outlet"
  std::size_t unit = 0, outlet = 0, start = 0;
};

class StateLayout {
 public:
  explicit StateLayout(const Flowsheet& flowsheet);

  std::size_t size() const { return nominal_.size(); }
  const UnitSlice& unit(std::size_t index) const { return units_[index]; }
  const std::vector<UnitSlice>& units() const { return units_; }
  const std::vector<StreamSlice>& streams() const { return streams_; }
  std::size_t stream_start(std::size_t unit, std::size_t outlet) const;

  // Size of each entry (it scales the absolute tolerance), and whether it is differential.
  const std::vector<double>& nominal() const { return nominal_; }
  const std::vector<bool>& differential() const { return differential_; }

  // Where each entry stands along its unit: a number for every position of every unit on the slowest axis with coordinates that it has, -1 for what does not lie along it.
  std::vector<int> places() const;

  // "column.concentration of Mg+2 at z = 2.36 m (58 of 60)", for messages.
  std::string describe(std::size_t index) const;
  // What sets this layout apart from another, in words: units, variables, the sizes of their axes; coordinates and nominal sizes do not count. Empty where nothing does.
  std::string difference(const StateLayout& other) const;
  // The unit an entry belongs to.
  std::size_t unit_of(std::size_t index) const;

 private:
  void add_streams(const Unit& unit, std::size_t number, const Scales& scales);
  void add_variables(const Unit& unit, std::size_t number, const Scales& scales);
  std::string describe_stream_entry(std::size_t unit, std::size_t entry) const;

  std::vector<UnitSlice> units_;
  std::vector<StreamSlice> streams_;
  std::vector<double> nominal_;
  std::vector<bool> differential_;
  std::vector<std::string> unit_names_;
  std::vector<std::string> component_names_;
};

// The position of an entry along a variable's axes in words: " of Mg+2 at z = 2.36 m (58 of 60)"; empty for a scalar.
std::string describe_entry(const Variable& variable, std::size_t entry);

}  // namespace brineflow
