#include "simd/product.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <vector>

// AVX-512 VNNI has an instruction for the fixed-point product.
#define HWY_WANT_AVX3_DL 1
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/product.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "hwy/highway.h"
#include "simd/activation-inl.h"
#include "simd/product-inl.h"

#ifndef M2V_SIMD_PRODUCT_ONCE
#define M2V_SIMD_PRODUCT_ONCE
namespace m2v::simd {
namespace {

/// The part of the depth that is summed in integers before the sums are converted to floats.
constexpr std::size_t kFixedBlock = 128;

/// The Euclidean norms that blocks of a and of b are scaled to. By the Cauchy-Schwarz inequality,
/// sums of products of integers then stay within 31 bits; the second terms are the most that
/// rounding adds to a norm. b gets the larger norm: its errors are the same for all rows of a and
/// so do not average out.
constexpr float kLeftNorm = 26'500.0f;
constexpr float kRightNorm = 80'000.0f;
static_assert((kLeftNorm + 6) * (kRightNorm + 6) < 2147483647.0f);

}  // namespace
}  // namespace m2v::simd
#endif

HWY_BEFORE_NAMESPACE();
namespace m2v::simd {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Integers = hn::RebindToSigned<Floats>;
using IntegerVec = hn::Vec<Integers>;

struct FixedSteps {
  using Element = std::int16_t;
  using Tag = Integers;
  static constexpr std::size_t kDepth = 2;

  HWY_INLINE static IntegerVec broadcast(const std::int16_t* a) {
    std::int32_t pair;
    std::memcpy(&pair, a, sizeof pair);
    return hn::Set(Integers(), pair);
  }
  HWY_INLINE static IntegerVec load(const std::int16_t* b) {
#if HWY_TARGET == HWY_SCALAR
    return broadcast(b);
#else
    return hn::BitCast(Integers(), hn::LoadU(hn::Repartition<std::int16_t, Integers>(), b));
#endif
  }
  HWY_INLINE static IntegerVec step(IntegerVec sum, IntegerVec a, IntegerVec b) {
#if HWY_TARGET <= HWY_AVX3_DL && HWY_ARCH_X86
    // With the intrinsic, GCC 12 copies the sum each time, which halves the speed.
    asm("vpdpwssd %2, %1, %0" : "+v"(sum.raw) : "v"(a.raw), "v"(b.raw));
    return sum;
#elif HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
    const hn::Repartition<std::int16_t, Integers> narrow;
    IntegerVec unused = hn::Zero(Integers());  // on x86 only the first sum is used, pair by pair
    return hn::ReorderWidenMulAccumulate(Integers(), hn::BitCast(narrow, a), hn::BitCast(narrow, b),
                                         sum, unused);
#else
    const auto low =
        hn::Mul(hn::ShiftRight<16>(hn::ShiftLeft<16>(a)), hn::ShiftRight<16>(hn::ShiftLeft<16>(b)));
    const auto high = hn::Mul(hn::ShiftRight<16>(a), hn::ShiftRight<16>(b));
    return hn::Add(sum, hn::Add(low, high));
#endif
  }
};

/// Stores two vectors of a row of the result, at `column`, after adding the bias and the previous
/// contents.
HWY_INLINE void apply_epilogue(FloatVec left, FloatVec right, const Epilogue& epilogue,
                               std::size_t column, float* out) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  if (epilogue.bias != nullptr) {
    left = hn::Add(left, hn::LoadU(d, epilogue.bias + column));
    right = hn::Add(right, hn::LoadU(d, epilogue.bias + column + lanes));
  }
  if (epilogue.add) {
    left = hn::Add(left, hn::LoadU(d, out));
    right = hn::Add(right, hn::LoadU(d, out + lanes));
  }
  hn::StoreU(left, d, out);
  hn::StoreU(right, d, out + lanes);
}

