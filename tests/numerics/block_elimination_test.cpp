// Blocks that repeat: the same solution as of the whole matrix, what may be a block, and pivots that are refused.
#include "numerics/block_elimination.hpp"

#include <Eigen/Dense>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <random>

using namespace brineflow;

namespace {

// A bed of `nodes`: at each one unknown that is carried along, coupled with the node before, and `inside` unknowns that see it, one another and `everywhere`, an
// unknown without a place. Every third node has an entry fewer where `uneven`.
struct Bed {
  explicit Bed(int nodes, int inside, bool uneven = false) : size(1 + nodes * (1 + inside)), place(static_cast<std::size_t>(size), -1) {
    const auto carried = [&](int k) { return 1 + k * (1 + inside); };
    for (int k = 0; k < nodes; ++k) {
      for (int i = 0; i <= inside; ++i) place[static_cast<std::size_t>(carried(k) + i)] = k;
      entries.push_back({carried(k), carried(k)});
      if (k > 0) entries.push_back({carried(k), carried(k - 1)});
      entries.push_back({carried(k), 0});
      for (int i = 1; i <= inside; ++i) {
        entries.push_back({carried(k) + i, carried(k)});
        if (!uneven || k % 3 != 0 || i > 1) entries.push_back({carried(k), carried(k) + i});
        if (i == 1) entries.push_back({carried(k) + i, 0});
        for (int j = std::max(1, i - 1); j <= std::min(inside, i + 1); ++j) entries.push_back({carried(k) + i, carried(k) + j});
      }
    }
    entries.push_back({0, 0});
    pattern = SparsePattern::from_triplets(size, size, entries);
  }

  // Random values, with diagonals that outweigh their rows.
  std::vector<double> values(unsigned seed) const {
    std::mt19937 generator(seed);
    std::uniform_real_distribution<double> any(-1.0, 1.0);
    std::vector<double> result;
    for (int column = 0; column < size; ++column)
      for (int slot = pattern.column_starts[static_cast<std::size_t>(column)]; slot < pattern.column_starts[static_cast<std::size_t>(column) + 1]; ++slot)
        result.push_back(pattern.row_indices[static_cast<std::size_t>(slot)] == column ? 8.0 + any(generator) : any(generator));
    return result;
  }

