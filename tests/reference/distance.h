#pragma once

#include <cstddef>

namespace m2v::reference {

/// A dot product in float64, the plain way.
inline double dot_product(const float* a, const float* b, std::size_t count) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

/// The sum of the products' magnitudes: what a rounding error is to be measured against.
inline double dot_magnitude(const float* a, const float* b, std::size_t count) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double product = static_cast<double>(a[i]) * b[i];
    sum += product < 0 ? -product : product;
  }
  return sum;
}

}  // namespace m2v::reference
