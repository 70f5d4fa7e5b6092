#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include "encoder/encoder.h"
#include "m2v/error.h"
#include "reference/plain_families.h"
#include "support/temp_folder.h"

using namespace m2v;
using namespace m2v::reference;

namespace {

using Forward = Rows (*)(ReferenceModel&, const Ids&);

base::Json config_of(const char* type, base::Json::Object more) {
  base::Json::Object config = {
      {"model_type", type},           {"vocab_size", 60},       {"hidden_size", 24},
      {"num_attention_heads", 4},     {"num_hidden_layers", 3}, {"intermediate_size", 40},
      {"max_position_embeddings", 30}};
  for (auto& entry : more) config.push_back(std::move(entry));
  return config;
}

/// Makes a model by running the family once, and compares the encoder on sequences of many lengths,
/// together and alone.
void check(const base::Json& config, Forward forward, std::size_t longest = 20) {
  ReferenceModel plain(11);
  std::mt19937 random(5);
  std::vector<Ids> sequences;
  for (const std::size_t length : {longest, std::size_t{3}, std::size_t{3}, std::size_t{1}}) {
    Ids ids(length);
    for (auto& id : ids) id = static_cast<std::uint32_t>(random() % kVocabulary);
    sequences.push_back(ids);
  }
  sequences[1] = {5, kPadding, 6};
  std::vector<Rows> expected;
  for (const Ids& ids : sequences) expected.push_back(forward(plain, ids));
  const test::TempFolder folder;
  folder.write("config.json", config.dump());
  write_weights(folder.path(), plain.model());
  const auto encoder = encoder::Encoder::load(folder.path());
  for (const auto& batch : {std::vector<std::size_t>{0}, std::vector<std::size_t>{1, 2, 1},
                            std::vector<std::size_t>{3}}) {
    std::vector<Ids> together;
    for (const std::size_t s : batch) together.push_back(sequences[s]);
    const Matrix states = encoder.hidden_states(together);
    double largest = 0;
    std::size_t row = 0;
    for (const std::size_t s : batch) {
      for (const Doubles& wanted : expected[s]) {
        REQUIRE(states.cols == wanted.size());
        for (std::size_t i = 0; i < wanted.size(); ++i) {
          const double difference = std::abs(states.row(row)[i] - wanted[i]);
          largest = difference <= largest ? largest : difference;
        }
        ++row;
      }
    }
    CHECK(row == states.rows);
    CHECK(largest < 2e-5);
  }
}

const base::Json::Object kGrouped = {{"num_key_value_heads", 2}, {"rms_norm_eps", 1e-6}};

base::Json::Object grouped(base::Json::Object more) {
  for (const auto& entry : kGrouped) more.push_back(entry);
  return more;
}

}  // namespace

TEST_CASE("families with BERT's layers agree with float64") {
  check(
      config_of("roberta", {{"layer_norm_eps", 1e-5}, {"type_vocab_size", 1}, {"pad_token_id", 1}}),
      roberta);
  check(config_of("xlm-roberta",
                  {{"layer_norm_eps", 1e-5}, {"type_vocab_size", 1}, {"pad_token_id", 1}}),
        roberta);
  check(config_of("electra",
                  {{"embedding_size", 10}, {"type_vocab_size", 2}, {"hidden_act", "gelu_new"}}),
        electra);
  check(base::Json::Object{{"model_type", "distilbert"},
                           {"vocab_size", 60},
                           {"dim", 24},
                           {"n_heads", 4},
                           {"n_layers", 3},
                           {"hidden_dim", 40},
                           {"max_position_embeddings", 30}},
        distilbert);
  check(config_of("mpnet", {{"pad_token_id", 1},
                            {"relative_attention_num_buckets", 8},
                            {"relative_attention_max_distance", 20}}),
        mpnet);
  check(config_of("albert", {{"embedding_size", 10},
                             {"type_vocab_size", 2},
                             {"num_hidden_groups", 2},
                             {"hidden_act", "gelu_new"}}),
        albert);
  check(config_of("deberta-v2", {{"relative_attention", true},
                                 {"position_buckets", 8},
                                 {"max_relative_positions", 16},
                                 {"pos_att_type", base::Json::Array{"p2c", "c2p"}},
                                 {"share_att_key", true},
                                 {"norm_rel_ebd", "layer_norm"},
                                 {"layer_norm_eps", 1e-7},
                                 {"type_vocab_size", 0},
                                 {"position_biased_input", false}}),
        deberta);
}

