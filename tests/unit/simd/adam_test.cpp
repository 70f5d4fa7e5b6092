#include "simd/adam.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "reference/adam.h"
#include "simd/target.h"
#include "support/float_arrays.h"

using namespace m2v;
using test::exact;
using test::random_values;

namespace {

simd::AdamStep step_at(double learning_rate, int t) {
  return {.rate = static_cast<float>(learning_rate / (1 - std::pow(0.9, t))),
          .scale = static_cast<float>(1 / std::sqrt(1 - std::pow(0.999, t)))};
}

const std::size_t kStrides[] = {16, 48, 64, 272};

}  // namespace

TEST_CASE("steps of Adam are those of its definition, on every target") {
  simd::for_each_target([](const std::string& target) {
    CAPTURE(target);
    for (const std::size_t count : {1, 3, 15, 16, 17, 100}) {
      CAPTURE(count);
      const auto start = random_values(count, 1);
      const auto values = exact(start), first = exact(std::vector<float>(count)),
                 second = exact(std::vector<float>(count));
      std::vector<reference::AdamValue> expected(count);
      for (std::size_t i = 0; i < count; ++i) expected[i].value = start[i];
      for (int t = 1; t <= 20; ++t) {
        const auto gradient = random_values(count, 100 + static_cast<unsigned>(t));
        simd::adam(step_at(0.01, t), exact(gradient).get(), count,
                   {values.get(), first.get(), second.get()});
        for (std::size_t i = 0; i < count; ++i) {
          expected[i].step(gradient[i], 0.01, static_cast<std::size_t>(t));
        }
      }
      for (std::size_t i = 0; i < count; ++i) {
        CHECK(values[i] == doctest::Approx(expected[i].value).epsilon(1e-5));
        CHECK(first[i] == doctest::Approx(expected[i].first).epsilon(1e-5));
        CHECK(second[i] == doctest::Approx(expected[i].second).epsilon(1e-5));
      }
    }
  });
}

TEST_CASE("a row's gradient is the scaled sum over its positions, on every target") {
  simd::for_each_target([](const std::string& target) {
    CAPTURE(target);
    for (const std::size_t stride : kStrides) {
      CAPTURE(stride);
      const auto start = random_values(5 * stride, 1), gradients = random_values(3 * stride, 2);
      const auto values = exact(start), first = exact(std::vector<float>(5 * stride)),
                 second = exact(std::vector<float>(5 * stride));
      const std::vector<std::uint32_t> rows = {4, 1}, offsets = {0, 1, 4}, sources = {2, 0, 1, 0};
      const std::vector<float> scales = {0.5f, 1.0f, 0.25f, 2.0f};
      simd::adam_rows(step_at(0.1, 1), {.state = {values.get(), first.get(), second.get()},
                                        .stride = stride,
                                        .rows = rows.data(),
                                        .count = 2,
                                        .offsets = offsets.data(),
                                        .sources = sources.data(),
                                        .scales = scales.data(),
                                        .gradients = exact(gradients).get()});
      for (std::size_t i = 0; i < stride; ++i) {
        const double sums[] = {0.5 * gradients[2 * stride + i],
                               3.0 * gradients[i] + 0.25 * gradients[stride + i]};
        for (std::size_t r = 0; r < 2; ++r) {
          reference::AdamValue expected{.value = start[rows[r] * stride + i]};
          expected.step(sums[r], 0.1, 1);
          CHECK(values[rows[r] * stride + i] == doctest::Approx(expected.value).epsilon(1e-4));
        }
        CHECK(values[i] == start[i]);  // a row that is not named
      }
    }
  });
}

TEST_CASE("weighted sums, unit vectors and their gradients, on every target") {
  simd::for_each_target([](const std::string& target) {
    CAPTURE(target);
    for (const std::size_t stride : kStrides) {
      CAPTURE(stride);
      const auto table = random_values(4 * stride, 3), upstream = random_values(stride, 4);
      const std::vector<std::uint32_t> rows = {3, 0, 3}, offsets = {0, 0, 3};
      const std::vector<float> scales = {0.5f, -1.0f, 0.25f};
      const auto out = exact(std::vector<float>(2 * stride, 7.0f));
      simd::weighted_sums({.table = exact(table).get(),
                           .stride = stride,
                           .rows = rows.data(),
                           .scales = scales.data(),
                           .offsets = offsets.data(),
                           .count = 2},
                          out.get());
      std::vector<double> sum(stride);
      double square = 0;
      for (std::size_t i = 0; i < stride; ++i) {
        CHECK(out[i] == 0);  // no rows: zero
        sum[i] = 0.75 * table[3 * stride + i] - table[i];
        CHECK(out[stride + i] == doctest::Approx(sum[i]).epsilon(1e-5));
        square += sum[i] * sum[i];
      }
      const double norm = std::sqrt(square);
      const auto norms = exact(std::vector<float>(2));
      simd::normalize_rows(out.get(), 2, stride, norms.get());
      CHECK(norms[0] == 1e-12f);
      CHECK(norms[1] == doctest::Approx(norm).epsilon(1e-5));
      // d(sum / norm) along `upstream`, worked out by hand: (u - y (y u)) / norm.
      double along = 0;
      for (std::size_t i = 0; i < stride; ++i) along += sum[i] / norm * upstream[i];
      const auto gradients = exact(upstream);
      simd::normalize_rows_backward(out.get() + stride, norms.get() + 1, 1, stride,
                                    gradients.get());
      for (std::size_t i = 0; i < stride; ++i) {
        CHECK(out[stride + i] == doctest::Approx(sum[i] / norm).epsilon(1e-5));
        CHECK(gradients[i] ==
              doctest::Approx((upstream[i] - sum[i] / norm * along) / norm).epsilon(1e-4));
      }
      double dot = 0;
      for (std::size_t i = 0; i < stride; ++i) dot += static_cast<double>(table[i]) * upstream[i];
      CHECK(simd::dot_row(exact(table).get(), exact(upstream).get(), stride) ==
            doctest::Approx(dot).epsilon(1e-4));
    }
  });
}
