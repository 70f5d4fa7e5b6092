#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "m2v/fit.h"
#include "m2v/training_file.h"
#include "support/small_model.h"
#include "support/temp_folder.h"

using namespace m2v;

namespace {

StaticModel small_model() { return model::make_model(test::small_parts(16)); }

/// Texts whose labels their words tell only most of the time.
struct Data {
  std::vector<std::string> texts;
  std::vector<std::string_view> views;
  Labels labels, several;

  explicit Data(std::size_t count, unsigned seed = 4) {
    const char* const words[] = {"hello", "world", "unable", "naive"};
    std::mt19937 random(seed);
    std::vector<std::string> names;
    std::vector<std::vector<std::string>> lists;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t word = random() % 4, label = random() % 5 == 0 ? random() % 4 : word;
      texts.push_back(std::string(words[word]) + " " + words[random() % 4]);
      names.push_back("class " + std::to_string(label));
      lists.emplace_back();
      if (label % 2 == 0) lists.back().emplace_back("even");
      if (label >= 2) lists.back().emplace_back("high");
    }
    views.assign(texts.begin(), texts.end());
    labels = Labels::single(names);
    several = Labels::multi(lists);
  }
};

ClassifierOptions quick() {
  ClassifierOptions options;
  options.hidden_dim = 16;
  options.max_epochs = 6;
  options.learning_rate = 1e-2;
  return options;
}

/// Probabilities of a plain fit at a temperature: p^(1/T), of one label or its opposite in sum 1.
std::vector<double> tempered(std::span<const float> row, double temperature, bool multilabel) {
  std::vector<double> result;
  double sum = 0;
  for (const float value : row) {
    const double p = std::pow(double{value}, 1 / temperature);
    const double other = std::pow(1 - double{value}, 1 / temperature);
    result.push_back(multilabel ? p / (p + other) : p);
    sum += p;
  }
  for (double& value : result) value /= multilabel ? 1 : sum;
  return result;
}

}  // namespace

TEST_CASE("a calibrated fit is the plain one with its outputs divided by the temperature") {
  const StaticModel model = small_model();
  const Data data(300);
  for (const bool multilabel : {false, true}) {
    CAPTURE(multilabel);
    const Labels& labels = multilabel ? data.several : data.labels;
    ClassifierOptions options = quick();
    const ModelWithHead plain = fit(model, data.views, labels, options);
    options.calibrate = true;
    FitReport report;
    const ModelWithHead calibrated = fit(model, data.views, labels, options, {}, &report);
    REQUIRE(report.calibration);
    const TemperatureScaling& scaling = *report.calibration;
    CHECK(scaling.temperature != 1);
    CHECK(scaling.loss_after < scaling.loss_before);
    const Matrix before = plain.predict_proba(data.views);
    const Matrix after = calibrated.predict_proba(data.views);
    for (std::size_t t = 0; t < before.rows; ++t) {
      const auto wanted = tempered(before.row(t), scaling.temperature, multilabel);
      for (std::size_t c = 0; c < wanted.size(); ++c) {
        CHECK(after.row(t)[c] == doctest::Approx(wanted[c]).epsilon(1e-3));
      }
    }
    CHECK(plain.choose(before).numbers == calibrated.choose(after).numbers);
    CHECK(plain.choose(before).offsets == calibrated.choose(after).offsets);
  }
}

TEST_CASE("the temperature is that of the validation texts, with early stopping, on any threads") {
  const StaticModel model = small_model();
  const Data data(60), checks(150, 9);
  ClassifierOptions options = quick();
  options.max_epochs = std::nullopt;
  options.early_stopping_patience = 2;
  options.learning_rate = 0.1;
  options.calibrate = true;
  options.validation_texts = checks.views;
  options.validation_labels = checks.labels;
  options.threads = 1;
  FitReport report, other;
  const ModelWithHead one = fit(model, data.views, data.labels, options, {}, &report);
  options.threads = 3;
  const ModelWithHead three = fit(model, data.views, data.labels, options, {}, &other);
  CHECK(report.calibration->temperature == other.calibration->temperature);
  CHECK(one.head().layers.back().weight.data == three.head().layers.back().weight.data);
  // The loss that the report tells is that of the model, which is the one of the best check.
  CHECK(report.checks.back().best == false);
  const Matrix probabilities = one.predict_proba(checks.views);
  double loss = 0;
  for (std::size_t t = 0; t < probabilities.rows; ++t) {
    loss -= std::log(probabilities.row(t)[checks.labels.numbers[t]]);
  }
  CHECK(report.calibration->loss_after ==
        doctest::Approx(loss / static_cast<double>(probabilities.rows)).epsilon(1e-4));
  const auto best =
      std::ranges::find(report.checks.rbegin(), report.checks.rend(), true, &FitCheck::best);
  CHECK(report.calibration->loss_before == doctest::Approx(best->loss).epsilon(1e-5));
}

TEST_CASE("a fit without a check and a head alone are calibrated as well") {
  const StaticModel model = small_model();
  const Data data(200);
  ClassifierOptions options = quick();
  options.calibrate = true;
  FitReport report;
  const Head head = fit_head(model.encode(data.views), data.labels, options, {}, &report);
  REQUIRE(report.calibration);
  CHECK(report.calibration->loss_after < report.calibration->loss_before);
  options.validation_steps = 1'000'000;
  FitReport unchecked;
  std::ignore = fit(model, data.views, data.labels, options, {}, &unchecked);
  CHECK(unchecked.checks.empty());
  REQUIRE(unchecked.calibration);
  CHECK(unchecked.calibration->loss_after < unchecked.calibration->loss_before);
}

TEST_CASE("training.json has the temperature, and a saved model its probabilities") {
  const StaticModel model = small_model();
  const Data data(200);
  ClassifierOptions options = quick();
  options.calibrate = true;
  FitReport report;
  const ModelWithHead trained = fit(model, data.views, data.labels, options, {}, &report);
  const test::TempFolder folder;
  trained.save(folder / "saved", {.training_json = training_json(options, report)});
  const ModelWithHead loaded = ModelWithHead::load(folder / "saved");
  CHECK(loaded.predict_proba(data.views).data == trained.predict_proba(data.views).data);
  const auto read = read_training(loaded);
  REQUIRE(read);
  REQUIRE(read->calibration);
  CHECK(read->calibration->temperature == report.calibration->temperature);
  CHECK(read->calibration->error_before == report.calibration->error_before);
  CHECK(read->calibration->error_after == report.calibration->error_after);
}
