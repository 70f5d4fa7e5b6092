#include "encoder/encoder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <thread>

#include "m2v/error.h"
#include "reference/bert_reference.h"
#include "simd/target.h"
#include "support/temp_folder.h"

using namespace m2v;
using encoder::Encoder;
using encoder::Pooling;
using encoder::Sequence;

namespace {

/// Sequences of many lengths, of which there are more of some than one batch holds.
std::vector<Sequence> random_sequences(std::size_t count, std::size_t longest,
                                       std::size_t vocabulary, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Sequence> result;
  for (std::size_t i = 0; i < count; ++i) {
    Sequence sequence(i % 3 == 0 ? 3 : 1 + random() % longest);
    for (auto& id : sequence) id = static_cast<std::uint32_t>(random() % vocabulary);
    result.push_back(sequence);
  }
  return result;
}

double largest_difference(std::span<const float> got, const reference::Doubles& expected) {
  REQUIRE(got.size() == expected.size());
  double largest = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(got[i]) - expected[i]));
  }
  return largest;
}

std::string message_of(const auto& function) {
  try {
    function();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "nothing was thrown";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The largest difference from expected.safetensors: input_ids, attention_mask, padded on the
/// right, last_hidden_state and, where the family has one, pooler_output.
double difference_from_file(const std::filesystem::path& folder) {
  const Encoder encoder = Encoder::load(folder);
  const auto file = formats::SafetensorsFile::open(folder / "expected.safetensors");
  const auto integers = [&](const char* name) {
    const auto bytes = file.at(name).bytes;
    std::vector<std::int64_t> values(bytes.size() / 8);
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  };
  const auto ids = integers("input_ids"), mask = integers("attention_mask");
  const auto states = formats::to_float32(file.at("last_hidden_state"), file.path());
  const bool has_pooler = file.find("pooler_output") != nullptr;
  CHECK(encoder.has_pooler() == has_pooler);
  const std::size_t longest = file.at("input_ids").shape[1], dim = encoder.hidden_size();
  double largest = 0;
  const auto compare = [&](const std::vector<float>& got, const float* expected) {
    for (std::size_t i = 0; i < got.size(); ++i) {
      const double difference = std::abs(static_cast<double>(got[i]) - expected[i]);
      largest = difference <= largest ? largest : difference;  // so that a NaN stays
    }
  };
  for (std::size_t s = 0; s < file.at("input_ids").shape[0]; ++s) {
    Sequence sequence;
    for (std::size_t t = 0; t < longest && mask[s * longest + t] == 1; ++t) {
      sequence.push_back(static_cast<std::uint32_t>(ids[s * longest + t]));
    }
    compare(encoder.hidden_states(std::span(&sequence, 1)).data, &states[s * longest * dim]);
    if (!has_pooler) continue;
    const auto pooled = formats::to_float32(file.at("pooler_output"), file.path());
    compare(encoder.encode(std::span(&sequence, 1), Pooling::kPooler).data, &pooled[s * dim]);
  }
  return largest;
}

}  // namespace

TEST_CASE("sequences of all lengths together give what each gives alone, on every target") {
  // How many heads attention takes at once depends on the length, and so does its scratch memory:
  // of 40 positions it is more than of 48.
  reference::BertShape shape{.hidden = 48, .heads = 12, .layers = 2, .intermediate = 32};
  shape.positions = 80;
  const test::TempFolder folder;
  reference::write_bert(folder.path(), reference::random_bert(shape, 3));
  const Encoder encoder = Encoder::load(folder.path());
  simd::for_each_target([&](const std::string& target) {
    CAPTURE(target);
    for (const std::size_t longest : {12u, 19u, 24u, 33u, 48u, 63u, 64u, 72u}) {
      CAPTURE(longest);
      std::vector<Sequence> sequences = random_sequences(40, longest, shape.vocabulary, 5);
      for (std::size_t length = 1; length <= longest; ++length) {
        sequences.push_back(random_sequences(1, 1, shape.vocabulary, 7)[0]);
        sequences.back().assign(length, static_cast<std::uint32_t>(length % shape.vocabulary));
      }
      const Matrix together = encoder.encode(sequences, Pooling::kMean, 1);
      for (std::size_t i = 0; i < sequences.size(); i += 7) {
        const Matrix alone = encoder.encode(std::span(&sequences[i], 1), Pooling::kMean, 1);
        for (std::size_t d = 0; d < alone.cols; ++d) {
          CHECK(together.row(i)[d] == doctest::Approx(alone.row(0)[d]).epsilon(1e-4).scale(1));
        }
      }
    }
  });
}

TEST_CASE("the forward pass agrees with the plain one in float64") {
  reference::BertShape odd{.hidden = 21, .heads = 3, .layers = 3, .intermediate = 37};
  reference::BertShape wide{.hidden = 64, .heads = 4, .layers = 2, .intermediate = 128};
  wide.epsilon = 1e-5;
  for (const auto& base : {odd, wide}) {
    for (const char* activation : {"gelu", "gelu_new", "gelu_pytorch_tanh", "relu", "silu"}) {
      CAPTURE(activation);
      auto shape = base;
      shape.activation = activation;
      const auto model = reference::random_bert(shape, 7);
      const test::TempFolder folder;
      reference::write_bert(folder.path(), model);
      const Encoder encoder = Encoder::load(folder.path());
      CHECK(encoder.family() == "bert");
      CHECK(encoder.hidden_size() == shape.hidden);
      CHECK(encoder.vocabulary_size() == shape.vocabulary);
      CHECK(encoder.max_length() == shape.positions);
      for (const std::size_t length : {1, 3, 20}) {
        const std::vector<Sequence> one = random_sequences(1, 1, shape.vocabulary, 3);
        std::vector<Sequence> sequences(5, Sequence(length));
        std::mt19937 random(11);
        for (auto& sequence : sequences) {
          for (auto& id : sequence) id = static_cast<std::uint32_t>(random() % shape.vocabulary);
        }
        const Matrix states = encoder.hidden_states(sequences);
        REQUIRE(states.rows == 5 * length);
        for (std::size_t s = 0; s < sequences.size(); ++s) {
          const auto expected = reference::hidden_states(model, sequences[s]);
          for (std::size_t t = 0; t < length; ++t) {
            CHECK(largest_difference(states.row(s * length + t), expected[t]) < 2e-5);
          }
        }
      }
    }
  }
}

TEST_CASE("large batches, whose products take the fast way, agree with float64 as well") {
  const reference::BertShape shape{
      .hidden = 128, .heads = 4, .layers = 2, .intermediate = 256, .vocabulary = 300};
  const auto model = reference::random_bert(shape, 5);
  const test::TempFolder folder;
  reference::write_bert(folder.path(), model);
  const Encoder encoder = Encoder::load(folder.path());
  std::vector<Sequence> sequences;
  for (std::uint32_t id = 0; id < 300; ++id) sequences.push_back({7, id, 9});
  const Matrix states = encoder.encode(sequences, Pooling::kMean, 2);
  CHECK(states.data == encoder.encode(sequences, Pooling::kMean, 1).data);
  double largest = 0;
  for (std::size_t i = 0; i < sequences.size(); i += 7) {
    const auto expected = reference::mean(reference::hidden_states(model, sequences[i]));
    largest = std::max(largest, largest_difference(states.row(i), expected));
  }
  CHECK(largest < 2e-5);
}

TEST_CASE("every pooling takes the states that it names, whatever the order of the sequences") {
  const auto model = reference::random_bert({}, 1);
  const test::TempFolder folder;
  reference::write_bert(folder.path(), model);
  const Encoder encoder = Encoder::load(folder.path());
  REQUIRE(encoder.has_pooler());
  const auto sequences = random_sequences(60, 20, model.shape.vocabulary, 2);
  const Matrix mean = encoder.encode(sequences, Pooling::kMean, 2);
  const Matrix first = encoder.encode(sequences, Pooling::kFirst, 2);
  const Matrix last = encoder.encode(sequences, Pooling::kLast, 2);
  const Matrix pooled = encoder.encode(sequences, Pooling::kPooler, 2);
  REQUIRE(mean.rows == sequences.size());
  REQUIRE(mean.cols == model.shape.hidden);
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const auto states = reference::hidden_states(model, sequences[i]);
    CHECK(largest_difference(mean.row(i), reference::mean(states)) < 2e-5);
    CHECK(largest_difference(first.row(i), states.front()) < 2e-5);
    CHECK(largest_difference(last.row(i), states.back()) < 2e-5);
    CHECK(largest_difference(pooled.row(i), reference::pooler(model, states)) < 2e-5);
  }
}

