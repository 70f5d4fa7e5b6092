#include "simd/distance.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/half.h"
#include "reference/distance.h"
#include "simd/target.h"

namespace {

using m2v::DType;
using m2v::simd::for_each_target;

/// Exactly as many as asked for, so that a sanitizer sees a read or write beyond them.
std::unique_ptr<float[]> random_values(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  auto values = std::make_unique<float[]>(count);
  std::generate_n(values.get(), count, [&] { return normal(random); });
  return values;
}

/// Rows of a type, of exact size, and the float32 values that they stand for.
struct Stored {
  std::unique_ptr<std::byte[]> bytes;
  std::unique_ptr<float[]> scales;
  std::unique_ptr<float[]> values;
  m2v::simd::Rows rows;

  Stored(DType dtype, std::size_t count, std::size_t stride, unsigned seed)
      : bytes(std::make_unique<std::byte[]>(count * stride * m2v::dtype_size(dtype))),
        scales(random_values(count, seed + 1)),
        values(random_values(count * stride, seed)),
        rows{dtype, bytes.get(), stride, dtype == DType::kInt8 ? scales.get() : nullptr} {
    for (std::size_t i = 0; i < count * stride; ++i) keep(dtype, i, stride);
  }

  void keep(DType dtype, std::size_t i, std::size_t stride) {
    if (dtype == DType::kFloat32) std::memcpy(bytes.get() + i * 4, &values[i], 4);
    if (dtype == DType::kFloat16) {
      const std::uint16_t half = m2v::base::float_to_half(values[i]);
      std::memcpy(bytes.get() + i * 2, &half, 2);
      values[i] = m2v::base::half_to_float(half);
    }
    if (dtype == DType::kInt8) {
      const int integer = std::clamp(static_cast<int>(values[i] * 60), -127, 127);
      bytes[i] = static_cast<std::byte>(integer + 128);
      values[i] = static_cast<float>(integer) * scales[i / stride];
    }
  }
};

/// A query of the same values as floats and as integers, a multiple of a scale.
struct Query {
  std::unique_ptr<float[]> values;
  std::unique_ptr<std::int8_t[]> integers;
  m2v::simd::QueryVector query;

  Query(std::size_t stride, unsigned seed)
      : values(random_values(stride, seed)), integers(std::make_unique<std::int8_t[]>(stride)) {
    constexpr float kScale = 0.03f;
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < stride; ++i) {
      const int integer = std::clamp(static_cast<int>(values[i] * 40), -127, 127);
      integers[i] = static_cast<std::int8_t>(integer);
      values[i] = static_cast<float>(integer) * kScale;
      sum += integer;
    }
    query = {values.get(), integers.get(), kScale, sum * m2v::simd::kInt8Zero};
  }
};

/// The largest error over the bound that any order of summation keeps.
double worst_error(const float* scores, const Stored& stored,
                   const std::vector<std::uint32_t>& which, const Query& query,
                   std::size_t stride) {
  double worst = 0;
  for (std::size_t i = 0; i < which.size(); ++i) {
    const float* row = stored.values.get() + which[i] * stride;
    const double exact = m2v::reference::dot_product(row, query.values.get(), stride);
    const double bound = static_cast<double>(stride) * std::numeric_limits<float>::epsilon() *
                         m2v::reference::dot_magnitude(row, query.values.get(), stride);
    worst = std::max(worst, std::abs(scores[i] - exact) / bound);
  }
  return worst;
}

std::vector<std::uint32_t> first_rows(std::size_t count) {
  std::vector<std::uint32_t> rows(count);
  for (std::size_t i = 0; i < count; ++i) rows[i] = static_cast<std::uint32_t>(i);
  return rows;
}

}  // namespace

TEST_CASE("dot products agree with the reference on every target, for rows of every type") {
  for_each_target([](const std::string& target) {
    unsigned seed = 1;
    for (const DType dtype : {DType::kFloat32, DType::kFloat16, DType::kInt8}) {
      const std::size_t step = m2v::simd::kRowAlign / m2v::dtype_size(dtype);
      for (const std::size_t steps : {1u, 2u, 3u, 7u, 16u}) {
        for (const std::size_t count : {1u, 2u, 3u, 4u, 5u, 8u, 33u}) {
          const std::size_t stride = steps * step;
          const Stored stored(dtype, count, stride, seed += 2);
          const Query query(stride, seed += 2);
          const auto scores = std::make_unique<float[]>(count);
          m2v::simd::dot_rows({stored.rows, nullptr, count}, query.query, scores.get());
          INFO(target, ", dtype ", m2v::dtype_name(dtype), ", stride ", stride, ", rows ", count);
          CHECK(worst_error(scores.get(), stored, first_rows(count), query, stride) <= 1.0);
        }
      }
    }
  });
}

