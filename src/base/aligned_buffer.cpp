#include "base/aligned_buffer.h"

#include <sys/mman.h>

#include <new>

namespace m2v::base {
namespace {

constexpr std::size_t kCacheLine = 64;

}  // namespace

void* allocate_aligned(std::size_t bytes, bool huge_pages) {
  const bool huge = huge_pages && bytes >= kHugePageBytes;
  const std::size_t alignment = huge ? kHugePageBytes : kCacheLine;
  void* memory = nullptr;
  if (::posix_memalign(&memory, alignment, bytes) != 0) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
  // Best effort: on failure the pages stay small.
  if (huge) ::madvise(memory, bytes / kHugePageBytes * kHugePageBytes, MADV_HUGEPAGE);
#endif
  return memory;
}

}  // namespace m2v::base
