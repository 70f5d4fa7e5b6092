#include "base/cosine.h"

#include <doctest/doctest.h>

#include <vector>

using m2v::base::cosine;

TEST_CASE("the cosine, also of vectors without a direction") {
  using Vector = std::vector<float>;
  CHECK(cosine(Vector{3, 4}, Vector{4, 3}) == doctest::Approx(24.0 / 25));
  CHECK(cosine(Vector{1, 0}, Vector{0, 2}) == 0);
  CHECK(cosine(Vector{1, -1}, Vector{-2, 2}) == doctest::Approx(-1));
  CHECK(cosine(Vector{1e30f, 0}, Vector{1e30f, 0}) == doctest::Approx(1));
  CHECK(cosine(Vector{0, 0}, Vector{0, 0}) == 1);
  CHECK(cosine(Vector{0, 0}, Vector{1, 2}) == 0);
  CHECK(cosine(Vector{1, 2}, Vector{0, 0}) == 0);
}
