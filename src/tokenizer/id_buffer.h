#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "core/row_prefetch.h"

namespace m2v::tokenize {

/// Token ids on their way from the model to whoever wants them: a growing array that is written
/// behind its end without being initialised first, and that keeps its memory when it is emptied.
class IdBuffer {
 public:
  /// `rows`: what will be looked up by the ids.
  explicit IdBuffer(core::RowPrefetch rows = {}) noexcept : rows_(rows) {}

  /// To be told every id by those who write many.
  core::RowPrefetch rows() const noexcept { return rows_; }

  /// Makes room for `most` more ids; returns where the first goes. What is written there counts
  /// after end_at().
  std::uint32_t* room_for(std::size_t most) {
    if (size_ + most > capacity_) grow(size_ + most);
    return ids_.get() + size_;
  }
  /// The ids end before `end`, which is in the room that was made.
  void end_at(const std::uint32_t* end) noexcept {
    size_ = static_cast<std::size_t>(end - ids_.get());
  }

  void push_back(std::uint32_t id) {
    *room_for(1) = id;
    ++size_;
  }
  void clear() noexcept { size_ = 0; }
  /// Precondition: not more than there are.
  void shrink(std::size_t size) noexcept { size_ = size; }

  std::size_t size() const noexcept { return size_; }
  std::uint32_t* data() noexcept { return ids_.get(); }
  const std::uint32_t* data() const noexcept { return ids_.get(); }
  std::span<const std::uint32_t> ids() const noexcept { return {ids_.get(), size_}; }

 private:
  void grow(std::size_t wanted) {
    const std::size_t capacity = std::max(wanted, 2 * capacity_);
    auto larger = std::make_unique_for_overwrite<std::uint32_t[]>(capacity);
    std::copy_n(ids_.get(), size_, larger.get());
    ids_ = std::move(larger);
    capacity_ = capacity;
  }

  core::RowPrefetch rows_;
  std::unique_ptr<std::uint32_t[]> ids_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace m2v::tokenize