TEST_CASE("the same bytes on any number of threads, and progress from the caller's thread alone") {
  const auto model = reference::random_bert({}, 4);
  const test::TempFolder folder;
  reference::write_bert(folder.path(), model);
  const Encoder encoder = Encoder::load(folder.path());
  const auto sequences = random_sequences(700, 20, model.shape.vocabulary, 5);
  const Matrix expected = encoder.encode(sequences, Pooling::kMean, 1);
  for (const unsigned threads : {2u, 3u, 8u}) {
    std::size_t before = 0, calls = 0;
    const auto caller = std::this_thread::get_id();
    const Matrix got = encoder.encode(sequences, Pooling::kMean, threads,
                                      [&](std::size_t done, std::size_t total) {
                                        CHECK(std::this_thread::get_id() == caller);
                                        CHECK(total == sequences.size());
                                        CHECK(done >= before);
                                        before = done;
                                        ++calls;
                                      });
    CHECK(before == sequences.size());
    CHECK(calls >= 2);
    CHECK(std::memcmp(got.data.data(), expected.data.data(), got.data.size() * 4) == 0);
  }
  // A sequence's vector does not depend on what is beside it.
  const Matrix alone = encoder.encode(std::span(sequences).subspan(17, 1), Pooling::kMean, 1);
  CHECK(std::memcmp(alone.data.data(), expected.row(17).data(), alone.cols * 4) == 0);
}

