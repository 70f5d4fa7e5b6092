#pragma once

#include <cstddef>
#include <limits>
#include <span>

#include "simd/activation.h"

// The steps of a transformer's forward pass between its matrix products. Matrices are row-major
// and, unless a stride is given, contiguous.
namespace m2v::simd {

/// Layer norm, in place, of every row of x [rows, dim]:
/// (x - mean) / sqrt(variance + epsilon) * weight + bias. `weight` is the weight; it and `bias` are
/// [dim].
void layer_norm(float* x, std::size_t rows, std::size_t dim, const float* weight, const float* bias,
                float epsilon) noexcept;

/// Rows divided into pieces, such as attention heads. Rows are `stride` floats apart; each begins
/// with `pieces` pieces of `dim` floats.
struct HeadRows {
  std::size_t rows, stride, pieces, dim;
};

/// RMS norm, in place, of every piece: x / sqrt(mean of squares + epsilon) * weight. `weight` is
/// the weight, [dim].
void rms_norm(float* x, const HeadRows& shape, const float* weight, float epsilon) noexcept;

/// Applies rotary positions, in place. The first `rotated` floats of every piece form pairs,
/// half of `rotated` apart; each pair is rotated by its angle. Row r is at position r % length;
/// cosines and sines are [length, rotated / 2].
void rotate(float* x, const HeadRows& shape, std::size_t length, std::size_t rotated,
            const float* cosines, const float* sines) noexcept;

/// Gated networks: replaces x [rows, 2 * width] by activation(first half) * second half of each
/// row, stored as [rows, width] at the beginning of x.
void gate(float* x, std::size_t rows, std::size_t width, Activation activation) noexcept;

/// The window of a position that attends to the whole sequence.
inline constexpr std::size_t kWholeSequence = std::numeric_limits<std::size_t>::max();

/// The sizes and the parameters of an attention.
struct AttentionShape {
  std::size_t sequences;     ///< All have the same length, so there is no padding to mask.
  std::size_t length;        ///< Positions per sequence.
  std::size_t heads;         ///< Query heads.
  std::size_t head_dim;      ///< Values per head.
  std::size_t kv_heads = 0;  ///< Key and value heads, a divisor of `heads`; 0 means `heads`.
  /// The number of positions before its own that a position attends to.
  std::size_t before = kWholeSequence;
  /// The number of positions after its own that a position attends to; 0 is causal attention.
  std::size_t after = kWholeSequence;
  float scale = 0;  ///< The factor of the scores; 0 means 1 / sqrt(head_dim).
  /// Added to the scaled scores: [heads, length, length], or null. The bias of sequence s begins at
  /// bias + s * bias_stride; with a stride of 0 all sequences share one.
  const float* bias = nullptr;
  std::size_t bias_stride = 0;  ///< In floats.
};

/// Returns the number of floats of scratch memory that self_attention() needs. A longer sequence
/// may need less than a shorter one, so call this for each shape.
std::size_t attention_scratch(const AttentionShape& shape) noexcept;

/// Computes softmax(Q K^T scale + bias) V for every sequence and head.
///
///   qkv, one row per position:  | Q: head 0, head 1, ... | K: kv head 0, ... | V: kv head 0, ... |
///   out, one row per position:  | head 0, head 1, ... |
///
/// `scratch` has at least attention_scratch(shape) values.
void self_attention(const float* qkv, const AttentionShape& shape, std::span<float> scratch,
                    float* out) noexcept;

/// Computes the content-to-position and position-to-content scores of DeBERTa's disentangled
/// attention, as a bias for self_attention(): bias[s, h, i, j] = (q_i . keys[d] + k_j . queries[d])
/// * shape.scale, with d = distances[i, j]. `qkv` is laid out as for self_attention(), with as many
/// key and value heads as heads. `keys` and `queries` are [number of distances, heads * head_dim];
/// either may be null for a model without that term. `bias` is [sequences, heads, length, length].
void disentangled_bias(const float* qkv, const AttentionShape& shape, const float* keys,
                       const float* queries, const unsigned* distances, float* bias) noexcept;

/// Sets out[i] = a[i] + b[i] for i < count; `out` may be `a` or `b`.
void add(const float* a, const float* b, std::size_t count, float* out) noexcept;

/// Writes the mean of the rows of x [rows, dim] to out [dim]; rows > 0.
void mean_of_rows(const float* x, std::size_t rows, std::size_t dim, float* out) noexcept;

/// Replaces NaN by 0 and infinities by the largest finite float of the same sign, in place.
void make_finite(float* x, std::size_t count) noexcept;

}  // namespace m2v::simd
