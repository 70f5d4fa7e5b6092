#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/sections.h"
#include "search/rotation.h"
#include "search/row_blocks.h"

namespace m2v::search {

/// Numbers for the bits of four values at a time, as simd::scan_bits() takes them: the sum over a
/// row grows as the query's dot product with the row's signs does.
using BitTables = std::vector<std::uint8_t>;

/// The signs of rotated vectors, a bit a value, in the groups that simd/bit_scan.h describes.
///
///   block 0: | group 0: row_bytes lines of 64 bytes | group 1 | ... | block 1: ...
class BitRows {
 public:
  /// The widest vectors: more could leave the sums' 16 bits.
  static constexpr std::size_t kMostDim = 65'536;

  /// `rows_per_block` is a multiple of simd::kBitGroup. Precondition: dim <= kMostDim.
  BitRows(std::size_t dim, std::size_t rows_per_block);

  std::size_t row_bytes() const noexcept { return blocks_.row_bytes(); }
  const std::uint8_t* block(std::size_t i) const noexcept {
    return reinterpret_cast<const std::uint8_t*>(blocks_.block(i));
  }

  void reserve(std::size_t rows);                  ///< Strong guarantee.
  void set(std::size_t row, const float* vector);  ///< Precondition: reserved.
  void copy(std::size_t from, std::size_t to);

  BitTables tables(const float* query) const;

  void save(std::size_t size, core::Sections& sections) const;
  void load(std::size_t size, const core::Sections& sections);  ///< Throws FormatError.

 private:
  std::size_t line_of(std::size_t row) const noexcept;

  std::size_t dim_;
  Rotation rotation_;
  RowBlocks blocks_;
  std::vector<float> scratch_;
};

}  // namespace m2v::search