/// A separate pass, because inside apply_epilogue() it would be unrolled for each row of the tile.
HWY_NOINLINE void activate_rows(Activation activation, std::size_t rows, std::size_t columns,
                                float* out, std::size_t stride) {
  const Floats d;
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; c += hn::Lanes(d)) {
      float* at = out + r * stride + c;
      hn::StoreU(activate(d, activation, hn::LoadU(d, at)), d, at);
    }
  }
}

/// Computes the product tile by tile: multiply_tile(row, column, sink) multiplies the tile at that
/// row and column.
template <class MultiplyTile>
HWY_INLINE void multiply_all(const ProductShape& shape, const Epilogue& epilogue, float* out,
                             const MultiplyTile& multiply_tile) {
  const std::size_t width = 2 * hn::Lanes(Floats());
  for (std::size_t column = 0; column < shape.columns; column += width) {
    const std::size_t columns = std::min(width, shape.columns - column);
    for (std::size_t row = 0; row < shape.rows; row += kTileRows) {
      float edge[kTileRows * kPanelColumns];
      float* to = out + row * shape.columns + column;
      float* tile_out = columns == width ? to : edge;
      const std::size_t stride = columns == width ? shape.columns : kPanelColumns;
      if (tile_out == edge && epilogue.add) {
        for (std::size_t r = 0; r < kTileRows; ++r) {
          std::copy_n(to + r * shape.columns, columns, edge + r * kPanelColumns);
          std::fill_n(edge + r * kPanelColumns + columns, width - columns, 0.0f);
        }
      }
      multiply_tile(row, column, [&](std::size_t r, FloatVec left, FloatVec right) HWY_ATTR {
        apply_epilogue(left, right, epilogue, column, tile_out + r * stride);
      });
      if (epilogue.activation != Activation::kNone) {
        activate_rows(epilogue.activation, kTileRows, width, tile_out, stride);
      }
      if (tile_out == edge) {
        for (std::size_t r = 0; r < kTileRows; ++r) {
          std::copy_n(edge + r * kPanelColumns, columns, to + r * shape.columns);
        }
      }
    }
  }
}

/// Returns the offset of the columns from `column` on in a packed matrix. `column` is a multiple of
/// the width of a tile.
HWY_INLINE std::size_t panel_offset(std::size_t column, std::size_t depth, std::size_t step) {
  const std::size_t panel = column / kPanelColumns * kPanelColumns;
  return panel * depth + (column - panel) * step;
}

void multiply(const float* a, const float* packed, const ProductShape& shape,
              const Epilogue& epilogue, float* out) {
  const std::size_t depth = shape.depth;
  multiply_all(shape, epilogue, out,
               [&](std::size_t row, std::size_t column, const auto& sink) HWY_ATTR {
                 tile<FloatSteps>(a + row * depth, depth, packed + panel_offset(column, depth, 1),
                                  depth, sink);
               });
}

void multiply_transposed(const float* a, std::size_t stride, const float* packed,
                         const ProductShape& shape, float* out) {
  multiply_all(shape, Epilogue(), out,
               [&](std::size_t row, std::size_t column, const auto& sink) HWY_ATTR {
                 tile<FloatSteps>(a + row, 1, packed + panel_offset(column, shape.depth, 1),
                                  shape.depth, sink, stride);
               });
}

