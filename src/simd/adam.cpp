#include "simd/adam.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/adam.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace m2v::simd {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::CappedTag<float, kStrideMultiple>;
using FloatVec = hn::Vec<Floats>;

/// The number of vectors of a row that are summed at once: enough to hide the latency of an
/// addition.
constexpr std::size_t kAtOnce = 4;

/// Applies one step of Adam to one vector of values and moments.
HWY_INLINE void step_at(const AdamStep& step, FloatVec gradient, float* values, float* first,
                        float* second) {
  const Floats d;
  const auto m = hn::MulAdd(hn::Set(d, 1 - kAdamFirstDecay), gradient,
                            hn::Mul(hn::Set(d, kAdamFirstDecay), hn::LoadU(d, first)));
  const auto v = hn::MulAdd(hn::Set(d, 1 - kAdamSecondDecay), hn::Mul(gradient, gradient),
                            hn::Mul(hn::Set(d, kAdamSecondDecay), hn::LoadU(d, second)));
  const auto deviation = hn::MulAdd(hn::Sqrt(v), hn::Set(d, step.scale), hn::Set(d, kAdamEpsilon));
  const auto move = hn::Div(hn::Mul(hn::Set(d, step.rate), m), deviation);
  hn::StoreU(m, d, first);
  hn::StoreU(v, d, second);
  hn::StoreU(hn::Sub(hn::LoadU(d, values), move), d, values);
}

void adam(const AdamStep& step, const float* gradient, std::size_t count, const AdamState& state) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    step_at(step, hn::LoadU(d, gradient + i), state.values + i, state.first + i, state.second + i);
  }
  if (i == count) return;
  float edge[4][kStrideMultiple] = {};
  const std::size_t left = count - i;
  std::copy_n(gradient + i, left, edge[0]);
  std::copy_n(state.values + i, left, edge[1]);
  std::copy_n(state.first + i, left, edge[2]);
  std::copy_n(state.second + i, left, edge[3]);
  step_at(step, hn::LoadU(d, edge[0]), edge[1], edge[2], edge[3]);
  std::copy_n(edge[1], left, state.values + i);
  std::copy_n(edge[2], left, state.first + i);
  std::copy_n(edge[3], left, state.second + i);
}

/// Calls put(column, sum) for each vector of the sum of `count` scaled rows of a table.
template <class Put>
HWY_INLINE void sum_scaled(const float* table, std::size_t stride, const std::uint32_t* rows,
                           const float* scales, std::size_t count, const Put& put) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t column = 0;
  for (; column + kAtOnce * lanes <= stride; column += kAtOnce * lanes) {
    auto a = hn::Zero(d), b = a, c = a, e = a;
    for (std::size_t i = 0; i < count; ++i) {
      const float* row = table + rows[i] * stride + column;
      const auto scale = hn::Set(d, scales[i]);
      a = hn::MulAdd(scale, hn::LoadU(d, row), a);
      b = hn::MulAdd(scale, hn::LoadU(d, row + lanes), b);
      c = hn::MulAdd(scale, hn::LoadU(d, row + 2 * lanes), c);
      e = hn::MulAdd(scale, hn::LoadU(d, row + 3 * lanes), e);
    }
    put(column, a);
    put(column + lanes, b);
    put(column + 2 * lanes, c);
    put(column + 3 * lanes, e);
  }
  for (; column < stride; column += lanes) {
    auto sum = hn::Zero(d);
    for (std::size_t i = 0; i < count; ++i) {
      sum = hn::MulAdd(hn::Set(d, scales[i]), hn::LoadU(d, table + rows[i] * stride + column), sum);
    }
    put(column, sum);
  }
}

void adam_rows(const AdamStep& step, const AdamRows& work) {
  for (std::size_t r = 0; r < work.count; ++r) {
    const std::size_t at = work.rows[r] * work.stride;
    const std::size_t begin = work.offsets[r];
    sum_scaled(work.gradients, work.stride, work.sources + begin, work.scales + begin,
               work.offsets[r + 1] - begin, [&](std::size_t column, FloatVec gradient) HWY_ATTR {
                 step_at(step, gradient, work.state.values + at + column,
                         work.state.first + at + column, work.state.second + at + column);
               });
  }
}

