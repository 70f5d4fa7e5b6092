#include "m2v/fit.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "m2v/error.h"
#include "support/small_model.h"
#include "support/temp_folder.h"

using namespace m2v;

namespace {

/// Texts of words that the small model knows; the first word says the class.
struct Data {
  std::vector<std::string> texts, names;
  std::vector<std::string_view> views;
  Labels labels;
};

std::vector<std::string> known_words(const StaticModel& model) {
  std::vector<std::string> words;
  for (std::uint32_t id = 0; id < model.tokenizer().id_limit(); ++id) {
    const auto token = model.tokenizer().token(id);
    if (!token || !std::isalpha(static_cast<unsigned char>((*token)[0]))) continue;
    if (model.tokenize(*token).size() == 1) words.emplace_back(*token);
  }
  return words;
}

StaticModel small_model(std::size_t dim = 24) { return model::make_model(test::small_parts(dim)); }

Data two_classes(const StaticModel& model, std::size_t count) {
  const auto words = known_words(model);
  REQUIRE(words.size() >= 3);
  Data data;
  std::mt19937 random(5);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& first = words[random() % 2];
    data.texts.push_back(first + " " + words[2 + random() % (words.size() - 2)]);
    data.names.push_back(first == words[0] ? "no" : "yes");
  }
  data.views.assign(data.texts.begin(), data.texts.end());
  data.labels = Labels::single(data.names);
  return data;
}

/// Long enough to learn every text.
ClassifierOptions thorough() {
  ClassifierOptions options;
  options.early_stopping_patience = std::nullopt;
  options.max_epochs = 40;
  options.learning_rate = 1e-2;
  return options;
}

/// The share of texts with exactly the same labels. What is kept is the first state that is right
/// on all validation texts, not one that is right on all.
double agreement(const Labels& found, const Labels& wanted) {
  std::size_t same = 0;
  for (std::size_t t = 0; t < wanted.size(); ++t) {
    same += std::ranges::equal(found[t], wanted[t]) ? 1 : 0;
  }
  return static_cast<double>(same) / static_cast<double>(wanted.size());
}

std::vector<float> everything(const ModelWithHead& trained, Texts texts) {
  Matrix all = trained.predict_proba(texts);
  const Matrix vectors = trained.model().encode(texts);
  all.data.insert(all.data.end(), vectors.data.begin(), vectors.data.end());
  return all.data;
}

}  // namespace

TEST_CASE("classes that words decide are learned, the same on any number of threads") {
  const StaticModel model = small_model();
  const Data data = two_classes(model, 200);
  ClassifierOptions options = thorough();
  options.threads = 1;
  FitReport report;
  const ModelWithHead one = fit(model, data.views, data.labels, options, {}, &report);
  CHECK(one.classes().names == std::vector<std::string>{"no", "yes"});
  CHECK(report.train_texts == 180);
  CHECK(report.validation_texts == 20);
  CHECK(report.batch_size == 32);
  CHECK(report.checks.back().accuracy == 1.0);
  CHECK(agreement(one.predict(data.views), data.labels) > 0.95);
  options.threads = 3;
  const ModelWithHead three = fit(model, data.views, data.labels, options);
  CHECK(everything(one, data.views) == everything(three, data.views));
  options.seed = 43;
  CHECK(everything(one, data.views) !=
        everything(fit(model, data.views, data.labels, options), data.views));
}

TEST_CASE("any number of labels, and a model that is saved, loaded and trained on") {
  const StaticModel model = small_model();
  const Data data = two_classes(model, 200);
  std::vector<std::vector<std::string>> names;
  for (const std::string& name : data.names) {
    names.push_back(name == "no" ? std::vector<std::string>{} : std::vector<std::string>{"b", "a"});
  }
  const Labels labels = Labels::multi(names);
  FitReport first;
  const ModelWithHead trained = fit(model, data.views, labels, thorough(), {}, &first);
  CHECK(trained.multilabel());
  CHECK(agreement(trained.predict(data.views), labels) > 0.95);

  const test::TempFolder folder;
  trained.save(folder / "saved");
  const ModelWithHead loaded = ModelWithHead::load(folder / "saved");
  CHECK(loaded.classes().names == std::vector<std::string>{"a", "b"});
  CHECK(everything(loaded, data.views) == everything(trained, data.views));

  ClassifierOptions options;
  options.max_epochs = 1;
  FitReport report;
  const ModelWithHead more = fit(loaded, data.views, labels, options, {}, &report);
  // It did not begin anew.
  CHECK(report.checks.front().train_loss < first.checks.front().train_loss / 2);
  CHECK(more.classes().names == loaded.classes().names);
}