TEST_CASE("what progress throws ends the call") {
  const test::TempFolder folder;
  reference::write_bert(folder.path(), reference::random_bert({}, 4));
  const Encoder encoder = Encoder::load(folder.path());
  const auto sequences = random_sequences(700, 20, 50, 5);
  CHECK_THROWS_AS(encoder.encode(sequences, Pooling::kMean, 2,
                                 [](std::size_t done, std::size_t) {
                                   if (done > 0) throw Cancelled();
                                 }),
                  Cancelled);
  CHECK(encoder.encode({}, Pooling::kMean).rows == 0);
}

TEST_CASE("names may carry a prefix, norms the names of old, weights half their bits") {
  auto model = reference::random_bert({}, 6);
  for (auto& [name, weight] : model.weights) {  // values that bfloat16 holds exactly
    for (float& value : weight.values) {
      value = std::bit_cast<float>(std::bit_cast<std::uint32_t>(value) & 0xFFFF0000u);
    }
  }
  const std::vector<Sequence> sequences = {{1, 2, 3}, {4, 5, 6}};
  const test::TempFolder folder;
  reference::write_bert(folder.path(), model);
  const Matrix expected = Encoder::load(folder.path()).hidden_states(sequences);
  for (const char* prefix : {"bert.", "model.", "0.auto_model."}) {
    reference::write_weights(folder.path(), model, prefix);
    CHECK(Encoder::load(folder.path()).hidden_states(sequences).data == expected.data);
  }
  std::vector<std::vector<std::uint16_t>> halves;
  std::vector<formats::TensorView> tensors;
  for (const auto& [name, weight] : model.weights) {
    std::vector<std::uint16_t>& bits = halves.emplace_back();
    for (const float value : weight.values) {
      bits.push_back(static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16));
    }
    std::string old = name;
    if (const auto at = old.find("LayerNorm.weight"); at != std::string::npos) {
      old.replace(at, std::string::npos, "LayerNorm.gamma");
    } else if (const auto b = old.find("LayerNorm.bias"); b != std::string::npos) {
      old.replace(b, std::string::npos, "LayerNorm.beta");
    }
    tensors.push_back({.name = old,
                       .type = formats::TensorType::kBF16,
                       .shape = weight.shape,
                       .bytes = std::as_bytes(std::span(bits))});
  }
  formats::write_safetensors(folder.path() / "model.safetensors", tensors);
  CHECK(Encoder::load(folder.path()).hidden_states(sequences).data == expected.data);
}

TEST_CASE("values that are no numbers do not leave the encoder") {
  auto model = reference::random_bert({}, 8);
  auto& weight = model.weights.at("encoder.layer.1.output.LayerNorm.weight").values;
  auto& bias = model.weights.at("encoder.layer.1.output.LayerNorm.bias").values;
  bias[0] = std::numeric_limits<float>::quiet_NaN();
  bias[1] = std::numeric_limits<float>::infinity();
  bias[2] = -std::numeric_limits<float>::infinity();
  weight[0] = weight[1] = weight[2] = 0;
  const test::TempFolder folder;
  reference::write_bert(folder.path(), model);
  const std::vector<Sequence> sequences = {{1, 2, 3}};
  const Matrix result = Encoder::load(folder.path()).encode(sequences, Pooling::kFirst);
  CHECK(result.data[0] == 0.0f);
  CHECK(result.data[1] == std::numeric_limits<float>::max());
  CHECK(result.data[2] == -std::numeric_limits<float>::max());
}

