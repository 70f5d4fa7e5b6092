#include "simd/transformer_matrix.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/transformer_matrix.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace m2v::simd {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Capped so that two vectors divide the padded widths on every target.
using Floats = hn::CappedTag<float, 16>;
using Doubles = hn::CappedTag<double, 8>;

void centre_strip(const float* x, std::size_t rows, std::size_t stride, const double* mean,
                  std::size_t columns, double* strip) {
  const Doubles d;
  const hn::Rebind<float, Doubles> narrow;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t r = 0; r < rows; ++r, x += stride, strip += kGramStrip) {
    std::size_t c = 0;
    for (; c + lanes <= columns; c += lanes) {
      const auto wide = hn::PromoteTo(d, hn::LoadU(narrow, x + c));
      hn::StoreU(hn::Sub(wide, hn::LoadU(d, mean + c)), d, strip + c);
    }
    for (; c < columns; ++c) strip[c] = static_cast<double>(x[c]) - mean[c];
    std::fill(strip + c, strip + kGramStrip, 0.0);
  }
}

/// out (+)= left right, one tile of kTileRows x 2 vectors. The element (i, k) of `left` is at
/// left[i * left_row + k * left_step]: a row of a matrix, or a column of a transposed one.
template <class D, typename T>
HWY_INLINE void tile(D d, const T* HWY_RESTRICT left, std::size_t left_row, std::size_t left_step,
                     const T* HWY_RESTRICT right, std::size_t right_stride, std::size_t depth,
                     T* HWY_RESTRICT out, std::size_t out_stride, bool accumulate) {
  const std::size_t lanes = hn::Lanes(d);
  static_assert(kTileRows == 6);
  auto a0 = hn::Zero(d), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0;
  auto d0 = a0, d1 = a0, e0 = a0, e1 = a0, f0 = a0, f1 = a0;
  for (std::size_t k = 0; k < depth; ++k, left += left_step, right += right_stride) {
    const auto r0 = hn::LoadU(d, right), r1 = hn::LoadU(d, right + lanes);
    auto l = hn::Set(d, left[0]);
    a0 = hn::MulAdd(l, r0, a0), a1 = hn::MulAdd(l, r1, a1);
    l = hn::Set(d, left[left_row]);
    b0 = hn::MulAdd(l, r0, b0), b1 = hn::MulAdd(l, r1, b1);
    l = hn::Set(d, left[2 * left_row]);
    c0 = hn::MulAdd(l, r0, c0), c1 = hn::MulAdd(l, r1, c1);
    l = hn::Set(d, left[3 * left_row]);
    d0 = hn::MulAdd(l, r0, d0), d1 = hn::MulAdd(l, r1, d1);
    l = hn::Set(d, left[4 * left_row]);
    e0 = hn::MulAdd(l, r0, e0), e1 = hn::MulAdd(l, r1, e1);
    l = hn::Set(d, left[5 * left_row]);
    f0 = hn::MulAdd(l, r0, f0), f1 = hn::MulAdd(l, r1, f1);
  }
  const auto store = [&](std::size_t row, auto v0, auto v1) HWY_ATTR {
    T* to = out + row * out_stride;
    hn::StoreU(accumulate ? hn::Add(hn::LoadU(d, to), v0) : v0, d, to);
    hn::StoreU(accumulate ? hn::Add(hn::LoadU(d, to + lanes), v1) : v1, d, to + lanes);
  };
  store(0, a0, a1), store(1, b0, b1), store(2, c0, c1);
  store(3, d0, d1), store(4, e0, e1), store(5, f0, f1);
}

void add_gram(const double* a, const double* b, std::size_t rows, double* gram) {
  const Doubles d;
  const std::size_t width = 2 * hn::Lanes(d);
  static_assert(kGramStrip % kTileRows == 0 && kGramStrip % 16 == 0);
  for (std::size_t j = 0; j < kGramStrip; j += width) {
    for (std::size_t i = 0; i < kGramStrip; i += kTileRows) {
      tile(d, a + i, 1, kGramStrip, b + j, kGramStrip, rows, gram + i * kGramStrip + j, kGramStrip,
           true);
    }
  }
}

void multiply(const float* a, const float* b, std::size_t rows, std::size_t depth, float* out,
              std::size_t out_stride) {
  const Floats d;
  const std::size_t width = 2 * hn::Lanes(d);
  static_assert(kTileColumns == 32);
  for (std::size_t j = 0; j < kTileColumns; j += width) {
    for (std::size_t i = 0; i < rows; i += kTileRows) {
      tile(d, a + i * depth, depth, 1, b + j, kTileColumns, depth, out + i * out_stride + j,
           out_stride, false);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace m2v::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace m2v::simd {

HWY_EXPORT(centre_strip);
HWY_EXPORT(add_gram);
HWY_EXPORT(multiply);

void centre_strip(const float* x, std::size_t rows, std::size_t stride, const double* mean,
                  std::size_t columns, double* strip) noexcept {
  HWY_DYNAMIC_DISPATCH(centre_strip)(x, rows, stride, mean, columns, strip);
}

void add_gram(const double* a, const double* b, std::size_t rows, double* gram) noexcept {
  HWY_DYNAMIC_DISPATCH(add_gram)(a, b, rows, gram);
}

void multiply(const float* a, const float* b, std::size_t rows, std::size_t depth, float* out,
              std::size_t out_stride) noexcept {
  HWY_DYNAMIC_DISPATCH(multiply)(a, b, rows, depth, out, out_stride);
}

}  // namespace m2v::simd
#endif
