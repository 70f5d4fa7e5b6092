#include "base/half.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

using namespace m2v::base;

namespace {

/// The value of a binary16 by its definition.
double half_value(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 31;
  const int mantissa = bits & 0x3ff;
  const double sign = (bits & 0x8000) ? -1 : 1;
  if (exponent == 0) return sign * std::ldexp(mantissa, -24);
  return sign * std::ldexp(1024 + mantissa, exponent - 25);
}

bool is_finite_half(std::uint16_t bits) { return ((bits >> 10) & 31) != 31; }

}  // namespace

TEST_CASE("every half converts to the float of its value, and back") {
  for (std::uint32_t i = 0; i < 0x10000; ++i) {
    const auto bits = static_cast<std::uint16_t>(i);
    if (!is_finite_half(bits)) continue;
    const float value = half_to_float(bits);
    REQUIRE(static_cast<double>(value) == half_value(bits));
    REQUIRE(std::signbit(value) == ((bits & 0x8000) != 0));
    REQUIRE(float_to_half(value) == bits);
  }
}

TEST_CASE("rounding goes to the nearest half, ties to even") {
  for (std::uint16_t low = 0; low < 0x7bff; ++low) {
    const double a = half_value(low);
    const double b = half_value(static_cast<std::uint16_t>(low + 1));
    const double middle = (a + b) / 2;
    const std::uint16_t even = (low & 1) ? static_cast<std::uint16_t>(low + 1) : low;
    REQUIRE(double_to_half(middle) == even);
    REQUIRE(double_to_half(std::nextafter(middle, 0.0)) == low);
    REQUIRE(double_to_half(std::nextafter(middle, 1e9)) == low + 1);
    REQUIRE(double_to_half(-std::nextafter(middle, 1e9)) == (0x8000 | (low + 1)));
  }
}

TEST_CASE("halves overflow to infinity from 65520 on, and keep NaN") {
  CHECK(float_to_half(65519.0f) == 0x7bff);
  CHECK(float_to_half(65520.0f) == 0x7c00);
  CHECK(float_to_half(-1e30f) == 0xfc00);
  CHECK(std::isinf(half_to_float(0x7c00)));
  CHECK(std::isnan(half_to_float(float_to_half(std::numeric_limits<float>::quiet_NaN()))));
}

TEST_CASE("bfloat16 is the upper half of a float, rounded to nearest, ties to even") {
  CHECK(bfloat16_to_float(0x3f80) == 1.0f);
  CHECK(float_to_bfloat16(std::bit_cast<float>(0x3f808000u)) == 0x3f80);
  CHECK(float_to_bfloat16(std::bit_cast<float>(0x3f818000u)) == 0x3f82);
  CHECK(float_to_bfloat16(std::bit_cast<float>(0xbf808001u)) == 0xbf81);
  CHECK(float_to_bfloat16(std::numeric_limits<float>::max()) == 0x7f80);
  CHECK(std::isnan(bfloat16_to_float(float_to_bfloat16(std::numeric_limits<float>::quiet_NaN()))));
}
