#include "simd/to_half.h"

#include "base/half.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/to_half.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace m2v::simd::HWY_NAMESPACE {

void convert(const float* from, std::size_t count, std::uint16_t* to) {
  std::size_t i = 0;
#if HWY_TARGET <= HWY_AVX2  // Highway's software conversion for older targets truncates
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::ScalableTag<float> d;
  const hn::Rebind<hwy::float16_t, decltype(d)> half;
  const hn::Rebind<std::uint16_t, decltype(d)> bits;
  const std::size_t lanes = hn::Lanes(d);
  for (; i + lanes <= count; i += lanes) {
    hn::StoreU(hn::BitCast(bits, hn::DemoteTo(half, hn::LoadU(d, from + i))), bits, to + i);
  }
#endif
  for (; i < count; ++i) to[i] = base::float_to_half(from[i]);
}

}  // namespace m2v::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace m2v::simd {

HWY_EXPORT(convert);

void to_half(const float* from, std::size_t count, std::uint16_t* to) noexcept {
  HWY_DYNAMIC_DISPATCH(convert)(from, count, to);
}

}  // namespace m2v::simd
#endif
