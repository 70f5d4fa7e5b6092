// The innermost loop of matrix products, once for each target: included by kernels between
// HWY_BEFORE_NAMESPACE and HWY_AFTER_NAMESPACE, so it has no include guard of the usual kind.
#if defined(M2V_SIMD_PRODUCT_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef M2V_SIMD_PRODUCT_INL
#undef M2V_SIMD_PRODUCT_INL
#else
#define M2V_SIMD_PRODUCT_INL
#endif

#include <cstddef>

#include "hwy/highway.h"
#include "simd/product.h"

HWY_BEFORE_NAMESPACE();
namespace m2v::simd {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Capped so that two vectors divide a panel's width on every target.
using Floats = hn::CappedTag<float, 16>;
using FloatVec = hn::Vec<Floats>;

/// Rows of a tile: with two vectors each they fill 32 registers, or 16.
#if HWY_TARGET <= HWY_AVX3 || HWY_ARCH_ARM_A64
constexpr std::size_t kTileRows = 12;
#else
constexpr std::size_t kTileRows = 6;
#endif
static_assert(kRowGroup % kTileRows == 0);

struct FloatSteps {
  using Element = float;
  using Tag = Floats;
  static constexpr std::size_t kDepth = 1;  ///< Of a step.

  HWY_INLINE static FloatVec broadcast(const float* a) { return hn::Set(Floats(), *a); }
  HWY_INLINE static FloatVec load(const float* b) { return hn::LoadU(Floats(), b); }
  HWY_INLINE static FloatVec step(FloatVec sum, FloatVec a, FloatVec b) {
    return hn::MulAdd(a, b, sum);
  }
};

// One line for each row of a tile. Variables and not an array, since the vectors of some targets
// may not be in arrays and since GCC then keeps all of them in registers.
#define M2V_TILE_ROWS(LINE) \
  LINE(0) LINE(1) LINE(2) LINE(3) LINE(4) LINE(5) LINE(6) LINE(7) LINE(8) LINE(9) LINE(10) LINE(11)

/// The products of kTileRows rows of `a`, `stride` elements apart, with two vectors of columns of a
/// panel; hands each row's two sums to `sink`. A row's next elements are `next` further on.
template <class Steps, class Sink>
HWY_INLINE void tile(const typename Steps::Element* HWY_RESTRICT a, std::size_t stride,
                     const typename Steps::Element* HWY_RESTRICT panel, std::size_t steps,
                     const Sink& sink, std::size_t next = Steps::kDepth) {
  const typename Steps::Tag d;
  const std::size_t vector = hn::Lanes(d) * Steps::kDepth;
#define M2V_DECLARE(i) auto left##i = hn::Zero(d), right##i = hn::Zero(d);
  M2V_TILE_ROWS(M2V_DECLARE)
#undef M2V_DECLARE
  for (std::size_t k = 0; k < steps; ++k) {
    const auto left = Steps::load(panel), right = Steps::load(panel + vector);
#define M2V_STEP(i)                                    \
  if constexpr ((i) < kTileRows) {                     \
    const auto x = Steps::broadcast(a + (i) * stride); \
    left##i = Steps::step(left##i, x, left);           \
    right##i = Steps::step(right##i, x, right);        \
  }
    M2V_TILE_ROWS(M2V_STEP)
#undef M2V_STEP
    a += next;
    panel += kPanelColumns * Steps::kDepth;
  }
#define M2V_SINK(i) \
  if constexpr ((i) < kTileRows) sink(i, left##i, right##i);
  M2V_TILE_ROWS(M2V_SINK)
#undef M2V_SINK
}

}  // namespace HWY_NAMESPACE
}  // namespace m2v::simd
HWY_AFTER_NAMESPACE();

#endif  // per target
