#include "simd/transformer.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/transformer.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"
#include "simd/activation-inl.h"

#ifndef M2V_SIMD_TRANSFORMER_ONCE
#define M2V_SIMD_TRANSFORMER_ONCE
namespace m2v::simd {
namespace {

/// The number of scores computed at once. Heads are grouped until their scores about fill an L1
/// cache, so that for short sequences one pass of the exponential covers many heads.
constexpr std::size_t kScoresAtOnce = 4096;
constexpr std::size_t kWidestVector = 64;  // floats

std::size_t heads_at_once(const AttentionShape& shape) {
  const std::size_t scores = shape.length * shape.length;
  return std::clamp<std::size_t>(kScoresAtOnce / std::max<std::size_t>(scores, 1), 1, shape.heads);
}

}  // namespace
}  // namespace m2v::simd
#endif

HWY_BEFORE_NAMESPACE();
namespace m2v::simd {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::ScalableTag<float>;
using FloatVec = hn::Vec<Floats>;

HWY_INLINE float sum_of(FloatVec v) { return hn::GetLane(hn::SumOfLanes(Floats(), v)); }

HWY_INLINE float dot(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b, std::size_t count) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  auto sum = hn::Zero(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    sum = hn::MulAdd(hn::LoadU(d, a + i), hn::LoadU(d, b + i), sum);
  }
  float total = sum_of(sum);
  for (; i < count; ++i) total += a[i] * b[i];
  return total;
}

/// Returns the sum of (x - shift)^power for power 1 or 2, in two chains of additions.
template <int power>
HWY_INLINE float sum_of_powers(const float* HWY_RESTRICT x, std::size_t count, float shift) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  const auto shifts = hn::Set(d, shift);
  auto sum0 = hn::Zero(d), sum1 = hn::Zero(d);
  std::size_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    const auto a = hn::Sub(hn::LoadU(d, x + i), shifts);
    const auto b = hn::Sub(hn::LoadU(d, x + i + lanes), shifts);
    sum0 = power == 1 ? hn::Add(sum0, a) : hn::MulAdd(a, a, sum0);
    sum1 = power == 1 ? hn::Add(sum1, b) : hn::MulAdd(b, b, sum1);
  }
  float total = sum_of(hn::Add(sum0, sum1));
  for (; i < count; ++i) total += power == 1 ? x[i] - shift : (x[i] - shift) * (x[i] - shift);
  return total;
}

void layer_norm(float* x, std::size_t rows, std::size_t dim, const float* weight, const float* bias,
                float epsilon) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t r = 0; r < rows; ++r, x += dim) {
    const float mean = sum_of_powers<1>(x, dim, 0.0f) / static_cast<float>(dim);
    const float variance = sum_of_powers<2>(x, dim, mean) / static_cast<float>(dim);
    const float scale = 1.0f / std::sqrt(variance + epsilon);
    const auto means = hn::Set(d, mean), scales = hn::Set(d, scale);
    std::size_t i = 0;
    for (; i + lanes <= dim; i += lanes) {
      const auto unit = hn::Mul(hn::Sub(hn::LoadU(d, x + i), means), scales);
      hn::StoreU(hn::MulAdd(unit, hn::LoadU(d, weight + i), hn::LoadU(d, bias + i)), d, x + i);
    }
    for (; i < dim; ++i) x[i] = (x[i] - mean) * scale * weight[i] + bias[i];
  }
}

void rms_norm(float* x, const HeadRows& shape, const float* weight, float epsilon) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d), dim = shape.dim;
  for (std::size_t r = 0; r < shape.rows; ++r, x += shape.stride) {
    for (std::size_t p = 0; p < shape.pieces; ++p) {
      float* piece = x + p * dim;
      const float square = sum_of_powers<2>(piece, dim, 0.0f) / static_cast<float>(dim);
      const float scale = 1.0f / std::sqrt(square + epsilon);
      std::size_t i = 0;
      for (; i + lanes <= dim; i += lanes) {
        const auto unit = hn::Mul(hn::LoadU(d, piece + i), hn::Set(d, scale));
        hn::StoreU(hn::Mul(unit, hn::LoadU(d, weight + i)), d, piece + i);
      }
      for (; i < dim; ++i) piece[i] = piece[i] * scale * weight[i];
    }
  }
}

