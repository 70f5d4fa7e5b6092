#include "base/half.h"

#include <bit>
#include <cmath>

namespace m2v::base {
namespace {

constexpr std::uint32_t kFloatSign = 0x80000000u;

/// Shifts right by `shift` (1 to 63), rounding to nearest, ties to even.
std::uint64_t round_shift(std::uint64_t value, int shift) {
  const std::uint64_t half = std::uint64_t{1} << (shift - 1);
  const std::uint64_t rest = value & ((half << 1) - 1);
  const std::uint64_t quotient = value >> shift;
  return quotient + (rest > half || (rest == half && (quotient & 1)) ? 1 : 0);
}

}  // namespace

float half_to_float(std::uint16_t bits) noexcept {
  const std::uint32_t sign = (bits & 0x8000u) << 16;
  const std::uint32_t exponent = (bits >> 10) & 31;
  const std::uint32_t mantissa = bits & 0x3ff;
  if (exponent == 0) {  // zero or subnormal: mantissa * 2^-24
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(magnitude) | sign);
  }
  const std::uint32_t wide = exponent == 31 ? 0xff : exponent + 112;
  return std::bit_cast<float>(sign | (wide << 23) | (mantissa << 13));
}

std::uint16_t double_to_half(double value) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 48) & 0x8000);
  const int exponent = static_cast<int>((bits >> 52) & 0x7ff);
  const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52) - 1);
  if (exponent == 0x7ff) return sign | (fraction != 0 ? 0x7e00 : 0x7c00);
  const int unbiased = exponent - 1023;
  if (unbiased > 15) return sign | 0x7c00;
  if (unbiased < -26) return sign;
  const std::uint64_t mantissa = fraction | (std::uint64_t{1} << 52);
  if (unbiased < -14)
    return sign | static_cast<std::uint16_t>(round_shift(mantissa, 28 - unbiased));
  // A carry out of the mantissa correctly increments the exponent, up to infinity.
  const std::uint64_t rounded = round_shift(mantissa, 42) - 1024;
  return sign |
         static_cast<std::uint16_t>((static_cast<std::uint64_t>(unbiased + 15) << 10) + rounded);
}

std::uint16_t float_to_half(float value) noexcept { return double_to_half(value); }

float bfloat16_to_float(std::uint16_t bits) noexcept {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

std::uint16_t float_to_bfloat16(float value) noexcept {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if (std::isnan(value)) return static_cast<std::uint16_t>((bits >> 16) | 0x40);
  const std::uint32_t magnitude = bits & ~kFloatSign;
  return static_cast<std::uint16_t>(((bits & kFloatSign) >> 16) | round_shift(magnitude, 16));
}

}  // namespace m2v::base
