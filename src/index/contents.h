#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "index/bit_rows.h"
#include "index/columns.h"
#include "index/id_map.h"
#include "index/vector_rows.h"
#include "m2v/index.h"

namespace m2v::index {

/// Throws std::invalid_argument unless an index can have this dimension, metric and dtype.
void check_shape(std::size_t dim, Metric metric, IndexDType dtype);

/// The contents of an index. Row i of each member, for i < size(), describes the same vector.
struct Contents {
  /// Creates empty contents. Precondition: check_shape() accepts the arguments.
  Contents(std::size_t dimension_of, Metric kind, IndexDType how);

  std::size_t dim;  ///< Values per vector.
  Metric metric;
  IndexDType dtype;
  VectorRows rows;                 ///< The vectors from which scores are computed.
  std::optional<BitRows> bits;     ///< Set for IndexDType::kBit.
  std::vector<std::uint64_t> ids;  ///< The id of each row.
  IdMap map;                       ///< From ids to rows.
  Columns columns;                 ///< Metadata.

  /// The number of vectors.
  std::size_t size() const noexcept { return ids.size(); }
  /// Whether vectors are normalized.
  bool unit() const noexcept { return metric == Metric::kCosine; }

  /// Adds vectors [new_ids.size(), dim]. Throws std::invalid_argument if an id is already in the
  /// index or there would be too many rows; other arguments are expected to be valid. Strong
  /// exception guarantee.
  void append(std::span<const std::uint64_t> new_ids, MatrixView vectors,
              std::span<const Column> new_columns);
  /// Removes a row; the last row moves to its position.
  void remove(std::size_t row);

 private:
  void insert_ids(std::span<const std::uint64_t> new_ids);
  void drop_ids(std::size_t size, std::size_t mapped);
};

}  // namespace m2v::index
