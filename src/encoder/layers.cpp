#include "encoder/layers.h"

namespace m2v::encoder {
namespace {

Linear load_linear(const Checkpoint& weights, const std::string& name, std::size_t inputs,
                   std::size_t outputs, Activation activation, Linear::Output output,
                   const Packing& packing) {
  const auto weight = weights.read(name + ".weight", {outputs, inputs});
  const auto bias = weights.read(name + ".bias", {outputs});
  return Linear(weight, bias, inputs, outputs, activation, output, packing);
}

/// Q, K and V as one product: a third of the passes over the hidden states.
Linear load_qkv(const Checkpoint& weights, const PostNormNames& names, std::size_t hidden,
                const Packing& packing) {
  std::vector<float> weight, bias;
  for (const std::string& name : {names.query, names.key, names.value}) {
    const auto part = weights.read(name + ".weight", {hidden, hidden});
    const auto part_bias = weights.read(name + ".bias", {hidden});
    weight.insert(weight.end(), part.begin(), part.end());
    bias.insert(bias.end(), part_bias.begin(), part_bias.end());
  }
  return Linear(weight, bias, hidden, 3 * hidden, Activation::kNone, Linear::Output::kReplace,
                packing);
}

}  // namespace

LayerNorm LayerNorm::load(const Checkpoint& weights, const std::string& name, std::size_t dim,
                          float epsilon) {
  const bool old = !weights.has(name + ".weight") && weights.has(name + ".gamma");
  return {.gain = weights.read(name + (old ? ".gamma" : ".weight"), {dim}),
          .bias = weights.read(name + (old ? ".beta" : ".bias"), {dim}),
          .epsilon = epsilon};
}

void LayerNorm::apply(float* x, std::size_t rows) const {
  simd::layer_norm(x, rows, gain.size(), gain.data(), bias.data(), epsilon);
}

PostNormLayer PostNormLayer::load(const Checkpoint& weights, const PostNormNames& names,
                                  const PostNormShape& shape, const Packing& packing) {
  using enum Linear::Output;
  const std::size_t hidden = shape.hidden, inside = shape.intermediate;
  PostNormLayer layer;
  layer.qkv_ = load_qkv(weights, names, hidden, packing);
  layer.attention_output_ = load_linear(weights, names.attention_output, hidden, hidden,
                                        Activation::kNone, kAdd, packing);
  layer.up_ = load_linear(weights, names.up, hidden, inside, shape.activation, kReplace, packing);
  layer.down_ = load_linear(weights, names.down, inside, hidden, Activation::kNone, kAdd, packing);
  layer.attention_norm_ = LayerNorm::load(weights, names.attention_norm, hidden, shape.epsilon);
  layer.output_norm_ = LayerNorm::load(weights, names.output_norm, hidden, shape.epsilon);
  layer.heads_ = shape.heads;
  layer.head_dim_ = hidden / shape.heads;
  return layer;
}

void PostNormLayer::apply(const Batch& batch, Workspace& w) const {
  project(batch.rows(), w);
  attend(batch, w);
}

void PostNormLayer::project(std::size_t rows, Workspace& w) const {
  qkv_.apply(w.hidden.data(), rows, w.wide.data(), w.scratch);
}

void PostNormLayer::attend(const Batch& batch, Workspace& w) const {
  const std::size_t rows = batch.rows();
  simd::self_attention(w.wide.data(),
                       {.sequences = batch.sequences.size(),
                        .length = batch.length,
                        .heads = heads_,
                        .head_dim = head_dim_},
                       w.scores.data(), w.context.data());
  attention_output_.apply(w.context.data(), rows, w.hidden.data(), w.scratch);
  attention_norm_.apply(w.hidden.data(), rows);
  up_.apply(w.hidden.data(), rows, w.wide.data(), w.scratch);
  down_.apply(w.wide.data(), rows, w.hidden.data(), w.scratch);
  output_norm_.apply(w.hidden.data(), rows);
}

}  // namespace m2v::encoder
