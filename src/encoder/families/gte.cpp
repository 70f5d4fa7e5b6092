#include "encoder/families/common.h"

namespace m2v::encoder {

using enum Linear::Output;

/// The encoder of GTE (Zhang et al. 2024), with the model_type "new", as in gte-base-en-v1.5 and
/// gte-multilingual-base: BERT's post-norm layers with rotary positions and gated feed-forward
/// networks.
Transformer load_gte(const Source& source) {
  const base::JsonAt& config = source.config;
  const Checkpoint weights(source.folder, "embeddings.word_embeddings.weight");
  if (config.string_or("position_embedding_type", "rope") != "rope") {
    config.at("position_embedding_type").fail("only \"rope\" is known");
  }
  if (config.string_or("layer_norm_type", "layer_norm") != "layer_norm") {
    config.at("layer_norm_type").fail("only \"layer_norm\" is known");
  }
  expect(config, "pack_qkv", true, "only one packed projection of Q, K and V is known");
  expect(config, "logn_attention_scale", false, "is not known");
  const PostNormShape shape = read_post_norm_shape(config);
  const std::size_t hidden = shape.hidden, intermediate_size = shape.intermediate_size;
  Transformer transformer(source.precision);
  transformer.hidden = hidden;
  transformer.max_length = positive(config, "max_position_embeddings");
  Embeddings& embeddings = transformer.embeddings;
  embeddings.words =
      weights.table("embeddings.word_embeddings.weight", positive(config, "vocab_size"), hidden);
  if (const std::size_t types = config.natural_or("type_vocab_size", 0); types > 0) {
    embeddings.constant = weights.read("embeddings.token_type_embeddings.weight", {types, hidden});
    embeddings.constant.resize(hidden);  // type 0
  }
  embeddings.norm = Norm::layer(weights, "embeddings.LayerNorm", hidden, shape.epsilon);
  const Packing packing = transformer.packing();
  const std::size_t layers = positive(config, "num_hidden_layers");
  for (std::size_t i = 0; i < layers; ++i) {
    const std::string name = "encoder.layer." + std::to_string(i) + ".";
    const auto read = [&](const char* part, std::size_t inputs, std::size_t outputs,
                          Bias bias = Bias::kRequired) {
      return Projection::read(weights, name + part, inputs, outputs, bias);
    };
    Layer layer;
    layer.attention.shape = shape.heads;
    layer.attention.projection =
        read("attention.qkv_proj", hidden, shape.heads.width()).pack(packing);
    layer.attention.output = read("attention.o_proj", hidden, hidden).pack(packing, kAdd);
    layer.attention.rotary = Rotary::from_config(config, shape.heads.head_dim, 10000);
    layer.attention_norms.sum = Norm::layer(weights, name + "attn_ln", hidden, shape.epsilon);
    const Projection both = read("mlp.up_gate_proj", hidden, 2 * intermediate_size, Bias::kNone);
    layer.feed_forward = gated_feed_forward(
        both.slice(intermediate_size, intermediate_size), both.slice(0, intermediate_size),
        read("mlp.down_proj", intermediate_size, hidden), shape.activation, packing, kAdd);
    layer.feed_forward_norms.sum = Norm::layer(weights, name + "mlp_ln", hidden, shape.epsilon);
    transformer.layers.push_back(std::move(layer));
  }
  return transformer;
}

}  // namespace m2v::encoder
