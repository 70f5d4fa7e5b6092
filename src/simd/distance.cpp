#include "simd/distance.h"

#include <algorithm>
#include <cassert>

#include "base/half.h"

// AVX-512 VNNI has an instruction for dot products of int8 values.
#define HWY_WANT_AVX3_DL 1
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/distance.cpp"
#include "hwy/cache_control.h"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace m2v::simd {
namespace HWY_NAMESPACE {

constexpr std::size_t kRowsAtOnce = 4;
constexpr std::size_t kPrefetchBytes = 4096, kPrefetchRows = 8;  // prefetch distances

template <typename T>
const T* row_at(const Picked& rows, std::size_t i) {
  const std::size_t row = rows.picks == nullptr ? i : rows.picks[i];
  return reinterpret_cast<const T*>(rows.rows.data) + row * rows.rows.stride;
}

float scale_at(const Picked& rows, std::size_t i) {
  return rows.rows.scales[rows.picks == nullptr ? i : rows.picks[i]];
}

/// Returns the address to prefetch while row i is read. Rows in order are prefetched kPrefetchBytes
/// ahead, because the hardware prefetcher would fetch them too late. Selected rows, which it cannot
/// predict, are prefetched kPrefetchRows rows ahead.
template <typename T>
HWY_INLINE const char* prefetch_address(const Picked& rows, std::size_t i) {
  if (rows.picks == nullptr)
    return reinterpret_cast<const char*>(row_at<T>(rows, i)) + kPrefetchBytes;
  return reinterpret_cast<const char*>(
      row_at<T>(rows, std::min(i + kPrefetchRows, rows.count - 1)));
}

#if HWY_TARGET == HWY_SCALAR

struct FloatRows {
  using Stored = float;
  static float widen(float value) { return value; }
};
struct HalfRows {
  using Stored = std::uint16_t;
  static float widen(std::uint16_t value) { return base::half_to_float(value); }
};
struct Int8Rows {
  using Stored = std::uint8_t;
  static float widen(std::uint8_t value) { return static_cast<float>(value) - kInt8Zero; }
};

template <class Type>
void dot_typed(const Picked& rows, const QueryVector& query, float* scores) {
  for (std::size_t r = 0; r < rows.count; ++r) {
    const auto* row = row_at<typename Type::Stored>(rows, r);
    float sums[4] = {};  // four short sums accumulate less rounding error than one long sum
    for (std::size_t i = 0; i < rows.rows.stride; ++i) {
      sums[i % 4] += Type::widen(row[i]) * query.values[i];
    }
    scores[r] = (sums[0] + sums[2]) + (sums[1] + sums[3]);
  }
}

void dot_int8(const Picked& rows, const QueryVector& query, float* scores) {
  for (std::size_t r = 0; r < rows.count; ++r) {
    const auto* row = row_at<std::uint8_t>(rows, r);
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < rows.rows.stride; ++i) sum += row[i] * query.integers[i];
    scores[r] = static_cast<float>(sum - query.bias) * (query.scale * scale_at(rows, r));
  }
}

template <class Type>
void widen_typed(const Picked& rows, float* out) {
  const std::size_t stride = rows.rows.stride;
  for (std::size_t r = 0; r < rows.count; ++r, out += stride) {
    const auto* row = row_at<typename Type::Stored>(rows, r);
    const float scale = rows.rows.dtype == DType::kInt8 ? scale_at(rows, r) : 1.0f;
    for (std::size_t i = 0; i < stride; ++i) out[i] = Type::widen(row[i]) * scale;
  }
}

std::uint64_t marks_of(const float* scores, std::size_t count, const float* thresholds,
                       std::size_t step) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < count; ++i) {
    word |= static_cast<std::uint64_t>(!(scores[i] < thresholds[i * step])) << i;
  }
  return word;
}

