// Every unit is an index-1 system: derivatives of the differential and values of the algebraic variables follow.
#include "contract/unit_under_test.hpp"

#include "numerics/sparsity.hpp"

using namespace brineflow;
using namespace brineflow::test;

BOOST_AUTO_TEST_SUITE(index_of_every_unit)

BOOST_AUTO_TEST_CASE(structural_rank_is_full) {
  Random random(21);
  for (const Situation& situation : situations()) {
    const UnderTest test(situation);
    if (test.size() == 0) continue;
    const auto rows_of_column = test.pattern(test.random_state(random), /*differential_values=*/false);
    std::vector<Triplet> entries;
    for (std::size_t column = 0; column < test.size(); ++column)
      for (const int row : rows_of_column[column]) entries.push_back({row, static_cast<int>(column)});
    const int n = static_cast<int>(test.size());
    const StructuralRank found = structural_rank(SparsePattern::from_triplets(n, n, entries));
    BOOST_CHECK_MESSAGE(found.rank == n, situation.name << ": structural rank " << found.rank << " of " << n << ", nothing determines "
                                                        << test.describe(static_cast<std::size_t>(
                                                               found.unmatched_columns.empty() ? 0 : found.unmatched_columns[0])));
  }
}

BOOST_AUTO_TEST_CASE(rows_and_variables_match) {
  // The rows of differential variables contain their own derivative, those of algebraic ones contain none.
  Random random(22);
  for (const Situation& situation : situations()) {
    const UnderTest test(situation);
    const State state = test.random_state(random);
    const Eigen::MatrixXd rates = test.coloured_jacobian(state, 0.0, 1.0) - test.coloured_jacobian(state, 0.0, 0.0);
    for (std::size_t row = 0; row < test.size(); ++row) {
      const double size = rates.row(static_cast<Eigen::Index>(row)).cwiseAbs().sum();
      BOOST_CHECK_MESSAGE((size > 0.0) == test.differential()[row],
                          situation.name << ": the row of " << test.describe(row) << (size > 0.0 ? " has" : " lacks") << " a derivative");
    }
  }
}

BOOST_AUTO_TEST_CASE(index_one_block_is_regular) {
  for (const Situation& situation : situations()) {
    const UnderTest test(situation);
    if (test.size() == 0) continue;
    const State& state = test.consistent_state();
    const auto n = static_cast<Eigen::Index>(test.size());
    Eigen::MatrixXd matrix = test.coloured_jacobian(state, 0.0, 1.0).leftCols(n);
    for (Eigen::Index j = 0; j < n; ++j) matrix.col(j) *= test.nominal()[static_cast<std::size_t>(j)];
    for (Eigen::Index i = 0; i < n; ++i) matrix.row(i) /= matrix.row(i).cwiseAbs().maxCoeff();
    const double condition = matrix.partialPivLu().rcond();
    // Scaled by nominal sizes, a sound unit stays far above rounding; at 1e-12 Newton's steps lose all but four digits.
    BOOST_CHECK_MESSAGE(condition > 1e-12, situation.name << ": reciprocal condition of the index-1 block " << condition);
  }
}

BOOST_AUTO_TEST_SUITE_END()
