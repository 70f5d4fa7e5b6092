#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "m2v/error.h"
#include "m2v/static_model.h"
#include "support/small_model.h"

using namespace m2v;
using test::small_parts;
using test::small_value;

namespace {

constexpr std::size_t kDim = 5;

/// The mean of the rows of these tokens.
std::vector<double> mean_of(const StaticModel& model, const std::vector<std::string>& tokens) {
  std::vector<double> mean(kDim, 0.0);
  for (const std::string& token : tokens) {
    const std::uint32_t id = model.tokenizer().id(token).value();
    for (std::size_t i = 0; i < kDim; ++i) {
      mean[i] += static_cast<double>(small_value(id, i)) / static_cast<double>(tokens.size());
    }
  }
  return mean;
}

void check_vector(const std::vector<float>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-6));
  }
}

}  // namespace

TEST_CASE("a text is the mean of its tokens' rows; unknown tokens do not count") {
  const StaticModel model = model::make_model(small_parts(kDim));
  check_vector(model.encode("hello, world"), mean_of(model, {"hello", ",", "world"}));
  check_vector(model.encode("unable \xE0\xB8\x81"), mean_of(model, {"un", "##able"}));
  check_vector(model.encode("[PAD] hello [UNK]"), mean_of(model, {"[PAD]", "hello"}));
  check_vector(model.encode(""), std::vector<double>(kDim, 0.0));
  check_vector(model.encode("\xE0\xB8\x81 [UNK]"), std::vector<double>(kDim, 0.0));
}

TEST_CASE("normalizing divides by the norm, and leaves the zero vector alone") {
  const StaticModel model = model::make_model(small_parts(kDim));
  std::vector<double> unit = mean_of(model, {"hello", "world"});
  const double norm = std::sqrt(std::inner_product(unit.begin(), unit.end(), unit.begin(), 0.0));
  for (double& value : unit) value /= norm;
  check_vector(model.encode("hello world", {.normalize = true}), unit);
  check_vector(model.encode("", {.normalize = true}), std::vector<double>(kDim, 0.0));
}

TEST_CASE("truncation counts unknown tokens, which are dropped afterwards") {
  const StaticModel model = model::make_model(small_parts(kDim));
  check_vector(model.encode("a b c", {.max_length = 2}), mean_of(model, {"a", "b"}));
  check_vector(model.encode("\xE0\xB8\x81 a b", {.max_length = 2}), mean_of(model, {"a"}));
  check_vector(model.encode("\xE0\xB8\x81 a", {.max_length = 1}), std::vector<double>(kDim, 0.0));
  check_vector(model.encode("hello", {.max_length = 0}), std::vector<double>(kDim, 0.0));
}

TEST_CASE("the cut by characters comes before the tokens") {
  const StaticModel model = model::make_model(small_parts(kDim));
  const std::size_t median = model.info().median_token_length;
  REQUIRE(median == 3);  // most tokens of the small vocabulary are "##x"
  // Two tokens: six code points, so "hello" and one letter of "world".
  check_vector(model.encode("helloworld", {.max_length = 1}), mean_of(model, {"h"}));
  check_vector(model.encode("hello world", {.max_length = 2}), mean_of(model, {"hello"}));
  check_vector(model.encode("\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC", {.max_length = 1}),
               mean_of(model, {"u"}));
}

TEST_CASE("tokenize gives the ids that are pooled, of texts of any length") {
  model::ModelParts parts = small_parts(kDim);
  parts.config.set("max_length", 20);
  const StaticModel model = model::make_model(std::move(parts));
  const std::size_t characters = 20 * model.info().median_token_length;
  for (const std::string word : {"hello ", "un able ", "\xC3\xBC", "\xE0\xB8\x81 a "}) {
    CAPTURE(word);
    for (const std::size_t size : {1u, 9u, 10u, 11u, 59u, 60u, 61u, 100u, 3'500u, 3'960u}) {
      std::string text;
      for (std::size_t i = 0; i < size; ++i) text += word;
      const std::vector<std::uint32_t> ids = model.tokenize(text);
      CHECK(ids.size() <= 20);
      std::vector<double> mean(kDim, 0.0);
      for (const std::uint32_t id : ids) {
        for (std::size_t i = 0; i < kDim; ++i) {
          mean[i] += static_cast<double>(small_value(id, i)) / static_cast<double>(ids.size());
        }
      }
      check_vector(model.encode(text), mean);
    }
  }
  // Of "hello" alone, half a word is cut off where the characters end, not where the tokens do.
  const std::string text(characters + 1, 'a');
  CHECK(model.tokenize(text) == model.tokenize(text + text));
}

TEST_CASE("the model's max_length holds where the call says nothing") {
  model::ModelParts parts = small_parts(kDim);
  parts.config.set("max_length", 1);
  const StaticModel one = model::make_model(std::move(parts));
  check_vector(one.encode("un able"), mean_of(one, {"un"}));
  CHECK(one.tokenize("un able").size() == 1);
  check_vector(one.encode("un hello", {.max_length = kNoLimit}), mean_of(one, {"un", "hello"}));
  model::ModelParts endless = small_parts(kDim);
  endless.config.set("max_length", nullptr);
  CHECK(model::make_model(std::move(endless)).info().max_length == kNoLimit);
}

