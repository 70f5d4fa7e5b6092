#pragma once

#include <cstddef>
#include <span>

#include "simd/product.h"

// multiply() with an eighth fewer multiplications: Strassen's method in Winograd's form (Knuth, The
// Art of Computer Programming, volume 2, section 4.6.4) makes the product of two matrices, each cut
// into quarters, from seven products of quarters' sums instead of eight of quarters.
//
// A row of `a` is summed with the one half of the rows away. Rounding errors are those of the
// larger of the two, so partners should be of one kind; what is not finite would spread from one to
// the other, so a matrix with such values is multiplied the plain way.
namespace m2v::simd {

/// How many floats pack_sums() writes; 0 for matrices that are multiplied the plain way, since they
/// are small or their sizes odd.
std::size_t packed_sums(std::size_t columns, std::size_t depth) noexcept;

/// The sums of a matrix that pack() has packed.
void pack_sums(const float* packed, std::size_t columns, std::size_t depth, float* sums) noexcept;

/// How many floats of scratch memory multiply_fast() needs; 0 where it is multiply() itself. Not
/// monotone in the sizes: ask for each shape.
std::size_t fast_scratch(const ProductShape& shape) noexcept;

/// multiply() of a matrix packed by pack() and pack_sums(). shape.rows may be any number; `a` and
/// `out` have room for padded_rows(shape.rows), but what is behind shape.rows has no part in the
/// others' results. `scratch` has at least fast_scratch(shape) values.
void multiply_fast(const float* a, const float* packed, const float* sums,
                   const ProductShape& shape, const Finish& finish, std::span<float> scratch,
                   float* out) noexcept;

}  // namespace m2v::simd
