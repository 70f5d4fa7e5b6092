#include "m2v/explain.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "support/small_model.h"

using namespace m2v;

namespace {

constexpr std::size_t kDim = 5;
using Widths = std::vector<std::size_t>;

/// Layers with values that differ everywhere, of both signs.
Head head_of(const Widths& widths, Head::Activation activation) {
  Head head{.layers = {}, .activation = activation, .classes = {}};
  std::size_t inputs = kDim;
  for (const std::size_t outputs : widths) {
    Head::Layer layer{{std::vector<float>(outputs * inputs), outputs, inputs},
                      std::vector<float>(outputs)};
    for (std::size_t i = 0; i < layer.weight.data.size(); ++i) {
      layer.weight.data[i] = std::sin(static_cast<float>(3 * i + outputs));
    }
    for (std::size_t i = 0; i < outputs; ++i) layer.bias[i] = std::cos(static_cast<float>(7 * i));
    head.layers.push_back(std::move(layer));
    inputs = outputs;
  }
  if (activation != Head::Activation::kIdentity) {
    for (std::size_t c = 0; c < inputs; ++c) head.classes.names.push_back(std::to_string(c));
  }
  return head;
}

StaticModel model_of(bool normalize, const char* max_length = "512", bool weights = false) {
  model::ModelParts parts = test::small_parts(kDim);
  parts.config.set("normalize", normalize);
  parts.config.set("max_length", base::parse_json(max_length, "test"));
  for (std::size_t row = 0; weights && row < parts.rows; ++row) {
    parts.weights.push_back(0.25 + 0.5 * static_cast<double>(row % 3));
  }
  return model::make_model(std::move(parts));
}

const std::vector<std::string> kTexts = {"hello, world",    "unable UNABLE hello", "", "[UNK] !",
                                         "\u6771\u4EAC da", "embedding naive un"};

/// The contributions add up to the logits, and these are what predict_proba() makes something of.
void check_sums(const ModelWithHead& trained) {
  for (const std::string& text : kTexts) {
    CAPTURE(text);
    const OutputExplanation explanation = explain(trained, text);
    const std::size_t outputs = trained.outputs();
    REQUIRE(explanation.logits.size() == outputs);
    REQUIRE(explanation.constant.size() == outputs);
    REQUIRE(explanation.contributions.rows == explanation.tokens.size());
    std::vector<double> exponentials;
    double total = 0;
    for (std::size_t o = 0; o < outputs; ++o) {
      double sum = static_cast<double>(explanation.constant[o]);
      for (std::size_t t = 0; t < explanation.tokens.size(); ++t) {
        sum += static_cast<double>(explanation.contributions.row(t)[o]);
      }
      CHECK(sum == doctest::Approx(explanation.logits[o]).epsilon(1e-5));
      exponentials.push_back(std::exp(sum));
      total += exponentials.back();
    }
    const std::string_view view = text;
    const Matrix found = trained.predict_proba(Texts(&view, 1));
    for (std::size_t o = 0; o < outputs; ++o) {
      const double e = exponentials[o];
      const auto activation = trained.head().activation;
      const double expected = activation == Head::Activation::kSoftmax   ? e / total
                              : activation == Head::Activation::kSigmoid ? e / (1 + e)
                                                                         : std::log(e);
      CHECK(found.data[o] == doctest::Approx(expected).epsilon(1e-5));
    }
  }
}

}  // namespace

TEST_CASE("contributions add up to the logits, whatever the head and the model") {
  using enum Head::Activation;
  for (const auto activation : {kSoftmax, kSigmoid, kIdentity}) {
    for (const Widths& widths : {Widths{3}, Widths{7, 3}, Widths{40, 13, 2}}) {
      for (const bool normalize : {false, true}) {
        check_sums({model_of(normalize), head_of(widths, activation)});
        check_sums({model_of(normalize, "512", true), head_of(widths, activation)});
      }
    }
  }
  check_sums({model_of(true), {}});
}

TEST_CASE("one linear layer: a token contributes its row's share, worked by hand") {
  Head head{.layers = {{{{1, 0, 0, 0, 0}, 1, kDim}, {0.5f}}}};
  const ModelWithHead trained(model_of(false), head);
  const OutputExplanation explanation = explain(trained, "hello world");
  const Tokenizer& tokenizer = trained.model().tokenizer();
  REQUIRE(explanation.tokens.size() == 2);
  CHECK(explanation.constant[0] == 0.5f);
  for (std::size_t t = 0; t < 2; ++t) {
    const std::uint32_t id = *tokenizer.id(t == 0 ? "hello" : "world");
    CHECK(explanation.tokens[t].id == id);
    CHECK(explanation.contributions.data[t] == test::small_value(id, 0) / 2);
  }
  CHECK(explanation.tokens[1].begin == 6);
  CHECK(explanation.tokens[1].end == 11);
}

TEST_CASE("tokens beyond the maximal length do not count, nor does the unknown one") {
  const ModelWithHead trained(model_of(true, "3"), head_of({2}, Head::Activation::kIdentity));
  for (const std::string_view text : {"hello [UNK] world hello", "a [UNK] b c", "a b c d e f"}) {
    const OutputExplanation explanation = explain(trained, text);
    CHECK(explanation.tokens.size() ==
          trained.model().encode_as_sequence(text, {.max_length = 3}).rows);
    CHECK(explanation.tokens.size() <= 3);
    CHECK(trained.predict_proba(Texts(&text, 1)).data[0] ==
          doctest::Approx(explanation.logits[0]).epsilon(1e-5));
  }
}

TEST_CASE("effects of words are means over the texts that have them") {
  const ModelWithHead trained(model_of(true), head_of({7, 2}, Head::Activation::kSoftmax));
  const std::vector<std::string_view> texts = {"Unable, hello unable", "hello", "\u6771\u4EAC"};
  const std::vector<WordEffect> effects = word_effects(trained, texts);
  std::vector<std::string> words;
  for (const WordEffect& effect : effects) words.push_back(effect.word);
  CHECK(words == std::vector<std::string>{"Unable", ",", "hello", "\u6771", "\u4EAC"});
  CHECK(effects[0].texts == 1);
  CHECK(effects[2].texts == 2);

  const OutputExplanation first = explain(trained, texts[0]), second = explain(trained, texts[1]);
  REQUIRE(first.tokens.size() == 6);  // un ##able , hello un ##able
  for (std::size_t o = 0; o < 2; ++o) {
    const auto at = [&](const OutputExplanation& explanation, std::size_t token) {
      return static_cast<double>(explanation.contributions.row(token)[o]);
    };
    CHECK(effects[0].effects[o] ==
          doctest::Approx(at(first, 0) + at(first, 1) + at(first, 4) + at(first, 5)));
    CHECK(effects[2].effects[o] == doctest::Approx((at(first, 3) + at(second, 0)) / 2));
  }
}

TEST_CASE("effects do not depend on the number of threads") {
  const ModelWithHead trained(model_of(true), head_of({7, 3}, Head::Activation::kSigmoid));
  std::vector<std::string> texts;
  for (int i = 0; i < 500; ++i) texts.push_back(kTexts[static_cast<std::size_t>(i * i) % 6]);
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  const auto one = word_effects(trained, views, 1), three = word_effects(trained, views, 3);
  REQUIRE(one.size() == three.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    CHECK(one[i].word == three[i].word);
    CHECK(one[i].texts == three[i].texts);
    CHECK(one[i].effects == three[i].effects);
  }
  CHECK(word_effects(trained, {}).empty());
}
