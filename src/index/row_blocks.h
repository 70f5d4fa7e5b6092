#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "core/flat_array.h"

namespace m2v::search {

/// Memory that starts on a cache line, so that no vector load straddles two; on request, at a page
/// of two mebibytes, of which the processor has more at hand than of small ones.
template <typename T>
class Aligned {
 public:
  Aligned() = default;
  explicit Aligned(std::size_t count, std::size_t alignment = 64)
      : data_(static_cast<T*>(::operator new[](count * sizeof(T), std::align_val_t{alignment})),
              Free{std::align_val_t{alignment}}) {}

  T* data() const noexcept { return data_.get(); }

 private:
  struct Free {
    std::align_val_t alignment{64};
    void operator()(T* data) const noexcept { ::operator delete[](data, alignment); }
  };
  std::unique_ptr<T[], Free> data_;
};

/// Rows of equal size in blocks that never move: growing copies nothing, and a block is what one
/// thread scans at a time. A block is memory of its own, or a part of a mapped file until it is
/// written to. The first one grows by doubling until it is whole, so that a small index is small.
class RowBlocks {
 public:
  RowBlocks(std::size_t row_bytes, std::size_t rows_per_block)
      : row_bytes_(row_bytes), rows_per_block_(rows_per_block) {}

  std::size_t row_bytes() const noexcept { return row_bytes_; }
  std::size_t rows_per_block() const noexcept { return rows_per_block_; }
  const std::byte* block(std::size_t i) const noexcept { return blocks_[i].data; }

  /// Makes room for this many rows, zeroed. Strong guarantee.
  void reserve(std::size_t rows);
  const std::byte* row(std::size_t i) const noexcept {
    return block(i / rows_per_block_) + i % rows_per_block_ * row_bytes_;
  }
  /// A block that may be written to, and a row in one. Throw std::bad_alloc.
  std::byte* writable(std::size_t i);
  std::byte* writable_row(std::size_t i) {
    return writable(i / rows_per_block_) + i % rows_per_block_ * row_bytes_;
  }
  /// The bytes of the first rows, where they lie.
  std::vector<core::FlatArray<std::byte>> pieces(std::size_t rows) const;
  /// Takes the place of all blocks: consecutive rows, whose last block may be cut off.
  void adopt(const core::FlatArray<std::byte>& rows);

 private:
  struct Block {
    const std::byte* data;
    std::size_t bytes;
    Aligned<std::byte> owned;
  };
  static Block copy_of(std::span<const std::byte> bytes, std::size_t size, bool large);

  std::size_t row_bytes_;
  std::size_t rows_per_block_;
  std::vector<Block> blocks_;
  std::shared_ptr<const void> owner_;
};

}  // namespace m2v::search
