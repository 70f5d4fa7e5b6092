#include "simd/product_strassen.h"

#include <algorithm>
#include <cassert>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/product_strassen.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "hwy/cache_control.h"
#include "hwy/highway.h"
#include "simd/activation-inl.h"
#include "simd/product-inl.h"

#ifndef M2V_SIMD_STRASSEN_ONCE
#define M2V_SIMD_STRASSEN_ONCE
namespace m2v::simd {
namespace {

/// The number of products, and the number of sums of quarters on each side of them.
constexpr std::size_t kProducts = 7, kSums = 4;

/// The number of floats between one matrix of sums and the next. Without the gap, their rows would
/// often be whole pages apart and compete for the same cache lines.
constexpr std::size_t kGap = 272;

/// The smallest sizes of a half for which the sums cost less than the eighth of the products that
/// they save.
constexpr std::size_t kMinRows = 2 * kRowGroup, kMinDepth = 64;

bool can_be_halved(std::size_t columns, std::size_t depth) {
  return depth / 2 >= kMinDepth && depth % 2 == 0 && columns % (2 * kPanelColumns) == 0;
}

/// Returns the number of leading rows to multiply by Strassen's algorithm; 0 if multiply() is
/// faster.
std::size_t halved_rows(const ProductShape& shape) {
  const std::size_t rows = shape.rows - shape.rows % (2 * kRowGroup);
  return rows / 2 >= kMinRows && can_be_halved(shape.columns, shape.depth) ? rows : 0;
}

/// The left factor of one of the seven products.
struct Factor {
  const float* data;
  std::size_t stride;
};

}  // namespace
}  // namespace m2v::simd
#endif

HWY_BEFORE_NAMESPACE();
namespace m2v::simd {
namespace HWY_NAMESPACE {

/// Writes the sums S1 to S4 of a's quarters, each [rows, columns], kGap floats apart. Returns false
/// if some value is not finite.
bool left_sums(const float* a, std::size_t stride, std::size_t rows, std::size_t columns,
               float* out) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d), size = rows * columns + kGap;
  auto poison = hn::Zero(d);
  float rest = 0;
  const auto sum = [&](auto tag, const float* at, float* to) HWY_ATTR {
    const auto a11 = hn::LoadU(tag, at), a12 = hn::LoadU(tag, at + columns);
    const auto a21 = hn::LoadU(tag, at + rows * stride);
    const auto a22 = hn::LoadU(tag, at + rows * stride + columns);
    const auto s1 = hn::Add(a21, a22), s2 = hn::Sub(s1, a11);
    const auto s3 = hn::Sub(a11, a21), s4 = hn::Sub(a12, s2);
    hn::StoreU(s1, tag, to);
    hn::StoreU(s2, tag, to + size);
    hn::StoreU(s3, tag, to + 2 * size);
    hn::StoreU(s4, tag, to + 3 * size);
    // 0 unless a value or an intermediate sum is not finite.
    return hn::Mul(hn::Add(hn::Abs(s3), hn::Abs(s4)), hn::Zero(tag));
  };
  for (std::size_t r = 0; r < rows; ++r, a += stride, out += columns) {
    std::size_t c = 0;
    for (; c + lanes <= columns; c += lanes) poison = hn::Add(poison, sum(d, a + c, out + c));
    for (; c < columns; ++c) rest += hn::GetLane(sum(hn::CappedTag<float, 1>(), a + c, out + c));
  }
  return rest + hn::GetLane(hn::SumOfLanes(d, poison)) == 0;
}

/// Writes the sums T1 to T4 of the quarters of b in two panels, each [depth, kPanelColumns], kGap
/// floats apart.
void right_sums(const float* left, const float* right, std::size_t depth, float* out) {
  const Floats d;
  const std::size_t count = depth * kPanelColumns, size = count + kGap;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto b11 = hn::LoadU(d, left + i), b12 = hn::LoadU(d, right + i);
    const auto b21 = hn::LoadU(d, left + count + i), b22 = hn::LoadU(d, right + count + i);
    const auto t1 = hn::Sub(b12, b11), t2 = hn::Sub(b22, t1);
    hn::StoreU(t1, d, out + i);
    hn::StoreU(t2, d, out + size + i);
    hn::StoreU(hn::Sub(b22, b12), d, out + 2 * size + i);
    hn::StoreU(hn::Sub(t2, b21), d, out + 3 * size + i);
  }
}

