#include "numerics/sparsity.hpp"

#include "base/error.hpp"
#include "numerics/axial_scheme.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

using namespace brineflow;

namespace {

SparsePattern random_pattern(int rows, int columns, double density, unsigned seed) {
  std::mt19937 generator(seed);
  std::bernoulli_distribution entry(density);
  std::vector<Triplet> entries;
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c)
      if (entry(generator)) entries.push_back({r, c});
  return SparsePattern::from_triplets(rows, columns, entries);
}

int longest_row(const SparsePattern& pattern) {
  const SparsePattern by_row = pattern.transposed();
  int longest = 0;
  for (int r = 0; r < pattern.rows; ++r)
    longest = std::max(longest, by_row.column_starts[static_cast<std::size_t>(r) + 1] - by_row.column_starts[static_cast<std::size_t>(r)]);
  return longest;
}

// The columns that share a row, pair by pair: slow and plain, to check the checker too.
bool separates(const SparsePattern& pattern, const std::vector<int>& colour) {
  for (int a = 0; a < pattern.columns; ++a)
    for (int b = a + 1; b < pattern.columns; ++b)
      for (int r = 0; r < pattern.rows; ++r)
        if (pattern.contains(r, a) && pattern.contains(r, b) && colour[static_cast<std::size_t>(a)] == colour[static_cast<std::size_t>(b)])
          return false;
  return true;
}

// The largest matching by trying everything (small patterns only).
int rank_by_trying(const SparsePattern& pattern, int column = 0, unsigned used = 0) {
  if (column == pattern.columns) return 0;
  int best = rank_by_trying(pattern, column + 1, used);
  for (int r = 0; r < pattern.rows; ++r)
    if (pattern.contains(r, column) && !(used >> r & 1U)) best = std::max(best, 1 + rank_by_trying(pattern, column + 1, used | 1U << r));
  return best;
}

// Rows: rates at the nodes; columns: concentrations at the nodes.
SparsePattern transport_pattern(const AxialGrid& grid) {
  const std::size_t n = grid.size();
  std::vector<Trace> c, rate(n);
  for (std::size_t k = 0; k < n; ++k) c.push_back(Trace::variable(k));
  Trace outlet_flux;
  grid.transport<Trace>(c, 1.0, 1.0, 1.0, 1.0, rate, outlet_flux);
  std::vector<Triplet> entries;
  for (std::size_t k = 0; k < n; ++k)
    for (const int column : rate[k].indices()) entries.push_back({static_cast<int>(k), column});
  return SparsePattern::from_triplets(static_cast<int>(n), static_cast<int>(n), entries);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sparsity)

BOOST_AUTO_TEST_CASE(triplets_become_sorted_columns_and_duplicates_count_once) {
  const SparsePattern pattern = SparsePattern::from_triplets(3, 4, {{2, 1}, {0, 1}, {2, 1}, {1, 3}});
  BOOST_CHECK_EQUAL(pattern.nnz(), 3);
  BOOST_CHECK((pattern.column_starts == std::vector<int>{0, 0, 2, 2, 3}));
  BOOST_CHECK((pattern.row_indices == std::vector<int>{0, 2, 1}));
  BOOST_CHECK(pattern.contains(2, 1));
  BOOST_CHECK(!pattern.contains(1, 1));
  BOOST_CHECK_EQUAL(pattern.slot(1, 3), 2U);
  BOOST_CHECK_THROW(pattern.slot(0, 0), InternalError);
  BOOST_CHECK_THROW(SparsePattern::from_triplets(3, 4, {{3, 0}}), InternalError);
  BOOST_CHECK_THROW(SparsePattern::from_triplets(3, 4, {{0, -1}}), InternalError);
}

BOOST_AUTO_TEST_CASE(transpose_and_union_hold_what_they_should) {
  const SparsePattern a = random_pattern(13, 9, 0.2, 1), b = random_pattern(13, 9, 0.2, 2);
  const SparsePattern turned = a.transposed(), both = a.united(b);
  int found = 0;
  for (int r = 0; r < 13; ++r)
    for (int c = 0; c < 9; ++c) {
      BOOST_CHECK_EQUAL(turned.contains(c, r), a.contains(r, c));
      BOOST_CHECK_EQUAL(both.contains(r, c), a.contains(r, c) || b.contains(r, c));
      found += both.contains(r, c) ? 1 : 0;
    }
  BOOST_CHECK_EQUAL(both.nnz(), found);
  BOOST_CHECK_THROW(a.united(random_pattern(9, 13, 0.2, 1)), InternalError);
}

