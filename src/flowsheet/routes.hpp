// Routes such as `lake -> column -> spent` read into connections, and the checks a set of connections must pass.
#pragma once

#include "flowsheet/zones.hpp"
#include "input/document.hpp"

#include <optional>
#include <string>
#include <vector>

namespace brineflow {

// Connections of a list of route texts (a null node gives none); findings for unknown units and ports.
// A stop may be a zone, which stands for its columns and what joins them, or a position in one, `load.first`.
std::vector<Connection> read_routes(const Node& node, const std::string& what, const Flowsheet& flowsheet,
                                    Diagnostics& diagnostics, Zones zones = {});

// The port of a unit that a name means; an empty one means the only port that is not optional. Nothing after a finding.
std::optional<std::size_t> find_inlet(const Unit& unit, const std::string& name, const Place& place, Diagnostics& diagnostics);
std::optional<std::size_t> find_outlet(const Unit& unit, const std::string& name, const Place& place, Diagnostics& diagnostics);

// No outlet twice; no inlet twice unless it collects.
void check_connected_once(const std::vector<Connection>& connections, const Flowsheet& flowsheet, Diagnostics& diagnostics);

// Every outlet that carries flow leads somewhere, and no loop is without holdup, in the step called `step`.
void check_flow(const std::vector<Connection>& connections, const std::vector<std::vector<double>>& parameters,
                const std::string& step, const Place& place, const Flowsheet& flowsheet, Diagnostics& diagnostics);

// Every port that is not optional is connected in some step.
void check_ports_used(const std::vector<std::vector<Connection>>& connections_of_steps, const Flowsheet& flowsheet,
                      Diagnostics& diagnostics);

// The connections that no stream set by contents interrupts form no circle: the units on one, else nothing.
std::vector<std::size_t> find_loop_without_holdup(const std::vector<Connection>& flowing, const Flowsheet& flowsheet);

}  // namespace brineflow
