#include "encoder/families/common.h"

namespace m2v::encoder {
namespace {

using enum Linear::Output;

struct Network {
  bool gated;
  Activation activation;
};

/// Reads feed_forward_proj. In "gated-gelu", gelu is the tanh approximation.
Network read_network(const base::JsonAt& config) {
  const std::string text = config.string_or("feed_forward_proj", "relu");
  if (text == "relu") return {.gated = false, .activation = Activation::kRelu};
  if (text == "gelu") return {.gated = false, .activation = Activation::kGelu};
  if (text == "gated-gelu") return {.gated = true, .activation = Activation::kGeluTanh};
  if (text == "gated-relu") return {.gated = true, .activation = Activation::kRelu};
  if (text == "gated-silu") return {.gated = true, .activation = Activation::kSilu};
  config.at("feed_forward_proj")
      .fail("\"" + text +
            "\" is not known; known are relu, gelu, "
            "gated-gelu, gated-relu, gated-silu");
}

}  // namespace

/// The encoder of T5 (Raffel et al. 2020), as in Sentence-T5 and GTR: pre-norm layers with RMS
/// norms and without biases. Positions only enter as a bias of the attention scores, which are not
/// scaled.
Transformer load_t5(const Source& source) {
  const base::JsonAt& config = source.config;
  const Checkpoint weights(source.folder, "encoder.final_layer_norm.weight");
  const std::size_t hidden = positive(config, "d_model"),
                    intermediate_size = positive(config, "d_ff");
  const std::size_t heads = positive(config, "num_heads");
  const HeadShape shape{.heads = heads, .kv_heads = heads, .head_dim = positive(config, "d_kv")};
  const std::size_t width = shape.query_width();
  const float epsilon = epsilon_or(config, "layer_norm_epsilon", 1e-6);
  const Network network = read_network(config);
  Transformer transformer(source.precision);
  transformer.hidden = hidden;
  transformer.max_length = kAnyLength;
  const char* const words =
      weights.has("shared.weight") ? "shared.weight" : "encoder.embed_tokens.weight";
  transformer.embeddings.words = weights.table(words, positive(config, "vocab_size"), hidden);
  const auto bias = std::make_shared<const RelativeBias>(read_relative_bias(
      config, weights, "encoder.block.0.layer.0.SelfAttention.relative_attention_bias", heads));
  const Packing packing = transformer.packing();
  const auto read = [&](const std::string& name, std::size_t inputs, std::size_t outputs) {
    return Projection::read(weights, name, inputs, outputs, Bias::kNone);
  };
  const std::size_t layers = positive(config, "num_layers");
  for (std::size_t i = 0; i < layers; ++i) {
    const std::string block = "encoder.block." + std::to_string(i) + ".layer.";
    const std::string attention = block + "0.SelfAttention.", dense = block + "1.DenseReluDense.";
    Layer layer;
    const Projection qkv[] = {read(attention + "q", hidden, width),
                              read(attention + "k", hidden, width),
                              read(attention + "v", hidden, width)};
    layer.attention.shape = shape;
    layer.attention.projection = Projection::stack(qkv).pack(packing);
    layer.attention.output = read(attention + "o", width, hidden).pack(packing, kAdd);
    layer.attention.scale = 1;
    layer.attention.relative_bias = bias;
    layer.attention_norms.before = Norm::rms(weights, block + "0.layer_norm", hidden, epsilon);
    layer.feed_forward_norms.before = Norm::rms(weights, block + "1.layer_norm", hidden, epsilon);
    const Projection down = read(dense + "wo", intermediate_size, hidden);
    if (network.gated) {
      layer.feed_forward = gated_feed_forward(read(dense + "wi_0", hidden, intermediate_size),
                                              read(dense + "wi_1", hidden, intermediate_size), down,
                                              network.activation, packing, kAdd);
    } else {
      layer.feed_forward.intermediate_size = intermediate_size;
      layer.feed_forward.up =
          read(dense + "wi", hidden, intermediate_size).pack(packing, kReplace, network.activation);
      layer.feed_forward.down = down.pack(packing, kAdd);
    }
    transformer.layers.push_back(std::move(layer));
  }
  transformer.final_norm = Norm::rms(weights, "encoder.final_layer_norm", hidden, epsilon);
  return transformer;
}

}  // namespace m2v::encoder
