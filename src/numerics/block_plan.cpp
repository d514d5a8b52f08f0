#include "numerics/block_elimination.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace brineflow {
namespace {

// More operations than this for one block are better off with a solver that works on dense panels.
constexpr std::size_t most_operations = 200'000;

using Cell = std::pair<int, int>;  // row and column, as positions in a block: inner unknowns first, then the border

// The order in which inner unknowns are eliminated: always one that is coupled with the fewest of those left.
std::vector<int> minimum_degree(const std::vector<Cell>& cells, int inner, int unknowns) {
  std::vector<std::set<int>> beside(static_cast<std::size_t>(unknowns));
  const auto neighbours = [&](int k) -> std::set<int>& { return beside[static_cast<std::size_t>(k)]; };
  for (const auto& [i, j] : cells)
    if (i != j) {
      neighbours(i).insert(j);
      neighbours(j).insert(i);
    }
  std::vector<int> left, order;
  for (int k = 0; k < inner; ++k) left.push_back(k);
  while (!left.empty()) {
    const auto next = std::min_element(left.begin(), left.end(), [&](int a, int b) { return neighbours(a).size() < neighbours(b).size(); });
    const int k = *next;
    left.erase(next);
    order.push_back(k);
    for (const int a : neighbours(k)) {
      neighbours(a).erase(k);
      for (const int b : neighbours(k))
        if (b != a) neighbours(a).insert(b);
    }
  }
  return order;
}

}  // namespace

// The unknowns of one place and where their entries lie.
struct BlockPlan::Block {
  std::vector<int> unknowns;  // inner ones first
  std::size_t inner = 0;
  std::vector<Cell> cells;  // but for those between two unknowns of the border
};

BlockPlan::BlockPlan(const SparsePattern& pattern, std::span<const int> place, std::span<const double> size) : unknowns_(pattern.columns) {
  const auto count = static_cast<std::size_t>(pattern.columns);
  if (pattern.rows != pattern.columns || place.size() != count || size.size() != count)
    throw InternalError("blocks are eliminated from square matrices whose unknowns have a place and a size");
  const std::vector<Block> blocks = find_blocks(pattern, pattern.transposed(), place);
  std::map<std::pair<std::size_t, std::vector<Cell>>, std::vector<const Block*>> alike;
  for (const Block& block : blocks) alike[{block.inner, block.cells}].push_back(&block);

  std::vector<std::vector<const Block*>> members;
  std::vector<std::vector<int>> orders;
  std::vector<int> position(count, 0);  // -1 in a block, else in rest_
  for (const auto& [shape, family] : alike) {
    if (family.size() < smallest_family || shape.first < smallest_block) continue;
    const Block& first = *family.front();
    orders.push_back(minimum_degree(first.cells, static_cast<int>(first.inner), static_cast<int>(first.unknowns.size())));
    Family program = make_program(first, orders.back(), size);
    std::size_t operations = 0;
    for (const Pivot& pivot : program.pivots) operations += pivot.changed.size();
    if (operations > most_operations) {
      orders.pop_back();
      continue;
    }
    program.blocks = family.size();
    families_.push_back(std::move(program));
    members.push_back(family);
    for (const Block* block : family)
      for (std::size_t k = 0; k < block->inner; ++k) position[static_cast<std::size_t>(block->unknowns[k])] = -1;
  }
  for (std::size_t k = 0; k < count; ++k) {
    if (position[k] < 0) continue;
    position[k] = static_cast<int>(rest_.size());
    rest_.push_back(static_cast<int>(k));
  }

  const auto in_rest = [&](int k) { return position[static_cast<std::size_t>(k)]; };
  std::vector<Triplet> left;
  const auto each_kept = [&](const auto& visit) {
    for (int column = 0; column < pattern.columns; ++column)
      for (int slot = pattern.column_starts[static_cast<std::size_t>(column)]; slot < pattern.column_starts[static_cast<std::size_t>(column) + 1]; ++slot) {
        const int row = pattern.row_indices[static_cast<std::size_t>(slot)];
        if (in_rest(row) >= 0 && in_rest(column) >= 0) visit(slot, in_rest(row), in_rest(column));
      }
  };
  each_kept([&](int, int row, int column) { left.push_back({row, column}); });
  for (std::size_t f = 0; f < families_.size(); ++f)
    for (const Block* block : members[f])
      for (const auto& [i, j] : families_[f].received_cells)
        left.push_back({in_rest(block->unknowns[static_cast<std::size_t>(i)]), in_rest(block->unknowns[static_cast<std::size_t>(j)])});
  const int size_left = static_cast<int>(rest_.size());
  rest_pattern_ = SparsePattern::from_triplets(size_left, size_left, left);
  each_kept([&](int slot, int row, int column) { kept_.emplace_back(slot, static_cast<std::int32_t>(rest_pattern_.slot(row, column))); });
  for (std::size_t f = 0; f < families_.size(); ++f) fill_tables(families_[f], pattern, members[f], orders[f], position);
}

