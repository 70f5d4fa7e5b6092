#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/activation.h"

// Matrix products y = activation(a b + bias), or activation(a b + bias + y), with b packed once for
// many a.
//
// b is packed from its transpose, the layout in which checkpoints store weights: one row per output
// column. Columns are grouped into panels of kPanelColumns, the last one padded with zeros. A panel
// interleaves its columns step by step along the depth, so that the kernel reads it from front to
// back. Rows of a are processed kRowGroup at a time. A row of the result depends only on that row
// of a and on b, to the last bit.
namespace m2v::simd {

/// The number of columns in a panel of a packed matrix.
inline constexpr std::size_t kPanelColumns = 32;
/// The number of rows of `a` is a multiple of this.
inline constexpr std::size_t kRowGroup = 12;

/// Rounds up to a multiple of kPanelColumns.
constexpr std::size_t padded_columns(std::size_t columns) noexcept {
  return (columns + kPanelColumns - 1) / kPanelColumns * kPanelColumns;
}

/// Rounds up to a multiple of kRowGroup.
constexpr std::size_t padded_rows(std::size_t rows) noexcept {
  return (rows + kRowGroup - 1) / kRowGroup * kRowGroup;
}

/// The epilogue of a product: what is applied to a b before it is stored.
struct Epilogue {
  const float* bias = nullptr;                ///< [padded_columns(columns)], or null for none.
  Activation activation = Activation::kNone;  ///< Applied last, to the sum.
  bool add = false;  ///< Adds the previous contents of the output: a residual connection.
};

/// The sizes of a product: a [rows, depth] times b [depth, columns]. Unless stated otherwise,
/// `rows` is a multiple of kRowGroup.
struct ProductShape {
  std::size_t rows, depth, columns;
};

/// Packs weight [columns, depth], the transpose of b, to packed [padded_columns(columns) * depth].
void pack(const float* weight, std::size_t columns, std::size_t depth, float* packed) noexcept;

/// Packs only the columns from `first` to `first + count` - 1. The padding of the last panel of
/// `packed` must already be zero.
void pack_columns(const float* weight, std::size_t depth, std::size_t first, std::size_t count,
                  float* packed) noexcept;

/// Packs the rows from `first` to `first + count` - 1 of b [depth, columns], which is not
/// transposed, to their positions in packed [padded_columns(columns) * depth].
void pack_rows(const float* b, std::size_t depth, std::size_t columns, std::size_t first,
               std::size_t count, float* packed) noexcept;

/// Multiplies a [rows, depth] by a packed b to out [rows, columns], in float32.
void multiply(const float* a, const float* packed, const ProductShape& shape,
              const Epilogue& epilogue, float* out) noexcept;

/// The same for an `a` that is stored transposed, as [depth, rows] with rows `stride` values apart,
/// and without an epilogue.
void multiply_transposed(const float* a, std::size_t stride, const float* packed,
                         const ProductShape& shape, float* out) noexcept;

// The same product in 16-bit fixed point, at twice the speed where fixed_is_fast(). Each row of a
// and each column of b is scaled to integers such that no sum of products over a block of the depth
// can overflow 32 bits; the sums of the blocks are added in float32. The rounding error is roughly
// a ten-thousandth of a row's root mean square.

/// Returns whether the machine multiplies and adds 16-bit integers in one instruction.
bool fixed_is_fast() noexcept;

/// Rounds the depth up to an even number, the length of rows of integers: the kernel multiplies
/// pairs.
constexpr std::size_t fixed_depth(std::size_t depth) noexcept { return depth + depth % 2; }

/// Scales the rows of x [rows, depth] to integers [rows, fixed_depth(depth)] and stores the factors
/// in scales [rows], such that x is about integers * scale. A row that contains NaN or an infinity
/// has the scale NaN.
void to_fixed(const float* x, std::size_t rows, std::size_t depth, std::int16_t* integers,
              float* scales) noexcept;

/// Packs weight [columns, depth], the transpose of b, to packed [padded_columns(columns) *
/// fixed_depth(depth)] and its scales [padded_columns(columns)]. Throws std::bad_alloc.
void pack_fixed(const float* weight, std::size_t columns, std::size_t depth, std::int16_t* packed,
                float* scales);

/// Multiplies an `a` converted by to_fixed() by a b packed by pack_fixed(), to out [rows, columns]
/// in float32.
void multiply_fixed(const std::int16_t* a, const float* a_scales, const std::int16_t* packed,
                    const float* b_scales, const ProductShape& shape, const Epilogue& epilogue,
                    float* out) noexcept;

}  // namespace m2v::simd
