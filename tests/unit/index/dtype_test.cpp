#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "index/rotation.h"
#include "index/top_k.h"
#include "m2v/index.h"
#include "reference/distance.h"
#include "simd/target.h"
#include "support/search.h"

using namespace m2v::test;
using m2v::Hit;
using m2v::Index;
using m2v::IndexDType;
using m2v::Matrix;
using m2v::MatrixView;
using m2v::Metric;

namespace {

constexpr IndexDType kAll[] = {IndexDType::kFloat32, IndexDType::kFloat16, IndexDType::kInt8,
                               IndexDType::kBit};
constexpr IndexDType kExact[] = {IndexDType::kFloat32, IndexDType::kFloat16, IndexDType::kInt8};

double norm(std::span<const float> v) {
  return std::sqrt(m2v::reference::dot_product(v.data(), v.data(), v.size()));
}

/// Checks that hits are the best k of the index's vectors as it keeps them, by float64 and a sort.
void check_exact(const Index& index, std::span<const float> query, const std::vector<Hit>& hits,
                 std::size_t k) {
  const Matrix kept = index.vectors(index.ids());
  const bool cosine = index.metric() == Metric::kCosine;
  const double size = norm(query);
  const double scale = cosine && size > 0 ? 1 / size : 1;
  const double tolerance = (cosine ? 1.0 : size) * 1e-6 * (cosine ? 1.0 : norm(kept.row(0)) * 4);
  std::vector<Hit> plain;
  for (std::size_t r = 0; r < kept.rows; ++r) {
    double score = m2v::reference::dot_product(kept.row(r).data(), query.data(), index.dim());
    score *= scale;
    if (cosine) score = std::clamp(score, -1.0, 1.0);
    plain.push_back({index.ids()[r], static_cast<float>(score)});
  }
  std::ranges::sort(plain, m2v::index::better);
  REQUIRE(hits.size() == std::min(k, plain.size()));
  for (std::size_t i = 0; i < hits.size(); ++i) {
    CHECK(std::abs(hits[i].score - plain[i].score) <= tolerance);
    const auto same_id = std::ranges::find(plain, hits[i].id, &Hit::id);
    REQUIRE(same_id != plain.end());
    CHECK(std::abs(hits[i].score - same_id->score) <= tolerance);
  }
  CHECK(std::ranges::is_sorted(hits, m2v::index::better));
}

/// Groups of vectors near to each other, as texts' are.
Matrix clustered(std::size_t rows, std::size_t cols, std::size_t clusters, unsigned seed) {
  const Matrix centers = random_matrix(clusters, cols, seed);
  Matrix vectors = random_matrix(rows, cols, seed + 1);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < cols; ++c) {
      vectors.row(r)[c] = 0.7f * vectors.row(r)[c] + centers.row(r % clusters)[c];
    }
  }
  return vectors;
}

}  // namespace

TEST_CASE("every exact dtype gives the best of the values that it keeps") {
  for (const IndexDType dtype : kExact) {
    for (const Metric metric : {Metric::kCosine, Metric::kInnerProduct}) {
      for (const std::size_t dim : {1u, 5u, 64u, 100u}) {
        INFO("dtype ", static_cast<int>(dtype), ", dim ", dim);
        const Index index = index_of(random_matrix(3000, dim, 1), metric, dtype);
        const Matrix queries = random_matrix(9, dim, 2);
        const auto batch = index.search(queries, 20);
        for (std::size_t q = 0; q < queries.rows; ++q) {
          check_exact(index, queries.row(q), batch[q], 20);
        }
      }
    }
  }
}