TEST_CASE("a frozen table stays, a trained one does not") {
  const StaticModel model = small_model();
  const Data data = two_classes(model, 100);
  ClassifierOptions options;
  options.max_epochs = 2;
  options.normalize = model.info().normalize;
  options.freeze = true;
  const Matrix before = model.encode(data.views);
  CHECK(fit(model, data.views, data.labels, options).model().encode(data.views).data ==
        before.data);
  options.freeze = false;
  CHECK(fit(model, data.views, data.labels, options).model().encode(data.views).data !=
        before.data);
}

TEST_CASE("learned token weights end in the rows") {
  const StaticModel model = small_model();
  const Data data = two_classes(model, 100);
  ClassifierOptions options;
  options.max_epochs = 3;
  options.freeze = true;
  options.token_weights = TokenWeightTraining::kAlways;
  const ModelWithHead trained = fit(model, data.views, data.labels, options);
  CHECK_FALSE(trained.model().info().has_weights);
  // A row is the old one times its weight.
  const std::uint32_t id = model.tokenize(data.views[0])[0];
  const auto before = model.token_vector(id), after = trained.model().token_vector(id);
  const float weight = after[1] / before[1];
  CHECK(weight != 1.0f);
  for (std::size_t i = 0; i < before.size(); ++i) {
    CHECK(after[i] == doctest::Approx(before[i] * weight).epsilon(1e-5));
  }
}

TEST_CASE("vectors: a linear map is found") {
  const StaticModel model = small_model();
  const Data data = two_classes(model, 300);
  Matrix targets{std::vector<float>(300 * 2), 300, 2};
  for (std::size_t i = 0; i < 300; ++i) targets.row(i)[data.labels.numbers[i]] = 3;
  VectorOptions options;
  options.hidden_layers = 0;
  options.learning_rate = 0.01;
  const ModelWithHead fitted =
      fit_vectors(model, data.views, targets, VectorLoss::kMeanSquaredError, options);
  const Matrix found = fitted.predict_proba(data.views);
  for (std::size_t i = 0; i < found.data.size(); ++i) {
    CHECK(std::abs(found.data[i] - targets.data[i]) < 0.5);
  }
}

TEST_CASE("pairs: texts come to be nearest to their partners") {
  const StaticModel model = small_model();
  const auto words = known_words(model);
  std::vector<std::string_view> left, right;
  for (int i = 0; i < 200; ++i) {
    const std::size_t word = static_cast<std::size_t>(i) % (words.size() / 2);
    left.push_back(words[word]);
    right.push_back(words[words.size() / 2 + word]);
  }
  PairOptions options;
  options.hidden_layers = 0;
  options.learning_rate = 0.05;
  FitReport report;
  const ModelWithHead fitted = fit_pairs(model, left, right, options, {}, &report);
  CHECK(fitted.head().layers.empty());
  CHECK(report.checks.back().loss < 0.5 * report.checks.front().loss);
}

TEST_CASE("stopping keeps the best so far, and throws if there is none") {
  const StaticModel model = small_model();
  const Data data = two_classes(model, 200);
  ClassifierOptions endless = thorough();
  endless.max_epochs = std::nullopt;
  endless.early_stopping_patience = std::nullopt;
  FitReport report;
  std::size_t events = 0;
  const ModelWithHead trained = fit(
      model, data.views, data.labels, endless, [&](const Event&) { return ++events < 300; },
      &report);
  CHECK(report.cancelled);
  CHECK(report.checks.size() >= 2);
  CHECK(agreement(trained.predict(data.views), data.labels) > 0.95);
  CHECK_THROWS_AS(fit(model, data.views, data.labels, endless, [](const Event&) { return false; }),
                  Cancelled);
}

