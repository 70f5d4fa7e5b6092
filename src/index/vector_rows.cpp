#include "index/vector_rows.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "base/half.h"
#include "base/thread_pool.h"
#include "simd/bit_scan.h"
#include "simd/to_half.h"

namespace m2v::index {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{2} << 20;  // a huge page
constexpr float kInt8Limit = 127;
/// An upper bound of the norm of a unit vector after rounding to any dtype.
constexpr double kUnitNorm = 1.001;

double squared_norm(const float* values, std::size_t dim) {
  double sum = 0;
  for (std::size_t i = 0; i < dim; ++i) sum += static_cast<double>(values[i]) * values[i];
  return sum;
}

std::size_t padded(std::size_t dim, DType dtype) {
  const std::size_t values = simd::kRowAlign / dtype_size(dtype);
  return base::blocks_of(dim, values) * values;
}

/// Returns the number of rows per block: a multiple of kBitGroupRows, 64, so that a block has whole
/// groups of bit rows and whole words of marks.
std::size_t block_rows(std::size_t row_bytes) {
  return std::max<std::size_t>(1, kBlockBytes / row_bytes / simd::kBitGroupRows) *
         simd::kBitGroupRows;
}

/// Writes a vector as integers from -127 to 127 and returns their scale.
float to_int8(const float* vector, std::size_t dim, bool unit, std::uint8_t* to) {
  float largest = 0;
  for (std::size_t i = 0; i < dim; ++i) largest = std::max(largest, std::abs(vector[i]));
  if (largest == 0) {
    std::fill_n(to, dim, simd::kInt8Zero);
    return 0;
  }
  double squares = 0;
  for (std::size_t i = 0; i < dim; ++i) {
    // In float64, because dividing by a subnormal scale would overflow float32.
    const double value = std::nearbyint(static_cast<double>(vector[i]) / largest * kInt8Limit);
    squares += value * value;
    to[i] = static_cast<std::uint8_t>(static_cast<int>(value) + simd::kInt8Zero);
  }
  return unit ? static_cast<float>(1 / std::sqrt(squares)) : largest / kInt8Limit;
}

/// Returns an upper bound of the L2 norm of a vector after its values are rounded to the dtype.
double stored_norm_bound(const float* vector, std::size_t dim, DType dtype) {
  const double norm = std::sqrt(squared_norm(vector, dim));
  if (dtype == DType::kFloat32) return norm;
  float largest = 0;
  for (std::size_t i = 0; i < dim; ++i) largest = std::max(largest, std::abs(vector[i]));
  const double step = dtype == DType::kInt8 ? largest / kInt8Limit : 0x1p-24;
  return kUnitNorm * norm + std::sqrt(static_cast<double>(dim)) * step;
}

/// Returns the dot product of a row with a query, in four sums whose order does not depend on the
/// machine. value(i) is the row's value i.
template <class Value>
double dot(std::size_t dim, const float* query, const Value& value) {
  double sums[4] = {};
  std::size_t i = 0;
  for (; i + 4 <= dim; i += 4) {
    for (std::size_t lane = 0; lane < 4; ++lane) {
      sums[lane] += static_cast<double>(value(i + lane)) * query[i + lane];
    }
  }
  for (; i < dim; ++i) sums[0] += static_cast<double>(value(i)) * query[i];
  return (sums[0] + sums[2]) + (sums[1] + sums[3]);
}

}  // namespace

void copy_vector(const float* from, std::size_t dim, bool unit, float* to) {
  // The square of the smallest float32 is a normal float64, so that only zero vectors have norm 0.
  const double norm = unit ? std::sqrt(squared_norm(from, dim)) : 1.0;
  if (unit && norm > 0) {
    for (std::size_t i = 0; i < dim; ++i) to[i] = static_cast<float>(from[i] / norm);
  } else {
    std::copy_n(from, dim, to);
  }
}

VectorRows::VectorRows(std::size_t dim, DType dtype, bool unit)
    : dim_(dim),
      dtype_(dtype),
      unit_(unit),
      stride_(padded(dim, dtype)),
      blocks_(stride_ * dtype_size(dtype), block_rows(stride_ * dtype_size(dtype))),
      largest_norm_(unit ? kUnitNorm : 0) {}

