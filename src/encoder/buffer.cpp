#include "encoder/buffer.h"

#include <sys/mman.h>

#include <algorithm>

namespace m2v::encoder {
namespace {

constexpr std::size_t kCacheLine = 64, kHugePage = std::size_t{2} << 20;

}  // namespace

Buffer::Buffer(std::size_t count) : size_(count) {
  const bool large = count * sizeof(float) >= kHugePage;
  const std::align_val_t alignment{large ? kHugePage : kCacheLine};
  data_ = {new (alignment) float[count], Delete{alignment}};
#ifdef MADV_HUGEPAGE
  // Advice: without it the pages are small.
  if (large) ::madvise(data_.get(), count * sizeof(float) / kHugePage * kHugePage, MADV_HUGEPAGE);
#endif
  std::fill_n(data_.get(), count, 0.0f);
}

}  // namespace m2v::encoder
