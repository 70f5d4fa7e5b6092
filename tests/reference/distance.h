#pragma once

#include <cstddef>
#include <cstdint>

namespace m2v::reference {

/// Returns the dot product, summed in float64.
inline double dot_product(const float* a, const float* b, std::size_t count) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

/// Returns the sum of the absolute values of the products, which bounds rounding errors.
inline double dot_magnitude(const float* a, const float* b, std::size_t count) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double product = static_cast<double>(a[i]) * b[i];
    sum += product < 0 ? -product : product;
  }
  return sum;
}

/// Returns the score of one row of bits. Rows are stored in groups of 64, as in simd/bit_scan.h.
inline unsigned bit_score(const std::uint8_t* rows, std::size_t row, std::size_t row_bytes,
                          const std::uint8_t* tables) {
  unsigned sum = 0;
  for (std::size_t b = 0; b < row_bytes; ++b) {
    const std::uint8_t byte = rows[(row / 64 * row_bytes + b) * 64 + row % 64];
    sum += tables[b * 32 + (byte & 15)] + tables[b * 32 + 16 + (byte >> 4)];
  }
  return sum;
}

}  // namespace m2v::reference
