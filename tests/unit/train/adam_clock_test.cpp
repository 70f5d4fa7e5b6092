#include "train/adam_clock.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "reference/adam.h"
#include "train/batch_tokens.h"
#include "train/embedding_table.h"

using namespace m2v;

namespace {

/// A value after the steps up to now without a gradient, by the clock.
reference::AdamValue coasted(train::AdamClock& clock, std::size_t since,
                             reference::AdamValue value) {
  while (since < clock.now()) {
    const auto [coast, until] = clock.leg(since);
    double moves = 0;
    for (int i = 0; i < 2; ++i) {
      moves += coast.weight[i] / (std::sqrt(value.second) + coast.epsilon[i]);
    }
    value.value -= value.first * moves;
    value.first *= coast.first_decay;
    value.second *= coast.second_decay;
    REQUIRE(until > since);
    since = until;
  }
  return value;
}

}  // namespace

TEST_CASE("many steps without a gradient at once are the same as one by one") {
  // Gradients from far above Adam's epsilon to far below it.
  for (const double size : {1.0, 1e-3, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-11}) {
    for (const std::size_t last : {1, 2, 7, 40, 300, 3000}) {
      for (const std::size_t gap : {0, 1, 2, 3, 10, 50, 199, 200, 201, 1000}) {
        CAPTURE(size);
        CAPTURE(last);
        CAPTURE(gap);
        train::AdamClock clock;
        reference::AdamValue value;
        std::mt19937 random(7);
        std::normal_distribution<double> normal(0, size);
        double rate = 1e-3;
        for (std::size_t t = 1; t <= last; ++t) {
          clock.tick(rate);
          // Gradients that are seldom, as rows have them.
          if (t % 5 == last % 5) value.step(normal(random), rate, t);
          if (t % 5 != last % 5) value.step(0, rate, t);
        }
        const reference::AdamValue before = value;
        for (std::size_t t = last + 1; t <= last + gap; ++t) {
          if (t % 60 == 0) rate /= 2;
          clock.tick(rate);
          value.step(0, rate, t);
        }
        const reference::AdamValue after = coasted(clock, last, before);
        // A value of about 1 has a float32 spacing of 1e-7.
        CHECK(std::abs(after.value - value.value) < 2e-7);
        CHECK(after.first == doctest::Approx(value.first).epsilon(1e-5));
        CHECK(after.second == doctest::Approx(value.second).epsilon(1e-4));
      }
    }
  }
}

TEST_CASE("a table whose batches touch some rows becomes what dense Adam makes of it") {
  constexpr std::size_t kRows = 40, kDim = 20, kTexts = 6, kSteps = 400;
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  Matrix start{std::vector<float>(kRows * kDim), kRows, kDim};
  for (float& value : start.data) value = normal(random);
  train::EmbeddingTable table(start, false);
  std::vector<reference::AdamValue> dense(kRows * kDim);
  for (std::size_t i = 0; i < dense.size(); ++i) dense[i].value = start.data[i];

  // Low rows are frequent, high ones seldom.
  std::geometric_distribution<std::uint32_t> word(0.12);
  train::TokenLists lists;
  for (std::size_t t = 0; t < kTexts * kSteps; ++t) {
    std::vector<std::uint32_t> text(3);
    for (std::uint32_t& token : text) token = std::min<std::uint32_t>(word(random), kRows - 1);
    lists.tokens.append(text);
    lists.offsets.push_back(lists.tokens.size());
  }
  train::AdamClock clock;
  train::BatchTokens batch({}, kRows);
  train::Random unused(1);
  for (std::size_t t = 0; t < kSteps; ++t) {
    const double rate = t < 200 ? 1e-2 : 5e-3;
    std::vector<std::size_t> texts;
    for (std::size_t i = 0; i < kTexts; ++i) texts.push_back(t * kTexts + i);
    batch.read(lists, texts, nullptr, 0, unused);
    table.catch_up(batch.rows(), clock, 1);
    std::vector<float> gradients(kTexts * table.stride());
    std::vector<double> sums(kRows * kDim);
    for (std::size_t i = 0; i < kTexts; ++i) {
      for (std::size_t d = 0; d < kDim; ++d) {
        const float gradient = normal(random) * (d < 10 ? 1e-3f : 1e-7f);
        gradients[i * table.stride() + d] = gradient;
        for (const std::uint32_t token : lists[texts[i]]) sums[token * kDim + d] += gradient / 3.0;
      }
    }
    const simd::AdamStep step = clock.tick(rate);
    table.step(step, clock, batch, gradients.data(), 0, batch.rows().size());
    for (std::size_t i = 0; i < dense.size(); ++i) dense[i].step(sums[i], rate, t + 1);
  }
  table.catch_up_all(clock, 2);
  double largest = 0;
  for (std::size_t r = 0; r < kRows; ++r) {
    for (std::size_t d = 0; d < kDim; ++d) {
      largest = std::max(largest, std::abs(table.row(r)[d] - dense[r * kDim + d].value));
    }
  }
  CHECK(largest < 2e-5);  // after moves of about 1 in 400 steps of float32
}
