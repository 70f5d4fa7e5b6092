#include "simd/distance.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/distance.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace m2v::simd {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR

float dot_product(const float* a, const float* b, std::size_t stride) {
  float sums[4] = {};  // four short sums round less than a long one
  for (std::size_t i = 0; i < stride; i += 4) {
    for (std::size_t lane = 0; lane < 4; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  }
  return (sums[0] + sums[2]) + (sums[1] + sums[3]);
}

void dot_products(const float* rows, std::size_t row_count, const float* queries,
                  std::size_t query_count, std::size_t stride, float* scores) {
  for (std::size_t q = 0; q < query_count; ++q) {
    for (std::size_t r = 0; r < row_count; ++r) {
      scores[q * row_count + r] = dot_product(rows + r * stride, queries + q * stride, stride);
    }
  }
}

#else

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_HAVE_SCALABLE
using Floats = hn::FixedTag<float, 4>;  // the blockwise sums below count on a known width
#else
using Floats = hn::CappedTag<float, kDotAlign>;
#endif
using Block = hn::FixedTag<float, 4>;
using BlockVec = hn::Vec<Block>;

constexpr std::size_t kRowsAtOnce = 4;

/// The sum of a vector's 128-bit blocks.
template <class D>
HWY_INLINE BlockVec sum_blocks(D d, hn::Vec<D> v) {
  if constexpr (hn::MaxLanes(D()) > 4) {
    const hn::Half<D> half;
    return sum_blocks(half, hn::Add(hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
  } else {
    return v;
  }
}

/// The four sums of the lanes of a, b, c and d, one a lane: a quarter of the shuffles of four
/// horizontal sums, and the same tree of additions whichever of the four a row is.
HWY_INLINE BlockVec sum_lanes(Floats df, hn::Vec<Floats> a, hn::Vec<Floats> b, hn::Vec<Floats> c,
                              hn::Vec<Floats> d) {
  const hn::RepartitionToWide<Floats> wide;
  const auto ab = hn::Add(hn::InterleaveLower(df, a, b), hn::InterleaveUpper(df, a, b));
  const auto cd = hn::Add(hn::InterleaveLower(df, c, d), hn::InterleaveUpper(df, c, d));
  const auto ab_pairs = hn::BitCast(wide, ab);
  const auto cd_pairs = hn::BitCast(wide, cd);
  const auto low = hn::BitCast(df, hn::InterleaveLower(wide, ab_pairs, cd_pairs));
  const auto high = hn::BitCast(df, hn::InterleaveUpper(wide, ab_pairs, cd_pairs));
  return sum_blocks(df, hn::Add(low, high));
}

HWY_INLINE hn::Vec<Floats> dot_lanes(const float* row, const float* query, std::size_t stride) {
  const Floats d;
  auto sum = hn::Zero(d);
  for (std::size_t i = 0; i < stride; i += hn::Lanes(d)) {
    sum = hn::MulAdd(hn::LoadU(d, row + i), hn::LoadU(d, query + i), sum);
  }
  return sum;
}

/// Four rows against one query, row after row: memory that is read in order comes twice as fast as
/// from four places at once, and with one query it is memory that everything waits for.
HWY_INLINE BlockVec dot_4x1(const float* const* rows, const float* query, std::size_t stride) {
  const auto sum0 = dot_lanes(rows[0], query, stride);
  const auto sum1 = dot_lanes(rows[1], query, stride);
  const auto sum2 = dot_lanes(rows[2], query, stride);
  const auto sum3 = dot_lanes(rows[3], query, stride);
  return sum_lanes(Floats(), sum0, sum1, sum2, sum3);
}

/// Four rows against two queries: six loads feed eight multiply-adds.
HWY_INLINE void dot_4x2(const float* const* rows, const float* query_a, const float* query_b,
                        std::size_t stride, BlockVec& scores_a, BlockVec& scores_b) {
  const Floats d;
  auto a0 = hn::Zero(d), a1 = hn::Zero(d), a2 = hn::Zero(d), a3 = hn::Zero(d);
  auto b0 = hn::Zero(d), b1 = hn::Zero(d), b2 = hn::Zero(d), b3 = hn::Zero(d);
  for (std::size_t i = 0; i < stride; i += hn::Lanes(d)) {
    const auto qa = hn::LoadU(d, query_a + i);
    const auto qb = hn::LoadU(d, query_b + i);
    const auto row0 = hn::LoadU(d, rows[0] + i);
    a0 = hn::MulAdd(row0, qa, a0);
    b0 = hn::MulAdd(row0, qb, b0);
    const auto row1 = hn::LoadU(d, rows[1] + i);
    a1 = hn::MulAdd(row1, qa, a1);
    b1 = hn::MulAdd(row1, qb, b1);
    const auto row2 = hn::LoadU(d, rows[2] + i);
    a2 = hn::MulAdd(row2, qa, a2);
    b2 = hn::MulAdd(row2, qb, b2);
    const auto row3 = hn::LoadU(d, rows[3] + i);
    a3 = hn::MulAdd(row3, qa, a3);
    b3 = hn::MulAdd(row3, qb, b3);
  }
  scores_a = sum_lanes(d, a0, a1, a2, a3);
  scores_b = sum_lanes(d, b0, b1, b2, b3);
}

HWY_INLINE void store_scores(BlockVec values, std::size_t count, float* scores) {
  const Block d;
  if (count == kRowsAtOnce) {
    hn::StoreU(values, d, scores);
    return;
  }
  HWY_ALIGN float buffer[kRowsAtOnce];
  hn::Store(values, d, buffer);
  std::copy_n(buffer, count, scores);
}

void dot_products(const float* rows, std::size_t row_count, const float* queries,
                  std::size_t query_count, std::size_t stride, float* scores) {
  for (std::size_t r = 0; r < row_count; r += kRowsAtOnce) {
    const std::size_t count = std::min(kRowsAtOnce, row_count - r);
    // A last, incomplete group repeats its last row, so that every score comes from one code path.
    const float* group[kRowsAtOnce];
    for (std::size_t i = 0; i < kRowsAtOnce; ++i) {
      group[i] = rows + (r + std::min(i, count - 1)) * stride;
    }
    std::size_t q = 0;
    for (; q + 2 <= query_count; q += 2) {
      const float* query = queries + q * stride;
      BlockVec scores_a, scores_b;
      dot_4x2(group, query, query + stride, stride, scores_a, scores_b);
      store_scores(scores_a, count, scores + q * row_count + r);
      store_scores(scores_b, count, scores + (q + 1) * row_count + r);
    }
    if (q < query_count) {
      store_scores(dot_4x1(group, queries + q * stride, stride), count, scores + q * row_count + r);
    }
  }
}

#endif  // HWY_TARGET == HWY_SCALAR

}  // namespace HWY_NAMESPACE
}  // namespace m2v::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace m2v::simd {

HWY_EXPORT(dot_products);

void dot_products(const float* rows, std::size_t row_count, const float* queries,
                  std::size_t query_count, std::size_t stride, float* scores) noexcept {
  HWY_DYNAMIC_DISPATCH(dot_products)(rows, row_count, queries, query_count, stride, scores);
}

}  // namespace m2v::simd
#endif
