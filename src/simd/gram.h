#pragma once

#include <cstddef>

// The covariances of a principal component analysis, in strips of columns.
namespace m2v::simd {

inline constexpr std::size_t kGramStrip = 48;

/// Widens a strip of columns and centres it: strip[r][c] = x[r * stride + c] - mean[c] for
/// c < columns <= kGramStrip, 0 for the rest of the strip's kGramStrip columns.
void centre_strip(const float* x, std::size_t rows, std::size_t stride, const double* mean,
                  std::size_t columns, double* strip) noexcept;

/// gram += a^T b, all of it kGramStrip wide: a, b [rows, kGramStrip], gram [kGramStrip,
/// kGramStrip].
void add_gram(const double* a, const double* b, std::size_t rows, double* gram) noexcept;

}  // namespace m2v::simd