#else

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_HAVE_SCALABLE
using Floats = hn::FixedTag<float, 4>;  // sum_blocks() needs a vector size known at compile time
#else
using Floats = hn::CappedTag<float, 16>;
#endif
using Integers = hn::RebindToSigned<Floats>;
using Block = hn::FixedTag<float, 4>;
using BlockVec = hn::Vec<Block>;

struct FloatRows {
  using Stored = float;
  static HWY_INLINE hn::Vec<Floats> load(const float* from) { return hn::LoadU(Floats(), from); }
};

struct HalfRows {
  using Stored = hwy::float16_t;
  static HWY_INLINE hn::Vec<Floats> load(const Stored* from) {
    return hn::PromoteTo(Floats(), hn::LoadU(hn::Rebind<Stored, Floats>(), from));
  }
};

struct Int8Rows {
  using Stored = std::uint8_t;
  static HWY_INLINE hn::Vec<Floats> load(const Stored* from) {
    const auto wide = hn::PromoteTo(Integers(), hn::LoadU(hn::Rebind<Stored, Floats>(), from));
    return hn::ConvertTo(Floats(), hn::Sub(wide, hn::Set(Integers(), kInt8Zero)));
  }
};

/// Returns the sum of a vector's 128-bit blocks.
template <class D>
HWY_INLINE auto sum_blocks(D d, hn::Vec<D> v) {
  if constexpr (hn::MaxLanes(D()) > 4) {
    const hn::Half<D> half;
    return sum_blocks(half, hn::Add(hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
  } else {
    return v;
  }
}

/// Returns the sums of the lanes of a, b, c and d, one sum per lane. This takes a quarter of the
/// shuffles of four separate horizontal sums, and adds in the same order for each of the four, so
/// that a score does not depend on its position in the group.
template <class D>
HWY_INLINE auto sum_lanes(D df, hn::Vec<D> a, hn::Vec<D> b, hn::Vec<D> c, hn::Vec<D> d) {
  const hn::RepartitionToWide<D> wide;
  const auto ab = hn::Add(hn::InterleaveLower(df, a, b), hn::InterleaveUpper(df, a, b));
  const auto cd = hn::Add(hn::InterleaveLower(df, c, d), hn::InterleaveUpper(df, c, d));
  const auto ab_pairs = hn::BitCast(wide, ab);
  const auto cd_pairs = hn::BitCast(wide, cd);
  const auto low = hn::BitCast(df, hn::InterleaveLower(wide, ab_pairs, cd_pairs));
  const auto high = hn::BitCast(df, hn::InterleaveUpper(wide, ab_pairs, cd_pairs));
  return sum_blocks(df, hn::Add(low, high));
}

/// A row is a multiple of kRowAlign bytes, and the halves that fill a vector of floats take at most
/// half of that, so that a row has an even number of vectors.
HWY_INLINE hn::Vec<Floats> dot_lanes(const hwy::float16_t* row, const char* ahead,
                                     const float* query, std::size_t stride) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  auto even = hn::Zero(d), odd = hn::Zero(d);  // two chains, to hide the latency of additions
  for (std::size_t i = 0; i < stride; i += 2 * lanes) {
    hwy::Prefetch(ahead + i * sizeof *row);
    even = hn::MulAdd(HalfRows::load(row + i), hn::LoadU(d, query + i), even);
    odd = hn::MulAdd(HalfRows::load(row + i + lanes), hn::LoadU(d, query + i + lanes), odd);
  }
  return hn::Add(even, odd);
}

HWY_INLINE hn::Vec<Floats> dot_lanes(const float* row, const char* ahead, const float* query,
                                     std::size_t stride) {
  const Floats d;
  auto sum = hn::Zero(d);
  for (std::size_t i = 0; i < stride; i += hn::Lanes(d)) {
    hwy::Prefetch(ahead + i * sizeof *row);
    sum = hn::MulAdd(hn::LoadU(d, row + i), hn::LoadU(d, query + i), sum);
  }
  return sum;
}

HWY_INLINE hn::Vec<Integers> dot_lanes_int8(const std::uint8_t* row, const char* ahead,
                                            const std::int8_t* query, std::size_t stride) {
  const Integers d;
  auto sum = hn::Zero(d);
#if HWY_TARGET <= HWY_AVX3_DL && HWY_ARCH_X86
  const hn::Repartition<std::uint8_t, Integers> bytes;
  const hn::RebindToSigned<decltype(bytes)> signed_bytes;
  for (std::size_t i = 0; i < stride; i += hn::Lanes(bytes)) {
    hwy::Prefetch(ahead + i);
    const auto values = hn::LoadU(bytes, row + i);
    const auto factors = hn::LoadU(signed_bytes, query + i);
    asm("vpdpbusd %2, %1, %0" : "+v"(sum.raw) : "v"(values.raw), "v"(factors.raw));
  }
  return sum;
#else
  const hn::Repartition<std::int16_t, Integers> words;
  const hn::Rebind<std::uint8_t, decltype(words)> bytes;
  const hn::RebindToSigned<decltype(bytes)> signed_bytes;
  auto rest = hn::Zero(d);
  for (std::size_t i = 0; i < stride; i += hn::Lanes(words)) {
    hwy::Prefetch(ahead + i);
    const auto values = hn::PromoteTo(words, hn::LoadU(bytes, row + i));
    const auto factors = hn::PromoteTo(words, hn::LoadU(signed_bytes, query + i));
    sum = hn::ReorderWidenMulAccumulate(d, values, factors, sum, rest);
  }
  return hn::Add(sum, rest);
#endif
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

/// Reads the four rows of a group one after the other. Memory bandwidth is the limit here, and
/// sequential reads are twice as fast as reads from four locations at once. An incomplete last
/// group repeats its last row, so that all scores are computed by the same code.
template <class Type>
void dot_typed(const Picked& rows, const QueryVector& query, float* scores) {
  const std::size_t stride = rows.rows.stride;
  for (std::size_t r = 0; r < rows.count; r += kRowsAtOnce) {
    const std::size_t count = std::min(kRowsAtOnce, rows.count - r);
    const auto sum = [&](std::size_t i) HWY_ATTR {
      using Stored = typename Type::Stored;
      const std::size_t at = r + std::min(i, count - 1);
      return dot_lanes(row_at<Stored>(rows, at), prefetch_address<Stored>(rows, at), query.values,
                       stride);
    };
    const auto a = sum(0), b = sum(1), c = sum(2), d = sum(3);
    store_scores(sum_lanes(Floats(), a, b, c, d), count, scores + r);
  }
}

void dot_int8(const Picked& rows, const QueryVector& query, float* scores) {
  const Block d;
  const hn::RebindToSigned<Block> integers;
  const auto bias = hn::Set(integers, query.bias);
  const auto query_scale = hn::Set(d, query.scale);
  for (std::size_t r = 0; r < rows.count; r += kRowsAtOnce) {
    const std::size_t count = std::min(kRowsAtOnce, rows.count - r);
    HWY_ALIGN float scales[kRowsAtOnce];
    const auto sum = [&](std::size_t i) HWY_ATTR {
      const std::size_t row = r + std::min(i, count - 1);
      scales[i] = scale_at(rows, row);
      return dot_lanes_int8(row_at<std::uint8_t>(rows, row),
                            prefetch_address<std::uint8_t>(rows, row), query.integers,
                            rows.rows.stride);
    };
    const auto s0 = sum(0), s1 = sum(1), s2 = sum(2), s3 = sum(3);
    const auto sums = hn::Sub(sum_lanes(Integers(), s0, s1, s2, s3), bias);
    const auto scale = hn::Mul(query_scale, hn::Load(d, scales));
    store_scores(hn::Mul(hn::ConvertTo(d, sums), scale), count, scores + r);
  }
}

template <class Type>
void widen_typed(const Picked& rows, float* out) {
  const Floats d;
  const std::size_t stride = rows.rows.stride;
  for (std::size_t r = 0; r < rows.count; ++r, out += stride) {
    const auto* row = row_at<typename Type::Stored>(rows, r);
    const auto scale = hn::Set(d, rows.rows.dtype == DType::kInt8 ? scale_at(rows, r) : 1.0f);
    for (std::size_t i = 0; i < stride; i += hn::Lanes(d)) {
      hn::StoreU(hn::Mul(Type::load(row + i), scale), d, out + i);
    }
  }
}

/// Returns the marks of at most 64 scores. `step` is the distance between thresholds: 0 or 1.
HWY_INLINE std::uint64_t marks_of(const float* scores, std::size_t count, const float* thresholds,
                                  std::size_t step) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  std::uint64_t word = 0;
  std::size_t i = 0;
  const auto first = hn::Set(d, thresholds[0]);
  for (; i + lanes <= count; i += lanes) {
    const auto threshold = step == 0 ? first : hn::LoadU(d, thresholds + i);
    std::uint8_t bits[8] = {};
    hn::StoreMaskBits(d, hn::Not(hn::Lt(hn::LoadU(d, scores + i), threshold)), bits);
    std::uint64_t some = bits[0];
    if constexpr (hn::MaxLanes(Floats()) > 8) some |= static_cast<std::uint64_t>(bits[1]) << 8;
    word |= some << i;
  }
  for (; i < count; ++i) {
    word |= static_cast<std::uint64_t>(!(scores[i] < thresholds[i * step])) << i;
  }
  return word;
}

#endif  // HWY_TARGET == HWY_SCALAR

void dot(const Picked& rows, const QueryVector& query, float* scores) {
  switch (rows.rows.dtype) {
    case DType::kFloat16:
      return dot_typed<HalfRows>(rows, query, scores);
    case DType::kInt8:
      return dot_int8(rows, query, scores);
    default:
      return dot_typed<FloatRows>(rows, query, scores);
  }
}

void widen(const Picked& rows, float* out) {
  switch (rows.rows.dtype) {
    case DType::kFloat16:
      return widen_typed<HalfRows>(rows, out);
    case DType::kInt8:
      return widen_typed<Int8Rows>(rows, out);
    default:
      return widen_typed<FloatRows>(rows, out);
  }
}

void mark(const float* scores, std::size_t count, float threshold, std::uint64_t* marks) {
  for (std::size_t i = 0; i < count; i += 64) {
    *marks++ = marks_of(scores + i, std::min<std::size_t>(64, count - i), &threshold, 0);
  }
}

void mark_each(const float* scores, std::size_t rows, std::size_t columns, const float* thresholds,
               std::uint64_t* marks) {
  for (std::size_t r = 0; r < rows; ++r) {
    marks[r] = marks_of(scores + r * columns, columns, thresholds, 1);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace m2v::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace m2v::simd {

HWY_EXPORT(dot);
HWY_EXPORT(widen);
HWY_EXPORT(mark);
HWY_EXPORT(mark_each);

void dot_rows(const Picked& rows, const QueryVector& query, float* scores) noexcept {
  HWY_DYNAMIC_DISPATCH(dot)(rows, query, scores);
}

void widen_rows(const Picked& rows, float* out) noexcept { HWY_DYNAMIC_DISPATCH(widen)(rows, out); }

void mark_scores(const float* scores, std::size_t count, float threshold,
                 std::uint64_t* marks) noexcept {
  HWY_DYNAMIC_DISPATCH(mark)(scores, count, threshold, marks);
}

void mark_columns(const float* scores, std::size_t rows, std::size_t columns,
                  const float* thresholds, std::uint64_t* marks) noexcept {
  assert(columns <= 64);  // the marks of a row are one word
  HWY_DYNAMIC_DISPATCH(mark_each)(scores, rows, columns, thresholds, marks);
}

}  // namespace m2v::simd
#endif