constexpr std::size_t kTileSize = kTileRows * kPanelColumns;

/// A tile of each quarter of the result, at the same position in each.
struct Tiles {
  float* quarters[4];      ///< Top left, top right, bottom left, bottom right.
  std::size_t stride;      ///< The distance between rows, in floats.
  std::size_t columns[2];  ///< The first column of the left and of the right tiles.
};

/// Combines the seven products of a tile to the four tiles of the result, with bias and addition.
HWY_INLINE void combine(const float* HWY_RESTRICT products, const Epilogue& epilogue,
                        const Tiles& tiles) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d), width = 2 * lanes;
  for (std::size_t r = 0; r < kTileRows; ++r) {
    for (std::size_t c = 0; c < width; c += lanes) {
      const auto product = [&](std::size_t p) HWY_ATTR {
        return hn::LoadU(d, products + (p - 1) * kTileSize + r * width + c);
      };
      const auto write = [&](std::size_t quarter, FloatVec sum) HWY_ATTR {
        float* to = tiles.quarters[quarter] + r * tiles.stride + c;
        if (epilogue.bias != nullptr) {
          sum = hn::Add(sum, hn::LoadU(d, epilogue.bias + tiles.columns[quarter % 2] + c));
        }
        if (epilogue.add) sum = hn::Add(sum, hn::LoadU(d, to));
        hn::StoreU(sum, d, to);
      };
      const auto m1 = product(1), m5 = product(5);
      const auto u2 = hn::Add(m1, product(6)), u3 = hn::Add(u2, product(7));
      write(0, hn::Add(m1, product(2)));
      write(1, hn::Add(hn::Add(u2, m5), product(3)));
      write(2, hn::Sub(u3, product(4)));
      write(3, hn::Add(u3, m5));
    }
  }
}

/// Prefetches a tile of the result, which is not in the cache; combine() would wait for all of it
/// at once.
HWY_INLINE void prefetch(const float* tile, std::size_t stride) {
  const std::size_t lanes = hn::Lanes(Floats());
  for (std::size_t r = 0; r < kTileRows; ++r, tile += stride) {
    hwy::Prefetch(tile);
    hwy::Prefetch(tile + lanes);
  }
}

HWY_NOINLINE void activate_tiles(Activation activation, const Tiles& tiles) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  for (float* tile : tiles.quarters) {
    for (std::size_t r = 0; r < kTileRows; ++r, tile += tiles.stride) {
      hn::StoreU(activate(d, activation, hn::LoadU(d, tile)), d, tile);
      hn::StoreU(activate(d, activation, hn::LoadU(d, tile + lanes)), d, tile + lanes);
    }
  }
}

/// Computes the seven products of a tile: the rows from `row` on of the left factors times two
/// vectors of columns from `column` on of the right ones. Meanwhile the tiles of the result are
/// prefetched.
HWY_INLINE void multiply_tile(const Factor* lefts, const float* const* rights, std::size_t row,
                              std::size_t column, std::size_t depth, const Tiles& tiles,
                              float* products) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d), width = 2 * lanes;
  for (std::size_t p = 0; p < kProducts; ++p, products += kTileSize) {
    if (p < 4) prefetch(tiles.quarters[p], tiles.stride);
    tile<FloatSteps>(lefts[p].data + row * lefts[p].stride, lefts[p].stride, rights[p] + column,
                     depth, [&](std::size_t r, FloatVec first, FloatVec second) HWY_ATTR {
                       hn::StoreU(first, d, products + r * width);
                       hn::StoreU(second, d, products + r * width + lanes);
                     });
  }
}