TEST_CASE("progress tells the loss so far, and the accuracy of classifiers") {
  const StaticModel model = small_model();
  const Data data = two_classes(model, 200);
  std::string said;
  const auto remember = [&](const Event& event) {
    if (!event.message.empty()) said = event.message;
    return true;
  };
  std::ignore = fit(model, data.views, data.labels, thorough(), remember);
  double loss = -1, accuracy = -1;
  REQUIRE(std::sscanf(said.c_str(), "loss %lf, accuracy %lf", &loss, &accuracy) == 2);
  CHECK(loss >= 0);
  CHECK(loss < 0.2);
  CHECK(accuracy > 0.9);
  CHECK(accuracy <= 1);

  const Matrix targets = model.encode(data.views);
  std::ignore =
      fit_vectors(model, data.views, targets, VectorLoss::kCosine, {thorough()}, remember);
  CHECK(said.starts_with("loss "));
  CHECK(said.find("accuracy") == std::string::npos);
}

TEST_CASE("without a check, the last state is the result") {
  const StaticModel model = small_model();
  const Data data = two_classes(model, 200);
  ClassifierOptions options = thorough();
  options.validation_steps = 1'000'000;
  FitReport report;
  const ModelWithHead trained = fit(model, data.views, data.labels, options, {}, &report);
  CHECK(report.checks.empty());
  CHECK(agreement(trained.predict(data.views), data.labels) > 0.95);
}

TEST_CASE("a head alone, on vectors that are there") {
  const StaticModel model = small_model();
  const Data data = two_classes(model, 200);
  const Matrix vectors = model.encode(data.views);
  const Head head = fit_head(vectors, data.labels, thorough());
  CHECK(agreement(ModelWithHead(model, head).predict(data.views), data.labels) > 0.9);
}

TEST_CASE("mistakes are told with what to change") {
  const StaticModel model = small_model();
  const Data data = two_classes(model, 20);
  const auto problem = [&](Texts texts, const Labels& labels, const ClassifierOptions& options) {
    try {
      std::ignore = fit(model, texts, labels, options);
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string("none");
  };
  const auto has = [](const std::string& text, const char* part) {
    CAPTURE(text);
    CHECK(text.find(part) != std::string::npos);
  };
  const std::vector<std::string> same(20, "no"), others(20, "maybe");
  has(problem(data.views, Labels::single(same), {}), "needs at least two");
  has(problem(Texts(data.views).first(19), data.labels, {}), "19 texts, but 20 labels");
  const std::vector<std::string_view> empty(20);
  has(problem(empty, data.labels, {}), "all texts are empty");
  has(problem(Texts(data.views).first(1), Labels::single(std::vector<std::string>{"a"}), {}),
      "too few");
  ClassifierOptions options;
  options.validation_texts = data.views;
  options.validation_labels = Labels::single(others);
  has(problem(data.views, data.labels, options), "\"maybe\" is none of the 2 classes");
  options = {};
  options.token_dropout = 1;
  has(problem(data.views, data.labels, options), "token dropout");
  options = {};
  options.class_weights = {1, 2, 3};
  has(problem(data.views, data.labels, options), "3 class weights for 2 classes");
  Matrix targets{std::vector<float>(40, 1.0f), 20, 2};
  targets.row(7)[1] = std::nanf("");
  CHECK_THROWS_WITH_AS(fit_vectors(model, data.views, targets, VectorLoss::kCosine),
                       "fit: vector 7 has a value that is not finite: leave it out or replace it",
                       std::invalid_argument);
}

TEST_CASE("what diverges at once leaves the model as it was") {
  const StaticModel model = small_model();
  const Data data = two_classes(model, 100);
  Matrix targets{std::vector<float>(100, 1e30f), 100, 1};
  VectorOptions options;
  options.max_epochs = 2;
  options.normalize = model.info().normalize;
  options.learning_rate = 1e38;
  FitReport report;
  const ModelWithHead trained =
      fit_vectors(model, data.views, targets, VectorLoss::kMeanSquaredError, options, {}, &report);
  REQUIRE_FALSE(report.checks.empty());
  CHECK(std::isnan(report.checks.front().loss));
  CHECK(trained.model().encode(data.views).data == model.encode(data.views).data);
}