void rotate(float* x, const HeadRows& shape, std::size_t length, std::size_t rotated,
            const float* cosines, const float* sines) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d), half = rotated / 2;
  for (std::size_t r = 0; r < shape.rows; ++r, x += shape.stride) {
    const float* cosine = cosines + r % length * half;
    const float* sine = sines + r % length * half;
    for (std::size_t p = 0; p < shape.pieces; ++p) {
      float* low = x + p * shape.dim;
      float* high = low + half;
      std::size_t i = 0;
      for (; i + lanes <= half; i += lanes) {
        const auto a = hn::LoadU(d, low + i), b = hn::LoadU(d, high + i);
        const auto c = hn::LoadU(d, cosine + i), s = hn::LoadU(d, sine + i);
        hn::StoreU(hn::NegMulAdd(b, s, hn::Mul(a, c)), d, low + i);
        hn::StoreU(hn::MulAdd(a, s, hn::Mul(b, c)), d, high + i);
      }
      for (; i < half; ++i) {
        const float a = low[i], b = high[i];
        low[i] = a * cosine[i] - b * sine[i];
        high[i] = a * sine[i] + b * cosine[i];
      }
    }
  }
}

void gate(float* x, std::size_t rows, std::size_t width, Activation activation) {
  const Floats d;
  const hn::CappedTag<float, 1> one;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t r = 0; r < rows; ++r) {
    const float* from = x + r * 2 * width;
    float* to = x + r * width;
    std::size_t i = 0;
    for (; i + lanes <= width; i += lanes) {
      const auto open = activate(d, activation, hn::LoadU(d, from + i));
      hn::StoreU(hn::Mul(open, hn::LoadU(d, from + width + i)), d, to + i);
    }
    for (; i < width; ++i) {
      to[i] = hn::GetLane(activate(one, activation, hn::Set(one, from[i]))) * from[width + i];
    }
  }
}

float scale_of(const AttentionShape& shape) {
  return shape.scale != 0 ? shape.scale : 1.0f / std::sqrt(static_cast<float>(shape.head_dim));
}

/// Computes one head's scores. Every row is shifted so that its largest score is 0; positions
/// outside the window get minus infinity. `bias` may be null.
HWY_INLINE void head_scores(const float* q, const float* k, std::size_t stride,
                            const AttentionShape& shape, const float* bias,
                            float* HWY_RESTRICT scores) {
  const float scale = scale_of(shape);
  constexpr float kNothing = -std::numeric_limits<float>::infinity();
  for (std::size_t i = 0; i < shape.length; ++i, scores += shape.length) {
    const std::size_t begin = i - std::min(i, shape.before);
    const std::size_t end = i + std::min(shape.length - 1 - i, shape.after) + 1;
    std::fill_n(scores, begin, kNothing);
    std::fill(scores + end, scores + shape.length, kNothing);
    float largest = kNothing;
    for (std::size_t j = begin; j < end; ++j) {
      scores[j] = dot(q + i * stride, k + j * stride, shape.head_dim) * scale;
      if (bias != nullptr) scores[j] += bias[i * shape.length + j];
      largest = std::max(largest, scores[j]);
    }
    for (std::size_t j = begin; j < end; ++j) scores[j] -= largest;
  }
}

