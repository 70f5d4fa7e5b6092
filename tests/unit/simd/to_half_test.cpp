#include "simd/to_half.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/half.h"
#include "simd/target.h"

using namespace m2v;

namespace {

/// Every half, the values halfway to the next one, and those just beside these.
std::vector<float> nasty_values() {
  std::vector<float> values;
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const float value = base::half_to_float(static_cast<std::uint16_t>(bits));
    if (std::isnan(value)) continue;
    values.push_back(value);
    if (std::isinf(value)) continue;
    const float next = base::half_to_float(static_cast<std::uint16_t>(bits + 1));
    if (!std::isfinite(next)) continue;
    const float middle = (value + next) / 2;
    for (const float other : {middle, std::nextafter(middle, 0.0F), std::nextafter(middle, 1e9F)}) {
      values.push_back(other);
    }
  }
  for (const float value : {65519.9F, 65520.0F, 1e30F, 1e-30F, 2.9802322e-8F, 2.98023242e-8F}) {
    values.push_back(value);
    values.push_back(-value);
  }
  return values;
}

}  // namespace

TEST_CASE("halves are rounded to nearest even, on every target") {
  const std::vector<float> values = nasty_values();
  simd::for_each_target([&](const std::string& target) {
    CAPTURE(target);
    std::vector<std::uint16_t> halves(values.size());
    simd::to_half(values.data(), values.size(), halves.data());
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (halves[i] == base::float_to_half(values[i])) continue;
      CAPTURE(values[i]);
      REQUIRE(halves[i] == base::float_to_half(values[i]));
    }
  });
}

TEST_CASE("as many halves as there are numbers, and NaN stays NaN") {
  simd::for_each_target([](const std::string& target) {
    CAPTURE(target);
    for (std::size_t count = 0; count < 70; ++count) {
      const std::vector<float> from(count, std::numeric_limits<float>::quiet_NaN());
      // Exactly as large as needed, so that a sanitizer sees a write beyond the end.
      const auto to = std::make_unique<std::uint16_t[]>(count);
      simd::to_half(from.data(), count, to.get());
      for (std::size_t i = 0; i < count; ++i) REQUIRE(std::isnan(base::half_to_float(to[i])));
    }
  });
}
