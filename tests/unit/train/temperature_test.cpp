#include "train/temperature.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

using namespace m2v;
using namespace m2v::train;

namespace {

/// Logits with what is right, and the examples in order.
struct Given {
  Matrix logits;
  Targets targets;
  std::vector<std::size_t> examples;

  Given(Matrix values, Targets right) : logits(std::move(values)), targets(std::move(right)) {
    examples.resize(logits.rows);
    std::iota(examples.begin(), examples.end(), 0);
  }
  TemperatureScaling fit() const { return fit_temperature(logits, targets, examples); }
};

Matrix normal_logits(std::size_t rows, std::size_t columns, double deviation,
                     std::mt19937& random) {
  std::normal_distribution<float> normal(0, static_cast<float>(deviation));
  Matrix logits{std::vector<float>(rows * columns), rows, columns};
  for (float& value : logits.data) value = normal(random);
  return logits;
}

/// Classes drawn with the probabilities that the logits have at a temperature.
Given drawn(std::size_t rows, std::size_t classes, double temperature) {
  std::mt19937 random(1);
  Matrix logits = normal_logits(rows, classes, 3, random);
  ClassTargets targets;
  for (std::size_t row = 0; row < rows; ++row) {
    std::vector<double> chances;
    for (const float value : logits.row(row)) chances.push_back(std::exp(value / temperature));
    targets.classes.push_back(static_cast<std::uint32_t>(
        std::discrete_distribution<int>(chances.begin(), chances.end())(random)));
  }
  return {std::move(logits), std::move(targets)};
}

/// The same for labels that are drawn one by one.
Given drawn_labels(std::size_t rows, std::size_t labels, double temperature) {
  std::mt19937 random(2);
  Matrix logits = normal_logits(rows, labels, 3, random);
  LabelTargets targets{.labels = {}, .offsets = {0}};
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t c = 0; c < labels; ++c) {
      const double chance = 1 / (1 + std::exp(-logits.row(row)[c] / temperature));
      if (std::bernoulli_distribution(chance)(random)) {
        targets.labels.push_back(static_cast<std::uint32_t>(c));
      }
    }
    targets.offsets.push_back(targets.labels.size());
  }
  return {std::move(logits), std::move(targets)};
}

/// The mean negative log-likelihood, by the batch loss of training.
double loss_at(const Given& given, double temperature) {
  Matrix scaled = given.logits;
  for (float& value : scaled.data) value = static_cast<float>(value / temperature);
  return batch_loss(given.targets,
                    {.examples = given.examples,
                     .values = scaled.data.data(),
                     .width = scaled.cols,
                     .columns = scaled.cols},
                    nullptr)
      .loss;
}

void check_is_minimum(const Given& given) {
  const TemperatureScaling found = given.fit();
  CHECK(found.loss_before == doctest::Approx(loss_at(given, 1)).epsilon(1e-6));
  CHECK(found.loss_after == doctest::Approx(loss_at(given, found.temperature)).epsilon(1e-6));
  for (const double other : {0.01, 0.5, 0.9, 0.99, 1.01, 1.1, 2.0, 100.0}) {
    CAPTURE(other);
    CHECK(found.loss_after < loss_at(given, found.temperature * other));
  }
}

}  // namespace

TEST_CASE("two classes of which one is right three times in four have the log odds of that") {
  // softmax(4 / T, 0) = 3/4 for T = 4 / ln 3.
  const Matrix logits{{4, 0, 4, 0, 4, 0, 4, 0}, 4, 2};
  const TemperatureScaling found = Given(logits, ClassTargets{{0, 0, 1, 0}}).fit();
  CHECK(found.temperature == doctest::Approx(4 / std::log(3.0)).epsilon(1e-9));
  const double sure = 1 / (1 + std::exp(-4.0));
  CHECK(found.error_before == doctest::Approx(sure - 0.75).epsilon(1e-6));
  CHECK(found.error_after == doctest::Approx(0).epsilon(1e-6));
  CHECK(found.loss_after ==
        doctest::Approx(-(3 * std::log(0.75) + std::log(0.25)) / 4).epsilon(1e-9));
}

TEST_CASE("labels that are right three times in four have the log odds of that, too") {
  const Matrix logits{{4, -4, 4, -4, 4, -4, 4, -4}, 4, 2};
  // Label 0 is missing once, label 1 is there once.
  const LabelTargets targets{.labels = {0, 0, 1, 0}, .offsets = {0, 1, 3, 3, 4}};
  const TemperatureScaling found = Given(logits, targets).fit();
  CHECK(found.temperature == doctest::Approx(4 / std::log(3.0)).epsilon(1e-9));
}

TEST_CASE("the temperature is the one of the least loss") {
  for (const double temperature : {0.2, 1.0, 5.0}) {
    CAPTURE(temperature);
    const Given classes = drawn(3000, 5, temperature), labels = drawn_labels(2000, 3, temperature);
    check_is_minimum(classes);
    check_is_minimum(labels);
    CHECK(classes.fit().temperature == doctest::Approx(temperature).epsilon(0.1));
    CHECK(labels.fit().temperature == doctest::Approx(temperature).epsilon(0.1));
    if (temperature != 1) {
      CHECK(classes.fit().error_after < classes.fit().error_before / 2);
      CHECK(labels.fit().error_after < labels.fit().error_before / 2);
    }
  }
}

TEST_CASE("where all are right, the confidence is that of Laplace's rule") {
  std::mt19937 random(3);
  for (const std::size_t rows : {1u, 8u, 500u}) {
    CAPTURE(rows);
    Matrix logits = normal_logits(rows, 3, 1e-3, random);
    ClassTargets targets;
    for (std::size_t row = 0; row < rows; ++row) {
      targets.classes.push_back(static_cast<std::uint32_t>(row % 3));
      logits.row(row)[row % 3] = 1;
    }
    const TemperatureScaling found = Given(logits, targets).fit();
    // All confidences are nearly equal, and all answers right: their distance is the error.
    const double wanted = 1.0 / static_cast<double>(rows + 2);
    CHECK(found.error_after == doctest::Approx(wanted).epsilon(1e-3));
    CHECK(found.temperature > kMinTemperature);
    CHECK(found.temperature < 1);
  }
}

TEST_CASE("outputs that say nothing, or the opposite, have a temperature within the bounds") {
  const Matrix equal{std::vector<float>(6, 0.5f), 3, 2};
  CHECK(Given(equal, ClassTargets{{0, 1, 1}}).fit().temperature == 1);
  const Matrix wrong{{5, 0, 5, 0}, 2, 2};
  CHECK(Given(wrong, ClassTargets{{1, 1}}).fit().temperature == kMaxTemperature);
  const Matrix nothing{std::vector<float>(4, std::nanf("")), 2, 2};
  CHECK(Given(nothing, ClassTargets{{1, 0}}).fit().temperature == 1);
  const Matrix huge{{1e30f, 0, 1e30f, 0, 1e30f, 0}, 3, 2};
  CHECK(std::isfinite(Given(huge, ClassTargets{{0, 1, 0}}).fit().temperature));
}

TEST_CASE("the last layer is divided") {
  Head::Layer layer{.weight = {{3, -6, 9, 12}, 2, 2}, .bias = {1.5f, -3}};
  divide_outputs(layer, 3);
  CHECK(layer.weight.data == std::vector<float>{1, -2, 3, 4});
  CHECK(layer.bias == std::vector<float>{0.5f, -1});
}
