#include "index/queries.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "simd/product.h"

namespace m2v::index {
namespace {

/// The number of queries from which on a matrix product is faster than scoring one query after the
/// other against rows in the cache.
constexpr std::size_t kProductQueries = 8;
/// Up to this product of norms, no intermediate sum of a score can overflow float32.
constexpr double kMaxSafeNorm = std::numeric_limits<float>::max() / 2;
constexpr double kMaxInt8 = 127;
constexpr double kSumLimit = std::numeric_limits<std::int32_t>::max();
constexpr double kByteLimit = 255;

double norm(const float* values, std::size_t count) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += static_cast<double>(values[i]) * values[i];
  return std::sqrt(sum);
}

}  // namespace

Queries::Queries(const Contents& contents, MatrixView queries)
    : count_(queries.rows),
      dim_(contents.dim),
      stride_(contents.rows.stride()),
      values_(count_ * stride_),
      scales_(count_),
      biases_(count_),
      margins_(count_) {
  const double largest_norm = contents.rows.largest_norm();
  for (std::size_t q = 0; q < count_; ++q) {
    float* const to = values_.data() + q * stride_;
    copy_vector(queries.data + q * dim_, dim_, contents.unit(), to);
    std::fill(to + dim_, to + stride_, 0.0f);
    // Twice the error bound for any order of summation, plus the underflow of products that are too
    // small for float32.
    const double size = norm(to, dim_) * largest_norm;
    margins_[q] = static_cast<double>(stride_ + 8) * (std::numeric_limits<float>::epsilon() * size +
                                                      std::numeric_limits<float>::min());
    if (size > kMaxSafeNorm) margins_[q] = std::numeric_limits<double>::infinity();
  }
  if (count_ >= kProductQueries) {
    packed_ = base::AlignedBuffer<float>(simd::padded_columns(count_) * stride_);
    simd::pack(values_.data(), count_, stride_, packed_.data());
  } else if (contents.rows.dtype() == DType::kInt8) {
    integers_ = base::AlignedBuffer<std::int8_t>(count_ * stride_);
    for (std::size_t q = 0; q < count_; ++q) round_to_integers(q, largest_norm);
  }
}

/// Rounds a query to integers such that sums of their products with bytes fit in 32 bits. The
/// rounding error is added to the query's margin.
void Queries::round_to_integers(std::size_t q, double largest_norm) {
  const float* const from = values(q);
  std::int8_t* const to = integers_.data() + q * stride_;
  double largest = 0;
  for (std::size_t i = 0; i < dim_; ++i) largest = std::max<double>(largest, std::abs(from[i]));
  const double levels =
      std::floor(std::min(kMaxInt8, kSumLimit / kByteLimit / static_cast<double>(dim_)));
  const double scale = levels > 0 ? largest / levels : 0;
  double lost = 0;
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < stride_; ++i) {
    const double value = scale > 0 ? std::nearbyint(from[i] / scale) : 0;
    to[i] = static_cast<std::int8_t>(value);
    sum += to[i];
    lost += (from[i] - value * scale) * (from[i] - value * scale);
  }
  scales_[q] = static_cast<float>(scale);
  biases_[q] = sum * simd::kInt8Zero;
  margins_[q] += std::sqrt(lost) * largest_norm;
}

simd::QueryVector Queries::row_query(std::size_t q) const noexcept {
  const std::int8_t* const integers =
      integers_.data() == nullptr ? nullptr : integers_.data() + q * stride_;
  return {values(q), integers, scales_[q], biases_[q]};
}

float Queries::certain(std::size_t q, float threshold) const noexcept {
  constexpr float kLowest = -std::numeric_limits<float>::infinity();
  const double bound = static_cast<double>(threshold) - margins_[q];
  if (bound < std::numeric_limits<float>::lowest()) return kLowest;
  return std::nextafter(static_cast<float>(bound), kLowest);
}

}  // namespace m2v::index
