#include "simd/pool.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/pool.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace m2v::simd::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t kPrefetchRows = 6;  // prefetch distance, in rows
constexpr std::size_t kLineBytes = 64;
constexpr std::size_t kRowsPerBlock = 16;  // rows per block that wide_means() sums in float32
// The number of sums held in registers. The wider instruction sets also have twice the registers.
constexpr std::size_t kSums = HWY_TARGET <= HWY_AVX3 ? 16 : 8;

// One struct per dtype: the stored type, the type of the sums, and the conversion between them.

struct HalfRows {
  using Stored = hwy::float16_t;
  using Sum = float;
  template <class D>
  static HWY_INLINE hn::Vec<D> load(D d, const Stored* from) {
    return hn::PromoteTo(d, hn::LoadU(hn::Rebind<Stored, D>(), from));
  }
};

struct BFloat16Rows {
  using Stored = hwy::bfloat16_t;
  using Sum = float;
  template <class D>
  static HWY_INLINE hn::Vec<D> load(D d, const Stored* from) {
    return hn::PromoteTo(d, hn::LoadU(hn::Rebind<Stored, D>(), from));
  }
};

struct Int8Rows {
  using Stored = std::int8_t;
  using Sum = float;
  template <class D>
  static HWY_INLINE hn::Vec<D> load(D d, const Stored* from) {
    const hn::Rebind<std::int32_t, D> wide;
    return hn::ConvertTo(d, hn::PromoteTo(wide, hn::LoadU(hn::Rebind<Stored, D>(), from)));
  }
};

template <typename T>
struct PlainRows {
  using Stored = T;
  using Sum = T;
  template <class D>
  static HWY_INLINE hn::Vec<D> load(D d, const Stored* from) {
    return hn::LoadU(d, from);
  }
};

/// Returns 1 / the L2 norm, given the sum of the squares; 0 for a zero vector.
template <typename Sum>
Sum unit_scale(Sum squares) {
  return squares > 0 ? 1 / std::sqrt(squares) : 0;
}

/// Computes the mean of the rows of one text, some columns at a time.
template <class Rows>
struct Sums {
  using Stored = typename Rows::Stored;
  using Sum = typename Rows::Sum;

  const PoolJob& job;
  std::size_t begin, end;  // the text's range of job.rows
  const Stored* table;
  Sum divisor;  // what the sums are divided by

  const Stored* row(std::size_t entry) const {
    return table + static_cast<std::size_t>(job.rows[entry]) * job.table.dim;
  }

  void prefetch(std::size_t entry) const {
    if (entry >= job.offsets[job.texts]) return;
    const char* bytes = reinterpret_cast<const char*>(row(entry));
    for (std::size_t i = 0; i < job.table.dim * sizeof(Stored); i += kLineBytes) {
      hwy::Prefetch(bytes + i);
    }
  }

  /// Sums kCount vectors of columns, from `column` on.
  template <std::size_t kCount, bool kPrefetch, class D>
  HWY_INLINE void add_rows(D d, std::size_t column, hn::Vec<D> (&sums)[kCount]) const {
    const std::size_t lanes = hn::Lanes(d);
    for (std::size_t k = 0; k < kCount; ++k) sums[k] = hn::Zero(d);
    for (std::size_t entry = begin; entry < end; ++entry) {
      if (kPrefetch) prefetch(entry + kPrefetchRows);
      const Stored* from = row(entry) + column;
      if (job.weights == nullptr) {
#pragma GCC unroll 16
        for (std::size_t k = 0; k < kCount; ++k) {
          sums[k] = hn::Add(sums[k], Rows::load(d, from + k * lanes));
        }
      } else {
        const auto weight = hn::Set(d, static_cast<Sum>(job.weights[entry]));
#pragma GCC unroll 16
        for (std::size_t k = 0; k < kCount; ++k) {
          sums[k] = hn::MulAdd(Rows::load(d, from + k * lanes), weight, sums[k]);
        }
      }
    }
  }

  /// Writes the means of kCount vectors of columns, from `column` on, to the same columns of
  /// `means`.
  template <std::size_t kCount, bool kPrefetch, class D>
  HWY_INLINE void columns(D d, std::size_t column, Sum* means) const {
    const std::size_t lanes = hn::Lanes(d);
    hn::Vec<D> sums[kCount];
    add_rows<kCount, kPrefetch>(d, column, sums);
    const auto count = hn::Set(d, divisor);
#pragma GCC unroll 16
    for (std::size_t k = 0; k < kCount; ++k) {
      hn::StoreU(hn::Div(sums[k], count), d, means + column + k * lanes);
    }
  }

  /// Returns whether unit_vector() can be used.
  bool fits_registers() const { return job.table.dim == kSums * hn::Lanes(hn::ScalableTag<Sum>()); }

  /// Writes the mean divided by its L2 norm, without leaving the registers in between.
  void unit_vector(Sum* out) const {
    const hn::ScalableTag<Sum> d;
    const std::size_t lanes = hn::Lanes(d);
    hn::Vec<decltype(d)> sums[kSums];
    add_rows<kSums, false>(d, 0, sums);
    const auto share = hn::Set(d, 1 / divisor);
    hn::Vec<decltype(d)> squares[2] = {hn::Zero(d), hn::Zero(d)};
#pragma GCC unroll 16
    for (std::size_t k = 0; k < kSums; ++k) {
      sums[k] = hn::Mul(sums[k], share);
      squares[k % 2] = hn::MulAdd(sums[k], sums[k], squares[k % 2]);
    }
    const Sum sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(squares[0], squares[1])));
    const auto scale = hn::Set(d, unit_scale(sum));