TEST_CASE("a wrong folder is refused with file and position") {
  const auto good = reference::random_bert({}, 9);
  const auto load = [](const base::Json& config, const reference::BertModel& model) {
    return message_of([&] {
      const test::TempFolder folder;
      reference::write_weights(folder.path(), model);
      folder.write("config.json", config.dump());
      Encoder::load(folder.path());
    });
  };
  const auto with = [&](const char* key, base::Json value) {
    base::Json config = reference::bert_config(good.shape);
    config.set(key, std::move(value));
    return load(config, good);
  };
  std::string message = with("model_type", "gpt2");
  CHECK(contains(message, "config.json: $.model_type"));
  CHECK(contains(message, "gpt2"));
  CHECK(contains(message, "reads: albert, bert"));
  CHECK(contains(with("model_type", 3), "$.model_type"));
  CHECK(contains(with("hidden_act", "swiglu"), "$.hidden_act"));
  CHECK(contains(with("num_attention_heads", 5), "$.num_attention_heads"));
  CHECK(contains(with("num_attention_heads", 0), "$.num_attention_heads"));
  CHECK(contains(with("hidden_size", -1), "$.hidden_size"));
  CHECK(contains(with("position_embedding_type", "relative_key"), "$.position_embedding_type"));
  CHECK(contains(with("is_decoder", true), "$.is_decoder"));
  CHECK(contains(with("layer_norm_eps", -1.0), "$.layer_norm_eps"));
  message = with("vocab_size", 51);
  CHECK(contains(message, "model.safetensors"));
  CHECK(contains(message, "embeddings.word_embeddings.weight"));
  CHECK(contains(message, "[50, 24]"));
  CHECK(contains(message, "[51, 24]"));
  CHECK(contains(with("num_hidden_layers", 1000000000), "encoder.layer.2.attention.self.query"));
  CHECK(contains(with("intermediate_size", 4), "intermediate.dense.weight"));
  auto broken = good;
  broken.weights.erase("encoder.layer.1.output.dense.bias");
  message = load(reference::bert_config(good.shape), broken);
  CHECK(contains(message, "encoder.layer.1.output.dense.bias"));
  CHECK(contains(message, "missing"));
  broken.weights.erase("embeddings.word_embeddings.weight");
  CHECK(contains(load(reference::bert_config(good.shape), broken), "word_embeddings"));
  const test::TempFolder empty;
  CHECK_THROWS_AS(Encoder::load(empty.path()), IoError);
}

TEST_CASE("wrong sequences are the caller's mistake") {
  auto model = reference::random_bert({}, 9);
  model.weights.erase("pooler.dense.weight");
  const test::TempFolder folder;
  reference::write_bert(folder.path(), model);
  const Encoder encoder = Encoder::load(folder.path());
  CHECK_FALSE(encoder.has_pooler());
  const auto encode = [&](const Sequence& sequence, Pooling pooling) {
    const std::vector<Sequence> sequences = {{1, 2}, sequence};
    return encoder.encode(sequences, pooling);
  };
  CHECK_NOTHROW(encode({49}, Pooling::kMean));
  CHECK_THROWS_AS(encode({50}, Pooling::kMean), std::invalid_argument);
  CHECK_THROWS_AS(encode({}, Pooling::kMean), std::invalid_argument);
  CHECK_NOTHROW(encode(Sequence(20, 1), Pooling::kMean));
  CHECK_THROWS_AS(encode(Sequence(21, 1), Pooling::kMean), std::invalid_argument);
  CHECK_THROWS_AS(encode({1}, Pooling::kPooler), std::invalid_argument);
}

TEST_CASE("the outputs of the original implementations, where they are at hand") {
  const char* shared = std::getenv("M2V_SHARED");
  if (shared == nullptr) return;
  const auto families = std::filesystem::path(shared) / "reference" / "encoders";
  if (!std::filesystem::exists(families)) return;
  for (const auto& entry : std::filesystem::directory_iterator(families)) {
    const std::string name = entry.path().filename().string();
    CAPTURE(name);
    const double largest = difference_from_file(entry.path());
    MESSAGE(name, ": ", largest);
    CHECK(largest < 2e-5);
  }
}
