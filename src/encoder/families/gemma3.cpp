#include <cmath>

#include "encoder/families/common.h"

namespace m2v::encoder {
namespace {

bool gemma3_is_global(const base::JsonAt& config, std::size_t layer) {
  if (const auto stated = stated_full_attention(config, layer)) return *stated;
  return (layer + 1) % positive_or(config, "sliding_window_pattern", 6) == 0;
}

/// Returns how many positions away a local layer attends to, in either direction.
///
/// If attention is bidirectional, transformers halves sliding_window to w / 2 + 1 when it reads a
/// config, and writes the halved window when it saves one. Windows are even (512) before that and
/// odd (257) after, so an odd one is not halved again.
std::size_t window_radius(const base::JsonAt& config, bool bidirectional) {
  const std::size_t window = positive_or(config, "sliding_window", 4096);
  return bidirectional && window % 2 == 0 ? window / 2 : window - 1;
}

Rotary gemma3_rotary(const base::JsonAt& config, std::size_t head_dim, bool global) {
  if (global || config.get("rope_parameters")) {
    return Rotary::from_config(config, head_dim, 1e6,
                               global ? "full_attention" : "sliding_attention");
  }
  return Rotary::plain(head_dim / 2 * 2, config.number_or("rope_local_base_freq", 10000));
}

}  // namespace

/// The text part of Gemma 3, as in EmbeddingGemma: Llama's layers with norms before and after each
/// half, scaled embeddings, normalized queries and keys, and mostly local attention, which is
/// bidirectional if the config enables it.
Transformer load_gemma3(const Source& source) {
  const base::JsonAt& config = source.config;
  const Checkpoint weights(source.folder, "embed_tokens.weight");
  const std::size_t hidden = positive(config, "hidden_size");
  const HeadShape heads = grouped_heads(config, hidden);
  for (const char* key : {"attn_logit_softcapping", "final_logit_softcapping"}) {
    if (config.get(key)) config.at(key).fail("is not known in Gemma 3");
  }
  const bool bidirectional = config.boolean_or("use_bidirectional_attention", false);
  Transformer transformer(source.precision);
  load_decoder_frame(config, weights, hidden, 1, transformer);
  transformer.embeddings.scale = std::sqrt(static_cast<float>(hidden));
  const DecoderShape shape{
      .heads = heads,
      .hidden = hidden,
      .intermediate_size = positive(config, "intermediate_size"),
      .activation = activation_or(config, "hidden_activation", Activation::kGeluTanh),
      .epsilon = epsilon_or(config, "rms_norm_eps", 1e-6),
      .weight_offset = 1};
  const double scalar = config.number_or("query_pre_attn_scalar", 256);
  if (!(scalar > 0)) config.at("query_pre_attn_scalar").fail("must be above 0");
  const std::size_t layers = positive(config, "num_hidden_layers");
  for (std::size_t i = 0; i < layers; ++i) {
    const std::string name = "layers." + std::to_string(i) + ".";
    const bool global = gemma3_is_global(config, i);
    const auto norm = [&](const char* which) {
      return Norm::rms(weights, name + which, hidden, shape.epsilon, shape.weight_offset);
    };
    Layer layer =
        load_decoder_layer(weights, name, shape, Linear::Output::kReplace, transformer.packing());
    layer.attention_norms.after = norm("post_attention_layernorm");
    layer.feed_forward_norms.before = norm("pre_feedforward_layernorm");
    layer.feed_forward_norms.after = norm("post_feedforward_layernorm");
    layer.attention.scale = static_cast<float>(1 / std::sqrt(scalar));
    layer.attention.rotary = gemma3_rotary(config, heads.head_dim, global);
    if (!global)
      layer.attention.before = layer.attention.after = window_radius(config, bidirectional);
    if (!bidirectional) layer.attention.after = 0;
    transformer.layers.push_back(std::move(layer));
  }
  return transformer;
}

}  // namespace m2v::encoder
