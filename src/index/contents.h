#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "m2v/index.h"
#include "search/bit_rows.h"
#include "search/columns.h"
#include "search/id_map.h"
#include "search/vector_rows.h"

namespace m2v::search {

/// Throws std::invalid_argument for what no index can be.
void check_shape(std::size_t dim, Metric metric, Width width);

/// All that an index holds: rows 0 to size() of each part belong together.
struct Contents {
  Contents(std::size_t width_of_vectors, Metric kind, Width how);

  std::size_t dim;
  Metric metric;
  Width width;
  VectorRows rows;
  std::optional<BitRows> bits;  ///< Width::kBit
  std::vector<std::uint64_t> ids;
  IdMap map;
  Columns columns;

  std::size_t size() const noexcept { return ids.size(); }
  bool unit() const noexcept { return metric == Metric::kCosine; }

  /// Strong guarantee; throws std::invalid_argument for an id that is there. The rest is checked.
  void append(std::span<const std::uint64_t> new_ids, MatrixView vectors,
              std::span<const Column> new_columns);
  /// The last row takes the place of this one.
  void remove(std::size_t row);

 private:
  void insert_ids(std::span<const std::uint64_t> new_ids);
  void drop_ids(std::size_t size, std::size_t mapped);
};

}  // namespace m2v::search