std::vector<BlockPlan::Block> BlockPlan::find_blocks(const SparsePattern& pattern, const SparsePattern& transposed, std::span<const int> place) {
  const auto each_neighbour = [&](std::size_t k, const auto& visit) {
    for (const SparsePattern* side : {&pattern, &transposed})
      for (int slot = side->column_starts[k]; slot < side->column_starts[k + 1]; ++slot) visit(side->row_indices[static_cast<std::size_t>(slot)]);
  };
  const auto is_inner = [&](std::size_t k) {
    if (place[k] < 0 || !pattern.contains(static_cast<int>(k), static_cast<int>(k))) return false;
    bool stays = true;
    each_neighbour(k, [&](int other) {
      const int there = place[static_cast<std::size_t>(other)];
      if (there >= 0 && there != place[k]) stays = false;
    });
    return stays;
  };
  std::map<int, Block> by_place;
  std::vector<bool> inner(place.size(), false);
  for (std::size_t k = 0; k < place.size(); ++k) {
    inner[k] = is_inner(k);
    if (inner[k]) by_place[place[k]].unknowns.push_back(static_cast<int>(k));
  }
  std::vector<Block> blocks;
  for (auto& [where, block] : by_place) {
    block.inner = block.unknowns.size();
    std::set<int> border;
    for (const int k : block.unknowns)
      each_neighbour(static_cast<std::size_t>(k), [&](int other) {
        if (!inner[static_cast<std::size_t>(other)]) border.insert(other);
      });
    block.unknowns.insert(block.unknowns.end(), border.begin(), border.end());
    std::map<int, int> at;
    for (std::size_t k = 0; k < block.unknowns.size(); ++k) at[block.unknowns[k]] = static_cast<int>(k);
    for (std::size_t j = 0; j < block.unknowns.size(); ++j)
      for (int slot = pattern.column_starts[static_cast<std::size_t>(block.unknowns[j])]; slot < pattern.column_starts[static_cast<std::size_t>(block.unknowns[j]) + 1]; ++slot) {
        const auto row = at.find(pattern.row_indices[static_cast<std::size_t>(slot)]);
        if (row == at.end()) continue;
        if (static_cast<std::size_t>(row->second) < block.inner || j < block.inner) block.cells.emplace_back(row->second, static_cast<int>(j));
      }
    blocks.push_back(std::move(block));
  }
  return blocks;
}