  int size;
  std::vector<int> place;
  std::vector<Triplet> entries;
  SparsePattern pattern;
};

Eigen::MatrixXd dense(const SparsePattern& pattern, const std::vector<double>& values) {
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(pattern.rows, pattern.columns);
  for (int column = 0; column < pattern.columns; ++column)
    for (int slot = pattern.column_starts[static_cast<std::size_t>(column)]; slot < pattern.column_starts[static_cast<std::size_t>(column) + 1]; ++slot)
      matrix(pattern.row_indices[static_cast<std::size_t>(slot)], column) = values[static_cast<std::size_t>(slot)];
  return matrix;
}

Eigen::VectorXd random_vector(int size, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<double> any(-1.0, 1.0);
  return Eigen::VectorXd::NullaryExpr(size, [&] { return any(generator); });
}

std::span<const double> span_of(const Eigen::VectorXd& v) { return {v.data(), static_cast<std::size_t>(v.size())}; }
std::span<double> span_of(Eigen::VectorXd& v) { return {v.data(), static_cast<std::size_t>(v.size())}; }

std::shared_ptr<const BlockPlan> plan_of(const Bed& bed) {
  return std::make_shared<BlockPlan>(bed.pattern, bed.place, std::vector<double>(static_cast<std::size_t>(bed.size), 1.0));
}

// Solves with blocks eliminated and the rest dense.
Eigen::VectorXd solve(BlockElimination& blocks, const std::vector<double>& values, const Eigen::VectorXd& right_side) {
  const SparsePattern& left = blocks.plan().rest_pattern();
  std::vector<double> rest_values(static_cast<std::size_t>(left.nnz()), std::numeric_limits<double>::quiet_NaN());
  BOOST_REQUIRE(blocks.factorise(values, rest_values));
  Eigen::VectorXd reduced(left.rows), x(right_side.size());
  blocks.reduce(span_of(right_side), span_of(reduced));
  const Eigen::VectorXd rest = dense(left, rest_values).partialPivLu().solve(reduced);
  blocks.expand(span_of(rest), span_of(x));
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(block_elimination)

// Whole chunks, a chunk that is not full, and fewer blocks than a chunk has; two families in one bed.
BOOST_AUTO_TEST_CASE(solution_is_that_of_the_whole_matrix) {
  for (const int nodes : {4, 7, 8, 16, 21})
    for (const int inside : {2, 3, 6})
      for (const bool uneven : {false, true}) {
        BOOST_TEST_CONTEXT(nodes << " nodes with " << inside << " unknowns inside, uneven " << uneven) {
          const Bed bed(nodes, inside, uneven);
          BlockElimination blocks(plan_of(bed));
          for (unsigned seed = 1; seed < 4; ++seed) {  // the numbers are used again
            const std::vector<double> values = bed.values(seed);
            const Eigen::VectorXd b = random_vector(bed.size, seed + 100);
            const Eigen::VectorXd exact = dense(bed.pattern, values).partialPivLu().solve(b);
            BOOST_TEST((solve(blocks, values, b) - exact).cwiseAbs().maxCoeff() < 1e-14);
          }
        }
      }
}

BOOST_AUTO_TEST_CASE(what_couples_with_nothing_elsewhere_is_eliminated) {
  const Bed bed(21, 6);
  BOOST_TEST(plan_of(bed)->eliminated() == 21U * 6U);
  BOOST_TEST(plan_of(bed)->rest().size() == 22U);
  const Bed uneven(21, 6, true);  // 7 nodes are of another kind: enough for a family
  BOOST_TEST(plan_of(uneven)->eliminated() == 21U * 6U);
  const Bed few(7, 6, true);  // 3 are not
  BOOST_TEST(plan_of(few)->eliminated() == 4U * 6U);
  BOOST_TEST(plan_of(Bed(3, 6))->eliminated() == 0U);
  BOOST_TEST(plan_of(Bed(21, 1))->eliminated() == 0U);
}

// Two unknowns that see three others and are seen by one leave three entries, not nine.
BOOST_AUTO_TEST_CASE(the_rest_is_filled_where_something_arrives_and_nowhere_else) {
  std::vector<Triplet> entries;
  std::vector<int> place;
  for (int k = 0; k < 4; ++k) {
    const int first = 5 * k, inner = first + 3;
    for (int i = 0; i < 5; ++i) {
      entries.push_back({first + i, first + i});
      place.push_back(first + i < inner ? -1 : k);
      if (i < 3) entries.push_back({inner, first + i});
    }
    entries.push_back({inner + 1, inner});
    entries.push_back({first, inner + 1});
  }
  const SparsePattern pattern = SparsePattern::from_triplets(20, 20, entries);
  const BlockPlan plan(pattern, place, std::vector<double>(20, 1.0));
  BOOST_TEST(plan.eliminated() == 8U);
  BOOST_TEST(plan.rest_pattern().nnz() == 4 * (3 + 2));
}

BOOST_AUTO_TEST_CASE(without_places_or_diagonals_nothing_is_eliminated) {
  Bed bed(8, 2);
  bed.place.assign(bed.place.size(), -1);
  BOOST_TEST(plan_of(bed)->eliminated() == 0U);

  Bed hollow(8, 2);
  std::erase_if(hollow.entries, [](const Triplet& e) { return e.row == e.column && e.row > 0 && e.row % 3 != 1; });  // the unknowns inside
  hollow.pattern = SparsePattern::from_triplets(hollow.size, hollow.size, hollow.entries);
  BOOST_TEST(plan_of(hollow)->eliminated() == 0U);
}

// In any lane, the repeated ones of the last chunk among them.
BOOST_AUTO_TEST_CASE(a_pivot_that_is_too_small_or_no_number_is_refused) {
  const Bed bed(13, 2);
  BlockElimination blocks(plan_of(bed));
  std::vector<double> rest(static_cast<std::size_t>(blocks.plan().rest_pattern().nnz()));
  const std::vector<double> good = bed.values(1);
  BOOST_TEST(blocks.factorise(good, rest));
  for (int node = 0; node < 13; ++node)
    for (const double bad : {0.0, 1e-9, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
      std::vector<double> values = good;
      const int inner = 2 + 3 * node;
      // The other one inside is the later pivot or the earlier; without its coupling this one keeps its own diagonal.
      for (const int other : {inner + 1})
        for (const auto& [row, column] : {std::pair(inner, other), std::pair(other, inner)}) values[bed.pattern.slot(row, column)] = 0.0;
      values[bed.pattern.slot(inner, inner)] = bad;
      BOOST_TEST_CONTEXT("node " << node << ", diagonal " << bad) { BOOST_TEST(!blocks.factorise(values, rest)); }
    }
  BOOST_TEST(blocks.factorise(good, rest));
}

// A row in which the unknowns are of unlike size: the entry counts by what it brings.
BOOST_AUTO_TEST_CASE(pivots_are_compared_by_the_size_of_their_unknowns) {
  const Bed bed(4, 2);
  std::vector<double> size(static_cast<std::size_t>(bed.size), 1.0);
  std::vector<double> values = bed.values(1);
  for (int node = 0; node < 4; ++node) {
    const int carried = 1 + 3 * node, inner = carried + 1;
    values[bed.pattern.slot(inner, carried)] = 1e9;
    size[static_cast<std::size_t>(carried)] = 1e-9;
  }
  std::vector<double> rest(static_cast<std::size_t>(plan_of(bed)->rest_pattern().nnz()));
  BOOST_TEST(!BlockElimination(plan_of(bed)).factorise(values, rest));
  BOOST_TEST(BlockElimination(std::make_shared<BlockPlan>(bed.pattern, bed.place, size)).factorise(values, rest));
}

BOOST_AUTO_TEST_SUITE_END()
