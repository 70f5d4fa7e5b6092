#include "simd/distance.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "hwy/highway.h"
#include "reference/distance.h"

namespace {

/// Exactly as many floats as asked for, so that a sanitizer sees a read or write beyond them.
std::unique_ptr<float[]> random_values(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  auto values = std::make_unique<float[]>(count);
  std::generate_n(values.get(), count, [&] { return normal(random); });
  return values;
}

/// Calls `test` once for every instruction set that was compiled in and that this machine has.
template <class Test>
void for_each_target(Test test) {
  std::vector<std::int64_t> targets;
  for (std::int64_t left = hwy::SupportedTargets() & HWY_TARGETS; left != 0; left &= left - 1) {
    targets.push_back(left & -left);
  }
  for (const std::int64_t target : targets) {
    INFO("target ", std::string(hwy::TargetName(target)));
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    test();
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace

TEST_CASE("dot products agree with the reference on every target") {
  for_each_target([] {
    unsigned seed = 1;
    for (const std::size_t stride : {16u, 32u, 48u, 64u, 112u, 256u, 1040u}) {
      for (const std::size_t row_count : {1u, 2u, 3u, 4u, 5u, 7u, 8u, 33u}) {
        for (const std::size_t query_count : {1u, 2u, 3u, 8u}) {
          const auto rows = random_values(row_count * stride, seed++);
          const auto queries = random_values(query_count * stride, seed++);
          const auto scores = std::make_unique<float[]>(row_count * query_count);
          m2v::simd::dot_products(rows.get(), row_count, queries.get(), query_count, stride,
                                  scores.get());
          double worst = 0;  // error over the bound that any order of summation keeps
          for (std::size_t q = 0; q < query_count; ++q) {
            for (std::size_t r = 0; r < row_count; ++r) {
              const float* row = rows.get() + r * stride;
              const float* query = queries.get() + q * stride;
              const double exact = m2v::reference::dot_product(row, query, stride);
              const double bound = static_cast<double>(stride) *
                                   std::numeric_limits<float>::epsilon() *
                                   m2v::reference::dot_magnitude(row, query, stride);
              worst = std::max(worst, std::abs(scores[q * row_count + r] - exact) / bound);
            }
          }
          INFO("stride ", stride, ", rows ", row_count, ", queries ", query_count);
          CHECK(worst <= 1.0);
        }
      }
    }
  });
}

TEST_CASE("a dot product is the same to the last bit wherever the row and the query lie") {
  for_each_target([] {
    constexpr std::size_t kStride = 80;
    constexpr std::size_t kRows = 13;
    constexpr std::size_t kQueries = 5;
    const auto rows = random_values(kRows * kStride, 7);
    const auto queries = random_values(kQueries * kStride, 8);
    std::vector<float> together(kRows * kQueries);
    m2v::simd::dot_products(rows.get(), kRows, queries.get(), kQueries, kStride, together.data());
    std::vector<float> alone;
    for (std::size_t q = 0; q < kQueries; ++q) {
      for (std::size_t r = 0; r < kRows; ++r) {
        float score = 0;
        m2v::simd::dot_products(rows.get() + r * kStride, 1, queries.get() + q * kStride, 1,
                                kStride, &score);
        alone.push_back(score);
      }
    }
    CHECK(together == alone);
  });
}

TEST_CASE("no rows or no queries: nothing is written") {
  const auto values = random_values(16, 3);
  float score = 42;
  m2v::simd::dot_products(values.get(), 0, values.get(), 1, 16, &score);
  m2v::simd::dot_products(values.get(), 1, values.get(), 0, 16, &score);
  CHECK(score == 42.0f);
}
