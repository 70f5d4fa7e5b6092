#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "index/contents.h"
#include "index/row_blocks.h"
#include "m2v/types.h"
#include "simd/distance.h"

namespace m2v::index {

/// Queries in the formats of the kernels, and bounds of the difference between a kernel's score and
/// the exact one.
class Queries {
 public:
  /// Copies queries [count, contents.dim], normalized if the index is.
  Queries(const Contents& contents, MatrixView queries);

  std::size_t count() const noexcept { return count_; }
  /// Returns a query as float32, padded with zeros to the stride of the rows.
  const float* values(std::size_t q) const noexcept { return values_.data() + q * stride_; }
  /// Returns a query for simd::dot_rows().
  simd::QueryVector row_query(std::size_t q) const noexcept;
  /// The queries packed as the right factor of simd::multiply(), or null if there are so few that
  /// each is scored separately.
  const float* packed() const noexcept { return packed_.data(); }

  /// Returns a bound such that if a kernel's score is below it, the exact score is below
  /// `threshold`.
  float certain(std::size_t q, float threshold) const noexcept;

 private:
  void round_to_integers(std::size_t q, double largest_norm);

  std::size_t count_;
  std::size_t dim_;
  std::size_t stride_;
  base::AlignedBuffer<float> values_;  // [count, stride]
  base::AlignedBuffer<float> packed_;
  base::AlignedBuffer<std::int8_t> integers_;  // [count, stride], for int8 rows
  std::vector<float> scales_;
  std::vector<std::int32_t> biases_;
  std::vector<double> margins_;  // the largest possible errors of the kernels' scores
};

}  // namespace m2v::index