simd::Rows VectorRows::block(std::size_t i) const noexcept {
  const float* const scales = scales_.empty() ? nullptr : scales_.data() + i * rows_per_block();
  return {dtype_, blocks_.block(i), stride_, scales};
}

void VectorRows::reserve(std::size_t rows) {
  blocks_.reserve(rows);
  if (dtype_ != DType::kInt8 || rows <= scales_.size()) return;
  if (rows > scales_.capacity()) scales_.reserve(std::max(rows, scales_.capacity() * 2));
  scales_.resize(rows);
}

void VectorRows::set(std::size_t row, const float* vector) {
  std::byte* const to = blocks_.writable_row(row);
  switch (dtype_) {
    case DType::kFloat16:
      simd::to_half(vector, dim_, reinterpret_cast<std::uint16_t*>(to));
      break;
    case DType::kInt8: {
      auto* const integers = reinterpret_cast<std::uint8_t*>(to);
      scales_[row] = to_int8(vector, dim_, unit_, integers);
      std::fill(integers + dim_, integers + stride_, simd::kInt8Zero);
      break;
    }
    default:
      std::memcpy(to, vector, dim_ * sizeof(float));
  }
  if (!unit_) largest_norm_ = std::max(largest_norm_, stored_norm_bound(vector, dim_, dtype_));
}

void VectorRows::copy(std::size_t from, std::size_t to) {
  std::memcpy(blocks_.writable_row(to), blocks_.row(from), blocks_.row_bytes());
  if (dtype_ == DType::kInt8) scales_[to] = scales_[from];
}

float VectorRows::score(std::size_t i, const float* query) const noexcept {
  const std::byte* const data = blocks_.row(i);
  double sum;
  if (dtype_ == DType::kFloat16) {
    const auto* halves = reinterpret_cast<const std::uint16_t*>(data);
    sum = dot(dim_, query, [&](std::size_t k) { return base::half_to_float(halves[k]); });
  } else if (dtype_ == DType::kInt8) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(data);
    sum = dot(dim_, query, [&](std::size_t k) { return bytes[k] - simd::kInt8Zero; });
    sum *= scales_[i];
  } else {
    const auto* floats = reinterpret_cast<const float*>(data);
    sum = dot(dim_, query, [&](std::size_t k) { return floats[k]; });
  }
  const double limit = unit_ ? 1.0 : std::numeric_limits<float>::max();
  return static_cast<float>(std::clamp(sum, -limit, limit));
}

void VectorRows::get(std::size_t i, float* to) const noexcept {
  const std::byte* const data = blocks_.row(i);
  for (std::size_t k = 0; k < dim_; ++k) {
    switch (dtype_) {
      case DType::kFloat16:
        to[k] = base::half_to_float(reinterpret_cast<const std::uint16_t*>(data)[k]);
        break;
      case DType::kInt8:
        to[k] = (reinterpret_cast<const std::uint8_t*>(data)[k] - simd::kInt8Zero) * scales_[i];
        break;
      default:
        to[k] = reinterpret_cast<const float*>(data)[k];
    }
  }
}

void VectorRows::save(std::size_t size, formats::Sections& sections) const {
  sections.add(":rows", blocks_.pieces(size));
  if (dtype_ != DType::kInt8) return;
  sections.add(":scales", base::FlatArray<float>(std::span(scales_).first(size), nullptr));
}

void VectorRows::load(std::size_t size, double largest_norm, const formats::Sections& sections) {
  const auto rows = sections.array<std::byte>(":rows");
  if (rows.size() / blocks_.row_bytes() != size || rows.size() % blocks_.row_bytes() != 0) {
    sections.fail(":rows", std::to_string(rows.size()) + " bytes for " + std::to_string(size) +
                               " rows of " + std::to_string(blocks_.row_bytes()));
  }
  if (dtype_ == DType::kInt8) {
    const auto scales = sections.array<float>(":scales");
    if (scales.size() != size) sections.fail(":scales", "does not have one value per row");
    scales_.assign(scales.begin(), scales.end());
  }
  blocks_.adopt(rows);
  largest_norm_ = largest_norm;
}

}  // namespace m2v::index