BlockPlan::Family BlockPlan::make_program(const Block& like, const std::vector<int>& order, std::span<const double> size) {
  Family family;
  family.inner = like.inner;
  family.border = like.unknowns.size() - like.inner;
  family.given = like.cells.size();
  std::vector<int> number(family.unknowns());  // of an unknown of `like` in the order of elimination
  for (std::size_t k = 0; k < number.size(); ++k) number[k] = static_cast<int>(k);
  for (std::size_t k = 0; k < order.size(); ++k) number[static_cast<std::size_t>(order[k])] = static_cast<int>(k);

  std::map<Cell, std::int32_t> entry_of;
  std::vector<std::set<int>> rows(family.unknowns()), columns(family.unknowns());  // where they are not zero by now
  const auto entry = [&](int i, int j) {
    rows[static_cast<std::size_t>(i)].insert(j);
    columns[static_cast<std::size_t>(j)].insert(i);
    return entry_of.try_emplace({i, j}, static_cast<std::int32_t>(entry_of.size())).first->second;
  };
  family.pivots.resize(family.inner);
  for (const auto& [i, j] : like.cells) {
    const auto row = static_cast<std::size_t>(i), column = static_cast<std::size_t>(j);
    const std::int32_t e = entry(number[row], number[column]);
    if (row < family.inner)
      family.pivots[static_cast<std::size_t>(number[row])].row.emplace_back(
          e, size[static_cast<std::size_t>(like.unknowns[column])] / size[static_cast<std::size_t>(like.unknowns[row])]);
  }

  family.forward.resize(family.unknowns());
  family.backward.resize(family.inner);
  for (std::size_t at = 0; at < family.inner; ++at) {
    const int k = static_cast<int>(at);
    Pivot& pivot = family.pivots[at];
    pivot.entry = entry(k, k);
    const std::vector<int> below(columns[at].upper_bound(k), columns[at].end()), right(rows[at].upper_bound(k), rows[at].end());
    for (const int j : right) {
      pivot.right.push_back(entry(k, j));
      family.backward[at].push_back({entry(k, j), j});
    }
    for (const int i : below) {
      pivot.below.push_back(entry(i, k));
      family.forward[static_cast<std::size_t>(i)].push_back({entry(i, k), k});
      for (const int j : right) pivot.changed.push_back(entry(i, j));
    }
  }
  for (int i = static_cast<int>(family.inner); i < static_cast<int>(family.unknowns()); ++i)
    for (const int j : rows[static_cast<std::size_t>(i)])
      if (j >= static_cast<int>(family.inner)) {
        family.received.push_back(entry(i, j));
        family.received_cells.emplace_back(i, j);
      }
  family.entries = entry_of.size();
  return family;
}

void BlockPlan::fill_tables(Family& family, const SparsePattern& pattern, const std::vector<const Block*>& blocks, const std::vector<int>& order,
                            const std::vector<int>& position) {
  const auto unknown = [](const Block& block, int k) { return block.unknowns[static_cast<std::size_t>(k)]; };
  const auto in_rest = [&](const Block& block, int k) { return position[static_cast<std::size_t>(unknown(block, k))]; };
  for (std::size_t chunk = 0; chunk < family.chunks(); ++chunk) {
    const auto each_lane = [&](std::vector<std::int32_t>& table, const auto& number) {
      for (std::size_t lane = 0; lane < lanes; ++lane) table.push_back(static_cast<std::int32_t>(number(*blocks[std::min(chunk * lanes + lane, blocks.size() - 1)])));
    };
    for (std::size_t e = 0; e < family.given; ++e)
      each_lane(family.given_slots, [&](const Block& block) { return pattern.slot(unknown(block, block.cells[e].first), unknown(block, block.cells[e].second)); });
    for (const auto& cell : family.received_cells)
      each_lane(family.received_slots, [&](const Block& block) { return rest_pattern_.slot(in_rest(block, cell.first), in_rest(block, cell.second)); });
    for (const int k : order) each_lane(family.inner_unknowns, [&](const Block& block) { return unknown(block, k); });
    for (std::size_t k = family.inner; k < family.unknowns(); ++k)
      each_lane(family.border_unknowns, [&](const Block& block) { return in_rest(block, static_cast<int>(k)); });
  }
}

}  // namespace brineflow
