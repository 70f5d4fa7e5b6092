#include "text/text_buffer.h"

#include <algorithm>
#include <cstring>

namespace m2v::text {

/// Makes space for at least half a block: moves the unused bytes to the front if they are few, or
/// to a buffer of twice the size, so that each byte is moved only a few times. The memory is not
/// cleared, so that a short text touches few of its pages.
void TextBuffer::reserve_half_block() {
  if (capacity_ - end_ >= kBlockBytes / 2) return;
  const std::size_t used = end_ - begin_;
  char* target = bytes_.get();
  std::unique_ptr<char[]> larger;
  if (used > capacity_ / 2 || capacity_ == 0) {
    capacity_ = std::max(kBlockBytes, 2 * capacity_);
    larger = std::make_unique_for_overwrite<char[]>(capacity_ + base::JsonMembers::kPadding);
    target = larger.get();
    std::memset(target + capacity_, 0, base::JsonMembers::kPadding);
  }
  if (used > 0) std::memmove(target, bytes_.get() + begin_, used);
  if (larger) bytes_ = std::move(larger);
  begin_ = 0;
  end_ = used;
}

bool TextBuffer::read_more() {
  reserve_half_block();
  const std::size_t count = source_.read({bytes_.get() + end_, capacity_ - end_});
  end_ += count;
  return count > 0;
}

}  // namespace m2v::text
