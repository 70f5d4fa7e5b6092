#include "base/scratch_array.h"

#include <doctest/doctest.h>

#include <numeric>
#include <utility>
#include <vector>

#include "m2v/error.h"
#include "support/file_size_limit.h"

using m2v::base::ScratchArray;

TEST_CASE("numbers are the same in memory and in a file, whatever the pieces") {
  for (const std::size_t in_memory : {0, 1, 10, 1000, 100000}) {
    CAPTURE(in_memory);
    ScratchArray array(in_memory);
    std::vector<std::uint32_t> expected;
    for (std::uint32_t piece = 0; piece < 300; ++piece) {
      std::vector<std::uint32_t> numbers(piece % 37);
      std::iota(numbers.begin(), numbers.end(), piece * 1000);
      array.append(numbers);
      expected.insert(expected.end(), numbers.begin(), numbers.end());
    }
    CHECK(std::vector(array.values().begin(), array.values().end()) == expected);
    ScratchArray moved = std::move(array);
    for (std::uint32_t& number : moved.values()) ++number;
    CHECK(moved.size() == expected.size());
    CHECK(moved.values()[5] == expected[5] + 1);
    CHECK(array.size() == 0);  // NOLINT(bugprone-use-after-move): it is empty, and may be used
    array = std::move(moved);
    CHECK(array.values().back() == expected.back() + 1);
  }
}

TEST_CASE("a file that cannot grow is an error, and what was there stays") {
  ScratchArray array(0);
  array.append(std::vector<std::uint32_t>{1, 2, 3});
  {
    const m2v::test::FileSizeLimit limit(1 << 16);
    CHECK_THROWS_AS(array.append(std::vector<std::uint32_t>(1 << 20)), m2v::IoError);
  }
  CHECK(std::vector(array.values().begin(), array.values().end()) ==
        std::vector<std::uint32_t>{1, 2, 3});
}
