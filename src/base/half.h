#pragma once

#include <cstdint>

namespace m2v::core {

/// IEEE 754 binary16 to and from binary32, round to nearest even; ±inf and NaN kept.
float half_to_float(std::uint16_t bits) noexcept;
std::uint16_t float_to_half(float value) noexcept;
/// binary64 to binary16 in one rounding.
std::uint16_t double_to_half(double value) noexcept;

/// bfloat16: the upper half of a binary32.
float bfloat16_to_float(std::uint16_t bits) noexcept;
std::uint16_t float_to_bfloat16(float value) noexcept;

}  // namespace m2v::core
