#pragma once

#include <cstddef>
#include <cstdint>

#include "m2v/types.h"

// Scores rows of vectors against a query. Scores of float rows are summed in float32, in an order
// that depends on the machine; those of int8 rows are summed exactly, in integers.
namespace m2v::simd {

/// Rows begin at multiples of this many bytes and are padded to a multiple of it.
inline constexpr std::size_t kRowAlign = 64;
/// The byte that stores the int8 value 0: a byte stands for the integer byte - kInt8Zero.
inline constexpr std::uint8_t kInt8Zero = 128;

/// Rows of one dtype, `stride` values apart: kFloat32, kFloat16, or kInt8, where a value is
/// (byte - kInt8Zero) * scales[row]. The padding of a row is zero (kInt8Zero for kInt8).
struct Rows {
  DType dtype = DType::kFloat32;
  const std::byte* data = nullptr;  ///< The first row; owned by the caller.
  std::size_t stride = 0;           ///< In values; a multiple of kRowAlign bytes.
  const float* scales = nullptr;    ///< One per row, for kInt8 only.
};

/// A selection of rows: those that `picks` lists or, if it is null, the first `count`.
struct Picked {
  Rows rows;
  const std::uint32_t* picks = nullptr;  ///< [count] row numbers, or null.
  std::size_t count = 0;
};

/// A query as float32 and, for int8 rows, as integers: integers[i] * scale is about values[i]. Both
/// arrays have as many values as a row's stride.
struct QueryVector {
  const float* values = nullptr;
  const std::int8_t* integers = nullptr;
  float scale = 0;
  std::int32_t bias = 0;  ///< kInt8Zero times the sum of the integers; all sums fit in 32 bits.
};

/// Writes each selected row's dot product with the query to scores [count]: with the query's
/// integers for int8 rows, with its values for others. A score depends on its row and the query
/// only, to the last bit.
void dot_rows(const Picked& rows, const QueryVector& query, float* scores) noexcept;

/// Converts the selected rows to float32, out [count, rows.stride].
void widen_rows(const Picked& rows, float* out) noexcept;

/// Sets bit i of marks [ceil(count / 64)] to !(scores[i] < threshold); NaN is marked, too.
void mark_scores(const float* scores, std::size_t count, float threshold,
                 std::uint64_t* marks) noexcept;
/// The same for scores [rows, columns] with one threshold per column. There are at most 64 columns,
/// and marks [rows] has one word per row.
void mark_columns(const float* scores, std::size_t rows, std::size_t columns,
                  const float* thresholds, std::uint64_t* marks) noexcept;

}  // namespace m2v::simd
