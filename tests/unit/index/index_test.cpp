#include "m2v/index.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "index/top_k.h"
#include "reference/distance.h"
#include "support/search.h"

using namespace m2v::test;
using m2v::Hit;
using m2v::Index;
using m2v::Matrix;
using m2v::MatrixView;
using m2v::Metric;

namespace {

/// The score in float64, from the vectors as they were given.
double exact_score(std::span<const float> a, std::span<const float> b, Metric metric) {
  using m2v::reference::dot_product;
  const double product = dot_product(a.data(), b.data(), a.size());
  if (metric == Metric::kInnerProduct) return product;
  const double norms = std::sqrt(dot_product(a.data(), a.data(), a.size())) *
                       std::sqrt(dot_product(b.data(), b.data(), b.size()));
  return norms > 0 ? product / norms : 0.0;
}

/// Checks hits against a search in float64: right scores, best first, and nothing better left out.
void check_hits(const std::vector<Hit>& hits, const Matrix& vectors, std::span<const float> query,
                std::size_t k, Metric metric) {
  const double tolerance = metric == Metric::kCosine ? 1e-6 : 1e-3;
  REQUIRE(hits.size() == std::min(k, vectors.rows));
  std::vector<double> scores;
  for (std::size_t r = 0; r < vectors.rows; ++r) {
    scores.push_back(exact_score(vectors.row(r), query, metric));
  }
  std::vector<bool> seen(vectors.rows);
  for (std::size_t i = 0; i < hits.size(); ++i) {
    REQUIRE(hits[i].id < vectors.rows);
    CHECK_FALSE(seen[hits[i].id]);
    seen[hits[i].id] = true;
    CHECK(std::abs(hits[i].score - scores[hits[i].id]) <= tolerance);
    if (i > 0) CHECK(m2v::index::better(hits[i - 1], hits[i]));
  }
  for (std::size_t r = 0; r < vectors.rows; ++r) {
    if (!seen[r] && !hits.empty()) CHECK(scores[r] <= hits.back().score + tolerance);
  }
}

}  // namespace

TEST_CASE("the hits are those of a search in float64") {
  for (const Metric metric : {Metric::kCosine, Metric::kInnerProduct}) {
    for (const std::size_t dim : {1u, 3u, 16u, 17u, 100u, 256u}) {
      const Matrix vectors = random_matrix(777, dim, static_cast<unsigned>(dim));
      const Matrix queries = random_matrix(3, dim, static_cast<unsigned>(dim) + 1000);
      const Index index = index_of(vectors, metric);
      for (const std::size_t k : {1u, 10u, 777u, 2000u}) {
        INFO("dim ", dim, ", k ", k);
        for (std::size_t q = 0; q < queries.rows; ++q) {
          check_hits(index.search(queries.row(q), k), vectors, queries.row(q), k, metric);
        }
      }
    }
  }
}

