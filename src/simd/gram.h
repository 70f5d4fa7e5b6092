#pragma once

#include <cstddef>

// Kernels for the covariance matrix of a principal component analysis, which is computed in strips
// of columns.
namespace m2v::simd {

/// The number of columns in a strip.
inline constexpr std::size_t kGramStrip = 48;

/// Converts a strip of columns to float64 and subtracts the mean: strip[r][c] =
/// x[r * stride + c] - mean[c] for c < columns <= kGramStrip, and 0 for the remaining columns.
/// `strip` is [rows, kGramStrip].
void center_strip(const float* x, std::size_t rows, std::size_t stride, const double* mean,
                  std::size_t columns, double* strip) noexcept;

/// Adds a^T b to gram [kGramStrip, kGramStrip], for strips a and b [rows, kGramStrip].
void add_gram(const double* a, const double* b, std::size_t rows, double* gram) noexcept;

}  // namespace m2v::simd