/// Computes two panels of the result: the columns from `column` on, and those half the matrix away.
void multiply_pair(const Factor* lefts, const float* const* rights, const ProductShape& shape,
                   const Epilogue& epilogue, std::size_t column, float* out) {
  const std::size_t rows = shape.rows / 2, right = shape.columns / 2;
  alignas(64) float products[kProducts * kTileSize];
  for (std::size_t c = 0; c < kPanelColumns; c += 2 * hn::Lanes(Floats())) {
    for (std::size_t row = 0; row < rows; row += kTileRows) {
      float* top = out + row * shape.columns + column + c;
      float* bottom = top + rows * shape.columns;
      const Tiles tiles{.quarters = {top, top + right, bottom, bottom + right},
                        .stride = shape.columns,
                        .columns = {column + c, column + c + right}};
      multiply_tile(lefts, rights, row, c, shape.depth / 2, tiles, products);
      combine(products, epilogue, tiles);
      if (epilogue.activation != Activation::kNone) activate_tiles(epilogue.activation, tiles);
    }
  }
}

/// Returns false and leaves `out` unchanged if some value is not finite.
bool multiply_halved(const float* a, const float* packed, const float* sums,
                     const ProductShape& shape, const Epilogue& epilogue, float* scratch,
                     float* out) {
  const std::size_t rows = shape.rows / 2, depth = shape.depth / 2;
  if (!left_sums(a, shape.depth, rows, depth, scratch)) return false;
  const auto s = [&](std::size_t i) {
    return Factor{scratch + (i - 1) * (rows * depth + kGap), depth};
  };
  const Factor lefts[kProducts] = {{a, shape.depth},
                                   {a + depth, shape.depth},
                                   s(4),
                                   {a + rows * shape.depth + depth, shape.depth},
                                   s(1),
                                   s(2),
                                   s(3)};
  const std::size_t factor = depth * kPanelColumns;
  for (std::size_t column = 0; column < shape.columns / 2; column += kPanelColumns) {
    const float* b1 = packed + column * shape.depth;
    const float* b2 = b1 + shape.columns / 2 * shape.depth;
    const auto t = [&](std::size_t i) { return sums + (i - 1) * (factor + kGap); };
    const float* const rights[kProducts] = {b1, b1 + factor, b2 + factor, t(4), t(1), t(2), t(3)};
    multiply_pair(lefts, rights, shape, epilogue, column, out);
    sums += kSums * (factor + kGap);
  }
  return true;
}

}  // namespace HWY_NAMESPACE
}  // namespace m2v::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace m2v::simd {

HWY_EXPORT(multiply_halved);
HWY_EXPORT(right_sums);

std::size_t packed_sums_size(std::size_t columns, std::size_t depth) noexcept {
  if (!can_be_halved(columns, depth)) return 0;
  return columns / 2 / kPanelColumns * kSums * (depth / 2 * kPanelColumns + kGap);
}

void pack_sums(const float* packed, std::size_t columns, std::size_t depth, float* sums) noexcept {
  const float* right = packed + columns / 2 * depth;
  for (std::size_t column = 0; column < columns / 2; column += kPanelColumns) {
    HWY_DYNAMIC_DISPATCH(right_sums)
    (packed + column * depth, right + column * depth, depth / 2, sums);
    sums += kSums * (depth / 2 * kPanelColumns + kGap);
  }
}

std::size_t strassen_scratch_size(const ProductShape& shape) noexcept {
  const std::size_t rows = halved_rows(shape);
  return rows == 0 ? 0 : kSums * (rows / 2 * (shape.depth / 2) + kGap);
}

void multiply_strassen(const float* a, const float* packed, const float* sums,
                       const ProductShape& shape, const Epilogue& epilogue,
                       std::span<float> scratch, float* out) noexcept {
  assert(scratch.size() >= strassen_scratch_size(shape));
  std::size_t rows = halved_rows(shape);
  if (rows > 0 &&
      !HWY_DYNAMIC_DISPATCH(multiply_halved)(a, packed, sums, {rows, shape.depth, shape.columns},
                                             epilogue, scratch.data(), out)) {
    rows = 0;
  }
  if (rows == shape.rows) return;
  multiply(a + rows * shape.depth, packed,
           {padded_rows(shape.rows - rows), shape.depth, shape.columns}, epilogue,
           out + rows * shape.columns);
}

}  // namespace m2v::simd
#endif
