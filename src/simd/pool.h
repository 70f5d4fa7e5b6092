#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "m2v/types.h"

namespace m2v::simd {

/// A table of row vectors in any of the storage types, row-major; no alignment is assumed.
struct TableView {
  const void* data = nullptr;
  DType dtype = DType::kFloat32;
  std::size_t dim = 0;
};

/// Texts as rows of a table: text t is the mean of rows[offsets[t]] to rows[offsets[t + 1] - 1].
struct PoolJob {
  TableView table;
  const std::uint32_t* rows = nullptr;
  const double* weights = nullptr;       ///< One a row entry, or null.
  const std::size_t* offsets = nullptr;  ///< texts + 1 of them.
  std::size_t texts = 0;
  /// Sum in float64 across blocks of rows: as accurate as float64 weights are.
  bool wide_sums = false;
  bool normalize = false;          ///< Divide by the L2 norm; a zero vector stays zero.
  float* out = nullptr;            ///< [texts, dim]
  double* wide_out = nullptr;      ///< Instead of `out`, for a float64 table: nothing is rounded.
  std::span<double> scratch = {};  ///< At least pool_scratch() values.

  /// How many float64 values pool_rows() needs for sums that are rounded only when they are done.
  std::size_t pool_scratch() const noexcept {
    return wide_sums || table.dtype == DType::kFloat64 ? table.dim : 0;
  }
};

/// Sums in float32 (float64 for a float64 table), and rounds to float32 once, at the end. A text
/// without rows gives the zero vector.
void pool_rows(const PoolJob& job) noexcept;

}  // namespace m2v::simd