BOOST_AUTO_TEST_CASE(colours_separate_columns_that_share_a_row) {
  for (unsigned seed = 0; seed < 30; ++seed) {
    const SparsePattern pattern = random_pattern(25, 40, 0.02 + 0.01 * seed, seed);
    int colours = 0;
    const std::vector<int> colour = colour_columns(pattern, colours);
    BOOST_CHECK(separates(pattern, colour));
    BOOST_CHECK(is_valid_colouring(pattern, colour));
    BOOST_CHECK_GE(colours, longest_row(pattern));
    BOOST_CHECK_EQUAL(colours, 1 + *std::max_element(colour.begin(), colour.end()));
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_colouring_is_found) {
  const SparsePattern pattern = SparsePattern::from_triplets(2, 3, {{0, 0}, {0, 1}, {1, 2}});
  BOOST_CHECK(is_valid_colouring(pattern, {0, 1, 0}));
  BOOST_CHECK(!is_valid_colouring(pattern, {0, 0, 0}));
  BOOST_CHECK(!is_valid_colouring(pattern, {0, -1, 0}));
}

BOOST_AUTO_TEST_CASE(an_empty_column_has_no_colour) {
  int colours = 0;
  const std::vector<int> colour = colour_columns(SparsePattern::from_triplets(2, 3, {{0, 0}, {1, 2}}), colours);
  BOOST_CHECK((colour == std::vector<int>{0, -1, 0}));
  BOOST_CHECK_EQUAL(colours, 1);
}

// A row at the joint of two elements holds both elements and one node of the next: 2 p + 3 columns, the least possible.
BOOST_AUTO_TEST_CASE(galerkin_transport_needs_no_more_colours_than_its_longest_row) {
  for (int degree = 1; degree <= 6; ++degree)
    for (const int elements : {4, 16, 33}) {
      const SparsePattern pattern = transport_pattern(AxialGrid({AxialScheme::Kind::discontinuous_galerkin, degree, elements}));
      int colours = 0;
      const std::vector<int> colour = colour_columns(pattern, colours);
      BOOST_CHECK(is_valid_colouring(pattern, colour));
      BOOST_CHECK_EQUAL(longest_row(pattern), 2 * degree + 3);
      BOOST_CHECK_EQUAL(colours, 2 * degree + 3);
    }
}

BOOST_AUTO_TEST_CASE(finite_volume_transport_needs_no_more_colours_than_its_stencil) {
  for (const int degree : {2, 4}) {
    const SparsePattern pattern = transport_pattern(AxialGrid({AxialScheme::Kind::finite_volume_weno, degree, 60}));
    int colours = 0;
    colour_columns(pattern, colours);
    BOOST_TEST_MESSAGE("WENO" << degree + 1 << ": " << pattern.nnz() << " entries, " << colours << " colours");
    BOOST_CHECK_EQUAL(colours, longest_row(pattern));
  }
}

BOOST_AUTO_TEST_CASE(structural_rank_is_that_of_the_best_matching) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    const SparsePattern pattern = random_pattern(7, 6, 0.1 + 0.005 * seed, seed);
    const StructuralRank rank = structural_rank(pattern);
    BOOST_CHECK_EQUAL(rank.rank, rank_by_trying(pattern));
    BOOST_CHECK_EQUAL(rank.rank + static_cast<int>(rank.unmatched_columns.size()), 6);
    BOOST_CHECK_EQUAL(rank.rank + static_cast<int>(rank.unmatched_rows.size()), 7);
  }
}

BOOST_AUTO_TEST_CASE(rows_and_columns_without_a_partner_are_named) {
  // Rows 1 and 2 know only column 0; column 2 is in no row.
  const StructuralRank rank = structural_rank(SparsePattern::from_triplets(3, 3, {{0, 0}, {0, 1}, {1, 0}, {2, 0}}));
  BOOST_CHECK_EQUAL(rank.rank, 2);
  BOOST_CHECK((rank.unmatched_columns == std::vector<int>{2}));
  BOOST_REQUIRE_EQUAL(rank.unmatched_rows.size(), 1U);
  BOOST_CHECK(rank.unmatched_rows[0] == 1 || rank.unmatched_rows[0] == 2);
}

// Greedy choices must be undone along the whole chain, without deep recursion.
BOOST_AUTO_TEST_CASE(a_long_chain_is_matched_in_full) {
  const int n = 20000;
  std::vector<Triplet> entries;
  for (int k = 0; k < n; ++k) {
    entries.push_back({k, k});
    if (k + 1 < n) entries.push_back({k + 1, k});
  }
  entries.push_back({0, n});
  for (Triplet& entry : entries) entry.column = (entry.column + 1) % (n + 1);  // the odd one comes first
  const StructuralRank rank = structural_rank(SparsePattern::from_triplets(n, n + 1, entries));
  BOOST_CHECK_EQUAL(rank.rank, n);
  BOOST_CHECK_EQUAL(rank.unmatched_columns.size(), 1U);
  BOOST_CHECK(rank.unmatched_rows.empty());
}

BOOST_AUTO_TEST_SUITE_END()
