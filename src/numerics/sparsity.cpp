#include "numerics/sparsity.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace brineflow {
namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

// Greedy colouring in a given order of columns: the first colour that no column sharing a row has yet.
std::vector<int> greedy(const SparsePattern& pattern, const SparsePattern& by_row, const std::vector<int>& order, int& colours) {
  std::vector<int> colour(at(pattern.columns), -1);
  std::vector<int> taken_by(at(pattern.columns) + 1, -1);  // per colour: the last column that found it taken
  colours = 0;
  for (const int column : order) {
    for (int k = pattern.column_starts[at(column)]; k < pattern.column_starts[at(column) + 1]; ++k) {
      const int row = pattern.row_indices[at(k)];
      for (int j = by_row.column_starts[at(row)]; j < by_row.column_starts[at(row) + 1]; ++j) {
        const int other = colour[at(by_row.row_indices[at(j)])];
        if (other >= 0) taken_by[at(other)] = column;
      }
    }
    int choice = 0;
    while (taken_by[at(choice)] == column) ++choice;
    colour[at(column)] = choice;
    colours = std::max(colours, choice + 1);
  }
  return colour;
}

// Columns by the number of entries, most first.
std::vector<int> largest_first(const SparsePattern& pattern, const std::vector<int>& columns) {
  std::vector<int> order(columns);
  const auto size = [&](int c) { return pattern.column_starts[at(c) + 1] - pattern.column_starts[at(c)]; };
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return size(a) > size(b); });
  return order;
}

// Columns by the length of the longest row they are in, most first: such a row is a lower bound of the count.
std::vector<int> longest_row_first(const SparsePattern& pattern, const SparsePattern& by_row, const std::vector<int>& columns) {
  const auto longest = [&](int c) {
    int result = 0;
    for (int k = pattern.column_starts[at(c)]; k < pattern.column_starts[at(c) + 1]; ++k) {
      const int row = pattern.row_indices[at(k)];
      result = std::max(result, by_row.column_starts[at(row) + 1] - by_row.column_starts[at(row)]);
    }
    return result;
  };
  std::vector<int> order(columns), lengths(at(pattern.columns));
  for (const int c : columns) lengths[at(c)] = longest(c);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return lengths[at(a)] > lengths[at(b)]; });
  return order;
}

// Which columns share a row with which, without themselves; ascending.
std::vector<std::vector<int>> neighbours(const SparsePattern& pattern, const SparsePattern& by_row) {
  std::vector<std::vector<int>> result(at(pattern.columns));
  for (int column = 0; column < pattern.columns; ++column) {
    std::vector<int>& own = result[at(column)];
    for (int k = pattern.column_starts[at(column)]; k < pattern.column_starts[at(column) + 1]; ++k) {
      const int row = pattern.row_indices[at(k)];
      for (int j = by_row.column_starts[at(row)]; j < by_row.column_starts[at(row) + 1]; ++j)
        if (by_row.row_indices[at(j)] != column) own.push_back(by_row.row_indices[at(j)]);
    }
    std::sort(own.begin(), own.end());
    own.erase(std::unique(own.begin(), own.end()), own.end());
  }
  return result;
}

// The column with the fewest neighbours left is taken out and comes last, again and again: Matula and Beck
// (1983), J. ACM 30, 417. Columns wait in one bucket a count of neighbours; stale entries are skipped.
std::vector<int> smallest_last(const SparsePattern& pattern, const SparsePattern& by_row, const std::vector<int>& columns) {
  const std::vector<std::vector<int>> beside = neighbours(pattern, by_row);
  std::vector<int> left(at(pattern.columns), -1);  // neighbours still in; -1 for a column that is out
  std::vector<std::vector<int>> bucket(at(pattern.columns));
  for (const int c : columns) {
    left[at(c)] = static_cast<int>(beside[at(c)].size());
    bucket[at(left[at(c)])].push_back(c);
  }
  std::vector<int> order;
  for (std::size_t fewest = 0; order.size() < columns.size();) {
    if (bucket[fewest].empty()) {
      ++fewest;
      continue;
    }
    const int column = bucket[fewest].back();
    bucket[fewest].pop_back();
    if (left[at(column)] != static_cast<int>(fewest)) continue;
    left[at(column)] = -1;
    order.push_back(column);
    for (const int other : beside[at(column)])
      if (left[at(other)] >= 0) bucket[at(--left[at(other)])].push_back(other);
    if (fewest > 0) --fewest;
  }
  std::reverse(order.begin(), order.end());
  return order;
}

// Maximum matching by augmenting paths (Kuhn), iteratively so that long chains need no stack.
class Matching {
 public:
  explicit Matching(const SparsePattern& pattern)
      : pattern_(pattern), row_of_(at(pattern.columns), -1), column_of_(at(pattern.rows), -1),
        visited_(at(pattern.rows), -1), next_(at(pattern.columns), 0) {
    for (int column = 0; column < pattern.columns; ++column) augment(column);
  }

  StructuralRank result() const {
    StructuralRank rank;
    for (int c = 0; c < pattern_.columns; ++c)
      if (row_of_[at(c)] < 0) rank.unmatched_columns.push_back(c);
      else ++rank.rank;
    for (int r = 0; r < pattern_.rows; ++r)
      if (column_of_[at(r)] < 0) rank.unmatched_rows.push_back(r);
    return rank;
  }

