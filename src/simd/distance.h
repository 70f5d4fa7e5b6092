#pragma once

#include <cstddef>
#include <cstdint>

#include "m2v/types.h"

// Rows of vectors against a query. Scores are sums in float32, in an order that suits the machine;
// of int8 rows, in integers.
namespace m2v::simd {

/// Rows begin at multiples of this many bytes, and what they have beyond their values is zeros.
inline constexpr std::size_t kRowAlign = 64;
/// How an int8 value of 0 is stored: integers are bytes in excess of this.
inline constexpr std::uint8_t kInt8Zero = 128;

/// Rows of one type, `stride` values apart: kFloat32, kFloat16, or kInt8, where a value is
/// (byte - kInt8Zero) * scales[row] and the filling is kInt8Zero.
struct Rows {
  DType dtype = DType::kFloat32;
  const std::byte* data = nullptr;
  std::size_t stride = 0;
  const float* scales = nullptr;
};

/// Which of the rows: `count` of them, those that `picks` names or, if it is null, the first.
struct Picked {
  Rows rows;
  const std::uint32_t* picks = nullptr;
  std::size_t count = 0;
};

/// A query as float32 and, for int8 rows, as integers: integers[i] * scale is about values[i]. Each
/// has as many values as a row's stride.
struct RowQuery {
  const float* values = nullptr;
  const std::int8_t* integers = nullptr;
  float scale = 0;
  std::int32_t bias = 0;  ///< kInt8Zero times the sum of the integers; all sums fit in 32 bits.
};

/// Each picked row's dot product with the query: with its integers for int8 rows, else with its
/// values. A score depends on its row alone, to the last bit.
void dot_rows(const Picked& rows, const RowQuery& query, float* scores) noexcept;

/// The picked rows as float32, out [count, rows.stride].
void widen_rows(const Picked& rows, float* out) noexcept;

/// Bit i of `marks` [ceil(count / 64)]: not scores[i] < threshold, so NaN is marked.
void mark_scores(const float* scores, std::size_t count, float threshold,
                 std::uint64_t* marks) noexcept;
/// The same for scores [rows, columns] with a threshold a column, at most 64: a word of marks a
/// row.
void mark_columns(const float* scores, std::size_t rows, std::size_t columns,
                  const float* thresholds, std::uint64_t* marks) noexcept;

}  // namespace m2v::simd
