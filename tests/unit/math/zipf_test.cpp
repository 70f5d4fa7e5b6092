#include "math/zipf.h"

#include <doctest/doctest.h>

using namespace m2v;

namespace {

std::vector<double> zipf_weights(std::size_t count, std::optional<double> coefficient) {
  return math::sif_weights(math::zipf_probabilities(count), coefficient);
}

}  // namespace

TEST_CASE("weights by Zipf's law, worked by hand") {
  // Ranks 2, 3, 4: 1/2, 1/3, 1/4 sum to 13/12, so p = 6/13, 4/13, 3/13.
  const auto weights = zipf_weights(3, 0.1);
  REQUIRE(weights.size() == 3);
  CHECK(weights[0] == doctest::Approx(0.1 / (0.1 + 6.0 / 13)).epsilon(1e-14));
  CHECK(weights[1] == doctest::Approx(0.1 / (0.1 + 4.0 / 13)).epsilon(1e-14));
  CHECK(weights[2] == doctest::Approx(0.1 / (0.1 + 3.0 / 13)).epsilon(1e-14));
}

TEST_CASE("weights rise with rank and stay below 1") {
  const auto weights = zipf_weights(30000, 1e-4);
  for (std::size_t i = 1; i < weights.size(); ++i) CHECK_UNARY(weights[i] > weights[i - 1]);
  CHECK(weights.back() < 1);
  CHECK(weights.front() > 0);
}

TEST_CASE("without a coefficient every weight is 1; without tokens there are none") {
  CHECK(zipf_weights(3, std::nullopt) == std::vector<double>{1, 1, 1});
  CHECK(zipf_weights(0, 0.5).empty());
  CHECK(zipf_weights(1, 0.5)[0] == doctest::Approx(1.0 / 3));
}