TEST_CASE("kept values are near to the given ones") {
  const Matrix vectors = random_matrix(50, 40, 3);
  constexpr double kTolerance[] = {0, 1e-3, 1.0 / 100, 1e-3};  // of a vector's largest value
  for (const IndexDType dtype : kExact) {
    const Matrix kept = index_of(vectors, Metric::kInnerProduct, dtype).vectors(ids_from(0, 50));
    for (std::size_t i = 0; i < kept.data.size(); ++i) {
      CHECK(std::abs(kept.data[i] - vectors.data[i]) <= 4 * kTolerance[static_cast<int>(dtype)]);
    }
  }
  for (const IndexDType dtype : kAll) {
    const Matrix kept = index_of(vectors, Metric::kCosine, dtype).vectors(ids_from(0, 50));
    for (std::size_t r = 0; r < kept.rows; ++r) {
      CHECK(norm(kept.row(r)) == doctest::Approx(1).epsilon(1e-3));
      for (std::size_t c = 0; c < kept.cols; ++c) {
        const double expected = vectors.row(r)[c] / norm(vectors.row(r));
        CHECK(std::abs(kept.row(r)[c] - expected) <= 1.0 / 100);
      }
    }
  }
}

TEST_CASE("a hit is the same to the last bit alone, in a batch, on every target, on any threads") {
  const Matrix vectors = random_matrix(9000, 72, 5);
  const Matrix queries = random_matrix(70, 72, 6);
  for (const IndexDType dtype : kAll) {
    const Index index = index_of(vectors, Metric::kCosine, dtype);
    const auto expected = index.search(queries, 15, {.threads = 1});
    m2v::simd::for_each_target([&](const std::string& target) {
      INFO("dtype ", static_cast<int>(dtype), ", ", target);
      for (const unsigned threads : {1u, 3u}) {
        const auto again = index.search(queries, 15, {.threads = threads});
        const auto few = index.search(MatrixView(queries.data.data(), 3, 72), 15);
        for (std::size_t q = 0; q < queries.rows; ++q) CHECK(same(again[q], expected[q]));
        for (std::size_t q = 0; q < 3; ++q) {
          CHECK(same(few[q], expected[q]));
          CHECK(same(index.search(queries.row(q), 15, {.threads = threads}), expected[q]));
        }
      }
    });
  }
}

TEST_CASE("the order of adding and removing changes nothing") {
  const Matrix vectors = random_matrix(5000, 33, 7);
  const Matrix queries = random_matrix(2, 33, 8);
  for (const IndexDType dtype : kAll) {
    INFO("dtype ", static_cast<int>(dtype));
    Index index = index_of(vectors, Metric::kCosine, dtype);
    Index other(33, Metric::kCosine, dtype);
    for (std::size_t i = 0; i < vectors.rows; ++i) {
      const std::size_t r = vectors.rows - 1 - i;
      other.add(std::vector<std::uint64_t>{r}, MatrixView(vectors.row(r).data(), 1, 33));
    }
    const auto gone = ids_from(100, 3000);
    CHECK(index.remove(gone) == gone.size());
    CHECK(other.remove(gone) == gone.size());
    CHECK(index.remove(gone) == 0);
    for (std::size_t q = 0; q < queries.rows; ++q) {
      const auto hits = index.search(queries.row(q), 30);
      CHECK(same(hits, other.search(queries.row(q), 30)));
      CHECK(std::ranges::none_of(hits,
                                 [](const Hit& hit) { return hit.id >= 100 && hit.id < 3100; }));
    }
  }
}

