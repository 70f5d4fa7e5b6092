// The innermost loop of matrix products, compiled once per target. Kernels include this file
// between HWY_BEFORE_NAMESPACE and HWY_AFTER_NAMESPACE, which is why its include guard is per
// target.
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

// Capped so that two vectors evenly divide the width of a panel on every target.
using Floats = hn::CappedTag<float, 16>;
using FloatVec = hn::Vec<Floats>;

/// The number of rows in a tile. With two vectors of sums per row, a tile uses most of the target's
/// 32 or 16 registers.
#if HWY_TARGET <= HWY_AVX3 || HWY_ARCH_ARM_A64
constexpr std::size_t kTileRows = 12;
#else
constexpr std::size_t kTileRows = 6;
#endif
static_assert(kRowGroup % kTileRows == 0);

/// The operations of tile() for float32. A step multiplies kDepth elements of a row and a column.
struct FloatSteps {
  using Element = float;
  using Tag = Floats;
  static constexpr std::size_t kDepth = 1;

  HWY_INLINE static FloatVec broadcast(const float* a) { return hn::Set(Floats(), *a); }
  HWY_INLINE static FloatVec load(const float* b) { return hn::LoadU(Floats(), b); }
  HWY_INLINE static FloatVec step(FloatVec sum, FloatVec a, FloatVec b) {
    return hn::MulAdd(a, b, sum);
  }
};

// Expands to one line for each row of a tile. The sums are variables and not an array because the
// vectors of some targets must not be in arrays, and because GCC keeps variables in registers.
#define M2V_TILE_ROWS(LINE) \
  LINE(0) LINE(1) LINE(2) LINE(3) LINE(4) LINE(5) LINE(6) LINE(7) LINE(8) LINE(9) LINE(10) LINE(11)

/// Multiplies kTileRows rows of `a`, which are `stride` elements apart, by two vectors of columns
/// of a panel, and calls sink(row, left, right) with each row's two sums. Consecutive steps of a
/// row are `next` elements apart.
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
