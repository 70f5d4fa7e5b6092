#include "m2v/cross_validation.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "m2v/error.h"
#include "m2v/training_file.h"
#include "support/small_model.h"
#include "support/temp_folder.h"

using namespace m2v;

namespace {

StaticModel small_model() { return model::make_model(test::small_parts(8)); }

/// Texts of two classes that share no token.
struct Data {
  std::vector<std::string_view> texts;
  Labels labels;

  explicit Data(std::size_t count) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i) {
      const bool first = i % 3 == 0;
      texts.push_back(first ? "hello world" : "unable naive");
      names.emplace_back(first ? "a" : "b");
    }
    labels = Labels::single(names);
  }
};

constexpr std::size_t kEpochs = 3;

}  // namespace

TEST_CASE("each text is predicted once, with its share of every class") {
  const Data data(60);
  std::set<std::string> stages;
  const auto reports =
      cross_validate(small_model(), data.texts, data.labels, 4,
                     {{.hidden_dim = 16, .max_epochs = kEpochs}}, [&](const Event& event) {
                       stages.emplace(event.stage);
                       return true;
                     });
  REQUIRE(reports.size() == 4);
  for (const ClassificationReport& report : reports) {
    CHECK(report.texts == 15);
    REQUIRE(report.classes.size() == 2);
    CHECK(report.classes[0].support == 5);
    CHECK(report.classes[1].support == 10);
  }
  CHECK(stages.contains("fold 1, epoch 1"));
  CHECK(stages.contains("fold 4, epoch 3"));
}

TEST_CASE("several labels per text, and a class that is in one part only") {
  std::vector<std::vector<std::string>> names;
  std::vector<std::string_view> texts;
  for (std::size_t i = 0; i < 30; ++i) {
    texts.emplace_back(i % 2 == 0 ? "hello" : "naive world");
    names.push_back(i % 2 == 0 ? std::vector<std::string>{"a"}
                               : std::vector<std::string>{"b", "a"});
  }
  names[7].emplace_back("rare");
  const auto reports = cross_validate(small_model(), texts, Labels::multi(names), 3,
                                      {{.hidden_layers = 0, .max_epochs = kEpochs}, true});
  std::size_t texts_in_all = 0, rare = 0;
  for (const ClassificationReport& report : reports) {
    texts_in_all += report.texts;
    CHECK(report.multilabel);
    CHECK(std::isfinite(report.accuracy));
    for (const ClassScores& scores : report.classes) {
      if (scores.name == "rare") rare += scores.support;
    }
  }
  CHECK(texts_in_all == 30);
  CHECK(rare == 1);
}

TEST_CASE("folds: the caller's mistakes, and stopping") {
  const Data data(12);
  const auto run = [&](std::size_t folds, const OnEvent& on_event = {}) {
    return cross_validate(small_model(), data.texts, data.labels, folds, {{.max_epochs = 1}},
                          on_event);
  };
  CHECK_THROWS_AS(run(1), std::invalid_argument);
  CHECK_THROWS_AS(run(13), std::invalid_argument);
  CHECK_THROWS_AS(cross_validate(small_model(), {}, data.labels, 2), std::invalid_argument);
  CHECK_THROWS_AS(run(3, [](const Event&) { return false; }), Cancelled);
  int events = 0;
  CHECK_THROWS_AS(run(3, [&](const Event&) { return ++events < 6; }), Cancelled);
}

TEST_CASE("mean and deviation of a sample") {
  const std::vector<double> values = {1, 2, 3, 6};
  CHECK(spread_of(values).mean == 3);
  CHECK(spread_of(values).deviation == doctest::Approx(std::sqrt(14. / 3)));
  CHECK(spread_of(std::span(values).first(1)).deviation == 0);
}

TEST_CASE("training.json tells the same as the report, and goes with a plain model") {
  const Data data(40);
  FitReport report;
  const ClassifierOptions options{
      {.hidden_dim = 16, .max_length = kNoLimit, .max_epochs = kEpochs}};
  const ModelWithHead fitted = fit(small_model(), data.texts, data.labels, options, {}, &report);
  const test::TempFolder folder;
  fitted.save(folder / "p", {.training_json = training_json(options, report)});
  CHECK_FALSE(read_training(fitted));
  const auto read = read_training(ModelWithHead::load(folder / "p"));
  REQUIRE(read);
  CHECK(read->train_texts == report.train_texts);
  CHECK(read->steps == report.steps);
  REQUIRE(read->checks.size() == kEpochs);
  for (std::size_t i = 0; i < kEpochs; ++i) {
    CHECK(read->checks[i].loss == report.checks[i].loss);
    CHECK(read->checks[i].best == report.checks[i].best);
  }
  fitted.save(folder / "q");
  CHECK_FALSE(read_training(ModelWithHead::load(folder / "q")));
  fitted.model().save(folder / "p");
  CHECK(test::names_in(folder / "p") == std::vector<std::string>{"README.md", "config.json",
                                                                 "model.safetensors",
                                                                 "modules.json", "tokenizer.json"});
}

TEST_CASE("what diverged is no number in training.json, and comes back as none") {
  FitReport report;
  report.checks.push_back({.epoch = 1, .step = 1, .train_loss = std::nan(""), .best = true});
  const Data data(40);
  const test::TempFolder folder;
  fit(small_model(), data.texts, data.labels, {{.hidden_dim = 16, .max_epochs = 1}})
      .save(folder / "p", {.training_json = training_json(ClassifierOptions(), report)});
  CHECK(std::isnan(read_training(ModelWithHead::load(folder / "p"))->checks[0].train_loss));
}

TEST_CASE("problems of the data are told once, before the folds are trained") {
  Data data(12);
  data.texts[3] = data.texts[7] = "";
  std::vector<std::string> warnings;
  bool trains = false;
  const OnEvent remember = [&](const Event& event) {
    if (event.kind == Event::Kind::kWarning) {
      CHECK_FALSE(trains);
      warnings.push_back(event.message);
    } else {
      trains = true;
    }
    return true;
  };
  const ClassifierOptions options{{.hidden_dim = 8, .max_epochs = 1}};
  std::ignore = cross_validate(small_model(), data.texts, data.labels, 3, options, remember);
  CHECK(trains);
  CHECK(warnings == std::vector<std::string>{"2 texts are empty: texts 3 and 7, counted from 0"});
}

TEST_CASE("folds can be calibrated") {
  const Data data(30);
  ClassifierOptions options{{.hidden_dim = 8, .max_epochs = 1}};
  options.calibrate = true;
  CHECK(cross_validate(small_model(), data.texts, data.labels, 3, options).size() == 3);
}
