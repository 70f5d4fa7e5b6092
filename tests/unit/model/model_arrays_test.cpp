#include "m2v/model_arrays.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/half.h"
#include "m2v/error.h"
#include "support/small_model.h"
#include "support/temp_folder.h"

using namespace m2v;

namespace {

constexpr std::size_t kDim = 20;

/// A small model's numbers as somebody else may have them.
struct Numbers {
  std::string tokenizer_json;
  std::vector<double> table;
  std::vector<double> weights;
  std::vector<std::int32_t> mapping;

  Numbers() {
    const model::ModelParts parts = test::small_parts(kDim);
    tokenizer_json = parts.tokenizer_json;
    for (std::size_t row = 0; row < parts.rows; ++row) {
      weights.push_back(1.0 / (3.0 + static_cast<double>(row)));
      mapping.push_back(static_cast<std::int32_t>(parts.rows - 1 - row));
      for (std::size_t i = 0; i < kDim; ++i) {
        table.push_back(1.0 / (1.0 + static_cast<double>(row * kDim + i)));
      }
    }
  }

  ModelArrays arrays() const {
    return {.tokenizer = Tokenizer::from_json(tokenizer_json),
            .tokenizer_json = tokenizer_json,
            .table = table.data(),
            .dtype = DType::kFloat64,
            .rows = table.size() / kDim,
            .dim = kDim,
            .weights = weights,
            .mapping = mapping};
  }

  /// The mean of the weighted rows of "hello world", in float64.
  std::vector<double> hello_world(const Tokenizer& tokenizer) const {
    std::vector<double> mean(kDim);
    for (const char* word : {"hello", "world"}) {
      const std::uint32_t id = tokenizer.id(word).value();
      const double* const row = table.data() + static_cast<std::size_t>(mapping[id]) * kDim;
      for (std::size_t i = 0; i < kDim; ++i) mean[i] += row[i] * weights[id] / 2;
    }
    return mean;
  }
};

void check_vector(const std::vector<float>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-6));
  }
}

}  // namespace

TEST_CASE("a model of arrays uses them where they lie") {
  const Numbers numbers;
  const StaticModel model = model_from_arrays(numbers.arrays());
  check_vector(model.encode("hello world"), numbers.hello_world(model.tokenizer()));
  const ModelArrays shown = model_arrays(model);
  CHECK(shown.table == numbers.table.data());
  CHECK(shown.mapping.data() == numbers.mapping.data());
  CHECK(shown.tokenizer_json.data() == numbers.tokenizer_json.data());
  CHECK(std::vector(shown.weights.begin(), shown.weights.end()) == numbers.weights);
}

TEST_CASE("vectors are float16, float32 or float64, and float64 ones of such a table not rounded") {
  const Numbers numbers;
  const StaticModel model = model_from_arrays(numbers.arrays());
  const std::vector<std::string_view> texts(100, "hello world");
  const std::vector<double> expected = numbers.hello_world(model.tokenizer());
  std::vector<double> wide(texts.size() * kDim);
  std::vector<std::uint16_t> half(wide.size());
  std::vector<float> narrow(wide.size());
  model.encode(texts, std::as_writable_bytes(std::span(wide)), DType::kFloat64);
  model.encode(texts, std::as_writable_bytes(std::span(half)), DType::kFloat16);
  model.encode(texts, std::as_writable_bytes(std::span(narrow)), DType::kFloat32);
  for (std::size_t i = 0; i < wide.size(); ++i) {
    CHECK(wide[i] == doctest::Approx(expected[i % kDim]).epsilon(1e-15));
    CHECK(narrow[i] == static_cast<float>(wide[i]));
    CHECK(half[i] == base::float_to_half(narrow[i]));
  }
  CHECK_THROWS_AS(model.encode(texts, std::as_writable_bytes(std::span(half)), DType::kBFloat16),
                  std::invalid_argument);
}

TEST_CASE("settings and the card go through arrays, and through a saved folder") {
  const test::TempFolder folder;
  const Numbers numbers;
  ModelArrays arrays = numbers.arrays();
  arrays.config_json = R"({"normalize": true, "max_length": null, "own_key": 1})";
  arrays.base_model = "org/teacher";
  arrays.languages = {"en", "nl"};
  model_from_arrays(arrays).save(folder.path() / "saved");
  const StaticModel loaded = StaticModel::load(folder.path() / "saved", {.normalize = false});
  const ModelArrays shown = model_arrays(loaded);
  CHECK(shown.base_model == "org/teacher");
  CHECK(shown.languages == arrays.languages);
  const StaticModel again = model_from_arrays(shown);
  CHECK_FALSE(again.info().normalize);
  CHECK(again.info().max_length == kNoLimit);
  CHECK(again.info().config_json.find("own_key") != std::string::npos);
  check_vector(again.encode("hello world"), numbers.hello_world(again.tokenizer()));
}

TEST_CASE("the owner lives as long as a copy of the model") {
  const Numbers numbers;
  const auto owner = std::make_shared<int>(1);
  {
    const StaticModel copy = [&] {
      ModelArrays arrays = numbers.arrays();
      arrays.owner = owner;
      const StaticModel model = model_from_arrays(arrays);
      return model;
    }();
    CHECK(owner.use_count() == 2);
  }
  CHECK(owner.use_count() == 1);
}

TEST_CASE("arrays that do not fit together are refused") {
  Numbers numbers;
  ModelArrays arrays = numbers.arrays();
  arrays.mapping = {};
  --arrays.rows;
  CHECK_THROWS_AS(model_from_arrays(arrays), FormatError);
  arrays = numbers.arrays();
  arrays.config_json = "[]";
  CHECK_THROWS_AS(model_from_arrays(arrays), FormatError);
  arrays = numbers.arrays();
  const std::vector<float> scales(2);
  arrays.scales = scales;
  CHECK_THROWS_AS(model_from_arrays(arrays), FormatError);
  numbers.mapping[3] = -1;
  CHECK_THROWS_AS(model_from_arrays(numbers.arrays()), FormatError);
  arrays = numbers.arrays();
  arrays.dim = 0;
  CHECK_THROWS_AS(model_from_arrays(arrays), FormatError);
}
