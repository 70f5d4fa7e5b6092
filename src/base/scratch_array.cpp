#include "base/scratch_array.h"

#include <algorithm>
#include <utility>

namespace m2v::base {
namespace {

constexpr std::size_t kNumber = sizeof(std::uint32_t);

}  // namespace

ScratchArray::ScratchArray(ScratchArray&& other) noexcept
    : in_memory_(other.in_memory_),
      size_(std::exchange(other.size_, 0)),
      memory_(std::move(other.memory_)),
      file_(std::move(other.file_)),
      mapped_(std::move(other.mapped_)) {}

ScratchArray& ScratchArray::operator=(ScratchArray&& other) noexcept {
  std::swap(in_memory_, other.in_memory_);
  std::swap(size_, other.size_);
  std::swap(memory_, other.memory_);
  std::swap(file_, other.file_);
  std::swap(mapped_, other.mapped_);
  return *this;
}

void ScratchArray::append(std::span<const std::uint32_t> numbers) {
  const std::size_t needed = size_ + numbers.size();
  if (needed > in_memory_ && needed * kNumber > mapped_.size()) grow(needed);
  if (mapped_.size() == 0) memory_.resize(needed);
  std::ranges::copy(numbers, data() + size_);
  size_ = needed;
}

/// Moves the array to a mapping with space for 1.5 times `needed` numbers.
void ScratchArray::grow(std::size_t needed) {
  Pages larger = file_.map(0, (needed + needed / 2) * kNumber);
  if (mapped_.size() == 0) {
    std::ranges::copy(memory_, static_cast<std::uint32_t*>(larger.data()));
    memory_ = {};
  }
  mapped_ = std::move(larger);
}

}  // namespace m2v::base
