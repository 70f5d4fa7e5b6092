#include "simd/stream_copy.h"

#include <doctest/doctest.h>

#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "simd/target.h"

using namespace m2v;

TEST_CASE("a copy past the caches has every value, wherever it begins and ends") {
  simd::for_each_target([](const std::string& target) {
    CAPTURE(target);
    for (std::size_t offset = 0; offset < 17; ++offset) {
      for (std::size_t count = 0; count < 80; ++count) {
        std::vector<float> from(count);
        std::iota(from.begin(), from.end(), 1.0f);
        // Exactly as large as needed, so that a sanitizer sees a write beyond the end.
        const auto to = std::make_unique<float[]>(offset + count);
        simd::stream_copy(from.data(), count, to.get() + offset);
        for (std::size_t i = 0; i < offset; ++i) REQUIRE(to[i] == 0);
        for (std::size_t i = 0; i < count; ++i) REQUIRE(to[offset + i] == from[i]);
      }
    }
  });
}
