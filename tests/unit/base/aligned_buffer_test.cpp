#include "base/aligned_buffer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <new>
#include <utility>

using m2v::base::AlignedBuffer;
using m2v::base::kHugePageBytes;

namespace {

bool starts_at(const void* data, std::size_t alignment) {
  return reinterpret_cast<std::uintptr_t>(data) % alignment == 0;
}

}  // namespace

TEST_CASE("an array starts at a cache line, and a large one at a huge page") {
  for (const std::size_t count : {std::size_t{1}, std::size_t{1000}}) {
    CHECK(starts_at(AlignedBuffer<float>(count).data(), 64));
  }
  CHECK(starts_at(AlignedBuffer<float>(kHugePageBytes / sizeof(float)).data(), kHugePageBytes));
  CHECK(starts_at(AlignedBuffer<char>(kHugePageBytes, false).data(), 64));
}

TEST_CASE("zeros are zeros, and moving an array does not move its elements") {
  auto zeros = AlignedBuffer<float>::zeros(3000);
  REQUIRE(zeros.size() == 3000);
  CHECK(std::all_of(zeros.data(), zeros.data() + zeros.size(), [](float x) { return x == 0; }));
  const float* const data = zeros.data();
  const AlignedBuffer<float> moved = std::move(zeros);
  CHECK(moved.data() == data);
  CHECK(AlignedBuffer<float>().data() == nullptr);
}

TEST_CASE("more elements than memory has bytes are refused") {
  constexpr std::size_t kMax = std::numeric_limits<std::size_t>::max();
  CHECK_THROWS_AS(AlignedBuffer<float>(kMax / 4 + 2), std::bad_alloc);
}