TEST_CASE("many blocks, added piece by piece, whatever the number of threads") {
  const Matrix vectors = random_matrix(10'000, 200, 5);
  Index index(200);
  for (std::size_t begin = 0, step = 1; begin < vectors.rows; begin += step, step = step * 2 + 1) {
    step = std::min(step, vectors.rows - begin);
    index.add(ids_from(begin, step), MatrixView(vectors.data.data() + begin * 200, step, 200));
  }
  REQUIRE(index.size() == vectors.rows);
  const Matrix queries = random_matrix(70, 200, 6);
  const auto batch = index.search(queries, 25, {.threads = 1});
  REQUIRE(batch.size() == queries.rows);
  check_hits(batch[0], vectors, queries.row(0), 25, Metric::kCosine);
  check_hits(batch[69], vectors, queries.row(69), 25, Metric::kCosine);
  for (const unsigned threads : {0u, 2u, 3u, 7u}) {
    const auto again = index.search(queries, 25, {.threads = threads});
    REQUIRE(again.size() == queries.rows);
    for (std::size_t q = 0; q < queries.rows; ++q) {
      CHECK(same(again[q], batch[q]));
      CHECK(same(index.search(queries.row(q), 25, {.threads = threads}), batch[q]));
    }
  }
}

TEST_CASE("ties go to the smaller id") {
  // 6,000 copies of one vector, ids descending, over several blocks; one better vector among them.
  constexpr std::size_t kCount = 6000;
  Matrix vectors{std::vector<float>(kCount * 64, 0.5f), kCount, 64};
  std::vector<std::uint64_t> ids = ids_from(100, kCount);
  std::reverse(ids.begin(), ids.end());
  vectors.row(4321)[0] = 0.6f;
  Index index(64, Metric::kInnerProduct);
  index.add(ids, vectors);
  const std::vector<float> query(64, 1.0f);
  for (const unsigned threads : {1u, 4u}) {
    const auto hits = index.search(query, 4, {.threads = threads});
    REQUIRE(hits.size() == 4);
    CHECK(hits[0].id == ids[4321]);
    CHECK(hits[1].id == 100);
    CHECK(hits[2].id == 101);
    CHECK(hits[3].id == 102);
  }
}

TEST_CASE("a zero vector scores 0, as a row and as a query") {
  const Matrix vectors{{1, 0, 0, 0, -1, 0}, 3, 2};  // (1, 0), (0, 0), (-1, 0)
  const Index index = index_of(vectors);
  const auto hits = index.search(std::vector<float>{5, 0}, 3);
  REQUIRE(hits.size() == 3);
  CHECK(hits[0].score == 1.0f);
  CHECK(hits[1].id == 1);
  CHECK(hits[1].score == 0.0f);
  CHECK(hits[2].score == -1.0f);
  const auto none = index.search(std::vector<float>{0, 0}, 3);
  REQUIRE(none.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(none[i].id == i);
    CHECK(none[i].score == 0.0f);
  }
}

TEST_CASE("cosine survives the smallest and the largest numbers") {
  const float tiny = std::numeric_limits<float>::denorm_min();
  const float huge = std::numeric_limits<float>::max();
  const Matrix vectors{{tiny, 0, huge, huge, 0, -tiny}, 3, 2};
  const Index index = index_of(vectors);
  const auto hits = index.search(std::vector<float>{huge, 0}, 3);
  REQUIRE(hits.size() == 3);
  CHECK(hits[0].id == 0);
  CHECK(hits[0].score == 1.0f);
  CHECK(hits[1].id == 1);
  CHECK(hits[1].score == doctest::Approx(std::sqrt(0.5)));
  CHECK(hits[2].score == 0.0f);
}

TEST_CASE("a cosine never leaves [-1, 1]") {
  const Matrix vectors = random_matrix(2000, 37, 11);
  const Index index = index_of(vectors);
  for (std::size_t r = 0; r < vectors.rows; r += 10) {
    const auto hits = index.search(vectors.row(r), vectors.rows);
    CHECK(hits.front().id == r);
    CHECK(hits.front().score <= 1.0f);
    CHECK(hits.back().score >= -1.0f);
  }
}

TEST_CASE("inner products that overflow float32 are ranked by their true values") {
  const float huge = 3e38f;
  // Against (huge, huge): +inf clamped, huge - huge cancels, and -inf clamped.
  const Matrix vectors{{huge, huge, 1, 1, huge, -huge, -huge, -huge, -1, 0}, 5, 2};
  const Index index = index_of(vectors, Metric::kInnerProduct);
  const auto hits = index.search(std::vector<float>{huge, huge}, 5);
  REQUIRE(hits.size() == 5);
  CHECK(hits[0].id == 0);
  CHECK(hits[1].id == 1);
  CHECK(hits[2].id == 2);
  CHECK(hits[2].score == 0.0f);
  CHECK(hits[3].id == 4);
  CHECK(hits[4].id == 3);
  for (const Hit& hit : hits) CHECK(std::isfinite(hit.score));
}

TEST_CASE("nothing to find") {
  const Index empty(8);
  const std::vector<float> query(8, 1.0f);
  CHECK(empty.size() == 0);
  CHECK(empty.dim() == 8);
  CHECK(empty.search(query, 5).empty());
  const Index index = index_of(random_matrix(20, 8, 1));
  CHECK(index.search(query, 0).empty());
  CHECK(index.search(MatrixView(nullptr, 0, 8), 5).empty());
  CHECK(index.search(query, std::numeric_limits<std::size_t>::max()).size() == 20);
}

TEST_CASE("wrong input is refused, and nothing is added") {
  CHECK_THROWS_AS(Index(0), std::invalid_argument);
  Index index = index_of(random_matrix(10, 4, 2));
  const auto before = index.search(std::vector<float>{1, 2, 3, 4}, 10);
  const Matrix two = random_matrix(2, 4, 3);
  CHECK(message_of([&] { index.add(ids_from(0, 3), two); }) == "3 ids for 2 vectors");
  CHECK_THROWS_AS(index.add(ids_from(0, 2), random_matrix(2, 5, 3)), std::invalid_argument);
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
        -std::numeric_limits<float>::infinity()}) {
    Matrix damaged = two;
    damaged.row(1)[3] = bad;
    CHECK(message_of([&] { index.add(ids_from(0, 2), damaged); }).find("row 1") !=
          std::string::npos);
    CHECK_THROWS_AS(index.search(damaged, 3), std::invalid_argument);
  }
  CHECK_THROWS_AS(index.search(std::vector<float>(3), 1), std::invalid_argument);
  CHECK_THROWS_AS(index.search(random_matrix(2, 5, 3), 1), std::invalid_argument);
  CHECK(index.size() == 10);
  CHECK(same(index.search(std::vector<float>{1, 2, 3, 4}, 10), before));
}

