#include "encoder/families/common.h"

namespace m2v::encoder {
namespace {

/// Returns the size of a layer's sliding window, which includes the position itself; 0 if the layer
/// attends to all previous positions.
std::size_t window_of(const base::JsonAt& config, const std::string& type, std::size_t layer) {
  if (type == "llama" || type == "eurobert" || !config.get("sliding_window")) return 0;
  if (type == "mistral") return positive(config, "sliding_window");
  if (!config.boolean_or("use_sliding_window", false)) return 0;
  if (const auto types = config.get("layer_types")) {
    const auto all = types->elements();
    if (layer >= all.size()) types->fail("has fewer entries than there are layers");
    return all[layer].string() == "full_attention" ? 0 : positive(config, "sliding_window");
  }
  return layer < config.natural_or("max_window_layers", 28) ? 0
                                                            : positive(config, "sliding_window");
}

}  // namespace

/// Llama (Touvron et al. 2023), Mistral, Qwen2, Qwen3, and EuroBERT, whose attention is
/// bidirectional: pre-norm layers with RMS norms, rotary positions, heads that share keys and
/// values, and gated feed-forward networks.
Transformer load_llama(const Source& source) {
  const base::JsonAt& config = source.config;
  const std::string& type = config.at("model_type").string();
  const Checkpoint weights(source.folder, "embed_tokens.weight");
  const std::size_t hidden = positive(config, "hidden_size");
  const HeadShape heads = grouped_heads(config, hidden);
  const double base = type == "eurobert" ? 250000 : 10000;
  Transformer transformer(source.precision);
  load_decoder_frame(config, weights, hidden, 0, transformer);
  const DecoderShape shape{.heads = heads,
                           .hidden = hidden,
                           .intermediate_size = positive(config, "intermediate_size"),
                           .activation = activation_or(config, "hidden_act", Activation::kSilu),
                           .epsilon = epsilon_or(config, "rms_norm_eps", 1e-6),
                           .weight_offset = 0};
  const std::size_t layers = positive(config, "num_hidden_layers");
  for (std::size_t i = 0; i < layers; ++i) {
    const std::string name = "layers." + std::to_string(i) + ".";
    Layer layer =
        load_decoder_layer(weights, name, shape, Linear::Output::kAdd, transformer.packing());
    layer.feed_forward_norms.before =
        Norm::rms(weights, name + "post_attention_layernorm", hidden, shape.epsilon);
    layer.attention.rotary = Rotary::from_config(config, heads.head_dim, base);
    if (type != "eurobert") layer.attention.after = 0;
    const std::size_t window = window_of(config, type, i);
    if (window > 0) layer.attention.before = window - 1;
    transformer.layers.push_back(std::move(layer));
  }
  return transformer;
}

}  // namespace m2v::encoder
