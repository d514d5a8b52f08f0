// One step of a schedule, or one phase of a carousel, read: routes, settings and its end.
#pragma once

#include "flowsheet/schedule.hpp"
#include "flowsheet/zones.hpp"
#include "input/parameters.hpp"

#include <string>

namespace brineflow {

class StepReader {
 public:
  // always: routes that hold in every step, or nullptr.
  StepReader(const Node* always, const Flowsheet& flowsheet, const StateLayout& layout,
             Diagnostics& diagnostics)
      : always_(always), flowsheet_(flowsheet), layout_(layout), diagnostics_(diagnostics) {}

  // Reads a map by step_parameters() or phase_parameters(); `zones`: what the names of zones stand for. The
  // step is not named yet; `called` is what messages call it.
  Step read(const Node& node, const ParameterTable& table, const std::string& called, Zones zones) const;

  // The routes that always hold.
  std::vector<Connection> always(Zones zones) const;

 private:
  void read_end(const Values& values, const std::string& called, Zones zones, Step& step) const;
  void read_settings(const Node& node, const std::string& called, Zones zones, Step& step) const;
  void read_setting(const Entry& entry, Zones zones, Step& step) const;
  bool in_range(std::size_t unit, const std::string& name, double value, const Entry& entry) const;

  const Node* always_;
  const Flowsheet& flowsheet_;
  const StateLayout& layout_;
  Diagnostics& diagnostics_;
};

}  // namespace brineflow
