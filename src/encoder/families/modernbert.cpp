#include "encoder/families/common.h"

namespace m2v::encoder {
namespace {

using enum Linear::Output;

/// Returns whether a layer attends to the whole sequence, or only to a window.
bool modernbert_is_global(const base::JsonAt& config, std::size_t layer) {
  if (const auto stated = stated_full_attention(config, layer)) return *stated;
  return layer % positive_or(config, "global_attn_every_n_layers", 3) == 0;
}

Rotary modernbert_rotary(const base::JsonAt& config, std::size_t head_dim, bool global) {
  const char* const key = global ? "global_rope_theta" : "local_rope_theta";
  const double base = config.number_or(key, global ? 160000 : 10000);
  return Rotary::from_config(config, head_dim, base,
                             global ? "full_attention" : "sliding_attention");
}

}  // namespace

/// ModernBERT (Warner et al. 2024): pre-norm layers, rotary positions, gated networks, and
/// attention that is mostly local.
Transformer load_modernbert(const Source& source) {
  const base::JsonAt& config = source.config;
  const Checkpoint weights(source.folder, "embeddings.tok_embeddings.weight");
  const std::size_t hidden = positive(config, "hidden_size");
  const std::size_t intermediate_size = positive(config, "intermediate_size");
  const HeadShape heads = even_heads(config, "num_attention_heads", hidden);
  const float epsilon = epsilon_or(config, "norm_eps", 1e-5);
  const bool norm_bias = config.boolean_or("norm_bias", false);
  const Bias attention_bias =
      config.boolean_or("attention_bias", false) ? Bias::kRequired : Bias::kNone;
  const Bias mlp_bias = config.boolean_or("mlp_bias", false) ? Bias::kRequired : Bias::kNone;
  const auto norm = [&](const std::string& name) {
    return Norm::layer(weights, name, hidden, epsilon, norm_bias);
  };
  Transformer transformer(source.precision);
  transformer.hidden = hidden;
  transformer.max_length = positive(config, "max_position_embeddings");
  transformer.embeddings.words =
      weights.table("embeddings.tok_embeddings.weight", positive(config, "vocab_size"), hidden);
  transformer.embeddings.norm = norm("embeddings.norm");
  const Packing packing = transformer.packing();
  const std::size_t layers = positive(config, "num_hidden_layers");
  for (std::size_t i = 0; i < layers; ++i) {
    const std::string name = "layers." + std::to_string(i) + ".";
    Layer layer;
    layer.attention.shape = heads;
    layer.attention.projection =
        Projection::read(weights, name + "attn.Wqkv", hidden, heads.width(), attention_bias)
            .pack(packing);
    layer.attention.output =
        Projection::read(weights, name + "attn.Wo", hidden, hidden, attention_bias)
            .pack(packing, kAdd);
    const bool global = modernbert_is_global(config, i);
    layer.attention.rotary = modernbert_rotary(config, heads.head_dim, global);
    if (!global) {
      layer.attention.before = layer.attention.after =
          positive_or(config, "local_attention", 128) / 2;
    }
    if (i > 0) layer.attention_norms.before = norm(name + "attn_norm");
    layer.feed_forward_norms.before = norm(name + "mlp_norm");
    const auto both =
        Projection::read(weights, name + "mlp.Wi", hidden, 2 * intermediate_size, mlp_bias);
    layer.feed_forward = {
        .up = both.pack(packing),
        .down = Projection::read(weights, name + "mlp.Wo", intermediate_size, hidden, mlp_bias)
                    .pack(packing, kAdd),
        .intermediate_size = intermediate_size,
        .gate = activation_or(config, "hidden_activation", Activation::kGelu)};
    transformer.layers.push_back(std::move(layer));
  }
  transformer.final_norm = norm("final_norm");
  return transformer;
}

}  // namespace m2v::encoder