TEST_CASE(
    "single bits find what float16 finds: all of it among all candidates, most of it usually") {
  const Matrix vectors = clustered(20'000, 128, 400, 9);
  const Matrix queries = clustered(50, 128, 400, 9);
  const Index bits = index_of(vectors, Metric::kCosine, IndexDType::kBit);
  const Index halves = index_of(vectors, Metric::kCosine, IndexDType::kFloat16);
  std::size_t found = 0;
  for (std::size_t q = 0; q < queries.rows; ++q) {
    const auto expected = halves.search(queries.row(q), 10);
    CHECK(same(bits.search(queries.row(q), 10, {.candidates = 20'000}), expected));
    const auto hits = bits.search(queries.row(q), 10);
    REQUIRE(hits.size() == 10);
    for (const Hit& hit : hits) {
      const auto in_both = std::ranges::find(expected, hit.id, &Hit::id);
      if (in_both == expected.end()) continue;
      ++found;
      CHECK(in_both->score == hit.score);
    }
  }
  CHECK(found >= 495);
}

TEST_CASE("single bits: zero vectors and copies by the thousand") {
  Matrix vectors{std::vector<float>(6000 * 20, 0.0f), 6000, 20};
  for (std::size_t r = 3000; r < 6000; ++r) std::fill_n(vectors.row(r).data(), 20, 1.0f);
  const Index index = index_of(vectors, Metric::kCosine, IndexDType::kBit);
  const auto ones = index.search(std::vector<float>(20, 2.0f), 3);
  REQUIRE(ones.size() == 3);
  CHECK(ones[0].id == 3000);
  CHECK(ones[0].score == doctest::Approx(1).epsilon(1e-3));
  CHECK(ones[2].id == 3002);
  const auto none = index.search(std::vector<float>(20, 0.0f), 2);
  REQUIRE(none.size() == 2);
  CHECK(none[0].id == 0);
  CHECK(none[1].id == 1);
  CHECK(none[1].score == 0.0f);
}

TEST_CASE("a rotation keeps lengths and angles, and spreads what was in one value") {
  for (const std::size_t dim : {1u, 2u, 3u, 16u, 100u, 256u, 300u}) {
    INFO("dim ", dim);
    const m2v::index::Rotation rotation(dim);
    const Matrix given = random_matrix(2, dim, static_cast<unsigned>(dim));
    Matrix turned = given;
    for (std::size_t r = 0; r < 2; ++r) rotation.apply(turned.row(r).data());
    for (std::size_t r = 0; r < 2; ++r) {
      CHECK(m2v::reference::dot_product(turned.row(0).data(), turned.row(r).data(), dim) ==
            doctest::Approx(
                m2v::reference::dot_product(given.row(0).data(), given.row(r).data(), dim))
                .epsilon(1e-4));
    }
    if (dim < 100) continue;
    std::vector<float> unit(dim);
    unit[dim / 3] = 1;
    rotation.apply(unit.data());
    CHECK(*std::ranges::max_element(unit) < 0.5f);
  }
}

TEST_CASE("what a dtype cannot hold is refused") {
  Index halves(2, Metric::kInnerProduct, IndexDType::kFloat16);
  const Matrix large{{1, 70'000}, 1, 2};
  CHECK(message_of([&] { halves.add(ids_from(0, 1), large); }).find("float16") !=
        std::string::npos);
  CHECK(halves.size() == 0);
  CHECK(halves.search(std::vector<float>{1, 70'000}, 1).empty());  // a query may be large
  CHECK(index_of(large, Metric::kCosine, IndexDType::kFloat16).size() == 1);
  CHECK_THROWS_AS(Index(8, Metric::kInnerProduct, IndexDType::kBit), std::invalid_argument);
  CHECK_THROWS_AS(Index(65'537, Metric::kCosine, IndexDType::kBit), std::invalid_argument);
}

TEST_CASE("the largest and the smallest numbers in every dtype") {
  const float tiny = std::numeric_limits<float>::denorm_min();
  const float huge = std::numeric_limits<float>::max();
  for (const IndexDType dtype : kAll) {
    INFO("dtype ", static_cast<int>(dtype));
    const Matrix vectors{{tiny, 0, huge, huge, 0, -tiny}, 3, 2};
    const auto hits = index_of(vectors, Metric::kCosine, dtype).search(std::vector{huge, 0.0f}, 3);
    REQUIRE(hits.size() == 3);
    CHECK(hits[0].id == 0);
    CHECK(hits[0].score == 1.0f);
    CHECK(hits[1].score == doctest::Approx(std::sqrt(0.5)).epsilon(1e-3));
    CHECK(hits[2].score == 0.0f);
  }
  for (const IndexDType dtype : {IndexDType::kFloat32, IndexDType::kInt8}) {
    const Matrix vectors{{huge, huge, 1, 1, huge, -huge, -huge, -huge}, 4, 2};
    for (const std::size_t copies : {1u, 9u}) {
      const Matrix queries{std::vector<float>(2 * copies, huge), copies, 2};
      for (const auto& hits : index_of(vectors, Metric::kInnerProduct, dtype).search(queries, 4)) {
        REQUIRE(hits.size() == 4);
        CHECK(hits[0].id == 0);
        CHECK(hits[1].id == 1);
        CHECK(hits[2].id == 2);
        CHECK(hits[2].score == 0.0f);
        CHECK(hits[3].score == -huge);
      }
    }
  }
}
