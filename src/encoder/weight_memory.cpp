#include "encoder/weight_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <new>

namespace m2v::encoder {
namespace {

constexpr std::size_t kAlignment = 64;
constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kChunk = 16 * kHugePage;

std::size_t round_up(std::size_t size, std::size_t to) { return (size + to - 1) / to * to; }

}  // namespace

void WeightMemory::Unmap::operator()(std::byte* data) const { ::munmap(data, size); }

void* WeightMemory::allocate(std::size_t bytes) {
  if (bytes > std::numeric_limits<std::size_t>::max() / 2) throw std::bad_alloc();
  bytes = round_up(bytes, kAlignment);
  if (bytes > left_) {
    // One page more than needed, so that the chunk can begin where a huge page can. What is never
    // touched takes no memory.
    const std::size_t usable = std::max(kChunk, round_up(bytes, kHugePage));
    const std::size_t size = usable + kHugePage;
    void* mapped =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) throw std::bad_alloc();
    chunks_.emplace_back(static_cast<std::byte*>(mapped), Unmap{size});
    const auto address = reinterpret_cast<std::uintptr_t>(mapped);
    next_ = chunks_.back().get() + (round_up(address, kHugePage) - address);
    left_ = usable;
#ifdef MADV_HUGEPAGE
    ::madvise(next_, usable, MADV_HUGEPAGE);  // advice: without it the pages are small
#endif
  }
  void* result = next_;
  next_ += bytes;
  left_ -= bytes;
  return result;
}

}  // namespace m2v::encoder