TEST_CASE("a row's score is the same to the last bit wherever the row lies, picked or not") {
  for_each_target([](const std::string& target) {
    constexpr std::size_t kStride = 192, kRows = 13;
    const std::vector<std::uint32_t> picks = {12, 0, 5, 5, 3};
    for (const DType dtype : {DType::kFloat32, DType::kFloat16, DType::kInt8}) {
      INFO(target, ", dtype ", m2v::dtype_name(dtype));
      const Stored stored(dtype, kRows, kStride, 7);
      const Query query(kStride, 8);
      std::vector<float> together(kRows), picked(picks.size());
      m2v::simd::dot_rows({stored.rows, nullptr, kRows}, query.query, together.data());
      m2v::simd::dot_rows({stored.rows, picks.data(), picks.size()}, query.query, picked.data());
      for (std::size_t i = 0; i < picks.size(); ++i) CHECK(picked[i] == together[picks[i]]);
    }
  });
}

TEST_CASE("widened rows are what the stored values stand for") {
  for_each_target([](const std::string& target) {
    constexpr std::size_t kStride = 64;
    const std::vector<std::uint32_t> picks = {4, 1, 1};
    for (const DType dtype : {DType::kFloat32, DType::kFloat16, DType::kInt8}) {
      INFO(target, ", dtype ", m2v::dtype_name(dtype));
      const Stored stored(dtype, 5, kStride, 9);
      const auto all = std::make_unique<float[]>(5 * kStride);
      m2v::simd::widen_rows({stored.rows, nullptr, 5}, all.get());
      CHECK(std::equal(all.get(), all.get() + 5 * kStride, stored.values.get()));
      const auto some = std::make_unique<float[]>(picks.size() * kStride);
      m2v::simd::widen_rows({stored.rows, picks.data(), picks.size()}, some.get());
      for (std::size_t i = 0; i < picks.size(); ++i) {
        const float* row = stored.values.get() + picks[i] * kStride;
        CHECK(std::equal(row, row + kStride, some.get() + i * kStride));
      }
    }
  });
}

TEST_CASE("scores that are not below the threshold are marked, NaN among them") {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for_each_target([&](const std::string& target) {
    for (const std::size_t count : {1u, 3u, 15u, 16u, 17u, 63u, 64u, 65u, 200u}) {
      INFO(target, ", ", count, " scores");
      const auto scores = random_values(count, static_cast<unsigned>(count));
      if (count > 2) scores[1] = kNan, scores[2] = 0.25f;
      std::vector<std::uint64_t> marks((count + 63) / 64, ~std::uint64_t{0});
      m2v::simd::mark_scores(scores.get(), count, 0.25f, marks.data());
      for (std::size_t i = 0; i < marks.size() * 64; ++i) {
        const bool expected = i < count && !(scores[i] < 0.25f);
        CHECK((marks[i / 64] >> (i % 64) & 1) == static_cast<std::uint64_t>(expected));
      }
    }
    for (const std::size_t columns : {1u, 15u, 16u, 31u, 64u}) {
      INFO(target, ", ", columns, " columns");
      constexpr std::size_t kRows = 3;
      const auto scores = random_values(kRows * columns, 77);
      const auto thresholds = random_values(columns, 78);
      thresholds[columns - 1] = -kInfinity;
      std::vector<std::uint64_t> marks(kRows);
      m2v::simd::mark_columns(scores.get(), kRows, columns, thresholds.get(), marks.data());
      for (std::size_t r = 0; r < kRows; ++r) {
        for (std::size_t c = 0; c < 64; ++c) {
          const bool expected = c < columns && !(scores[r * columns + c] < thresholds[c]);
          CHECK((marks[r] >> c & 1) == static_cast<std::uint64_t>(expected));
        }
      }
    }
  });
}

TEST_CASE("no rows: nothing is written") {
  const Stored stored(DType::kFloat32, 1, 16, 3);
  const Query query(16, 4);
  float score = 42;
  m2v::simd::dot_rows({stored.rows, nullptr, 0}, query.query, &score);
  m2v::simd::widen_rows({stored.rows, nullptr, 0}, &score);
  CHECK(score == 42.0f);
}
