#include "search/row_blocks.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace m2v::search {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

/// Memory for a block; `large` if it is worth a huge page, which a small index is not.
Aligned<std::byte> allocate(std::size_t bytes, bool large) {
  if (!large || bytes < kHugePage) return Aligned<std::byte>(bytes);
  Aligned<std::byte> made(bytes, kHugePage);
#ifdef MADV_HUGEPAGE
  ::madvise(made.data(), bytes, MADV_HUGEPAGE);  // advice: without it the pages are small
#endif
  return made;
}

}  // namespace

void RowBlocks::reserve(std::size_t blocks) {
  if (blocks > blocks_.capacity()) blocks_.reserve(std::max(blocks, blocks_.capacity() * 2));
  while (blocks_.size() < blocks) {
    Aligned<std::byte> made = allocate(block_bytes_, !blocks_.empty());
    std::memset(made.data(), 0, block_bytes_);
    const std::byte* const data = made.data();
    blocks_.push_back({data, std::move(made)});
  }
}

std::byte* RowBlocks::writable(std::size_t i) {
  Block& block = blocks_[i];
  if (block.owned.data() == nullptr) {
    Aligned<std::byte> copy = allocate(block_bytes_, blocks_.size() > 1);
    std::memcpy(copy.data(), block.data, block_bytes_);
    block.data = copy.data();
    block.owned = std::move(copy);
  }
  return block.owned.data();
}

std::vector<core::FlatArray<std::byte>> RowBlocks::pieces(std::size_t rows) const {
  std::vector<core::FlatArray<std::byte>> found;
  std::size_t left = rows * row_bytes_;
  for (std::size_t i = 0; left > 0; ++i) {
    const std::size_t size = std::min(left, block_bytes_);
    found.emplace_back(std::span(blocks_[i].data, size), nullptr);
    left -= size;
  }
  return found;
}

void RowBlocks::adopt(const core::FlatArray<std::byte>& rows) {
  owner_ = rows.owner();
  blocks_.clear();
  std::span<const std::byte> bytes = rows.span();
  for (; bytes.size() >= block_bytes_; bytes = bytes.subspan(block_bytes_)) {
    blocks_.push_back({bytes.data(), {}});
  }
  if (bytes.empty()) return;
  reserve(blocks_.size() + 1);
  std::memcpy(writable(blocks_.size() - 1), bytes.data(), bytes.size());
}

}  // namespace m2v::search
