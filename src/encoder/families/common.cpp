#include "encoder/families/common.h"

namespace m2v::encoder {

using enum Linear::Output;

PostNormShape read_post_norm_shape(const base::JsonAt& config) {
  const std::size_t hidden = positive(config, "hidden_size");
  return {.heads = even_heads(config, "num_attention_heads", hidden),
          .hidden = hidden,
          .intermediate_size = positive(config, "intermediate_size"),
          .activation = activation_or(config, "hidden_act", Activation::kGelu),
          .epsilon = epsilon_or(config, "layer_norm_eps", 1e-12)};
}

Layer load_post_norm_layer(const Checkpoint& weights, const PostNormNames& names,
                           const PostNormShape& shape, const Packing& packing) {
  const std::size_t hidden = shape.hidden, intermediate_size = shape.intermediate_size;
  const auto read = [&](const std::string& name, std::size_t inputs, std::size_t outputs) {
    return Projection::read(weights, name, inputs, outputs);
  };
  Layer layer;
  const Projection qkv[] = {read(names.query, hidden, hidden), read(names.key, hidden, hidden),
                            read(names.value, hidden, hidden)};
  layer.attention.shape = shape.heads;
  layer.attention.projection = Projection::stack(qkv).pack(packing);
  layer.attention.output = read(names.attention_output, hidden, hidden).pack(packing, kAdd);
  layer.attention_norms.sum = Norm::layer(weights, names.attention_norm, hidden, shape.epsilon);
  layer.feed_forward.intermediate_size = intermediate_size;
  layer.feed_forward.up =
      read(names.up, hidden, intermediate_size).pack(packing, kReplace, shape.activation);
  layer.feed_forward.down = read(names.down, intermediate_size, hidden).pack(packing, kAdd);
  layer.feed_forward_norms.sum = Norm::layer(weights, names.output_norm, hidden, shape.epsilon);
  return layer;
}

PostNormNames bert_names(const std::string& layer) {
  return {.query = layer + "attention.self.query",
          .key = layer + "attention.self.key",
          .value = layer + "attention.self.value",
          .attention_output = layer + "attention.output.dense",
          .attention_norm = layer + "attention.output.LayerNorm",
          .up = layer + "intermediate.dense",
          .down = layer + "output.dense",
          .output_norm = layer + "output.LayerNorm"};
}

void load_bert_embeddings(const base::JsonAt& config, const Checkpoint& weights, std::size_t dim,
                          bool with_padding_id, Transformer& transformer) {
  Embeddings& embeddings = transformer.embeddings;
  const std::size_t positions = positive(config, "max_position_embeddings");
  embeddings.words =
      weights.table("embeddings.word_embeddings.weight", positive(config, "vocab_size"), dim);
  embeddings.positions = weights.read("embeddings.position_embeddings.weight", {positions, dim});
  const std::size_t types = config.natural_or("type_vocab_size", 0);
  if (types > 0) {
    embeddings.constant = weights.read("embeddings.token_type_embeddings.weight", {types, dim});
    embeddings.constant.resize(dim);  // type 0
  }
  embeddings.norm = Norm::layer(weights, "embeddings.LayerNorm", dim,
                                epsilon_or(config, "layer_norm_eps", 1e-12));
  transformer.max_length = positions;
  if (!with_padding_id) return;
  const std::uint64_t padding = config.natural_or("pad_token_id", 1);
  if (padding + 1 >= positions) config.at("pad_token_id").fail("leaves no positions for tokens");
  embeddings.padding_id = static_cast<std::uint32_t>(padding);
  transformer.max_length = positions - padding - 1;
}

std::optional<bool> stated_full_attention(const base::JsonAt& config, std::size_t layer) {
  const auto types = config.get("layer_types");
  if (!types) return std::nullopt;
  const auto all = types->elements();
  if (layer >= all.size()) types->fail("has fewer entries than there are layers");
  return all[layer].string() == "full_attention";
}

RelativeBias read_relative_bias(const base::JsonAt& config, const Checkpoint& weights,
                                const std::string& name, std::size_t heads) {
  RelativeBias bias;
  bias.heads = heads;
  bias.buckets = positive_or(config, "relative_attention_num_buckets", 32);
  bias.max_distance = positive_or(config, "relative_attention_max_distance", 128);
  if (bias.buckets < 4 || bias.max_distance <= bias.buckets / 4) {
    config.fail(
        "relative_attention_num_buckets must be at least 4, and "
        "relative_attention_max_distance more than a quarter of it");
  }
  bias.values = weights.read(name + ".weight", {bias.buckets, heads});
  return bias;
}

void load_pooler(const Checkpoint& weights, const std::string& name, Transformer& transformer) {
  if (!weights.has(name + ".weight")) return;
  const std::size_t hidden = transformer.hidden;
  transformer.pooler = Projection::read(weights, name, hidden, hidden)
                           .pack(transformer.packing(), kReplace, Activation::kTanh);
}

void load_decoder_frame(const base::JsonAt& config, const Checkpoint& weights, std::size_t hidden,
                        float weight_offset, Transformer& transformer) {
  transformer.hidden = hidden;
  transformer.max_length = positive(config, "max_position_embeddings");
  transformer.embeddings.words =
      weights.table("embed_tokens.weight", positive(config, "vocab_size"), hidden);
  transformer.final_norm =
      Norm::rms(weights, "norm", hidden, epsilon_or(config, "rms_norm_eps", 1e-6), weight_offset);
}

Layer load_decoder_layer(const Checkpoint& weights, const std::string& prefix,
                         const DecoderShape& shape, Linear::Output output, const Packing& packing) {
  const HeadShape& heads = shape.heads;
  const std::size_t hidden = shape.hidden, intermediate_size = shape.intermediate_size;
  const std::string attention = prefix + "self_attn.", mlp = prefix + "mlp.";
  const auto read = [&](const std::string& name, std::size_t inputs, std::size_t outputs) {
    return Projection::read(weights, name, inputs, outputs, Bias::kOptional);
  };
  const std::size_t kv_width = heads.kv_heads * heads.head_dim;
  const Projection qkv[] = {read(attention + "q_proj", hidden, heads.query_width()),
                            read(attention + "k_proj", hidden, kv_width),
                            read(attention + "v_proj", hidden, kv_width)};
  Layer layer;
  layer.attention.shape = heads;
  layer.attention.projection = Projection::stack(qkv).pack(packing);
  layer.attention.output =
      read(attention + "o_proj", heads.query_width(), hidden).pack(packing, output);
  const auto head_norm = [&](const char* name) -> std::optional<Norm> {
    if (!weights.has(attention + name + ".weight")) return std::nullopt;
    return Norm::rms(weights, attention + name, heads.head_dim, shape.epsilon, shape.weight_offset);
  };
  layer.attention.query_norm = head_norm("q_norm");
  layer.attention.key_norm = head_norm("k_norm");
  layer.attention_norms.before =
      Norm::rms(weights, prefix + "input_layernorm", hidden, shape.epsilon, shape.weight_offset);
  layer.feed_forward = gated_feed_forward(read(mlp + "gate_proj", hidden, intermediate_size),
                                          read(mlp + "up_proj", hidden, intermediate_size),
                                          read(mlp + "down_proj", intermediate_size, hidden),
                                          shape.activation, packing, output);
  return layer;
}

FeedForward gated_feed_forward(const Projection& gate, const Projection& up, const Projection& down,
                               Activation activation, const Packing& packing,
                               Linear::Output output) {
  const Projection both[] = {gate, up};
  return {.up = Projection::stack(both).pack(packing),
          .down = down.pack(packing, output),
          .intermediate_size = up.outputs,
          .gate = activation};
}

}  // namespace m2v::encoder
