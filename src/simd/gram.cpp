#include "simd/gram.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/gram.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace m2v::simd {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Capped so that two vectors evenly divide the width of a strip on every target.
using Doubles = hn::CappedTag<double, 8>;

void center_strip(const float* x, std::size_t rows, std::size_t stride, const double* mean,
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

constexpr std::size_t kTileRows = 6;

/// Adds left^T right to one tile of a Gram matrix: kTileRows rows, 2 vectors of columns.
HWY_INLINE void add_tile(const double* HWY_RESTRICT left, const double* HWY_RESTRICT right,
                         std::size_t rows, double* HWY_RESTRICT out) {
  const Doubles d;
  const std::size_t lanes = hn::Lanes(d);
  auto a0 = hn::Zero(d), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0;
  auto d0 = a0, d1 = a0, e0 = a0, e1 = a0, f0 = a0, f1 = a0;
  for (std::size_t k = 0; k < rows; ++k, left += kGramStrip, right += kGramStrip) {
    const auto r0 = hn::LoadU(d, right), r1 = hn::LoadU(d, right + lanes);
    auto l = hn::Set(d, left[0]);
    a0 = hn::MulAdd(l, r0, a0), a1 = hn::MulAdd(l, r1, a1);
    l = hn::Set(d, left[1]);
    b0 = hn::MulAdd(l, r0, b0), b1 = hn::MulAdd(l, r1, b1);
    l = hn::Set(d, left[2]);
    c0 = hn::MulAdd(l, r0, c0), c1 = hn::MulAdd(l, r1, c1);
    l = hn::Set(d, left[3]);
    d0 = hn::MulAdd(l, r0, d0), d1 = hn::MulAdd(l, r1, d1);
    l = hn::Set(d, left[4]);
    e0 = hn::MulAdd(l, r0, e0), e1 = hn::MulAdd(l, r1, e1);
    l = hn::Set(d, left[5]);
    f0 = hn::MulAdd(l, r0, f0), f1 = hn::MulAdd(l, r1, f1);
  }
  const auto add = [&](std::size_t row, auto v0, auto v1) HWY_ATTR {
    double* to = out + row * kGramStrip;
    hn::StoreU(hn::Add(hn::LoadU(d, to), v0), d, to);
    hn::StoreU(hn::Add(hn::LoadU(d, to + lanes), v1), d, to + lanes);
  };
  add(0, a0, a1), add(1, b0, b1), add(2, c0, c1);
  add(3, d0, d1), add(4, e0, e1), add(5, f0, f1);
}

void add_gram(const double* a, const double* b, std::size_t rows, double* gram) {
  const Doubles d;
  const std::size_t width = 2 * hn::Lanes(d);
  static_assert(kGramStrip % kTileRows == 0 && kGramStrip % 16 == 0);
  for (std::size_t j = 0; j < kGramStrip; j += width) {
    for (std::size_t i = 0; i < kGramStrip; i += kTileRows) {
      add_tile(a + i, b + j, rows, gram + i * kGramStrip + j);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace m2v::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace m2v::simd {

HWY_EXPORT(center_strip);
HWY_EXPORT(add_gram);

void center_strip(const float* x, std::size_t rows, std::size_t stride, const double* mean,
                  std::size_t columns, double* strip) noexcept {
  HWY_DYNAMIC_DISPATCH(center_strip)(x, rows, stride, mean, columns, strip);
}

void add_gram(const double* a, const double* b, std::size_t rows, double* gram) noexcept {
  HWY_DYNAMIC_DISPATCH(add_gram)(a, b, rows, gram);
}

}  // namespace m2v::simd
#endif
