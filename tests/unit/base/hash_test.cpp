#include "base/hash.h"

#include <doctest/doctest.h>

TEST_CASE("XXH3, 64 bits, of the empty input, as its specification gives it") {
  CHECK(m2v::base::hash("") == 0x2D06800538D394C2);
  CHECK(m2v::base::hash("a") != m2v::base::hash("b"));
}
