#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "m2v/index.h"
#include "search/condition.h"
#include "search/contents.h"

namespace m2v::search {

/// Queries that share one pass over the rows; a word of marks has a bit for each.
inline constexpr std::size_t kQueryTile = 64;

/// A search as it was asked for, checked.
struct Request {
  std::size_t k;  ///< With those that the offset passes over; at least 1.
  const SearchOptions& options;
  const Condition& condition;
  const StoredColumn* group_by;  ///< May be null.
};

/// The best k hits of each query, best first. At most kQueryTile queries of the contents' width.
void search_tile(const Contents& contents, MatrixView queries, const Request& request,
                 std::span<std::vector<Hit>> results);

}  // namespace m2v::search
