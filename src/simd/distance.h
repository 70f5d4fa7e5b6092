#pragma once

#include <cstddef>

namespace m2v::simd {

/// The granularity of dot_products(): strides are multiples of this many floats, padded with zeros.
inline constexpr std::size_t kDotAlign = 16;

/// Every row's dot product with every query, in float32:
///
///   scores[q * row_count + r] = sum over i < stride of rows[r * stride + i] * queries[q * stride +
///   i]
///
/// `rows` holds row_count * stride values, `queries` query_count * stride; stride is a positive
/// multiple of kDotAlign. A score depends on its own row and query alone, to the last bit: not on
/// the counts or on the place in the block.
void dot_products(const float* rows, std::size_t row_count, const float* queries,
                  std::size_t query_count, std::size_t stride, float* scores) noexcept;

}  // namespace m2v::simd