void coast_rows(const AdamState& state, std::size_t stride, const std::uint32_t* rows,
                std::size_t count, const AdamCoast* coasts) {
  const Floats d;
  for (std::size_t r = 0; r < count; ++r) {
    const AdamCoast& coast = coasts[r];
    const auto weight = hn::Set(d, coast.weight[0]), weight2 = hn::Set(d, coast.weight[1]);
    const auto epsilon = hn::Set(d, coast.epsilon[0]), epsilon2 = hn::Set(d, coast.epsilon[1]);
    const auto first_decay = hn::Set(d, coast.first_decay);
    const auto second_decay = hn::Set(d, coast.second_decay);
    const std::size_t begin = rows[r] * stride;
    for (std::size_t i = begin; i < begin + stride; i += hn::Lanes(d)) {
      const auto m = hn::LoadU(d, state.first + i);
      const auto v = hn::LoadU(d, state.second + i);
      const auto deviation = hn::Sqrt(v);
      const auto moves = hn::Add(hn::Div(weight, hn::Add(deviation, epsilon)),
                                 hn::Div(weight2, hn::Add(deviation, epsilon2)));
      const auto values = hn::LoadU(d, state.values + i);
      hn::StoreU(hn::NegMulAdd(m, moves, values), d, state.values + i);
      hn::StoreU(hn::Mul(m, first_decay), d, state.first + i);
      hn::StoreU(hn::Mul(v, second_decay), d, state.second + i);
    }
  }
}

void weighted_sums(const WeightedSums& work, float* out) {
  const Floats d;
  for (std::size_t t = 0; t < work.count; ++t, out += work.stride) {
    const std::size_t begin = work.offsets[t];
    sum_scaled(work.table, work.stride, work.rows + begin, work.scales + begin,
               work.offsets[t + 1] - begin, [&](std::size_t column, FloatVec sum) HWY_ATTR {
                 hn::StoreU(sum, d, out + column);
               });
  }
}

float dot_row(const float* a, const float* b, std::size_t stride) {
  const Floats d;
  auto sum = hn::Zero(d);
  for (std::size_t i = 0; i < stride; i += hn::Lanes(d)) {
    sum = hn::MulAdd(hn::LoadU(d, a + i), hn::LoadU(d, b + i), sum);
  }
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

void normalize_rows(float* rows, std::size_t count, std::size_t stride, float* norms) {
  constexpr float kMinNorm = 1e-12f;
  const Floats d;
  for (std::size_t r = 0; r < count; ++r, rows += stride) {
    norms[r] = std::max(std::sqrt(dot_row(rows, rows, stride)), kMinNorm);
    const auto factor = hn::Set(d, 1 / norms[r]);
    for (std::size_t i = 0; i < stride; i += hn::Lanes(d)) {
      hn::StoreU(hn::Mul(hn::LoadU(d, rows + i), factor), d, rows + i);
    }
  }
}

void normalize_rows_backward(const float* rows, const float* norms, std::size_t count,
                             std::size_t stride, float* gradients) {
  const Floats d;
  for (std::size_t r = 0; r < count; ++r, rows += stride, gradients += stride) {
    const auto along = hn::Set(d, dot_row(rows, gradients, stride));
    const auto factor = hn::Set(d, 1 / norms[r]);
    for (std::size_t i = 0; i < stride; i += hn::Lanes(d)) {
      const auto across = hn::NegMulAdd(along, hn::LoadU(d, rows + i), hn::LoadU(d, gradients + i));
      hn::StoreU(hn::Mul(across, factor), d, gradients + i);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace m2v::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace m2v::simd {

HWY_EXPORT(adam);
HWY_EXPORT(adam_rows);
HWY_EXPORT(coast_rows);
HWY_EXPORT(weighted_sums);
HWY_EXPORT(normalize_rows);
HWY_EXPORT(normalize_rows_backward);
HWY_EXPORT(dot_row);

void adam(const AdamStep& step, const float* gradient, std::size_t count,
          const AdamState& state) noexcept {
  HWY_DYNAMIC_DISPATCH(adam)(step, gradient, count, state);
}

void adam_rows(const AdamStep& step, const AdamRows& work) noexcept {
  assert(work.stride % kStrideMultiple == 0);
  HWY_DYNAMIC_DISPATCH(adam_rows)(step, work);
}

void coast_rows(const AdamState& state, std::size_t stride, const std::uint32_t* rows,
                std::size_t count, const AdamCoast* coasts) noexcept {
  assert(stride % kStrideMultiple == 0);
  HWY_DYNAMIC_DISPATCH(coast_rows)(state, stride, rows, count, coasts);
}

void weighted_sums(const WeightedSums& work, float* out) noexcept {
  assert(work.stride % kStrideMultiple == 0);
  HWY_DYNAMIC_DISPATCH(weighted_sums)(work, out);
}

void normalize_rows(float* rows, std::size_t count, std::size_t stride, float* norms) noexcept {
  assert(stride % kStrideMultiple == 0);
  HWY_DYNAMIC_DISPATCH(normalize_rows)(rows, count, stride, norms);
}

void normalize_rows_backward(const float* rows, const float* norms, std::size_t count,
                             std::size_t stride, float* gradients) noexcept {
  assert(stride % kStrideMultiple == 0);
  HWY_DYNAMIC_DISPATCH(normalize_rows_backward)(rows, norms, count, stride, gradients);
}

float dot_row(const float* a, const float* b, std::size_t stride) noexcept {
  assert(stride % kStrideMultiple == 0);
  return HWY_DYNAMIC_DISPATCH(dot_row)(a, b, stride);
}

}  // namespace m2v::simd
#endif
