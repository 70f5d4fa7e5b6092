#pragma once

#include <cstddef>
#include <span>

#include "simd/product.h"

// multiply() with an eighth fewer multiplications. Strassen's algorithm in Winograd's form (Knuth,
// The Art of Computer Programming, volume 2, section 4.6.4) cuts both matrices into quarters and
// computes their product from seven products of sums of quarters, instead of eight products of
// quarters.
//
// A row of `a` is added to the row half the matrix away. The rounding errors are those of the
// larger of the two, so the rows should be of similar magnitude. A value that is not finite would
// spread to the other row, so a matrix with such values is multiplied by multiply().
namespace m2v::simd {

/// Returns the number of floats that pack_sums() writes; 0 for a matrix that multiply_strassen()
/// leaves to multiply(), because it is small or cannot be cut into quarters.
std::size_t packed_sums_size(std::size_t columns, std::size_t depth) noexcept;

/// Writes the sums of quarters of a matrix packed by pack() to sums [packed_sums_size(columns,
/// depth)]. Precondition: packed_sums_size(columns, depth) > 0.
void pack_sums(const float* packed, std::size_t columns, std::size_t depth, float* sums) noexcept;

/// Returns the number of floats of scratch memory that multiply_strassen() needs; 0 where it just
/// calls multiply(). A larger shape may need less, so call this for each shape.
std::size_t strassen_scratch_size(const ProductShape& shape) noexcept;

/// Does the same as multiply(), with a matrix packed by pack() and pack_sums(). shape.rows may be
/// any number; `a` and `out` must have space for padded_rows(shape.rows) rows, but the contents of
/// the padding do not affect the other rows. `scratch` has at least strassen_scratch_size(shape)
/// values.
void multiply_strassen(const float* a, const float* packed, const float* sums,
                       const ProductShape& shape, const Epilogue& epilogue,
                       std::span<float> scratch, float* out) noexcept;

}  // namespace m2v::simd
