#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "index/condition.h"
#include "index/contents.h"
#include "m2v/index.h"

namespace m2v::index {

/// The largest number of queries that share one pass over the rows: one for each bit of a word.
inline constexpr std::size_t kQueryTile = 64;

/// The validated parameters of a search.
struct Request {
  std::size_t k;  ///< The number of hits, including those that the offset skips; at least 1.
  const SearchOptions& options;
  const Condition& condition;    ///< From options.filter.
  const StoredColumn* group_by;  ///< From options.group_by; null for no grouping.
};

/// Writes the best k hits of each query to `results`, best first. `queries` is [at most kQueryTile,
/// contents.dim]; `results` has one element per query.
void search_tile(const Contents& contents, MatrixView queries, const Request& request,
                 std::span<std::vector<Hit>> results);

}  // namespace m2v::index
