#include "index/row_blocks.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace m2v::index {

/// Returns a block of `size` bytes that begins with a copy of `bytes`; the rest is zero.
/// `large` requests huge pages, which would waste memory in a small index.
RowBlocks::Block RowBlocks::copy_of(std::span<const std::byte> bytes, std::size_t size,
                                    bool large) {
  base::AlignedBuffer<std::byte> made(size, large);
  if (!bytes.empty()) std::memcpy(made.data(), bytes.data(), bytes.size());
  std::memset(made.data() + bytes.size(), 0, size - bytes.size());
  const std::byte* const data = made.data();
  return {data, size, std::move(made)};
}

void RowBlocks::reserve(std::size_t rows) {
  const std::size_t block_bytes = row_bytes_ * rows_per_block_;
  const std::size_t blocks = (rows + rows_per_block_ - 1) / rows_per_block_;
  if (blocks > blocks_.capacity()) blocks_.reserve(std::max(blocks, blocks_.capacity() * 2));
  if (blocks > 0) {
    const std::size_t first = row_bytes_ * std::min(rows_per_block_, std::bit_ceil(rows));
    const std::size_t there = blocks_.empty() ? 0 : blocks_[0].bytes;
    if (there == 0) {
      blocks_.push_back(copy_of({}, first, false));
    } else if (there < first) {
      blocks_[0] = copy_of({blocks_[0].data, there}, first, false);
    }
  }
  while (blocks_.size() < blocks) blocks_.push_back(copy_of({}, block_bytes, true));
}

std::byte* RowBlocks::writable(std::size_t i) {
  Block& block = blocks_[i];
  if (block.owned.data() == nullptr) block = copy_of({block.data, block.bytes}, block.bytes, i > 0);
  return block.owned.data();
}

std::vector<base::FlatArray<std::byte>> RowBlocks::pieces(std::size_t rows) const {
  std::vector<base::FlatArray<std::byte>> found;
  for (std::size_t i = 0; rows > 0; ++i) {
    const std::size_t count = std::min(rows, rows_per_block_);
    found.emplace_back(std::span(blocks_[i].data, count * row_bytes_), nullptr);
    rows -= count;
  }
  return found;
}

void RowBlocks::adopt(const base::FlatArray<std::byte>& rows) {
  owner_ = rows.owner();
  blocks_.clear();
  const std::size_t block_bytes = row_bytes_ * rows_per_block_;
  std::span<const std::byte> bytes = rows.span();
  for (; bytes.size() >= block_bytes; bytes = bytes.subspan(block_bytes)) {
    blocks_.push_back({bytes.data(), block_bytes, {}});
  }
  if (bytes.empty()) return;
  reserve(rows.size() / row_bytes_);
  std::memcpy(writable(blocks_.size() - 1), bytes.data(), bytes.size());
}

}  // namespace m2v::index
