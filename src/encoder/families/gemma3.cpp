#include <cmath>

#include "encoder/families/common.h"

namespace m2v::encoder {
namespace {

bool is_global(const core::JsonAt& config, std::size_t layer) {
  if (const auto types = config.get("layer_types")) {
    const auto all = types->elements();
    if (layer >= all.size()) types->fail("has fewer entries than there are layers");
    return all[layer].string() == "full_attention";
  }
  return (layer + 1) % positive_or(config, "sliding_window_pattern", 6) == 0;
}

/// How many positions away a local layer sees, in either direction.
///
/// Where attention looks both ways, transformers halves sliding_window when it reads a
/// configuration, w / 2 + 1, and writes the result when it saves one. Windows are even (512) before
/// that and odd (257) after, so an odd one is taken as it is.
std::size_t reach(const core::JsonAt& config, bool both_ways) {
  const std::size_t window = positive_or(config, "sliding_window", 4096);
  return both_ways && window % 2 == 0 ? window / 2 : window - 1;
}

Rotary read_rotary(const core::JsonAt& config, std::size_t head_dim, bool global) {
  if (global || config.get("rope_parameters")) {
    return Rotary::from_config(config, head_dim, 1e6,
                               global ? "full_attention" : "sliding_attention");
  }
  return Rotary::plain(head_dim / 2 * 2, config.number_or("rope_local_base_freq", 10000));
}

}  // namespace

/// The text part of Gemma 3, as in EmbeddingGemma: Llama's layers with norms on either side, scaled
/// embeddings, normalized queries and keys, and attention that is mostly local; both ways if the
/// configuration says so.
Transformer load_gemma3(const Source& source) {
  const core::JsonAt& config = source.config;
  const Checkpoint weights(source.folder, "embed_tokens.weight");
  const std::size_t hidden = positive(config, "hidden_size");
  const HeadShape heads = grouped_heads(config, hidden);
  for (const char* key : {"attn_logit_softcapping", "final_logit_softcapping"}) {
    if (config.get(key)) config.at(key).fail("is not known in Gemma 3");
  }
  const bool both_ways = config.boolean_or("use_bidirectional_attention", false);
  Transformer transformer(source.precision);
  load_decoder_frame(config, weights, hidden, 1, transformer);
  transformer.embeddings.scale = std::sqrt(static_cast<float>(hidden));
  const DecoderShape shape{
      .heads = heads,
      .hidden = hidden,
      .inside = positive(config, "intermediate_size"),
      .activation = activation_or(config, "hidden_activation", Activation::kGeluTanh),
      .epsilon = epsilon_or(config, "rms_norm_eps", 1e-6),
      .gain_offset = 1};
  const double scalar = config.number_or("query_pre_attn_scalar", 256);
  if (!(scalar > 0)) config.at("query_pre_attn_scalar").fail("must be above 0");
  const std::size_t layers = positive(config, "num_hidden_layers");
  for (std::size_t i = 0; i < layers; ++i) {
    const std::string name = "layers." + std::to_string(i) + ".";
    const bool global = is_global(config, i);
    const auto norm = [&](const char* which) {
      return Norm::rms(weights, name + which, hidden, shape.epsilon, shape.gain_offset);
    };
    Layer layer =
        load_decoder_layer(weights, name, shape, Linear::Output::kReplace, transformer.packing());
    layer.around_attention.after = norm("post_attention_layernorm");
    layer.around_feed_forward.before = norm("pre_feedforward_layernorm");
    layer.around_feed_forward.after = norm("post_feedforward_layernorm");
    layer.attention.scale = static_cast<float>(1 / std::sqrt(scalar));
    layer.attention.rotary = read_rotary(config, heads.head_dim, global);
    if (!global) layer.attention.before = layer.attention.after = reach(config, both_ways);
    if (!both_ways) layer.attention.after = 0;
    transformer.layers.push_back(std::move(layer));
  }
  return transformer;
}

}  // namespace m2v::encoder