void disentangled_bias(const float* qkv, const AttentionShape& shape, const float* keys,
                       const float* queries, const unsigned* distances, float* bias) {
  const std::size_t width = shape.heads * shape.head_dim, stride = 3 * width;
  const float scale = scale_of(shape);
  for (std::size_t s = 0; s < shape.sequences; ++s, qkv += shape.length * stride) {
    for (std::size_t h = 0; h < shape.heads; ++h) {
      const std::size_t head = h * shape.head_dim;
      for (std::size_t i = 0; i < shape.length; ++i) {
        for (std::size_t j = 0; j < shape.length; ++j, ++bias) {
          const std::size_t at = distances[i * shape.length + j] * width + head;
          float sum = 0;
          if (keys != nullptr) sum += dot(qkv + i * stride + head, keys + at, shape.head_dim);
          if (queries != nullptr) {
            sum += dot(qkv + j * stride + width + head, queries + at, shape.head_dim);
          }
          *bias = sum * scale;
        }
      }
    }
  }
}

/// Sets x[i] = exp(x[i]). A last, incomplete vector goes through a buffer, so that nothing past the
/// end of x is touched.
HWY_INLINE void exponentiate(float* x, std::size_t count) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) hn::StoreU(hn::Exp(d, hn::LoadU(d, x + i)), d, x + i);
  if (i == count) return;
  float rest[kWidestVector] = {};
  std::copy(x + i, x + count, rest);
  hn::StoreU(hn::Exp(d, hn::LoadU(d, rest)), d, rest);
  std::copy_n(rest, count - i, x + i);
}

/// Computes one head's output: the values weighted by `weights`, which are not yet divided by the
/// sum of their row.
HWY_INLINE void weigh_values(const float* v, std::size_t stride, const AttentionShape& shape,
                             const float* HWY_RESTRICT weights, float* HWY_RESTRICT out,
                             std::size_t out_stride) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = 0; i < shape.length; ++i, weights += shape.length, out += out_stride) {
    float sum = 0;
    for (std::size_t j = 0; j < shape.length; ++j) sum += weights[j];
    const float scale = 1.0f / sum;
    std::size_t c = 0;
    for (; c + lanes <= shape.head_dim; c += lanes) {
      auto mixed = hn::Zero(d);
      for (std::size_t j = 0; j < shape.length; ++j) {
        mixed = hn::MulAdd(hn::Set(d, weights[j]), hn::LoadU(d, v + j * stride + c), mixed);
      }
      hn::StoreU(hn::Mul(mixed, hn::Set(d, scale)), d, out + c);
    }
    for (; c < shape.head_dim; ++c) {
      float mixed = 0;
      for (std::size_t j = 0; j < shape.length; ++j) mixed += weights[j] * v[j * stride + c];
      out[c] = mixed * scale;
    }
  }
}

void self_attention(const float* qkv, const AttentionShape& shape, float* scratch, float* out) {
  const std::size_t width = shape.heads * shape.head_dim;
  const std::size_t kv_heads = shape.kv_heads == 0 ? shape.heads : shape.kv_heads;
  const std::size_t kv_width = kv_heads * shape.head_dim, sharing = shape.heads / kv_heads;
  const std::size_t stride = width + 2 * kv_width;
  const std::size_t group = heads_at_once(shape);
  const std::size_t scores_per_head = shape.length * shape.length;
  for (std::size_t s = 0; s < shape.sequences; ++s) {
    for (std::size_t first = 0; first < shape.heads; first += group) {
      const std::size_t heads = std::min(group, shape.heads - first);
      for (std::size_t h = 0; h < heads; ++h) {
        const std::size_t head = first + h;
        const float* bias = shape.bias == nullptr
                                ? nullptr
                                : shape.bias + s * shape.bias_stride + head * scores_per_head;
        head_scores(qkv + head * shape.head_dim, qkv + width + head / sharing * shape.head_dim,
                    stride, shape, bias, scratch + h * scores_per_head);
      }
      exponentiate(scratch, heads * scores_per_head);
      for (std::size_t h = 0; h < heads; ++h) {
        const std::size_t head = first + h;
        weigh_values(qkv + width + kv_width + head / sharing * shape.head_dim, stride, shape,
                     scratch + h * scores_per_head, out + head * shape.head_dim, width);
      }
    }
    qkv += shape.length * stride;
    out += shape.length * width;
  }
}