#pragma GCC unroll 16
    for (std::size_t k = 0; k < kSums; ++k) hn::StoreU(hn::Mul(sums[k], scale), d, out + k * lanes);
  }

  void all_columns(Sum* means) const {
    const hn::ScalableTag<Sum> d;
    const std::size_t lanes = hn::Lanes(d);
    std::size_t column = 0;
    if (column + kSums * lanes <= job.table.dim) {
      columns<kSums, true>(d, column, means);
      column += kSums * lanes;
    } else {
      for (std::size_t i = 0; i < kPrefetchRows; ++i) prefetch(end + i);
    }
    for (; column + kSums * lanes <= job.table.dim; column += kSums * lanes) {
      columns<kSums, false>(d, column, means);
    }
    for (; column + lanes <= job.table.dim; column += lanes) columns<1, false>(d, column, means);
    const hn::CappedTag<Sum, 1> one;
    for (; column < job.table.dim; ++column) columns<1, false>(one, column, means);
  }
};

/// Returns the factor that makes a vector a unit vector; 0 for a zero vector.
template <typename Sum>
Sum scale_to_unit(const Sum* values, std::size_t dim) {
  const hn::ScalableTag<Sum> d;
  const std::size_t lanes = hn::Lanes(d);
  auto squares = hn::Zero(d);
  std::size_t i = 0;
  for (; i + lanes <= dim; i += lanes) {
    const auto v = hn::LoadU(d, values + i);
    squares = hn::MulAdd(v, v, squares);
  }
  Sum sum = hn::GetLane(hn::SumOfLanes(d, squares));
  for (; i < dim; ++i) sum += values[i] * values[i];
  return unit_scale(sum);
}

/// Computes the mean of many rows: sums are in float32 within a block of rows and in float64 across
/// the blocks.
template <class Rows>
void wide_means(const PoolJob& job, std::size_t begin, std::size_t end, double* totals,
                typename Rows::Sum* means) {
  using Sum = typename Rows::Sum;
  const std::size_t dim = job.table.dim;
  const auto* table = static_cast<const typename Rows::Stored*>(job.table.data);
  for (std::size_t i = 0; i < dim; ++i) totals[i] = 0;
  for (std::size_t row = begin; row < end; row += kRowsPerBlock) {
    const std::size_t stop = row + kRowsPerBlock < end ? row + kRowsPerBlock : end;
    Sums<Rows>{job, row, stop, table, 1}.all_columns(means);
    for (std::size_t i = 0; i < dim; ++i) totals[i] += means[i];
  }
  const auto count = static_cast<double>(end - begin);
  for (std::size_t i = 0; i < dim; ++i) means[i] = static_cast<Sum>(totals[i] / count);
}

/// Returns where to compute a text's means: in the output, or in scratch memory if they are
/// float64.
template <typename Sum>
Sum* means_buffer(float* out, double* wide) {
  if constexpr (std::is_same_v<Sum, float>) {
    return out;
  } else {
    return wide;
  }
}

void put_zeros(const PoolJob& job, std::size_t at) {
  if (job.float64_out != nullptr) {
    std::fill_n(job.float64_out + at, job.table.dim, 0.0);
  } else {
    std::fill_n(job.out + at, job.table.dim, 0.0F);
  }
}

template <typename Sum>
void put_scaled(const PoolJob& job, std::size_t at, const Sum* means, Sum scale) {
  const std::size_t dim = job.table.dim;
  if (job.float64_out != nullptr) {
    for (std::size_t i = 0; i < dim; ++i) job.float64_out[at + i] = means[i] * scale;
  } else {
    for (std::size_t i = 0; i < dim; ++i) job.out[at + i] = static_cast<float>(means[i] * scale);
  }
}

template <class Rows>
void pool_typed(const PoolJob& job, double* wide) {
  using Sum = typename Rows::Sum;
  const std::size_t dim = job.table.dim;
  const auto* table = static_cast<const typename Rows::Stored*>(job.table.data);
  for (std::size_t text = 0; text < job.texts; ++text) {
    const std::size_t at = text * dim;
    const std::size_t begin = job.offsets[text], end = job.offsets[text + 1];
    if (begin == end) {
      put_zeros(job, at);
      continue;
    }
    Sum* const means = means_buffer<Sum>(job.out + at, wide);
    const Sums<Rows> sums{job, begin, end, table, static_cast<Sum>(end - begin)};
    const bool in_float = std::is_same_v<Sum, float>;
    if (in_float && job.float64_sums && end - begin > kRowsPerBlock) {
      wide_means<Rows>(job, begin, end, wide, means);
    } else if (in_float && job.normalize && sums.fits_registers()) {
      sums.unit_vector(means);
      continue;
    } else {
      sums.all_columns(means);
    }
    put_scaled(job, at, means, job.normalize ? scale_to_unit(means, dim) : Sum{1});
  }
}

void pool(const PoolJob& job, double* wide) {
  switch (job.table.dtype) {
    case DType::kFloat16:
      return pool_typed<HalfRows>(job, wide);
    case DType::kBFloat16:
      return pool_typed<BFloat16Rows>(job, wide);
    case DType::kInt8:
      return pool_typed<Int8Rows>(job, wide);
    case DType::kFloat32:
      return pool_typed<PlainRows<float>>(job, wide);
    case DType::kFloat64:
      return pool_typed<PlainRows<double>>(job, wide);
  }
}

}  // namespace m2v::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cassert>

namespace m2v::simd {

HWY_EXPORT(pool);

void pool_rows(const PoolJob& job) noexcept {
  assert(job.scratch.size() >= job.pool_scratch_size());
  HWY_DYNAMIC_DISPATCH(pool)(job, job.scratch.data());
}

}  // namespace m2v::simd
#endif
