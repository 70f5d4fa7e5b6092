#include "encoder/attention.h"

#include <algorithm>

namespace m2v::encoder {
namespace {

simd::AttentionShape kernel_shape(const Attention& attention, std::size_t sequences,
                                  std::size_t length) {
  return {.sequences = sequences,
          .length = length,
          .heads = attention.shape.heads,
          .head_dim = attention.shape.head_dim,
          .kv_heads = attention.shape.kv_heads,
          .before = attention.before,
          .after = attention.after,
          .scale = attention.scale};
}

float* reserve(Floats& buffer, std::size_t size) {
  if (buffer.size() < size) buffer = Floats::zeros(size);
  return buffer.data();
}

/// Applies norms and rotary positions to Q and K.
void prepare(const Attention& attention, const Batch& batch, float* qkv) {
  const HeadShape& shape = attention.shape;
  float* keys = qkv + shape.query_width();
  const std::size_t rows = batch.rows(), stride = shape.width();
  if (attention.query_norm) {
    attention.query_norm->apply_to_pieces(qkv, rows, stride, shape.heads);
  }
  if (attention.key_norm) attention.key_norm->apply_to_pieces(keys, rows, stride, shape.kv_heads);
  if (attention.rotary) {  // K follows Q, so that one call covers the heads of both
    attention.rotary->apply(qkv, rows, stride, shape.heads + shape.kv_heads, shape.head_dim,
                            batch.length);
  }
}

}  // namespace

void Attention::gather(const Batch& batch, Workspace& w) const {
  const std::size_t sequences = batch.sequences.size(), length = batch.length;
  simd::AttentionShape kernel = kernel_shape(*this, sequences, length);
  prepare(*this, batch, w.wide.data());
  const std::size_t one_bias = shape.heads * length * length;
  if (relative_bias) {
    const std::vector<float> table = relative_bias->table(length);
    kernel.bias = std::copy(table.begin(), table.end(), reserve(w.bias, one_bias)) - one_bias;
  } else if (disentangled) {
    const auto data = [](const std::vector<float>& values) {
      return values.empty() ? nullptr : values.data();
    };
    float* bias = reserve(w.bias, sequences * one_bias);
    simd::disentangled_bias(w.wide.data(), kernel, data(disentangled->keys),
                            data(disentangled->queries),
                            disentangled->distances.table(length).data(), bias);
    kernel.bias = bias;
    kernel.bias_stride = one_bias;
  }
  const std::size_t scratch = simd::attention_scratch(kernel);
  simd::self_attention(w.wide.data(), kernel, {reserve(w.scores, scratch), scratch},
                       w.context.data());
}

}  // namespace m2v::encoder