 private:
  void augment(int root) {
    std::vector<int> path{root};   // columns
    std::vector<int> rows;         // rows[k] leads from path[k] to path[k + 1]
    next_[at(root)] = pattern_.column_starts[at(root)];
    while (!path.empty()) {
      const int column = path.back();
      if (next_[at(column)] == pattern_.column_starts[at(column) + 1]) {
        path.pop_back();
        if (!rows.empty()) rows.pop_back();
        continue;
      }
      const int row = pattern_.row_indices[at(next_[at(column)]++)];
      if (visited_[at(row)] == root) continue;
      visited_[at(row)] = root;
      rows.push_back(row);
      const int owner = column_of_[at(row)];
      if (owner < 0) {
        for (std::size_t k = 0; k < path.size(); ++k) {
          row_of_[at(path[k])] = rows[k];
          column_of_[at(rows[k])] = path[k];
        }
        return;
      }
      path.push_back(owner);
      next_[at(owner)] = pattern_.column_starts[at(owner)];
    }
  }

  const SparsePattern& pattern_;
  std::vector<int> row_of_, column_of_, visited_, next_;
};

}  // namespace

SparsePattern SparsePattern::from_triplets(int rows, int columns, const std::vector<Triplet>& entries) {
  SparsePattern pattern{rows, columns, std::vector<int>(at(columns) + 1, 0), {}};
  std::vector<std::vector<int>> rows_of(at(columns));
  for (const Triplet& entry : entries) {
    if (entry.row < 0 || entry.row >= rows || entry.column < 0 || entry.column >= columns)
      throw InternalError(fmt::format("entry ({}, {}) is outside a {} by {} pattern", entry.row, entry.column, rows, columns));
    rows_of[at(entry.column)].push_back(entry.row);
  }
  for (int c = 0; c < columns; ++c) {
    std::vector<int>& own = rows_of[at(c)];
    std::sort(own.begin(), own.end());
    own.erase(std::unique(own.begin(), own.end()), own.end());
    pattern.row_indices.insert(pattern.row_indices.end(), own.begin(), own.end());
    pattern.column_starts[at(c) + 1] = static_cast<int>(pattern.row_indices.size());
  }
  return pattern;
}

bool SparsePattern::contains(int row, int column) const {
  const auto begin = row_indices.begin() + column_starts[at(column)];
  const auto end = row_indices.begin() + column_starts[at(column) + 1];
  return std::binary_search(begin, end, row);
}

std::size_t SparsePattern::slot(int row, int column) const {
  const auto begin = row_indices.begin() + column_starts[at(column)];
  const auto end = row_indices.begin() + column_starts[at(column) + 1];
  const auto found = std::lower_bound(begin, end, row);
  if (found == end || *found != row) throw InternalError(fmt::format("the pattern has no entry ({}, {})", row, column));
  return static_cast<std::size_t>(found - row_indices.begin());
}

SparsePattern SparsePattern::transposed() const {
  std::vector<Triplet> entries;
  for (int c = 0; c < columns; ++c)
    for (int k = column_starts[at(c)]; k < column_starts[at(c) + 1]; ++k) entries.push_back({c, row_indices[at(k)]});
  return from_triplets(columns, rows, entries);
}

SparsePattern SparsePattern::united(const SparsePattern& other) const {
  if (rows != other.rows || columns != other.columns)
    throw InternalError(fmt::format("a {} by {} pattern cannot be united with a {} by {} one", rows, columns, other.rows, other.columns));
  std::vector<Triplet> entries;
  for (const SparsePattern* part : {this, &other})
    for (int c = 0; c < columns; ++c)
      for (int k = part->column_starts[at(c)]; k < part->column_starts[at(c) + 1]; ++k)
        entries.push_back({part->row_indices[at(k)], c});
  return from_triplets(rows, columns, entries);
}

std::vector<int> colour_columns(const SparsePattern& pattern, int& number_of_colours) {
  const SparsePattern by_row = pattern.transposed();
  std::vector<int> columns;
  for (int c = 0; c < pattern.columns; ++c)
    if (pattern.column_starts[at(c)] < pattern.column_starts[at(c) + 1]) columns.push_back(c);

  std::vector<int> best;
  number_of_colours = 0;
  for (const std::vector<int>& order : {columns, largest_first(pattern, columns), longest_row_first(pattern, by_row, columns),
                                       smallest_last(pattern, by_row, columns)}) {
    int colours = 0;
    std::vector<int> colour = greedy(pattern, by_row, order, colours);
    if (best.empty() || colours < number_of_colours) {
      best = std::move(colour);
      number_of_colours = colours;
    }
  }
  return best;
}

bool is_valid_colouring(const SparsePattern& pattern, const std::vector<int>& colour) {
  const SparsePattern by_row = pattern.transposed();
  for (int row = 0; row < pattern.rows; ++row) {
    std::vector<int> seen;
    for (int k = by_row.column_starts[at(row)]; k < by_row.column_starts[at(row) + 1]; ++k)
      seen.push_back(colour[at(by_row.row_indices[at(k)])]);
    std::sort(seen.begin(), seen.end());
    if (!seen.empty() && seen.front() < 0) return false;
    if (std::adjacent_find(seen.begin(), seen.end()) != seen.end()) return false;
  }
  return true;
}

StructuralRank structural_rank(const SparsePattern& pattern) { return Matching(pattern).result(); }

}  // namespace brineflow
