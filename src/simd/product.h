#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/activation.h"

// Matrix products y = activation(a b + bias), or plus what y held, with b packed once for many a.
//
// b is packed from its transpose, as checkpoints store weights: a row an output column. Columns go
// in panels of kPanelColumns, the last one filled up with zeros; a panel holds its columns side by
// side, step by step along the depth, so that the kernel reads it from front to back. Rows of a are
// taken kRowGroup at a time. A row's result depends on that row and b alone, to the last bit.
namespace m2v::simd {

inline constexpr std::size_t kPanelColumns = 32;
inline constexpr std::size_t kRowGroup = 12;

constexpr std::size_t padded_columns(std::size_t columns) noexcept {
  return (columns + kPanelColumns - 1) / kPanelColumns * kPanelColumns;
}

constexpr std::size_t padded_rows(std::size_t rows) noexcept {
  return (rows + kRowGroup - 1) / kRowGroup * kRowGroup;
}

struct Finish {
  const float* bias = nullptr;  ///< [padded_columns(columns)]
  Activation activation = Activation::kNone;
  bool add = false;  ///< Adds to what the output holds: a residual connection.
};

/// A panel product's sizes; `rows` is a multiple of kRowGroup.
struct ProductShape {
  std::size_t rows, depth, columns;
};

/// weight [columns, depth] to packed [padded_columns(columns) * depth].
void pack(const float* weight, std::size_t columns, std::size_t depth, float* packed) noexcept;

/// The same for `count` columns from the one at `first` on; `packed` has its zeros already.
void pack_columns(const float* weight, std::size_t depth, std::size_t first, std::size_t count,
                  float* packed) noexcept;

/// Rows `first` to `first + count` of b [depth, columns], as it stands, to their places in the
/// same.
void pack_rows(const float* b, std::size_t depth, std::size_t columns, std::size_t first,
               std::size_t count, float* packed) noexcept;

/// a [rows, depth], out [rows, columns], in float32.
void multiply(const float* a, const float* packed, const ProductShape& shape, const Finish& finish,
              float* out) noexcept;

/// The same for an a that lies as [depth, rows], its rows of the depth `stride` apart.
void multiply_transposed(const float* a, std::size_t stride, const float* packed,
                         const ProductShape& shape, float* out) noexcept;

// The same in 16-bit fixed point, at twice the speed where fixed_is_fast(). Each row of a and each
// column of b is scaled to integers such that no sum of products over a block of the depth can
// leave 32 bits; the blocks' sums are added in float32. Their rounding is to a ten-thousandth of a
// row's root mean square, roughly.

/// Whether the machine multiplies and adds 16-bit integers in one instruction.
bool fixed_is_fast() noexcept;

/// Rows of integers are an even number long: pairs are multiplied at once.
constexpr std::size_t fixed_depth(std::size_t depth) noexcept { return depth + depth % 2; }

/// x [rows, depth] to integers [rows, fixed_depth(depth)] and x / integers in `scales` [rows]; NaN
/// for a row that holds NaN or an infinity.
void to_fixed(const float* x, std::size_t rows, std::size_t depth, std::int16_t* integers,
              float* scales) noexcept;

/// weight [columns, depth] to packed [padded_columns(columns) * fixed_depth(depth)] and its scales
/// [padded_columns(columns)].
void pack_fixed(const float* weight, std::size_t columns, std::size_t depth, std::int16_t* packed,
                float* scales);

/// What to_fixed() and pack_fixed() made of a and b, multiplied; out [rows, columns] in float32.
void multiply_fixed(const std::int16_t* a, const float* a_scales, const std::int16_t* packed,
                    const float* b_scales, const ProductShape& shape, const Finish& finish,
                    float* out) noexcept;

}  // namespace m2v::simd
