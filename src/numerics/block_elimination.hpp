// Elimination of blocks that a matrix has many times over, as that of what every node of a bed holds.
#pragma once

#include "numerics/sparsity.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace brineflow {

// Which unknowns can be eliminated before the rest, block by block, and the order of operations, made once for a pattern.
//
// An unknown lies in a place (a node along a bed) or in none. Those that the matrix couples with nothing in another place are inner ones; the inner
// unknowns of a place are a block, and what else they are coupled with is its border. Blocks whose entries lie alike form a family. One list of
// operations, in the order of minimum degree and with pivots on the diagonal, serves a whole family, and each operation works on `lanes` blocks at once:
// no indices to look up for every number, and no number waits for the one before it.
class BlockPlan {
 public:
  static constexpr int lanes = 8;
  static constexpr std::size_t smallest_family = 4;  // blocks; fewer stay with the rest
  static constexpr std::size_t smallest_block = 2;   // inner unknowns: a lone one costs KLU less than its numbers cost to fetch

  // place[k]: of unknown k, -1 for none. size[k]: how large unknown k is, for the comparison of entries of a row. Throws InternalError unless the pattern is
  // square and both have an entry an unknown.
  BlockPlan(const SparsePattern& pattern, std::span<const int> place, std::span<const double> size);

  // Unknowns that no block holds, in ascending order, and the pattern of the matrix that is left for them.
  const std::vector<int>& rest() const { return rest_; }
  const SparsePattern& rest_pattern() const { return rest_pattern_; }
  std::size_t eliminated() const { return static_cast<std::size_t>(unknowns_) - rest_.size(); }

 private:
  friend class BlockElimination;

  struct Term {
    std::int32_t entry, unknown;
  };
  // Elimination of one unknown: entries below and right of the pivot, and for each pair of them, row by row, the entry that changes.
  struct Pivot {
    std::int32_t entry = 0;
    std::vector<std::int32_t> below, right, changed;
    std::vector<std::pair<std::int32_t, double>> row;  // given entries, and how large their unknown is over that of the pivot
  };
  // Unknowns are numbered in the order of elimination, then come those of the border. Tables hold chunk after chunk of `lanes` blocks, lane fastest; the last
  // chunk repeats its last block.
  struct Family {
    std::size_t blocks = 0, inner = 0, border = 0;  // how many; unknowns of one
    std::size_t given = 0, entries = 0;              // of one: those of the matrix come first, then fill and what the border receives
    std::vector<Pivot> pivots;
    std::vector<std::vector<Term>> forward, backward;  // what is subtracted from each unknown; from each inner one
    std::vector<std::int32_t> received;                // entries between two unknowns of the border
    std::vector<std::pair<int, int>> received_cells;   // and these two
    std::vector<std::int32_t> given_slots, received_slots;      // in the values of the matrix; in those of rest_pattern()
    std::vector<std::int32_t> inner_unknowns, border_unknowns;  // of the matrix; positions in rest()

    std::size_t chunks() const { return (blocks + lanes - 1) / lanes; }
    std::size_t unknowns() const { return inner + border; }
    std::size_t used_lanes(std::size_t chunk) const { return std::min<std::size_t>(lanes, blocks - chunk * lanes); }
  };

  struct Block;
  static std::vector<Block> find_blocks(const SparsePattern& pattern, const SparsePattern& transposed, std::span<const int> place);
  static Family make_program(const Block& like, const std::vector<int>& order, std::span<const double> size);
  void fill_tables(Family& family, const SparsePattern& pattern, const std::vector<const Block*>& blocks, const std::vector<int>& order, const std::vector<int>& position);

  int unknowns_ = 0;
  std::vector<Family> families_;
  std::vector<int> rest_;
  SparsePattern rest_pattern_;
  std::vector<std::pair<std::int32_t, std::int32_t>> kept_;  // slots of the matrix and of rest_pattern() of what stays as it is
};

// The numbers that go with a plan.
class BlockElimination {
 public:
  explicit BlockElimination(std::shared_ptr<const BlockPlan> plan);

  const BlockPlan& plan() const { return *plan_; }

  // Eliminates the blocks of the matrix with these values on the plan's pattern, and writes those of the matrix that is left. False where a pivot is below
  // smallest_pivot of the largest entry of its row (entry times size of its unknown), or no number: the matrix wants pivots elsewhere, and nothing that follows may be called.
  [[nodiscard]] bool factorise(std::span<const double> values, std::span<double> rest);
  static constexpr double smallest_pivot = 1e-6;

  // The right side of what is left, and the solution of the whole from that of what is left. Of one solve, in this order.
  void reduce(std::span<const double> right_side, std::span<double> rest);
  void expand(std::span<const double> rest, std::span<double> solution);

 private:
  // One number of `lanes` blocks, in vectors that every processor of the architecture has: g++ keeps wider ones in memory.
  typedef double Pair __attribute__((vector_size(2 * sizeof(double))));
  struct Lanes {
    std::array<Pair, BlockPlan::lanes / 2> pairs;
  };
  struct Numbers {
    std::vector<Lanes> entries, unknowns;  // chunk by chunk
  };
  bool factorise_chunk(const BlockPlan::Family& family, Lanes* entries);
  static void subtract(const std::vector<BlockPlan::Term>& terms, const Lanes* entries, const Lanes* unknowns, Lanes& from);
  static void gather(std::span<const double> values, const std::int32_t* at, Lanes& into);
  static void scatter(const Lanes& lanes, const std::int32_t* at, std::size_t used, std::span<double> values);

  std::shared_ptr<const BlockPlan> plan_;
  std::vector<Numbers> numbers_;  // of every family
  std::vector<Lanes> largest_;    // of factorise_chunk(): of every pivot's row
};

}  // namespace brineflow
