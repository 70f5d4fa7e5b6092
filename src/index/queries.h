#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "m2v/types.h"
#include "search/contents.h"
#include "search/row_blocks.h"
#include "simd/distance.h"

namespace m2v::search {

/// Queries as the kernels read them, and how far a kernel's score can be from the exact one.
class Queries {
 public:
  Queries(const Contents& contents, MatrixView queries);

  std::size_t count() const noexcept { return count_; }
  const float* values(std::size_t q) const noexcept { return values_.data() + q * stride_; }
  simd::RowQuery row_query(std::size_t q) const noexcept;
  /// What simd::multiply() takes as its right side; null if queries are scored one at a time.
  const float* packed() const noexcept { return packed_.data(); }

  /// A kernel's score below this means that the exact one is below `threshold`.
  float certain(std::size_t q, float threshold) const noexcept;

 private:
  void round_to_integers(std::size_t q, double largest_norm);

  std::size_t count_;
  std::size_t dim_;
  std::size_t stride_;
  Aligned<float> values_;  // [count, stride]
  Aligned<float> packed_;
  Aligned<std::int8_t> integers_;  // [count, stride], for int8 rows
  std::vector<float> scales_;
  std::vector<std::int32_t> biases_;
  std::vector<double> margins_;
};

}  // namespace m2v::search
