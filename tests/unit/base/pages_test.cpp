#include "base/pages.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <new>
#include <utility>

using m2v::base::Pages;

TEST_CASE("pages are zero, can be written to, and keep their place when they are moved") {
  constexpr std::size_t kBytes = 10'000;
  Pages pages(kBytes);
  auto* const bytes = static_cast<unsigned char*>(pages.data());
  CHECK(reinterpret_cast<std::uintptr_t>(bytes) % 4096 == 0);
  CHECK(std::all_of(bytes, bytes + kBytes, [](unsigned char byte) { return byte == 0; }));
  std::fill_n(bytes, kBytes, 7);
  Pages moved(std::move(pages));
  CHECK(moved.data() == bytes);
  CHECK(pages.data() == nullptr);
  Pages assigned;
  assigned = std::move(moved);
  CHECK(assigned.data() == bytes);
  CHECK(bytes[kBytes - 1] == 7);
}

TEST_CASE("more memory than there can be is an error") {
  CHECK_THROWS_AS(Pages(std::numeric_limits<std::size_t>::max() / 2), std::bad_alloc);
}
