#include "evaluation/correlation.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace m2v;

using Values = std::vector<double>;

TEST_CASE("ranks from 1, shared by equal values") {
  CHECK(evaluation::ranks(Values{30, 10, 20}) == Values{3, 1, 2});
  CHECK(evaluation::ranks(Values{5, 1, 5, 5, 0}) == Values{4, 2, 4, 4, 1});
  CHECK(evaluation::ranks(Values{}).empty());
}

TEST_CASE("correlations by hand") {
  // Sums of squares 2, 6, of products 3: 3 / sqrt(12).
  CHECK(evaluation::pearson(Values{1, 2, 3}, Values{1, 5, 4}) ==
        doctest::Approx(3 / std::sqrt(2 * 26.0 / 3)));
  CHECK(evaluation::pearson(Values{1, 2, 3}, Values{-2, -4, -6}) == doctest::Approx(-1));
  // Ranks 1 2 3 4 and 1 3 2 4: 1 - 6 * 2 / (4 * 15).
  CHECK(evaluation::spearman(Values{1, 2, 3, 4}, Values{0, 100, 1, 1e9}) == doctest::Approx(0.8));
  CHECK(evaluation::spearman(Values{1, 2, 3}, Values{std::exp(1), std::exp(2), std::exp(3)}) ==
        doctest::Approx(1));
}

TEST_CASE("no correlation of what does not vary") {
  CHECK(std::isnan(evaluation::pearson(Values{1, 1, 1}, Values{1, 2, 3})));
  CHECK(std::isnan(evaluation::spearman(Values{1, 2, 3}, Values{4, 4, 4})));
  CHECK(std::isnan(evaluation::pearson(Values{1}, Values{2})));
  CHECK(std::isnan(evaluation::pearson(Values{}, Values{})));
}

TEST_CASE("a large offset does not drown the correlation") {
  Values x, y;
  for (int i = 0; i < 100; ++i) {
    x.push_back(1e9 + i);
    y.push_back(i % 2 == 0 ? i : i + 0.5);
  }
  CHECK(evaluation::pearson(x, y) > 0.9999);
}
