#include "base/scratch_text.h"

#include <algorithm>

#include "base/thread_pool.h"

namespace m2v::base {
namespace {

constexpr std::size_t kPage = std::size_t{64} << 10;  // a multiple of every system's page size
constexpr std::size_t kPart = std::size_t{16} << 20;  // the minimum size of a part, in bytes

}  // namespace

std::string_view ScratchText::keep(std::string_view text) {
  if (parts_.empty() || parts_.back().size() - used_ < text.size()) begin_part(text.size());
  char* const copy = static_cast<char*>(parts_.back().data()) + used_;
  std::ranges::copy(text, copy);
  used_ += text.size();
  return {copy, text.size()};
}

void ScratchText::begin_part(std::size_t bytes) {
  const std::size_t size = blocks_of(std::max(bytes, kPart), kPage) * kPage;
  if (size <= memory_left_) {
    parts_.emplace_back(size);
    memory_left_ -= size;
  } else {
    parts_.push_back(file_.map(in_file_, size));
    in_file_ += size;
  }
  used_ = 0;
}

}  // namespace m2v::base