void multiply_fixed(const std::int16_t* a, const float* a_scales, const std::int16_t* packed,
                    const float* b_scales, const ProductShape& shape, const Epilogue& epilogue,
                    float* out) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d), depth = fixed_depth(shape.depth);
  multiply_all(
      shape, epilogue, out, [&](std::size_t row, std::size_t column, const auto& sink) HWY_ATTR {
        const std::int16_t* rows = a + row * depth;
        const std::int16_t* panel = packed + panel_offset(column, depth, FixedSteps::kDepth);
        const auto left_scale = hn::LoadU(d, b_scales + column);
        const auto right_scale = hn::LoadU(d, b_scales + column + lanes);
        float sums[kTileRows * kPanelColumns] = {};
        for (std::size_t k = 0; k < depth; k += kFixedBlock) {
          const std::size_t steps = std::min(kFixedBlock, depth - k) / FixedSteps::kDepth;
          const bool last = k + kFixedBlock >= depth;
          tile<FixedSteps>(rows + k, depth, panel + k * kPanelColumns, steps,
                           [&](std::size_t r, auto left_integers, auto right_integers) HWY_ATTR {
                             float* sum = sums + r * kPanelColumns;
                             const auto left =
                                 hn::Add(hn::ConvertTo(d, left_integers), hn::LoadU(d, sum));
                             const auto right = hn::Add(hn::ConvertTo(d, right_integers),
                                                        hn::LoadU(d, sum + lanes));
                             if (last) {
                               const auto scale = hn::Set(d, a_scales[row + r]);
                               sink(r, hn::Mul(left, hn::Mul(scale, left_scale)),
                                    hn::Mul(right, hn::Mul(scale, right_scale)));
                             } else {
                               hn::StoreU(left, d, sum);
                               hn::StoreU(right, d, sum + lanes);
                             }
                           });
        }
      });
}

/// The magnitude of a row.
struct Extent {
  float largest;  ///< The largest absolute value.
  float norm;     ///< The largest norm of a block; NaN if the row contains NaN or an infinity.
};

HWY_INLINE Extent extent(const float* x, std::size_t depth) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  auto largest = hn::Zero(d);
  float most = 0, most_square = 0;
  for (std::size_t begin = 0; begin < depth; begin += kFixedBlock) {
    const std::size_t end = std::min(depth, begin + kFixedBlock);
    auto squares = hn::Zero(d);
    std::size_t i = begin;
    for (; i + lanes <= end; i += lanes) {
      const auto v = hn::LoadU(d, x + i);
      largest = hn::Max(largest, hn::Abs(v));
      squares = hn::MulAdd(v, v, squares);
    }
    float square = hn::GetLane(hn::SumOfLanes(d, squares));
    for (; i < end; ++i) {
      most = std::max(most, std::abs(x[i]));
      square += x[i] * x[i];
    }
    // Comparing in this order keeps NaN.
    most_square = square <= most_square ? most_square : square;
    if (!(square <= std::numeric_limits<float>::max())) break;
  }
  return {.largest = std::max(most, hn::GetLane(hn::MaxOfLanes(d, largest))),
          .norm = std::isinf(most_square) ? std::numeric_limits<float>::quiet_NaN()
                                          : std::sqrt(most_square)};
}

void to_fixed(const float* x, std::size_t rows, std::size_t depth, float norm,
              std::int16_t* integers, float* scales) {
  const Floats d;
  const hn::Rebind<std::int16_t, Floats> narrow;
  const std::size_t lanes = hn::Lanes(d);
  constexpr float kLargest = std::numeric_limits<std::int16_t>::max();
  for (std::size_t r = 0; r < rows; ++r, x += depth, integers += fixed_depth(depth)) {
    const Extent size = extent(x, depth);
    // Rows whose norm underflows become zeros; rows that are not finite get the scale NaN.
    if (!(size.norm > 0)) {
      std::fill_n(integers, fixed_depth(depth), std::int16_t{0});
      scales[r] = size.norm;
      continue;
    }
    const float factor = std::min(norm / size.norm, kLargest / size.largest);
    scales[r] = 1.0f / factor;
    const auto factors = hn::Set(d, factor);
    std::size_t i = 0;
    for (; i + lanes <= depth; i += lanes) {
      const auto nearest = hn::NearestInt(hn::Mul(hn::LoadU(d, x + i), factors));
      hn::StoreU(hn::DemoteTo(narrow, nearest), narrow, integers + i);
    }
    for (; i < depth; ++i) {
      integers[i] = static_cast<std::int16_t>(std::nearbyint(x[i] * factor));
    }
    if (i < fixed_depth(depth)) integers[i] = 0;
  }
}

bool fixed_is_fast() { return HWY_TARGET <= HWY_AVX3_DL && HWY_ARCH_X86 != 0; }

}  // namespace HWY_NAMESPACE
}  // namespace m2v::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace m2v::simd {

