#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "m2v/types.h"

namespace m2v::simd {

/// A table of row vectors [rows, dim] of any DType, row-major. No alignment is assumed.
struct TableView {
  const void* data = nullptr;  ///< Owned by the caller.
  DType dtype = DType::kFloat32;
  std::size_t dim = 0;
};

/// Texts as lists of table rows. The vector of text t is the mean of the table rows numbered
/// rows[offsets[t]] to rows[offsets[t + 1] - 1]. With weights, each row is multiplied by its
/// weight; the sum is still divided by the number of rows.
struct PoolJob {
  TableView table;
  const std::uint32_t* rows = nullptr;   ///< The row numbers of all texts, text after text.
  const double* weights = nullptr;       ///< One per entry of `rows`, or null.
  const std::size_t* offsets = nullptr;  ///< [texts + 1]: ranges of `rows`.
  std::size_t texts = 0;                 ///< The number of texts.
  /// Add up the sums of blocks of rows in float64: as accurate as float64 weights are.
  bool float64_sums = false;
  bool normalize = false;          ///< Divide by the L2 norm; a zero vector stays zero.
  float* out = nullptr;            ///< [texts, dim]
  double* float64_out = nullptr;   ///< [texts, dim], or null. Replaces `out` for a float64 table,
                                   ///< without rounding to float32.
  std::span<double> scratch = {};  ///< At least pool_scratch_size() values, owned by the caller.

  /// Returns the number of float64 values that pool_rows() needs for sums in float64.
  std::size_t pool_scratch_size() const noexcept {
    return float64_sums || table.dtype == DType::kFloat64 ? table.dim : 0;
  }
};

/// Writes one vector per text. Sums are in float32 (float64 for a float64 table) and are rounded to
/// float32 once, at the end. A text without rows gives the zero vector.
void pool_rows(const PoolJob& job) noexcept;

}  // namespace m2v::simd
