#include "train/objective.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "support/float_arrays.h"

using namespace m2v;
using test::random_values;
using train::Targets;

namespace {

constexpr std::size_t kColumns = 5, kWidth = 16;

struct Batch {
  std::vector<std::size_t> examples;
  std::vector<float> values;  ///< Of `texts` rows; what fills up is zero.

  Batch(std::vector<std::size_t> chosen, std::size_t texts)
      : examples(std::move(chosen)), values(texts * kWidth) {
    const auto random = random_values(texts * kColumns, 5);
    for (std::size_t t = 0; t < texts; ++t) {
      std::copy_n(&random[t * kColumns], kColumns, &values[t * kWidth]);
    }
  }
  train::Outputs outputs(unsigned threads = 1) const {
    return {.examples = examples,
            .values = values.data(),
            .width = kWidth,
            .columns = kColumns,
            .threads = threads};
  }
};

/// The gradients are the slopes of the loss, by central differences.
void check_gradients(const Targets& targets, Batch batch) {
  std::vector<float> gradients(batch.values.size());
  const double loss = train::batch_loss(targets, batch.outputs(), gradients.data()).loss;
  CHECK(train::batch_loss(targets, batch.outputs(), nullptr).loss == loss);
  for (std::size_t i = 0; i < batch.values.size(); ++i) {
    if (i % kWidth >= kColumns) continue;
    constexpr float kStep = 1e-2f;
    const float before = batch.values[i];
    batch.values[i] = before + kStep;
    const double above = train::batch_loss(targets, batch.outputs(), nullptr).loss;
    batch.values[i] = before - kStep;
    const double below = train::batch_loss(targets, batch.outputs(), nullptr).loss;
    batch.values[i] = before;
    CAPTURE(i);
    CHECK(std::abs(gradients[i] - (above - below) / (2 * kStep)) < 3e-4);
  }
}

}  // namespace

TEST_CASE("cross-entropy of one example, worked by hand") {
  Batch batch({0}, 1);
  const float logits[] = {0, std::log(2.0f), 0, 0, 0};  // chances 1/6, 2/6, 1/6, 1/6, 1/6
  std::copy_n(logits, kColumns, batch.values.begin());
  std::vector<float> gradients(kWidth);
  const train::Loss right =
      train::batch_loss(train::ClassTargets{.classes = {1}}, batch.outputs(), gradients.data());
  CHECK(right.loss == doctest::Approx(std::log(3.0)));
  CHECK(right.accuracy == 1);
  CHECK(gradients[0] == doctest::Approx(1.0 / 6));
  CHECK(gradients[1] == doctest::Approx(2.0 / 6 - 1));
  const train::Loss wrong =
      train::batch_loss(train::ClassTargets{.classes = {0}, .weights = {7, 1, 1, 1, 1}, .gamma = 2},
                        batch.outputs(), nullptr);
  // The weight cancels out of the mean of one; (1 - 1/6)^2 is focal.
  CHECK(wrong.loss == doctest::Approx(25.0 / 36 * std::log(6.0)));
  CHECK(wrong.accuracy == 0);
}

TEST_CASE("several labels: the Jaccard index, and 0 for nothing against nothing") {
  Batch batch({0, 1}, 2);
  const float logits[] = {1, -1, 2, -1, -1};
  std::copy_n(logits, kColumns, batch.values.begin());
  std::fill_n(batch.values.begin() + kWidth, kColumns, -1.0f);
  const train::LabelTargets targets{.labels = {0, 1}, .offsets = {0, 2, 2}};
  // {0, 1} against {0, 2}: a third. Then nothing against nothing.
  CHECK(train::batch_loss(targets, batch.outputs(), nullptr).accuracy == doctest::Approx(1.0 / 3));
}

TEST_CASE("gradients are slopes: classes and labels, weighted, focal") {
  const Batch batch({2, 0, 1, 0}, 4);
  for (const float gamma : {0.0f, 0.5f, 2.0f}) {
    for (const bool weighted : {false, true}) {
      CAPTURE(gamma);
      CAPTURE(weighted);
      const std::vector<float> weights =
          weighted ? std::vector<float>{0.5f, 2, 1, 3, 1} : std::vector<float>();
      check_gradients(train::ClassTargets{.classes = {4, 1, 0}, .weights = weights, .gamma = gamma},
                      batch);
      check_gradients(train::LabelTargets{.labels = {4, 1, 0, 3},
                                          .offsets = {0, 2, 2, 4},
                                          .positive_weights = weights,
                                          .gamma = gamma},
                      batch);
    }
  }
}

TEST_CASE("gradients are slopes: vectors") {
  const auto vectors = random_values(2 * kColumns, 9), more = random_values(kColumns, 10);
  for (const bool cosine : {false, true}) {
    check_gradients(train::VectorTargets{.vectors = {vectors.data(), 2, kColumns},
                                         .validation = {more.data(), 1, kColumns},
                                         .cosine = cosine},
                    Batch({2, 0, 1, 0}, 4));
  }
}

TEST_CASE("pairs: the loss by its definition, and its slopes") {
  // Examples 0 and 2 have the same first text, 1 and 3 the same second one.
  const train::PairTargets targets{
      .first = {0, 1, 0, 3}, .second = {10, 11, 12, 11}, .temperature = 0.5f};
  const std::vector<std::size_t> examples = {3, 0, 2, 1};
  const Batch batch(examples, 8);
  double loss = 0;
  const auto cosine = [&](std::size_t a, std::size_t b) {
    double dot = 0, left = 0, right = 0;
    for (std::size_t i = 0; i < kColumns; ++i) {
      const double x = batch.values[a * kWidth + i], y = batch.values[b * kWidth + i];
      dot += x * y;
      left += x * x;
      right += y * y;
    }
    return dot / std::sqrt(left * right);
  };
  for (std::size_t a = 0; a < 4; ++a) {
    double sum = 0;
    for (std::size_t b = 0; b < 4; ++b) {
      const bool same_first = targets.first[examples[a]] == targets.first[examples[b]];
      const bool same_second = targets.second[examples[a]] == targets.second[examples[b]];
      if (a == b || (!same_first && !same_second)) sum += std::exp(cosine(a, 4 + b) / 0.5);
    }
    loss += (std::log(sum) - cosine(a, 4 + a) / 0.5) / 4;
  }
  CHECK(train::batch_loss(targets, batch.outputs(), nullptr).loss == doctest::Approx(loss));
  check_gradients(targets, batch);
}

TEST_CASE("a batch's loss does not depend on the number of threads") {
  std::vector<std::size_t> examples(150);
  std::iota(examples.begin(), examples.end(), 0);
  const Batch batch(examples, 300);
  train::ClassTargets classes;
  train::PairTargets pairs;
  for (std::uint32_t e = 0; e < 150; ++e) {
    classes.classes.push_back(e % kColumns);
    pairs.first.push_back(e);
    pairs.second.push_back(1000 + e);
  }
  for (const Targets& targets : {Targets(classes), Targets(pairs)}) {
    std::vector<float> one(batch.values.size()), three(batch.values.size());
    const double loss = train::batch_loss(targets, batch.outputs(1), one.data()).loss;
    CHECK(train::batch_loss(targets, batch.outputs(3), three.data()).loss == loss);
    CHECK(one == three);
  }
}