HWY_EXPORT(multiply);
HWY_EXPORT(multiply_fixed);
HWY_EXPORT(multiply_transposed);
HWY_EXPORT(to_fixed);
HWY_EXPORT(fixed_is_fast);

void multiply(const float* a, const float* packed, const ProductShape& shape,
              const Epilogue& epilogue, float* out) noexcept {
  assert(shape.rows % kRowGroup == 0);
  HWY_DYNAMIC_DISPATCH(multiply)(a, packed, shape, epilogue, out);
}

void multiply_transposed(const float* a, std::size_t stride, const float* packed,
                         const ProductShape& shape, float* out) noexcept {
  assert(shape.rows % kRowGroup == 0);
  HWY_DYNAMIC_DISPATCH(multiply_transposed)(a, stride, packed, shape, out);
}

void multiply_fixed(const std::int16_t* a, const float* a_scales, const std::int16_t* packed,
                    const float* b_scales, const ProductShape& shape, const Epilogue& epilogue,
                    float* out) noexcept {
  assert(shape.rows % kRowGroup == 0);
  HWY_DYNAMIC_DISPATCH(multiply_fixed)(a, a_scales, packed, b_scales, shape, epilogue, out);
}

void to_fixed(const float* x, std::size_t rows, std::size_t depth, std::int16_t* integers,
              float* scales) noexcept {
  HWY_DYNAMIC_DISPATCH(to_fixed)(x, rows, depth, kLeftNorm, integers, scales);
}

bool fixed_is_fast() noexcept { return HWY_DYNAMIC_DISPATCH(fixed_is_fast)(); }

namespace {

/// Packs weight [columns, depth] into panels whose steps take `step` elements of a column at once.
template <typename T>
void pack_panels(const T* weight, std::size_t columns, std::size_t depth, std::size_t step,
                 T* packed) {
  std::fill_n(packed, padded_columns(columns) * depth, T{});
  for (std::size_t column = 0; column < columns; ++column) {
    const std::size_t panel = column / kPanelColumns * kPanelColumns;
    T* to = packed + panel * depth + (column - panel) * step;
    for (std::size_t k = 0; k < depth; k += step, to += kPanelColumns * step) {
      std::copy_n(weight + column * depth + k, step, to);
    }
  }
}

}  // namespace

void pack(const float* weight, std::size_t columns, std::size_t depth, float* packed) noexcept {
  pack_panels(weight, columns, depth, 1, packed);
}

void pack_columns(const float* weight, std::size_t depth, std::size_t first, std::size_t count,
                  float* packed) noexcept {
  for (std::size_t column = first; column < first + count; ++column) {
    const std::size_t panel = column / kPanelColumns * kPanelColumns;
    float* to = packed + panel * depth + (column - panel);
    for (std::size_t k = 0; k < depth; ++k) to[k * kPanelColumns] = weight[column * depth + k];
  }
}

void pack_rows(const float* b, std::size_t depth, std::size_t columns, std::size_t first,
               std::size_t count, float* packed) noexcept {
  for (std::size_t k = first; k < first + count; ++k) {
    for (std::size_t column = 0; column < columns; column += kPanelColumns) {
      const std::size_t width = std::min(kPanelColumns, columns - column);
      float* to = packed + column * depth + k * kPanelColumns;
      std::copy_n(b + k * columns + column, width, to);
      std::fill_n(to + width, kPanelColumns - width, 0.0f);
    }
  }
}

void pack_fixed(const float* weight, std::size_t columns, std::size_t depth, std::int16_t* packed,
                float* scales) {
  std::fill_n(scales, padded_columns(columns), 0.0f);
  std::vector<std::int16_t> integers(columns * fixed_depth(depth));
  HWY_DYNAMIC_DISPATCH(to_fixed)(weight, columns, depth, kRightNorm, integers.data(), scales);
  pack_panels(integers.data(), columns, fixed_depth(depth), 2, packed);
}

}  // namespace m2v::simd
#endif