TEST_CASE("ids are unique") {
  Index index = index_of(random_matrix(10, 4, 2));
  const Matrix three = random_matrix(3, 4, 3);
  const std::vector<std::uint64_t> known{20, 7, 21}, twice{30, 31, 30};
  CHECK(message_of([&] { index.add(known, three); }).find("id 7 ") != std::string::npos);
  CHECK(message_of([&] { index.add(twice, three); }).find("id 30 ") != std::string::npos);
  CHECK(index.size() == 10);
  CHECK_FALSE(index.contains(20));
  CHECK_FALSE(index.contains(31));
  index.add(std::vector<std::uint64_t>{20, 30, ~std::uint64_t{0}}, three);
  CHECK(index.contains(30));
  CHECK(index.contains(~std::uint64_t{0}));
}

TEST_CASE("what is removed is found no more, whatever else was added and removed") {
  // Against a list of vectors: 3,000 random steps, ids that hash far and near.
  constexpr std::size_t kDim = 8;
  std::mt19937 random(3);
  Index index(kDim, Metric::kInnerProduct);
  std::map<std::uint64_t, std::vector<float>> all;
  const Matrix pool = random_matrix(3000, kDim, 4);
  for (std::size_t step = 0; step < pool.rows; ++step) {
    const std::uint64_t id = random() % 500 * (step % 2 == 0 ? 1 : 0x1'0000'0001);
    const std::vector<float> vector(pool.row(step).begin(), pool.row(step).end());
    if (all.erase(id) == 1) {
      CHECK(index.remove(std::vector{id}) == 1);
    } else {
      CHECK(index.remove(std::vector{id}) == 0);
      index.add(std::vector{id}, MatrixView(vector.data(), 1, kDim));
      all[id] = vector;
    }
  }
  REQUIRE(index.size() == all.size());
  REQUIRE(all.size() > 100);
  for (const auto& [id, vector] : all) CHECK(index.vectors(std::vector{id}).data == vector);
  const auto hits = index.search(pool.row(0), all.size() + 1);
  REQUIRE(hits.size() == all.size());
  for (const Hit& hit : hits) {
    const double score = m2v::reference::dot_product(all.at(hit.id).data(), pool.data.data(), kDim);
    CHECK(hit.score == doctest::Approx(score).epsilon(1e-6));
  }
  std::vector<std::uint64_t> ids(index.ids().begin(), index.ids().end());
  CHECK(index.remove(ids) == all.size());
  CHECK(index.search(pool.row(0), 5).empty());
  CHECK(message_of([&] { (void)index.vectors(std::vector<std::uint64_t>{3}); }) ==
        "no vector of id 3");
}

TEST_CASE("an index can be moved") {
  const Matrix vectors = random_matrix(50, 6, 9);
  Index index = index_of(vectors);
  const Index moved = std::move(index);
  check_hits(moved.search(vectors.row(7), 5), vectors, vectors.row(7), 5, Metric::kCosine);
}
