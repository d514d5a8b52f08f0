#include "flowsheet/layout.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace brineflow {

StateLayout::StateLayout(const Flowsheet& flowsheet) : component_names_(flowsheet.components().names()) {
  for (std::size_t number = 0; number < flowsheet.units.size(); ++number) {
    const Unit& unit = *flowsheet.units[number];
    unit_names_.push_back(unit.name());
    units_.push_back({nominal_.size(), 0, {}});
    add_streams(unit, number, flowsheet.scales);
    add_variables(unit, number, flowsheet.scales);
    units_.back().size = nominal_.size() - units_.back().start;
  }
}

void StateLayout::add_streams(const Unit& unit, std::size_t number, const Scales& scales) {
  for (std::size_t outlet = 0; outlet < unit.outlets().size(); ++outlet) {
    streams_.push_back({unit.name() + "." + unit.outlets()[outlet].name, number, outlet, nominal_.size()});
    nominal_.insert(nominal_.end(), scales.molar_flow.begin(), scales.molar_flow.end());
    nominal_.push_back(reference_temperature);
    nominal_.push_back(reference_pressure);
  }
  differential_.resize(nominal_.size(), false);
}

void StateLayout::add_variables(const Unit& unit, std::size_t number, const Scales& scales) {
  for (Variable& variable : unit.variables(scales)) {
    units_[number].variables.push_back({variable, nominal_.size()});
    for (std::size_t entry = 0; entry < variable.size(); ++entry) {
      const double nominal = variable.nominal_of(entry);
      if (!(nominal > 0.0))
        throw InternalError(fmt::format("{}.{}: nominal size {} is not above zero", unit.name(), variable.name, nominal));
      nominal_.push_back(nominal);
      differential_.push_back(variable.kind == VariableKind::differential);
    }
  }
}

std::size_t StateLayout::stream_start(std::size_t unit, std::size_t outlet) const {
  return units_[unit].start + outlet * stream_size(component_names_.size());
}

std::string StateLayout::difference(const StateLayout& other) const {
  if (unit_names_ != other.unit_names_) return "there are other units";
  if (component_names_ != other.component_names_) return "there are other components";
  for (std::size_t u = 0; u < units_.size(); ++u) {
    const auto &here = units_[u].variables, &there = other.units_[u].variables;
    const auto same = [](const VariableSlice& a, const VariableSlice& b) {
      return a.variable.name == b.variable.name && a.variable.kind == b.variable.kind && a.variable.size() == b.variable.size() && a.start == b.start;
    };
    if (!std::equal(here.begin(), here.end(), there.begin(), there.end(), same)) return unit_names_[u] + " has other variables";
  }
  return size() == other.size() ? "" : "there are more streams or fewer";
}

std::size_t StateLayout::unit_of(std::size_t index) const {
  const auto after = std::upper_bound(units_.begin(), units_.end(), index,
                                      [](std::size_t i, const UnitSlice& slice) { return i < slice.start; });
  return static_cast<std::size_t>(after - units_.begin()) - 1;
}

std::string StateLayout::describe_stream_entry(std::size_t unit, std::size_t entry) const {
  const std::size_t components = component_names_.size();
  const std::size_t block = stream_size(components);
  const std::size_t start = units_[unit].start + entry / block * block;
  const auto stream = std::find_if(streams_.begin(), streams_.end(),
                                   [start](const StreamSlice& s) { return s.start == start; });
  const std::size_t position = entry % block;
  if (position == components) return stream->name + ".temperature";
  if (position == components + 1) return stream->name + ".pressure";
  return fmt::format("{}.molar_flow of {}", stream->name, component_names_[position]);
}

std::vector<int> StateLayout::places() const {
  std::vector<int> result(size(), -1);
  int first = 0;  // of the unit
  for (const UnitSlice& unit : units_) {
    std::string along;
    std::size_t positions = 0;
    for (const VariableSlice& slice : unit.variables) {
      const std::vector<Axis>& axes = slice.variable.axes;
      const auto axis = std::find_if(axes.begin(), axes.end(), [](const Axis& a) { return !a.coordinates.empty(); });
      if (axis == axes.end()) continue;
      if (along.empty()) {
        along = axis->name;
        positions = axis->size();
      }
      if (axis->name != along || axis->size() != positions) continue;
      std::size_t faster = 1;
      for (auto a = axis + 1; a != axes.end(); ++a) faster *= a->size();
      for (std::size_t k = 0; k < slice.variable.size(); ++k) result[slice.start + k] = first + static_cast<int>(k / faster % positions);
    }
    first += static_cast<int>(positions);
  }
  return result;
}

std::string StateLayout::describe(std::size_t index) const {
  const std::size_t number = unit_of(index);
  for (const VariableSlice& slice : units_[number].variables)
    if (index >= slice.start && index < slice.start + slice.variable.size())
      return unit_names_[number] + "." + slice.variable.name + describe_entry(slice.variable, index - slice.start);
  return describe_stream_entry(number, index - units_[number].start);
}

std::string describe_entry(const Variable& variable, std::size_t entry) {
  std::string text;
  std::size_t stride = variable.size();
  for (const Axis& axis : variable.axes) {
    stride /= axis.size();
    const std::size_t position = entry / stride % axis.size();
    text += axis.labels.empty() ? fmt::format(" at {} = {:.4g}{} ({} of {})", axis.name, axis.coordinates[position],
                                              axis.unit == "1" ? "" : " " + axis.unit, position + 1, axis.size())
                                : fmt::format(" of {}", axis.labels[position]);
  }
  return text;
}

}  // namespace brineflow
