#pragma once

#include <cstddef>

// What a transformer's forward pass does between its matrix products. Rows are contiguous.
namespace m2v::simd {

/// Every row of x [rows, dim] in place: (x - mean) / sqrt(variance + epsilon) * gain + bias.
void layer_norm(float* x, std::size_t rows, std::size_t dim, const float* gain, const float* bias,
                float epsilon) noexcept;

struct AttentionShape {
  std::size_t sequences;  ///< All of the same length: there is nothing to mask.
  std::size_t length;
  std::size_t heads;
  std::size_t head_dim;
};

/// How many floats of scratch memory self_attention() wants.
std::size_t attention_scratch(const AttentionShape& shape) noexcept;

/// Softmax(Q K^T / sqrt(head_dim)) V in every sequence and head, over all positions.
///
///   qkv, a row a position:  | Q: head 0, head 1, ... | K: head 0, ... | V: head 0, ... |
///   out, a row a position:  | head 0, head 1, ... |
void self_attention(const float* qkv, const AttentionShape& shape, float* scratch,
                    float* out) noexcept;

/// out[i] = a[i] + b[i] for i < count; out may be a or b.
void add(const float* a, const float* b, std::size_t count, float* out) noexcept;

/// The mean of the rows of x [rows, dim]; rows > 0.
void mean_of_rows(const float* x, std::size_t rows, std::size_t dim, float* out) noexcept;

/// NaN becomes 0, an infinity the largest finite float of its sign.
void make_finite(float* x, std::size_t count) noexcept;

}  // namespace m2v::simd