TEST_CASE("families with layers of their own agree with float64") {
  check(config_of("modernbert", {{"global_attn_every_n_layers", 2},
                                 {"local_attention", 6},
                                 {"global_rope_theta", 160000},
                                 {"local_rope_theta", 10000}}),
        modernbert);
  base::Json::Object t5_config = {{"model_type", "t5"},
                                  {"vocab_size", 60},
                                  {"d_model", 24},
                                  {"d_kv", 5},
                                  {"d_ff", 40},
                                  {"num_layers", 3},
                                  {"num_heads", 4},
                                  {"relative_attention_num_buckets", 8},
                                  {"relative_attention_max_distance", 20}};
  check(t5_config, t5<false>);
  t5_config.emplace_back("feed_forward_proj", "gated-gelu");
  check(t5_config, t5<true>);
  check(base::Json::Object{{"model_type", "nomic_bert"},
                           {"vocab_size", 60},
                           {"n_embd", 24},
                           {"n_head", 4},
                           {"n_layer", 3},
                           {"n_inner", 40},
                           {"n_positions", 30},
                           {"type_vocab_size", 2},
                           {"rotary_emb_base", 1000},
                           {"rotary_emb_fraction", 1.0},
                           {"qkv_proj_bias", false},
                           {"mlp_fc1_bias", false},
                           {"mlp_fc2_bias", false}},
        nomic);
  check(config_of("new", {{"type_vocab_size", 2},
                          {"rope_theta", 500000},
                          {"rope_scaling", base::Json::Object{{"type", "ntk"}, {"factor", 2.0}}}}),
        gte);
}

TEST_CASE("families with a decoder's layers agree with float64") {
  check(config_of("llama", grouped({})), llama);
  check(
      config_of("llama", grouped({{"rope_scaling",
                                   base::Json::Object{{"rope_type", "llama3"},
                                                      {"factor", 8.0},
                                                      {"low_freq_factor", 1.0},
                                                      {"high_freq_factor", 4.0},
                                                      {"original_max_position_embeddings", 16}}}})),
      llama3);
  check(config_of("mistral", grouped({{"sliding_window", nullptr}})), llama);
  const base::Json::Array layers = {"full_attention", "sliding_attention", "full_attention"};
  check(
      config_of(
          "qwen2",
          grouped({{"use_sliding_window", true}, {"sliding_window", 4}, {"layer_types", layers}})),
      qwen2);
  check(config_of("qwen3", grouped({{"head_dim", 6}})), qwen3);
  check(config_of("eurobert", grouped({})), eurobert);
  base::Json::Object gemma = {{"num_key_value_heads", 1},
                              {"head_dim", 8},
                              {"query_pre_attn_scalar", 10},
                              {"sliding_window", 8},
                              {"sliding_window_pattern", 2}};
  check(config_of("gemma3_text", gemma), gemma3<false>);
  gemma.emplace_back("use_bidirectional_attention", true);
  check(config_of("gemma3_text", gemma), gemma3<true>);
}

TEST_CASE("what a configuration switches on and no code computes is refused, with its position") {
  const auto refused = [](base::Json config, Forward forward, const char* key, base::Json value,
                          const std::string& location) {
    CAPTURE(location);
    ReferenceModel plain(1);
    forward(plain, {3, 4, 5});
    const test::TempFolder folder;
    write_weights(folder.path(), plain.model());
    config.set(key, std::move(value));
    folder.write("config.json", config.dump());
    std::string message = "nothing was thrown";
    try {
      encoder::Encoder::load(folder.path());
    } catch (const FormatError& error) {
      message = error.what();
    }
    CAPTURE(message);
    CHECK(message.find("config.json: $" + location) != std::string::npos);
  };
  const base::Json llama_config = config_of("llama", grouped({}));
  const base::Json yarn = base::Json::Object{{"rope_type", "yarn"}, {"factor", 2.0}};
  refused(llama_config, llama, "rope_scaling", yarn, ".rope_scaling.rope_type");
  const base::Json nothing = base::Json::Object{{"rope_type", "linear"}, {"factor", 0.0}};
  refused(llama_config, llama, "rope_scaling", nothing, ".rope_scaling.factor");
  refused(llama_config, llama, "num_key_value_heads", 3, ".num_key_value_heads");
  refused(llama_config, llama, "hidden_size", std::int64_t{1} << 40, ".hidden_size");
  refused(llama_config, llama, "partial_rotary_factor", 2.0, "");
  const base::Json roberta_config = config_of("roberta", {{"type_vocab_size", 1}});
  refused(roberta_config, roberta, "pad_token_id", 29, ".pad_token_id");
  refused(roberta_config, roberta, "is_decoder", true, ".is_decoder");
  const base::Json albert_config = config_of(
      "albert", {{"embedding_size", 10}, {"type_vocab_size", 2}, {"num_hidden_groups", 2}});
  refused(albert_config, albert, "num_hidden_layers", 1000000000, ".num_hidden_layers");
  refused(config_of("deberta-v2", {}), deberta, "conv_kernel_size", 3, ".conv_kernel_size");
  refused(config_of("mpnet", {}), mpnet, "relative_attention_num_buckets", 2, "");
  const base::Json modernbert_config = config_of("modernbert", {});
  refused(modernbert_config, modernbert, "layer_types", base::Json::Array{"full_attention"},
          ".layer_types");
  refused(modernbert_config, modernbert, "hidden_activation", "snake", ".hidden_activation");
  refused(config_of("new", {}), gte, "pack_qkv", false, ".pack_qkv");
  refused(config_of("gemma3_text", {}), gemma3<true>, "attn_logit_softcapping", 30.0,
          ".attn_logit_softcapping");
}
