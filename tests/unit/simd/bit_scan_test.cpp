#include "simd/bit_scan.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "reference/distance.h"
#include "simd/target.h"

namespace {

std::unique_ptr<std::uint8_t[]> random_bytes(std::size_t count, unsigned largest, unsigned seed) {
  std::mt19937 random(seed);
  auto bytes = std::make_unique<std::uint8_t[]>(count);
  std::generate_n(bytes.get(), count,
                  [&] { return static_cast<std::uint8_t>(random() % (largest + 1)); });
  return bytes;
}

void check_scan(std::size_t groups, std::size_t row_bytes, const std::uint8_t* rows,
                const std::uint8_t* tables) {
  const std::size_t count = groups * m2v::simd::kBitGroupRows;
  std::vector<std::uint16_t> expected(count);
  for (std::size_t r = 0; r < count; ++r) {
    expected[r] = static_cast<std::uint16_t>(m2v::reference::bit_score(rows, r, row_bytes, tables));
  }
  std::vector<std::uint16_t> sorted = expected;
  std::ranges::sort(sorted);
  for (const unsigned threshold : {0u, unsigned{sorted[count / 2]}, sorted.back() + 0u, 65'535u}) {
    const auto scores = std::make_unique<std::uint16_t[]>(count);
    const auto marks = std::make_unique<std::uint64_t[]>(groups);
    m2v::simd::scan_bits(rows, groups, row_bytes, tables, static_cast<std::uint16_t>(threshold),
                         scores.get(), marks.get());
    CHECK(std::equal(expected.begin(), expected.end(), scores.get()));
    for (std::size_t r = 0; r < count; ++r) {
      CHECK((marks[r / 64] >> (r % 64) & 1) ==
            static_cast<std::uint64_t>(expected[r] >= threshold));
    }
  }
}

}  // namespace

TEST_CASE("scores and marks of bits are the reference's on every target") {
  m2v::simd::for_each_target([](const std::string& target) {
    unsigned seed = 1;
    for (const std::size_t row_bytes : {2u, 4u, 6u, 32u, 96u}) {
      for (const std::size_t groups : {1u, 2u, 5u}) {
        INFO(target, ", ", row_bytes, " bytes per row, ", groups, " groups");
        const auto rows = random_bytes(groups * row_bytes * 64, 255, seed++);
        const auto tables = random_bytes(row_bytes * 32, m2v::simd::kMaxBitEntry, seed++);
        check_scan(groups, row_bytes, rows.get(), tables.get());
      }
    }
  });
}

TEST_CASE("the largest sums of bits fit") {
  m2v::simd::for_each_target([](const std::string& target) {
    INFO(target);
    constexpr std::size_t kRowBytes = 520;  // 2 * 520 * 63 is the last even number within 16 bits
    const auto rows = random_bytes(kRowBytes * 64, 255, 1);
    const std::vector<std::uint8_t> tables(kRowBytes * 32, m2v::simd::kMaxBitEntry);
    check_scan(1, kRowBytes, rows.get(), tables.data());
  });
}
