#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "formats/sections.h"
#include "index/rotation.h"
#include "index/row_blocks.h"

namespace m2v::index {

/// The tables of a query for simd::scan_bits(). A row's sum over them approximates, up to scale and
/// offset, the query's dot product with the row's signs.
using BitTables = std::vector<std::uint8_t>;

/// The signs of rotated vectors, one bit per value, in the groups described in simd/bit_scan.h.
///
///   block 0: | group 0: row_bytes lines of 64 bytes | group 1 | ... | block 1: ...
class BitRows {
 public:
  /// The largest dimension: with more values, the sums could overflow 16 bits.
  static constexpr std::size_t kMaxDim = 65'536;

  /// `rows_per_block` is a multiple of simd::kBitGroupRows. Precondition: dim <= kMaxDim.
  BitRows(std::size_t dim, std::size_t rows_per_block);

  /// The size of a row in bytes, an even number.
  std::size_t row_bytes() const noexcept { return blocks_.row_bytes(); }
  /// Returns the groups of block i.
  const std::uint8_t* block(std::size_t i) const noexcept {
    return reinterpret_cast<const std::uint8_t*>(blocks_.block(i));
  }

  /// Allocates memory for `rows` rows. Strong exception guarantee.
  void reserve(std::size_t rows);
  /// Rotates a vector of `dim` values and stores its signs. Precondition: the row is reserved.
  void set(std::size_t row, const float* vector);
  /// Copies row `from` to row `to`.
  void copy(std::size_t from, std::size_t to);

  /// Returns the tables of a query of `dim` values.
  BitTables tables(const float* query) const;

  /// Adds the first `size` rows to sections, without copying them.
  void save(std::size_t size, formats::Sections& sections) const;
  /// Replaces all rows by the `size` rows of sections, which are used in place until they are
  /// written to. Throws FormatError.
  void load(std::size_t size, const formats::Sections& sections);

 private:
  std::size_t line_of(std::size_t row) const noexcept;

  std::size_t dim_;
  Rotation rotation_;
  RowBlocks blocks_;
  std::vector<float> scratch_;
};

}  // namespace m2v::index
