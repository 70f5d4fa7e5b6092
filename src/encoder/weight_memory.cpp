#include "encoder/weight_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <new>

#include "base/aligned_buffer.h"

namespace m2v::encoder {
namespace {

constexpr std::size_t kAlignment = 64;
constexpr std::size_t kChunk = 16 * base::kHugePageBytes;

std::size_t round_up(std::size_t size, std::size_t to) { return (size + to - 1) / to * to; }

}  // namespace

void* WeightMemory::allocate(std::size_t bytes) {
  if (bytes > std::numeric_limits<std::size_t>::max() / 2) throw std::bad_alloc();
  bytes = round_up(bytes, kAlignment);
  if (bytes > left_) {
    // One page more than needed, so that the chunk can begin at a huge page boundary. Pages that
    // are never touched take no memory.
    const std::size_t usable = std::max(kChunk, round_up(bytes, base::kHugePageBytes));
    const base::Pages& chunk = chunks_.emplace_back(usable + base::kHugePageBytes);
    const auto address = reinterpret_cast<std::uintptr_t>(chunk.data());
    next_ =
        static_cast<std::byte*>(chunk.data()) + (round_up(address, base::kHugePageBytes) - address);
    left_ = usable;
#ifdef MADV_HUGEPAGE
    ::madvise(next_, usable, MADV_HUGEPAGE);  // best effort: on failure the pages stay small
#endif
  }
  void* result = next_;
  next_ += bytes;
  left_ -= bytes;
  return result;
}

}  // namespace m2v::encoder
