#include "base/flat_array.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <vector>

using m2v::base::FlatArray;

TEST_CASE("a flat array keeps the elements it was made of, wherever it is moved") {
  FlatArray<std::uint32_t> moved;
  {
    FlatArray<std::uint32_t> array(std::vector<std::uint32_t>{3, 1, 2});
    const FlatArray<std::uint32_t> copy = array;
    CHECK(copy.data() == array.data());
    moved = std::move(array);
  }
  REQUIRE(moved.size() == 3);
  CHECK(moved[0] == 3);
  CHECK(moved.as_bytes().size() == 12);
  CHECK(std::vector<std::uint32_t>(moved.begin(), moved.end()) ==
        std::vector<std::uint32_t>{3, 1, 2});
}

TEST_CASE("a flat array of borrowed memory keeps the owner alive and copies nothing") {
  auto owner = std::make_shared<std::vector<std::uint64_t>>(std::vector<std::uint64_t>{7, 8});
  const std::weak_ptr<std::vector<std::uint64_t>> watched = owner;
  {
    const FlatArray<std::uint64_t> array(*owner, owner);
    CHECK(array.data() == owner->data());
    owner.reset();
    REQUIRE_FALSE(watched.expired());
    CHECK(array[1] == 8);
  }
  CHECK(watched.expired());
  CHECK(FlatArray<char>().empty());
}
