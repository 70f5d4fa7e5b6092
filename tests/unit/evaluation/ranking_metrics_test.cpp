#include "evaluation/ranking_metrics.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace m2v;

using Grades = std::vector<int>;

TEST_CASE("the order in which trec_eval reads a run: ties from the last name to the first") {
  const std::vector<std::string_view> documents = {"a", "b", "c", "aa"};
  CHECK(evaluation::trec_order(documents, std::vector<float>{1, 2, 1, 1}) ==
        std::vector<std::size_t>{1, 2, 3, 0});
  CHECK(evaluation::trec_order({}, {}).empty());
}

TEST_CASE("nDCG by hand") {
  // (3 + 1 / log2(4)) / (3 + 2 / log2(3) + 1 / log2(4))
  const double ideal = 3 + 2 / std::log2(3) + 0.5;
  CHECK(evaluation::ndcg(Grades{3, 0, 1}, Grades{1, 2, 3, 0}, 10) ==
        doctest::Approx((3 + 0.5) / ideal));
  CHECK(evaluation::ndcg(Grades{3, 0, 1}, Grades{1, 2, 3, 0}, 0) ==
        doctest::Approx((3 + 0.5) / ideal));
  CHECK(evaluation::ndcg(Grades{0, 3}, Grades{3, 1}, 1) == 0);
  CHECK(evaluation::ndcg(Grades{1, 3}, Grades{3, 1}, 1) == doctest::Approx(1.0 / 3));
  CHECK(evaluation::ndcg(Grades{-2, 1}, Grades{1, -2}, 10) == doctest::Approx(1 / std::log2(3)));
  CHECK(evaluation::ndcg(Grades{}, Grades{1}, 10) == 0);
  CHECK(evaluation::ndcg(Grades{0}, Grades{}, 10) == 0);
}

TEST_CASE("recall, reciprocal rank and average precision by hand") {
  const Grades grades = {0, 2, 0, 1};
  CHECK(evaluation::recall(grades, 4, 10) == 0.5);
  CHECK(evaluation::recall(grades, 4, 2) == 0.25);
  CHECK(evaluation::recall(grades, 0, 2) == 0);
  CHECK(evaluation::reciprocal_rank(grades) == 0.5);
  CHECK(evaluation::reciprocal_rank(Grades{0, -1}) == 0);
  CHECK(evaluation::average_precision(grades, 4) == doctest::Approx((1.0 / 2 + 2.0 / 4) / 4));
  CHECK(evaluation::average_precision(grades, 0) == 0);
}
