#include "flowsheet/plan.hpp"

#include <algorithm>
#include <utility>

namespace brineflow {
namespace {

// Per local variable, the rows of the unit that it enters.
using RowsOfColumn = std::vector<std::vector<std::size_t>>;

// The rows of one unit that each of its local variables enters, found by running the equations on traces.
RowsOfColumn trace_columns(const Unit& unit, std::size_t own, std::size_t arriving_blocks, const Wiring& wiring,
                           const std::vector<double>& parameters) {
  const std::size_t components = unit.component_count();
  const std::size_t block = stream_size(components);
  std::vector<Trace> y, inlet_values, residual(own);
  for (std::size_t k = 0; k < own; ++k) y.push_back(Trace::variable(k));
  for (std::size_t k = 0; k < arriving_blocks * block; ++k) inlet_values.push_back(Trace::variable(own + k));
  std::vector<std::span<const Trace>> inlets;
  for (std::size_t s = 0; s < arriving_blocks; ++s) inlets.emplace_back(inlet_values.data() + s * block, block);
  const std::vector<Trace> p(parameters.begin(), parameters.end());

  Local<Trace> here;
  here.components = components;
  here.y = y;
  here.ydot = y;  // a variable and its derivative share a column
  here.p = p;
  here.wiring = &wiring;
  here.inlets = inlets;
  unit.residual(here, std::span<Trace>(residual));

  RowsOfColumn rows_of_column(own + arriving_blocks * block);
  for (std::size_t row = 0; row < own; ++row)
    for (const int column : residual[row].indices()) rows_of_column[static_cast<std::size_t>(column)].push_back(row);
  return rows_of_column;
}

// Units in an order in which each comes after those that determine its arriving streams. A loop begins with a unit whose
// streams are set by its contents; what still goes round comes last, in the order of the case.
std::vector<std::size_t> flow_order(const Flowsheet& flowsheet, const std::vector<Connection>& flowing, std::size_t& going_round) {
  std::vector<std::size_t> order;
  std::vector<bool> done(flowsheet.units.size(), false);
  const auto fed = [&](std::size_t u) {
    return std::none_of(flowing.begin(), flowing.end(), [&](const Connection& c) { return c.to_unit == u && !done[c.from_unit]; });
  };
  const auto set_by_contents = [&](std::size_t u) {
    const std::vector<OutletPort>& outlets = flowsheet.units[u]->outlets();
    return !outlets.empty() && std::all_of(outlets.begin(), outlets.end(), [](const OutletPort& port) { return port.set_by_contents; });
  };
  const auto place_first = [&](const auto& may_come) {
    for (std::size_t u = 0; u < done.size(); ++u)
      if (!done[u] && may_come(u)) {
        order.push_back(u);
        done[u] = true;
        return true;
      }
    return false;
  };
  while (place_first(fed) || place_first(set_by_contents)) {
  }
  going_round = done.size() - order.size();
  for (std::size_t u = 0; u < done.size(); ++u)
    if (!done[u]) order.push_back(u);
  return order;
}

// The colour of every local variable; -1 where no row depends on it.
std::vector<int> colour_unit(const RowsOfColumn& rows_of_column, std::size_t own, int& colours) {
  std::vector<Triplet> entries;
  for (std::size_t column = 0; column < rows_of_column.size(); ++column)
    for (const std::size_t row : rows_of_column[column]) entries.push_back({static_cast<int>(row), static_cast<int>(column)});
  return colour_columns(SparsePattern::from_triplets(static_cast<int>(own), static_cast<int>(rows_of_column.size()), entries), colours);
}

// differential[k]: whether variable k of the unit is. slot_of(row, column): where the value of a local entry stands in the whole matrix.
template <class SlotOf>
void plan_sweeps(UnitPlan& plan, const RowsOfColumn& rows_of_column, const std::vector<bool>& differential, const SlotOf& slot_of) {
  const std::size_t own = differential.size();
  const std::vector<int> colour = colour_unit(rows_of_column, own, plan.colours);
  const auto width = static_cast<std::size_t>(dual_width);
  plan.sweeps.resize((static_cast<std::size_t>(plan.colours) + width - 1) / width);
  for (std::size_t column = 0; column < rows_of_column.size(); ++column) {
    if (rows_of_column[column].empty()) continue;
    const auto number = static_cast<std::size_t>(colour[column]);
    UnitPlan::Sweep& sweep = plan.sweeps[number / width];
    const auto direction = static_cast<std::uint16_t>(number % width);
    sweep.seeds.push_back({static_cast<std::uint32_t>(column), direction, column < own && differential[column]});
    for (const std::size_t row : rows_of_column[column])
      sweep.entries.push_back({static_cast<std::uint32_t>(slot_of(row, column)), static_cast<std::uint32_t>(row) & 0x1fffffffU, direction & 7U});
  }
  for (UnitPlan::Sweep& sweep : plan.sweeps)
    std::sort(sweep.entries.begin(), sweep.entries.end(), [](const UnitPlan::Entry& a, const UnitPlan::Entry& b) {
      return a.row != b.row ? a.row < b.row : a.direction < b.direction;
    });
}

}  // namespace

ModePlan make_plan(const Flowsheet& flowsheet, const StateLayout& layout, std::vector<Wiring> wiring,
                   const std::vector<Connection>& active, const std::vector<std::vector<double>>& parameters) {
  ModePlan plan;
  plan.flowing = flowing_connections(active, wiring);
  plan.wiring = std::move(wiring);
  plan.order = flow_order(flowsheet, plan.flowing, plan.going_round);
  plan.units.resize(flowsheet.units.size());
  for (const Connection& c : plan.flowing) plan.units[c.to_unit].arriving.push_back(layout.stream_start(c.from_unit, c.outlet));

  const std::size_t block = stream_size(flowsheet.components().size());
  const auto global_column = [&](std::size_t u, std::size_t column) {
    const UnitSlice& slice = layout.unit(u);
    if (column < slice.size) return slice.start + column;
    const std::size_t k = column - slice.size;
    return plan.units[u].arriving[k / block] + k % block;
  };

  std::vector<RowsOfColumn> locals;
  std::vector<Triplet> triplets;
  for (std::size_t u = 0; u < plan.units.size(); ++u) {
    const UnitSlice& slice = layout.unit(u);
    locals.push_back(trace_columns(*flowsheet.units[u], slice.size, plan.units[u].arriving.size(), plan.wiring[u], parameters[u]));
    for (std::size_t column = 0; column < locals[u].size(); ++column)
      for (const std::size_t row : locals[u][column])
        triplets.push_back({static_cast<int>(slice.start + row), static_cast<int>(global_column(u, column))});
  }
  const int size = static_cast<int>(layout.size());
  plan.pattern = SparsePattern::from_triplets(size, size, triplets);
  plan.blocks = std::make_shared<BlockPlan>(plan.pattern, layout.places(), layout.nominal());

  for (std::size_t u = 0; u < plan.units.size(); ++u) {
    const UnitSlice& slice = layout.unit(u);
    const auto first = layout.differential().begin() + static_cast<std::ptrdiff_t>(slice.start);
    plan_sweeps(plan.units[u], locals[u], std::vector<bool>(first, first + static_cast<std::ptrdiff_t>(slice.size)), [&](std::size_t row, std::size_t column) {
      return plan.pattern.slot(static_cast<int>(slice.start + row), static_cast<int>(global_column(u, column)));
    });
  }
  return plan;
}

std::string plan_key(const std::vector<Wiring>& wiring, const std::vector<Connection>& flowing) {
  std::string key;
  for (const Wiring& w : wiring) {
    key += std::to_string(w.mode) + ":";
    for (const bool flows : w.outlet_flowing) key += flows ? '1' : '0';
    for (const bool connected : w.outlet_connected) key += connected ? '1' : '0';
    key += ';';
  }
  for (const Connection& c : flowing)
    for (const std::size_t number : {c.from_unit, c.outlet, c.to_unit, c.inlet}) key += std::to_string(number) + ",";
  return key;
}

}  // namespace brineflow
