#include "simd/transformer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/transformer.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"

#ifndef M2V_SIMD_TRANSFORMER_ONCE
#define M2V_SIMD_TRANSFORMER_ONCE
namespace m2v::simd {
namespace {

/// Heads are taken together until their scores fill about an L1 cache: for short sequences one pass
/// of the exponential then covers many heads.
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

/// Sum of (x - shift)^power for power 1 or 2, in two chains of additions.
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

void layer_norm(float* x, std::size_t rows, std::size_t dim, const float* gain, const float* bias,
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
      hn::StoreU(hn::MulAdd(unit, hn::LoadU(d, gain + i), hn::LoadU(d, bias + i)), d, x + i);
    }
    for (; i < dim; ++i) x[i] = (x[i] - mean) * scale * gain[i] + bias[i];
  }
}

/// One head's scores, every row shifted so that its largest is 0.
HWY_INLINE void head_scores(const float* q, const float* k, std::size_t stride,
                            const AttentionShape& shape, float* HWY_RESTRICT scores) {
  const float scale = 1.0f / std::sqrt(static_cast<float>(shape.head_dim));
  for (std::size_t i = 0; i < shape.length; ++i, scores += shape.length) {
    float largest = -std::numeric_limits<float>::infinity();
    for (std::size_t j = 0; j < shape.length; ++j) {
      scores[j] = dot(q + i * stride, k + j * stride, shape.head_dim) * scale;
      largest = std::max(largest, scores[j]);
    }
    for (std::size_t j = 0; j < shape.length; ++j) scores[j] -= largest;
  }
}

/// One head's output; the weights are not yet divided by the sum of their row.
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
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t width = shape.heads * shape.head_dim;
  const std::size_t stride = 3 * width;
  const std::size_t group = heads_at_once(shape);
  const std::size_t scores_per_head = shape.length * shape.length;
  for (std::size_t s = 0; s < shape.sequences; ++s) {
    for (std::size_t first = 0; first < shape.heads; first += group) {
      const std::size_t heads = std::min(group, shape.heads - first);
      const float* q = qkv + first * shape.head_dim;
      for (std::size_t h = 0; h < heads; ++h) {
        head_scores(q + h * shape.head_dim, q + width + h * shape.head_dim, stride, shape,
                    scratch + h * scores_per_head);
      }
      const std::size_t scores = heads * scores_per_head;
      std::fill_n(scratch + scores, lanes, 0.0f);
      for (std::size_t i = 0; i < scores; i += lanes) {
        hn::StoreU(hn::Exp(d, hn::LoadU(d, scratch + i)), d, scratch + i);
      }
      for (std::size_t h = 0; h < heads; ++h) {
        weigh_values(q + 2 * width + h * shape.head_dim, stride, shape,
                     scratch + h * scores_per_head, out + (first + h) * shape.head_dim, width);
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
HWY_EXPORT(self_attention);
HWY_EXPORT(add);
HWY_EXPORT(mean_of_rows);
HWY_EXPORT(make_finite);

void layer_norm(float* x, std::size_t rows, std::size_t dim, const float* gain, const float* bias,
                float epsilon) noexcept {
  HWY_DYNAMIC_DISPATCH(layer_norm)(x, rows, dim, gain, bias, epsilon);
}

std::size_t attention_scratch(const AttentionShape& shape) noexcept {
  return heads_at_once(shape) * shape.length * shape.length + kWidestVector;
}

void self_attention(const float* qkv, const AttentionShape& shape, float* scratch,
                    float* out) noexcept {
  HWY_DYNAMIC_DISPATCH(self_attention)(qkv, shape, scratch, out);
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