void add(const float* a, const float* b, std::size_t count, float* out) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    hn::StoreU(hn::Add(hn::LoadU(d, a + i), hn::LoadU(d, b + i)), d, out + i);
  }
  for (; i < count; ++i) out[i] = a[i] + b[i];
}

void mean_of_rows(const float* x, std::size_t rows, std::size_t dim, float* out) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  const float scale = 1.0f / static_cast<float>(rows);
  std::size_t i = 0;
  for (; i + lanes <= dim; i += lanes) {
    auto sum = hn::LoadU(d, x + i);
    for (std::size_t r = 1; r < rows; ++r) sum = hn::Add(sum, hn::LoadU(d, x + r * dim + i));
    hn::StoreU(hn::Mul(sum, hn::Set(d, scale)), d, out + i);
  }
  for (; i < dim; ++i) {
    float sum = x[i];
    for (std::size_t r = 1; r < rows; ++r) sum += x[r * dim + i];
    out[i] = sum * scale;
  }
}

void make_finite(float* x, std::size_t count) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  constexpr float kLargest = std::numeric_limits<float>::max();
  const auto high = hn::Set(d, kLargest), low = hn::Set(d, -kLargest);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto v = hn::LoadU(d, x + i);
    const auto number = hn::IfThenElseZero(hn::Eq(v, v), v);
    hn::StoreU(hn::Min(hn::Max(number, low), high), d, x + i);
  }
  for (; i < count; ++i) {
    x[i] = std::isnan(x[i]) ? 0.0f : std::clamp(x[i], -kLargest, kLargest);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace m2v::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace m2v::simd {

HWY_EXPORT(layer_norm);
HWY_EXPORT(rms_norm);
HWY_EXPORT(rotate);
HWY_EXPORT(gate);
HWY_EXPORT(disentangled_bias);
HWY_EXPORT(self_attention);
HWY_EXPORT(add);
HWY_EXPORT(mean_of_rows);
HWY_EXPORT(make_finite);

void layer_norm(float* x, std::size_t rows, std::size_t dim, const float* weight, const float* bias,
                float epsilon) noexcept {
  HWY_DYNAMIC_DISPATCH(layer_norm)(x, rows, dim, weight, bias, epsilon);
}

void rms_norm(float* x, const HeadRows& shape, const float* weight, float epsilon) noexcept {
  HWY_DYNAMIC_DISPATCH(rms_norm)(x, shape, weight, epsilon);
}

void rotate(float* x, const HeadRows& shape, std::size_t length, std::size_t rotated,
            const float* cosines, const float* sines) noexcept {
  HWY_DYNAMIC_DISPATCH(rotate)(x, shape, length, rotated, cosines, sines);
}

void gate(float* x, std::size_t rows, std::size_t width, Activation activation) noexcept {
  HWY_DYNAMIC_DISPATCH(gate)(x, rows, width, activation);
}

void disentangled_bias(const float* qkv, const AttentionShape& shape, const float* keys,
                       const float* queries, const unsigned* distances, float* bias) noexcept {
  HWY_DYNAMIC_DISPATCH(disentangled_bias)(qkv, shape, keys, queries, distances, bias);
}

std::size_t attention_scratch(const AttentionShape& shape) noexcept {
  return heads_at_once(shape) * shape.length * shape.length;
}

void self_attention(const float* qkv, const AttentionShape& shape, std::span<float> scratch,
                    float* out) noexcept {
  assert(scratch.size() >= attention_scratch(shape));
  HWY_DYNAMIC_DISPATCH(self_attention)(qkv, shape, scratch.data(), out);
}

void add(const float* a, const float* b, std::size_t count, float* out) noexcept {
  HWY_DYNAMIC_DISPATCH(add)(a, b, count, out);
}

void mean_of_rows(const float* x, std::size_t rows, std::size_t dim, float* out) noexcept {
  HWY_DYNAMIC_DISPATCH(mean_of_rows)(x, rows, dim, out);
}

void make_finite(float* x, std::size_t count) noexcept {
  HWY_DYNAMIC_DISPATCH(make_finite)(x, count);
}

}  // namespace m2v::simd
#endif
