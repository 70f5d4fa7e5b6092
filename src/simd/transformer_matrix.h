#pragma once

#include <cstddef>

// The products of a principal component analysis. Sizes are padded with zeros to these multiples.
namespace m2v::simd {

inline constexpr std::size_t kTileRows = 6;
inline constexpr std::size_t kTileColumns = 32;
inline constexpr std::size_t kGramStrip = 48;

/// Widens a strip of columns and centres it: strip[r][c] = x[r * stride + c] - mean[c] for
/// c < columns <= kGramStrip, 0 for the rest of the strip's kGramStrip columns.
void centre_strip(const float* x, std::size_t rows, std::size_t stride, const double* mean,
                  std::size_t columns, double* strip) noexcept;

/// gram += a^T b, all of it kGramStrip wide: a, b [rows, kGramStrip], gram [kGramStrip,
/// kGramStrip].
void add_gram(const double* a, const double* b, std::size_t rows, double* gram) noexcept;

/// One panel of a product: out = a b with a [rows, depth], b [depth, kTileColumns], row r of the
/// result at out + r * out_stride. `rows` is a multiple of kTileRows.
void multiply(const float* a, const float* b, std::size_t rows, std::size_t depth, float* out,
              std::size_t out_stride) noexcept;

}  // namespace m2v::simd
