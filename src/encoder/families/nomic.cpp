#include "encoder/families/common.h"

namespace m2v::encoder {
namespace {

using enum Linear::Output;

}  // namespace

/// NomicBERT (Nussbaum et al. 2024), as in nomic-embed-text: BERT's post-norm layers with rotary
/// positions and gated feed-forward networks, and tensor names of its own.
Transformer load_nomic(const Source& source) {
  const base::JsonAt& config = source.config;
  const Checkpoint weights(source.folder, "embeddings.word_embeddings.weight");
  expect(config, "prenorm", false, "only post-norm layers are known");
  expect(config, "use_rms_norm", false, "only layer norms are known");
  expect(config, "causal", false, "only bidirectional attention is supported");
  expect(config, "rotary_emb_interleaved", false, "only rotary halves are known");
  const std::string activation = config.string_or("activation_function", "swiglu");
  if (activation != "swiglu") config.at("activation_function").fail("only \"swiglu\" is known");
  if (config.get("rotary_emb_scale_base")) config.at("rotary_emb_scale_base").fail("is not known");
  const std::size_t hidden = positive(config, "n_embd");
  const std::size_t intermediate_size = positive_or(config, "n_inner", 4 * hidden);
  const HeadShape heads = even_heads(config, "n_head", hidden);
  const float epsilon = epsilon_or(config, "layer_norm_epsilon", 1e-12);
  const auto bias = [&](const char* key) {
    return config.boolean_or(key, true) ? Bias::kRequired : Bias::kNone;
  };
  const double fraction = config.number_or("rotary_emb_fraction", 0);
  if (fraction != 1) config.at("rotary_emb_fraction").fail("only 1, all of a head, is known");
  Transformer transformer(source.precision);
  transformer.hidden = hidden;
  transformer.max_length = positive_or(config, "n_positions", 2048);
  // Texts longer than those in training would use other rotary frequencies.
  if (config.get("rotary_scaling_factor")) {
    transformer.max_length = positive_or(config, "max_trained_positions", 2048);
  }
  Embeddings& embeddings = transformer.embeddings;
  embeddings.words =
      weights.table("embeddings.word_embeddings.weight", positive(config, "vocab_size"), hidden);
  if (const std::size_t types = config.natural_or("type_vocab_size", 0); types > 0) {
    embeddings.constant = weights.read("embeddings.token_type_embeddings.weight", {types, hidden});
    embeddings.constant.resize(hidden);  // type 0
  }
  embeddings.norm = Norm::layer(weights, "emb_ln", hidden, epsilon);
  const Packing packing = transformer.packing();
  const std::size_t layers = positive(config, "n_layer");
  for (std::size_t i = 0; i < layers; ++i) {
    const std::string name = "encoder.layers." + std::to_string(i) + ".";
    const auto read = [&](const char* part, std::size_t inputs, std::size_t outputs, Bias with) {
      return Projection::read(weights, name + part, inputs, outputs, with);
    };
    Layer layer;
    layer.attention.shape = heads;
    layer.attention.projection =
        read("attn.Wqkv", hidden, heads.width(), bias("qkv_proj_bias")).pack(packing);
    layer.attention.output =
        read("attn.out_proj", hidden, hidden, bias("qkv_proj_bias")).pack(packing, kAdd);
    layer.attention.rotary =
        Rotary::plain(heads.head_dim / 2 * 2, config.number_or("rotary_emb_base", 10000));
    layer.attention_norms.sum = Norm::layer(weights, name + "norm1", hidden, epsilon);
    layer.feed_forward =
        gated_feed_forward(read("mlp.fc12", hidden, intermediate_size, bias("mlp_fc1_bias")),
                           read("mlp.fc11", hidden, intermediate_size, bias("mlp_fc1_bias")),
                           read("mlp.fc2", intermediate_size, hidden, bias("mlp_fc2_bias")),
                           Activation::kSilu, packing, kAdd);
    layer.feed_forward_norms.sum = Norm::layer(weights, name + "norm2", hidden, epsilon);
    transformer.layers.push_back(std::move(layer));
  }
  return transformer;
}

}  // namespace m2v::encoder
