#include "text/text_buffer.h"

#include <algorithm>
#include <cstring>

namespace m2v::text {

/// Sees to it that there is room for half a block: by moving what is there to the front if it is
/// short, or to a buffer twice as large, so that each byte is moved a few times at most. Memory is
/// not cleared: a short text then costs no page of it but the first.
void TextBuffer::make_room() {
  if (capacity_ - end_ >= kBlockBytes / 2) return;
  const std::size_t used = end_ - begin_;
  char* target = bytes_.get();
  std::unique_ptr<char[]> larger;
  if (used > capacity_ / 2 || capacity_ == 0) {
    capacity_ = std::max(kBlockBytes, 2 * capacity_);
    larger = std::make_unique_for_overwrite<char[]>(capacity_ + core::JsonMembers::kPadding);
    target = larger.get();
    std::memset(target + capacity_, 0, core::JsonMembers::kPadding);
  }
  if (used > 0) std::memmove(target, bytes_.get() + begin_, used);
  if (larger) bytes_ = std::move(larger);
  begin_ = 0;
  end_ = used;
}

bool TextBuffer::read_more() {
  make_room();
  const std::size_t count = source_.read({bytes_.get() + end_, capacity_ - end_});
  end_ += count;
  return count > 0;
}

}  // namespace m2v::text
