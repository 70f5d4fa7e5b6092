#pragma once

#include <cstddef>
#include <limits>
#include <span>

#include "simd/activation.h"

// What a transformer's forward pass does between its matrix products. Rows are contiguous.
namespace m2v::simd {

/// Every row of x [rows, dim] in place: (x - mean) / sqrt(variance + epsilon) * gain + bias.
void layer_norm(float* x, std::size_t rows, std::size_t dim, const float* gain, const float* bias,
                float epsilon) noexcept;

/// Pieces of rows, in place: x / sqrt(mean of squares + epsilon) * gain. Rows are `stride` floats
/// apart; each begins with `pieces` pieces of `dim` floats.
struct PieceShape {
  std::size_t rows, stride, pieces, dim;
};
void rms_norm(float* x, const PieceShape& shape, const float* gain, float epsilon) noexcept;

/// Rotary positions, in place: the first `rotated` floats of every piece are taken as pairs, a half
/// of `rotated` apart, each turned by its angle. Row r stands at position r % length; cosines and
/// sines are [length, rotated / 2].
void rotate(float* x, const PieceShape& shape, std::size_t length, std::size_t rotated,
            const float* cosines, const float* sines) noexcept;

/// Gated networks: from rows [2 * width] rows [width], in place: activation(first half) * second.
void gate(float* x, std::size_t rows, std::size_t width, Activation activation) noexcept;

inline constexpr std::size_t kWholeSequence = std::numeric_limits<std::size_t>::max();

struct AttentionShape {
  std::size_t sequences;  ///< All of the same length: there is no padding to mask.
  std::size_t length;
  std::size_t heads;
  std::size_t head_dim;
  std::size_t kv_heads = 0;             ///< Divides heads, which share them; 0: as many as heads.
  std::size_t before = kWholeSequence;  ///< How many positions before its own a position sees,
  std::size_t after = kWholeSequence;   ///< and behind it: 0 is causal attention.
  float scale = 0;                      ///< Of the scores; 0: 1 / sqrt(head_dim).
  /// What is added to the scores, [heads, length, length], for each sequence `bias_stride` floats
  /// further on.
  const float* bias = nullptr;
  std::size_t bias_stride = 0;
};

/// How many floats of scratch memory self_attention() needs. Not monotone: a longer sequence may
/// need less than a shorter one, so ask for each shape.
std::size_t attention_scratch(const AttentionShape& shape) noexcept;

/// Softmax(Q K^T scale + bias) V in every sequence and head.
///
///   qkv, a row a position:  | Q: head 0, head 1, ... | K: kv head 0, ... | V: kv head 0, ... |
///   out, a row a position:  | head 0, head 1, ... |
///
/// `scratch` has at least attention_scratch(shape) values.
void self_attention(const float* qkv, const AttentionShape& shape, std::span<float> scratch,
                    float* out) noexcept;

/// The content-to-position and position-to-content scores of DeBERTa's disentangled attention, as a
/// bias for self_attention(): bias[s, h, i, j] = (q_i . key[d] + k_j . query[d]) * shape.scale,
/// with d = distances[i, j]. `keys` and `queries` are [distances, heads * head_dim]; either may be
/// null for a model without that part.
void disentangled_bias(const float* qkv, const AttentionShape& shape, const float* keys,
                       const float* queries, const unsigned* distances, float* bias) noexcept;

/// out[i] = a[i] + b[i] for i < count; out may be a or b.
void add(const float* a, const float* b, std::size_t count, float* out) noexcept;

/// The mean of the rows of x [rows, dim]; rows > 0.
void mean_of_rows(const float* x, std::size_t rows, std::size_t dim, float* out) noexcept;

/// NaN becomes 0, an infinity the largest finite float of its sign.
void make_finite(float* x, std::size_t count) noexcept;

}  // namespace m2v::simd
