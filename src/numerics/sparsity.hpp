// Sparse patterns: where a matrix may differ from zero, which columns can be differentiated together, and
// whether it can be inverted at all.
#pragma once

#include <cstddef>
#include <vector>

namespace brineflow {

struct Triplet {
  int row, column;
};

// Compressed columns, row indices ascending within each.
struct SparsePattern {
  int rows = 0, columns = 0;
  std::vector<int> column_starts;  // columns + 1 entries
  std::vector<int> row_indices;

  // Duplicates count once. Throws InternalError for an index out of range.
  static SparsePattern from_triplets(int rows, int columns, const std::vector<Triplet>& entries);

  int nnz() const { return static_cast<int>(row_indices.size()); }
  bool contains(int row, int column) const;
  // Position of an entry in row_indices. Throws InternalError where the pattern has none.
  std::size_t slot(int row, int column) const;
  SparsePattern transposed() const;
  // Every entry of either. Throws InternalError where the sizes differ.
  SparsePattern united(const SparsePattern& other) const;
};

// Colours such that no two columns of one colour share a row; -1 for empty columns. The best of several greedy
// orders. Curtis, Powell and Reid (1974), J. Inst. Math. Appl. 13, 117; Coleman and More (1983), SIAM J. Numer.
// Anal. 20, 187.
std::vector<int> colour_columns(const SparsePattern& pattern, int& number_of_colours);

// Whether the colours are what colour_columns promises.
bool is_valid_colouring(const SparsePattern& pattern, const std::vector<int>& colour);

// The largest number of entries no two of which share a row or column, and what stays without a partner: a
// square matrix whose rank is below its size is singular whatever its values.
struct StructuralRank {
  int rank = 0;
  std::vector<int> unmatched_rows, unmatched_columns;
};
StructuralRank structural_rank(const SparsePattern& pattern);

}  // namespace brineflow