TEST_CASE("weights count by token id, rows by mapping") {
  model::ModelParts parts = small_parts(kDim);
  for (std::size_t id = 0; id < parts.rows; ++id) {
    parts.weights.push_back(1.0 + static_cast<double>(id % 4));
    parts.mapping.push_back(static_cast<std::uint32_t>(parts.rows - 1 - id));
  }
  const std::size_t rows = parts.rows;
  const StaticModel model = model::make_model(std::move(parts));
  std::vector<double> expected(kDim, 0.0);
  for (const char* token : {"hello", "world", "!"}) {
    const std::uint32_t id = model.tokenizer().id(token).value();
    for (std::size_t i = 0; i < kDim; ++i) {
      expected[i] += (1.0 + id % 4) * static_cast<double>(small_value(rows - 1 - id, i)) / 3;
    }
  }
  check_vector(model.encode("hello world!"), expected);
}

TEST_CASE("a sequence has one row a kept token, weighted and never normalized") {
  model::ModelParts parts = small_parts(kDim);
  parts.weights.assign(parts.rows, 0.5);
  parts.config.set("normalize", true);
  parts.config.set("max_length", 1);
  const StaticModel model = model::make_model(std::move(parts));
  const Matrix rows = model.encode_as_sequence("hello \xE0\xB8\x81 world");
  REQUIRE(rows.rows == 2);
  for (std::size_t i = 0; i < kDim; ++i) {
    CHECK(rows.row(0)[i] == 0.5f * small_value(model.tokenizer().id("hello").value(), i));
    CHECK(rows.row(1)[i] == 0.5f * small_value(model.tokenizer().id("world").value(), i));
  }
  CHECK(model.encode_as_sequence("hello world", {.max_length = 1}).rows == 1);
  const Matrix empty = model.encode_as_sequence("");
  CHECK(empty.rows == 0);
  CHECK(empty.cols == kDim);
}

TEST_CASE("a batch gives each text the vector that it has alone, on any number of threads") {
  const StaticModel model = model::make_model(small_parts(kDim));
  std::vector<std::string> owned;
  for (int i = 0; i < 1000; ++i) {
    owned.push_back(std::string(static_cast<std::size_t>(i % 9), 'a') + " hello " +
                    std::to_string(i * 37));
  }
  const std::vector<std::string_view> texts(owned.begin(), owned.end());
  const Matrix all = model.encode(texts, {.threads = 1});
  for (const unsigned threads : {2u, 3u, 8u}) {
    CHECK(model.encode(texts, {.threads = threads}).data == all.data);
  }
  for (std::size_t i = 0; i < texts.size(); i += 17) {
    const auto row = all.row(i);
    CHECK(std::vector<float>(row.begin(), row.end()) == model.encode(texts[i]));
  }
  CHECK(model.encode(Texts{}).rows == 0);
  CHECK(model.encode(Texts{}).cols == kDim);
  std::vector<float> small(7);
  CHECK_THROWS_AS(model.encode(texts, small), std::invalid_argument);
}

TEST_CASE("an output too large for the caches has the same vectors") {
  const StaticModel model = model::make_model(small_parts(kDim));
  const std::vector<std::string_view> few = {"hello", "", "unable world", "hello, world hello"};
  std::vector<std::string_view> many;
  while (many.size() * kDim * sizeof(float) <= std::size_t{6} << 20) {
    many.insert(many.end(), few.begin(), few.end());
  }
  const Matrix expected = model.encode(few);
  for (const bool aligned : {true, false}) {
    std::vector<float> buffer(many.size() * kDim + 1);
    const auto out = std::span(buffer).subspan(aligned ? 0 : 1, many.size() * kDim);
    model.encode(many, out);
    for (std::size_t i = 0; i < out.size(); ++i) {
      REQUIRE(out[i] == expected.data[i % expected.data.size()]);
    }
  }
}

TEST_CASE("parts that do not fit together are refused, naming the tensor") {
  const auto error_of = [](auto change) -> std::string {
    model::ModelParts parts = small_parts(kDim);
    change(parts);
    try {
      model::make_model(std::move(parts));
    } catch (const FormatError& error) {
      return error.what();
    }
    return "no error";
  };
  using Parts = model::ModelParts;
  CHECK(error_of([](Parts& p) { p.rows += 1; }).find("embeddings") != std::string::npos);
  CHECK(error_of([](Parts& p) {
          p.rows -= 1;
          p.table.resize(p.rows * p.dim * sizeof(float));
        }).find("tokens and there is no mapping") != std::string::npos);
  CHECK(error_of([](Parts& p) { p.mapping.assign(3, 0); }).find("mapping") != std::string::npos);
  CHECK(error_of([](Parts& p) {
          p.mapping.assign(p.rows, 0);
          p.mapping[4] = static_cast<std::uint32_t>(p.rows);
        }).find("mapping[4]") != std::string::npos);
  CHECK(error_of([](Parts& p) { p.weights.assign(3, 1.0); }).find("weights") != std::string::npos);
  CHECK(error_of([](Parts& p) { p.config.set("max_length", -1); }).find("$.max_length") !=
        std::string::npos);
  CHECK(error_of([](Parts& p) { p.config.set("normalize", "yes"); }).find("$.normalize") !=
        std::string::npos);
}
