#pragma once

#include <cstdint>

namespace m2v::base {

// Conversions round to nearest, ties to even. Values that are too large become infinite; infinities
// and NaN are preserved.

/// Converts IEEE 754 binary16 to binary32, exactly.
float half_to_float(std::uint16_t bits) noexcept;
/// Converts IEEE 754 binary32 to binary16.
std::uint16_t float_to_half(float value) noexcept;
/// Converts IEEE 754 binary64 to binary16 with a single rounding.
std::uint16_t double_to_half(double value) noexcept;

/// Converts bfloat16, which is the upper half of a binary32, to binary32, exactly.
float bfloat16_to_float(std::uint16_t bits) noexcept;
/// Converts IEEE 754 binary32 to bfloat16.
std::uint16_t float_to_bfloat16(float value) noexcept;

}  // namespace m2v::base
