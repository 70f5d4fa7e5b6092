#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/flat_array.h"

namespace m2v::index {

/// Rows of equal size, in blocks of equal numbers of rows. A block is what a thread scans at a
/// time. Full blocks are never copied when more rows are reserved. A block owns its memory or,
/// until it is written to, refers to a part of a mapped file. The first block grows by doubling up
/// to the full size, so that a small index takes little memory.
class RowBlocks {
 public:
  RowBlocks(std::size_t row_bytes, std::size_t rows_per_block)
      : row_bytes_(row_bytes), rows_per_block_(rows_per_block) {}

  std::size_t row_bytes() const noexcept { return row_bytes_; }
  std::size_t rows_per_block() const noexcept { return rows_per_block_; }
  const std::byte* block(std::size_t i) const noexcept { return blocks_[i].data; }

  /// Allocates memory for at least `rows` rows; new memory is zeroed. Strong exception guarantee.
  void reserve(std::size_t rows);
  /// Returns a row, which must be reserved.
  const std::byte* row(std::size_t i) const noexcept {
    return block(i / rows_per_block_) + i % rows_per_block_ * row_bytes_;
  }
  /// Returns a block for writing; a block in a mapped file is copied first. Throws std::bad_alloc.
  std::byte* writable(std::size_t i);
  /// Returns a row for writing, see writable().
  std::byte* writable_row(std::size_t i) {
    return writable(i / rows_per_block_) + i % rows_per_block_ * row_bytes_;
  }
  /// Returns the bytes of the first `rows` rows, one piece per block, without copying or owning
  /// them.
  std::vector<base::FlatArray<std::byte>> pieces(std::size_t rows) const;
  /// Replaces all blocks by consecutive rows, which are used in place. Only an incomplete last
  /// block is copied.
  void adopt(const base::FlatArray<std::byte>& rows);

 private:
  struct Block {
    const std::byte* data;
    std::size_t bytes;
    base::AlignedBuffer<std::byte> owned;  // null for a block in a mapped file
  };
  static Block copy_of(std::span<const std::byte> bytes, std::size_t size, bool large);

  std::size_t row_bytes_;
  std::size_t rows_per_block_;
  std::vector<Block> blocks_;
  std::shared_ptr<const void> owner_;  // of the mapped file
};

}  // namespace m2v::index
