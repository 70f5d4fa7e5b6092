#include "simd/stream_copy.h"

#include <algorithm>
#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/stream_copy.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace m2v::simd::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void copy(const float* from, std::size_t count, float* to) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t bytes = lanes * sizeof(float);
  const std::size_t beyond = reinterpret_cast<std::uintptr_t>(to) % bytes;
  std::size_t i = std::min(count, (bytes - beyond) % bytes / sizeof(float));
  std::copy_n(from, i, to);
  for (; i + lanes <= count; i += lanes) hn::Stream(hn::LoadU(d, from + i), d, to + i);
  std::copy(from + i, from + count, to + i);
}

}  // namespace m2v::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace m2v::simd {

HWY_EXPORT(copy);

void stream_copy(const float* from, std::size_t count, float* to) noexcept {
  HWY_DYNAMIC_DISPATCH(copy)(from, count, to);
}

void finish_streaming() noexcept { hwy::FlushStream(); }

}  // namespace m2v::simd
#endif
